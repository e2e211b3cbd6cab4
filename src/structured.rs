//! What the API refuses in the JSON Schema of a function or of a response format: little in general, and
//! all that Structured Outputs do not support where `strict` is set.
//!
//! The rules are those of the Structured Outputs guide of 2026; the sentences were seen on the wire,
//! unless a comment says otherwise. Whatever is not known to be refused is accepted.

use serde_json::Map;
use serde_json::Value;

/// Keywords that strict schemas must not have.
const FORBIDDEN: &[&str] = &[
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
];
/// The values of `format` that strict schemas may have.
const FORMATS: &[&str] =
    &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

const MOST_LEVELS: usize = 10;
const MOST_PROPERTIES: usize = 5_000;
const MOST_ENUM_VALUES: usize = 1_000;
/// Characters of all names and values together.
const MOST_CHARACTERS: usize = 120_000;
/// An enum with more values than the first has no more characters than the second.
const LONG_ENUM: usize = 250;
const MOST_ENUM_CHARACTERS: usize = 15_000;

/// The sentence that follows `Invalid schema for function 'f': ` or `Invalid schema for response_format
/// 'f': `, if the schema is to be refused.
pub(crate) fn check(schema: &Value, strict: bool) -> Result<(), String> {
    let empty = Map::new();
    let root = schema.as_object().unwrap_or(&empty);
    if root.get("type").and_then(Value::as_str) != Some("object") {
        let found = match root.get("type") {
            Some(Value::String(name)) => name.clone(),
            other => python(other.unwrap_or(&Value::Null)),
        };
        return Err(format!("schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{found}\"'."));
    }
    // `allOf` is told about by its place where it is forbidden everywhere.
    let choices = ["oneOf", "anyOf", "enum", "not"].iter().any(|key| root.contains_key(*key));
    if choices || !strict && root.contains_key("allOf") {
        let keywords = "'oneOf'/'anyOf'/'allOf'/'enum'/'not'";
        return Err(format!("schema must have type 'object' and not have {keywords} at the top level."));
    }
    if !root.contains_key("properties") {
        return Err("In context=(), object schema missing properties.".to_owned());
    }
    let mut descent = Descent { root, strict, path: Vec::new(), level: 0, size: SchemaSize::default() };
    descent.keywords(schema)?;
    if strict {
        descent.objects(schema)?;
        descent.size.check()?;
    }
    Ok(())
}

/// A way down from the root.
struct Descent<'a> {
    root: &'a Map<String, Value>,
    strict: bool,
    path: Vec<Segment<'a>>,
    /// Objects and arrays around this place. How the API counts was not seen for certain: 15 objects
    /// inside one another were 14 levels.
    level: usize,
    size: SchemaSize,
}

enum Segment<'a> {
    Key(&'a str),
    At(usize),
}

#[derive(Default)]
struct SchemaSize {
    levels: usize,
    properties: usize,
    enum_values: usize,
    characters: usize,
    longest_enum: usize,
}

impl<'a> Descent<'a> {
    /// Checks what each schema says by itself.
    fn keywords(&mut self, schema: &'a Value) -> Result<(), String> {
        let Some(map) = schema.as_object() else {
            // Also the schemas `true` and `false`, of which the API's words were not seen.
            return if self.strict { self.refuse("schema must have a 'type' key.") } else { Ok(()) };
        };
        let types = Nesting::of(map);
        if self.strict {
            if let Some(reference) = map.get("$ref") {
                return self.reference(map, reference);
            }
            self.allowed(map)?;
            self.size.add(map);
            if types.object || types.array {
                self.size.levels = self.size.levels.max(self.level);
            }
        }
        if types.array {
            match map.get("items") {
                Some(Value::Object(_)) => {}
                Some(_) => return self.refuse("array schema items is not an object."),
                None => return self.refuse("array schema missing items."),
            }
        }
        let nested = usize::from(types.object || types.array);
        self.level += nested;
        let strict = self.strict;
        self.descend(map, |descent, schema, in_properties| {
            // A property without any keyword is left to the check of its object.
            let empty = in_properties && schema.as_object().is_some_and(Map::is_empty);
            if strict && empty { Ok(()) } else { descent.keywords(schema) }
        })?;
        self.level -= nested;
        Ok(())
    }

