//! What a schema cannot say of a whole reply: numbers that add up, lists as long as one another.

use serde_json::Value;

/// An empty answer where a list is missing: another shape has no such list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn check(body: &Value, asked: &Value) -> Result<(), String> {
    usage(&body["usage"])?;
    match body["object"].as_str() {
        Some("response") => response(body, asked)?,
        Some("list") if body.get("has_more").is_some() => page(body)?,
        _ => {}
    }
    for name in ["choices", "data"] {
        let items = list(body, name);
        if items.iter().enumerate().any(|(at, item)| item.get("index").is_some_and(|index| *index != at)) {
            return Err(format!("{name} are not numbered from 0"));
        }
    }
    let choices = list(body, "choices");
    if body.get("request_id").is_some() {
        // One that was stored: what was asked is long past.
        return Ok(());
    }
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
    let details = [
        ("prompt_tokens_details", prompt),
        ("input_tokens_details", prompt),
        ("completion_tokens_details", completion),
        ("output_tokens_details", completion),
    ];
    for (name, whole) in details {
        let parts = usage[name].as_object();
        if parts.is_some_and(|parts| parts.values().any(|part| count(part) > whole)) {
            return Err(format!("a part is more than the whole: {usage}"));
        }
    }
    Ok(())
}

/// The keys of objects and pages whose order is known, by shape. One that may be missing is passed over.
const ORDERS: &[(&str, &[&str])] = &[
    (
        "response",
        &[
            "id",
            "object",
            "created_at",
            "status",
            "access_programs",
            "background",
            "background_options",
            "billing",
            "completed_at",
            "conversation",
            "error",
            "frequency_penalty",
            "image",
            "incomplete_details",
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "model",
            "moderation",
            "output",
            "parallel_tool_calls",
            "presence_penalty",
            "previous_response_id",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning",
            "safety_identifier",
            "service_tier",
            "store",
            "temperature",
            "text",
            "tool_choice",
            "tool_usage",
            "tools",
            "top_logprobs",
            "top_p",
            "truncation",
            "usage",
            "user",
            "metadata",
        ],
    ),
    ("response_deleted", &["id", "object", "deleted"]),
    ("input_items", &["object", "data", "first_id", "has_more", "last_id"]),
    ("conversation", &["id", "object", "created_at", "metadata"]),
    ("conversation_deleted", &["id", "object", "deleted"]),
    ("conversation_items", &["object", "data", "first_id", "has_more", "last_id"]),
    ("stored_completions", &["object", "data", "first_id", "last_id", "has_more"]),
    ("stored_messages", &["object", "data", "first_id", "last_id", "has_more"]),
    ("completion_deleted", &["object", "id", "deleted"]),
];

pub(super) fn order(shape: &str, body: &Value) -> Result<(), String> {
    let Some((_, order)) = ORDERS.iter().find(|(name, _)| *name == shape) else { return Ok(()) };
    let keys = body.as_object().into_iter().flat_map(|body| body.keys());
    let places: Option<Vec<usize>> = keys.map(|key| order.iter().position(|known| known == key)).collect();
    match places {
        Some(places) if places.is_sorted() => Ok(()),
        _ => Err(format!("the keys are not in the order of {shape}: {body}")),
    }
}

/// A page names the ends of what it holds.
fn page(body: &Value) -> Result<(), String> {
    let ends = [("first_id", list(body, "data").first()), ("last_id", list(body, "data").last())];
    for (name, item) in ends {
        if item.is_some_and(|item| item["id"] != body[name]) {
            return Err(format!("{name} is another"));
        }
    }
    Ok(())
}

/// What a response echoes as it was asked for, and what it is where nobody asked.
const ECHOES: &[(&str, Value)] = &[
    ("background", Value::Bool(false)),
    ("instructions", Value::Null),
    ("max_output_tokens", Value::Null),
    ("max_tool_calls", Value::Null),
    ("parallel_tool_calls", Value::Bool(true)),
    ("previous_response_id", Value::Null),
    ("prompt_cache_key", Value::Null),
    ("safety_identifier", Value::Null),
    ("store", Value::Bool(true)),
    ("user", Value::Null),
];

