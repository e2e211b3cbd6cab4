//! What a server tells of its rules: which there are, how often each has answered, who answered what, and why.

use crate::rules::asking::CHATS;
use crate::rules::asking::EMBEDDINGS;
use crate::rules::asking::Shape;
use crate::rules::asking::captured;
use crate::rules::asking::give;
use crate::rules::asking::listed;
use crate::rules::asking::request;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Config;
use openai_fake::Request;
use openai_fake::State;
use serde_json::Value;
use serde_json::json;

fn chat(fake: &Fake, user: &str) -> u16 {
    Shape::Chat.ask(fake, user, &json!({})).status
}

#[test]
fn the_names_of_what_was_added() {
    let fake = Fake::new();
    let reply = give(
        &fake,
        None,
        r#"[{"name":"a","match":{},"answer":{"text":"x"}},{"match":{},"answer":{"text":"y"}}]"#,
    );
    assert_eq!(json(&reply), json!({"ok": true, "added": 2, "rules": ["a", "run-time#2"]}));
    let reply = give(&fake, None, r#"{"match":{},"answer":{"text":"z"}}"#);
    assert_eq!(json(&reply)["rules"], json!(["run-time#3"]));
}

#[test]
fn how_often_each_has_answered_and_which_never_did() {
    let fake = ruled(
        r#"[{"name":"a","match":{"user":"a"},"answer":{"text":"x"}},{"name":"b","match":{"user":"b"},"answer":{"text":"y"}}]"#,
    );
    assert_eq!(listed(&fake, None)["never"], json!(["a", "b"]));
    assert_eq!([chat(&fake, "a"), chat(&fake, "a"), chat(&fake, "c")], [200; 3]);
    let list = listed(&fake, None);
    assert_eq!(
        (&list["rules"][0]["answered"], &list["rules"][1]["answered"], &list["never"]),
        (&json!(2), &json!(0), &json!(["b"]))
    );
    assert_eq!(
        (&list["count"], &list["problems"], &list["rules"][0]["from"]),
        (&json!(2), &json!([]), &json!("run-time"))
    );
    assert_eq!(
        list["rules"][0]["rule"],
        json!({"name": "a", "match": {"user": "a"}, "answer": {"text": "x"}})
    );
    assert_eq!(listed(&fake, Some("sk-test"))["rules"][0]["answered"], 2);
    assert_eq!(listed(&fake, Some("other"))["rules"][0]["answered"], 0);
}

#[test]
fn captured_requests_say_who_answered() {
    let fake = ruled(
        r#"[{"name":"a","match":{"user":"a"},"answer":{"text":"x"}},{"match":{"user":"b"},"answer":{"error":"conflict"}},
        {"name":"cat","match":{"input":"cat"},"answer":{"like":"x"}},{"name":"dog","match":{"input":"dog"},"answer":{"like":"y"}}]"#,
    );
    assert_eq!([chat(&fake, "a"), chat(&fake, "b"), chat(&fake, "c")], [200, 409, 200]);
    unchecked(
        &fake,
        request(EMBEDDINGS, r#"{"model":"text-embedding-3-small","input":["hen","dog","cat","dog"]}"#),
    );
    let told = |number| (captured(&fake, number)["rule"].clone(), captured(&fake, number)["status"].clone());
    assert_eq!(told(1), ("a".into(), 200.into()));
    assert_eq!(told(2), ("run-time#2".into(), 409.into()));
    assert_eq!(told(3), (Value::Null, 200.into()));
    assert_eq!(told(4).0, "dog");
}

#[test]
fn what_a_client_would_stumble_over_is_noted() {
    const TOOLS: &str = r#"[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]"#;
    for (answer, fields, note) in [
        (r#"{"text":"x"}"#, "{}".to_owned(), ""),
        (r#"{"calls":[{"name":"f","arguments":{"city":"Oslo"}}]}"#, format!(r#"{{"tools":{TOOLS}}}"#), ""),
        (r#"{"calls":[{"name":"f","arguments":{"city":5}}]}"#, format!(r#"{{"tools":{TOOLS}}}"#), "/city: expected a string, got a number"),
        (r#"{"calls":[{"name":"f","arguments":{}}]}"#, format!(r#"{{"tools":{TOOLS}}}"#), "'city' is missing"),
        (r#"{"calls":[{"name":"f","arguments":"{\"city"}]}"#, format!(r#"{{"tools":{TOOLS}}}"#), "no JSON"),
        (r#"{"calls":[{"name":"g"}]}"#, format!(r#"{{"tools":{TOOLS}}}"#), "no such tool is offered"),
        (r#"{"calls":[{"name":"g"}]}"#, "{}".to_owned(), "no such tool is offered"),
        (
            r#"{"content":{"a":"b"}}"#,
            r#"{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"type":"integer"}}}}}}"#.to_owned(),
            "/a: expected an integer, got a string",
        ),
        (r#"{"text":"no"}"#, r#"{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{}}}}}"#.to_owned(), "JSON"),
    ] {
        let fake = ruled(&format!(r#"{{"match":{{}},"answer":{answer}}}"#));
        let reply = Shape::Chat.ask(&fake, "Hi", &serde_json::from_str(&fields).expect("fields"));
        assert_eq!(reply.status, 200);
        let notes = captured(&fake, 1)["notes"].to_string();
        assert!(if note.is_empty() { notes == "[]" } else { notes.contains(note) }, "{answer} {notes}");
    }
}

#[test]
fn why_each_rule_answered_or_did_not() {
    let fake = ruled(
        r#"[{"name":"a","match":{"user":"a","model":"gpt-5"},"answer":{"text":"x"}},{"name":"b","match":{"user":"b"},"answer":{"text":"y"}},
        {"name":"c","match":{},"answer":{"text":"z"}},{"name":"d","match":{},"answer":{"embedding":[1]}}]"#,
    );
    assert_eq!(chat(&fake, "a"), 200);
    let why = json(&unchecked(&fake, Request::new("GET", "/__parlel/requests/1/why")));
    assert_eq!((&why["n"], &why["status"], &why["asked"][0]["rule"]), (&json!(1), &json!(200), &json!("c")));
    let rule = |name: &str| {
        why["asked"][0]["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .find(|rule| rule["rule"] == name)
            .expect(name)
            .clone()
    };
    assert_eq!(
        [
            rule("a")["holds"].clone(),
            rule("b")["holds"].clone(),
            rule("c")["holds"].clone(),
            rule("d")["holds"].clone()
        ],
        [json!(false), json!(false), json!(true), json!(false)]
    );
    let conditions = rule("a")["conditions"].clone();
    assert_eq!(conditions[0], json!({"condition": "user", "wanted": "a", "found": "a", "holds": true}));
    assert_eq!(
        (&conditions[1]["condition"], &conditions[1]["wanted"], &conditions[1]["holds"]),
        (&json!("model"), &json!("gpt-5"), &json!(false))
    );
    assert_eq!(rule("b")["conditions"][0]["found"], "a");
    for (path, status) in [("/__parlel/requests/2/why", 404), ("/__parlel/requests/x/why", 400)] {
        assert_eq!(unchecked(&fake, Request::new("GET", path)).status, status, "{path}");
    }
}

#[test]
fn keys_are_never_told() {
    const KEY: &str = "sk-proj-very-secret-1234";
    let fake = Fake { state: State::new(Config { strict_rules: true, ..Config::default() }) };
    give(
        &fake,
        None,
        r#"[{"match":{"key":"other"},"answer":{"text":"x"}},{"match":{"header":{"authorization":"other"}},"answer":{"text":"x"}}]"#,
    );
    let asked = Request::new("POST", CHATS).with_header("authorization", &format!("Bearer {KEY}"));
    let reply = unchecked(&fake, asked.with_json(&Shape::Chat.body("Hi", &json!({})).to_string()));
    let why = unchecked(&fake, Request::new("GET", "/__parlel/requests/1/why"));
    for told in [reply, why].map(|reply| String::from_utf8_lossy(reply.bytes()).into_owned()) {
        assert!(!told.contains(KEY) && told.contains("...1234"), "{told}");
    }
}

#[test]
fn strict_rules_refuse_what_none_answers() {
    let strict = |rules: &str| {
        let fake = Fake { state: State::new(Config { strict_rules: true, ..Config::default() }) };
        assert_eq!(give(&fake, None, rules).status, 200);
        fake
    };
    let fake = strict(
        r#"[{"name":"weather","match":{"user":"weather","model":"gpt-4o"},"answer":{"text":"x"}},{"name":"news","match":{"user":"news","model":"gpt-5"},"answer":{"text":"x"}}]"#,
    );
    for shape in [Shape::Chat, Shape::ChatStream, Shape::Response, Shape::ResponseStream] {
        assert_eq!(shape.ask(&fake, "weather", &json!({})).status, 200);
        let reply = shape.ask(&fake, "hello", &json!({}));
        let error = json(&reply)["error"].clone();
        let message = error["message"].as_str().expect("a message");
        assert_eq!(error["code"], "no_rule");
        assert!(
            message.contains("'weather'") && message.contains("user") && message.contains("hello"),
            "{message}"
        );
        assert!(message.find("'weather'") < message.find("'news'"), "{message}");
    }
    assert_eq!(Shape::Completion.ask(&fake, "hello", &json!({})).status, 404);
    assert_eq!(
        unchecked(&fake, request(EMBEDDINGS, r#"{"model":"text-embedding-3-small","input":"a"}"#)).status,
        404
    );
    assert_eq!(
        unchecked(&fake, Request::new("GET", "/v1/models").with_header("authorization", "Bearer k")).status,
        200
    );
    let fake = strict("[]");
    assert_eq!(chat(&fake, "a"), 404);
    let fake = strict(r#"{"match":{},"answer":{"pass":true}}"#);
    assert_eq!(chat(&fake, "a"), 200);
}
