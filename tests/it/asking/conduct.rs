//! What clients did badly: a request sent again in vain or too early, a stream left, a parameter that is deprecated.

use crate::asking::request;
use crate::asking::send;
use crate::asking::told;
use crate::support::CHAT;
use crate::support::Client;
use crate::support::Fake;
use crate::support::PATIENCE;
use crate::support::STREAM;
use crate::support::Started;
use crate::support::ask;
use crate::support::command;
use crate::support::json as json_of;
use crate::support::server;
use openai_fake::Request;
use openai_fake::answer;
use openai_fake::declared;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// The findings, each as its name and the numbers: `retried_refusal [1,2]`.
#[track_caller]
fn findings(fake: &Fake) -> String {
    let verdict = told(fake, "/__parlel/verdict");
    let all = verdict["findings"].as_array().expect("a list");
    assert_eq!(verdict["ok"], all.is_empty());
    let each =
        all.iter().map(|one| format!("{} {}", one["finding"].as_str().expect("a name"), one["requests"]));
    each.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_is_refused_is_not_to_be_sent_again() {
    for (names, expected) in [
        ("", ""),
        ("chat chat models models", ""),
        ("hot", ""),
        ("hot hot", "retried_refusal [1,2]"),
        ("hot chat hot models hot", "retried_refusal [1,3,5]"),
        ("hot hot:sk-other", ""),
        ("hot hot:sk-other hot:sk-other hot", "retried_refusal [2,3], retried_refusal [1,4]"),
        ("nope nope", "retried_refusal [1,2]"),
        ("hot mini", ""),
    ] {
        let fake = Fake::new();
        send(&fake, names);
        assert_eq!(findings(&fake), expected, "{names}");
    }
}

#[test]
fn a_client_says_itself_that_it_tries_again() {
    for (first, second, count, expected) in [
        // The body is another one, and the client calls it an attempt all the same.
        ("hot", "mini", "1", "retried_refusal [1,2]"),
        ("hot", "mini", "0", ""),
        ("hot", "mini", "often", ""),
        ("hot", "models", "1", ""),
        ("hot", "mini:sk-other", "1", ""),
        ("chat", "mini", "1", ""),
        ("hot", "hot", "0", "retried_refusal [1,2]"),
    ] {
        let fake = Fake::new();
        fake.send(request(first).with_header("x-stainless-retry-count", "0"));
        fake.send(request(second).with_header("x-stainless-retry-count", count));
        assert_eq!(findings(&fake), expected, "{first} {second} {count}");
    }
}

/// Rules that answer with an error as long as nothing else is to be told.
fn failing(error: &Value) -> Fake {
    let fake = Fake::new();
    let rule = json!({"match": {"endpoint": ["chat", "models"]}, "answer": {"error": error}});
    fake.state.add_rules(&rule).expect("a rule");
    fake
}

#[test]
fn some_errors_are_worth_another_try() {
    for (error, expected) in [
        (json!("rate_limit"), "ignored_retry_after [1,2]"),
        (json!("overloaded"), "ignored_retry_after [1,2]"),
        (json!("insufficient_quota"), "retried_refusal [1,2]"),
        (json!("server_error"), ""),
        (json!("timeout"), ""),
        (json!("conflict"), ""),
        (json!("invalid_key"), "retried_refusal [1,2]"),
        (json!("permission"), "retried_refusal [1,2]"),
        (json!("model_not_found"), "retried_refusal [1,2]"),
        (json!("request_too_large"), "retried_refusal [1,2]"),
        (json!("unprocessable"), "retried_refusal [1,2]"),
        (json!({"status": 415, "message": "No"}), "retried_refusal [1,2]"),
        (json!({"status": 405, "message": "No"}), "retried_refusal [1,2]"),
        (json!({"status": 400, "message": "No", "headers": {"x-should-retry": "true"}}), ""),
        (
            json!({"status": 500, "message": "No", "headers": {"x-should-retry": "false"}}),
            "retried_refusal [1,2]",
        ),
        (
            json!({"status": 503, "message": "No", "headers": {"retry-after": "3600"}}),
            "ignored_retry_after [1,2]",
        ),
        (json!({"status": 503, "message": "No", "headers": {"retry-after": "soon"}}), ""),
        (json!({"status": 503, "message": "No", "headers": {"retry-after": "0"}}), ""),
        (
            json!({"status": 503, "message": "No", "headers": {"retry-after": "3600", "retry-after-ms": "0"}}),
            "",
        ),
    ] {
        let fake = failing(&error);
        // As the clock stands, no time passes between the two.
        fake.send(Request::new("POST", "/__parlel/clock").with_json(r#"{"freeze":true}"#));
        send(&fake, "chat chat");
        assert_eq!(findings(&fake), expected, "{error}");
    }
}

#[test]
fn who_waits_as_long_as_was_asked_is_in_time() {
    for (advance, expected) in
        [("0s", "ignored_retry_after [1,2]"), ("1999ms", "ignored_retry_after [1,2]"), ("2s", ""), ("1h", "")]
    {
        let fake = failing(&json!({"status": 429, "message": "No", "headers": {"retry-after": "2"}}));
        let clock = |body: Value| {
            fake.send(Request::new("POST", "/__parlel/clock").with_json(&body.to_string()));
        };
        clock(json!({"freeze": true}));
        send(&fake, "chat");
        clock(json!({"advance": advance}));
        send(&fake, "chat");
        assert_eq!(findings(&fake), expected, "{advance}");
    }
    let fake = failing(&json!("rate_limit"));
    fake.send(Request::new("POST", "/__parlel/clock").with_json(r#"{"freeze":true}"#));
    send(&fake, "chat chat models chat");
    let verdict = told(&fake, "/__parlel/verdict");
    assert_eq!(
        verdict["findings"],
        json!([{
            "finding": "ignored_retry_after",
            "what": "POST /v1/chat/completions was sent again 2 times too early: the first time 0 ms after a 429 that asked to \
                     wait 6 ms",
            "requests": [1, 2, 4],
        }])
    );
}

#[test]
fn a_key_hears_of_its_own_requests_alone() {
    let fake = Fake::new();
    send(&fake, "chat:sk-other hot hot");
    for (key, expected) in [("sk-other", json!([])), ("sk-test", json!([1, 2]))] {
        let asked =
            Request::new("GET", "/__parlel/verdict").with_header("authorization", &format!("Bearer {key}"));
        let verdict = json_of(&fake.send(asked));
        assert_eq!(
            verdict["findings"].get(0).map_or(json!([]), |one| one["requests"].clone()),
            expected,
            "{key}"
        );
    }
}

#[test]
fn a_stream_is_read_to_its_end() {
    let fake = Fake::new();
    let stream = Arc::new(request("stream"));
    // One is running still, one was read, and one was left.
    let running = answer(&fake.state, &stream);
    fake.send(request("stream"));
    assert_eq!(findings(&fake), "");
    drop(running);
    let server = server();
    let address = server.address();
    // More than the buffers of both sockets hold, so that it is noticed that nobody reads.
    let long = json!({"match": {"user": "Hello"}, "answer": {"text": "word ".repeat(400_000), "raw": true}});
    server.add_rules(&long).expect("a rule");
    let mut client = Client::connect(address);
    client.request("POST", "/v1/chat/completions", STREAM);
    client.receive_head();
    drop(client);
    // It is noticed as soon as what was sent into the void comes back.
    let end = Instant::now() + PATIENCE;
    let mut verdict = ask(&server, "GET", "/__parlel/verdict", "").json();
    while verdict["ok"] == true && Instant::now() < end {
        std::thread::yield_now();
        verdict = ask(&server, "GET", "/__parlel/verdict", "").json();
    }
    assert_eq!(
        verdict["findings"],
        json!([{
            "finding": "unread_stream",
            "what": "1 stream of POST /v1/chat/completions: the client left before the end",
            "requests": [1],
        }])
    );
}

#[test]
fn deprecated_parameters_are_named_with_what_takes_their_place() {
    let chat = |fields: &str| crate::refusals::with(CHAT, fields);
    let response = |fields: &str| crate::refusals::with(super::RESPONSE, fields);
    for (path, body, what) in [
        ("/v1/chat/completions", chat("{}"), ""),
        ("/v1/chat/completions", chat(r#"{"max_tokens":null,"max_completion_tokens":5}"#), ""),
        (
            "/v1/chat/completions",
            chat(r#"{"max_tokens":5}"#),
            "POST /v1/chat/completions was sent 'max_tokens', which is deprecated; send 'max_completion_tokens' in its place",
        ),
        (
            "/v1/chat/completions",
            chat(r#"{"user":"u"}"#),
            "POST /v1/chat/completions was sent 'user', which is deprecated; send 'safety_identifier' or 'prompt_cache_key' in its \
             place",
        ),
        (
            "/v1/chat/completions",
            chat(r#"{"seed":5}"#),
            "POST /v1/chat/completions was sent 'seed', which is deprecated",
        ),
        (
            "/v1/chat/completions",
            chat(r#"{"functions":[{"name":"f"}]}"#),
            "POST /v1/chat/completions was sent 'functions', which is deprecated; send 'tools' in its place",
        ),
        (
            "/v1/chat/completions",
            chat(
                r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"}]}"#,
            ),
            "POST /v1/chat/completions was sent 'messages[].function_call', which is deprecated; send 'tool_calls' in its place",
        ),
        (
            "/openai/v1/responses",
            response(r#"{"truncation":"auto"}"#),
            "POST /openai/v1/responses was sent 'truncation', which is deprecated",
        ),
        (
            "/v1/responses",
            response(r#"{"model":"o3","reasoning":{"generate_summary":"auto"}}"#),
            "POST /v1/responses was sent 'reasoning.generate_summary', which is deprecated; send 'reasoning.summary' in its place",
        ),
    ] {
        let fake = Fake::new();
        fake.post(path, &body);
        fake.post(path, &body);
        let verdict = told(&fake, "/__parlel/verdict");
        let expected = if what.is_empty() {
            json!([])
        } else {
            json!([{"finding": "dead_parameter", "what": what, "requests": [1, 2]}])
        };
        assert_eq!(verdict["findings"], expected, "{body}");
    }
}

#[test]
fn what_takes_the_place_of_a_parameter_is_one() {
    let mut count = 0;
    for operation in declared::operations() {
        for list in &operation.lists {
            for parameter in &list.parameters {
                for instead in parameter.deprecated.into_iter().flatten() {
                    count += 1;
                    let known = list.parameters.iter().any(|other| {
                        other.deprecated.is_none()
                            && (other.path == *instead || other.path.ends_with(&format!(".{instead}")))
                    });
                    assert!(known, "{}: {} for {}", operation.name(), instead, parameter.path);
                }
            }
        }
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn the_verdict_is_printed_for_people() {
    let fake = Fake::new();
    let text = |query: &str| {
        let reply = answer(&fake.state, &Arc::new(Request::new("GET", &format!("/__parlel/verdict{query}"))));
        (reply.status, String::from_utf8_lossy(reply.bytes()).into_owned())
    };
    assert_eq!(text("?format=text"), (200, String::new()));
    send(&fake, "hot hot hot");
    assert_eq!(
        text("?format=text"),
        (
            200,
            "retried_refusal: POST /v1/chat/completions was sent again 2 times after a 400, which another try does not change \
             (requests 1, 2, 3)\n"
                .to_owned()
        )
    );
    assert_eq!((text("?format=json").0, text("?format=yaml").0, text("?fromat=text").0), (200, 400, 400));
}

#[test]
fn a_job_fails_by_the_verdict() {
    let started = Started::with(|command| command.arg("0"));
    let port = started.address().port().to_string();
    let verdict = |target: &str| {
        let output = command().args(["verdict", target]).output().expect("the binary");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(verdict(&port), (Some(0), "nothing is wrong\n".to_owned(), String::new()));
    let mut client = Client::connect(started.address());
    for _ in 0..2 {
        client.request("GET", "/v1/nope", "");
        assert_eq!(client.receive().status, 404);
    }
    let told = "retried_refusal: GET /v1/nope was sent again once after a 404, which another try does not change (requests 1, 2)\n";
    assert_eq!(verdict(started.url()), (Some(1), told.to_owned(), String::new()));
    // Bound but not listening: nobody answers, and nobody else can take the port.
    let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    silent.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a port");
    let address = silent.local_addr().expect("an address").as_socket().expect("one of IP");
    let (code, out, error) = verdict(&address.port().to_string());
    assert_eq!((code, out.as_str(), error.lines().count()), (Some(2), "", 1), "{error}");
    let (code, _, error) = verdict("foo");
    assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
}
