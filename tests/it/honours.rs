//! Every parameter that is accepted is honoured: a table of requests and of what follows from each.

use crate::support::Fake;
use crate::support::chunks;
use crate::support::json;
use serde_json::Map;
use serde_json::Value;

const WEATHER: &str = r#"{"type":"function","function":{"name":"get_weather","description":"Tells the weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"]}}}"#;
const TIME: &str = r#"{"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{"zone":{"enum":["UTC","CET"]}},"required":["zone"]}}}"#;
const FREE: &str = r#"{"type":"custom","custom":{"name":"run_code","description":"Runs code"}}"#;
const DIGITS: &str = r#"{"type":"custom","custom":{"name":"dial","format":{"type":"grammar","grammar":{"syntax":"regex","definition":"^[0-9]{4}$"}}}}"#;
const RESULT: &str = r#"[{"role":"user","content":"use get_weather"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_1","content":"7"}]"#;

/// A body: a good one with these fields put in, a `null` taking one out. The short names stand for
/// the tools and messages above; `say` is what the user says.
fn body(base: &str, fields: &str) -> String {
    let fields = fields
        .replace("WEATHER", WEATHER)
        .replace("TIME", TIME)
        .replace("FREE", FREE)
        .replace("DIGITS", DIGITS)
        .replace("RESULT", RESULT);
    let mut body: Map<String, Value> = serde_json::from_str(base).expect("a base");
    let fields: Map<String, Value> =
        serde_json::from_str(&format!("{{{fields}}}")).unwrap_or_else(|error| panic!("{error}: {fields}"));
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("say", said) => body["messages"][0]["content"] = said,
            (name, Value::Null) => {
                body.remove(name);
            }
            (name, value) => {
                body.insert(name.to_owned(), value);
            }
        }
    }
    Value::Object(body).to_string()
}

fn chat_body(fields: &str) -> String {
    body(r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}"#, fields)
}

#[track_caller]
fn chat(fields: &str) -> Value {
    let reply = json(&Fake::new().chat(&chat_body(fields)));
    assert!(reply.get("error").is_none(), "{fields}: {reply}");
    reply
}

