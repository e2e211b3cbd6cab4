//! What a schema cannot say of a whole reply: numbers that add up, lists as long as one another.

use serde_json::Value;

/// An empty answer where a list is missing: another shape has no such list.
fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn check(body: &Value, asked: &Value) -> Result<(), String> {
    usage(&body["usage"])?;
    for name in ["choices", "data"] {
        let items = list(body, name);
        if items.iter().enumerate().any(|(at, item)| item.get("index").is_some_and(|index| *index != at)) {
            return Err(format!("{name} are not numbered from 0"));
        }
    }
    let choices = list(body, "choices");
    if body["object"] == "chat.completion" && choices.len() as u64 != asked["n"].as_u64().unwrap_or(1) {
        return Err("there are not as many choices as were asked for".to_owned());
    }
    choices.iter().try_for_each(|choice| logprobs(choice, body, asked))
}

/// The sum is one, and no part is more than the whole. `usage` may be null.
pub(super) fn usage(usage: &Value) -> Result<(), String> {
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    let (prompt, completion) = match usage.get("input_tokens") {
        Some(input) => (count(input), count(&usage["output_tokens"])),
        None => (count(&usage["prompt_tokens"]), count(&usage["completion_tokens"])),
    };
    if prompt + completion != count(&usage["total_tokens"]) {
        return Err(format!("the tokens do not add up: {usage}"));
    }
    let details = [("prompt_tokens_details", prompt), ("completion_tokens_details", completion)];
    for (name, whole) in details {
        let parts = usage[name].as_object();
        if parts.is_some_and(|parts| parts.values().any(|part| count(part) > whole)) {
            return Err(format!("a part is more than the whole: {usage}"));
        }
    }
    Ok(())
}

/// Those of a legacy completion are columns of one table; those of a chat are sorted, the likeliest
/// first, and some models have the key only where it was asked for.
pub(super) fn logprobs(choice: &Value, reply: &Value, asked: &Value) -> Result<(), String> {
    let logprobs = &choice["logprobs"];
    let tokens = list(logprobs, "tokens").len();
    for name in ["token_logprobs", "text_offset", "top_logprobs"] {
        if logprobs[name].is_array() && list(logprobs, name).len() != tokens {
            return Err(format!("{name} are not as many as the tokens"));
        }
    }
    for token in ["content", "refusal"].iter().flat_map(|name| list(logprobs, name)) {
        let top: Vec<f64> =
            list(token, "top_logprobs").iter().filter_map(|top| top["logprob"].as_f64()).collect();
        if !top.is_sorted_by(|one, other| one >= other) {
            return Err(format!("the likeliest token is not the first: {token}"));
        }
        if top.len() as u64 != asked["top_logprobs"].as_u64().unwrap_or(0) {
            return Err(format!("not as many likely tokens as were asked for: {token}"));
        }
    }
    let is_chat = reply["object"] != "text_completion";
    let wanted = if is_chat { asked["logprobs"] == true } else { asked["logprobs"].is_u64() };
    let told = choice.get("logprobs").is_some();
    if wanted && !told || !wanted && (!logprobs.is_null() || told && is_chat && is_late(reply)) {
        return Err(format!("logprobs were {}", if wanted { "asked for" } else { "not asked for" }));
    }
    Ok(())
}

/// Whether a reply is from a model that came after gpt-4.1, or from one that hears or searches.
fn is_late(reply: &Value) -> bool {
    let model = reply["model"].as_str().unwrap_or_default();
    let late = ["gpt-5", "gpt-6", "gpt-audio", "o1", "o3", "o4", "chat-latest"];
    late.iter().any(|start| model.starts_with(start))
        || model.contains("-audio-")
        || model.contains("-search-")
}

/// No space outside of texts, and no key twice in one object: as many colons as there are keys.
pub(super) fn compact(json: &str, value: &Value) -> Result<(), String> {
    let (mut inside, mut escaped, mut colons) = (false, false, 0);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b':' if !inside => colons += 1,
            _ if !inside && byte.is_ascii_whitespace() => return Err("not compact".to_owned()),
            _ => {}
        }
    }
    if colons == keys(value) { Ok(()) } else { Err("a key stands twice".to_owned()) }
}

fn keys(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.len() + map.values().map(keys).sum::<usize>(),
        Value::Array(items) => items.iter().map(keys).sum(),
        _ => 0,
    }
}
