//! Waiting for requests: those that are there already, those that come, and those that do not.

use crate::asking::fake;
use crate::asking::numbers;
use crate::asking::request;
use crate::asking::send;
use crate::support::CHAT;
use crate::support::Client;
use crate::support::Fake;
use crate::support::PATIENCE;
use crate::support::ask;
use crate::support::json as json_of;
use crate::support::refuses;
use crate::support::server;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

/// The reply to a wait, which need not be known yet.
fn wait(fake: &Fake, query: &str) -> Reply {
    answer(&fake.state, &Arc::new(Request::new("GET", &format!("/__parlel/wait?{query}"))))
}

#[test]
fn what_is_there_already_is_not_waited_for() {
    let fake = fake("chat mini models chat:sk-other hot");
    for (query, passed) in [
        ("", &[1, 2, 3, 4, 5][..]),
        ("count=5", &[1, 2, 3, 4, 5]),
        ("kind=chat&count=2", &[1, 2, 4, 5]),
        ("model=gpt-4o-mini", &[2]),
        ("path=/v1/models&timeout=0.5", &[3]),
        ("status=400", &[5]),
        ("text=weather", &[2]),
        ("key=sk-other", &[4]),
        ("after=3&count=2", &[4, 5]),
        ("kind=chat&after=1&before=5&count=2", &[2, 4]),
    ] {
        let reply = wait(&fake, query);
        assert!(reply.awaited.is_none(), "{query}");
        let body = json_of(&reply);
        assert_eq!(
            (reply.status, &body["ok"], &body["count"]),
            (200, &json!(true), &json!(passed.len())),
            "{query}"
        );
        assert_eq!(numbers(&body["requests"]), passed, "{query}");
    }
    let other =
        Request::new("GET", "/__parlel/wait?kind=chat").with_header("authorization", "Bearer sk-other");
    assert_eq!(numbers(&json_of(&fake.send(other))["requests"]), [1]);
}

#[test]
fn what_comes_is_told_once_it_is_enough() {
    for (query, before, comes) in [
        ("kind=chat", "", "models chat"),
        ("kind=chat&count=3", "chat", "models mini chat"),
        // Each counts once, though more is known of it later.
        ("count=2", "", "stream chat"),
        ("status=400", "chat", "mini models hot"),
        ("status=200&count=2", "hot", "chat hot models"),
        ("ended=true", "chat", "chat stream"),
        ("after=1", "chat", "chat"),
        ("kind=chat&count=2&key=sk-other", "chat:sk-other", "chat chat chat:sk-other"),
    ] {
        let fake = fake(before);
        let reply = wait(&fake, query);
        let awaited = reply.awaited.as_ref().expect(query);
        let comes: Vec<&str> = comes.split(' ').collect();
        for name in &comes {
            assert!(awaited.came().try_recv().is_err(), "{query} before {name}");
            fake.send(request(name));
        }
        assert_eq!(awaited.came().try_recv(), Ok(()), "{query}");
        assert_eq!(reply.settled(&fake.state).status, 200, "{query}");
    }
}

#[test]
fn a_fault_and_a_rule_are_known_when_the_reply_is() {
    let fake = Fake::new();
    let rule = json!({"name": "greeting", "match": {"user": "Hello"}, "answer": {"text": "Hi"}});
    fake.state.add_rules(&rule).expect("a rule");
    let reply = wait(&fake, "rule=greeting");
    send(&fake, "mini");
    assert!(reply.awaited.as_ref().expect("it waits").came().try_recv().is_err());
    send(&fake, "chat");
    assert_eq!(numbers(&json_of(&reply.settled(&fake.state))["requests"]), [2]);
}

#[test]
fn what_was_forgotten_does_not_count() {
    for (forget, with_key, status) in [
        ("POST /__parlel/reset", false, 408),
        ("DELETE /__parlel/requests", false, 408),
        ("POST /__parlel/reset", true, 408),
        // Of another key.
        ("POST /__parlel/reset", true, 200),
    ] {
        let key = if status == 200 { "sk-other" } else { "sk-test" };
        let fake = fake("chat");
        let reply = wait(&fake, "kind=chat&count=2");
        let (method, path) = forget.split_once(' ').expect("a path");
        let mut request = Request::new(method, path);
        if with_key {
            request = request.with_header("authorization", &format!("Bearer {key}"));
        }
        fake.send(request);
        send(&fake, "chat");
        assert_eq!(reply.settled(&fake.state).status, status, "{forget} {key}");
    }
}

