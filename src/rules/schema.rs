//! The JSON Schema of a rules file, written from the tables by which a file is checked. Never checks one.

use crate::rules::keys;
use crate::rules::shape::Key;
use crate::rules::shape::Takes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The schema of a rules file, for editors that complete one: draft 7, which all of them know.
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of openai-fake",
        "description": "What a fake OpenAI API answers, and when.",
    });
    if let Value::Object(fields) = &mut schema {
        fields.extend(definitions.object(keys::FILE));
        fields.insert("definitions".to_owned(), Value::Object(definitions.written));
    }
    format!("{schema:#}\n")
}

/// The objects of a file, each written once: some stand in themselves.
#[derive(Default)]
struct Definitions {
    /// By the table of its keys, the name of each.
    names: Vec<(*const Key, String)>,
    written: Map<String, Value>,
}

impl Definitions {
    fn object(&mut self, keys: &'static [Key]) -> Map<String, Value> {
        let mut properties = Map::new();
        for key in keys {
            let mut property = Map::from_iter([("description".to_owned(), Value::from(key.help))]);
            let mut schema = self.value(key.takes, key.name);
            // What stands beside a reference is passed over in this draft.
            if schema.contains_key("$ref") {
                schema = Map::from_iter([("allOf".to_owned(), json!([schema]))]);
            }
            property.extend(schema);
            properties.insert(key.name.to_owned(), Value::Object(property));
        }
        let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut schema = fields(json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }));
        if properties_are(keys, ["answer", "answers"]) {
            schema.extend(fields(json!({
                "anyOf": [{"required": ["answer"]}, {"required": ["answers"]}, {"required": ["faults"]}],
                "not": {"required": ["answer", "answers"]},
            })));
        }
        schema
    }

    /// What a value may be that stands under this name.
    fn value(&mut self, takes: &'static Takes, name: &str) -> Map<String, Value> {
        fields(match takes {
            Takes::Text | Takes::Template => json!({"type": "string"}),
            Takes::Json | Takes::JsonTemplate => json!({}),
            Takes::Null => json!({"type": "null"}),
            Takes::Flag => json!({"type": "boolean"}),
            Takes::Whole(i64::MIN) => json!({"type": "integer"}),
            Takes::Whole(least) => json!({"type": "integer", "minimum": least}),
            Takes::Between(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Takes::Number => json!({"type": "number"}),
            Takes::Word(words) => json!({"type": "string", "enum": words}),
            Takes::List(of) => json!({"type": "array", "items": self.value(of, name)}),
            Takes::Some(of) => json!({"type": "array", "items": self.value(of, name), "minItems": 1}),
            Takes::Map(of) => json!({"type": "object", "additionalProperties": self.value(of, name)}),
            Takes::Either(several) => {
                let several: Vec<_> = several.iter().map(|one| self.value(one, name)).collect();
                json!({"anyOf": several})
            }
            Takes::Object(keys) => json!({"$ref": format!("#/definitions/{}", self.defined(keys, name))}),
        })
    }

    /// The name of an object's definition, which is written where it is not yet.
    fn defined(&mut self, keys: &'static [Key], name: &str) -> String {
        if let Some((_, known)) = self.names.iter().find(|(table, _)| *table == keys.as_ptr()) {
            return known.clone();
        }
        let mut unused = name.to_owned();
        for number in 2.. {
            if self.names.iter().all(|(_, taken)| *taken != unused) {
                break;
            }
            unused = format!("{name}{number}");
        }
        self.names.push((keys.as_ptr(), unused.clone()));
        let schema = self.object(keys);
        self.written.insert(unused.clone(), Value::Object(schema));
        unused
    }
}

/// Whether all of these are among the keys.
fn properties_are(keys: &[Key], names: [&str; 2]) -> bool {
    names.iter().all(|name| keys.iter().any(|key| key.name == *name))
}

