//! The text and the calls of a fixture of aimock, as an answer of a rule. Never looks at other kinds of responses.

use crate::rules::aimock::findings::Findings;
use crate::rules::aimock::findings::unknown;
use crate::rules::aimock::written::literally;
use crate::rules::aimock::written::plain;
use crate::rules::aimock::written::untemplated;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A text, calls or both, with their overrides.
pub(super) fn answer(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let mut answer = Map::new();
    let blocks = response.get("blocks").and_then(Value::as_array).filter(|blocks| !blocks.is_empty());
    let (text, calls) = if let Some(blocks) = blocks {
        in_order(blocks, findings)
    } else {
        let has_calls = response.get("toolCalls").is_some_and(|calls| !calls.is_null());
        let calls = has_calls.then(|| findings.list(response, "/response", "toolCalls")).flatten();
        let calls = calls.into_iter().flatten().enumerate();
        let calls = calls.filter_map(|(at, one)| call(one, &format!("/response/toolCalls/{at}"), findings));
        (response.get("content").filter(|content| !content.is_null()).map(plain), calls.collect())
    };
    // Beside calls an empty text is none.
    if let Some(text) = text.filter(|text| !text.is_empty() || calls.is_empty()) {
        answer.insert("text".to_owned(), literally(&text).into());
    }
    if !calls.is_empty() {
        answer.insert("calls".to_owned(), Value::Array(calls));
    }
    let reasoning = findings.text(response, "/response", "reasoning").filter(|text| !text.is_empty());
    if let Some(text) = reasoning {
        answer.insert("reasoning".to_owned(), literally(text).into());
    }
    if response.contains_key("webSearches") {
        let queries = findings.list(response, "/response", "webSearches").into_iter().flatten();
        let searches: Vec<Value> = queries.filter_map(|query| search(query, findings)).collect();
        if !searches.is_empty() {
            answer.insert("items".to_owned(), Value::Array(searches));
        }
    }
    overrides(response, &mut answer, findings);
    // aimock heeds neither stop sequences nor limits.
    answer.insert("raw".to_owned(), true.into());
    answer
}

/// Texts and calls in the order of their blocks.
fn in_order(blocks: &[Value], findings: &mut Findings) -> (Option<String>, Vec<Value>) {
    let (mut text, mut calls) = (None::<String>, Vec::new());
    let (mut texts, mut text_follows) = (0, false);
    for (at, block) in blocks.iter().enumerate() {
        let place = format!("/response/blocks/{at}");
        match (block.get("type").and_then(Value::as_str), block.get("text").and_then(Value::as_str)) {
            (Some("text"), Some(piece)) => {
                texts += 1;
                text_follows |= !calls.is_empty();
                text.get_or_insert_default().push_str(piece);
            }
            (Some("text"), None) => findings.wrong(&format!("{place}/text"), "must be a string"),
            (Some("toolCall"), _) => calls.extend(call(block, &place, findings)),
            _ => findings.wrong(&format!("{place}/type"), "must be 'text' or 'toolCall'"),
        }
    }
    if text_follows || texts > 1 {
        findings.note("the texts of blocks are said as one, and before the calls");
    }
    (text, calls)
}

fn call(call: &Value, place: &str, findings: &mut Findings) -> Option<Value> {
    let Some(call) = call.as_object() else {
        findings.wrong(place, "must be an object");
        return None;
    };
    let name = findings.text(call, place, "name").filter(|name| !name.is_empty());
    if name.is_none() {
        findings.wrong(&format!("{place}/name"), "there must be one");
    }
    let arguments =
        call.get("arguments").filter(|given| given.is_string() || given.is_object() || given.is_array());
    let Some(arguments) = arguments else {
        findings.wrong(&format!("{place}/arguments"), "must be JSON: an object, or as a string");
        return None;
    };
    let mut answer = json!({"name": name?, "arguments": literally(&plain(arguments))});
    if let Some(id) = findings.text(call, place, "id").filter(|id| !id.is_empty()) {
        answer["id"] = literally(id).into();
    }
    Some(answer)
}

fn search(query: &Value, findings: &mut Findings) -> Option<Value> {
    if !query.is_string() {
        findings.wrong("/response/webSearches", "must be a list of strings");
        return None;
    }
    let action = json!({"type": "search", "query": untemplated(query)});
    Some(json!({"type": "web_search_call", "status": "completed", "action": action}))
}

/// What is told of the answer beside what is said.
fn overrides(response: &Map<String, Value>, answer: &mut Map<String, Value>, findings: &mut Findings) {
    const REASONS: [&str; 5] = ["stop", "length", "tool_calls", "function_call", "content_filter"];
    for (theirs, ours) in [("id", "id"), ("model", "model"), ("systemFingerprint", "system_fingerprint")] {
        if let Some(text) = findings.text(response, "/response", theirs) {
            answer.insert(ours.to_owned(), literally(text).into());
        }
    }
    if let Some(created) = findings.count(response, "/response", "created") {
        answer.insert("created".to_owned(), created.into());
    }
    if let Some(reason) = findings.text(response, "/response", "finishReason") {
        if !REASONS.contains(&reason) {
            let known = REASONS.join(", ");
            findings.wrong(
                "/response/finishReason",
                format!("'{reason}' cannot be told; one of these can: {known}"),
            );
        }
        answer.insert("finish_reason".to_owned(), reason.into());
    }
    if findings.text(response, "/response", "role").is_some_and(|role| role != "assistant") {
        findings.wrong("/response/role", "answers are of the role assistant alone");
    }
    if let Some(given) = findings.object(response, "/response", "usage") {
        usage(given, answer, findings);
    }
}

/// Where some number of tokens is given, those that are not are 0.
fn usage(given: &Map<String, Value>, answer: &mut Map<String, Value>, findings: &mut Findings) {
    const INPUT: [&str; 3] = ["prompt_tokens", "input_tokens", "promptTokenCount"];
    const OUTPUT: [&str; 3] = ["completion_tokens", "output_tokens", "candidatesTokenCount"];
    const TOTAL: [&str; 2] = ["total_tokens", "totalTokenCount"];
    const DETAILS: [(&str, &str, &str); 2] = [
        ("prompt_tokens_details", "cached_tokens", "cached"),
        ("completion_tokens_details", "reasoning_tokens", "reasoning"),
    ];
    let place = "/response/usage";
    let known = [&INPUT[..], &OUTPUT, &TOTAL, &DETAILS.map(|(name, _, _)| name)].concat();
    for (name, meant) in unknown(given, &known) {
        findings.note(&format!("usage.{name} is not of this API, and passed over{meant}"));
    }
    let mut first = |names: &[&str]| {
        let found: Vec<u64> = names.iter().filter_map(|name| findings.count(given, place, name)).collect();
        found.first().copied()
    };
    let (input, output, total) = (first(&INPUT), first(&OUTPUT), first(&TOTAL));
    let mut usage = Map::new();
    if input.or(output).or(total).is_some() {
        usage.insert("input".to_owned(), input.unwrap_or(0).into());
        usage.insert("output".to_owned(), output.unwrap_or(0).into());
    }
    if let Some(total) = total {
        usage.insert("total".to_owned(), total.into());
    }
    for (details, theirs, ours) in DETAILS {
        let given = findings.object(given, place, details);
        if let Some(count) =
            given.and_then(|given| findings.count(given, &format!("{place}/{details}"), theirs))
        {
            usage.insert(ours.to_owned(), count.into());
        }
    }
    if !usage.is_empty() {
        answer.insert("usage".to_owned(), Value::Object(usage));
    }
}
