//! Random schemas, the instances of which another validator must accept.
#[cfg(test)]
pub(super) mod tests {
    use crate::generate::schema::instance;
    use crate::generate::seed::Draws;
    use crate::generate::seed::Seed;
    use serde_json::Map;
    use serde_json::Value;
    use serde_json::json;

    const NAMES: &[&str] = &[
        "city",
        "name",
        "age",
        "price",
        "tags",
        "email",
        "id",
        "userId",
        "description",
        "score",
        "created_at",
        "x",
        "items",
        "status",
        "url",
        "count",
        "kind",
        "année",
        "a b",
        "",
        "zip_code",
        "enabled",
        "$ref_",
        "value",
    ];
    const PATTERNS: &[&str] = &[
        "^[a-z]+$",
        "^[A-Z]{2}-\\d{4}$",
        "^#[0-9a-fA-F]{6}$",
        "^[a-z0-9]+(?:-[a-z0-9]+)*$",
        "^(red|green|blue)$",
        "^v\\d+\\.\\d+\\.\\d+$",
        "^@[a-zA-Z0-9_]+$",
        "\\d",
        "colou?r",
        "^.*$",
        "^[^/]+/[^/]+$",
        "^\\S+$",
        "^\\w+\\s\\w+$",
        "^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$",
        "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
        "^\\+?[1-9]\\d{1,14}$",
        "^[+-]?\\d+(\\.\\d+)?$",
        "^(a|b|cd){3}$",
        "^$",
        "",
    ];
    const FORMATS: &[&str] = &[
        "date-time",
        "date",
        "time",
        "duration",
        "uuid",
        "email",
        "uri",
        "ipv4",
        "ipv6",
        "hostname",
        "uri-reference",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "uri-template",
        "iri",
        "idn-email",
        "password",
        "binary",
    ];

    /// Writes schemas that have instances.
    struct Author {
        draws: Draws,
        definitions: Map<String, Value>,
    }

