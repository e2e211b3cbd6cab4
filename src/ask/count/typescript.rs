//! Functions in the form in which they reach the model: as TypeScript. What is told here of its printer follows
//! from the tokens that recorded requests were counted with. Never prints without end: a schema may refer to
//! itself.

use crate::ask::tools::Tool;
use crate::json::spaced;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

/// Deeper schemas are cut.
const MOST_DEPTH: usize = 64;
/// A text that is longer follows no further reference, and prints but the first of several types: either can
/// double what is printed at each of its levels.
const LONG: usize = 64 * 1024;

/// Appends the tools, in the namespace in which they are declared.
pub(super) fn namespace(text: &mut String, tools: &[Tool<'_>]) {
    text.push_str("namespace functions {\n\n");
    for tool in tools {
        comment(text, ["", tool.description]);
        text.push_str("type ");
        text.push_str(tool.name);
        if tool.custom {
            text.push_str(" = (FREEFORM)");
        } else {
            Printer { text, root: tool.parameters, comments: 0 }.signature();
        }
        text.push_str(" => any;\n\n");
    }
    text.push_str("} // namespace functions");
}

/// Title and description, with an empty line between them.
pub(super) fn comment(text: &mut String, texts: [&str; 2]) {
    let mut is_first = true;
    for part in texts.map(str::trim).into_iter().filter(|part| !part.is_empty()) {
        if !std::mem::take(&mut is_first) {
            text.push_str("//\n");
        }
        for line in part.split('\n').map(str::trim) {
            text.push_str(if line.is_empty() { "//" } else { "// " });
            text.push_str(line);
            text.push('\n');
        }
    }
}

/// What is printed of a schema.
#[derive(Clone, Copy, Default)]
struct Shown<'a> {
    reference: Option<&'a str>,
    title: &'a str,
    description: &'a str,
    values: Option<&'a [Value]>,
    only: Option<&'a Value>,
    any_of: Option<&'a [Value]>,
    kind: Option<&'a Value>,
    items: Option<&'a Value>,
    properties: Option<&'a Map<String, Value>>,
    required: &'a [Value],
    more: Option<&'a Value>,
    default: Option<&'a Value>,
}

impl<'a> Shown<'a> {
    /// Adds what is not known yet.
    fn add(&mut self, schema: &'a Value) {
        let list = |value: &'a Value| value.as_array().map(Vec::as_slice);
        for (name, value) in schema.as_object().into_iter().flatten() {
            match name.as_str() {
                "$ref" => self.reference = value.as_str(),
                "title" if self.title.is_empty() => self.title = value.as_str().unwrap_or_default(),
                "description" if self.description.is_empty() => {
                    self.description = value.as_str().unwrap_or_default();
                }
                "enum" => self.values = self.values.or(list(value)),
                "const" => self.only = self.only.or(Some(value)),
                "anyOf" | "oneOf" => self.any_of = self.any_of.or(list(value)),
                "type" => self.kind = self.kind.or(Some(value)),
                "items" => self.items = self.items.or(Some(value)),
                "properties" => self.properties = self.properties.or(value.as_object()),
                "required" if self.required.is_empty() => self.required = list(value).unwrap_or_default(),
                "additionalProperties" => {
                    self.more = self.more.or(Some(value).filter(|value| !value.is_null() && *value != false));
                }
                "default" => self.default = self.default.or(Some(value)),
                _ => {}
            }
        }
    }

    fn has_fields(&self) -> bool {
        self.more.is_some() || self.properties.is_some_and(|properties| !properties.is_empty())
    }

    fn has_note(&self) -> bool {
        !self.title.trim().is_empty() || !self.description.trim().is_empty()
    }
}

struct Printer<'a, 't> {
    text: &'t mut String,
    /// What references start at.
    root: &'a Value,
    /// How many comments were printed.
    comments: usize,
}