    fn allowed(&self, map: &Map<String, Value>) -> Result<(), String> {
        if let Some(keyword) = map.keys().find(|key| FORBIDDEN.contains(&key.as_str())) {
            return match keyword.as_str() {
                // Only this part of the sentence was seen.
                "not" => self.refuse("Unsupported keywords ('not',)."),
                keyword => self.refuse(&format!("'{keyword}' is not permitted.")),
            };
        }
        if !map.contains_key("type") && !map.contains_key("anyOf") {
            return self.refuse("schema must have a 'type' key.");
        }
        match map.get("format").and_then(Value::as_str) {
            Some(format) if !FORMATS.contains(&format) => {
                self.refuse(&format!("'{format}' is not a valid format."))
            }
            _ => Ok(()),
        }
    }

    fn reference(&self, map: &Map<String, Value>, reference: &Value) -> Result<(), String> {
        let mut beside: Vec<String> =
            map.keys().filter(|key| *key != "$ref").map(|key| quoted(key)).collect();
        if !beside.is_empty() {
            // A Python set: its order is any.
            beside.sort_unstable();
            let context = self.context();
            return Err(format!("context={context}, $ref cannot have keywords {{{}}}.", beside.join(", ")));
        }
        let target = reference.as_str().unwrap_or_default();
        let defined = ["$defs", "definitions"].into_iter().any(|key| {
            let name = target.strip_prefix("#/").and_then(|rest| rest.strip_prefix(key)?.strip_prefix('/'));
            let name = name.map(|name| name.replace("~1", "/").replace("~0", "~"));
            name.is_some_and(|name| self.root.get(key).and_then(|all| all.get(name)).is_some())
        });
        if target == "#" || defined {
            return Ok(());
        }
        self.refuse("reference can only point to definitions defined at the top level of the schema.")
    }

    /// Checks that objects name all of their properties, and allow no others.
    fn objects(&mut self, schema: &'a Value) -> Result<(), String> {
        let Some(map) = schema.as_object() else { return Ok(()) };
        if Nesting::of(map).object {
            if map.get("additionalProperties") != Some(&Value::Bool(false)) {
                return self.refuse("'additionalProperties' is required to be supplied and to be false.");
            }
            self.required(map)?;
        }
        self.descend(
            map,
            |descent, schema, in_properties| {
                if in_properties && is_dropped(schema) { Ok(()) } else { descent.objects(schema) }
            },
        )
    }

    fn required(&self, map: &Map<String, Value>) -> Result<(), String> {
        let none = Map::new();
        let properties = map.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let listed = map.get("required").and_then(Value::as_array);
        let required: std::collections::HashSet<&str> =
            listed.into_iter().flatten().filter_map(Value::as_str).collect();
        let rule =
            "'required' is required to be supplied and to be an array including every key in properties.";
        let mut kept = properties.iter().filter(|(_, schema)| !is_dropped(schema));
        if let Some((missing, _)) = kept.find(|(name, _)| !required.contains(name.as_str())) {
            return self.refuse(&format!("{rule} Missing {}.", quoted(missing)));
        }
        let known = |name: &str| properties.get(name).is_some_and(|schema| !is_dropped(schema));
        let extra = listed.into_iter().flatten().filter_map(Value::as_str).find(|name| !known(name));
        extra.map_or(Ok(()), |extra| {
            self.refuse(&format!("{rule} Extra required key {} supplied.", quoted(extra)))
        })
    }

