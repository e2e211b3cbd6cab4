//! Recorded traffic, in each form that recorders write, and the rules that it comes to.

use openai_fake::import::turn;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/import")
}

fn recording(name: &str) -> (String, String) {
    (name.to_owned(), std::fs::read_to_string(folder().join(name)).expect("a recording"))
}

fn of_text(name: &str, text: &str) -> Value {
    let imported = turn(&[(name.to_owned(), text.to_owned())]);
    json!({"rules": imported.rules["rules"], "left_out": imported.left_out})
}

/// What a recording comes to stands beside it; `UPDATE_GOLDEN=1` writes it.
#[track_caller]
fn turns(name: &str) {
    let (name, text) = recording(name);
    let found = of_text(&name, &text);
    let path = folder().join("rules").join(format!("{name}.json"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{found:#}\n")).expect("to write");
    }
    let expected = std::fs::read_to_string(&path).expect("the rules");
    assert_eq!(format!("{found:#}\n"), expected, "{name}");
    for secret in ["0123456789abcdef", "AIza", "__cf_bm", "org-"] {
        assert!(!expected.contains(secret), "{name} tells {secret}");
    }
}

#[test]
fn every_form_of_recording_is_turned_into_rules() {
    turns("vcr_python.yaml");
    turns("vcr_python_parsed.yaml");
    turns("vcr_ruby.yml");
    turns("har.json");
    turns("polly.har");
    turns("nock.json");
    turns("captured.json");
}

#[test]
fn vcr_writes_json_as_well() {
    let (name, text) = recording("vcr_python.yaml");
    let yaml = of_text(&name, &text);
    // As a YAML text within quotes is one of JSON, the flow style of a whole file is JSON, too.
    let json = r#"{"version": 1, "interactions": [{"request": {"method": "POST", "uri": "https://api.openai.com/v1/embeddings",
        "body": "{\"model\":\"m\",\"input\":\"cat\"}", "headers": {}}, "response": {"status": {"code": 200, "message": "OK"},
        "headers": {}, "body": {"string": "{\"data\":[{\"embedding\":[1,2]}]}"}}}]}"#;
    let rule = json!({"name": "a.json#1", "match": {"endpoint": "embeddings", "input": {"equals": "cat"}}, "answer": {"embedding": [1, 2]}});
    assert_eq!(of_text("a.json", json)["rules"], json!([rule]));
    assert_eq!(yaml["left_out"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_no_recording_is_left_out_and_told() {
    for (text, why) in [
        ("{}", "a.yaml: this is no recording that is known: VCR, HAR, nock, Polly, captured requests"),
        ("[1", "a.yaml: this is no JSON: EOF while parsing a list at line 1 column 2"),
        ("a: [1", "a.yaml: this is no YAML: line 1, column 4: unclosed bracket '['"),
        (
            "interactions: [{request: {method: POST, uri: 'http://a/v1/responses'}}]",
            "a.yaml#1: POST http://a/v1/responses: the body of the request was not recorded",
        ),
        ("interactions: [{}]", "a.yaml#1:  : its path was not recorded"),
    ] {
        assert_eq!(of_text("a.yaml", text), json!({"rules": [], "left_out": [why]}), "{text}");
    }
}

/// Two chats of the same user text, and what tells them apart.
#[track_caller]
fn told_apart_by(first: &Value, second: &Value, conditions: [Value; 2]) {
    let recorded = |body: &Value, text: &str| {
        let mut body = body.clone();
        body["messages"] =
            body.get("messages").cloned().unwrap_or(json!([{"role": "user", "content": "Hi"}]));
        json!({"scope": "https://api.openai.com", "method": "POST", "path": "/v1/chat/completions", "body": body,
            "status": 200, "response": {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}})
    };
    let found = of_text("a", &json!([recorded(first, "one"), recorded(second, "two")]).to_string());
    for (at, mut expected) in conditions.into_iter().enumerate() {
        expected["endpoint"] = "chat".into();
        expected["user"] = json!({"equals": "Hi"});
        assert_eq!(found["rules"][at]["match"], expected, "{found}");
    }
}

#[test]
fn requests_are_told_apart_by_as_little_as_it_takes() {
    let user = json!({"role": "user", "content": "Hi"});
    let said = json!({"role": "assistant", "content": "Ho"});
    let system = json!({"role": "system", "content": "Be kind"});
    let tool = |text: &str| json!({"messages": [user, said, {"role": "tool", "content": text}]});
    told_apart_by(
        &json!({"messages": [user]}),
        &json!({"messages": [user, said]}),
        [json!({"turn": 1}), json!({"turn": 2})],
    );
    told_apart_by(
        &tool("1"),
        &tool("2"),
        [json!({"tool_result": {"equals": "1"}}), json!({"tool_result": {"equals": "2"}})],
    );
    told_apart_by(
        &json!({"model": "a"}),
        &json!({"model": "b"}),
        [json!({"model": "a"}), json!({"model": "b"})],
    );
    told_apart_by(
        &json!({"messages": [user]}),
        &json!({"messages": [system, user]}),
        [json!({"system": null}), json!({"system": {"equals": "Be kind"}})],
    );
    told_apart_by(
        &json!({"seed": 1, "temperature": 1}),
        &json!({"seed": 1, "temperature": 2}),
        [json!({"body": {"/temperature": 1}}), json!({"body": {"/temperature": 2}})],
    );
    let one = "All work and no play. ".repeat(30);
    let other = format!("No work. {one}");
    told_apart_by(
        &json!({"metadata": one}),
        &json!({"metadata": other}),
        [
            json!({"body": {"/metadata": {"starts": one[..200]}}}),
            json!({"body": {"/metadata": {"starts": other[..200]}}}),
        ],
    );
    told_apart_by(
        &json!({"metadata": {"a/b": "x"}}),
        &json!({}),
        [
            json!({"body": {"/metadata/a~1b": {"equals": "x"}}}),
            json!({"body": {"/metadata/a~1b": {"exists": false}}}),
        ],
    );
}

#[test]
fn a_long_text_is_told_by_its_start() {
    let long = "All work and no play. ".repeat(20);
    let body = json!({"messages": [{"role": "user", "content": long}]});
    let one = json!({"scope": "https://api.openai.com", "method": "POST", "path": "/v1/chat/completions", "body": body,
        "status": 200, "response": {"choices": [{"message": {"content": "Yes"}}]}});
    let found = of_text("a", &json!([one]).to_string());
    assert_eq!(found["rules"][0]["match"]["user"], json!({"starts": long[..200]}));
    let mut other = one.clone();
    other["body"]["messages"][0]["content"] = format!("{long}!").into();
    let found = of_text("a", &json!([one, other]).to_string());
    assert_eq!(found["rules"][0]["match"]["user"], json!({"equals": long}));
}

proptest::proptest! {
    #[test]
    fn no_recording_panics(at: usize, cut in 0..40_usize, put in r#"[{}\[\]",:a0\\ \n-]{0,6}"#, which in 0..7_usize) {
        let names = ["vcr_python.yaml", "vcr_python_parsed.yaml", "vcr_ruby.yml", "har.json", "polly.har", "nock.json", "captured.json"];
        let (name, text) = recording(names[which]);
        let chars: Vec<char> = text.chars().collect();
        let at = at % chars.len();
        let rest = &chars[(at + cut).min(chars.len())..];
        let changed = chars[..at].iter().copied().chain(put.chars()).chain(rest.iter().copied()).collect();
        turn(&[(name, changed)]);
    }
}
