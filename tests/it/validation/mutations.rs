//! Shapes and rules that would let anything pass are worth nothing: what is valid is broken in every
//! way there is, and each must be noticed.

use super::Answer;
use super::Exchange;
use super::OPERATIONS;
use super::shapes;
use super::streams;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::chunks;
use crate::support::json as body;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// Keys that may be missing, by shape and path; a `*` stands for a place in a list. The rest must be
/// noticed.
const OPTIONAL: &[(&str, &str)] = &[
    ("chat_completion", "/moderation"),
    ("chat_completion", "/usage/prompt_tokens_details/cache_write_tokens"),
    ("chat_completion", "/usage/prompt_tokens_details/text_tokens"),
    ("chat_completion", "/usage/prompt_tokens_details/image_tokens"),
    ("chat_completion", "/usage/completion_tokens_details/text_tokens"),
    ("chat_completion_chunk", "/obfuscation"),
    // Null on most chunks; where it is not, the rules of streams want it.
    ("chat_completion_chunk", "/usage"),
    // Leaves what opens several tool calls.
    ("chat_completion_chunk", "/choices/*/delta/refusal"),
    ("text_completion", "/usage/completion_tokens"),
    ("images", "/safety_identifier"),
    ("images", "/svg_usage"),
    ("image_event", "/safety_identifier"),
    ("text_completion", "/choices/*/logprobs/top_logprobs/*/*"),
    ("text_completion_chunk", "/choices/*/logprobs/top_logprobs/*/*"),
    ("text_completion_chunk", "/usage"),
    ("text_completion_chunk", "/usage/completion_tokens"),
    ("image_event", "/usage/output_tokens_details"),
    ("images", "/data/*/revised_prompt"),
    ("conversation_item", "/content"),
    ("conversation_item", "/content/*/file_data"),
    ("conversation_item", "/content/*/filename"),
    ("conversation_item", "/content/*/image_url"),
    ("conversation_item", "/encrypted_content"),
    ("conversation_item", "/phase"),
    ("response", "/conversation"),
    ("response", "/tools/*/description"),
    ("response", "/tools/*/server_url"),
    ("response_event", "/logprobs/*/bytes"),
    ("response_event", "/logprobs/*/top_logprobs/*/bytes"),
    // Where it was asked for, the rules of responses want it.
    ("response_event", "/obfuscation"),
    ("response_event", "/status"),
    ("captured", "/requests/*/body_base64"),
    ("captured", "/requests/*/headers/*"),
    ("captured", "/requests/*/further_rules"),
    ("rules", "/rules/*/rule/name"),
    ("rules", "/rules/*/rule/match"),
    ("rules", "/rules/*/rule/answer"),
    ("rules", "/rules/*/rule/match/user"),
    ("rules", "/rules/*/rule/answer/text"),
];

/// Objects whose keys are not the API's.
const MAPS: &[&str] = &["/requests/*/headers", "/choices/*/logprobs/top_logprobs/*"];

/// Where anything goes: what a client sent.
const OPEN: &[(&str, &str)] = &[
    ("captured", "/requests/*/body"),
    ("conversation_item", "/tools/*/input_schema"),
    ("response", "/output/*/results/*/attributes"),
    ("response", "/output/*/tools/*/input_schema"),
    ("response", "/text/format/schema"),
    ("response", "/tools/*/output_schema"),
    ("response", "/tools/*/parameters"),
    ("rules", "/rules/*/rule"),
    ("rules", "/rules/*/rule/match"),
    ("rules", "/rules/*/rule/answer"),
    ("unmet", "/unmet/*/wanted"),
    ("unmet", "/unmet/*/nearest/wanted"),
    ("unmet", "/unmet/*/nearest/got"),
];

/// A change to a JSON value: where, what, and the value after it.
struct Variant {
    path: String,
    what: &'static str,
    value: Value,
}