    impl Author {
        fn one<'l, T: ?Sized>(&mut self, list: &[&'l T]) -> &'l T {
            list[self.draws.below(list.len())]
        }

        fn chance(&mut self, of: usize) -> bool {
            self.draws.below(of) == 0
        }

        fn between(&mut self, from: i64, to: i64) -> i64 {
            let count = usize::try_from(to - from + 1).expect("a range");
            from + i64::try_from(self.draws.below(count)).expect("a small number")
        }

        fn document(&mut self) -> Value {
            let mut schema = self.schema(0);
            if let Some(root) = schema.as_object_mut().filter(|_| !self.definitions.is_empty()) {
                root.insert("$defs".to_owned(), Value::Object(std::mem::take(&mut self.definitions)));
            }
            schema
        }

        fn schema(&mut self, depth: usize) -> Value {
            let kinds = if depth >= 4 { 7 } else { 17 };
            let mut schema = match self.draws.below(kinds) {
                0 | 1 => self.text(),
                2 => self.whole(),
                3 => self.number(),
                4 => json!({"type": "boolean"}),
                5 => self.listed(),
                6 => [json!({}), json!(true), json!({"type": "null"}), json!({"type": ["integer", "null"]})]
                    [self.draws.below(4)]
                .clone(),
                7..=9 => self.object(depth),
                10 | 11 => self.array(depth),
                12 => self.any_of(depth),
                13 => self.one_of(depth),
                14 => self.all_of(depth),
                15 => self.reference(depth),
                _ => self.condition(depth),
            };
            if let Some(map) = schema.as_object_mut().filter(|_| self.chance(6)) {
                map.insert("title".to_owned(), json!("A title"));
                map.insert("description".to_owned(), json!("A description."));
            }
            schema
        }

        fn text(&mut self) -> Value {
            match self.draws.below(6) {
                0 => json!({"type": "string"}),
                1 => json!({"type": "string", "format": self.one(FORMATS)}),
                2 => json!({"type": "string", "pattern": self.one(PATTERNS)}),
                3 => {
                    let least = self.between(0, 60);
                    let most = least + self.between(0, 30);
                    json!({"type": "string", "minLength": least, "maxLength": most})
                }
                4 => json!({"type": "string", "minLength": self.between(0, 300)}),
                _ => {
                    let least = self.between(1, 12);
                    let most = least + self.between(0, 4);
                    let pattern =
                        self.one(&["^[a-z]+$", "^[A-Za-z0-9_-]*$", "^.+$", "^\\d+$", "[a-z]", "^(?:ab?)+$"]);
                    json!({"type": "string", "minLength": least, "maxLength": most, "pattern": pattern})
                }
            }
        }

        fn whole(&mut self) -> Value {
            let least = self.between(-1_000, 1_000);
            let most = least + self.between(0, 50);
            match self.draws.below(8) {
                0 => json!({"type": "integer"}),
                1 => json!({"type": "integer", "minimum": least}),
                2 => json!({"type": "integer", "maximum": most}),
                3 => json!({"type": "integer", "minimum": least, "maximum": most}),
                4 => json!({"type": "integer", "exclusiveMinimum": least, "exclusiveMaximum": most + 2}),
                5 => {
                    let factor = self.between(1, 30);
                    json!({"type": "integer", "multipleOf": factor, "minimum": least, "maximum": least + factor})
                }
                6 => json!({"type": "integer", "multipleOf": 0.5, "minimum": least}),
                _ => {
                    json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64})
                }
            }
        }

        fn number(&mut self) -> Value {
            let least = self.between(-100_000, 100_000) as f64 / 1_000.0;
            let most = least + self.between(0, 3_000) as f64 / 1_000.0;
            match self.draws.below(8) {
                0 => json!({"type": "number"}),
                1 => json!({"type": "number", "minimum": least}),
                2 => json!({"type": "number", "exclusiveMaximum": most}),
                3 => json!({"type": "number", "minimum": least, "maximum": most}),
                4 => json!({"type": "number", "exclusiveMinimum": least, "exclusiveMaximum": most + 0.001}),
                5 => {
                    let factor = [0.01, 0.1, 0.5, 0.25, 0.05, 5.0, 1e-3][self.draws.below(7)];
                    json!({"type": "number", "multipleOf": factor, "minimum": least, "maximum": least + 20.0})
                }
                6 => json!({"type": "number", "multipleOf": 0.01}),
                _ => json!({"type": "number", "minimum": 1e-9, "maximum": 2e-9}),
            }
        }

        fn value(&mut self, depth: usize) -> Value {
            match self.draws.below(if depth > 1 { 5 } else { 7 }) {
                0 => json!(self.between(-5, 5)),
                1 => json!(self.between(-50, 50) as f64 / 10.0),
                2 => json!(self.one(NAMES)),
                3 => Value::Null,
                4 => json!(self.chance(2)),
                5 => json!([self.value(depth + 1), self.value(depth + 1)]),
                _ => json!({self.one(NAMES): self.value(depth + 1)}),
            }
        }

        fn listed(&mut self) -> Value {
            match self.draws.below(4) {
                0 => json!({"const": self.value(0)}),
                1 => json!({"type": "string", "enum": ["a", "b", "c"]}),
                2 => json!({"type": ["string", "null"], "enum": ["a", "b", null]}),
                _ => json!({"enum": [self.value(0), self.value(0), self.value(0)]}),
            }
        }

        fn names(&mut self, most: usize) -> Vec<&'static str> {
            let mut names: Vec<&'static str> = Vec::new();
            for _ in 0..self.draws.below(most + 1) {
                let name = self.one(NAMES);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        }

        fn object(&mut self, depth: usize) -> Value {
            let names = self.names(6);
            let mut schema = json!({"type": "object"});
            let properties: Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), self.schema(depth + 1))).collect();
            if !names.is_empty() {
                schema["properties"] = Value::Object(properties);
                let required: Vec<&&str> = names.iter().filter(|_| self.chance(2)).collect();
                schema["required"] = json!(required);
                if self.chance(6) {
                    schema["dependentRequired"] = json!({names[0]: [names[names.len() - 1]]});
                }
                if self.chance(6) {
                    schema["dependentSchemas"] = json!({names[0]: {"required": [names[names.len() - 1]]}});
                }
            }
            match self.draws.below(6) {
                0 | 1 => schema["additionalProperties"] = json!(false),
                2 => {
                    schema["additionalProperties"] = self.schema(depth + 1);
                    if self.chance(2) {
                        schema["minProperties"] = json!(names.len() + self.draws.below(4));
                    }
                }
                3 => {
                    let inner = self.schema(depth + 1);
                    schema["patternProperties"] = json!({"^x_[a-z]+$": inner});
                    schema["minProperties"] = json!(names.len() + self.draws.below(3));
                    if self.chance(2) {
                        schema["additionalProperties"] = json!(false);
                    }
                }
                4 if names.is_empty() => {
                    schema["propertyNames"] = json!({"pattern": "^[A-Z][a-z]{2,6}$"});
                    schema["minProperties"] = json!(self.draws.below(5));
                }
                4 => {
                    let required = schema["required"].as_array().map_or(0, Vec::len);
                    schema["maxProperties"] = json!(required + self.draws.below(3) + 2);
                    if self.chance(2) {
                        schema["unevaluatedProperties"] = json!(false);
                    }
                }
                _ => {}
            }
            schema
        }

        fn array(&mut self, depth: usize) -> Value {
            let least = self.draws.below(4);
            let most = least + self.draws.below(4);
            let inner = self.schema(depth + 1);
            match self.draws.below(9) {
                0 => json!({"type": "array"}),
                1 => json!({"type": "array", "items": inner}),
                2 => json!({"type": "array", "items": inner, "minItems": least}),
                3 => json!({"type": "array", "items": inner, "minItems": least, "maxItems": most}),
                4 => json!({"type": "array", "prefixItems": [inner, self.schema(depth + 1)], "items": false}),
                5 => {
                    json!({"type": "array", "prefixItems": [inner], "items": self.schema(depth + 1), "minItems": least})
                }
                6 => {
                    let items = match self.draws.below(4) {
                        0 => json!({"type": "integer", "minimum": 1, "maximum": 6}),
                        1 => json!({"enum": ["a", "b", "c", "d", "e", "f"]}),
                        2 => json!({"type": "string", "pattern": "^[a-z]{2,5}$"}),
                        _ => {
                            json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})
                        }
                    };
                    json!({"type": "array", "items": items, "uniqueItems": true, "minItems": least, "maxItems": most})
                }
                7 => json!({"type": "array", "contains": self.whole(), "minItems": least}),
                _ => {
                    let wanted = json!({"type": "integer", "minimum": 5, "maximum": 9});
                    json!({
                        "type": "array", "items": {"type": "integer", "minimum": 0}, "contains": wanted,
                        "minContains": self.draws.below(3), "maxContains": 6, "minItems": least,
                    })
                }
            }
        }

        fn any_of(&mut self, depth: usize) -> Value {
            let one = self.schema(depth + 1);
            match self.draws.below(4) {
                0 => json!({"anyOf": [one, {"type": "null"}]}),
                1 => json!({"anyOf": [one, self.schema(depth + 1), self.schema(depth + 1)]}),
                2 => json!({
                    "type": "object",
                    "properties": {"a": one, "b": {"type": "string"}},
                    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                }),
                _ => {
                    json!({"anyOf": [{"anyOf": [one, false]}, {"type": "string", "minLength": 2}], "default": null})
                }
            }
        }

        fn one_of(&mut self, depth: usize) -> Value {
            match self.draws.below(5) {
                0 => {
                    let branches: Vec<Value> = ["cat", "dog", "bird"]
                        .into_iter()
                        .map(|kind| {
                            json!({
                                "type": "object",
                                "properties": {"kind": {"const": kind}, "detail": self.schema(depth + 1)},
                                "required": ["kind", "detail"],
                            })
                        })
                        .collect();
                    json!({"oneOf": branches, "discriminator": {"propertyName": "kind"}})
                }
                1 => json!({"oneOf": [self.text(), self.whole(), {"type": "boolean"}, {"type": "null"}]}),
                2 => json!({
                    "type": "object",
                    "properties": {"a": self.schema(depth + 1), "b": self.schema(depth + 1)},
                    "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
                }),
                3 => {
                    json!({"type": "integer", "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}], "minimum": 0, "maximum": 90})
                }
                _ => {
                    json!({"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "email"}]})
                }
            }
        }

        fn all_of(&mut self, depth: usize) -> Value {
            match self.draws.below(5) {
                0 => {
                    json!({"allOf": [self.schema(depth + 1)], "description": "One, as older versions of pydantic write it."})
                }
                1 => {
                    let (one, two) = (self.object_of("a", depth), self.object_of("b", depth));
                    json!({"allOf": [one, two]})
                }
                2 => {
                    json!({"type": "integer", "allOf": [{"minimum": 3}, {"maximum": 40}, {"multipleOf": 2}, {"multipleOf": 3}]})
                }
                3 => {
                    json!({"allOf": [{"type": ["string", "number"]}, {"type": ["number", "boolean"]}], "minimum": 2})
                }
                _ => {
                    json!({"allOf": [{"type": "string", "minLength": 3}, {"maxLength": 9}, {"pattern": "^[a-z]*$"}]})
                }
            }
        }

        fn object_of(&mut self, name: &str, depth: usize) -> Value {
            json!({"type": "object", "properties": {name: self.schema(depth + 2)}, "required": [name]})
        }

        fn reference(&mut self, depth: usize) -> Value {
            let known: Vec<String> =
                self.definitions.keys().filter(|name| name.starts_with("Plain")).cloned().collect();
            match self.draws.below(5) {
                0 if !known.is_empty() => {
                    let name = &known[self.draws.below(known.len())];
                    json!({"$ref": format!("#/$defs/{name}")})
                }
                0 | 1 => {
                    let schema = self.schema(depth + 1);
                    let name = format!("Plain{}", self.definitions.len());
                    self.definitions.insert(name.clone(), schema);
                    json!({"$ref": format!("#/$defs/{name}"), "description": "Beside a reference."})
                }
                2 => {
                    self.definitions.insert(
                        "Tree".to_owned(),
                        json!({
                            "type": "object",
                            "properties": {
                                "value": {"type": "string"},
                                "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                            },
                            "required": ["value", "children"],
                            "additionalProperties": false,
                        }),
                    );
                    json!({"$ref": "#/$defs/Tree"})
                }
                3 => {
                    self.definitions.insert(
                        "List/~".to_owned(),
                        json!({
                            "type": "object",
                            "properties": {
                                "value": {"type": "integer"},
                                "next": {"anyOf": [{"$ref": "#/$defs/List~1~0"}, {"type": "null"}]},
                            },
                            "required": ["value", "next"],
                        }),
                    );
                    json!({"$ref": "#/$defs/List~1~0"})
                }
                _ => {
                    let sides = json!({"type": "object", "properties": {
                        "op": {"enum": ["+", "-"]}, "left": {"$ref": "#/$defs/Expr"}, "right": {"$ref": "#/$defs/Expr"},
                    }, "required": ["op", "left", "right"], "additionalProperties": false});
                    self.definitions.insert("Expr".to_owned(), json!({"oneOf": [
                        {"$ref": "#/$defs/Sides"}, {"type": "number"}, {"type": "array", "items": {"$ref": "#/$defs/Expr"}},
                    ]}));
                    self.definitions.insert("Sides".to_owned(), sides);
                    json!({"$ref": "#/$defs/Expr"})
                }
            }
        }

        fn condition(&mut self, depth: usize) -> Value {
            match self.draws.below(6) {
                0 => json!({"type": "string", "not": {"enum": ["a", "b", "Paris"]}}),
                1 => json!({"not": {"type": ["string", "null"]}}),
                2 => json!({
                    "type": "object", "properties": {"a": self.schema(depth + 1), "b": {"type": "string"}},
                    "not": {"required": ["a"]},
                }),
                3 => json!({
                    "type": "object",
                    "properties": {"country": {"enum": ["US", "FR"]}, "zip": {"type": "string"}},
                    "required": ["country", "zip"],
                    "if": {"properties": {"country": {"const": "US"}}},
                    "then": {"properties": {"zip": {"pattern": "^\\d{5}$"}}},
                    "else": {"properties": {"zip": {"pattern": "^[A-Z]{2}\\d{3}$"}}},
                }),
                4 => json!({
                    "type": "object", "properties": {"a": {"type": "integer"}, "b": self.schema(depth + 1)},
                    "if": {"required": ["a"]}, "then": {"required": ["b"]},
                }),
                _ => json!({"type": "integer", "minimum": 0, "maximum": 20, "not": {"multipleOf": 2}}),
            }
        }
    }

    /// A schema that has instances.
    pub(in crate::generate::schema) fn document(seed: Seed) -> Value {
        Author { draws: seed.draws(), definitions: Map::new() }.document()
    }

    /// The other validator, for one schema.
    pub(in crate::generate::schema) struct Validator {
        schemas: boon::Schemas,
        index: boon::SchemaIndex,
    }

    impl Validator {
        pub(in crate::generate::schema) fn of(schema: &Value) -> Validator {
            let mut compiler = boon::Compiler::new();
            compiler.set_default_draft(boon::Draft::V2020_12);
            compiler.enable_format_assertions();
            compiler.add_resource("schema.json", schema.clone()).expect("a resource");
            let mut schemas = boon::Schemas::new();
            match compiler.compile("schema.json", &mut schemas) {
                Ok(index) => Validator { schemas, index },
                Err(error) => panic!("{error:#}\n{schema}"),
            }
        }

        pub(in crate::generate::schema) fn complaint(&self, value: &Value) -> Option<String> {
            self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
        }
    }

    pub(in crate::generate::schema) fn complaint(schema: &Value, value: &Value) -> Option<String> {
        Validator::of(schema).complaint(value)
    }

    /// `OPENAI_FAKE_SCHEMAS=50000` tries as many.
    #[test]
    fn another_validator_accepts_every_instance() {
        let count =
            std::env::var("OPENAI_FAKE_SCHEMAS").ok().and_then(|count| count.parse().ok()).unwrap_or(600);
        let mut failures = 0;
        for number in 0..count {
            let seed = Seed::of_bytes(b"schemas").part("schema", number);
            let schema = document(seed);
            for turn in 0..2 {
                let value = instance(&schema, seed.part("instance", turn));
                if let Some(complaint) = complaint(&schema, &value) {
                    println!("{number}: {schema}\n{value}\n{complaint}\n");
                    failures += 1;
                }
            }
        }
        assert_eq!(failures, 0, "of {count}");
    }
}
