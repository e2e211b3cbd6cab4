//! Azure's ways in: other paths and another header for the same operations, the same key, the same objects.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use serde_json::Value;

/// The chat without the model that it is sent to.
const BARE: &str = r#"{"messages":[{"role":"user","content":"Hello"}]}"#;

fn azure(method: &str, target: &str, body: &str) -> Request {
    let request = Request::new(method, target).with_header("api-key", "sk-test");
    if body.is_empty() { request } else { request.with_json(body) }
}

/// What is said, without what tells one request from another.
fn body(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
    String::from_utf8_lossy(reply.bytes()).into_owned()
}

#[test]
fn every_way_in_leads_to_the_same_operation() {
    let input = r#"{"model":"gpt-4o","input":"Hello"}"#;
    let vector = r#"{"model":"text-embedding-3-small","input":"Hello"}"#;
    let version = "api-version=2024-10-21";
    for (method, path, sent, target, also) in [
        ("POST", "/v1/chat/completions", CHAT, "/openai/v1/chat/completions", CHAT),
        ("POST", "/v1/chat/completions", STREAM, "/openai/v1/chat/completions", STREAM),
        ("POST", "/v1/chat/completions", CHAT, "/openai/deployments/gpt-4o/chat/completions?V", CHAT),
        ("POST", "/v1/chat/completions", CHAT, "/openai/deployments/gpt-4o/chat/completions?V", BARE),
        // The body's model is meant where it has one.
        ("POST", "/v1/chat/completions", CHAT, "/openai/deployments/mine/chat/completions?V", CHAT),
        ("POST", "/v1/responses", input, "/openai/responses?V", input),
        ("POST", "/v1/responses", input, "/openai/v1/responses?api-version=preview", input),
        ("POST", "/v1/responses", input, "/openai/deployments/gpt-4o/responses?V", r#"{"input":"Hello"}"#),
        (
            "POST",
            "/v1/embeddings",
            vector,
            "/openai/deployments/text%2Dembedding-3-small/embeddings?V",
            r#"{"model":null,"input":"Hello"}"#,
        ),
        ("GET", "/v1/models", "", "/openai/models?V", ""),
        ("GET", "/v1/models/gpt-4o", "", "/openai/v1/models/gpt-4o", ""),
        ("GET", "/v1/chat/completions", "", "/openai/chat/completions?V", ""),
    ] {
        let plain = Request::new(method, path).with_header("authorization", "Bearer sk-test");
        let plain = if sent.is_empty() { plain } else { plain.with_json(sent) };
        let expected = Fake::new().send(plain);
        let found = Fake::new().send(azure(method, &target.replace('V', version), also));
        assert_eq!(body(&found), body(&expected), "{target}");
        assert_eq!(found.get("content-type"), expected.get("content-type"), "{target}");
        let limits = |reply: &Reply| reply.get("x-ratelimit-remaining-tokens").map(str::to_owned);
        assert_eq!(limits(&found), limits(&expected), "{target}");
    }
    let head = Fake::new().send(azure("HEAD", "/openai/v1/models/gpt-4o", ""));
    assert_eq!(head.status, 200);
}

#[test]
fn what_takes_no_model_gets_none() {
    let fake = Fake::new();
    let reply = fake.send(azure("POST", "/openai/deployments/gpt-4o/conversations", "{}"));
    assert_eq!(json(&reply)["object"], "conversation");
}

#[test]
fn the_key_is_the_same_by_either_header() {
    let fake = Fake::new();
    let input = r#"{"model":"gpt-4o","input":"Hello"}"#;
    let stored = json(&fake.send(azure("POST", "/openai/v1/responses", input)));
    let id = stored["id"].as_str().expect("an id");
    let path = format!("/v1/responses/{id}");
    assert_eq!(json(&fake.get(&path)), stored, "stored by one way, found by the other");
    let bearer = Request::new("GET", &format!("/openai{path}"));
    assert_eq!(json(&fake.send(bearer.with_header("authorization", "Bearer sk-test"))), stored);
    let other = Request::new("GET", &format!("/openai{path}")).with_header("api-key", "another");
    assert_eq!(fake.send(other).status, 404);

    let list = fake.captured("", Some("sk-test"));
    let told = |name: &str| -> Vec<String> {
        let requests = list["requests"].as_array().expect("a list").iter();
        requests.map(|request| request[name].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(told("path"), ["/openai/v1/responses", &path, &format!("/openai{path}")]);
    assert_eq!(told("kind"), ["responses"; 3]);
    assert_eq!(list["requests"][0]["headers"]["api-key"], "...", "a short key is not shown");
    let long = Request::new("GET", "/openai/models").with_header("api-key", "sk-secret-1234");
    fake.send(long);
    assert_eq!(fake.captured("", Some("sk-secret-1234"))["requests"][0]["headers"]["api-key"], "...1234");
}

#[test]
fn a_deployment_is_a_model_for_the_log_as_well() {
    let fake = Fake::new();
    for (deployment, sent) in [("mine", BARE), ("mine", CHAT), ("gpt-4o", BARE)] {
        fake.send(azure("POST", &format!("/openai/deployments/{deployment}/chat/completions"), sent));
    }
    let numbers = |query: &str| -> Vec<Value> {
        let list = fake.captured(query, None);
        list["requests"].as_array().expect("a list").iter().map(|request| request["n"].clone()).collect()
    };
    assert_eq!(
        (numbers("?model=mine"), numbers("?model=gpt-4o")),
        (vec![1.into()], vec![2.into(), 3.into()])
    );
}