#[test]
fn what_did_not_come_is_told_with_what_came_instead() {
    for (requests, query, message) in [
        ("", "", "Waited 5 s for 1 request, and none came. Nothing else came."),
        (
            "chat",
            "kind=embeddings&count=2&timeout=0.5",
            "Waited 0.5 s for 2 requests with kind 'embeddings', and none came. What came instead: request 1 (chat, POST \
             /v1/chat/completions, model 'gpt-4o', 200), whose kind was to be \"embeddings\" and is \"chat\".",
        ),
        (
            "models chat mini",
            "kind=chat&model=gpt-4o&count=2",
            "Waited 5 s for 2 requests with kind 'chat', model 'gpt-4o', and 1 came (request 2). What came instead: request 3 \
             (chat, POST /v1/chat/completions, model 'gpt-4o-mini', 200), whose model was to be \"gpt-4o\" and is \
             \"gpt-4o-mini\"; request 1 (models, GET /v1/models, 200), whose kind was to be \"chat\" and is \"models\".",
        ),
        ("chat", "after=1", "Waited 5 s for 1 request with after '1', and none came. Nothing else came."),
        (
            "chat",
            "key=sk-secret",
            "Waited 5 s for 1 request with this key, and none came. What came instead: request 1 (chat, POST \
             /v1/chat/completions, model 'gpt-4o', 200), whose key was to be \"this key\" and is \"another key\".",
        ),
        (
            "hot",
            "status=200&text=weather",
            "Waited 5 s for 1 request with status '200', text 'weather', and none came. What came instead: request 1 (chat, \
             POST /v1/chat/completions, model 'gpt-4o', 400), whose status was to be 200 and is 400.",
        ),
    ] {
        let fake = fake(requests);
        let reply = wait(&fake, query).settled(&fake.state);
        assert_eq!(refuses(&reply, 408, None, Some("wait_timeout")), message, "{query}");
    }
}

#[test]
fn what_cannot_be_waited_for_is_refused() {
    let fake = Fake::new();
    for (query, param, code) in [
        ("count=0", "count", "invalid_value"),
        ("count=-1", "count", "invalid_value"),
        ("timeout=601", "timeout", "invalid_value"),
        ("timeout=-1", "timeout", "invalid_value"),
        ("timeout=nan", "timeout", "invalid_value"),
        ("status=ok", "status", "invalid_value"),
        ("limit=1", "limit", "unknown_parameter"),
        ("cuont=1", "cuont", "unknown_parameter"),
    ] {
        refuses(&wait(&fake, query), 400, Some(param), Some(code));
    }
}

#[test]
fn three_hundred_wait_at_once_and_none_in_the_way() {
    const MANY: usize = 300;
    let server = server();
    let mut waiting: Vec<Client> = (0..MANY).map(|_| Client::connect(server.address())).collect();
    for (at, client) in waiting.iter_mut().enumerate() {
        let count = 1 + at % 3;
        client.request("GET", &format!("/__parlel/wait?kind=chat&count={count}&timeout=60"), "");
    }
    assert_eq!(ask(&server, "GET", "/health", "").status, 200);
    for _ in 0..3 {
        assert_eq!(ask(&server, "POST", "/v1/chat/completions", CHAT).status, 200);
    }
    for (at, client) in waiting.iter_mut().enumerate() {
        let received = client.receive();
        assert_eq!(received.status, 200, "{received:?}");
        let count = received.json()["count"].as_u64().expect("a count");
        assert!((1 + at as u64 % 3..=3).contains(&count), "{count}");
        assert_eq!(received.header("access-control-allow-origin"), Some("*"));
    }
}

#[test]
fn a_wait_ends_with_its_time_and_with_its_server() {
    let mut server = server();
    let received = ask(&server, "GET", "/__parlel/wait?kind=chat&timeout=0.05", "");
    assert_eq!((received.status, &received.json()["error"]["code"]), (408, &json!("wait_timeout")));
    let mut client = Client::connect(server.address());
    client.request("GET", "/__parlel/wait?timeout=600", "");
    let since = Instant::now();
    server.stop();
    assert!(since.elapsed() < PATIENCE);
    // It was told so, or had not been heard yet.
    let rest = client.rest();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408 "), "{rest}");
}

#[test]
fn a_test_in_rust_waits_for_its_server() {
    let server = server();
    let wanted = json!({"path": "/v1/chat/completions", "text": "Hello", "count": 2});
    let came: Vec<Value> = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| server.wait(&wanted, PATIENCE));
        for _ in 0..2 {
            assert_eq!(ask(&server, "POST", "/v1/chat/completions", CHAT).status, 200);
        }
        waiting.join().expect("no panic").expect("two requests")
    });
    assert_eq!(numbers(&came.into()), [1, 2]);
    let why = server.wait(&json!({"kind": "images"}), Duration::ZERO).expect_err("none came");
    assert!(
        why.starts_with("Waited 0 s for 1 request with kind 'images', and none came. What came"),
        "{why}"
    );
    let why = server.wait(&json!({"knd": "images"}), PATIENCE).expect_err("a slip");
    assert_eq!(why, "Unknown parameter: 'knd'. Did you mean 'key' or 'kind'?");
    assert!(server.wait(&json!("images"), PATIENCE).is_err());
}
