//! How many tokens a response is said to have taken, one case a line.

use super::Case;
use super::Response;
use super::Story;
use super::events;
use super::of_type;
use super::respond;
use crate::refusals::with;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use std::collections::BTreeSet;

/// A function in the form of this API, and in that of chats.
const TOOL: &str = r#"{"tools":[{"type":"function","name":"f","description":"Of f","parameters":{"type":"object","properties":{"a":{"type":"string","description":"Of a"}},"required":["a"],"additionalProperties":false},"strict":true}]}"#;
const TOOL_OF_CHAT: &str = r#"{"tools":[{"type":"function","function":{"name":"f","description":"Of f","parameters":{"type":"object","properties":{"a":{"type":"string","description":"Of a"}},"required":["a"],"additionalProperties":false},"strict":true}}]}"#;

/// What a chat with these fields counts.
fn chat(fields: &str) -> u64 {
    json(&Fake::new().chat(&with(CHAT, fields)))["usage"]["prompt_tokens"].as_u64().expect("a count")
}

/// How many pieces the text or the arguments come in, which are tokens.
fn pieces(fields: &str) -> u64 {
    let events = events(fields);
    ["output_text", "function_call_arguments"]
        .iter()
        .map(|kind| of_type(&events, &format!("response.{kind}.delta")).len() as u64)
        .sum()
}

/// What the operation that counts says.
fn counted(fields: &str) -> u64 {
    let reply = Fake::new().post("/v1/responses/input_tokens", &with(super::ASKED, fields));
    json(&reply)["input_tokens"].as_u64().expect("a count")
}

