//! Reads the messages of a chat and the items of a response: both say who speaks, what, and what is called.

use crate::params::field;
use serde_json::Value;

/// Who speaks. An item that is a call is the assistant's, the output of one a tool's.
pub(in crate::api) fn role(turn: &Value) -> &str {
    match field(turn, "role").as_str() {
        Some(role) => role,
        None if kind(turn).ends_with("_output") => "tool",
        None if kind(turn).ends_with("_call") => "assistant",
        None => "",
    }
}

/// What is said: a string or parts. That of an output is called by that name.
fn content(turn: &Value) -> &Value {
    match field(turn, "content") {
        Value::Null => field(turn, "output"),
        content => content,
    }
}

/// The parts of a content; none where it is one string.
pub(in crate::api) fn parts(turn: &Value) -> &[Value] {
    content(turn).as_array().map_or(&[], Vec::as_slice)
}

/// The `type` of a part or an item.
pub(in crate::api) fn kind(part: &Value) -> &str {
    field(part, "type").as_str().unwrap_or_default()
}

/// Every text in a content, whether it is one string or parts.
pub(in crate::api) fn texts(turn: &Value) -> impl Iterator<Item = &str> {
    let whole = content(turn).as_str();
    whole.into_iter().chain(parts(turn).iter().filter_map(|part| field(part, "text").as_str()))
}

/// The address of the image that a part is.
pub(in crate::api) fn image(part: &Value) -> Option<&str> {
    let image = field(part, "image_url");
    image.as_str().or_else(|| field(image, "url").as_str())
}

/// The calls of an assistant's message; the item itself where it is a call.
pub(in crate::api) fn calls(turn: &Value) -> &[Value] {
    match kind(turn) {
        "function_call" | "custom_tool_call" => std::slice::from_ref(turn),
        _ => field(turn, "tool_calls").as_array().map_or(&[], Vec::as_slice),
    }
}

/// What a call is called and given, whatever its kind; the older form as well.
pub(in crate::api) fn call(call: &Value) -> (&str, &str) {
    let inner = ["function", "custom"].iter().map(|kind| field(call, kind)).find(|inner| inner.is_object());
    let inner = inner.unwrap_or(call);
    let text = |name: &str| field(inner, name).as_str().unwrap_or_default();
    (text("name"), if text("arguments").is_empty() { text("input") } else { text("arguments") })
}

/// The last message of a user, and what came behind it.
pub(in crate::api) fn since_user<'a, 'b>(turns: &'b [&'a Value]) -> (Option<&'a Value>, &'b [&'a Value]) {
    match turns.iter().rposition(|turn| role(turn) == "user") {
        Some(at) => (Some(turns[at]), &turns[at + 1..]),
        None => (None, turns),
    }
}
