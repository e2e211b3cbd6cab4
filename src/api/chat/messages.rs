//! Reads the messages of a chat.

use crate::params::field;
use serde_json::Value;

pub(super) fn role(message: &Value) -> &str {
    field(message, "role").as_str().unwrap_or_default()
}

/// The parts of a message's content; none where it is one string.
pub(super) fn parts(message: &Value) -> &[Value] {
    field(message, "content").as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn kind(part: &Value) -> &str {
    field(part, "type").as_str().unwrap_or_default()
}

/// Every text in a message's content, whether it is one string or parts.
pub(super) fn texts(message: &Value) -> impl Iterator<Item = &str> {
    let whole = field(message, "content").as_str();
    whole.into_iter().chain(parts(message).iter().filter_map(|part| field(part, "text").as_str()))
}

/// The calls of an assistant's message.
pub(super) fn calls(message: &Value) -> &[Value] {
    field(message, "tool_calls").as_array().map_or(&[], Vec::as_slice)
}

/// What a call is called and given, whatever its kind; the older form as well.
pub(super) fn call(call: &Value) -> (&str, &str) {
    let inner = ["function", "custom"].iter().map(|kind| field(call, kind)).find(|inner| inner.is_object());
    let inner = inner.unwrap_or(call);
    let text = |name: &str| field(inner, name).as_str().unwrap_or_default();
    (text("name"), if text("arguments").is_empty() { text("input") } else { text("arguments") })
}

/// The last message of a user, and the messages behind it.
pub(super) fn last_of_user(messages: &[Value]) -> Option<(&Value, &[Value])> {
    let at = messages.iter().rposition(|message| role(message) == "user")?;
    Some((&messages[at], &messages[at + 1..]))
}