#[rustfmt::skip]
pub(super) const COUNTS: &[Case] = &[
    ("{}", |r| r.input() == 8 && r.input() == chat("{}")),
    (r#"{"input":"Hi"}"#, |r| r.input() == 8),
    (r#"{"input":[{"role":"user","content":"Hello"}]}"#, |r| r.input() == 8),
    (r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"Hello"}]}]}"#, |r| r.input() == 8),
    (r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"Hello"},{"type":"input_text","text":"Hello"}]}]}"#, |r| r.input() == 9),
    (r#"{"input":[{"role":"user","content":""}]}"#, |r| r.input() == 7),
    (r#"{"input":[{"role":"user","content":[{"type":"input_file","filename":"a.txt","file_data":"data:text/plain;base64,T25lLCB0d28sIHRocmVlLg=="}]}]}"#, |r| r.input() == 7 + 22 + 6),
    (r#"{"input":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Hi"}]}"#, |r| r.input() == 3 * 5 + 3),
    (r#"{"instructions":"Hi"}"#, |r| r.input() == 8 + 5),
    (r#"{"instructions":"Hi"}"#, |r| r.input() == respond(r#"{"input":[{"role":"system","content":"Hi"},{"role":"user","content":"Hello"}]}"#).input()),
    (r#"{"prompt":{"id":"pmpt_1","variables":{"a":"One","b":"Two"}}}"#, |r| r.input() == respond(r#"{"input":[{"role":"developer","content":"One\nTwo"},{"role":"user","content":"Hello"}]}"#).input()),
    (r#"{"prompt":{"id":"pmpt_1"}}"#, |r| r.input() == 8 + 4),
    (r#"{"model":"gpt-5.4","input":"Hi"}"#, |r| r.input() == 7),
    (r#"{"model":"gpt-5-nano","input":"howdy"}"#, |r| r.input() == 8),
    (r#"{"model":"gpt-5","input":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Hi"}]}"#, |r| r.input() == 3 * 5 + 2 + 2),
    (r#"{"model":"o3-mini","input":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Hi"}]}"#, |r| r.input() == 3 * 5 + 2),
    (r#"{"model":"gpt-4-0613","input":"Hi"}"#, |r| r.input() == 7),
    (r#"{"model":"gpt-4-turbo","input":"Hi"}"#, |r| r.input() == 8),
    ("{}", |r| r.output() == pieces("{}") + 1),
    (r#"{"model":"gpt-4.1"}"#, |r| r.output() == pieces(r#"{"model":"gpt-4.1"}"#) + 1),
    (r#"{"model":"gpt-5.1"}"#, |r| r.output() == pieces(r#"{"model":"gpt-5.1"}"#) + 4),
    (r#"{"model":"gpt-5"}"#, |r| r.output() == pieces(r#"{"model":"gpt-5"}"#) + r.reasoning() + 6),
    (r#"{"model":"gpt-5","reasoning":{"effort":"minimal"}}"#, |r| r.output() == pieces(r#"{"model":"gpt-5","reasoning":{"effort":"minimal"}}"#) + 4),
    (r#"{"model":"gpt-5.4","reasoning":{"effort":"xhigh"}}"#, |r| r.output() == pieces(r#"{"model":"gpt-5.4","reasoning":{"effort":"xhigh"}}"#) + r.reasoning() + 6),
    (r#"{"model":"gpt-6-sol","reasoning":{"effort":"max"}}"#, |r| r.output() == pieces(r#"{"model":"gpt-6-sol","reasoning":{"effort":"max"}}"#) + r.reasoning() + 6 && r.reasoning() > 23 * 64),
    (r#"{"model":"o3"}"#, |r| r.output() == pieces(r#"{"model":"o3"}"#) + r.reasoning() + 1),
    (r#"{"model":"chat-latest"}"#, |r| r.output() == pieces(r#"{"model":"chat-latest"}"#) + 1),
    (r#"{"model":"gpt-5","tools":[{"type":"function","name":"f"}],"input":"f"}"#, |r| r.called() == ["f"] && r.output() == r.reasoning() + 1 + 1 + 16),
    (r#"{"model":"gpt-5.1","tools":[{"type":"function","name":"f"}],"input":"f"}"#, |r| r.called() == ["f"] && r.output() == 1 + 1 + 10),
    (r#"{"model":"gpt-5","tools":[{"type":"function","name":"f"}]}"#, |r| r.input() == respond(r#"{"tools":[{"type":"function","name":"f"}]}"#).input() - 1 + 6 - 1),
    (r#"{"model":"gpt-5","instructions":"","tools":[{"type":"function","name":"f"}]}"#, |r| r.input() + 1 - 6 + 1 == respond(r#"{"instructions":"","tools":[{"type":"function","name":"f"}]}"#).input()),
    (TOOL, |r| r.input() == chat(TOOL_OF_CHAT) - 9 + 3),
    (r#"{"tools":[{"type":"function","name":"f"}],"tool_choice":"none"}"#, |r| r.input() == respond(r#"{"tools":[{"type":"function","name":"f"}]}"#).input()),
    (r#"{"tools":[{"type":"function","name":"f"}],"input":"f"}"#, |r| r.called() == ["f"] && r.output() == 1 + 1 + 7),
    (r#"{"tools":[{"type":"function","name":"f"}],"input":"f f f"}"#, |r| r.output() == 3 * (1 + 1) + 28 + 6),
    (r#"{"tools":[{"type":"function","name":"f"}],"input":"f f"}"#, |r| r.called() == ["f", "f"] && r.output() == 2 * (1 + 1) + 28),
    (r#"{"input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"Hi"}]}"#, |r| r.input() == 5 + (4 + 2 + 1 + 1 + 2) + 5 + 3),
    (r#"{"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{}}}}}"#, |r| r.input() > 8 + 9),
    (r#"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"https://a.b/c.png","detail":"low"}]}]}"#, |r| r.input() == 7 + 85),
    (r#"{"model":"gpt-5.5","reasoning":{"mode":"pro"}}"#, |r| r.input() == 7 + 1510),
    (r#"{"tools":[{"type":"web_search"}]}"#, |r| r.input() == 8 + 294),
    (r#"{"tools":[{"type":"web_search"}],"tool_choice":"none"}"#, |r| r.input() == 8 + 294),
    (r#"{"model":"gpt-5.1","tools":[{"type":"apply_patch"}]}"#, |r| r.input() == 7 + 623),
    (r#"{"tools":[{"type":"web_search"}]}"#, |r| r.output() > respond("{}").output() - 20),
    ("{}", |r| r.at("/usage/total_tokens") == r.input() + r.output() && r.at("/usage/input_tokens_details/cached_tokens") == 0 && r.at("/usage/input_tokens_details/cache_write_tokens") == 0),
];

/// The tokens of the text of a model that does not reason.
fn text(response: &Response) -> u64 {
    response.output() - 1
}

#[rustfmt::skip]
pub(super) const TURNS: &[Story] = &[
    ("what came before counts", |talk| { let first = talk.ask("{}"); talk.after(&first, r#"{"input":"Hi"}"#).input() == first.input() + (text(&first) + 4) + 5 }),
    ("so do two turns before", |talk| {
        let first = talk.ask("{}");
        let second = talk.after(&first, "{}");
        talk.after(&second, "{}").input() == 3 * 5 + (text(&first) + 4) + (text(&second) + 4) + 3
    }),
    ("instructions of earlier turns do not", |talk| { let first = talk.ask(r#"{"instructions":"Hi"}"#); talk.after(&first, "{}").input() == (first.input() - 5) + (text(&first) + 4) + 5 }),
    ("a model that reasons counts two more for what it said", |talk| { let first = talk.ask(r#"{"model":"gpt-5.1"}"#); talk.after(&first, r#"{"model":"gpt-5.1"}"#).input() == 7 + (first.output() - 4 + 4 + 2) + 5 }),
    ("what it thought does not count", |talk| { let first = talk.ask(r#"{"model":"gpt-5"}"#); talk.after(&first, r#"{"model":"gpt-5"}"#).input() == 7 + (first.output() - first.reasoning() - 6 + 4 + 2) + 5 }),
    ("in a conversation it is the same", |talk| {
        let conversation = talk.conversation();
        let first = talk.within(&conversation, "{}");
        talk.within(&conversation, "{}").input() == first.input() + (text(&first) + 4) + 5
    }),
    ("an input counts as much before as when it is answered", |_| {
        let bodies = ["{}", TOOL, r#"{"instructions":"Hi"}"#, r#"{"model":"gpt-5"}"#, r#"{"input":[{"role":"developer","content":"Hi"},{"role":"user","content":"Hi"}]}"#, r#"{"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{}}}}}"#];
        bodies.iter().all(|fields| counted(fields) == respond(fields).input())
    }),
    ("and 93 less than when it is compacted", |talk| {
        let reply = talk.fake.post("/v1/responses/compact", r#"{"model":"gpt-4o","input":"Hello"}"#);
        json(&reply)["usage"]["input_tokens"] == counted("{}") + 93
    }),
    ("and with what came before", |talk| {
        let first = talk.ask("{}");
        let body = serde_json::json!({"model": "gpt-4o", "input": "Hi", "previous_response_id": first.id()}).to_string();
        json(&talk.fake.post("/v1/responses/input_tokens", &body))["input_tokens"] == talk.after(&first, r#"{"input":"Hi"}"#).input()
    }),
];

/// Holds that an effort which no chat takes is of 24 to 64 steps of 64 tokens.
pub(super) fn hold_the_most_effort() {
    let fields =
        |at: usize| format!(r#"{{"model":"gpt-6-sol","reasoning":{{"effort":"max"}},"input":"{at}"}}"#);
    let seen: BTreeSet<u64> = (0..400).map(|at| respond(&fields(at)).reasoning().div_ceil(64)).collect();
    assert_eq!(seen, (24..=64).collect());
}
