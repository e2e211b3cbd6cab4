//! The log of captured requests: what it holds, who sees it, what bounds it.

mod filters;
mod replies;
mod streamed;

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json as json_of;
use crate::support::refuses;
use openai_fake::Config;
use openai_fake::Request;
use openai_fake::State;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

fn numbers(list: &Value) -> Vec<u64> {
    list["requests"].as_array().expect("a list").iter().filter_map(|request| request["n"].as_u64()).collect()
}

fn with_key(key: &str, body: &str) -> Request {
    Request::new("POST", "/v1/chat/completions")
        .with_header("authorization", &format!("Bearer {key}"))
        .with_json(body)
}

#[test]
fn a_request_is_found_as_it_was_sent() {
    let fake = Fake::new();
    let untouched = r#"{ "model":"gpt-4o", "messages":[{"role":"user","content":"\u0048i"}], "seed": 10.0 }"#;
    let reply = fake.send(
        Request::new("POST", "/v1/chat/completions?a=b")
            .with_header("Authorization", "Bearer sk-secret-1234")
            .with_header("X-Twice", "1")
            .with_header("X-Twice", "2")
            .with_json(untouched),
    );
    // `seed` must be whole: refused, and captured all the same.
    refuses(&reply, 400, Some("seed"), Some("invalid_type"));
    let list = fake.captured("", None);
    let request = &list["requests"][0];
    assert_eq!((&list["count"], &list["dropped"]), (&json!(1), &json!(0)));
    assert_eq!(
        (&request["n"], &request["kind"], &request["status"]),
        (&json!(1), &json!("chat"), &json!(400))
    );
    assert_eq!(
        (&request["method"], &request["path"], &request["query"]),
        (&json!("POST"), &json!("/v1/chat/completions"), &json!("a=b"))
    );
    assert_eq!(request["headers"]["authorization"], "Bearer ...1234");
    assert_eq!(request["headers"]["x-twice"], "1, 2");
    assert_eq!(request["request_id"], reply.get("x-request-id").expect("an id"));
    assert_eq!(request["ended"], Value::Null);
    let at = request["at"].as_str().expect("a time");
    assert!(at.len() == 24 && at.ends_with('Z') && at.as_bytes()[10] == b'T', "{at}");
    let raw = fake.send(Request::new("GET", "/__parlel/requests"));
    assert!(String::from_utf8_lossy(raw.bytes()).contains(untouched));
}

#[test]
fn what_is_no_json_is_kept_as_text() {
    let fake = Fake::new();
    fake.chat("not json");
    fake.get("/v1/models");
    let mut bytes = with_key("k", "");
    bytes.body = vec![b'a', 0xFF];
    fake.send(bytes);
    let list = fake.captured("", None);
    assert_eq!(list["requests"][0]["body"], "not json");
    assert_eq!(list["requests"][1]["body"], Value::Null);
    assert_eq!(list["requests"][2]["body"], "a\u{fffd}");
    assert_eq!(list["requests"][2]["body_base64"], "Yf8=");
}

#[test]
fn everything_that_reaches_v1_is_captured_and_nothing_else() {
    let fake = Fake::new();
    let calls = [
        ("POST", "/v1/chat/completions", "chat"),
        ("POST", "/v1/completions", "completion"),
        ("POST", "/v1/embeddings", "embeddings"),
        ("POST", "/v1/images/generations", "images"),
        ("POST", "/v1/moderations", "moderations"),
        ("GET", "/v1/models", "models"),
        ("GET", "/v1/models/x", "models"),
        ("GET", "/v1/nope", "unknown"),
        ("PUT", "/v1/embeddings", "unknown"),
    ];
    for (method, path, _) in calls {
        fake.send(Request::new(method, path));
    }
    for (method, path) in [("GET", "/"), ("GET", "/health"), ("GET", "/nope"), ("OPTIONS", "/v1/models")] {
        fake.send(Request::new(method, path));
    }
    let list = fake.captured("", None);
    let kinds: Vec<&str> =
        list["requests"].as_array().expect("a list").iter().filter_map(|r| r["kind"].as_str()).collect();
    assert_eq!(kinds, calls.map(|(_, _, kind)| kind));
    assert!(list["requests"].as_array().expect("a list").iter().all(|request| request["status"] == 401));
}