fn fields(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problem::Problems;
    use crate::rules::problem::WHOLE;
    use crate::rules::read::RuleSource;
    use crate::rules::read::read;
    use std::sync::Arc;

    /// Has every key that there is, in the forms that each takes.
    const FILES: &[&str] = &[
        r#"{"rules": []}"#,
        r#"{"$schema": "rules.json", "rules": [
            {"match": {}, "faults": "429; times=2"},
            {"match": {}, "faults": ["delay=1ms", "stall=3"], "answer": {"text": "a", "faults": "cut=3"}},
            {"name": "a", "match": {}, "answer": {"text": "a"}, "times": 1, "priority": -1, "key": "sk"},
            {"match": {"user": "a", "system": {"equals": "a"}, "any": {"starts": "a", "fold": true},
              "tool_result": null, "tool_called": {"not": "a"}, "turn": 1, "tools": {"any": ["a", {"ends": "b"}]},
              "model": {"regex": "a"}, "endpoint": ["chat", "responses"], "schema": {"contains": "a"}, "input": "a",
              "header": {"x": "a", "y": null}, "key": "sk", "count": {"min": 1, "max": 2},
              "body": {"/a": 1, "/b": true, "/c": {"equals": [1]}, "/d": {"exists": false}, "/e": null,
                "/f": {"contains": "a", "starts": "a", "ends": "a", "regex": "a", "not": "b", "any": ["a"],
                  "fold": true}}},
             "answers": [{"error": "rate_limit"}, {"pass": true}]},
            {"match": {"turn": [1, 2], "endpoint": "chat", "count": {"min": 2}}, "answer": {
              "text": "a", "calls": [{"name": "a", "arguments": {"a": "{{user}}"}, "id": "call_1"},
                {"name": "b", "custom": true, "input": "a"}, {"name": "c", "arguments": "{"}],
              "reasoning": ["a"], "finish_reason": "stop", "usage": {"input": 1, "output": 2}, "pieces": ["a"],
              "logprobs": [{"token": "a", "logprob": -0.5, "top": [{"token": "a", "logprob": -0.5}]}],
              "items": [{"type": "web_search_call"}], "annotations": [{"type": "url_citation", "url": "a"}],
              "raw": true, "id": "a", "created": 1, "model": "a", "system_fingerprint": "a"}},
            {"match": {}, "answer": {"choices": [{"text": "a", "finish_reason": "length"}, {"refusal": "b"},
              {"content": {"a": 1}}, {"calls": [{"name": "a", "arguments": {}}]}]}},
            {"match": {}, "answer": {"reasoning": "a", "refusal": "b", "pieces": 1}},
            {"match": {}, "answer": {"embedding": [1, 0.5]}},
            {"match": {}, "answer": {"like": "a"}},
            {"match": {}, "answer": {"flags": ["violence"]}},
            {"match": {}, "answer": {"flags": {"violence": 0.9}}},
            {"match": {"tool_call_id": "call_1", "user": {"all": ["a", {"not": "b"}]}}, "answer": {
              "usage": {"input_tokens": 1, "output_tokens": 2, "cached": 1, "reasoning": 1, "total": 3}}},
            {"match": {"tools": {"all": ["a"]}, "body": {"/a": {"all": ["a"]}}}, "answer": {
              "usage": {"prompt_tokens": 1, "completion_tokens": 2}}},
            {"match": {}, "answer": {
              "usage": {"cached_tokens": 1, "reasoning_tokens": 1, "total_tokens": 3}}},
            {"match": {}, "answer": {"image": {"base64": "aGk=", "revised_prompt": "a"}}},
            {"match": {}, "answer": {"image": "aGk="}},
            {"match": {}, "answer": {"image": {"url": "http://a"}}},
            {"match": {}, "answer": {"image": [{"file": "a.png"}, "aGk="]}},
            {"match": {}, "answer": {"json": [1], "status": 201, "headers": {"x": "a"}}},
            {"match": {}, "answer": {"error": {"status": 500, "message": "a", "type": "b", "code": null,
              "param": "c", "headers": {"x": "a"}}}}]}"#,
    ];

    /// What a file may hold by the schema.
    struct Compiled {
        schemas: boon::Schemas,
        index: boon::SchemaIndex,
    }

    impl Compiled {
        fn new() -> Compiled {
            let schema = serde_json::from_str(&schema()).expect("JSON");
            let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
            compiler.add_resource("rules.json", schema).expect("a schema");
            let index = compiler.compile("rules.json", &mut schemas).expect("a schema");
            Compiled { schemas, index }
        }

        fn admits(&self, file: &Value) -> bool {
            self.schemas.validate(file, self.index).is_ok()
        }
    }

    /// What the tables have against a file, and what the reader has.
    fn problems(file: &Value) -> [Vec<String>; 2] {
        let mut by_table = Problems::default();
        Takes::Object(keys::FILE).check(file, &WHOLE, &mut by_table);
        let open = |_: &str| Ok(vec![1]);
        let source = RuleSource { name: "a", key: None, numbers: None, weight: None, open: &open };
        [by_table.0, read(&Arc::new(file.clone()), &source).err().unwrap_or_default()]
            .map(|problems| problems.iter().map(ToString::to_string).collect())
    }

    /// The places of all values in a file.
    fn places(value: &Value, place: &str, found: &mut Vec<String>) {
        found.push(place.to_owned());
        match value {
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(at, one)| places(one, &format!("{place}/{at}"), found));
            }
            Value::Object(fields) => fields.iter().for_each(|(name, one)| {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(one, &format!("{place}/{name}"), found);
            }),
            _ => {}
        }
    }

    #[test]
    fn every_key_is_told_and_met() {
        let told = schema();
        let mut walked = Vec::new();
        walk(&Takes::Object(keys::FILE), &mut walked);
        for key in walked {
            let name = format!("\"{}\": ", key.name);
            assert!(told.contains(&name) && told.contains(&json!(key.help).to_string()), "{name}");
            assert!(FILES.iter().any(|file| file.contains(&name)), "no file has {name}");
        }
    }

    fn walk(takes: &Takes, found: &mut Vec<&'static Key>) {
        match takes {
            Takes::Object(keys) => {
                for key in *keys {
                    if !found.iter().any(|known| std::ptr::eq(*known, key)) {
                        found.push(key);
                        walk(key.takes, found);
                    }
                }
            }
            Takes::List(of) | Takes::Some(of) | Takes::Map(of) => walk(of, found),
            Takes::Either(several) => several.iter().for_each(|one| walk(one, found)),
            _ => {}
        }
    }

    /// The rules files among the examples of the documentation.
    fn documented() -> Vec<Value> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
        let mut found = Vec::new();
        for page in std::fs::read_dir(folder).expect("the pages") {
            let page = std::fs::read_to_string(page.expect("a page").path()).expect("a page");
            for fence in page.split("```").skip(1).step_by(2) {
                let (language, text) = fence.split_once('\n').unwrap_or_default();
                let value = match language {
                    "json" => serde_json::from_str(text).expect("JSON"),
                    "yaml" => crate::yaml::read(text).expect("YAML"),
                    _ => Value::Null,
                };
                // Some examples show what is wrong.
                if value.get("rules").is_some_and(Value::is_array) && problems(&value)[1].is_empty() {
                    found.push(value);
                }
            }
        }
        found
    }

    #[test]
    fn the_schema_admits_what_the_documentation_shows() {
        let (schema, files) = (Compiled::new(), documented());
        assert!(files.len() > 10, "only {}", files.len());
        for file in files {
            assert!(schema.admits(&file), "{file}");
        }
    }

    #[test]
    fn a_rule_has_one_answer_or_several() {
        let schema = Compiled::new();
        for answers in ["", r#", "answer": {"pass": true}, "answers": [{"pass": true}]"#] {
            let file = format!(r#"{{"rules": [{{"match": {{}}{answers}}}]}}"#);
            let file = serde_json::from_str(&file).expect("JSON");
            assert!(!schema.admits(&file) && !problems(&file)[1].is_empty(), "{file}");
        }
    }

    #[test]
    fn the_schema_and_the_reader_agree() {
        let schema = Compiled::new();
        let others =
            [json!(null), json!(true), json!(7), json!(-1), json!(0.5), json!("a"), json!([]), json!({})];
        for text in FILES {
            let file: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(problems(&file), [const { Vec::<String>::new() }; 2]);
            assert!(schema.admits(&file), "{text}");
            let mut found = Vec::new();
            places(&file, "", &mut found);
            for place in found {
                let changed = |change: &dyn Fn(&mut Value)| {
                    let mut file = file.clone();
                    change(file.pointer_mut(&place).expect("a place"));
                    let [by_table, by_reader] = problems(&file);
                    let admitted = schema.admits(&file);
                    assert_eq!(admitted, by_table.is_empty(), "{place}: {by_table:?} {file}");
                    assert!(admitted || !by_reader.is_empty(), "{place}: {file}");
                };
                for other in &others {
                    changed(&|value| *value = other.clone());
                }
                changed(&|value| {
                    if let Value::Object(fields) = value {
                        fields.insert("unknown".to_owned(), json!("a"));
                    }
                });
                changed(&|value| {
                    if let Value::Array(entries) = value {
                        entries.push(json!(null));
                    }
                });
            }
        }
    }
}
