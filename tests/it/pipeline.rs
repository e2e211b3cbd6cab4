//! What a client reads of each operation, without a socket.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::chunks;
use crate::support::json;
use crate::support::refuses;
use openai_fake::Request;
use serde_json::Value;

fn chat_with(fields: &str) -> String {
    format!(r#"{{"model":"gpt-4o","messages":[{{"role":"user","content":"Hello"}}],{fields}}}"#)
}

fn said(reply: &Value) -> String {
    reply["choices"][0]["message"]["content"].as_str().expect("a text").to_owned()
}

#[test]
fn the_same_request_is_answered_with_the_same_bytes() {
    let requests = [
        ("/v1/chat/completions", CHAT),
        ("/v1/chat/completions", STREAM),
        ("/v1/completions", r#"{"model":"davinci-002","prompt":"a"}"#),
        ("/v1/embeddings", r#"{"model":"text-embedding-3-small","input":"a"}"#),
        ("/v1/images/generations", r#"{"prompt":"a","response_format":"b64_json"}"#),
        ("/v1/moderations", r#"{"input":"a"}"#),
    ];
    for (path, body) in requests {
        let (one, other) = (Fake::new().post(path, body), Fake::new().post(path, body));
        assert_eq!(one.status, 200, "{path}");
        assert_eq!(one.bytes(), other.bytes(), "{path}");
        assert_eq!(one.head, other.head, "{path}");
    }
}

#[test]
fn an_answer_depends_on_what_matters_and_on_nothing_else() {
    let fake = Fake::new();
    let plain = said(&json(&fake.chat(CHAT)));
    for same in [
        r#""user":"u""#,
        r#""store":true,"metadata":{"a":"b"}"#,
        r#""n":3"#,
        r#""max_tokens":500"#,
        r#""temperature":null"#,
        r#""service_tier":"flex""#,
        r#""stop":"never said""#,
    ] {
        assert_eq!(said(&json(&fake.chat(&chat_with(same)))), plain, "{same}");
    }
    for other in [
        r#""temperature":0.5"#,
        r#""seed":7"#,
        r#""top_p":0.1"#,
        r#""response_format":{"type":"text"}"#,
        r#""tools":[{"type":"function","function":{"name":"f"}}]"#,
        r#""logit_bias":{"5":1}"#,
    ] {
        assert_ne!(said(&json(&fake.chat(&chat_with(other)))), plain, "{other}");
    }
    assert_ne!(said(&json(&fake.chat(&CHAT.replace("Hello", "Hallo")))), plain);
    assert_ne!(said(&json(&fake.chat(&CHAT.replace("gpt-4o", "gpt-4.1")))), plain);
    // The form in which a request is written is nothing that matters.
    let spaced = r#" { "messages" : [ {"content":"\u0048ello", "role":"user"} ], "model":"gpt-4o" } "#;
    assert_eq!(said(&json(&fake.chat(spaced))), plain);
}

#[test]
fn a_stream_says_what_the_whole_reply_says() {
    let fake = Fake::new();
    for fields in [r#""n":1"#, r#""n":3"#, r#""max_tokens":4,"n":2"#, r#""stop":" the""#] {
        let whole = json(&fake.chat(&chat_with(fields)));
        let stream = fake.chat(&chat_with(&format!(
            r#"{fields},"stream":true,"stream_options":{{"include_usage":true}}"#
        )));
        assert_eq!(stream.get("content-type"), Some("text/event-stream; charset=utf-8"));
        let mut chunks = chunks(&stream);
        let usage = chunks.pop().expect("the usage");
        assert_eq!((&usage["choices"], &usage["usage"]), (&Value::Array(Vec::new()), &whole["usage"]));
        for choice in whole["choices"].as_array().expect("choices") {
            let mine: Vec<&Value> =
                chunks.iter().filter(|c| c["choices"][0]["index"] == choice["index"]).collect();
            let delta = |chunk: &Value| chunk["choices"][0]["delta"].clone();
            let joined: String =
                mine.iter().filter_map(|c| delta(c)["content"].as_str().map(str::to_owned)).collect();
            assert_eq!(joined, choice["message"]["content"], "{fields}");
            assert_eq!(delta(mine[0])["role"], "assistant");
            let last = mine.last().expect("an end");
            assert_eq!(last["choices"][0]["finish_reason"], choice["finish_reason"]);
            assert!(mine.iter().rev().skip(1).all(|c| c["choices"][0]["finish_reason"].is_null()));
            assert!(
                mine.iter()
                    .all(|c| c["usage"].is_null() && c["id"] == whole["id"] && c["model"] == whole["model"])
            );
        }
    }
    assert!(chunks(&fake.chat(STREAM)).iter().all(|chunk| chunk.get("usage").is_none()));
}

#[test]
fn a_limit_and_a_stop_end_the_text() {
    let fake = Fake::new();
    let plain = said(&json(&fake.chat(CHAT)));
    let cut = json(&fake.chat(&chat_with(r#""max_completion_tokens":3"#)));
    assert_eq!(cut["choices"][0]["finish_reason"], "length");
    assert_eq!(cut["usage"]["completion_tokens"], 3);
    assert!(plain.starts_with(&said(&cut)) && said(&cut).len() < plain.len());
    let stopped = json(&fake.chat(&chat_with(r#""stop":["."]"#)));
    assert_eq!(said(&stopped), plain.split('.').next().expect("a sentence"));
    assert_eq!(stopped["choices"][0]["finish_reason"], "stop");
}

#[test]
fn legacy_completions_number_their_choices_by_prompt() {
    let fake = Fake::new();
    let create = |prompt: &str, more: &str| {
        json(&fake.post(
            "/v1/completions",
            &format!(r#"{{"model":"gpt-3.5-turbo-instruct","prompt":{prompt}{more}}}"#),
        ))
    };
    for (prompt, prompts, tokens) in
        [(r#""one two""#, 1, 2), (r#"["a","b c"]"#, 2, 3), ("[1,2,3]", 1, 3), ("[[1],[2,3]]", 2, 3)]
    {
        let reply = create(prompt, r#","n":2"#);
        let choices = reply["choices"].as_array().expect("choices");
        let indexes: Vec<u64> = choices.iter().filter_map(|choice| choice["index"].as_u64()).collect();
        assert_eq!(indexes, (0..prompts * 2).collect::<Vec<u64>>(), "{prompt}");
        assert_eq!(reply["usage"]["prompt_tokens"], tokens, "{prompt}");
        assert_ne!(choices[0]["text"], choices[1]["text"]);
    }
    let whole = create(r#""a""#, "");
    assert_eq!(whole["choices"][0]["finish_reason"], "stop");
    let stream =
        fake.post("/v1/completions", r#"{"model":"gpt-3.5-turbo-instruct","prompt":"a","stream":true}"#);
    let joined: String = chunks(&stream)
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["text"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(joined, whole["choices"][0]["text"]);
    assert_eq!(stream.get("content-type"), Some("text/event-stream"));
    assert_eq!(stream.get("openai-model"), Some("gpt-3.5-turbo-instruct:20230824-v2"));
}

#[test]
fn models_are_listed_and_found() {
    let fake = Fake::new();
    let list = json(&fake.get("/v1/models"));
    let ids: Vec<&str> =
        list["data"].as_array().expect("data").iter().filter_map(|m| m["id"].as_str()).collect();
    assert!(ids.len() > 100);
    for id in ids {
        assert_eq!(json(&fake.get(&format!("/v1/models/{id}")))["id"], id);
    }
    for id in ["gpt-9-imaginary", "a/b:c", "%F0%9F%99%82"] {
        let reply = fake.get(&format!("/v1/models/{id}"));
        refuses(&reply, 404, Some("model"), Some("model_not_found"));
    }
    // Any name is served where text is generated.
    assert_eq!(
        json(&fake.chat(&CHAT.replace("gpt-4o", "came-out-yesterday")))["model"],
        "came-out-yesterday"
    );
}

#[test]
fn fine_tuned_models_are_deleted() {
    let fake = Fake::new();
    for id in ["ft:gpt-4o-mini-2024-07-18:acme::abc", "ft%3Agpt-4o-mini-2024-07-18%3Aacme%3A%3Aabc"] {
        let reply = fake.send(keyed("DELETE", &format!("/v1/models/{id}")));
        let told = r#"{"id":"ft:gpt-4o-mini-2024-07-18:acme::abc","object":"model","deleted":true}"#;
        assert_eq!((reply.status, String::from_utf8_lossy(reply.bytes()).as_ref()), (200, told));
        assert_eq!(
            (reply.get("openai-organization"), reply.get("openai-version")),
            (None, Some("2020-10-01"))
        );
    }
}

#[test]
fn refusals_are_the_apis() {
    let fake = Fake::new();
    let chat = |body: &str| fake.chat(body);
    let bad = |fields: &str| fake.chat(&chat_with(fields));
    refuses(&chat(r#"{"model":"gpt-4o","messages":[]}"#), 400, Some("messages"), Some("empty_array"));
    refuses(&chat(r#"{"model":"gpt-4o"}"#), 400, Some("messages"), Some("missing_required_parameter"));
    refuses(&chat(r#"{"messages":[]}"#), 400, None, None);
    refuses(
        &chat(r#"{"model":"m","messages":[{"content":"x"}]}"#),
        400,
        Some("messages[0].role"),
        Some("missing_required_parameter"),
    );
    refuses(
        &chat(r#"{"model":"m","messages":[{"role":"wizard","content":"x"}]}"#),
        400,
        Some("messages[0].role"),
        Some("invalid_value"),
    );
    refuses(
        &chat(r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#),
        400,
        Some("messages[0].content[0].text"),
        Some("missing_required_parameter"),
    );
    refuses(
        &chat(r#"{"model":"m","messages":[{"role":"user","content":null}]}"#),
        400,
        Some("messages.[0].content"),
        None,
    );
    refuses(
        &chat(r#"{"model":"m","messages":[{"role":"assistant"}]}"#),
        400,
        Some("messages.[0].content"),
        None,
    );
    refuses(&bad(r#""temperature":5"#), 400, Some("temperature"), Some("decimal_above_max_value"));
    refuses(&bad(r#""stream_options":{}"#), 400, Some("stream_options"), None);
    refuses(
        &bad(r#""max_tokens":1,"max_completion_tokens":1"#),
        400,
        Some("max_tokens"),
        Some("invalid_parameter_combination"),
    );
    refuses(&bad(r#""stor":true"#), 400, Some("stor"), Some("unknown_parameter"));
    for body in ["", "{", "[]", "\"x\"", "null", "5", "{\"a\":1}x"] {
        assert!(refuses(&chat(body), 400, None, None).starts_with("We could not parse"), "{body}");
    }
    let deep = format!(r#"{{"model":{}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    refuses(&chat(&deep), 400, None, None);
    let invalid_utf8 =
        Request { body: b"{\"model\":\"\xff\"}".to_vec(), ..keyed("POST", "/v1/chat/completions") }
            .with_header("content-type", "application/json");
    refuses(&fake.send(invalid_utf8), 400, None, None);
    let legacy = |fields: &str| fake.post("/v1/completions", &format!(r#"{{"model":"m"{fields}}}"#));
    refuses(&legacy(""), 400, Some("prompt"), Some("missing_required_parameter"));
    refuses(&legacy(r#","prompt":[]"#), 400, None, None);
    refuses(&legacy(r#","prompt":["a",1]"#), 400, None, None);
    refuses(&legacy(r#","prompt":"a","n":2,"best_of":1"#), 400, Some("best_of"), None);
}

fn keyed(method: &str, path: &str) -> Request {
    Request::new(method, path).with_header("Authorization", "bearer sk-test")
}

#[test]
fn credentials_come_before_everything_inside_v1_and_after_it_outside() {
    let fake = Fake::new();
    let ask = |path: &str, header: Option<&str>| {
        let request = Request::new("GET", path);
        fake.send(match header {
            Some(value) => request.with_header("authorization", value),
            None => request,
        })
    };
    for path in ["/v1/models", "/v1/nope", "/v1/chat/completions", "/v1"] {
        assert!(refuses(&ask(path, None), 401, None, None).starts_with("You didn't provide"));
        refuses(&ask(path, Some("")), 401, None, None);
        for malformed in ["Bearer", "Bearer ", "Basic abc", "sk-test"] {
            refuses(&ask(path, Some(malformed)), 401, None, Some("invalid_api_key"));
        }
    }
    // The last is the key as the password of a user without a name.
    for good in ["Bearer k", "bearer k", "BEARER k", "Basic OnNrLXRlc3Q="] {
        assert_eq!(ask("/v1/models", Some(good)).status, 200, "{good}");
    }
    refuses(&ask("/nope", None), 404, None, Some("unknown_url"));
    refuses(&ask("/v1/models/", Some("Bearer k")), 404, None, Some("unknown_url"));
    refuses(&ask("/v2/models", Some("Bearer k")), 404, None, Some("unknown_url"));
    refuses(&ask("/__parlel/reset", None), 405, None, None);
}

#[test]
fn content_types_are_checked_on_bodies() {
    let fake = Fake::new();
    let send = |content_type: Option<&str>| {
        let mut request = keyed("POST", "/v1/chat/completions");
        if let Some(value) = content_type {
            request = request.with_header("content-type", value);
        }
        request.body = CHAT.as_bytes().to_vec();
        fake.send(request)
    };
    for good in ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8"] {
        assert_eq!(send(Some(good)).status, 200, "{good}");
    }
    for bad in [Some("text/plain"), Some("multipart/form-data; boundary=x"), Some("application/jsonp"), None]
    {
        refuses(&send(bad), 400, None, Some("unsupported_content_type"));
    }
}

#[test]
fn replies_carry_the_headers_that_clients_read() {
    let fake = Fake::new();
    let chat = fake.chat(CHAT);
    for (name, value) in [
        ("content-type", "application/json"),
        ("openai-version", "2020-10-01"),
        ("openai-organization", "openai-fake"),
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-remaining-requests", "9999"),
        ("x-ratelimit-reset-requests", "6ms"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(chat.get(name), Some(value), "{name}");
    }
    assert!(chat.get("openai-processing-ms").is_some_and(|ms| ms.parse::<u64>().is_ok()));
    // The API's own replies have it whatever they say; those of the control paths are none of the API's.
    for (path, is_of_the_api) in [("/v1/models", true), ("/v1/nope", true), ("/health", false)] {
        let found = fake.get(path).get("x-content-type-options").map(str::to_owned);
        assert_eq!(found.as_deref(), is_of_the_api.then_some("nosniff"), "{path}");
    }
    let models = fake.get("/v1/models");
    assert!(models.get("x-request-id").is_some());
    assert_eq!((models.get("openai-organization"), models.get("x-ratelimit-limit-tokens")), (None, None));
    let refused = fake.send(Request::new("POST", "/v1/chat/completions"));
    assert_eq!(
        (refused.get("openai-organization"), refused.get("access-control-allow-origin")),
        (None, Some("*"))
    );
    assert!(refused.get("x-request-id").is_some());
}

#[test]
fn browsers_are_let_in() {
    let request = Request::new("OPTIONS", "/v1/chat/completions")
        .with_header("access-control-request-headers", "authorization,x-stainless-lang,x-own-header");
    let reply = Fake::new().send(request);
    assert_eq!((reply.status, reply.bytes().len()), (204, 0));
    let allowed: Vec<&str> = reply.get("access-control-allow-headers").expect("a list").split(", ").collect();
    for name in [
        "authorization",
        "content-type",
        "x-stainless-lang",
        "openai-beta",
        "x-daytona-preview-token",
        "x-own-header",
    ] {
        assert_eq!(allowed.iter().filter(|allowed| **allowed == name).count(), 1, "{name}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_request_breaks_the_pipeline(
        method in "GET|POST|PUT|DELETE|HEAD|[A-Z]{1,9}",
        path in "/v1/(chat/completions|embeddings|models/.{0,20}|images/generations|moderations|completions)|/.{0,30}|.{0,9}",
        body in "\\{\"model\":\"m\",\"(input|prompt|messages)\":.{0,40}\\}|.{0,60}",
    ) {
        let request = keyed(&method, &path).with_json(&body);
        let reply = Fake::new().send(request);
        proptest::prop_assert_ne!(reply.status, 500);
    }

    #[test]
    fn no_json_value_breaks_a_parameter(
        name in "messages|model|input|prompt|n|stop|tools|metadata|stream_options|size|dimensions|response_format",
        value in "null|true|-1|0|1e400|1e300|0\\.5|\"\"|\"x\"|\\[\\]|\\[1\\]|\\[\"\"\\]|\\[\\[\\]\\]|\\{\\}|\\{\"type\":\"text\"\\}|\\[\\{\\}\\]|\\[null\\]|99999999999999999999",
        path in "chat/completions|completions|embeddings|images/generations|moderations",
    ) {
        let mut body: serde_json::Value = serde_json::json!({"model": "m"});
        let required = match path.as_str() {
            "chat/completions" => ("messages", serde_json::json!([{"role": "user", "content": "x"}])),
            "completions" | "images/generations" => ("prompt", "x".into()),
            _ => ("input", "x".into()),
        };
        body[required.0] = required.1;
        let text = match serde_json::from_str::<serde_json::Value>(&value) {
            Ok(value) => { body[&name] = value; body.to_string() }
            Err(_) => format!("{{\"{name}\":{value}}}"),
        };
        let reply = Fake::new().post(&format!("/v1/{path}"), &text);
        proptest::prop_assert!(reply.status == 200 || reply.status == 400, "{text}: {}", reply.status);
        serde_json::from_slice::<serde_json::Value>(reply.bytes()).expect("JSON");
    }
}