    /// Visits the schemas inside of one, and says which of them are properties.
    fn descend(
        &mut self,
        map: &'a Map<String, Value>,
        visit: impl Fn(&mut Descent<'a>, &'a Value, bool) -> Result<(), String>,
    ) -> Result<(), String> {
        for key in ["properties", "$defs", "definitions"] {
            for (name, schema) in map.get(key).and_then(Value::as_object).into_iter().flatten() {
                self.path.extend([Segment::Key(key), Segment::Key(name)]);
                // Definitions begin anew, wherever they are referred to.
                let level = self.level;
                self.level = if key == "properties" { level } else { 0 };
                visit(self, schema, key == "properties")?;
                self.level = level;
                self.path.truncate(self.path.len() - 2);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(schema) = map.get(key).filter(|schema| schema.is_object()) {
                self.path.push(Segment::Key(key));
                visit(self, schema, false)?;
                self.path.pop();
            }
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for (at, schema) in map.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
                self.path.extend([Segment::Key(key), Segment::At(at)]);
                visit(self, schema, false)?;
                self.path.truncate(self.path.len() - 2);
            }
        }
        Ok(())
    }

    fn refuse(&self, sentence: &str) -> Result<(), String> {
        Err(format!("In context={}, {sentence}", self.context()))
    }

    /// The place as a Python tuple, in which one element keeps its comma.
    fn context(&self) -> String {
        let steps: Vec<String> = self
            .path
            .iter()
            .map(|step| match step {
                Segment::Key(key) => quoted(key),
                Segment::At(at) => format!("'{at}'"),
            })
            .collect();
        let comma = if steps.len() == 1 { "," } else { "" };
        format!("({}{comma})", steps.join(", "))
    }
}

/// The API does not see properties that are maps of any names, or that have no keywords, and then misses
/// them where they are required.
fn is_dropped(schema: &Value) -> bool {
    schema.as_object().is_some_and(|map| {
        let is_map = Nesting::of(map).object && !map.contains_key("properties");
        let said = map.get("additionalProperties").is_some_and(|more| *more != Value::Bool(true));
        map.is_empty() || is_map && said
    })
}

struct Nesting {
    object: bool,
    array: bool,
}

impl Nesting {
    fn of(map: &Map<String, Value>) -> Nesting {
        let named = |name: &str| match map.get("type") {
            Some(Value::String(one)) => one == name,
            Some(Value::Array(all)) => all.iter().any(|one| one == name),
            _ => false,
        };
        Nesting { object: named("object"), array: named("array") }
    }
}

impl SchemaSize {
    fn add(&mut self, map: &Map<String, Value>) {
        let names = |key: &str| map.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        self.properties += names("properties").count();
        for name in names("properties").chain(names("$defs")).chain(names("definitions")) {
            self.characters += name.chars().count();
        }
        let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
        self.characters += map.get("const").map_or(0, length);
        if let Some(values) = map.get("enum").and_then(Value::as_array) {
            let characters: usize = values.iter().map(length).sum();
            self.characters += characters;
            self.enum_values += values.len();
            if values.len() > LONG_ENUM {
                self.longest_enum = self.longest_enum.max(characters);
            }
        }
    }

    fn check(&self) -> Result<(), String> {
        let advice = "Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'.";
        if self.levels > MOST_LEVELS {
            return Err(format!("{} levels of nesting exceeds limit of {MOST_LEVELS}.", self.levels));
        }
        if self.properties > MOST_PROPERTIES {
            return Err(format!("{} parameters exceeds limit of {MOST_PROPERTIES}.", self.properties));
        }
        if self.enum_values > MOST_ENUM_VALUES {
            let found = self.enum_values;
            return Err(format!(
                "Expected at most {MOST_ENUM_VALUES} enum values in total within a single schema when using structured outputs, but received {found}. {advice}"
            ));
        }
        if self.longest_enum > MOST_ENUM_CHARACTERS {
            let found = self.longest_enum;
            return Err(format!(
                "Expected at most {MOST_ENUM_CHARACTERS} total characters across enum values when there are more than {LONG_ENUM} enum values, but received {found}. {advice}"
            ));
        }
        if self.characters > MOST_CHARACTERS {
            // Our own words, after those above.
            let found = self.characters;
            return Err(format!(
                "Expected at most {MOST_CHARACTERS} total characters across property names, definition names, enum values, and const values, but received {found}."
            ));
        }
        Ok(())
    }
}

