//! Recorded traffic, in each form that recorders write, and the rules that it comes to.

use crate::support::Fake;
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

/// What a server that has the rules of a recording replies to what was recorded.
#[track_caller]
fn answers(name: &str, asked: &[(&str, &str, u16, &str)]) {
    let (name, text) = recording(name);
    let fake = Fake::new();
    fake.state.add_rules(&turn(&[(name.clone(), text)]).rules).expect("rules");
    for (path, body, status, part) in asked {
        let reply = fake.post(path, body);
        let text = std::str::from_utf8(reply.bytes()).expect("UTF-8");
        assert_eq!(reply.status, *status, "{name}: {text}");
        assert!(text.contains(part), "{name}: {text}");
    }
}

#[test]
fn a_server_with_the_rules_replies_what_was_recorded() {
    const PARIS: &str = r#"{"role":"user","content":"What is the weather in Paris?"}"#;
    const CALLED: &str = r#"{"role":"assistant","tool_calls":[{"id":"call_AbCdEfGhIjKlMnOpQrStUvWx","type":"function","function":{"name":"get_weather","arguments":"{}"}}]}"#;
    let first = format!(r#"{{"model":"gpt-4o","messages":[{PARIS}]}}"#);
    let second = format!(
        r#"{{"model":"gpt-4o","messages":[{PARIS},{CALLED},{{"role":"tool","tool_call_id":"call_AbCdEfGhIjKlMnOpQrStUvWx","content":"18"}}]}}"#
    );
    let longer = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Key [x], and this is longer"}]}"#;
    answers(
        "vcr_python.yaml",
        &[
            ("/v1/chat/completions", &first, 200, r#""arguments":"{\"city\":\"Paris\"}""#),
            ("/v1/chat/completions", &second, 200, r#""content":"It is {{18}} degrees.""#),
            ("/v1/chat/completions", longer, 401, r#""code":"invalid_api_key""#),
        ],
    );
    answers(
        "vcr_python_parsed.yaml",
        &[
            (
                "/v1/responses",
                r#"{"model":"gpt-5","input":"The secret is sesame."}"#,
                200,
                r#""query":"sesame""#,
            ),
            (
                "/v1/responses",
                r#"{"model":"gpt-5","input":"What is it?","previous_response_id":"resp_00000000000000000000000000000000000000000000000001"}"#,
                200,
                "The secret",
            ),
            (
                "/v1/responses",
                r#"{"model":"gpt-5","input":"What is it?"}"#,
                200,
                r#""refusal":"I do not know.""#,
            ),
        ],
    );
    answers(
        "vcr_ruby.yml",
        &[
            (
                "/v1/embeddings",
                r#"{"model":"text-embedding-3-small","input":["dog","cat"]}"#,
                200,
                r#""embedding":[0.5,-0.25]"#,
            ),
            ("/v1/moderations", r#"{"input":"I will hurt you"}"#, 200, r#""violence":true"#),
        ],
    );
    answers(
        "har.json",
        &[
            (
                "/v1/completions",
                r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Once"}"#,
                200,
                r#""text":" upon a time""#,
            ),
            (
                "/v1/images/generations",
                r#"{"model":"dall-e-3","prompt":"A cat"}"#,
                200,
                "https://example.com/cat.png",
            ),
        ],
    );
    let again = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Again"}]}"#;
    answers(
        "nock.json",
        &[
            ("/v1/chat/completions", again, 429, "Slow down"),
            ("/v1/chat/completions", again, 200, "Here."),
            ("/v1/chat/completions", again, 200, "Here."),
        ],
    );
    let two = r#"{"model":"gpt-4o","n":2,"messages":[{"role":"user","content":"Hi"}]}"#;
    answers("polly.har", &[("/v1/chat/completions", two, 200, r#""content":"Hey""#)]);
    answers("captured.json", &[("/v1/chat/completions", two, 200, r#""index":1"#)]);
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
    let tools = |texts: [&str; 2]| {
        let outputs = texts.map(|text| json!({"role": "tool", "content": text}));
        json!({"messages": [user, said, outputs[0], outputs[1]]})
    };
    told_apart_by(
        &tools(["1", "2"]),
        &tools(["2", "1"]),
        ["1", "2"].map(|text| json!({"body": {"/messages/2/content": {"equals": text}}})),
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
