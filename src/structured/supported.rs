//! What the API does not support in the JSON Schema of a function or of a response format: little in general,
//! and all that Structured Outputs lack where `strict` is set.
//!
//! The rules are those of the Structured Outputs guide of 2026; the sentences were seen on the wire,
//! unless a comment says otherwise. Whatever is not known to be refused is accepted.

use crate::structured::python::quoted;
use crate::structured::python::repr;
use crate::structured::regex;
use crate::structured::size::SchemaSize;
use crate::structured::stated::Keyword;
use crate::structured::stated::Stated;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

/// What strict schemas must not have.
const FORBIDDEN: &[Keyword] = &[Keyword::Forbidden, Keyword::AllOf, Keyword::OneOf, Keyword::Not];
/// The values of `format` that strict schemas of texts may have. Those of numbers, such as `int64`, are any.
const FORMATS: &[&str] =
    &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

pub(super) const NO_ITEMS_OBJECT: &str = "array schema items is not an object.";

/// Whether the API takes what is a schema; if so, where its first pattern is that looks around, which strict ones
/// must not.
pub(super) fn check(schema: &Value, strict: bool) -> Result<Option<String>, String> {
    let empty = Map::new();
    let root = schema.as_object().unwrap_or(&empty);
    check_root(&Stated::by(root), strict)?;
    let mut descent = Descent {
        root,
        strict,
        path: Vec::new(),
        level: 0,
        unseen: false,
        size: SchemaSize::default(),
        objects: Ok(()),
        lookaround: None,
    };
    descent.schema(schema, false)?;
    descent.objects?;
    descent.size.check()?;
    Ok(descent.lookaround)
}

fn check_root(root: &Stated<'_>, strict: bool) -> Result<(), String> {
    if root.text(Keyword::Type) != Some("object") {
        let found = match root.get(Keyword::Type) {
            Some(Value::String(name)) => name.clone(),
            other => repr(other.unwrap_or(&Value::Null)),
        };
        return Err(format!("schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{found}\"'."));
    }
    // `allOf` is told about by its place where it is forbidden everywhere.
    let choices =
        [Keyword::OneOf, Keyword::AnyOf, Keyword::Enum, Keyword::Not].iter().any(|word| root.has(*word));
    if choices || !strict && root.has(Keyword::AllOf) {
        let keywords = "'oneOf'/'anyOf'/'allOf'/'enum'/'not'";
        return Err(format!("schema must have type 'object' and not have {keywords} at the top level."));
    }
    if root.has(Keyword::Properties) {
        Ok(())
    } else {
        Err("In context=(), object schema missing properties.".to_owned())
    }
}

/// A way down from the root.
struct Descent<'a> {
    root: &'a Map<String, Value>,
    strict: bool,
    path: Vec<Segment<'a>>,
    /// Objects and arrays around this place. How the API counts was not seen for certain: 15 objects
    /// inside one another were 14 levels.
    level: usize,
    /// Whether this is inside of a property that the API does not see where it looks at objects.
    unseen: bool,
    size: SchemaSize,
    /// What is wrong with the first object that does not name its properties or allows others. The API tells
    /// it after what is wrong with any keyword.
    objects: Result<(), String>,
    /// Where the first pattern is that looks around.
    lookaround: Option<String>,
}

enum Segment<'a> {
    Key(&'a str),
    At(usize),
}

impl<'a> Descent<'a> {
    fn schema(&mut self, schema: &'a Value, is_property: bool) -> Result<(), String> {
        let Some(map) = schema.as_object() else {
            // Also the schemas `true` and `false`, of which the API's words were not seen.
            return if self.strict { self.refuse("schema must have a 'type' key.") } else { Ok(()) };
        };
        // A property without any keyword is left to the check of its object.
        if self.strict && is_property && map.is_empty() {
            return Ok(());
        }
        let stated = Stated::by(map);
        let (object, array) = (stated.may_be("object"), stated.may_be("array"));
        let (level, unseen) = (self.level, self.unseen);
        self.look_around(&stated);
        if self.strict {
            if let Some(reference) = stated.get(Keyword::Reference) {
                return self.reference(map, reference);
            }
            self.allowed(&stated)?;
            self.size.add(&stated);
            if object || array {
                self.size.levels = self.size.levels.max(level);
            }
            self.unseen |= is_property && stated.is_dropped();
            if object && !self.unseen && self.objects.is_ok() {
                self.objects = self.object(&stated);
            }
        }
        if array {
            match stated.get(Keyword::Items) {
                Some(Value::Object(_)) => {}
                Some(_) => return self.refuse(NO_ITEMS_OBJECT),
                None if stated.has(Keyword::PrefixItems) => {}
                None => return self.refuse("array schema missing items."),
            }
        }
        self.level += usize::from(object || array);
        self.descend(&stated)?;
        (self.level, self.unseen) = (level, unseen);
        Ok(())
    }

