//! What strict mode makes of a schema that did not ask for it.

use crate::structured::supported;
use serde_json::Map;
use serde_json::Value;

/// The schema as strict ones must be; `None` where it cannot be made so.
pub(crate) fn strictened(schema: &Value) -> Option<Value> {
    let mut schema = schema.clone();
    tighten(&mut schema);
    supported::check(&schema, true).is_ok().then_some(schema)
}

/// Objects everywhere in a schema require all of their properties and have no others. What complies stays.
fn tighten(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    for (word, value) in map.iter_mut() {
        match (word.as_str(), value) {
            ("properties" | "$defs" | "definitions", Value::Object(schemas)) => {
                schemas.values_mut().for_each(tighten);
            }
            ("items" | "additionalProperties", schema) => tighten(schema),
            ("anyOf" | "prefixItems", Value::Array(schemas)) => schemas.iter_mut().for_each(tighten),
            _ => {}
        }
    }
    let Some(properties) = map.get("properties").and_then(Value::as_object) else { return };
    let names: Option<Vec<Value>> = (!requires_all(map, properties))
        .then(|| properties.keys().map(|name| name.as_str().into()).collect());
    map.entry("additionalProperties").or_insert(false.into());
    if let Some(names) = names {
        map.insert("required".to_owned(), names.into());
    }
}

fn requires_all(map: &Map<String, Value>, properties: &Map<String, Value>) -> bool {
    let Some(required) = map.get("required").and_then(Value::as_array) else { return false };
    // They are known to differ.
    let known = |name: &Value| name.as_str().is_some_and(|name| properties.contains_key(name));
    required.len() == properties.len() && required.iter().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_schemas_are_tightened_where_they_can_be() {
        for (loose, strict) in [
            (
                r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["b"]}"#,
                Some(
                    r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}"#,
                ),
            ),
            // What complies stays as it is, also the order of what is required.
            (
                r#"{"properties":{"a":{"type":"object","properties":{"x":{"type":"null"},"y":{"type":"null"}},"required":["y","x"]}},"type":"object","required":["a"],"additionalProperties":false}"#,
                Some(
                    r#"{"properties":{"a":{"type":"object","properties":{"x":{"type":"null"},"y":{"type":"null"}},"required":["y","x"],"additionalProperties":false}},"type":"object","required":["a"],"additionalProperties":false}"#,
                ),
            ),
            (
                r##"{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"array","items":{"type":"object","properties":{}}}]}},"$defs":{"a":{"type":"object","properties":{}}}}"##,
                Some(
                    r##"{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false,"required":[]}}]}},"$defs":{"a":{"type":"object","properties":{},"additionalProperties":false,"required":[]}},"additionalProperties":false,"required":["a"]}"##,
                ),
            ),
            // Values are no schemas.
            (
                r#"{"type":"object","properties":{"a":{"type":"string","default":{"properties":{}}}}}"#,
                Some(
                    r#"{"type":"object","properties":{"a":{"type":"string","default":{"properties":{}}}},"additionalProperties":false,"required":["a"]}"#,
                ),
            ),
            (r#"{"type":"object","properties":{"a":{"type":"object"}}}"#, None),
            (r#"{"type":"object","properties":{},"additionalProperties":true}"#, None),
            (r#"{"type":"object","properties":{"a":{"oneOf":[{"type":"string"}]}}}"#, None),
        ] {
            let schema = serde_json::from_str(loose).expect("JSON");
            assert_eq!(strictened(&schema).map(|schema| schema.to_string()).as_deref(), strict, "{loose}");
        }
    }
}