impl<'a> Printer<'a, '_> {
    /// A schema with what it refers to.
    fn read(&self, schema: &'a Value) -> Shown<'a> {
        /// How many references are followed that lead to nothing but another.
        const HOPS: usize = 8;
        let mut node = Shown::default();
        node.add(schema);
        for _ in 0..HOPS {
            let name = node.reference.take().and_then(|name| name.strip_prefix('#'));
            let Some(target) = name.and_then(|name| self.root.pointer(name)) else { break };
            if self.text.len() > LONG {
                break;
            }
            node.add(target);
        }
        node
    }

    /// The parameters of a function.
    fn signature(&mut self) {
        let node = self.read(self.root);
        if !node.has_fields() {
            self.text.push_str(" = ()");
            return;
        }
        let first = node.properties.and_then(|properties| properties.values().next());
        let first = first.map(|first| self.read(first));
        // With nothing to say of the first, it stands behind the brace.
        let is_bare = first.is_some_and(|first| !first.has_note() && first.default.is_none());
        if is_bare && !node.has_note() {
            self.text.push_str(" = (_:{");
        } else {
            self.text.push_str(" = (_: ");
            self.note(&node);
            self.text.push_str("{\n");
        }
        self.fields(&node, 0);
        self.text.push(')');
    }

    fn note(&mut self, node: &Shown<'_>) {
        if node.has_note() {
            self.comments += 1;
            comment(self.text, [node.title, node.description]);
        }
    }

    /// What stands in an object, and its closing brace.
    fn fields(&mut self, node: &Shown<'a>, depth: usize) {
        let required = Required::of(node.required);
        for (at, (name, schema)) in node.properties.into_iter().flatten().enumerate() {
            let field = self.read(schema);
            self.note(&field);
            self.text.push_str(name);
            self.text.push_str(if required.has(at, name) { ":" } else { "?:" });
            if !is_noted_union(&field) {
                self.text.push(' ');
            }
            self.kind(&field, depth + 1);
            self.text.push(',');
            if let Some(default) = field.default {
                self.text.push_str(" // default: ");
                self.value(default);
            }
            self.text.push('\n');
        }
        if let Some(more) = node.more {
            self.text.push_str("[k: string]: ");
            let more = self.read(more);
            self.kind(&more, depth + 1);
            self.text.push_str(",\n");
        }
        self.text.push('}');
    }

    fn kind(&mut self, node: &Shown<'a>, depth: usize) {
        if depth > MOST_DEPTH {
            self.text.push_str("any");
        } else if let Some(values) = node.values {
            self.alternatives(values, Printer::value);
        } else if let Some(value) = node.only {
            self.value(value);
        } else if let Some(schemas) = node.any_of {
            self.alternatives(schemas, |printer, schema| {
                let node = printer.read(schema);
                printer.kind(&node, depth + 1);
            });
        } else if let Some(Value::Array(kinds)) = node.kind {
            let kinds = if self.text.len() > LONG { kinds.get(..1).unwrap_or_default() } else { kinds };
            if is_noted_union(node) {
                for kind in kinds {
                    self.text.push_str("\n| ");
                    self.note(node);
                    self.named(kind, node, depth);
                }
            } else {
                self.alternatives(kinds, |printer, kind| printer.named(kind, node, depth));
            }
        } else {
            self.named(node.kind.unwrap_or(&Value::Null), node, depth);
        }
    }

    fn alternatives(&mut self, all: &'a [Value], mut print: impl FnMut(&mut Self, &'a Value)) {
        for (at, one) in all.iter().enumerate() {
            if at > 0 {
                self.text.push_str(" | ");
            }
            print(self, one);
        }
    }

    /// A schema as one of its types.
    fn named(&mut self, kind: &Value, node: &Shown<'a>, depth: usize) {
        match kind.as_str().unwrap_or_default() {
            kind @ ("string" | "number" | "boolean" | "null") => self.text.push_str(kind),
            "integer" => self.text.push_str("number"),
            "array" => self.array(node, depth),
            "object" if node.has_fields() => {
                self.text.push_str("{\n");
                self.fields(node, depth);
            }
            "object" => self.text.push_str("object"),
            _ => self.text.push_str("any"),
        }
    }

    /// With anything to say of what is in it, it is written out.
    fn array(&mut self, node: &Shown<'a>, depth: usize) {
        let (start, comments) = (self.text.len(), self.comments);
        let items = node.items.map(|items| self.read(items)).unwrap_or_default();
        self.note(&items);
        self.kind(&items, depth + 1);
        if self.comments > comments {
            self.text.insert_str(start, "Array<\n");
            self.text.push_str("\n>");
        } else {
            self.text.push_str("[]");
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(_) | Value::Object(_) => self.text.push_str(&spaced(value)),
            value => self.text.push_str(&value.to_string()),
        }
    }
}

/// Of several types with a comment, each stands in a line of its own.
fn is_noted_union(node: &Shown<'_>) -> bool {
    let is_other = node.values.is_some() || node.only.is_some() || node.any_of.is_some();
    !is_other && node.kind.is_some_and(Value::is_array) && node.has_note()
}

/// The names of the properties that must be there.
struct Required<'a> {
    list: &'a [Value],
    /// The same, where there are many.
    names: HashSet<&'a str>,
}

impl<'a> Required<'a> {
    fn of(list: &'a [Value]) -> Required<'a> {
        const MANY: usize = 32;
        let names =
            if list.len() > MANY { list.iter().filter_map(Value::as_str).collect() } else { HashSet::new() };
        Required { list, names }
    }

    /// Most often they stand in the order of the properties.
    fn has(&self, at: usize, name: &str) -> bool {
        self.list.get(at).is_some_and(|one| one == name)
            || self.names.contains(name)
            || self.names.is_empty() && self.list.iter().any(|one| one == name)
    }
}