    fn allowed(&self, stated: &Stated<'_>) -> Result<(), String> {
        if FORBIDDEN.iter().any(|word| stated.has(*word)) {
            let is_one = |key: &&String| Keyword::of(key).is_some_and(|word| FORBIDDEN.contains(&word));
            let keyword = stated.map.keys().find(is_one).map_or("", String::as_str);
            return match keyword {
                // Only this part of the sentence was seen.
                "not" => self.refuse("Unsupported keywords ('not',)."),
                keyword => self.refuse(&format!("'{keyword}' is not permitted.")),
            };
        }
        if !stated.has(Keyword::Type) && !stated.has(Keyword::AnyOf) {
            return self.refuse("schema must have a 'type' key.");
        }
        match stated.text(Keyword::Format).filter(|format| !FORMATS.contains(format)) {
            Some(format) if !stated.may_be("integer") && !stated.may_be("number") => {
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
        let named = ["$defs", "definitions"].into_iter().find_map(|key| {
            let name = target.strip_prefix("#/")?.strip_prefix(key)?.strip_prefix('/')?;
            Some((key, name.replace("~1", "/").replace("~0", "~")))
        });
        match named {
            Some((key, name)) if self.root.get(key).and_then(|all| all.get(&name)).is_none() => {
                let target = repr(reference);
                self.refuse(&format!("reference to component {target} which was not found in the schema."))
            }
            None if target != "#" => {
                self.refuse("reference can only point to definitions defined at the top level of the schema.")
            }
            _ => Ok(()),
        }
    }

    fn look_around(&mut self, stated: &Stated<'_>) {
        let pattern = stated.text(Keyword::Pattern).filter(|pattern| pattern.contains("(?"));
        let found = pattern.and_then(regex::read).is_some_and(|pattern| pattern.looks_around);
        if found && self.lookaround.is_none() {
            let step = |step: &Segment<'_>| match step {
                Segment::Key(key) => format!(".{key}"),
                Segment::At(at) => format!("[{at}]"),
            };
            let steps: String = self.path.iter().map(step).collect();
            self.lookaround = Some(format!("${steps}.pattern"));
        }
    }

    /// Checks that an object names all of its properties, and allows no others.
    fn object(&self, stated: &Stated<'a>) -> Result<(), String> {
        if stated.text(Keyword::Type).is_none() && stated.is_map() {
            // It may be null as well.
            return Ok(());
        }
        if stated.get(Keyword::AdditionalProperties) != Some(&Value::Bool(false)) {
            return self.refuse("'additionalProperties' is required to be supplied and to be false.");
        }
        let properties = stated.fields(Keyword::Properties).into_iter().flatten();
        let is_seen = |schema: &Value| !schema.as_object().is_some_and(|map| Stated::by(map).is_dropped());
        let seen: Vec<&str> =
            properties.filter(|(_, schema)| is_seen(schema)).map(|(name, _)| name.as_str()).collect();
        let required: Vec<&str> = stated.list(Keyword::Required).iter().filter_map(Value::as_str).collect();
        if seen == required {
            return Ok(());
        }
        let rule =
            "'required' is required to be supplied and to be an array including every key in properties.";
        if let Some(missing) = first_without(&seen, &required) {
            return self.refuse(&format!("{rule} Missing {}.", quoted(missing)));
        }
        match first_without(&required, &seen) {
            Some(extra) => self.refuse(&format!("{rule} Extra required key {} supplied.", quoted(extra))),
            None => Ok(()),
        }
    }

    /// Visits the schemas inside of one.
    fn descend(&mut self, stated: &Stated<'a>) -> Result<(), String> {
        for (word, key) in [
            (Keyword::Properties, "properties"),
            (Keyword::Defs, "$defs"),
            (Keyword::Definitions, "definitions"),
        ] {
            for (name, schema) in stated.fields(word).into_iter().flatten() {
                self.path.extend([Segment::Key(key), Segment::Key(name)]);
                let is_property = key == "properties";
                // Definitions begin anew, wherever they are referred to.
                let level = self.level;
                self.level = if is_property { level } else { 0 };
                self.schema(schema, is_property)?;
                self.level = level;
                self.path.truncate(self.path.len() - 2);
            }
        }
        for (word, key) in
            [(Keyword::Items, "items"), (Keyword::AdditionalProperties, "additionalProperties")]
        {
            if let Some(schema) = stated.get(word).filter(|schema| schema.is_object()) {
                self.path.push(Segment::Key(key));
                self.schema(schema, false)?;
                self.path.pop();
            }
        }
        for (word, key) in [
            (Keyword::PrefixItems, "prefixItems"),
            (Keyword::AnyOf, "anyOf"),
            (Keyword::OneOf, "oneOf"),
            (Keyword::AllOf, "allOf"),
        ] {
            for (at, schema) in stated.list(word).iter().enumerate() {
                self.path.extend([Segment::Key(key), Segment::At(at)]);
                self.schema(schema, false)?;
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

/// The first of some names that is not among others.
fn first_without<'n>(names: &[&'n str], others: &[&str]) -> Option<&'n str> {
    let others: HashSet<&str> = others.iter().copied().collect();
    names.iter().copied().find(|name| !others.contains(name))
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
            let refuses = |schema: &Value, sentence: &str| {
                assert_eq!(check(schema, strict), Err(sentence.to_owned()), "{schema}");
            };
            refuses(&missing, "In context=('properties', 'a'), array schema missing items.");
            let inner = with(json!({"type": "array", "items": {"type": ["array", "null"]}}));
            let sentence = "In context=('properties', 'a', 'items'), array schema missing items.";
            refuses(&inner, sentence);
            let tuple = with(json!({"type": "array", "items": [{"type": "string"}]}));
            let sentence = "In context=('properties', 'a'), array schema items is not an object.";
            refuses(&tuple, sentence);
        }
    }

