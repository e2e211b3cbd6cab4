//! A schema that an answer is held to, in the form in which it reaches the model: JSON without spaces, of ASCII
//! alone, and without what the model is held to anyway.

use crate::ask::count::typescript::comment;
use crate::ask::words::Structure;
use serde_json::Value;
use std::fmt::Write as _;

/// What the model is not told: it cannot say anything else, or it is no rule at all. Of these, recorded requests
/// show the first eight.
fn is_untold(keyword: &str) -> bool {
    matches!(
        keyword,
        "$schema"
            | "additionalProperties"
            | "default"
            | "maxItems"
            | "maximum"
            | "minimum"
            | "required"
            | "minItems"
            | "exclusiveMaximum"
            | "exclusiveMinimum"
            | "format"
            | "maxContains"
            | "maxLength"
            | "maxProperties"
            | "minContains"
            | "minLength"
            | "minProperties"
            | "multipleOf"
            | "pattern"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "uniqueItems"
    )
}

/// Appends the schema beneath its name.
pub(super) fn section(text: &mut String, structure: &Structure<'_>) {
    text.push_str("## ");
    text.push_str(structure.name);
    text.push_str("\n\n");
    comment(text, ["", structure.description]);
    if structure.schema.is_object() {
        told(text, structure.schema, false);
    } else {
        text.push_str("{}");
    }
}

/// Appends a schema, or schemas by their names. serde_json reads nothing that is nested deeper than 128.
fn told(text: &mut String, value: &Value, by_name: bool) {
    match value {
        Value::Object(fields) => {
            let mut separator = "{";
            for (name, value) in fields {
                if !by_name && is_untold(name) {
                    continue;
                }
                text.push_str(separator);
                separator = ",";
                string(text, name);
                text.push(':');
                told(
                    text,
                    value,
                    !by_name && matches!(name.as_str(), "properties" | "$defs" | "definitions"),
                );
            }
            text.push_str(if separator == "{" { "{}" } else { "}" });
        }
        Value::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                told(text, value, false);
            }
            text.push(']');
        }
        Value::String(value) => string(text, value),
        value => {
            // Writing into a String cannot fail.
            let _ = write!(text, "{value}");
        }
    }
}

/// Appends a string in quotes, with whatever is not ASCII escaped.
fn string(text: &mut String, value: &str) {
    text.push('"');
    let mut start = 0;
    for (at, character) in
        value.char_indices().filter(|(_, one)| !matches!(one, ' ' | '!' | '#'..='[' | ']'..='~'))
    {
        text.push_str(&value[start..at]);
        start = at + character.len_utf8();
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push_str(&value[start..]);
    text.push('"');
}