/// A client whose base URL is wrong would otherwise look as if it had sent nothing.
#[test]
fn what_was_meant_for_v1_is_captured_and_the_operator_is_told() {
    let fake = Fake::new();
    let url = "the client's base URL should be http://fake:1/v1";
    for (line, hint) in [
        ("POST /chat/completions", "POST /chat/completions got a 404, and /v1/chat/completions is there: "),
        ("GET /models/gpt-4o", "GET /models/gpt-4o got a 404, and /v1/models/gpt-4o is there: "),
        ("GET /api/v1/files", "GET /api/v1/files got a 404, and /v1/files is there: "),
        ("POST /v1/v1/responses", "POST /v1/v1/responses got a 404, and /v1/responses is there: "),
        ("POST /v1//responses", "POST /v1//responses got a 404, and /v1/responses is there: "),
        ("GET /v1/nope", ""),
        ("GET /v1/models/gpt-9", ""),
    ] {
        let (method, path) = line.split_once(' ').expect("a path");
        let request = Request::new(method, path).with_header("authorization", "Bearer k");
        let reply = fake.send(request.with_header("host", "fake:1"));
        let hint = if hint.is_empty() { None } else { Some(format!("{hint}{url}")) };
        assert_eq!((reply.status, &reply.hint), (404, &hint), "{line}");
        assert!(reply.get("x-request-id").is_some(), "{line}");
    }
    assert_eq!(numbers(&fake.captured("", Some("k"))), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(fake.captured("?kind=unknown&path=/chat/completions&status=404", Some("k"))["count"], 1);
    // Outside the API nobody is asked for a key.
    assert_eq!(fake.send(Request::new("GET", "/models")).status, 404);
    assert_eq!(fake.captured("", None)["count"], 8);
}

#[test]
fn a_key_sees_and_resets_what_is_its_own() {
    let fake = Fake::new();
    for key in ["a", "b", "a"] {
        fake.send(with_key(key, CHAT));
    }
    assert_eq!(numbers(&fake.captured("", None)), [1, 2, 3]);
    // Each key counts for itself, so that a test sees the same whatever runs beside it.
    assert_eq!(numbers(&fake.captured("", Some("a"))), [1, 2]);
    assert_eq!(numbers(&fake.captured("?since=1", Some("a"))), [2]);
    assert_eq!(fake.captured("", Some("b"))["count"], 1);
    assert_eq!(numbers(&fake.captured("", Some("c"))), Vec::<u64>::new());

    let control = |method: &str, path: &str, header: Option<&str>| {
        let request = Request::new(method, path);
        fake.send(match header {
            Some(value) => request.with_header("authorization", value),
            None => request,
        })
    };
    refuses(&control("POST", "/__parlel/reset", Some("Bearer ")), 401, None, Some("invalid_api_key"));
    assert_eq!(fake.captured("", None)["count"], 3, "an empty key is nobody's, not everybody's");
    control("DELETE", "/__parlel/requests", Some("Bearer a"));
    assert_eq!(
        (numbers(&fake.captured("", None)), fake.captured("", None)["count"].clone()),
        (vec![2], json!(1))
    );
    fake.send(with_key("a", CHAT));
    assert_eq!(numbers(&fake.captured("", Some("a"))), [3], "DELETE forgets requests, not their numbers");
    control("POST", "/__parlel/reset", Some("Bearer a"));
    fake.send(with_key("a", CHAT));
    assert_eq!(numbers(&fake.captured("", Some("a"))), [1]);
    control("POST", "/__parlel/reset", None);
    assert_eq!(fake.captured("", None), json!({"requests": [], "count": 0, "dropped": 0, "has_more": false}));
    fake.send(with_key("b", CHAT));
    assert_eq!(numbers(&fake.captured("", None)), [1]);
}

#[test]
fn request_ids_are_unique_and_do_not_depend_on_other_keys() {
    let ids = |order: &[&str]| {
        let fake = Fake::new();
        order
            .iter()
            .map(|key| fake.send(with_key(key, CHAT)).get("x-request-id").expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let (one, other) = (ids(&["a", "a", "b"]), ids(&["b", "a", "a"]));
    assert_eq!((&one[0], &one[1], &one[2]), (&other[1], &other[2], &other[0]));
    assert!(one[0] != one[1] && one[1] != one[2] && one[0] != one[2]);
    assert!(one[0].starts_with("req_") && one[0].len() == 36);
}

#[test]
fn the_log_is_bounded_and_says_so() {
    let state = State::new(Config { log_limit: 10_000, ..Config::default() });
    let fake = Fake { state };
    for number in 0..100 {
        fake.send(with_key("k", &CHAT.replace("Hello", &number.to_string())));
    }
    let list = fake.captured("", None);
    let held = numbers(&list);
    assert!((2..40).contains(&held.len()), "{}", held.len());
    assert_eq!(held.last(), Some(&100), "the oldest go first");
    assert_eq!((&list["count"], &list["dropped"]), (&json!(100), &json!(100 - held.len())));
    assert_eq!(fake.captured("", Some("k"))["dropped"], list["dropped"]);
    fake.send(with_key("k", &CHAT.replace("Hello", &"x".repeat(20_000))));
    assert_eq!(fake.captured("", None)["dropped"], 101, "one that is larger than the log is not kept either");
}

#[test]
fn what_a_key_dropped_is_given_back_when_it_is_reset() {
    let state = State::new(Config { log_limit: 10_000, ..Config::default() });
    let fake = Fake { state };
    let told = |key: Option<&str>| {
        let list = fake.captured("", key);
        (list["count"].as_u64().expect("a number"), list["dropped"].as_u64().expect("a number"))
    };
    for number in 0..100 {
        fake.send(with_key(if number % 4 == 0 { "a" } else { "b" }, CHAT));
    }
    let (a, b) = (told(Some("a")), told(Some("b")));
    assert!(a.1 > 0 && b.1 > 0 && (a.0, b.0) == (25, 75), "{a:?} {b:?}");
    assert_eq!(told(None), (a.0 + b.0, a.1 + b.1));
    for (method, path) in [("DELETE", "/__parlel/requests"), ("POST", "/__parlel/reset")] {
        fake.send(Request::new(method, path).with_header("authorization", "Bearer a"));
        assert_eq!((told(Some("a")), told(None)), ((0, 0), b), "{method} {path}");
    }
}

#[test]
fn a_key_is_shown_by_its_last_four_characters() {
    for (sent, shown) in [
        ("Bearer sk-secret-1234", "Bearer ...1234"),
        ("Bearer 123456789", "Bearer ...6789"),
        ("Bearer 12345678", "Bearer ..."),
        ("Bearer 1234567", "Bearer ..."),
        ("Bearer 1234", "Bearer ..."),
        ("Bearer k", "Bearer ..."),
        ("Bearer \u{e4}\u{f6}\u{fc}\u{df}\u{e4}\u{f6}\u{fc}\u{df}a", "Bearer ...\u{f6}\u{fc}\u{df}a"),
        ("Basic dXNlcjpwYXNz", "Basic ...YXNz"),
        // Of `:sk-secret-1234` and of `:1234`.
        ("Basic OnNrLXNlY3JldC0xMjM0", "Basic ...1234"),
        ("Basic OjEyMzQ=", "Basic ..."),
        ("sk-secret-1234", "...1234"),
        ("12345678", "..."),
        ("Bearer  sk-secret-1234 ", "Bearer ...1234"),
    ] {
        let fake = Fake::new();
        fake.send(Request::new("GET", "/v1/models").with_header("authorization", sent));
        assert_eq!(fake.captured("", None)["requests"][0]["headers"]["authorization"], shown, "'{sent}'");
    }
}

#[test]
fn a_key_is_the_same_however_it_was_sent() {
    let fake = Fake::new();
    // `:a`
    let basic = Request::new("GET", "/v1/models").with_header("authorization", "Basic OmE=");
    for request in [basic, with_key("a", CHAT), with_key("b", CHAT)] {
        assert_eq!(fake.send(request).status, 200);
    }
    assert_eq!(numbers(&fake.captured("", Some("a"))), [1, 2]);
    for (name, value) in [("authorization", "Basic OmE="), ("api-key", "a")] {
        let own = Request::new("GET", "/__parlel/requests").with_header(name, value);
        assert_eq!(numbers(&json_of(&fake.send(own))), [1, 2], "{name}");
    }
    let reset = Request::new("POST", "/__parlel/reset").with_header("authorization", "Basic OmE=");
    assert_eq!(fake.send(reset).status, 200);
    assert_eq!(fake.captured("", None)["count"], 1, "that of the other key");
    let empty = Request::new("POST", "/__parlel/reset").with_header("api-key", "");
    refuses(&fake.send(empty), 401, None, Some("invalid_api_key"));
}

#[test]
fn a_stream_that_was_not_sent_yet_has_not_ended() {
    let fake = Fake::new();
    let reply = answer(&fake.state, &Arc::new(with_key("k", STREAM)));
    let ended = || fake.captured("", None)["requests"][0]["ended"].take();
    assert_eq!(ended(), false);
    reply.effects.run(&fake.state);
    assert_eq!(ended(), true);
}
