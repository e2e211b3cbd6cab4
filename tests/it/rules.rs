//! Rules: who answers, and what is told where nobody does.

mod answers;
mod asking;
mod fields;
mod files;
mod matching;
mod order;
mod random;
mod reports;
mod templates;

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Config;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::State;

/// Asserts that something is refused in these words.
#[track_caller]
fn is_refused(reply: &Reply, status: u16, code: &str, message: &str) {
    let error = &json(reply)["error"];
    assert_eq!((reply.status, error["code"].as_str()), (status, Some(code)), "{error}");
    assert_eq!(error["message"], message);
}

#[test]
fn what_no_rule_answers_is_refused_where_rules_are_strict() {
    let fake = Fake { state: State::new(Config { strict_rules: true, ..Config::default() }) };
    let refused = "No rule answers this request, and --strict-rules is on.";
    is_refused(&fake.chat(CHAT), 404, "no_rule", &format!("{refused} There is no rule that could."));
    for rule in [
        r#"{"name":"cats","match":{"user":"cat"},"answer":{"text":"Meow."}}"#,
        r#"{"match":{"user":"cat","model":"gpt-5"},"answer":{"text":"Meow."}}"#,
    ] {
        assert_eq!(fake.post("/__parlel/rules", rule).status, 200);
    }
    let nearest = r#"The nearest: 'cats' wants user to contain "cat", and it is "Hello"; 'run-time#2' wants user to contain "cat", and it is "Hello"."#;
    is_refused(&fake.chat(CHAT), 404, "no_rule", &format!("{refused} {nearest}"));
    assert_eq!(fake.chat(&CHAT.replace("Hello", "a cat")).status, 200);
    assert_eq!(fake.get("/v1/models").status, 200);
}

#[test]
fn a_template_that_finds_nothing_is_refused_with_the_name_of_its_rule() {
    let fake = Fake::new();
    let rule = r#"{"name":"echo","match":{},"answer":{"text":"{{header \"x-test\"}}"}}"#;
    assert_eq!(fake.post("/__parlel/rules", rule).status, 200);
    let told = r#"The rule 'echo' answers with '{{header "x-test"}}', and the request has nothing for it."#;
    is_refused(&fake.chat(CHAT), 400, "rule_template", told);
}

#[test]
fn rules_that_cannot_be_read_are_refused_with_the_place() {
    let fake = Fake::new();
    let reply = fake.post("/__parlel/rules", r#"{"match":{"usre":"x"},"answer":{"text":"x"}}"#);
    let told = "The rules were not taken: /rules/0/match/usre: unknown key 'usre'; did you mean 'user'?";
    is_refused(&reply, 400, "invalid_rules", told);
    assert_eq!(json(&reply)["error"]["param"], "/rules/0/match/usre");
}

#[test]
fn rules_are_taken_in_json_and_in_yaml() {
    let fake = Fake::new();
    let post = |content_type: &str, body: &str| {
        let request = Request::new("POST", "/__parlel/rules").with_header("content-type", content_type);
        fake.send(Request { body: body.as_bytes().to_vec(), ..request })
    };
    let yaml = "match: {user: Hello}\nanswer:\n  text: Hello from YAML\n";
    assert_eq!(post("application/yaml; charset=utf-8", yaml).status, 200);
    assert_eq!(json(&fake.chat(CHAT))["choices"][0]["message"]["content"], "Hello from YAML");
    for (content_type, body, told) in [
        ("application/json", yaml, "line 1: no JSON: expected value (column 1)"),
        (
            "application/json",
            r#"{"match": {}, "match": {}}"#,
            "line 1: no JSON: the key 'match' is there twice (column 21)",
        ),
        ("text/yaml", "match: [", "line 1: no YAML: "),
    ] {
        let reply = post(content_type, body);
        let message = json(&reply)["error"]["message"].as_str().expect("a message").to_owned();
        assert_eq!(reply.status, 400);
        assert!(message.starts_with(&format!("The rules were not taken: {told}")), "{message}");
    }
}

#[test]
fn a_request_that_was_not_captured_has_no_why() {
    let told = "No captured request has the number 7. GET /__parlel/requests lists them by `n`.";
    is_refused(&Fake::new().get("/__parlel/requests/7/why"), 404, "not_found", told);
}

#[test]
fn what_is_asked_of_no_model_is_answered_by_whole_replies_alone() {
    let fake = Fake::new();
    let words = r#"{"name":"words","match":{},"answer":{"text":"Hi."}}"#;
    assert_eq!(fake.post("/__parlel/rules", words).status, 200);
    assert_eq!(fake.get("/v1/models").status, 200);
    assert_eq!(fake.get("/v1/responses/resp_1").status, 404);
    assert_eq!(json(&fake.get("/__parlel/rules"))["never"], serde_json::json!(["words"]));
    let whole = r#"{"name":"whole","priority":1,"match":{"endpoint":["models","/v1/batches"]},"answer":{"json":{"object":"list","data":[]},"status":202}}"#;
    assert_eq!(fake.post("/__parlel/rules", whole).status, 200);
    for path in ["/v1/models", "/v1/batches"] {
        let request = openai_fake::Request::new("GET", path).with_header("authorization", "Bearer sk-test");
        let reply = openai_fake::answer(&fake.state, &request.into());
        assert_eq!((reply.status, json(&reply)), (202, serde_json::json!({"object": "list", "data": []})));
    }
    assert_eq!(fake.state.requests()[3]["rule"], "whole");
}

#[test]
fn a_rule_that_has_answered_as_often_as_it_may_is_named_where_rules_are_strict() {
    let fake = Fake { state: State::new(Config { strict_rules: true, ..Config::default() }) };
    let rule = r#"{"name":"once","match":{"user":"Hello"},"times":1,"answer":{"text":"Hi."}}"#;
    assert_eq!(fake.post("/__parlel/rules", rule).status, 200);
    assert_eq!(fake.chat(CHAT).status, 200);
    let message = json(&fake.chat(CHAT))["error"]["message"].to_string();
    assert!(message.contains("'once' wants times to be 1, and it is 1"), "{message}");
}

#[test]
fn a_higher_priority_comes_first_wherever_a_rule_was_given() {
    let fake = Fake::new();
    let own = r#"{"name":"own","match":{"user":"Hello","model":"gpt-4o"},"answer":{"text":"Own."}}"#;
    assert_eq!(fake.post("/__parlel/rules", own).status, 200);
    let all = r#"{"name":"all","priority":1,"match":{},"answer":{"text":"All."}}"#;
    let all = openai_fake::Request::new("POST", "/__parlel/rules").with_json(all);
    assert_eq!(fake.send(all).status, 200);
    assert_eq!(json(&fake.chat(CHAT))["choices"][0]["message"]["content"], "All.");
}
