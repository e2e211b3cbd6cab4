//! What a test may ask about the requests that came: to wait for them, whether they are those that were expected, and
//! what was bad about them.

mod conduct;
mod verify;
mod wait;

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json;
use openai_fake::Request;
use serde_json::Value;

const MINI: &str = r#"{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is the weather?"}]}"#;
const TOO_HOT: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}],"temperature":9}"#;
const RESPONSE: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;
const EMBEDDINGS: &str =
    r#"{"model":"text-embedding-3-small","input":["The cat sat.","The dog ran."],"dimensions":2}"#;
const COMPLETIONS: &str =
    r#"{"model":"gpt-3.5-turbo-instruct","prompt":["One, two","Red, green"],"max_tokens":2}"#;

/// A request by a short name; behind a colon stands the key that it is sent with, in place of `sk-test`.
fn request(name: &str) -> Request {
    let (name, key) = name.split_once(':').unwrap_or((name, "sk-test"));
    let (method, path, body) = match name {
        "chat" => ("POST", "/v1/chat/completions", CHAT),
        "mini" => ("POST", "/v1/chat/completions", MINI),
        "stream" => ("POST", "/v1/chat/completions", STREAM),
        "hot" => ("POST", "/v1/chat/completions", TOO_HOT),
        "response" => ("POST", "/v1/responses", RESPONSE),
        "embed" => ("POST", "/v1/embeddings", EMBEDDINGS),
        "complete" => ("POST", "/v1/completions", COMPLETIONS),
        "models" => ("GET", "/v1/models", ""),
        "astray" => ("POST", "/chat/completions", CHAT),
        "nope" => ("GET", "/v1/nope", ""),
        other => panic!("no request is called {other}"),
    };
    let request = Request::new(method, path).with_header("authorization", &format!("Bearer {key}"));
    if body.is_empty() { request } else { request.with_json(body) }
}

/// Sends requests, one after the other.
fn send(fake: &Fake, names: &str) {
    for name in names.split_whitespace() {
        fake.send(request(name));
    }
}

fn fake(names: &str) -> Fake {
    let fake = Fake::new();
    send(&fake, names);
    fake
}

/// What the server tells of its captured requests, without a key.
#[track_caller]
fn told(fake: &Fake, path: &str) -> Value {
    json(&fake.send(Request::new("GET", path)))
}

/// The numbers of requests in a list.
fn numbers(requests: &Value) -> Vec<u64> {
    requests
        .as_array()
        .expect("a list")
        .iter()
        .map(|request| request["n"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn what_no_rule_answered_is_listed() {
    let fake = Fake::new();
    let rules = r#"{"rules":[{"match":{"user":"weather"},"answer":{"text":"Fine"}},{"match":{"input":"cat"},"answer":{"embedding":[1,0]}}]}"#;
    fake.state.add_rules(&serde_json::from_str(rules).expect("rules")).expect("they are read");
    send(&fake, "chat mini models hot response embed nope chat:sk-other");
    for (query, listed) in [
        // Of the inputs of the sixth one has its rule, and the other has none.
        ("", &[1, 4, 5, 6, 8][..]),
        ("?kind=chat", &[1, 4, 8]),
        ("?kind=chat&status=200", &[1, 8]),
        ("?kind=models", &[]),
        ("?after=4&limit=1", &[5]),
        ("?order=desc&limit=2", &[8, 6]),
    ] {
        let list = told(&fake, &format!("/__parlel/unmatched{query}"));
        assert_eq!(numbers(&list["requests"]), listed, "{query}");
    }
    let other = Request::new("GET", "/__parlel/unmatched").with_header("authorization", "Bearer sk-other");
    assert_eq!(numbers(&json(&fake.send(other))["requests"]), [1]);
}