/// Every key taken away, a key too many in every object, and another type in place of every value. Of
/// a list, only the first items are changed.
fn variants(whole: &Value) -> Vec<Variant> {
    let mut found = Vec::new();
    let mut pointers = vec![String::new()];
    while let Some(path) = pointers.pop() {
        let here = whole.pointer(&path).expect("a place in it");
        let mut change = |what, change: &dyn Fn(&mut Value)| {
            let mut value = whole.clone();
            change(value.pointer_mut(&path).expect("a place in it"));
            found.push(Variant { path: path.clone(), what, value });
        };
        change("another type", &|place| *place = of_another_type(place));
        match here {
            Value::Object(map) => {
                change("a key too many", &|place| place["unexpected"] = true.into());
                pointers.extend(map.keys().map(|key| format!("{path}/{}", escaped(key))));
            }
            Value::Array(items) => pointers.extend((0..items.len().min(2)).map(|at| format!("{path}/{at}"))),
            _ => {}
        }
        if let Value::Object(map) = here {
            for key in map.keys() {
                let mut value = whole.clone();
                value.pointer_mut(&path).and_then(Value::as_object_mut).expect("an object").shift_remove(key);
                found.push(Variant {
                    path: format!("{path}/{}", escaped(key)),
                    what: "a key missing",
                    value,
                });
            }
        }
    }
    found
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn of_another_type(value: &Value) -> Value {
    match value {
        // Some texts may also be lists.
        Value::String(_) | Value::Array(_) => json!(7),
        Value::Null => json!({"unexpected": true}),
        _ => json!("x"),
    }
}

impl Variant {
    /// The path with a `*` for each place in a list and each key of a map.
    fn general_path(&self) -> String {
        let parts = self.path.split('/').map(|part| if part.parse::<u32>().is_ok() { "*" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let map = MAPS.iter().find(|map| path.strip_prefix(**map).is_some_and(|rest| rest.starts_with('/')));
        map.map_or(path, |map| format!("{map}/*"))
    }

    /// The entry of `OPTIONAL` or `OPEN` that lets it pass.
    fn allowed(&self, shape: &str) -> Option<&'static (&'static str, &'static str)> {
        let path = self.general_path();
        let removed = self.what == "a key missing";
        let optional = OPTIONAL.iter().find(|(of, at)| removed && *of == shape && *at == path);
        // What may be anything may still not be missing.
        optional.or_else(|| {
            OPEN.iter().find(|(of, at)| *of == shape && path.starts_with(at) && !(removed && *at == path))
        })
    }
}

/// Breaks an instance in all ways: the shape must notice each. Tells which exceptions were needed.
fn is_held(shape: &str, instance: &Value) -> Vec<&'static (&'static str, &'static str)> {
    shapes::check(shape, instance).unwrap_or_else(|error| panic!("{shape}: {error}"));
    let mut exceptions = Vec::new();
    for variant in variants(instance) {
        if shapes::check(shape, &variant.value).is_ok() {
            let Variant { path, what, value } = &variant;
            let allowed = variant.allowed(shape);
            exceptions.push(allowed.unwrap_or_else(|| panic!("{shape}: {what} at {path}: {value}")));
        }
    }
    exceptions
}

#[test]
fn every_shape_holds_its_examples_and_refuses_them_broken() {
    let used: Vec<&str> = OPERATIONS
        .iter()
        .flat_map(|(_, _, answer)| match *answer {
            Answer::Json(shape) => vec![shape],
            Answer::JsonOrData(shape, event)
            | Answer::JsonOrNamed(shape, event)
            | Answer::JsonOrEvents(shape, event) => vec![shape, event],
            Answer::Picture => vec![],
        })
        .collect();
    let mut needed = BTreeSet::new();
    for (shape, examples) in shapes::examples().filter(|(shape, _)| *shape != "common") {
        assert!(
            ["error", "unmet"].contains(&shape) || used.contains(&shape),
            "nothing has the shape {shape}"
        );
        assert!(!examples.is_empty(), "{shape} has no examples");
        needed.extend(examples.iter().flat_map(|example| is_held(shape, example)));
    }
    let listed: BTreeSet<_> = OPTIONAL.iter().chain(OPEN).collect();
    assert_eq!(needed, listed, "each exception is needed");
}

#[test]
fn every_operation_has_a_shape_that_refuses_its_reply_broken() {
    let fake = Fake::new();
    let usage = STREAM.replace("true}", r#"true,"stream_options":{"include_usage":true},"n":2}"#);
    let legacy = r#"{"model":"davinci-002","prompt":"a","max_tokens":2,"stream":true,"stream_options":{"include_usage":true}}"#;
    let image = r#"{"prompt":"a","model":"mosaics","size":"8x8","response_format":"b64_json"}"#;
    let vector = r#"{"model":"m","input":"a","dimensions":2}"#;
    let rule = r#"{"name":"mosaics","match":{"user":"mosaics"},"answer":{"text":"a"}}"#;
    let fine_tuned = Request::new("DELETE", "/v1/models/ft:gpt-4o:acme::abc");
    let fine_tuned = fine_tuned.with_header("authorization", "Bearer k");
    for (shape, reply) in [
        ("chat_completion", fake.chat(CHAT)),
        ("text_completion", fake.post("/v1/completions", r#"{"model":"davinci-002","prompt":"a"}"#)),
        ("embeddings", fake.post("/v1/embeddings", vector)),
        ("images", fake.post("/v1/images/generations", image)),
        ("images", fake.post("/v1/images/generations", r#"{"prompt":"a","size":"256x256"}"#)),
        ("moderations", fake.post("/v1/moderations", r#"{"input":["a","kill them"]}"#)),
        ("models", fake.get("/v1/models")),
        ("model", fake.get("/v1/models/gpt-4o")),
        ("model_deleted", fake.send(fine_tuned)),
        ("error", fake.chat("{}")),
        ("error", fake.send(Request::new("GET", "/v1/models"))),
        ("root", fake.get("/")),
        ("health", fake.get("/health")),
        ("rules_added", fake.post("/__parlel/rules", rule)),
        ("faults_given", fake.post("/__parlel/faults", r#""429; endpoint=nowhere""#)),
        ("faults", fake.get("/__parlel/faults")),
        ("captured", fake.get("/__parlel/requests?kind=chat&limit=1")),
        ("rules", fake.get("/__parlel/rules")),
        ("why", fake.get("/__parlel/requests/1/why")),
        ("clock", fake.post("/__parlel/clock", r#"{"advance":1}"#)),
        ("cleared", fake.send(Request::new("DELETE", "/__parlel/requests"))),
        ("reset", fake.post("/__parlel/reset", "")),
    ] {
        is_held(shape, &body(&reply));
    }
    for (shape, reply) in [
        ("chat_completion_chunk", fake.chat(STREAM)),
        ("chat_completion_chunk", fake.chat(&usage)),
        ("text_completion_chunk", fake.post("/v1/completions", legacy)),
    ] {
        let chunks = chunks(&reply);
        for chunk in [&chunks[0], &chunks[1], &chunks[chunks.len() - 2], &chunks[chunks.len() - 1]] {
            is_held(shape, chunk);
        }
    }
}

#[test]
fn a_reply_without_a_shape_is_noticed() {
    let fails = |method: &str, path: &str, status, content_type, body: &str| {
        let request = Request::new(method, path);
        let exchange = Exchange { request: &request, status, content_type, body: body.as_bytes() };
        exchange.check().expect_err(path)
    };
    let json = Some("application/json");
    assert!(fails("POST", "/v1/unheard-of", 200, json, "{}").contains("does not know this operation"));
    assert!(fails("GET", "/health", 200, Some("text/plain"), r#"{"status":"ok"}"#).contains("type"));
    assert!(fails("GET", "/health", 200, json, r#"{"status":"bad"}"#).contains("at '/status'"));
    assert!(fails("GET", "/health", 200, json, "").contains("EOF"));
    assert!(fails("GET", "/health", 302, json, "").contains("status"));
    assert!(fails("GET", "/health", 404, json, r#"{"status":"ok"}"#).contains("'error'"));
    assert!(fails("GET", "/__parlel/images/x.png", 200, Some("image/png"), "GIF").contains("no picture"));
    fails("OPTIONS", "/", 204, None, "x");
}

/// A stream of `n` choices of two tokens each, with the usage at its end, and what was asked for.
fn stream() -> (Vec<Value>, Value) {
    let asked = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"a"}],"max_tokens":2,"n":2,"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}"#;
    (chunks(&Fake::new().chat(asked)), serde_json::from_str(asked).expect("JSON"))
}

#[test]
fn a_broken_stream_is_noticed() {
    let (good, asked) = stream();
    streams::check(&good, &asked).expect("a good stream");
    let broken = |what: &str, change: &dyn Fn(&mut Vec<Value>)| {
        let mut chunks = good.clone();
        change(&mut chunks);
        assert!(streams::check(&chunks, &asked).is_err(), "{what}");
    };
    let last = good.len() - 1;
    for at in 0..good.len() {
        let is_text =
            good[at]["choices"][0]["delta"]["content"].as_str().is_some_and(|text| !text.is_empty());
        if !is_text {
            broken("a chunk missing", &|chunks| drop(chunks.remove(at)));
            broken("a chunk twice", &|chunks| chunks.insert(at, chunks[at].clone()));
        }
        for name in ["id", "created", "model", "system_fingerprint", "service_tier", "object"] {
            broken(name, &|chunks| chunks[at][name] = "other".into());
        }
        broken("the usage's key missing", &|chunks| {
            chunks[at].as_object_mut().expect("a chunk").shift_remove("usage");
        });
        broken("padding", &|chunks| chunks[at]["obfuscation"] = "x".into());
    }
    broken("nothing", &Vec::clear);
    broken("a text after its end", &|chunks| chunks.insert(last, chunks[1].clone()));
    broken("the usage first", &|chunks| chunks.rotate_right(1));
    broken("a third choice", &|chunks| {
        let third =
            good.iter().filter(|chunk| chunk["choices"][0]["index"] == 1).cloned().map(|mut chunk| {
                chunk["choices"][0]["index"] = 2.into();
                chunk
            });
        chunks.splice(last..last, third);
    });
    broken("no first choice", &|chunks| chunks.retain(|chunk| chunk["choices"][0]["index"] != 0));
    broken("a sum that is none", &|chunks| chunks[last]["usage"]["total_tokens"] = 1.into());
    let mut unasked = asked.clone();
    unasked["stream_options"]["include_usage"] = false.into();
    streams::check(&good, &unasked).expect_err("nobody asked for the usage");
    unasked = asked.clone();
    unasked["stream_options"]["include_obfuscation"] = true.into();
    streams::check(&good, &unasked).expect_err("the padding was asked for");
}

/// A stream of these deltas, which finishes for that reason.
fn says(deltas: &[Value], reason: &str) -> Result<(), String> {
    let chunk = |delta: &Value, reason: Value| json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    let mut chunks: Vec<Value> = deltas.iter().map(|delta| chunk(delta, Value::Null)).collect();
    chunks.push(chunk(&json!({}), reason.into()));
    streams::check(&chunks, &json!({"stream_options": {"include_obfuscation": false}}))
}

#[test]
fn calls_are_opened_before_they_go_on() {
    let role = || json!({"role": "assistant", "content": null});
    let open = |index: u64, id: &str| json!({"tool_calls": [{"index": index, "id": id}]});
    let step = |index: u64| json!({"tool_calls": [{"index": index, "function": {"arguments": "{}"}}]});
    let calls = |deltas: &[Value]| says(&[&[role()], deltas].concat(), "tool_calls");
    calls(&[open(0, "a"), step(0), step(0), open(1, "b"), step(1)]).expect("two calls");
    for wrong in [
        &[step(0)][..],
        &[open(1, "a"), step(1)],
        &[open(0, "a"), step(1)],
        &[open(0, "a"), open(0, "b")],
        &[open(0, "a"), open(2, "b")],
        &[open(0, "a"), open(1, "a")],
        &[open(0, "a"), open(1, "b"), step(0)],
        &[],
    ] {
        calls(wrong).expect_err(&format!("{wrong:?}"));
    }
    let refusal = json!({"refusal": "No"});
    says(&[json!({"role": "assistant", "content": null, "refusal": ""}), refusal.clone()], "stop")
        .expect("a refusal");
    says(&[json!({"role": "assistant", "content": "", "refusal": null}), refusal], "stop")
        .expect_err("not opened");
    says(&[role(), json!({"function_call": {"arguments": "{}"}})], "function_call").expect_err("not opened");
    says(&[role()], "function_call").expect_err("no call");
}

#[test]
fn broken_framing_is_noticed() {
    let good = "data: {\"a\":1}\n\ndata: {\"b\":[]}\n\ndata: [DONE]\n\n";
    assert_eq!(streams::data(good).expect("good"), [json!({"a": 1}), json!({"b": []})]);
    for (from, to) in [
        ("data: [DONE]\n\n", ""),
        ("[DONE]\n\n", "[DONE]\n"),
        ("data: {\"a", "data:{\"a"),
        ("\n\ndata: {\"b", "\ndata: {\"b"),
        ("\n\ndata: {\"b", "\n\n\ndata: {\"b"),
        ("\n\ndata: {\"b", "\r\n\r\ndata: {\"b"),
        ("data: {\"a", ": a comment\n\ndata: {\"a"),
        ("data: {\"a", "event: x\ndata: {\"a"),
        ("{\"a\":1}", "{\"a\": 1}"),
        ("{\"a\":1}", "{\"a\":1,\"a\":1}"),
        ("{\"a\":1}", "{\"a\":1,\"obfuscation\":\"\"}"),
        ("{\"a\":1}", "[DONE]"),
    ] {
        streams::data(&good.replacen(from, to, 1)).expect_err(to);
    }
    let padded = good.replace("{\"a\":1}", "{\"a\":\"ü: \\\\\\\" \",\"obfuscation\":\"\"}");
    assert_eq!(streams::data(&padded).expect("33 characters")[0]["a"], "ü: \\\" ");
    let named = "event: a.b\ndata: {\"type\":\"a.b\"}\n\n";
    assert_eq!(streams::named(named).expect("good"), [json!({"type": "a.b"})]);
    for (from, to) in [("event: a.b\n", ""), ("event: a.b", "event: a.c"), ("\n\n", "\n")] {
        streams::named(&named.replacen(from, to, 1)).expect_err(to);
    }
    streams::named(&format!("{named}data: [DONE]\n\n")).expect_err("pictures end without it");
    let partial = |index: u64| json!({"partial_image_index": index});
    let completed = json!({"usage": {}});
    let images = |events: &[Value]| streams::check_images(events, &json!({"partial_images": 2}));
    images(&[partial(0), partial(1), completed.clone()]).expect("good");
    images(std::slice::from_ref(&completed)).expect("fewer may come");
    images(&[partial(1), completed.clone()]).expect_err("not from 0");
    images(&[partial(0), partial(1), partial(2), completed.clone()]).expect_err("too many");
    images(&[completed.clone(), completed]).expect_err("one was asked for");
    images(&[partial(0)]).expect_err("no end");
    images(&[]).expect_err("nothing");
}
