//! The log on standard error: a line for each request, where it is wished.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::STREAM;
use crate::support::Started;
use crate::support::command;
use serde_json::Value;
use serde_json::json;
use std::io::BufRead;
use std::io::BufReader;
use std::process::ChildStderr;
use std::process::Stdio;

/// A server with this log, and what it tells.
fn telling(arguments: &[&str]) -> (Started, BufReader<ChildStderr>) {
    let mut started = Started::from(command().args(["--port", "0"]).args(arguments).stderr(Stdio::piped()));
    let told = started.child.stderr.take().expect("its standard error");
    (started, BufReader::new(told))
}

fn line(told: &mut BufReader<ChildStderr>) -> String {
    let mut line = String::new();
    told.read_line(&mut line).expect("a line");
    assert!(line.ends_with('\n'), "{line}");
    line.trim_end().to_owned()
}

/// Sends a request with these headers, and reads until the connection ends.
fn send(started: &Started, line: &str, headers: &str, body: &str) {
    let mut client = Client::connect(started.address());
    let length = body.len();
    client.write(
        format!(
            "{line} HTTP/1.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
        .as_bytes(),
    );
    client.rest();
}

const KEY: &str = "authorization: Bearer sk-secret-1234\r\n";
const CHATS: &str = "POST /v1/chat/completions";
const RULES: &str =
    r#"{"name": "the rule", "match": {"model": "gpt-4.1"}, "answer": {"text": "Hello there!"}}"#;

#[test]
fn each_request_is_a_line_when_its_reply_has_ended() {
    let responses = r#"{"model":"gpt-4o","input":"Hello","stream":true}"#;
    let embeddings = r#"{"model":"text-embedding-3-small","input":"Hello","dimensions":1}"#;
    let with_usage = STREAM.replace("\"stream\"", "\"stream_options\":{\"include_usage\":true},\"stream\"");
    let ruled = CHAT.replace("gpt-4o", "gpt-4.1");
    let fault = |fault: &str| format!("{KEY}x-parlel-fault: {fault}\r\n");
    #[rustfmt::skip]
    let cases: [(&str, String, &str, Value, &str); 13] = [
        ("POST /__parlel/rules", String::new(), RULES, json!([null, null, 200, true, null, null, null]), "- POST /__parlel/rules - 200 Nms"),
        (CHATS, KEY.to_owned(), CHAT, json!(["...1234", "gpt-4o", 200, true, null, null, true]), "...1234 POST /v1/chat/completions gpt-4o 200 Nms tokens=N/N"),
        (CHATS, KEY.to_owned(), STREAM, json!(["...1234", "gpt-4o", 200, true, null, null, null]), "...1234 POST /v1/chat/completions gpt-4o 200 Nms"),
        (CHATS, KEY.to_owned(), &with_usage, json!(["...1234", "gpt-4o", 200, true, null, null, true]), "...1234 POST /v1/chat/completions gpt-4o 200 Nms tokens=N/N"),
        (CHATS, KEY.to_owned(), &ruled, json!(["...1234", "gpt-4.1", 200, true, "the rule", null, true]), "...1234 POST /v1/chat/completions gpt-4.1 200 Nms tokens=N/N rule=\"the rule\""),
        (CHATS, KEY.to_owned(), "{}", json!(["...1234", null, 400, true, null, null, null]), "...1234 POST /v1/chat/completions - 400 Nms"),
        (CHATS, KEY.to_owned(), r#"{"model":"two words\n"}"#, json!(["...1234", "two words\n", 400, true, null, null, null]), r#"...1234 POST /v1/chat/completions "two words\n" 400 Nms"#),
        ("POST /v1/responses", KEY.to_owned(), responses, json!(["...1234", "gpt-4o", 200, true, null, null, true]), "...1234 POST /v1/responses gpt-4o 200 Nms tokens=N/N"),
        ("POST /v1/embeddings?a=b", "authorization: Bearer k\r\n".to_owned(), embeddings, json!(["...", "text-embedding-3-small", 200, true, null, null, true]), "... POST /v1/embeddings text-embedding-3-small 200 Nms tokens=N/N"),
        ("GET /v1/models", "api-key: sk-secret-1234\r\n".to_owned(), "", json!(["...1234", null, 401, true, null, null, null]), "...1234 GET /v1/models - 401 Nms"),
        (CHATS, fault("429"), CHAT, json!(["...1234", "gpt-4o", 429, true, null, "429", null]), "...1234 POST /v1/chat/completions gpt-4o 429 Nms fault=429"),
        (CHATS, fault("cut=1"), STREAM, json!(["...1234", "gpt-4o", 200, false, null, "cut=1", null]), "...1234 POST /v1/chat/completions gpt-4o 200 Nms fault=cut=1 cut"),
        (CHATS, fault("close"), STREAM, json!(["...1234", "gpt-4o", null, false, null, "close", null]), "...1234 POST /v1/chat/completions gpt-4o - Nms fault=close cut"),
    ];
    let (in_json, mut json) = telling(&["--log", "json"]);
    let (in_words, mut words) = telling(&["--log=text"]);
    for (request, headers, body, expected, expected_words) in &cases {
        send(&in_json, request, headers, body);
        let told: Value = serde_json::from_str(&line(&mut json)).expect("JSON");
        let has_tokens = told["tokens"]["input"].as_u64().filter(|input| *input > 0).map(|_| true);
        let [key, model, status, ended] = ["key", "model", "status", "ended"].map(|name| &told[name]);
        let (rule, fault) = (&told["rule"], &told["fault"]);
        assert_eq!(json!([key, model, status, ended, rule, fault, has_tokens]), *expected, "{told}");
        let (method, target) = request.split_once(' ').expect("a path");
        let path = target.split('?').next().expect("a path");
        assert_eq!((&told["method"], &told["path"]), (&json!(method), &json!(path)));
        assert!(
            told["ms"].is_u64() && told["time"].as_str().is_some_and(|time| time.ends_with('Z')),
            "{told}"
        );

        send(&in_words, request, headers, body);
        let told = line(&mut words);
        let (time, told) = told.split_once(' ').expect("a time");
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        let parts = told.split(' ').map(|part| {
            let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let is_time = part.strip_suffix("ms").is_some_and(number);
            let is_usage = part.starts_with("tokens=") && part[7..].split('/').all(number);
            if is_time {
                "Nms"
            } else if is_usage {
                "tokens=N/N"
            } else {
                part
            }
        });
        assert_eq!(parts.collect::<Vec<_>>().join(" "), *expected_words);
    }
}

#[test]
fn without_a_wish_nothing_is_told_and_a_closed_end_is_no_reason_to_stop() {
    let (mut silent, mut told) = telling(&[]);
    send(&silent, CHATS, KEY, CHAT);
    silent.child.kill().expect("to end it");
    let mut all = String::new();
    told.read_line(&mut all).expect("nothing");
    assert_eq!(all, "");

    let (started, told) = telling(&["--log", "text"]);
    drop(told);
    for _ in 0..3 {
        assert_eq!(Client::connect(started.address()).ask("POST", "/v1/chat/completions", CHAT).status, 200);
    }
}
