//! The replies of captured requests: what of them is kept, and what there is of those that were cut short.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::Fake;
use crate::support::PATIENCE;
use crate::support::STREAM;
use crate::support::ask;
use crate::support::json as json_of;
use crate::support::server;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;
use std::time::Instant;

const LIST: &str = "/__parlel/requests?include=reply";

/// The last captured request, once its reply has ended.
fn last(server: &OpenaiServer, is_over: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let list = ask(server, "GET", &format!("{LIST}&limit=1"), "").json();
        let request = &list["requests"][0];
        if is_over(request) {
            return request.clone();
        }
        assert!(Instant::now() < end, "{request}");
        std::thread::yield_now();
    }
}

#[test]
fn a_reply_is_kept_as_it_was_sent() {
    let server = server();
    let image = r#"{"model":"gpt-image-1","prompt":"A cat","n":2}"#;
    let tool = r#"{"model":"gpt-4o","input":"Hi","stream":true}"#;
    for (method, path, body) in [
        ("POST", "/v1/chat/completions", CHAT),
        ("POST", "/v1/chat/completions", STREAM),
        ("POST", "/v1/responses", tool),
        ("POST", "/v1/images/generations", image),
        ("POST", "/v1/chat/completions", "{}"),
        ("GET", "/v1/models", ""),
        ("GET", "/v1/nope", ""),
        ("HEAD", "/v1/models", ""),
    ] {
        let sent = Client::connect(server.address()).ask(method, path, body);
        let captured = last(&server, |request| !request["reply"].is_null());
        let reply = &captured["reply"];
        assert_eq!(
            (&reply["status"], &captured["status"]),
            (&json!(sent.status), &json!(sent.status)),
            "{path}"
        );
        let headers = reply["headers"].as_object().expect("headers");
        for (name, value) in headers {
            assert_eq!(Some(value.as_str().expect("a text")), sent.header(name), "{path}");
        }
        assert!(headers.contains_key("access-control-allow-origin") && headers.len() > 2, "{path}");
        if sent.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
            let text = sent.text();
            let events: Vec<&str> = text.split_terminator("\n\n").collect();
            let kept = reply["events"].as_array().expect("events");
            assert_eq!(kept.len(), events.len());
            for (kept, event) in kept.iter().zip(events) {
                let (name, data) = event.rsplit_once("data: ").expect("data");
                let data = serde_json::from_str(data).unwrap_or_else(|_| Value::from(data));
                assert_eq!((&kept["data"], &kept["ms"]), (&data, &json!(0)));
                assert_eq!(kept["event"].as_str(), name.trim_end().strip_prefix("event: "));
            }
            assert_eq!(captured["ended"], true);
        } else if method == "HEAD" {
            assert_eq!(reply["body"], Value::Null);
        } else {
            assert_eq!((&reply["body"], &captured["ended"]), (&sent.json(), &Value::Null), "{path}");
        }
    }
    // Nobody asked for them: they are not there.
    let list = ask(&server, "GET", "/__parlel/requests", "").json();
    assert!(
        list["requests"].as_array().expect("a list").iter().all(|request| request.get("reply").is_none())
    );
}

#[test]
fn without_a_server_a_reply_is_kept_when_it_is_run() {
    let fake = Fake::new();
    for body in [CHAT, STREAM] {
        fake.chat(body);
    }
    let list = fake.captured("?include=reply", None);
    assert_eq!(list["requests"][0]["reply"]["body"]["object"], "chat.completion");
    assert_eq!(list["requests"][1]["reply"]["events"][0]["data"]["object"], "chat.completion.chunk");
    let request = Request::new("GET", "/__parlel/requests?include=everything");
    assert_eq!(json_of(&fake.send(request))["error"]["param"], "include");
}

#[test]
fn replies_count_into_what_may_be_kept() {
    let held = |query: &str| {
        let server = server_with(Config { log_limit: 100_000, ..Config::default() });
        let mut client = Client::connect(server.address());
        for _ in 0..100 {
            client.ask(
                "POST",
                "/v1/embeddings",
                &format!(r#"{{"model":"text-embedding-3-small","input":"a"{query}}}"#),
            );
        }
        let list = client.ask("GET", LIST, "").json();
        let requests = list["requests"].as_array().expect("a list");
        assert!(!requests.last().expect("a request")["reply"].is_null(), "the newest is there");
        requests.iter().filter(|request| !request["reply"].is_null()).count()
    };
    // A vector has 1,536 numbers of some ten digits.
    let (long, short) = (held(""), held(r#","dimensions":1"#));
    assert_eq!(long, 1);
    assert!((2..40).contains(&short), "{short}");
}

#[test]
fn events_have_their_times() {
    let server = server_with(Config { pace: Duration::from_millis(3), ..Config::default() });
    ask(&server, "POST", "/v1/chat/completions", STREAM);
    let captured = last(&server, |request| request["ended"] == true);
    let events = captured["reply"]["events"].as_array().expect("events");
    let times: Vec<u64> = events.iter().filter_map(|event| event["ms"].as_u64()).collect();
    assert!(times.len() == events.len() && times.is_sorted(), "{times:?}");
    let last = *times.last().expect("a time");
    assert!(last + 1 >= 3 * (times.len() as u64 - 1), "{times:?}");
    assert_eq!(events.last().expect("an event")["data"], "[DONE]");
}

#[test]
fn of_a_stream_that_the_client_left_there_is_what_had_been_sent() {
    let server = server_with(Config { pace: Duration::from_millis(20), ..Config::default() });
    let mut client = Client::connect(server.address());
    client.request("POST", "/v1/chat/completions", STREAM);
    assert_eq!(client.receive_head().status, 200);
    assert_eq!(last(&server, |_| true)["reply"], Value::Null, "it has not ended");
    drop(client);
    let captured = last(&server, |request| !request["reply"].is_null());
    assert_eq!((&captured["status"], &captured["ended"]), (&json!(200), &json!(false)));
    let events = captured["reply"]["events"].as_array().expect("events");
    let done = |event: &Value| event["data"] == "[DONE]";
    assert!(!events.is_empty() && !events.iter().any(done), "{events:?}");
}