#[track_caller]
fn completion(fields: &str) -> Value {
    let body = body(r#"{"model":"gpt-3.5-turbo-instruct","prompt":"One two"}"#, fields);
    let reply = json(&Fake::new().post("/v1/completions", &body));
    assert!(reply.get("error").is_none(), "{fields}: {reply}");
    reply
}

/// What is at a path; of `#path`, the length of the list there.
fn at(reply: &Value, path: &str) -> Value {
    match path.strip_prefix('#') {
        Some(path) => {
            reply.pointer(path).and_then(Value::as_array).map_or(Value::Null, |list| list.len().into())
        }
        None => reply.pointer(path).cloned().unwrap_or_else(|| "absent".into()),
    }
}

/// What a chat says: fields, a path into the reply, and what is there.
const CHATS: &[(&str, &str, &str)] = &[
    (r#""n":1"#, "#/choices", "1"),
    (r#""n":3"#, "#/choices", "3"),
    (r#""n":128"#, "#/choices", "128"),
    (r#""n":3"#, "/choices/2/index", "2"),
    (r#""max_tokens":1"#, "/usage/completion_tokens", "1"),
    (r#""max_tokens":1"#, "/choices/0/finish_reason", r#""length""#),
    (r#""max_completion_tokens":5"#, "/usage/completion_tokens", "5"),
    (r#""max_completion_tokens":5,"n":4"#, "/usage/completion_tokens", "20"),
    (r#""max_tokens":16384"#, "/choices/0/finish_reason", r#""stop""#),
    (r#""stop":".""#, "/choices/0/finish_reason", r#""stop""#),
    (r#""stop":["A","B","C","D"]"#, "/choices/0/finish_reason", r#""stop""#),
    (r#""stop":[]"#, "/choices/0/finish_reason", r#""stop""#),
    (r#""service_tier":"auto""#, "/service_tier", r#""default""#),
    (r#""service_tier":"default""#, "/service_tier", r#""default""#),
    (r#""service_tier":"flex""#, "/service_tier", r#""flex""#),
    (r#""service_tier":"priority""#, "/service_tier", r#""priority""#),
    (r#""service_tier":"fast""#, "/service_tier", r#""priority""#),
    (r#""logprobs":false"#, "/choices/0/logprobs", "null"),
    (r#""logprobs":true,"max_tokens":4"#, "#/choices/0/logprobs/content", "4"),
    (r#""logprobs":true"#, "#/choices/0/logprobs/content/0/top_logprobs", "0"),
    (r#""logprobs":true,"top_logprobs":5"#, "#/choices/0/logprobs/content/0/top_logprobs", "5"),
    (r#""logprobs":true,"top_logprobs":20"#, "#/choices/0/logprobs/content/3/top_logprobs", "20"),
    (r#""logprobs":true,"say":"[refusal]""#, "/choices/0/logprobs/content", "null"),
    (r#""logit_bias":{"9906":100},"max_tokens":3"#, "/usage/completion_tokens", "3"),
    (r#""logit_bias":{"9906":100},"max_tokens":3"#, "/choices/0/finish_reason", r#""length""#),
    (r#""logit_bias":{"9906":100}"#, "/usage/completion_tokens", "1"),
    (r#""logit_bias":{"40":100},"max_tokens":5"#, "/usage/completion_tokens", "5"),
    (r#""logit_bias":{"40":100},"max_tokens":5"#, "/choices/0/message/content", r#""IIIII""#),
    (r#""store":true,"metadata":{"a":"b"}"#, "/object", r#""chat.completion""#),
    (r#""model":"gpt-5.1","metadata":{"a":"b"}"#, "/object", r#""chat.completion""#),
    (r#""user":"u-1","safety_identifier":"s-1","prompt_cache_key":"k""#, "/object", r#""chat.completion""#),
    (r#""prompt_cache_retention":"24h""#, "/object", r#""chat.completion""#),
    (
        r#""prediction":{"type":"content","content":"Nothing like it"}"#,
        "/usage/completion_tokens_details/rejected_prediction_tokens",
        "3",
    ),
    (
        r#""prediction":{"type":"content","content":[{"type":"text","text":"Nothing"}]}"#,
        "/usage/completion_tokens_details/accepted_prediction_tokens",
        "0",
    ),
    // Refusals and filters
    (r#""say":"[refusal]""#, "/choices/0/message/content", "null"),
    (r#""say":"[refusal]""#, "/choices/0/finish_reason", r#""stop""#),
    (
        r#""say":"[refusal]""#,
        "/choices/0/message/refusal",
        r#""I'm sorry, but I can't help with that request.""#,
    ),
    (r#""say":"[refusal]","max_tokens":2"#, "/choices/0/message/refusal", r#""I'm sorry""#),
    (r#""say":"[content_filter]""#, "/choices/0/finish_reason", r#""content_filter""#),
    // Tools
    (r#""tools":[WEATHER]"#, "/choices/0/finish_reason", r#""stop""#),
    (r#""tools":[WEATHER],"tool_choice":"auto""#, "/choices/0/message/tool_calls", r#""absent""#),
    (
        r#""tools":[WEATHER],"tool_choice":"none","say":"get_weather""#,
        "/choices/0/message/tool_calls",
        r#""absent""#,
    ),
    (r#""tools":[WEATHER],"say":"get_weather now""#, "/choices/0/finish_reason", r#""tool_calls""#),
    (r#""tools":[WEATHER],"say":"get_weather now""#, "/choices/0/message/content", "null"),
    (r#""tools":[WEATHER],"say":"forget_weather""#, "/choices/0/finish_reason", r#""stop""#),
    (r#""tools":[WEATHER],"say":"(get_weather)""#, "#/choices/0/message/tool_calls", "1"),
    (r#""tools":[WEATHER],"say":"get_weather, get_weather""#, "#/choices/0/message/tool_calls", "2"),
    (
        r#""tools":[WEATHER],"say":[{"type":"text","text":"get_weather"}]"#,
        "#/choices/0/message/tool_calls",
        "1",
    ),
    (
        r#""tools":[WEATHER,TIME],"say":"get_time, get_weather""#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_time""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"say":"get_time, get_weather""#,
        "/choices/0/message/tool_calls/1/function/name",
        r#""get_weather""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"say":"get_time, get_weather","parallel_tool_calls":false"#,
        "#/choices/0/message/tool_calls",
        "1",
    ),
    (
        r#""tools":[WEATHER,TIME],"say":"get_time, get_weather","parallel_tool_calls":true"#,
        "#/choices/0/message/tool_calls",
        "2",
    ),
    (r#""tools":[WEATHER],"tool_choice":"required""#, "/choices/0/finish_reason", r#""tool_calls""#),
    (
        r#""tools":[WEATHER,TIME],"tool_choice":"required""#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_weather""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"tool_choice":"required","say":"get_time""#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_time""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"tool_choice":"required","messages":RESULT"#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_time""#,
    ),
    (
        r#""tools":[WEATHER],"tool_choice":"required","messages":RESULT"#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_weather""#,
    ),
    (r#""tools":[WEATHER],"messages":RESULT"#, "/choices/0/finish_reason", r#""stop""#),
    (
        r#""tools":[WEATHER],"tool_choice":"auto","messages":RESULT"#,
        "/choices/0/message/tool_calls",
        r#""absent""#,
    ),
    (
        r#""tools":[WEATHER],"tool_choice":{"type":"function","function":{"name":"get_weather"}}"#,
        "/choices/0/finish_reason",
        r#""stop""#,
    ),
    (
        r#""model":"gpt-5","tools":[WEATHER],"tool_choice":{"type":"function","function":{"name":"get_weather"}}"#,
        "/choices/0/finish_reason",
        r#""tool_calls""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"tool_choice":{"type":"function","function":{"name":"get_time"}}"#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_time""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"get_time"}}]}}"#,
        "/choices/0/message/tool_calls/0/function/name",
        r#""get_time""#,
    ),
    (
        r#""tools":[WEATHER,TIME],"say":"get_weather","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"get_time"}}]}}"#,
        "/choices/0/finish_reason",
        r#""stop""#,
    ),
    (
        r#""tools":[WEATHER],"tool_choice":"required","n":2"#,
        "/choices/1/message/tool_calls/0/type",
        r#""function""#,
    ),
    (
        r#""tools":[WEATHER],"tool_choice":"required","max_tokens":2"#,
        "/choices/0/finish_reason",
        r#""length""#,
    ),
    (r#""tools":[WEATHER],"tool_choice":"required","max_tokens":2"#, "/usage/completion_tokens", "2"),
    (r#""tools":[FREE],"say":"run_code""#, "/choices/0/message/tool_calls/0/type", r#""custom""#),
    (
        r#""tools":[FREE],"tool_choice":{"type":"custom","custom":{"name":"run_code"}}"#,
        "/choices/0/message/tool_calls/0/custom/name",
        r#""run_code""#,
    ),
    (
        r#""tools":[{"type":"function","function":{"name":"ping"}}],"say":"ping""#,
        "/choices/0/message/tool_calls/0/function/arguments",
        r#""{}""#,
    ),
    (r#""functions":[{"name":"f"}],"say":"f""#, "/choices/0/finish_reason", r#""function_call""#),
    (r#""functions":[{"name":"f"}]"#, "/choices/0/finish_reason", r#""stop""#),
    (
        r#""functions":[{"name":"f"}],"function_call":"none","say":"f""#,
        "/choices/0/finish_reason",
        r#""stop""#,
    ),
    (
        r#""functions":[{"name":"f"},{"name":"g"}],"function_call":{"name":"g"}"#,
        "/choices/0/message/function_call/name",
        r#""g""#,
    ),
    (r#""functions":[{"name":"f"}],"say":"f f f""#, "/choices/0/message/tool_calls", r#""absent""#),
    // Formats
    (r#""response_format":{"type":"text"}"#, "/choices/0/finish_reason", r#""stop""#),
    (
        r#""response_format":{"type":"json_object"},"say":"JSON, please""#,
        "/choices/0/finish_reason",
        r#""stop""#,
    ),
    (
        r#""response_format":{"type":"json_object"},"say":"JSON, please","max_tokens":2"#,
        "/choices/0/finish_reason",
        r#""length""#,
    ),
    // Models
    (r#""model":"gpt-4o""#, "/model", r#""gpt-4o-2024-08-06""#),
    (r#""model":"gpt-4.1-mini""#, "/model", r#""gpt-4.1-mini-2025-04-14""#),
    (r#""model":"gpt-5.6-terra""#, "/model", r#""gpt-5.6-terra""#),
    (r#""model":"came-out-yesterday""#, "/model", r#""came-out-yesterday""#),
    (
        r#""model":"ft:gpt-4o-mini-2024-07-18:acme::abc""#,
        "/model",
        r#""ft:gpt-4o-mini-2024-07-18:acme::abc""#,
    ),
    (r#""model":"gpt-3.5-turbo""#, "/system_fingerprint", "null"),
    (r#""model":"gpt-4""#, "/system_fingerprint", "null"),
    (r#""model":"gpt-5""#, "/system_fingerprint", "null"),
    (r#""model":"o4-mini""#, "/system_fingerprint", "null"),
    (r#""model":"gpt-5""#, "/choices/0/logprobs", r#""absent""#),
    (r#""model":"o3""#, "/choices/0/logprobs", r#""absent""#),
    (r#""model":"gpt-4.1""#, "/choices/0/logprobs", "null"),
    (r#""model":"gpt-5.1","logprobs":true,"max_completion_tokens":1"#, "#/choices/0/logprobs/content", "1"),
    (r#""model":"gpt-4o-search-preview""#, "/service_tier", r#""absent""#),
    (
        r#""model":"gpt-4o-search-preview","web_search_options":{"search_context_size":"low"}"#,
        "/object",
        r#""chat.completion""#,
    ),
    (
        r#""model":"gpt-5","reasoning_effort":"minimal""#,
        "/usage/completion_tokens_details/reasoning_tokens",
        "0",
    ),
    (
        r#""model":"gpt-5.1","reasoning_effort":"none","temperature":0.5"#,
        "/usage/completion_tokens_details/reasoning_tokens",
        "0",
    ),
    (r#""model":"gpt-5.1""#, "/usage/completion_tokens_details/reasoning_tokens", "0"),
    (r#""model":"gpt-5","max_completion_tokens":32"#, "/choices/0/message/content", r#""""#),
    (
        r#""model":"gpt-5","max_completion_tokens":32"#,
        "/usage/completion_tokens_details/reasoning_tokens",
        "32",
    ),
    (r#""model":"gpt-5","max_completion_tokens":32"#, "/choices/0/finish_reason", r#""length""#),
    (r#""model":"gpt-5","temperature":1,"top_p":1"#, "/choices/0/finish_reason", r#""stop""#),
    (r#""model":"gpt-5.6-sol""#, "/usage/prompt_tokens_details/cache_write_tokens", "0"),
    (r#""model":"gpt-4o""#, "/usage/prompt_tokens_details/cache_write_tokens", r#""absent""#),
    (
        r#""model":"gpt-5.6-luna","tools":[WEATHER],"say":"get_weather""#,
        "/choices/0/finish_reason",
        r#""tool_calls""#,
    ),
    // Prompt tokens, as recorded of the API
    (r#""model":"gpt-4o-mini","say":"Hi""#, "/usage/prompt_tokens", "8"),
    (r#""model":"gpt-5-nano","say":"howdy""#, "/usage/prompt_tokens", "8"),
    (r#""model":"gpt-5.4","say":"Hi""#, "/usage/prompt_tokens", "7"),
    (r#""model":"gpt-4","say":"Hi""#, "/usage/prompt_tokens", "8"),
    (
        r#""messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Hi"}]"#,
        "/usage/prompt_tokens",
        "13",
    ),
    (r#""messages":[{"role":"user","content":"Hi","name":"Al"}]"#, "/usage/prompt_tokens", "9"),
    (
        r#""model":"o3","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"}]"#,
        "/usage/prompt_tokens",
        "14",
    ),
    (
        r#""model":"o3-mini","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"}]"#,
        "/usage/prompt_tokens",
        "12",
    ),
    (r#""say":"<|endoftext|>""#, "/usage/prompt_tokens", "14"),
    (
        r#""say":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"https://x.test/a.png","detail":"low"}}]"#,
        "/usage/prompt_tokens",
        "93",
    ),
    (
        r#""say":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]"#,
        "/usage/prompt_tokens",
        "773",
    ),
    (
        r#""model":"gpt-4o-mini","say":[{"type":"image_url","image_url":{"url":"https://x.test/a.png","detail":"low"}}]"#,
        "/usage/prompt_tokens",
        "2840",
    ),
    (
        r#""model":"gpt-5-mini","say":[{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]"#,
        "/usage/prompt_tokens",
        "1665",
    ),
    // Sound
    (
        r#""model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}"#,
        "/choices/0/message/content",
        "null",
    ),
    (
        r#""model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}"#,
        "/choices/0/message/audio/expires_at",
        "1700003601",
    ),
    (r#""modalities":["text"]"#, "/choices/0/message/audio", r#""absent""#),
    (r#""moderation":{"model":"omni-moderation-latest"}"#, "/moderation/input/results/0/flagged", "false"),
    (
        r#""moderation":{"model":"omni-moderation-latest"},"say":"flag:violence""#,
        "/moderation/input/results/0/categories/violence",
        "true",
    ),
];

#[test]
fn chats_do_as_they_are_told() {
    for (fields, path, expected) in CHATS {
        let reply = chat(fields);
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(at(&reply, path), expected, "{fields} {path}: {reply}");
    }
}

fn said(reply: &Value) -> String {
    reply["choices"][0]["message"]["content"]
        .as_str()
        .unwrap_or_else(|| panic!("no text: {reply}"))
        .to_owned()
}

/// Requests whose answer is another one than without these fields.
const OTHERS: &[&str] = &[
    r#""seed":1"#,
    r#""seed":2"#,
    r#""temperature":0"#,
    r#""temperature":2"#,
    r#""top_p":0.5"#,
    r#""presence_penalty":1"#,
    r#""frequency_penalty":-2"#,
    r#""logit_bias":{"50":5}"#,
    r#""verbosity":"medium""#,
    r#""messages":[{"role":"system","content":"Be kind"},{"role":"user","content":"Hello"}]"#,
    r#""messages":[{"role":"developer","content":"Be kind"},{"role":"user","content":"Hello"}]"#,
    r#""messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Hello"}]"#,
    r#""messages":[{"role":"user","content":"Hello","name":"Al"}]"#,
    r#""messages":[{"role":"assistant","refusal":"No"},{"role":"user","content":"Hello"}]"#,
    r#""messages":[{"role":"function","name":"f","content":"7"},{"role":"user","content":"Hello"}]"#,
    r#""say":[{"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]"#,
    r#""say":[{"type":"text","text":"Hello"},{"type":"image_url","image_url":{"url":"https://x.test/b.png"}}]"#,
    r#""say":[{"type":"text","text":"Hello"},{"type":"file","file":{"file_id":"file-1"}}]"#,
    r#""model":"any","say":[{"type":"text","text":"Hello"},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]"#,
];

#[test]
fn each_of_these_makes_it_another_answer() {
    let mut answers = vec![said(&chat(""))];
    for fields in OTHERS {
        let answer = said(&chat(fields));
        assert_eq!(said(&chat(fields)), answer, "{fields}");
        assert!(!answers.contains(&answer), "{fields}");
        answers.push(answer);
    }
}

#[test]
fn choices_differ_and_the_first_is_the_only_one_of_n_1() {
    let many = chat(r#""n":20"#);
    let mut texts: Vec<&str> = many["choices"]
        .as_array()
        .expect("choices")
        .iter()
        .filter_map(|c| c["message"]["content"].as_str())
        .collect();
    assert_eq!(texts[0], said(&chat("")));
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 20);
}

/// Requests whose stream, joined, must be the whole message.
const STREAMED: &[&str] = &[
    "",
    r#""n":3"#,
    r#""max_tokens":3,"n":2"#,
    r#""stop":" the""#,
    r#""say":"[refusal]""#,
    r#""say":"[content_filter]""#,
    r#""logprobs":true,"top_logprobs":2"#,
    r#""tools":[WEATHER],"say":"get_weather""#,
    r#""tools":[WEATHER,TIME],"say":"get_weather get_time get_weather""#,
    r#""tools":[WEATHER],"tool_choice":"required","n":2"#,
    r#""tools":[WEATHER],"tool_choice":{"type":"function","function":{"name":"get_weather"}}"#,
    r#""tools":[FREE,WEATHER],"say":"run_code get_weather""#,
    r#""tools":[DIGITS],"say":"dial""#,
    r#""functions":[{"name":"f"}],"say":"f""#,
    r#""response_format":{"type":"json_object"},"say":"JSON""#,
    r#""model":"gpt-5""#,
    r#""model":"gpt-5","max_completion_tokens":10"#,
    r#""model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"pcm16"}"#,
    r#""moderation":{"model":"omni-moderation-latest"}"#,
];

#[test]
fn a_stream_joins_to_the_whole() {
    for fields in STREAMED {
        let whole = chat(fields);
        let comma = if fields.is_empty() { "" } else { "," };
        let streamed = format!(r#"{fields}{comma}"stream":true,"stream_options":{{"include_usage":true}}"#);
        let mut choices = vec![Value::Null; whole["choices"].as_array().expect("choices").len()];
        let mut usage = Value::Null;
        for chunk in chunks(&Fake::new().chat(&chat_body(&streamed))) {
            if let Some(choice) = chunk["choices"].get(0) {
                let index = choice["index"].as_u64().expect("an index") as usize;
                join(&mut choices[index]["message"], &choice["delta"]);
                if !choice["finish_reason"].is_null() {
                    choices[index]["finish_reason"] = choice["finish_reason"].clone();
                }
            } else if chunk["usage"].is_object() {
                usage = chunk["usage"].clone();
            }
        }
        assert_eq!(usage, whole["usage"], "{fields}");
        for (one, other) in choices.iter().zip(whole["choices"].as_array().expect("choices")) {
            assert_eq!(one["finish_reason"], other["finish_reason"], "{fields}");
            for name in ["role", "content", "refusal", "tool_calls", "function_call"] {
                assert_eq!(one["message"][name], other["message"][name], "{fields}: {name}");
            }
            for name in ["id", "transcript", "expires_at"] {
                assert_eq!(
                    one["message"]["audio"][name], other["message"]["audio"][name],
                    "{fields}: {name}"
                );
            }
        }
    }
}

/// As the clients do it: strings are appended, lists go by index, the rest is set.
fn join(into: &mut Value, delta: &Value) {
    match delta {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "index") {
                if ["role", "id", "type"].contains(&name.as_str()) {
                    into[name] = value.clone();
                } else {
                    join(&mut into[name], value);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut list = into.as_array().cloned().unwrap_or_default();
                let at = item["index"].as_u64().expect("an index") as usize;
                list.resize(list.len().max(at + 1), Value::Null);
                join(&mut list[at], item);
                *into = list.into();
            }
        }
        Value::String(more) => *into = format!("{}{more}", into.as_str().unwrap_or_default()).into(),
        Value::Null => {}
        other => *into = other.clone(),
    }
}

#[test]
fn probabilities_are_those_of_the_tokens_that_were_said() {
    for fields in
        [r#""logprobs":true,"top_logprobs":20"#, r#""logprobs":true,"top_logprobs":1,"n":2,"model":"gpt-4""#]
    {
        let reply = chat(fields);
        for choice in reply["choices"].as_array().expect("choices") {
            let entries = choice["logprobs"]["content"].as_array().expect("entries");
            let joined: String = entries.iter().filter_map(|entry| entry["token"].as_str()).collect();
            assert_eq!(joined, choice["message"]["content"]);
            for entry in entries {
                assert_eq!(entry["top_logprobs"][0]["token"], entry["token"]);
                let sum: f64 = entry["top_logprobs"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter_map(|top| top["logprob"].as_f64())
                    .map(f64::exp)
                    .sum();
                assert!(sum <= 1.0, "{entry}");
            }
        }
    }
}

#[test]
fn a_banned_token_is_never_said() {
    let plain = chat(r#""logprobs":true"#);
    let words: Vec<&str> = plain["choices"][0]["logprobs"]["content"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["token"].as_str())
        .collect();
    // " the" in o200k_base
    let banned = said(&chat(r#""logit_bias":{"290":-100}"#));
    assert!(words.contains(&" the"), "{words:?}");
    assert!(!banned.contains(" the "), "{banned}");
    // "Hello" in o200k_base
    assert_eq!(said(&chat(r#""logit_bias":{"13225":100},"max_tokens":2"#)), "HelloHello");
}

/// Legacy completions: fields, a path into the reply, and what is there.
const COMPLETIONS: &[(&str, &str, &str)] = &[
    ("", "/choices/0/finish_reason", r#""stop""#),
    ("", "/usage/prompt_tokens", "2"),
    (r#""max_tokens":0"#, "/choices/0/text", r#""""#),
    (r#""max_tokens":2"#, "/usage/completion_tokens", "2"),
    (r#""max_tokens":2"#, "/choices/0/finish_reason", r#""length""#),
    (r#""max_tokens":0,"echo":true"#, "/choices/0/text", r#""One two""#),
    (r#""prompt":[3923,374],"max_tokens":0,"echo":true"#, "/choices/0/text", r#""What is""#),
    (r#""prompt":[3923,374]"#, "/usage/prompt_tokens", "2"),
    (r#""prompt":["a","b"],"n":2"#, "#/choices", "4"),
    (r#""prompt":["a","b"],"n":2"#, "/choices/3/index", "3"),
    (r#""n":2,"best_of":4,"max_tokens":3"#, "#/choices", "2"),
    (r#""n":2,"best_of":4,"max_tokens":3"#, "/usage/completion_tokens", "12"),
    (r#""logprobs":2,"max_tokens":3"#, "#/choices/0/logprobs/tokens", "3"),
    (r#""logprobs":2,"max_tokens":3"#, "#/choices/0/logprobs/token_logprobs", "3"),
    (r#""logprobs":2,"max_tokens":3"#, "#/choices/0/logprobs/top_logprobs", "3"),
    (r#""logprobs":2,"max_tokens":3"#, "#/choices/0/logprobs/text_offset", "3"),
    (r#""logprobs":0,"max_tokens":3"#, "#/choices/0/logprobs/tokens", "3"),
    (r#""logprobs":1,"echo":true,"max_tokens":0"#, "#/choices/0/logprobs/tokens", "2"),
    (r#""logprobs":1,"echo":true,"max_tokens":1"#, "/choices/0/logprobs/token_logprobs/0", "null"),
    (r#""logprobs":1,"echo":true,"max_tokens":1"#, "/choices/0/logprobs/text_offset/1", "3"),
    (r#""suffix":"the end","user":"u""#, "/object", r#""text_completion""#),
    (r#""stop":" ","max_tokens":5"#, "/choices/0/text", r#""""#),
    // "Hello" in cl100k_base
    (r#""logit_bias":{"9906":100},"max_tokens":2"#, "/choices/0/text", r#""HelloHello""#),
    (r#""model":"davinci-002""#, "/model", r#""davinci:2023-07-21-v2""#),
    (r#""model":"my-completer","prompt":"" "#, "/usage/prompt_tokens", "0"),
];

#[test]
fn legacy_completions_do_as_they_are_told() {
    for (fields, path, expected) in COMPLETIONS {
        let reply = completion(fields);
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(at(&reply, path), expected, "{fields} {path}: {reply}");
    }
}

/// Schemas whose instances an answer and a call's arguments must be; the last ones as clients make them.
const SCHEMAS: &[&str] = &[
    r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#,
    r#"{"type":"object","properties":{"a":{"enum":["x","y",3]},"b":{"const":7}},"required":["a","b"]}"#,
    r#"{"type":"object","properties":{"a":{"type":["string","null"]},"b":{"type":"string","nullable":true}},"required":["a","b"]}"#,
    r#"{"type":"object","properties":{"n":{"type":"integer","minimum":3,"exclusiveMaximum":5,"multipleOf":2}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"n":{"type":"number","minimum":0.1,"maximum":0.2,"multipleOf":0.05}},"required":["n"]}"#,
    r#"{"type":"object","properties":{"s":{"type":"string","minLength":40,"maxLength":41}},"required":["s"]}"#,
    r#"{"type":"object","properties":{"s":{"type":"string","pattern":"^[A-Z]{3}-\\d{2,4}$"}},"required":["s"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","items":{"enum":[1,2,3]},"uniqueItems":true,"minItems":3}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"l":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"},"minItems":3}},"required":["l"]}"#,
    r#"{"type":"object","properties":{"when":{"type":"string","format":"date-time"},"day":{"type":"string","format":"date"},"at":{"type":"string","format":"time"}},"required":["when","day","at"]}"#,
    r#"{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"mail":{"type":"string","format":"email"},"link":{"type":"string","format":"uri"}},"required":["id","mail","link"]}"#,
    r#"{"type":"object","properties":{"a":{"type":"string","format":"ipv4"},"b":{"type":"string","format":"ipv6"},"c":{"type":"string","format":"hostname"}},"required":["a","b","c"]}"#,
    r##"{"type":"object","properties":{"root":{"$ref":"#/$defs/node"}},"required":["root"],"$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","children"]}}}"##,
    r##"{"type":"object","properties":{"v":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},"required":["v"],"$defs":{"a":{"type":"object","properties":{"v":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},"required":["v"]}}}"##,
    r#"{"type":"object","properties":{"v":{"oneOf":[{"type":"integer"},{"type":"number","minimum":100}]}},"required":["v"]}"#,
    r#"{"type":"object","properties":{"v":{"allOf":[{"type":"integer","minimum":5},{"maximum":6}]}},"required":["v"]}"#,
    r##"{"type":"object","additionalProperties":false,"$defs":{"Step":{"type":"object","title":"Step","additionalProperties":false,"properties":{"explanation":{"type":"string"},"output":{"type":"string"}},"required":["explanation","output"]}},"properties":{"steps":{"type":"array","items":{"$ref":"#/$defs/Step"}},"final_answer":{"type":"string"}},"required":["steps","final_answer"]}"##,
];

#[test]
fn json_is_an_instance_of_its_schema() {
    for (place, schema) in SCHEMAS.iter().enumerate() {
        let address = format!("http://schemas.test/{place}.json");
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        let mut schemas = boon::Schemas::new();
        compiler.add_resource(&address, serde_json::from_str(schema).expect("JSON")).expect("a schema");
        let schema_id = compiler.compile(&address, &mut schemas).expect("a schema");
        let checks = |text: &str| {
            let instance: Value = serde_json::from_str(text).expect("JSON");
            schemas
                .validate(&instance, schema_id)
                .unwrap_or_else(|error| panic!("{schema}: {instance}: {error}"));
        };
        for seed in 0..5 {
            let format = format!(
                r#""seed":{seed},"response_format":{{"type":"json_schema","json_schema":{{"name":"answer","schema":{schema}}}}}"#
            );
            checks(&said(&chat(&format)));
            let tools = format!(
                r#""seed":{seed},"tool_choice":"required","tools":[{{"type":"function","function":{{"name":"f","parameters":{schema}}}}}]"#
            );
            let arguments =
                chat(&tools)["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"].clone();
            checks(arguments.as_str().expect("arguments"));
        }
    }
    let strict = SCHEMAS.last().expect("a schema");
    said(&chat(&format!(
        r#""response_format":{{"type":"json_schema","json_schema":{{"name":"answer","strict":true,"schema":{strict}}}}}"#
    )));
}

#[test]
fn there_are_enough_cases() {
    let count = CHATS.len() + OTHERS.len() + STREAMED.len() + COMPLETIONS.len() + SCHEMAS.len();
    assert!(count >= 150, "{count}");
}
