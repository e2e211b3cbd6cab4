//! What each model does and tells, one case a line.

use super::Answer;
use super::Case;
use super::ask;
use super::say;
use std::collections::BTreeSet;

fn is_fingerprint(answer: &Answer) -> bool {
    let text = answer.at("/system_fingerprint").as_str().unwrap_or_default();
    text.len() == 13 && text.starts_with("fp_") && text[3..].chars().all(|c| c.is_ascii_hexdigit())
}

fn tells_logprobs(answer: &Answer) -> bool {
    answer.keys("/choices/0") == "index message logprobs finish_reason"
}

fn hides_logprobs(answer: &Answer) -> bool {
    answer.keys("/choices/0") == "index message finish_reason"
}

#[rustfmt::skip]
pub(super) const NAMES: &[Case] = &[
    (r#"{"model":"gpt-4o"}"#, |a| a.at("/model") == "gpt-4o-2024-08-06"),
    (r#"{"model":"gpt-4o-mini"}"#, |a| a.at("/model") == "gpt-4o-mini-2024-07-18"),
    (r#"{"model":"gpt-4.1"}"#, |a| a.at("/model") == "gpt-4.1-2025-04-14"),
    (r#"{"model":"gpt-4.1-mini"}"#, |a| a.at("/model") == "gpt-4.1-mini-2025-04-14"),
    (r#"{"model":"gpt-4.1-nano"}"#, |a| a.at("/model") == "gpt-4.1-nano-2025-04-14"),
    (r#"{"model":"gpt-3.5-turbo"}"#, |a| a.at("/model") == "gpt-3.5-turbo-0125"),
    (r#"{"model":"gpt-4"}"#, |a| a.at("/model") == "gpt-4-0613"),
    (r#"{"model":"gpt-4-turbo"}"#, |a| a.at("/model") == "gpt-4-turbo-2024-04-09"),
    (r#"{"model":"o1"}"#, |a| a.at("/model") == "o1-2024-12-17"),
    (r#"{"model":"o3"}"#, |a| a.at("/model") == "o3-2025-04-16"),
    (r#"{"model":"o3-mini"}"#, |a| a.at("/model") == "o3-mini-2025-01-31"),
    (r#"{"model":"gpt-5"}"#, |a| a.at("/model") == "gpt-5-2025-08-07"),
    (r#"{"model":"gpt-5-nano"}"#, |a| a.at("/model") == "gpt-5-nano-2025-08-07"),
    (r#"{"model":"gpt-5.1"}"#, |a| a.at("/model") == "gpt-5.1-2025-11-13"),
    (r#"{"model":"gpt-5.4-mini"}"#, |a| a.at("/model") == "gpt-5.4-mini-2026-03-17"),
    (r#"{"model":"gpt-5.6"}"#, |a| a.at("/model") == "gpt-5.6-sol"),
    (r#"{"model":"gpt-6.2-astra"}"#, |a| a.at("/model") == "gpt-6.2-astra" && a.count("cache_write_tokens") == 0),
    (r#"{"model":"gpt-5.6-sol"}"#, |a| a.at("/model") == "gpt-5.6-sol"),
    (r#"{"model":"gpt-5.6-terra"}"#, |a| a.at("/model") == "gpt-5.6-terra"),
    (r#"{"model":"chat-latest"}"#, |a| a.at("/model") == "chat-latest"),
    (r#"{"model":"o1-mini"}"#, |a| a.at("/model") == "o1-mini-2024-09-12"),
    (r#"{"model":"gpt-4-turbo-preview"}"#, |a| a.at("/model") == "gpt-4-0125-preview"),
    (r#"{"model":"gpt-4.5-preview"}"#, |a| a.at("/model") == "gpt-4.5-preview-2025-02-27"),
    (r#"{"model":"gpt-4o-2024-05-13"}"#, |a| a.at("/model") == "gpt-4o-2024-05-13"),
    (r#"{"model":"ft:gpt-4o-mini-2024-07-18:acme::abc"}"#, |a| a.at("/model") == "ft:gpt-4o-mini-2024-07-18:acme::abc"),
    (r#"{"model":"came-out-yesterday"}"#, |a| a.at("/model") == "came-out-yesterday"),
    (r#"{"model":"gpt-4.1"}"#, |a| a.text() != ask("{}").text()),
];

#[rustfmt::skip]
pub(super) const SHAPES: &[Case] = &[
    ("{}", |a| a.keys("") == "id object created model choices usage service_tier system_fingerprint"),
    ("{}", |a| a.keys("/choices/0/message") == "role content refusal annotations"),
    ("{}", |a| a.keys("/usage") == "prompt_tokens completion_tokens total_tokens prompt_tokens_details completion_tokens_details"),
    ("{}", |a| a.keys("/usage/prompt_tokens_details") == "cached_tokens audio_tokens"),
    ("{}", |a| a.keys("/usage/completion_tokens_details") == "reasoning_tokens audio_tokens accepted_prediction_tokens rejected_prediction_tokens"),
    ("{}", |a| a.at("/object") == "chat.completion" && a.at("/id").as_str().is_some_and(|id| id.len() == 38 && id.starts_with("chatcmpl-"))),
    ("{}", |a| a.prompt() + a.completion() == a.count("total_tokens")),
    ("{}", |a| is_fingerprint(a) && tells_logprobs(a)),
    (r#"{"model":"gpt-4.1-mini"}"#, |a| is_fingerprint(a) && tells_logprobs(a)),
    (r#"{"model":"gpt-4-turbo"}"#, |a| is_fingerprint(a) && tells_logprobs(a)),
    (r#"{"model":"o3-mini"}"#, |a| is_fingerprint(a) && hides_logprobs(a)),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#, |a| is_fingerprint(a) && hides_logprobs(a)),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#, |a| a.keys("/usage/prompt_tokens_details") == "cached_tokens audio_tokens text_tokens image_tokens"),
    (r#"{"model":"gpt-3.5-turbo"}"#, |a| a.at("/system_fingerprint").is_null() && tells_logprobs(a)),
    (r#"{"model":"gpt-4"}"#, |a| a.at("/system_fingerprint").is_null() && tells_logprobs(a)),
    (r#"{"model":"gpt-4-0125-preview"}"#, |a| a.at("/system_fingerprint").is_null() && tells_logprobs(a)),
    (r#"{"model":"gpt-5"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"gpt-5.1"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"gpt-6-sol"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"o1-mini"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"o3"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"o4-mini"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"chat-latest"}"#, |a| a.at("/system_fingerprint").is_null() && hides_logprobs(a)),
    (r#"{"model":"gpt-5.1","logprobs":true}"#, |a| tells_logprobs(a)),
    (r#"{"model":"gpt-5.6-terra"}"#, |a| a.keys("/usage/prompt_tokens_details") == "cached_tokens cache_write_tokens audio_tokens"),
    (r#"{"model":"gpt-6-luna"}"#, |a| a.count("cache_write_tokens") == 0),
    (r#"{"model":"gpt-5.5"}"#, |a| a.keys("/usage/prompt_tokens_details") == "cached_tokens audio_tokens"),
    (r#"{"model":"gpt-4o-search-preview"}"#, |a| a.body.get("service_tier").is_none() && hides_logprobs(a)),
    (r#"{"model":"gpt-4o-mini-search-preview"}"#, |a| a.at("/id").as_str().is_some_and(|id| id.len() == 45 && id.matches('-').count() == 5)),
    (r#"{"model":"gpt-4o-search-preview","web_search_options":{"search_context_size":"low"}}"#, |a| a.ends("stop") && !a.text().is_empty()),
];

/// What an answer is counted as beside its thoughts and its text. A text counts the same as a prompt, but
/// for what stands around that.
fn around_text(answer: &Answer, model: &str) -> u64 {
    let fields = format!(r#"{{"model":"{model}"}}"#);
    let text = say(answer.text(), &fields).prompt() - say("", &fields).prompt();
    answer.completion() - answer.reasoning() - text
}

/// What a call of `f` is counted as beside its name and its arguments, of a token each.
fn around_call(answer: &Answer) -> u64 {
    assert_eq!(answer.called(), ["f"]);
    answer.completion() - answer.reasoning() - 2
}

/// What the same prompt has more tokens than with gpt-4o.
fn beyond_gpt_4o(answer: &Answer, fields: &str) -> u64 {
    answer.prompt() - ask(fields).prompt()
}

macro_rules! call {
    ($model:literal) => {
        concat!(r#"{"model":""#, $model, r#"","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"f"}]}"#)
    };
}

const TOOL: &str = r#"{"tools":[{"type":"function","function":{"name":"f"}}]}"#;
const TOOL_IN_SYSTEM: &str = r#"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":""},{"role":"user","content":""}]}"#;

#[rustfmt::skip]
pub(super) const OVERHEADS: &[Case] = &[
    ("{}", |a| around_text(a, "gpt-4o") == 0),
    (r#"{"model":"o1"}"#, |a| around_text(a, "o1") == 0),
    (r#"{"model":"o4-mini"}"#, |a| around_text(a, "o4-mini") == 0),
    (r#"{"model":"gpt-5"}"#, |a| around_text(a, "gpt-5") == 10),
    (r#"{"model":"gpt-5","reasoning_effort":"minimal"}"#, |a| around_text(a, "gpt-5") == 10),
    (r#"{"model":"gpt-5-nano"}"#, |a| around_text(a, "gpt-5") == 10),
    (r#"{"model":"gpt-5.1"}"#, |a| around_text(a, "gpt-5.1") == 3),
    (r#"{"model":"gpt-5.1","reasoning_effort":"low"}"#, |a| around_text(a, "gpt-5.1") == 6),
    (r#"{"model":"gpt-5.4","reasoning_effort":"xhigh"}"#, |a| around_text(a, "gpt-5.4") == 6),
    (r#"{"model":"gpt-6-sol"}"#, |a| around_text(a, "gpt-6-sol") == 6),
    (r#"{"model":"gpt-6-sol","reasoning_effort":"none"}"#, |a| around_text(a, "gpt-6-sol") == 3),
    (r#"{"model":"chat-latest"}"#, |a| around_text(a, "chat-latest") == 3),
    (call!("gpt-4o"), |a| around_call(a) == 7),
    (call!("o3"), |a| around_call(a) == 7),
    (call!("chat-latest"), |a| around_call(a) == 7),
    (call!("gpt-5"), |a| around_call(a) == 16),
    (call!("gpt-5.1"), |a| around_call(a) == 10),
    (r#"{"model":"gpt-5.6-luna","reasoning_effort":"none","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"f"}]}"#, |a| around_call(a) == 10),
    (r#"{"model":"gpt-5","tools":[{"type":"function","function":{"name":"f"}}]}"#, |a| beyond_gpt_4o(a, TOOL) == 85 - 1 - 1),
    (r#"{"model":"gpt-5","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":""},{"role":"user","content":""}]}"#, |a| beyond_gpt_4o(a, TOOL_IN_SYSTEM) == 85 - 1 - 1),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() + 9 - 6 == say("", TOOL).prompt() + 4),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":"Hi."},{"role":"user","content":""}]}"#, |a| a.prompt() + 9 - 5 == say("", TOOL).prompt() + 4 + 2),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":"Hi. "},{"role":"user","content":""}]}"#, |a| a.prompt() + 9 - 5 == say("", TOOL).prompt() + 4 + 3),
    (r#"{"model":"gpt-5.4","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"system","content":"Hi. "},{"role":"user","content":""}]}"#, |a| a.prompt() + 9 - 4 == say("", TOOL).prompt() + 85 - 1 - 1 + 4 + 3),
];

/// How hard a model thinks, and in steps of 64 tokens the least and the most that it does.
pub(super) const EFFORTS: &[(&str, &str, u64, u64)] = &[
    ("gpt-5", "low", 1, 2),
    ("gpt-5", "medium", 2, 6),
    ("gpt-5", "high", 6, 16),
    ("gpt-5.4", "low", 1, 2),
    ("gpt-5.4", "medium", 2, 6),
    ("gpt-5.4", "high", 6, 16),
    ("gpt-5.4", "xhigh", 12, 32),
];

/// Holds that all of an effort's steps are thought, and no others.
pub(super) fn hold_efforts() {
    for (model, effort, least, most) in EFFORTS {
        let fields = format!(r#"{{"model":"{model}","reasoning_effort":"{effort}"}}"#);
        let steps = |at: u64| say(&at.to_string(), &fields).reasoning().div_ceil(64);
        let seen: BTreeSet<u64> = (0..10 * (most - least + 1)).map(steps).collect();
        assert_eq!(seen, (*least..=*most).collect(), "{model}, {effort}");
    }
}

#[rustfmt::skip]
pub(super) const THOUGHTS: &[Case] = &[
    ("{}", |a| a.reasoning() == 0),
    (r#"{"model":"gpt-5"}"#, |a| a.reasoning() > 0 && a.reasoning().is_multiple_of(64)),
    (r#"{"model":"gpt-5-mini"}"#, |a| a.reasoning() > 0 && a.reasoning().is_multiple_of(64)),
    (r#"{"model":"gpt-5-nano","reasoning_effort":"low"}"#, |a| a.reasoning() > 0 && a.reasoning().is_multiple_of(64)),
    (r#"{"model":"gpt-5","reasoning_effort":"high","n":2}"#, |a| a.reasoning().is_multiple_of(64)),
    (r#"{"model":"gpt-5","reasoning_effort":"minimal"}"#, |a| a.reasoning() == 0 && a.ends("stop")),
    (r#"{"model":"gpt-5","reasoning_effort":"high"}"#, |a| a.reasoning() > ask(r#"{"model":"gpt-5","reasoning_effort":"low"}"#).reasoning()),
    (r#"{"model":"gpt-5"}"#, |a| a.completion() > a.reasoning()),
    (r#"{"model":"gpt-5","max_completion_tokens":16}"#, |a| a.message()["content"] == "" && a.ends("length") && a.reasoning() == 16 && a.completion() == 16),
    (r#"{"model":"gpt-5-nano","max_completion_tokens":2}"#, |a| a.message()["content"] == "" && a.ends("length") && a.reasoning() == 2 && a.completion() == 2),
    (r#"{"model":"gpt-5.6-sol","max_completion_tokens":8}"#, |a| a.message()["content"] == "" && a.ends("length") && a.reasoning() == 8),
    (r#"{"model":"gpt-5","max_completion_tokens":16,"n":2}"#, |a| a.completion() == 32 && a.texts() == ["", ""]),
    (r#"{"model":"gpt-5","reasoning_effort":"minimal","max_completion_tokens":3}"#, |a| a.ends("length") && a.completion() == 3 && !a.text().is_empty()),
    (r#"{"model":"gpt-5","max_completion_tokens":5000}"#, |a| a.ends("stop") && a.text() == ask(r#"{"model":"gpt-5"}"#).text()),
    (r#"{"model":"gpt-5.1"}"#, |a| a.reasoning() == 0),
    (r#"{"model":"gpt-5.1","reasoning_effort":"none"}"#, |a| a.reasoning() == 0),
    (r#"{"model":"gpt-5.2","reasoning_effort":"xhigh"}"#, |a| a.reasoning() > 64),
    (r#"{"model":"gpt-5.4","reasoning_effort":"medium"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"gpt-5.5"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"gpt-5.6-luna"}"#, |a| a.reasoning() > 0 && !a.reasoning().is_multiple_of(64)),
    (r#"{"model":"gpt-5.6-luna","reasoning_effort":"none"}"#, |a| a.reasoning() == 0),
    (r#"{"model":"gpt-6-astra","reasoning_effort":"low"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"o1"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"o3-mini","reasoning_effort":"low"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"o4-mini"}"#, |a| a.reasoning() > 0),
    (r#"{"model":"chat-latest"}"#, |a| a.reasoning() == 0),
    (r#"{"model":"chat-latest","reasoning_effort":"medium","temperature":1}"#, |a| a.reasoning() == 0),
    (r#"{"model":"gpt-5-chat-latest","temperature":0.5,"max_tokens":5,"stop":"x"}"#, |a| a.completion() == 5),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"[refusal]"}]}"#, |a| a.message()["refusal"].is_string() && a.message()["content"].is_null()),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"[content_filter]"}]}"#, |a| a.ends("content_filter")),
    (r#"{"model":"o1","temperature":1}"#, |a| a.ends("stop") && !say("Hello", "{}").text().is_empty()),
];
