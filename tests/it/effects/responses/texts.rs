//! What a response says, one case a line.

use super::Case;
use super::Response;
use super::Story;
use super::events;
use super::of_type;
use super::respond;
use crate::support::json;
use serde_json::Value;

/// A schema, and whether the text keeps to it.
const SCHEMA: &str = r#"{"text":{"format":{"type":"json_schema","name":"city","strict":true,"schema":{"type":"object","properties":{"name":{"type":"string"},"size":{"type":"integer","minimum":5,"maximum":9},"kind":{"type":"string","enum":["town","village"]}},"required":["name","size","kind"],"additionalProperties":false}}}}"#;

fn keeps(response: &Response) -> bool {
    let json = response.json();
    let kind = json["kind"].as_str().unwrap_or_default();
    json["name"].is_string()
        && json["size"].as_u64().is_some_and(|size| (5..=9).contains(&size))
        && ["town", "village"].contains(&kind)
        && json.as_object().is_some_and(|fields| fields.len() == 3)
}

fn refuses(response: &Response) -> bool {
    let part = response.part();
    response.is("completed")
        && part["type"] == "refusal"
        && part["refusal"].as_str().is_some_and(|text| text.contains("can't help"))
}

/// Whether it was cut at so many tokens.
fn is_cut(response: &Response, tokens: u64) -> bool {
    response.is("incomplete")
        && response.at("/incomplete_details/reason") == "max_output_tokens"
        && response.output() == tokens
        && response.at("/completed_at").is_null()
}

/// The summaries of what the model thought.
fn summaries(response: &Response) -> usize {
    let summaries = response.item("reasoning")["summary"].as_array().expect("a list");
    let begin = |part: &Value| {
        part["type"] == "summary_text" && part["text"].as_str().is_some_and(|text| text.starts_with("**"))
    };
    assert!(summaries.iter().all(begin), "{summaries:?}");
    summaries.len()
}

fn is_encrypted(response: &Response) -> bool {
    response.item("reasoning")["encrypted_content"].as_str().is_some_and(|text| text.starts_with("gAAAA"))
}