    #[test]
    fn what_is_not_strict_may_say_anything_else() {
        for schema in [
            json!({"type": "object", "properties": {}}),
            json!({"type": "object", "properties": {"a": {}, "b": {"oneOf": [{"minLength": 3}]}, "c": {"type": "object"}}}),
            json!({"type": "object", "properties": {"a": true, "b": {"$ref": "#/nowhere", "title": "B"}}, "required": ["z"]}),
        ] {
            assert_eq!(check(&schema, false), Ok(None), "{schema}");
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
                "reference to component '#/$defs/b' which was not found in the schema.",
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
    fn what_strict_schemas_may_say() {
        for schema in [
            json!({"type": ["object", "null"], "additionalProperties": {"type": "string"}}),
            json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "null"}]}),
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "null"}}),
            json!({"type": "integer", "format": "int64"}),
            json!({"type": ["number", "null"], "format": "double"}),
            json!({"type": "string", "pattern": r"^[(?=]\(?!a(?:b)$"}),
        ] {
            assert_eq!(check(&with(schema.clone()), true), Ok(None), "{schema}");
        }
        let objects = json!({"type": "array", "prefixItems": [{"type": "object", "properties": {}}]});
        let sentence = "In context=('properties', 'a', 'prefixItems', '0'), 'additionalProperties' is required to be supplied and to be false.";
        refuses(&with(objects), sentence);
        let neither = with(json!({"type": ["object", "null"]}));
        let sentence = "In context=('properties', 'a'), 'additionalProperties' is required to be supplied and to be false.";
        refuses(&neither, sentence);
    }

    #[test]
    fn the_first_pattern_that_looks_around_is_told_last() {
        let text = |pattern: &str| json!({"type": "string", "pattern": pattern});
        let found = |schema: Value| match check(&schema, true) {
            Ok(Some(place)) => place,
            other => panic!("{other:?}"),
        };
        assert_eq!(found(with(text("(?=a)"))), "$.properties.a.pattern");
        let nested = json!({"type": "array", "items": {"anyOf": [{"type": "null"}, text("a(?<!b)")]}});
        assert_eq!(found(with(nested)), "$.properties.a.items.anyOf[1].pattern");
        let tuple = json!({"type": "array", "prefixItems": [text("(?!a)"), text("(?=a)")]});
        assert_eq!(found(with(tuple)), "$.properties.a.prefixItems[0].pattern");
        let mut wrong = with(text("(?=a)"));
        wrong["properties"]["b"] = json!({"oneOf": []});
        refuses(&wrong, "In context=('properties', 'b'), 'oneOf' is not permitted.");
        assert_eq!(check(&with(text("(?=a)")), false), Ok(Some("$.properties.a.pattern".to_owned())));
    }

    #[test]
    fn limits() {
        let deep = (0..11).fold(json!({"type": "string"}), |inner, _| with(inner));
        assert_eq!(check(&deep, true), Ok(None));
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
    fn one_step_keeps_its_comma() {
        let sentence = "In context=('items',), 'oneOf' is not permitted.";
        refuses(&json!({"type": "object", "properties": {}, "items": {"oneOf": []}}), sentence);
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
            assert_eq!(check(&schema, true), Ok(None), "{schema}");
        }
    }
}
