//! Tools in the form in which they reach the model: as TypeScript.

use crate::ask::tools::Tool;
use crate::params::field;
use serde_json::Value;

pub(super) fn typescript(tools: &[Tool<'_>]) -> String {
    let mut text = String::from("namespace functions {\n\n");
    for tool in tools {
        comment(&mut text, tool.description);
        text.push_str("type ");
        text.push_str(tool.name);
        if field(tool.parameters, "properties").as_object().is_some_and(|fields| !fields.is_empty()) {
            text.push_str(" = (_: ");
            object(&mut text, tool.parameters, 0);
            text.push_str(") => any;\n\n");
        } else {
            text.push_str(" = () => any;\n\n");
        }
    }
    text.push_str("} // namespace functions");
    text
}

fn comment(text: &mut String, comment: &str) {
    for line in comment.lines() {
        text.push_str("// ");
        text.push_str(line);
        text.push('\n');
    }
}

/// Deeper schemas are cut: the JSON of a request ends at a depth of 128.
fn object(text: &mut String, schema: &Value, depth: usize) {
    text.push_str("{\n");
    let required = field(schema, "required").as_array().map_or(&[][..], Vec::as_slice);
    for (name, property) in field(schema, "properties").as_object().into_iter().flatten() {
        comment(text, field(property, "title").as_str().unwrap_or_default());
        comment(text, field(property, "description").as_str().unwrap_or_default());
        text.push_str(name);
        text.push_str(if required.iter().any(|one| one == name) { ": " } else { "?: " });
        kind_of(text, property, depth + 1);
        text.push_str(",\n");
    }
    text.push('}');
}

fn kind_of(text: &mut String, schema: &Value, depth: usize) {
    if let Some(values) = field(schema, "enum").as_array() {
        for (at, value) in values.iter().enumerate() {
            text.push_str(if at > 0 { " | " } else { "" });
            text.push_str(&value.to_string());
        }
        return;
    }
    match field(schema, "type").as_str() {
        Some("string") => text.push_str("string"),
        Some("number" | "integer") => text.push_str("number"),
        Some("boolean") => text.push_str("boolean"),
        Some("array") => {
            kind_of(text, field(schema, "items"), depth + 1);
            text.push_str("[]");
        }
        Some("object") if !field(schema, "properties").is_null() && depth < 64 => {
            object(text, schema, depth);
        }
        Some("object") => text.push_str("object"),
        _ => text.push_str("any"),
    }
}