/// What is echoed too, with a default that depends on the model or is no constant.
const ECHOES_IF_ASKED: &[&str] = &[
    "metadata",
    "prompt_cache_retention",
    "temperature",
    "tool_choice",
    "top_logprobs",
    "top_p",
    "truncation",
];

/// The output has ids of its own, the tokens stay within the limit, and what was asked for is echoed:
/// where a response is only retrieved, nothing was.
pub(super) fn response(body: &Value, asked: &Value) -> Result<(), String> {
    order("response", body)?;
    usage(&body["usage"])?;
    for name in ["id", "call_id"] {
        let mut ids: Vec<&str> = list(body, "output").iter().filter_map(|item| item[name].as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("two items have one {name}"));
        }
    }
    if body["completed_at"].as_u64().is_some_and(|end| Some(end) < body["created_at"].as_u64()) {
        return Err("it ends before it begins".to_owned());
    }
    let (spent, limit) = (body["usage"]["output_tokens"].as_u64(), body["max_output_tokens"].as_u64());
    if let (Some(spent), Some(limit)) = (spent, limit) {
        let is_cut = body["incomplete_details"]["reason"] == "max_output_tokens";
        if spent > limit || is_cut && spent != limit {
            return Err(format!("{spent} tokens came out of {limit}"));
        }
    }
    if asked["model"].is_string() { echo(body, asked) } else { Ok(()) }
}

fn echo(body: &Value, asked: &Value) -> Result<(), String> {
    let same = |one: &Value, other: &Value| {
        one == other || one.as_f64().is_some_and(|number| Some(number) == other.as_f64())
    };
    for (name, default) in ECHOES {
        let expected = if asked[name].is_null() { default } else { &asked[name] };
        // Instructions may be items, which are filled in.
        if !expected.is_array() && !same(&body[name], expected) {
            return Err(format!("{name} should be {expected}"));
        }
    }
    for name in ECHOES_IF_ASKED {
        if !asked[name].is_null() && !same(&body[name], &asked[name]) {
            return Err(format!("{name} should be {}", asked[name]));
        }
    }
    let conversation = asked["conversation"].as_str().or_else(|| asked["conversation"]["id"].as_str());
    if body["conversation"]["id"].as_str() != conversation {
        return Err("the conversation is another".to_owned());
    }
    let format = &asked["text"]["format"]["type"];
    if !format.is_null() && body["text"]["format"]["type"] != *format {
        return Err(format!("the format should be {format}"));
    }
    // Those that an item adds, or that were found, come along.
    let adds = |item: &&Value| {
        item["type"] == "additional_tools"
            || item["type"] == "tool_search_output" && item["execution"] == "client"
    };
    let added: usize = list(asked, "input").iter().filter(adds).map(|item| list(item, "tools").len()).sum();
    if list(body, "tools").len() != list(asked, "tools").len() + added {
        return Err("the tools are not those that were given".to_owned());
    }
    let wanted = list(asked, "include").iter().any(|name| name == "message.output_text.logprobs");
    for part in list(body, "output").iter().flat_map(|item| list(item, "content")) {
        let is_told = !list(part, "logprobs").is_empty();
        if is_told && !wanted
            || !is_told && wanted && part["text"].as_str().is_some_and(|text| !text.is_empty())
        {
            return Err(format!("logprobs were {}", if wanted { "asked for" } else { "not asked for" }));
        }
    }
    // Aliases end where the names of their snapshots go on, but for those of previews.
    let model = asked["model"].as_str().unwrap_or_default();
    if !model.ends_with("-preview") && !body["model"].as_str().is_some_and(|name| name.starts_with(model)) {
        return Err(format!("the model should be {model}"));
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
