//! Answers in JSON and the arguments of calls are instances of their schemas, as another implementation of
//! JSON Schema sees it.

use super::ask;
use serde_json::Value;

/// Schemas whose instances an answer and a call's arguments must be; the last ones as clients make them.
const SCHEMAS: &[&str] = &[
    r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#,
    r#"{"type":"object","properties":{"a":{"enum":["x","y",3]},"b":{"const":7}},"required":["a","b"]}"#,
    r#"{"type":"object","properties":{"a":{"type":["string","null"]},"b":{"type":"string","nullable":true}},"required":["a","b"]}"#,
    r#"{"type":"object","properties":{"n":{"type":"integer","minimum":3,"exclusiveMaximum":5,"multipleOf":2}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"n":{"type":"number","minimum":0.1,"maximum":0.2,"multipleOf":0.05}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"s":{"type":"string","minLength":40,"maxLength":41}},"required":["s"]}"#,
    r#"{"type":"object","properties":{"s":{"type":"string","pattern":"^[A-Z]{3}-\\d{2,4}$"}},"required":["s"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","items":{"enum":[1,2,3]},"uniqueItems":true,"minItems":3}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"},"minItems":3}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"when":{"type":"string","format":"date-time"},"day":{"type":"string","format":"date"},"at":{"type":"string","format":"time"}},"required":["when","day","at"]}"#,
    r#"{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"mail":{"type":"string","format":"email"},"link":{"type":"string","format":"uri"}},"required":["id","mail","link"]}"#,
    r#"{"type":"object","properties":{"a":{"type":"string","format":"ipv4"},"b":{"type":"string","format":"ipv6"},"c":{"type":"string","format":"hostname"}},"required":["a","b","c"]}"#,
    // What is picked from a list is held against the other keywords.
    r#"{"type":"object","properties":{"n":{"enum":[5,4],"exclusiveMaximum":5}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"n":{"enum":[5,6],"exclusiveMinimum":5}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"n":{"enum":[4,5],"not":{"exclusiveMaximum":5}}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"n":{"enum":[5,6],"not":{"minimum":6}}},"required":["n"]}"#,
    r##"{"type":"object","properties":{"root":{"$ref":"#/$defs/node"}},"required":["root"],"$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","children"]}}}"##,
    r##"{"type":"object","properties":{"v":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},"required":["v"],"$defs":{"a":{"type":"object","properties":{"v":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},"required":["v"]}}}"##,
    r#"{"type":"object","properties":{"v":{"oneOf":[{"type":"integer"},{"type":"number","minimum":100}]}},"required":["v"]}"#,
    r#"{"type":"object","properties":{"v":{"allOf":[{"type":"integer","minimum":5},{"maximum":6}]}},"required":["v"]}"#,
];

/// The same where strict mode is asked for.
const STRICT: &[&str] = &[
    r##"{"type":"object","additionalProperties":false,"$defs":{"Step":{"type":"object","title":"Step","additionalProperties":false,"properties":{"explanation":{"type":"string"},"output":{"type":"string"}},"required":["explanation","output"]}},"properties":{"steps":{"type":"array","items":{"$ref":"#/$defs/Step"}},"final_answer":{"type":"string"}},"required":["steps","final_answer"]}"##,
    r#"{"type":"object","additionalProperties":false,"properties":{"m":{"type":["object","null"],"additionalProperties":{"type":"integer"}}},"required":["m"]}"#,
    r#"{"type":"object","additionalProperties":false,"properties":{"t":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"minItems":2,"maxItems":2}},"required":["t"]}"#,
    r#"{"type":"object","additionalProperties":false,"properties":{"a":{"type":"integer","format":"uint8","minimum":0,"maximum":255},"b":{"type":"integer","format":"int64"},"c":{"type":["number","null"],"format":"double"}},"required":["a","b","c"]}"#,
];

#[test]
fn json_is_an_instance_of_its_schema() {
    let loose = SCHEMAS.iter().map(|schema| (schema, false));
    let strict = STRICT.iter().map(|schema| (schema, true));
    for (place, (schema, strict)) in loose.chain(strict).enumerate() {
        let address = format!("http://schemas.test/{place}.json");
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        let mut schemas = boon::Schemas::new();
        compiler.add_resource(&address, serde_json::from_str(schema).expect("JSON")).expect("a schema");
        let schema_id = compiler.compile(&address, &mut schemas).expect("a schema");
        let checks = |text: &str| {
            let instance: Value = serde_json::from_str(text).expect("JSON");
            schemas
                .validate(&instance, schema_id)
                .unwrap_or_else(|error| panic!("{schema}: {instance}: {error}"));
        };
        for seed in 0..5 {
            let format = format!(
                r#"{{"seed":{seed},"response_format":{{"type":"json_schema","json_schema":{{"name":"answer","strict":{strict},"schema":{schema}}}}}}}"#
            );
            checks(ask(&format).text());
            let tools = format!(
                r#"{{"seed":{seed},"tool_choice":"required","tools":[{{"type":"function","function":{{"name":"f","strict":{strict},"parameters":{schema}}}}}]}}"#
            );
            checks(ask(&tools).calls()[0]["function"]["arguments"].as_str().expect("arguments"));
        }
    }
}
