//! Schemas as clients send them, and hostile ones.
#[cfg(test)]
mod tests {
    use crate::generate::schema::instance;
    use crate::generate::schema::proof::tests::complaint;
    use crate::generate::schema::rules::Rules;
    use crate::generate::seed::Seed;
    use serde_json::Value;
    use serde_json::json;

    fn written_by_clients() -> Vec<(&'static str, Value)> {
        vec![
            (
                "weather",
                json!({"type": "object", "properties": {
                "location": {"type": "string", "description": "The city and country, e.g. Bogotá, Colombia"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            }, "required": ["location", "unit"], "additionalProperties": false}),
            ),
            (
                "pydantic, nested models",
                json!({
                    "$defs": {
                        "Address": {"properties": {
                            "street": {"title": "Street", "type": "string"}, "city": {"title": "City", "type": "string"},
                            "zip_code": {"anyOf": [{"type": "string", "pattern": "^\\d{5}$"}, {"type": "null"}], "default": null, "title": "Zip Code"},
                        }, "required": ["street", "city"], "title": "Address", "type": "object"},
                        "Role": {"enum": ["admin", "member"], "title": "Role", "type": "string"},
                    },
                    "properties": {
                        "name": {"title": "Name", "type": "string"},
                        "age": {"exclusiveMinimum": 0, "maximum": 150, "title": "Age", "type": "integer"},
                        "email": {"format": "email", "title": "Email", "type": "string"},
                        "role": {"$ref": "#/$defs/Role"},
                        "addresses": {"items": {"$ref": "#/$defs/Address"}, "title": "Addresses", "type": "array"},
                        "primary": {"$ref": "#/$defs/Address", "description": "Where post goes."},
                        "scores": {"additionalProperties": {"type": "number"}, "title": "Scores", "type": "object"},
                        "born": {"format": "date", "title": "Born", "type": "string"},
                        "pair": {"maxItems": 2, "minItems": 2, "prefixItems": [{"type": "integer"}, {"type": "string"}], "title": "Pair", "type": "array"},
                        "price": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$"}], "title": "Price"},
                    },
                    "required": ["name", "age", "email", "role", "addresses", "primary", "scores", "born", "pair", "price"],
                    "title": "Person", "type": "object",
                }),
            ),
            (
                "zod, with what its helper writes",
                json!({
                    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                    "properties": {
                        "steps": {"type": "array", "items": {"type": "object", "properties": {
                            "explanation": {"type": "string"}, "output": {"type": "string"},
                        }, "required": ["explanation", "output"], "additionalProperties": false}},
                        "final_answer": {"type": "string"},
                        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                        "count": {"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64},
                        "nickname": {"type": ["string", "null"]},
                        "id": {"type": "string", "format": "uuid", "pattern": "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$"},
                        "address": {"type": "string", "format": "email"},
                    },
                    "required": ["steps", "final_answer", "confidence", "count", "nickname", "id", "address"],
                    "additionalProperties": false,
                }),
            ),
        ]
    }

    fn recursive() -> Vec<(&'static str, Value)> {
        vec![
            (
                "a tree",
                json!({
                    "type": "object", "properties": {
                        "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}},
                        "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                    }, "required": ["name", "children", "parent"], "additionalProperties": false,
                }),
            ),
            (
                "a user interface that contains itself",
                json!({
                    "type": "object", "properties": {
                        "type": {"type": "string", "enum": ["div", "button", "header", "section", "field", "form"]},
                        "label": {"type": "string"},
                        "children": {"type": "array", "items": {"$ref": "#"}},
                        "attributes": {"type": "array", "items": {"$ref": "#/$defs/attribute"}},
                    }, "required": ["type", "label", "children", "attributes"], "additionalProperties": false,
                    "$defs": {"attribute": {"type": "object", "properties": {
                        "name": {"type": "string"}, "value": {"type": "string"},
                    }, "required": ["name", "value"], "additionalProperties": false}},
                }),
            ),
            (
                "a linked list",
                json!({
                    "type": "object", "properties": {"linked_list": {"$ref": "#/$defs/node"}},
                    "$defs": {"node": {"type": "object", "properties": {
                        "value": {"type": "number"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                    }, "additionalProperties": false, "required": ["next", "value"]}},
                    "additionalProperties": false, "required": ["linked_list"],
                }),
            ),
            (
                "a union told apart by a tag",
                json!({
                    "$defs": {
                        "Cat": {"properties": {"kind": {"const": "cat", "type": "string"}, "lives": {"type": "integer", "maximum": 9}}, "required": ["kind", "lives"], "type": "object"},
                        "Dog": {"properties": {"kind": {"const": "dog", "type": "string"}, "name": {"type": "string"}}, "required": ["kind", "name"], "type": "object"},
                    },
                    "properties": {"pets": {"type": "array", "minItems": 3, "items": {
                        "discriminator": {"mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}, "propertyName": "kind"},
                        "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
                    }}}, "required": ["pets"], "type": "object",
                }),
            ),
            (
                "mutual recursion without optional ends",
                json!({
                    "$ref": "#/definitions/a",
                    "definitions": {
                        "a": {"type": "object", "properties": {"b": {"$ref": "#/definitions/b"}}, "required": ["b"]},
                        "b": {"anyOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/c"}]},
                        "c": {"oneOf": [{"$ref": "#/definitions/a"}, {"type": "integer"}]},
                    },
                }),
            ),
            ("many types that hold each other", {
                let mut definitions = serde_json::Map::new();
                for kind in 0..20 {
                    definitions.insert(format!("t{kind}"), json!({"type": "object", "properties": {
                        "kind": {"const": kind},
                        "inner": {"type": "array", "minItems": 1, "items": {"anyOf": (0..20).map(|kind| json!({"$ref": format!("#/$defs/t{kind}")})).chain([json!({"type": "string"})]).collect::<Vec<_>>()}},
                    }, "required": ["kind", "inner"]}));
                }
                json!({"$ref": "#/$defs/t0", "$defs": definitions})
            }),
        ]
    }

    fn spelled_otherwise() -> Vec<(&'static str, Value)> {
        vec![
            (
                "a search filter",
                json!({"type": "object", "properties": {
                "query": {"type": "string"}, "top_k": {"type": "integer", "minimum": 1, "maximum": 20},
                "filters": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
                "sort": {"type": "string", "enum": ["asc", "desc"]}, "include_archived": {"type": "boolean"},
                "start_date": {"type": "string", "format": "date"}, "max_price": {"type": "number", "multipleOf": 0.01, "minimum": 0},
            }, "required": ["query"]}),
            ),
            (
                "draft 4",
                json!({
                    "$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
                    "properties": {"age": {"type": "integer", "minimum": 18, "exclusiveMinimum": true, "maximum": 20, "exclusiveMaximum": true}},
                    "required": ["age"],
                }),
            ),
            (
                "draft 7",
                json!({
                    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                    "properties": {
                        "pair": {"type": "array", "items": [{"type": "integer"}, {"type": "string"}], "additionalItems": false},
                        "rest": {"type": "array", "items": [{"type": "integer"}], "additionalItems": {"type": "boolean"}, "minItems": 3},
                        "node": {"$ref": "#/definitions/node%20of"},
                    },
                    "definitions": {"node of": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
                    "dependencies": {"pair": ["rest"], "rest": {"required": ["node"]}},
                }),
            ),
            (
                "places by what they hold",
                json!({
                    "type": "object",
                    "properties": {"latitude": {"type": "number", "minimum": -90, "maximum": 90}, "longitude": {"type": "number", "minimum": -180, "maximum": 180}, "rating": {"type": "integer", "minimum": 1, "maximum": 5}},
                    "required": ["latitude", "longitude", "rating"], "additionalProperties": false,
                }),
            ),
            ("nothing is asked", json!({})),
            ("an object of any kind", json!({"type": "object"})),
        ]
    }

    /// The other validator has no patterns that look ahead.
    fn without_looking_ahead(schema: &Value) -> Value {
        match schema {
            Value::Object(map) => {
                let looks = |value: &Value| value.as_str().is_some_and(|pattern| pattern.contains("(?!"));
                let kept = map.iter().filter(|(name, value)| *name != "pattern" || !looks(value));
                Value::Object(
                    kept.map(|(name, value)| (name.clone(), without_looking_ahead(value))).collect(),
                )
            }
            Value::Array(items) => items.iter().map(without_looking_ahead).collect(),
            _ => schema.clone(),
        }
    }

    #[test]
    fn another_validator_accepts_what_clients_are_given() {
        let cases = written_by_clients().into_iter().chain(recursive()).chain(spelled_otherwise());
        for (name, schema) in cases {
            for number in 0..20 {
                let value = instance(&schema, Seed::of_bytes(name.as_bytes()).part("case", number));
                let complaint = complaint(&without_looking_ahead(&schema), &value);
                assert_eq!(complaint, None, "{name}: {value}");
                assert!(value.to_string().len() < 4_000, "{name}: {value}");
                assert!(Rules::of(&schema).accepts(&schema, &value, 0), "{name}: {value}");
            }
        }
    }

    #[test]
    fn patterns_that_look_ahead_are_met() {
        let pattern = r"^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{8,20}$";
        let schema = json!({"type": "string", "pattern": pattern, "minLength": 10});
        for number in 0..50 {
            let value = instance(&schema, Seed::of_bytes(b"ahead").part("case", number));
            assert!(
                fancy_regex::Regex::new(pattern)
                    .expect("a pattern")
                    .is_match(value.as_str().expect("a text"))
                    .expect("a match"),
                "{value}"
            );
        }
    }

    #[test]
    fn as_many_different_items_as_asked() {
        for items in [
            json!({"type": "string"}),
            json!({"type": "string", "format": "email"}),
            json!({"type": "string", "pattern": "^[a-z]{3}$"}),
            json!({"type": "integer", "minimum": 1, "maximum": 500}),
            json!({"type": "number"}),
            json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}),
        ] {
            let schema = json!({"type": "array", "items": &items, "minItems": 500, "uniqueItems": true});
            let value = instance(&schema, Seed::of_bytes(b"different"));
            assert_eq!(complaint(&schema, &value), None, "{items}");
        }
        let schema = json!({"type": "array", "items": {"type": "string"}, "minItems": 10_000});
        assert_eq!(complaint(&schema, &instance(&schema, Seed::of_bytes(b"many"))), None);
    }

    #[test]
    fn a_null_that_openapi_allows_ends_a_recursion() {
        let schema = json!({"type": "object", "nullable": true, "properties": {"next": {"$ref": "#"}}, "required": ["next"]});
        let value = instance(&schema, Seed::of_bytes(b"nullable"));
        assert_eq!(value, json!({"next": {"next": null}}));
    }

    /// Schemas that nobody means well with.
    fn hostile() -> Vec<(&'static str, Value)> {
        let nested = |wrap: fn(Value) -> Value, times| {
            (0..times).fold(json!({"type": "string"}), |inner, _| wrap(inner))
        };
        let bomb = |one: fn(&str) -> Value| {
            let each = (0..60).map(|level| (format!("d{level}"), one(&format!("#/$defs/d{}", level + 1))));
            json!({"$ref": "#/$defs/d0", "$defs": Value::Object(each.collect())})
        };
        let chain: serde_json::Map<String, Value> = (0..20_000)
            .map(|at| (format!("d{at}"), json!({"$ref": format!("#/$defs/d{}", at + 1)})))
            .collect();
        let many =
            |count| -> Value { (0..count).map(|at| json!({"required": [format!("p{at}")]})).collect() };
        let names: Vec<String> = (0..50_000).map(|at| format!("p{at}")).collect();
        let properties: serde_json::Map<String, Value> = names
            .iter()
            .map(|name| {
                (name.clone(), json!({"type": "array", "minItems": 50, "items": {"minLength": 5_000}}))
            })
            .collect();
        vec![
            ("deep objects", nested(|inner| json!({"type": "object", "properties": {"a": inner}, "required": ["a"]}), 60)),
            ("deep arrays", nested(|inner| json!({"type": "array", "items": inner, "minItems": 1}), 120)),
            ("deep choices", nested(|inner| json!({"anyOf": [inner]}), 60)),
            ("deep conditions", nested(|inner| json!({"not": {"not": inner}}), 60)),
            ("a chain of references", json!({"$ref": "#/$defs/d0", "$defs": chain})),
            ("a reference to itself", json!({"$ref": "#"})),
            ("a definition of itself", json!({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}})),
            ("a choice of itself", json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]})),
            ("not itself", json!({"not": {"$ref": "#"}})),
            ("no end", json!({"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["a", "b"]})),
            ("no end in arrays", json!({"type": "array", "items": {"$ref": "#"}, "minItems": 3})),
            ("twice all of", bomb(|next| json!({"allOf": [{"$ref": next}, {"$ref": next}]}))),
            ("twice any of", bomb(|next| json!({"anyOf": [{"$ref": next}, {"$ref": next}], "minLength": 3}))),
            ("twice one of", bomb(|next| json!({"oneOf": [{"$ref": next}, {"$ref": next}, {"type": "null"}]}))),
            ("two properties", bomb(|next| json!({"type": "object", "properties": {"a": {"$ref": next}, "b": {"$ref": next}}, "required": ["a", "b"]}))),
            ("three items", bomb(|next| json!({"type": "array", "items": {"$ref": next}, "minItems": 3}))),
            ("different items", bomb(|next| json!({"type": "array", "items": {"$ref": next}, "minItems": 3, "uniqueItems": true}))),
            ("too many items", json!({"type": "array", "minItems": 1_000_000_000, "items": {"type": "integer"}})),
            ("too many items in items", json!({"type": "array", "minItems": 9_000, "items": {"type": "array", "minItems": 9_000, "items": {"minLength": 9_000}}})),
            ("too many different items", json!({"type": "array", "minItems": 1_000_000, "uniqueItems": true, "items": {"type": "string"}})),
            ("too long a text", json!({"type": "string", "minLength": 4_000_000_000_u64})),
            ("too many properties", json!({"type": "object", "minProperties": 1_000_000_000})),
            ("many properties", json!({"type": "object", "properties": properties, "required": names})),
            ("many optional properties", json!({"type": "array", "minItems": 5_000, "items": {"type": "object", "properties": properties}})),
            ("a long list", json!({"type": "array", "minItems": 9_000, "items": {"type": "string", "minLength": 9, "enum": names}})),
            ("many choices", json!({"type": "object", "anyOf": many(3_000), "oneOf": many(3_000)})),
            ("many choices at once", json!({"allOf": (0..300).map(|_| json!({"anyOf": many(30)})).collect::<Vec<_>>(), "not": {}})),
            ("a slow pattern", json!({"type": "array", "minItems": 500, "items": {"type": "string", "pattern": "^(a+)+b$", "minLength": 3_000, "not": {"pattern": "^(a|a)*$"}}})),
            ("a large pattern", json!({"type": "string", "pattern": "^((a{100}){100}){100}$"})),
            ("large patterns", (0..300).map(|at| (format!("p{at}"), json!({"type": "string", "pattern": format!("^(a{{1000}}){{15}}{at}$"), "maxLength": 3}))).collect::<serde_json::Map<_, _>>().into_iter().fold(json!({"type": "object", "properties": {}}), |mut all, (name, one)| { all["properties"][name] = one; all })),
            ("no value", json!(false)),
            ("no value in properties", json!({"type": "object", "properties": {"a": false}, "required": ["a"]})),
            ("no type", json!({"type": []})),
            ("an unknown type", json!({"type": "file"})),
            ("no schema", json!([1, "x"])),
            ("odd keywords", json!({"type": 5, "properties": [], "required": {}, "enum": 3, "items": 7, "minItems": "a", "allOf": {}, "anyOf": [], "oneOf": 1, "$ref": 4, "pattern": 5, "format": {}, "multipleOf": 0, "if": 3, "then": 4, "dependentRequired": [], "patternProperties": 5})),
            ("odd keywords of an object", json!({"type": "object", "properties": {"a": 5}, "required": [1, null, "b"], "patternProperties": {"(": true}, "propertyNames": 5, "minProperties": -3})),
            ("an empty list", json!({"enum": []})),
            ("limits that cross", json!({"type": "object", "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 4}, "b": {"minLength": 5, "maxLength": 4, "type": "string"}, "c": {"type": "array", "minItems": 3, "maxItems": 2}}, "required": ["a", "b", "c"]})),
            ("two booleans are all", json!({"type": "array", "items": {"type": "boolean"}, "minItems": 9, "uniqueItems": true})),
            ("an unknown reference", json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}, "b": {"$ref": "https://example.com/x.json"}}})),
            ("numbers at their ends", json!({"type": "array", "prefixItems": [
                {"type": "integer", "minimum": 9_223_372_036_854_775_807_i64}, {"type": "integer", "maximum": i64::MIN},
                {"type": "integer", "minimum": u64::MAX}, {"type": "number", "minimum": 1e308}, {"type": "number", "exclusiveMaximum": -1e308},
                {"type": "number", "multipleOf": 1e-300}, {"type": "integer", "multipleOf": 1e300}, {"type": "number", "multipleOf": -1},
                {"type": "integer", "minimum": 9_223_372_036_854_775_000_i64, "multipleOf": 1_000}, {"type": "number", "minimum": 0.1, "maximum": 0.1},
            ]})),
        ]
    }

    /// As small a stack as that of a connection's thread, half of which is left to the rest of a request.
    #[test]
    fn hostile_schemas_end_and_fit_a_small_stack() {
        for (name, schema) in hostile() {
            let run = move || {
                let value = instance(&schema, Seed::of_bytes(name.as_bytes()));
                value.to_string().len()
            };
            // Frames are larger without optimisation.
            let size = if cfg!(debug_assertions) { 1024 } else { 128 } * 1024;
            let thread = std::thread::Builder::new().stack_size(size).spawn(run).expect("a thread");
            let length = thread.join().expect(name);
            assert!(length < 8_000_000, "{name} {length}");
        }
    }
}
