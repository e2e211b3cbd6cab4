//! Every form that a chat or a legacy completion takes, for each kind of model, whole and streamed: each is
//! checked as it is received, and here it is seen to be the form that is meant.

use crate::support::Fake;
use crate::support::json as body;
use serde_json::Value;
use serde_json::json;

const FUNCTION: &str = r#"{"name":"f","parameters":{"type":"object","properties":{}}}"#;

/// Model, the user's message, further fields, and a place in the whole reply that shows the form.
type Form = (&'static str, &'static str, &'static str, &'static str);

const CHATS: &[Form] = &[
    ("gpt-4o", "Hello", r#""n":3"#, "/choices/2/message/content"),
    ("gpt-4o", "Hello", r#""max_tokens":1,"service_tier":"flex""#, "/service_tier"),
    (
        "gpt-4o",
        "Grüße 日本 🙂",
        r#""logprobs":true,"top_logprobs":20"#,
        "/choices/0/logprobs/content/0/top_logprobs/19",
    ),
    ("gpt-4o", "Hello", r#""logprobs":true,"n":2"#, "/choices/1/logprobs/content/0/bytes/0"),
    ("gpt-4o", "[refusal]", r#""logprobs":true"#, "/choices/0/logprobs/refusal/0"),
    ("gpt-4o", "[refusal]", r#""n":2"#, "/choices/1/message/refusal"),
    ("gpt-4o", "[content_filter]", r#""max_tokens":500"#, "/choices/0/message/content"),
    ("gpt-4o", "Some json", r#""response_format":{"type":"json_object"}"#, "/choices/0/message/content"),
    (
        "gpt-4o",
        "Hello",
        r#""prediction":{"type":"content","content":"Hello"}"#,
        "/usage/completion_tokens_details",
    ),
    ("gpt-4o", "Call f", r#""tools":[FUNCTION]"#, "/choices/0/message/tool_calls/0/function"),
    ("gpt-4o", "f, f and g", r#""tools":[FUNCTION,CUSTOM]"#, "/choices/0/message/tool_calls/2/custom/input"),
    ("gpt-4o", "f, g", r#""tools":[FUNCTION,CUSTOM],"n":2"#, "/choices/1/message/tool_calls/1"),
    (
        "gpt-4o",
        "Hello",
        r#""tools":[CUSTOM],"tool_choice":"required""#,
        "/choices/0/message/tool_calls/0/custom",
    ),
    (
        "gpt-4o",
        "Hello",
        r#""tools":[FUNCTION],"tool_choice":{"type":"function","function":{"name":"f"}}"#,
        "/choices/0/message/tool_calls/0",
    ),
    ("gpt-4o", "f, g", r#""tools":[FUNCTION,CUSTOM],"max_tokens":1"#, "/choices/0/message"),
    ("gpt-4o", "Call f", r#""functions":[BARE]"#, "/choices/0/message/function_call"),
    (
        "gpt-4o",
        "Hello",
        r#""functions":[BARE],"function_call":{"name":"f"}"#,
        "/choices/0/message/function_call",
    ),
    ("gpt-3.5-turbo", "Hello", r#""stop":" ""#, "/choices/0/message/content"),
    ("gpt-4", "Hello", r#""logprobs":true"#, "/choices/0/logprobs/content/0"),
    ("gpt-4-turbo", "Hello", r#""seed":1"#, "/system_fingerprint"),
    ("gpt-4.1-nano", "Hello", r#""temperature":0"#, "/system_fingerprint"),
    ("gpt-4o-search-preview", "Hello", r#""web_search_options":{}"#, "/choices/0/message/content"),
    ("o3-mini", "Hello", r#""reasoning_effort":"high""#, "/system_fingerprint"),
    ("o3", "Hello", r#""n":2"#, "/choices/1/message/content"),
    ("o4-mini", "Call f", r#""tools":[FUNCTION]"#, "/choices/0/message/tool_calls/0"),
    ("gpt-5-nano", "Hello", r#""max_completion_tokens":16"#, "/choices/0/message/content"),
    (
        "gpt-5.1",
        "Hello",
        r#""logprobs":true,"top_logprobs":2"#,
        "/choices/0/logprobs/content/0/top_logprobs/1",
    ),
    ("gpt-5.6-sol", "Hello", r#""n":2"#, "/usage/prompt_tokens_details/cache_write_tokens"),
    (
        "gpt-6-luna",
        "f, g",
        r#""tools":[FUNCTION,CUSTOM],"reasoning_effort":"none""#,
        "/choices/0/message/tool_calls/1",
    ),
    ("chat-latest", "Hello", r#""verbosity":"medium""#, "/choices/0/message/content"),
    ("ft:gpt-4o-mini-2024-07-18:acme::abc", "Hello", r#""n":1"#, "/choices/0/message/content"),
    ("came-out-yesterday", "Hello", r#""n":1"#, "/choices/0/message/content"),
    (
        "gpt-4o-audio-preview",
        "Hello",
        r#""modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"}"#,
        "/choices/0/message/audio/data",
    ),
];

const COMPLETIONS: &[Form] = &[
    ("gpt-3.5-turbo-instruct", "Hello", r#""n":2"#, "/choices/1/text"),
    ("davinci-002", "Hello there", r#""logprobs":5,"max_tokens":3"#, "/choices/0/logprobs/top_logprobs/2"),
    ("davinci-002", "Hello there", r#""logprobs":0"#, "/choices/0/logprobs/tokens/0"),
    ("davinci-002", "Grüße 🙂", r#""logprobs":2,"echo":true,"n":2"#, "/choices/1/logprobs/tokens/3"),
    ("babbage-002", "Hello there", r#""echo":true,"max_tokens":0"#, "/choices/0/text"),
    (
        "babbage-002",
        "Hello there",
        r#""echo":true,"max_tokens":0,"logprobs":1"#,
        "/choices/0/logprobs/tokens/1",
    ),
    ("gpt-3.5-turbo-instruct", "Hello", r#""stop":" ","best_of":1"#, "/choices/0/finish_reason"),
];

/// What streams are asked for beside the rest.
const OPTIONS: &[&str] = &[
    "{}",
    r#"{"include_usage":true}"#,
    r#"{"include_obfuscation":false}"#,
    r#"{"include_usage":true,"include_obfuscation":false}"#,
];

fn is_answered(path: &str, forms: &[Form], request: impl Fn(&Form) -> Value) {
    let fake = Fake::new();
    for form in forms {
        let mut asked = request(form);
        let fields = form.2.replace("FUNCTION", r#"{"type":"function","function":BARE}"#);
        let fields =
            fields.replace("BARE", FUNCTION).replace("CUSTOM", r#"{"type":"custom","custom":{"name":"g"}}"#);
        let fields: Value = serde_json::from_str(&format!("{{{fields}}}")).expect("JSON");
        for (name, value) in fields.as_object().expect("fields") {
            asked[name] = value.clone();
        }
        let whole = body(&fake.post(path, &asked.to_string()));
        let shown = whole.pointer(form.3).is_some_and(|value| !value.is_null());
        assert!(shown, "{form:?} is not shown by {whole}");
        asked["stream"] = true.into();
        for options in OPTIONS {
            asked["stream_options"] = serde_json::from_str(options).expect("JSON");
            let reply = fake.post(path, &asked.to_string());
            assert_eq!(reply.status, 200, "{form:?}: {}", String::from_utf8_lossy(reply.bytes()));
        }
    }
}

#[test]
fn every_form_of_a_chat_has_its_shape() {
    is_answered(
        "/v1/chat/completions",
        CHATS,
        |(model, content, _, _)| json!({"model": model, "messages": [{"role": "user", "content": content}]}),
    );
}

#[test]
fn every_form_of_a_legacy_completion_has_its_shape() {
    is_answered(
        "/v1/completions",
        COMPLETIONS,
        |(model, prompt, _, _)| json!({"model": model, "prompt": prompt}),
    );
}