/// A value as Python prints it.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", quoted(name), python(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text as Python prints it, in single quotes unless only double ones need no escape.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter == quote => out.extend(['\\', letter]),
            letter if letter.is_control() => out.extend(format!("\\x{:02x}", u32::from(letter)).chars()),
            letter => out.push(letter),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refuses(schema: &Value, sentence: &str) {
        assert_eq!(check(schema, true), Err(sentence.to_owned()), "{schema}");
    }

    /// A strict object with one property.
    fn with(schema: Value) -> Value {
        let mut object =
            json!({"type": "object", "properties": {}, "required": ["a"], "additionalProperties": false});
        object["properties"]["a"] = schema;
        object
    }

    #[test]
    fn the_root_is_an_object_also_where_nothing_is_strict() {
        for strict in [false, true] {
            for (schema, sentence) in [
                (json!({}), r#"schema must be a JSON Schema of 'type: "object"', got 'type: "None"'."#),
                (json!(true), r#"schema must be a JSON Schema of 'type: "object"', got 'type: "None"'."#),
                (
                    json!({"$ref": "#/$defs/a", "$defs": {"a": {}}}),
                    r#"schema must be a JSON Schema of 'type: "object"', got 'type: "None"'."#,
                ),
                (
                    json!({"type": "array"}),
                    r#"schema must be a JSON Schema of 'type: "object"', got 'type: "array"'."#,
                ),
                (
                    json!({"type": ["object", "null"]}),
                    r#"schema must be a JSON Schema of 'type: "object"', got 'type: "['object', 'null']"'."#,
                ),
                (
                    json!({"type": "object", "anyOf": [{}]}),
                    "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
                ),
                (json!({"type": "object"}), "In context=(), object schema missing properties."),
            ] {
                assert_eq!(check(&schema, strict), Err(sentence.to_owned()), "{schema}");
            }
        }
    }

    #[test]
    fn arrays_have_items_also_where_nothing_is_strict() {
        for strict in [false, true] {
            let missing = with(json!({"type": "array"}));
            assert_eq!(
                check(&missing, strict).unwrap_err(),
                "In context=('properties', 'a'), array schema missing items."
            );
            let inner = with(json!({"type": "array", "items": {"type": ["array", "null"]}}));
            let sentence = "In context=('properties', 'a', 'items'), array schema missing items.";
            assert_eq!(check(&inner, strict).unwrap_err(), sentence);
            let tuple = with(json!({"type": "array", "items": [{"type": "string"}]}));
            let sentence = "In context=('properties', 'a'), array schema items is not an object.";
            assert_eq!(check(&tuple, strict).unwrap_err(), sentence);
        }
    }

    #[test]
    fn what_is_not_strict_may_say_anything_else() {
        for schema in [
            json!({"type": "object", "properties": {}}),
            json!({"type": "object", "properties": {"a": {}, "b": {"oneOf": [{"minLength": 3}]}, "c": {"type": "object"}}}),
            json!({"type": "object", "properties": {"a": true, "b": {"$ref": "#/nowhere", "title": "B"}}, "required": ["z"]}),
        ] {
            assert_eq!(check(&schema, false), Ok(()), "{schema}");
        }
    }

    #[test]
    fn objects_name_all_properties_and_allow_no_others() {
        let required =
            "'required' is required to be supplied and to be an array including every key in properties.";
        let more = "'additionalProperties' is required to be supplied and to be false.";
        let text = json!({"type": "string"});
        refuses(&json!({"type": "object", "properties": {}}), &format!("In context=(), {more}"));
        refuses(
            &json!({"type": "object", "properties": {"a": {"type": "object"}}}),
            &format!("In context=(), {more}"),
        );
        refuses(
            &json!({"type": "object", "properties": {"unit": text}, "additionalProperties": false}),
            &format!("In context=(), {required} Missing 'unit'."),
        );
        refuses(
            &json!({"type": "object", "properties": {"a": text}, "required": ["a", "b"], "additionalProperties": false}),
            &format!("In context=(), {required} Extra required key 'b' supplied."),
        );
        refuses(
            &with(json!({"type": "object", "additionalProperties": {"type": "string"}})),
            &format!("In context=(), {required} Extra required key 'a' supplied."),
        );
        refuses(&with(json!({})), &format!("In context=(), {required} Extra required key 'a' supplied."));
        refuses(
            &with(json!({"anyOf": [{"type": "object", "properties": {}}, {"type": "null"}]})),
            &format!("In context=('properties', 'a', 'anyOf', '0'), {more}"),
        );
        let mut schema = with(json!({"$ref": "#/$defs/node"}));
        schema["$defs"] =
            json!({"node": {"type": "object", "properties": {"x": text}, "additionalProperties": false}});
        refuses(&schema, &format!("In context=('$defs', 'node'), {required} Missing 'x'."));
        refuses(
            &with(json!({"type": "array", "items": {"type": "object"}})),
            &format!("In context=('properties', 'a', 'items'), {more}"),
        );
    }

    #[test]
    fn keywords_that_are_not_supported() {
        for (schema, sentence) in [
            (json!({"oneOf": [{"type": "string"}]}), "'oneOf' is not permitted."),
            (json!({"allOf": [{"type": "string"}]}), "'allOf' is not permitted."),
            (
                json!({"type": "object", "propertyNames": {}, "additionalProperties": {}}),
                "'propertyNames' is not permitted.",
            ),
            (
                json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}),
                "'uniqueItems' is not permitted.",
            ),
            (json!({"type": "string", "format": "uri"}), "'uri' is not a valid format."),
            (json!({"const": 1}), "schema must have a 'type' key."),
            (json!({"description": "Anything."}), "schema must have a 'type' key."),
            (
                json!({"$ref": "#/properties/a"}),
                "reference can only point to definitions defined at the top level of the schema.",
            ),
            (
                json!({"$ref": "#/$defs/b"}),
                "reference can only point to definitions defined at the top level of the schema.",
            ),
        ] {
            refuses(&with(schema), &format!("In context=('properties', 'a'), {sentence}"));
        }
        refuses(
            &with(json!({"$ref": "#", "description": "Itself.", "default": null})),
            "context=('properties', 'a'), $ref cannot have keywords {'default', 'description'}.",
        );
        refuses(
            &json!({"type": "object", "properties": {}, "allOf": [{}], "additionalProperties": false}),
            "In context=(), 'allOf' is not permitted.",
        );
    }

    #[test]
    fn limits() {
        let deep = (0..11).fold(json!({"type": "string"}), |inner, _| with(inner));
        assert_eq!(check(&deep, true), Ok(()));
        refuses(&with(deep), "11 levels of nesting exceeds limit of 10.");
        let names: Vec<String> = (0..5_001).map(|at| format!("p{at}")).collect();
        let properties: Map<String, Value> =
            names.iter().map(|name| (name.clone(), json!({"type": "null"}))).collect();
        refuses(
            &json!({"type": "object", "properties": properties, "required": names, "additionalProperties": false}),
            "5001 parameters exceeds limit of 5000.",
        );
        refuses(
            &with(json!({"type": "string", "enum": &names[..1_001]})),
            "Expected at most 1000 enum values in total within a single schema when using structured outputs, but received 1001. Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'.",
        );
        let long: Vec<String> = (0..251).map(|at| format!("{at:060}")).collect();
        refuses(
            &with(json!({"type": "string", "enum": long})),
            "Expected at most 15000 total characters across enum values when there are more than 250 enum values, but received 15060. Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'.",
        );
        refuses(
            &with(json!({"type": "string", "const": "x".repeat(120_000)})),
            "Expected at most 120000 total characters across property names, definition names, enum values, and const values, but received 120001.",
        );
    }

    /// As deep as a body may be, on a stack of half the size of that of a connection's thread.
    #[test]
    fn a_deep_schema_fits_a_small_stack() {
        let items = |inner| json!({"type": "array", "items": inner});
        let deep = with((0..120).fold(json!({"type": "string"}), |inner, _| items(inner)));
        // Frames are larger without optimisation.
        let size = if cfg!(debug_assertions) { 1024 } else { 128 } * 1024;
        let check = move || check(&deep, true);
        let thread = std::thread::Builder::new().stack_size(size).spawn(check).expect("a thread");
        let sentence = "120 levels of nesting exceeds limit of 10.";
        assert_eq!(thread.join().expect("no panic"), Err(sentence.to_owned()));
    }

    #[test]
    fn names_are_printed_as_python_does() {
        for (text, printed) in
            [("a", "'a'"), ("it's", "\"it's\""), ("'\"", "'\\'\"'"), ("a\nb\\", "'a\\nb\\\\'"), ("é", "'é'")]
        {
            assert_eq!(quoted(text), printed);
        }
        let one = Descent {
            root: &Map::new(),
            strict: true,
            path: vec![Segment::Key("properties")],
            level: 0,
            size: SchemaSize::default(),
        };
        assert_eq!(one.context(), "('properties',)");
    }

    /// What the helpers of the clients write.
    #[test]
    fn schemas_of_the_helpers_are_accepted() {
        for schema in [
            // pydantic, by way of the Python client
            json!({
                "$defs": {
                    "Segment": {"properties": {"output": {"title": "Output", "type": "string"}, "kind": {"const": "a", "title": "Kind", "type": "string"}}, "required": ["output", "kind"], "title": "Segment", "type": "object", "additionalProperties": false},
                    "Colour": {"enum": ["red", "blue"], "title": "Colour", "type": "string"},
                },
                "properties": {
                    "steps": {"items": {"$ref": "#/$defs/Segment"}, "title": "Steps", "type": "array", "minItems": 1},
                    "colour": {"$ref": "#/$defs/Colour"},
                    "described": {"description": "Inlined.", "enum": ["red", "blue"], "title": "Colour", "type": "string"},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Note"},
                    "age": {"minimum": 0, "maximum": 150, "multipleOf": 1, "title": "Age", "type": "integer", "default": 3},
                    "day": {"format": "date", "pattern": "^2", "title": "Day", "type": "string", "examples": ["2024-01-01"]},
                    "none": {"properties": {}, "title": "Empty", "type": "object", "additionalProperties": false, "required": []},
                },
                "required": ["steps", "colour", "described", "note", "age", "day", "none"],
                "title": "Answer", "description": "An answer.", "type": "object", "additionalProperties": false,
            }),
            // zod, by way of the Node client
            json!({
                "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                "properties": {
                    "name": {"type": ["string", "null"]}, "kind": {"type": "string", "const": "a"}, "other": {"type": "string", "nullable": true},
                    "next": {"anyOf": [{"$ref": "#/definitions/next~1of"}, {"type": "null"}]}, "self": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                },
                "required": ["name", "kind", "other", "next", "self"], "additionalProperties": false,
                "definitions": {"next/of": {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"], "additionalProperties": false}},
            }),
            json!({"type": "object", "properties": {}, "additionalProperties": false}),
        ] {
            assert_eq!(check(&schema, true), Ok(()), "{schema}");
        }
    }
}