/// When a conversation is compacted.
#[rustfmt::skip]
pub(super) const COMPACTIONS: &[Case] = &[
    (r#"{"context_management":[{"type":"compaction","compact_threshold":1000}]}"#, |r| r.kinds() == "message"),
    (r#"{"input":"<<1200*word >>","context_management":[{"type":"compaction","compact_threshold":1000}]}"#, |r| r.kinds() == "message compaction" && is_compacted(r)),
    (r#"{"input":"<<1200*word >>","context_management":[{"type":"compaction"}]}"#, |r| r.kinds() == "message"),
    (r#"{"input":[{"role":"user","content":"Hi"},{"type":"compaction_trigger"}]}"#, |r| r.kinds() == "compaction" && is_compacted(r)),
    (r#"{"input":[{"type":"compaction_trigger"}],"conversation":null}"#, |r| r.kinds() == "compaction"),
];

fn is_compacted(response: &Response) -> bool {
    response.item("compaction")["encrypted_content"].as_str().is_some_and(|text| text.starts_with("gAAAA"))
        && response.at("/usage/output_tokens").as_u64().is_some_and(|tokens| tokens >= 64)
}

/// Every form of an input is answered with a text.
#[rustfmt::skip]
pub(super) const INPUTS: &[Case] = &[
    (r#"{"input":[{"type":"configuration_update","text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false},"strict":true}}},{"role":"user","content":"Hello"}]}"#, |r| r.text().starts_with("{\"n\":")),
    (r#"{"text":{"format":{"type":"json_object"}},"input":[{"type":"configuration_update","text":{"format":{"type":"text"}}},{"role":"user","content":"JSON"}]}"#, |r| r.says() && !r.text().starts_with('{')),
    ("{}", |r| r.says() && r.text() == respond("{}").text()),
    (r#"{"input":"Bye"}"#, |r| r.says() && r.text() != respond("{}").text()),
    (r#"{"input":[{"role":"user","content":"Hello"}]}"#, Response::says),
    (r#"{"input":[{"type":"message","role":"user","content":"Hello"}]}"#, Response::says),
    (r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"Hello"}]}]}"#, Response::says),
    (r#"{"input":[{"role":"user","content":[]}]}"#, Response::says),
    (r#"{"input":[{"role":"system","content":"Hello"}]}"#, Response::says),
    (r#"{"input":[{"role":"developer","content":"Be brief"},{"role":"user","content":"Hello"}]}"#, Response::says),
    (r#"{"input":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Bye"}]}"#, Response::says),
    (r#"{"input":[{"role":"assistant","content":[{"type":"output_text","text":"Hi"}]},{"role":"user","content":"Bye"}]}"#, Response::says),
    (r#"{"input":[{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hi","annotations":[]}]},{"role":"user","content":"Bye"}]}"#, Response::says),
    (r#"{"input":[{"role":"assistant","content":[{"type":"refusal","refusal":"No"}]},{"role":"user","content":"Why?"}]}"#, Response::says),
    (r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"What is this?"},{"type":"input_image","image_url":"https://a.b/c.png"}]}]}"#, Response::says),
    (r#"{"input":[{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}]}]}"#, Response::says),
    (r#"{"instructions":"Be brief"}"#, |r| r.says() && r.text() != respond("{}").text()),
    (r#"{"-model":0,"-input":0,"prompt":{"id":"pmpt_1"}}"#, |r| r.says() && r.at("/model") == "gpt-4.1-2025-04-14"),
    (r#"{"prompt":{"id":"pmpt_1","version":"2","variables":{"name":"Ann"}}}"#, |r| r.says() && r.text() != respond(r#"{"prompt":{"id":"pmpt_1","version":"2","variables":{"name":"Bob"}}}"#).text()),
];

#[rustfmt::skip]
pub(super) const FORMATS: &[Case] = &[
    (r#"{"text":{"format":{"type":"text"}}}"#, |r| r.says() && r.json().is_null()),
    (r#"{"text":{"format":{"type":"json_object"}},"input":"Say JSON"}"#, |r| r.says() && r.json().is_object()),
    (SCHEMA, keeps),
    (r#"{"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{"n":{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":2}},"required":["n"]}}}}"#, |r| r.json()["n"].as_array().is_some_and(|list| list.len() == 2 && list.iter().all(Value::is_number))),
    (r#"{"model":"gpt-5-mini","text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{"n":{"type":"integer","const":7}},"required":["n"],"additionalProperties":false}}}}"#, |r| r.text() == r#"{"n":7}"#),
    (r#"{"text":{"verbosity":"medium"}}"#, |r| r.text().matches('.').count() > 1),
    (r#"{"model":"gpt-5","text":{"verbosity":"low"}}"#, |r| r.text().matches('.').count() == 1),
    (r#"{"model":"gpt-5","text":{"verbosity":"high"}}"#, |r| r.text().contains("\n\n")),
    (r#"{"temperature":0}"#, |r| r.text() != respond(r#"{"temperature":0.5}"#).text()),
];

#[rustfmt::skip]
pub(super) const LENGTHS: &[Case] = &[
    (r#"{"max_output_tokens":16}"#, |r| is_cut(r, 16) && r.item("message")["status"] == "incomplete" && respond("{}").text().starts_with(r.text())),
    (r#"{"max_output_tokens":5000}"#, |r| r.says() && r.text() == respond("{}").text()),
    (r#"{"model":"gpt-5","max_output_tokens":16}"#, |r| is_cut(r, 16) && r.kinds() == "reasoning" && r.reasoning() == 16),
    (r#"{"model":"gpt-5.1","max_output_tokens":16}"#, |r| is_cut(r, 16) && r.kinds() == "message" && r.reasoning() == 0),
    (r#"{"max_output_tokens":16,"text":{"format":{"type":"json_object"}},"input":"JSON <<20*now >>"}"#, |r| is_cut(r, 16) || r.json().is_object()),
    (r#"{"max_output_tokens":16,"input":"weather weather weather weather weather weather","tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}"#, |r| is_cut(r, 16) && (1..6).contains(&r.called().len()) && r.items().last().is_some_and(|call| call["status"] == "incomplete")),
];

#[rustfmt::skip]
pub(super) const TRIGGERS: &[Case] = &[
    (r#"{"input":"[refusal]"}"#, refuses),
    (r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"Now a [refusal], please"}]}]}"#, refuses),
    (r#"{"model":"gpt-5","input":"[refusal]"}"#, |r| refuses(r) && r.kinds() == "reasoning message"),
    (r#"{"input":"[refusal]","text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{}}}}}"#, refuses),
    (r#"{"input":[{"role":"user","content":"[refusal]"},{"role":"assistant","content":"No"},{"role":"user","content":"Well"}]}"#, Response::says),
    (r#"{"instructions":"[refusal]"}"#, Response::says),
    (r#"{"input":"[content_filter]"}"#, |r| r.is("incomplete") && r.at("/incomplete_details/reason") == "content_filter" && r.item("message")["status"] == "incomplete" && !r.text().is_empty()),
    (r#"{"input":"[failed]"}"#, |r| r.is("failed") && r.at("/error/code") == "server_error" && r.items().is_empty() && r.at("/usage").is_null()),
];

#[rustfmt::skip]
pub(super) const THOUGHTS: &[Case] = &[
    (r#"{"model":"gpt-5"}"#, |r| r.kinds() == "reasoning message" && r.reasoning() >= 64 && r.reasoning() % 64 == 0 && summaries(r) == 0 && is_encrypted(r)),
    (r#"{"model":"o3"}"#, |r| r.kinds() == "reasoning message" && r.reasoning() > 0),
    (r#"{"model":"gpt-5.1"}"#, |r| r.says() && r.reasoning() == 0),
    (r#"{"model":"gpt-5.1","reasoning":{"effort":"low"}}"#, |r| r.kinds() == "reasoning message" && r.reasoning() > 0),
    (r#"{"model":"gpt-5","reasoning":{"effort":"minimal"}}"#, |r| r.says() && r.reasoning() == 0),
    (r#"{"model":"gpt-5","reasoning":{"effort":"high"}}"#, |r| r.reasoning() > respond(r#"{"model":"gpt-5","reasoning":{"effort":"low"}}"#).reasoning()),
    (r#"{"model":"gpt-5.1","reasoning":{"effort":"low","summary":"concise"}}"#, |r| summaries(r) == 1),
    (r#"{"model":"gpt-5","reasoning":{"summary":"detailed"}}"#, |r| summaries(r) == 2),
    (r#"{"model":"gpt-5","reasoning":{"summary":"auto"}}"#, |r| summaries(r) == 2),
    (r#"{"model":"gpt-5.1","reasoning":{"effort":"low","generate_summary":"concise"}}"#, |r| summaries(r) == 1),
    (r#"{"model":"gpt-5","include":["reasoning.encrypted_content"]}"#, is_encrypted),
    (r#"{"model":"gpt-5","store":false}"#, is_encrypted),
    (r#"{"model":"gpt-5","store":false,"include":["reasoning.encrypted_content"]}"#, is_encrypted),
    (r#"{"model":"gpt-6-sol","store":false}"#, is_encrypted),
    (r#"{"model":"gpt-6-sol"}"#, |r| is_encrypted(r) && r.item("message")["phase"] == "final_answer"),
    (r#"{"model":"gpt-5.4"}"#, |r| r.item("message")["phase"] == "final_answer"),
    (r#"{"model":"gpt-5.4-nano-2026-03-17"}"#, |r| r.item("message")["phase"] == "final_answer"),
    (r#"{"model":"gpt-5.5"}"#, |r| r.item("message")["phase"] == "final_answer"),
    (r#"{"model":"gpt-5.5-pro"}"#, |r| r.item("message")["phase"] == "final_answer"),
    (r#"{"model":"gpt-5.2"}"#, |r| r.item("message").get("phase").is_none()),
    (r#"{"model":"gpt-5.3-codex"}"#, |r| r.item("message")["phase"] == "final_answer"),
    // From here on it thinks as hard as the last update says.
    (r#"{"model":"gpt-6-sol","reasoning":{"effort":"low"},"input":[{"type":"configuration_update","reasoning":{"effort":"high"}},{"role":"user","content":"Hi"}]}"#, |r| r.reasoning() > respond(r#"{"model":"gpt-6-sol","reasoning":{"effort":"low"},"input":"Hi"}"#).reasoning()),
    (r#"{"model":"gpt-5.6-sol","reasoning":{"effort":"high"},"input":[{"type":"configuration_update","reasoning":{"effort":"high"}},{"type":"configuration_update","reasoning":{"effort":"none"}},{"role":"user","content":"Hi"}]}"#, |r| r.reasoning() == 0 && r.says()),
    ("{}", |r| r.item("message").get("phase").is_none()),
    (r#"{"model":"gpt-5"}"#, |r| r.item("message").get("phase").is_none()),
];

#[rustfmt::skip]
pub(super) const PROBABILITIES: &[Case] = &[
    ("{}", |r| r.guesses().is_empty()),
    (r#"{"include":["message.output_text.logprobs"]}"#, |r| r.guesses().iter().all(|guess| guess["top_logprobs"] == serde_json::json!([])) && joined(r) == r.text()),
    (r#"{"include":["message.output_text.logprobs"],"top_logprobs":3}"#, |r| r.guesses().iter().all(|guess| guess["top_logprobs"].as_array().is_some_and(|top| top.len() == 3)) && joined(r) == r.text()),
    (r#"{"top_logprobs":3}"#, |r| r.guesses().is_empty() && r.at("/top_logprobs") == 3),
    (r#"{"include":["message.output_text.logprobs"],"text":{"format":{"type":"json_object"}},"input":"JSON"}"#, |r| joined(r) == r.text()),
];

/// The text that the guesses make up.
fn joined(response: &Response) -> String {
    response.guesses().iter().filter_map(|guess| guess["token"].as_str()).collect()
}

/// Errors in place of a response, and how events tell of them.
#[rustfmt::skip]
pub(super) const ERRORS: &[Story] = &[
    ("an error is answered in place of a response", |talk| { let reply = talk.send(r#"{"input":"[error]"}"#); reply.status == 500 && json(&reply)["error"]["type"] == "server_error" }),
    ("events tell an error, flat and nested, and the failed response", |_| {
        let events = events(r#"{"input":"[error]"}"#);
        let error = of_type(&events, "error")[0];
        error["code"] == "server_error" && error["error"]["code"] == "server_error" && error["message"] == error["error"]["message"] && events.last().is_some_and(|last| last["type"] == "response.failed")
    }),
    ("events of a failed response say nothing else", |_| {
        let events = events(r#"{"input":"[failed]"}"#);
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
        kinds == ["response.created", "response.in_progress", "response.failed"]
    }),
    ("a refusal is told in pieces", |_| { let events = events(r#"{"input":"[refusal]"}"#); of_type(&events, "response.refusal.delta").len() > 3 && of_type(&events, "response.output_text.delta").is_empty() }),
    ("a summary is told in pieces before the message", |_| {
        let events = events(r#"{"model":"gpt-5","reasoning":{"summary":"detailed"}}"#);
        of_type(&events, "response.reasoning_summary_part.added").len() == 2 && of_type(&events, "response.reasoning_summary_text.delta").len() > 20 && of_type(&events, "response.output_item.added")[1]["output_index"] == 1
    }),
    ("padding makes a piece a multiple of 16 characters, whatever their bytes", |_| {
        let events = events(r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"enum":["Grüße, Küsse und schöne Träume für Zoë"]}},"required":["a"]}}],"input":"f"}"#);
        let pieces = of_type(&events, "response.function_call_arguments.delta");
        let length = |event: &Value, name: &str| event[name].as_str().expect("a text").chars().count();
        let padded = |event: &&Value| (length(event, "delta") + length(event, "obfuscation")).is_multiple_of(16);
        pieces.iter().any(|event| !event["delta"].as_str().unwrap_or_default().is_ascii()) && pieces.iter().all(padded)
    }),
    ("pieces are padded unless that is not wanted", |_| {
        let bare = events(r#"{"stream_options":{"include_obfuscation":false}}"#);
        let padded = events("{}");
        let without = |event: &Value| { let mut event = event.clone(); event.as_object_mut().expect("an object").shift_remove("obfuscation"); event };
        padded != bare && padded.iter().map(without).collect::<Vec<_>>() == bare
    }),
    ("a moderation model says what it finds in input and output", |_| {
        let response = respond(r#"{"input":"I want to kill them.","moderation":{"model":"omni-moderation-latest"}}"#);
        response.says() && response.at("/moderation/input/flagged") == true && response.at("/moderation/output/flagged") == false
    }),
    ("each piece is a token", |_| { let events = events("{}"); of_type(&events, "response.output_text.delta").len() as u64 + 1 == respond("{}").output() }),
    ("what a stored prompt leaves out is not told", |_| respond(r#"{"prompt":{"id":"pmpt_1"}}"#).body.get("prompt").is_none()),
];
