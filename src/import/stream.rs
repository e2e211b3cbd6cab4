//! Joins the events of a stream into the whole reply that they are pieces of. Never decides what it means.

use crate::import::packed::Unpacked;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The whole reply; none where there is no JSON, or where a stream did not come to its end.
pub(super) fn whole(told: &Unpacked) -> Option<Cow<'_, Value>> {
    match told {
        Unpacked::Json(reply) => Some(Cow::Borrowed(reply)),
        Unpacked::Events(events) => joined(events).map(Cow::Owned),
        _ => None,
    }
}

fn joined(events: &[Value]) -> Option<Value> {
    if events.iter().any(|event| event["error"].is_object() || event["type"] == "error") {
        return None;
    }
    let is_of = |object: &str| events.iter().any(|event| event["object"] == object);
    if is_of("chat.completion.chunk") {
        Some(of_choices(events, add_delta))
    } else if is_of("text_completion") {
        Some(of_choices(events, add_text))
    } else {
        response(events)
    }
}

/// The response as its last event tells it; some tell its items only as each is done.
fn response(events: &[Value]) -> Option<Value> {
    let ends = ["response.completed", "response.incomplete"];
    let last = events.iter().rfind(|event| ends.iter().any(|end| event["type"] == *end))?;
    let mut response = last["response"].clone();
    if response["output"].as_array().is_none_or(Vec::is_empty) {
        let done = events.iter().filter(|event| event["type"] == "response.output_item.done");
        response["output"] = done.map(|event| event["item"].clone()).collect();
    }
    Some(response)
}

fn of_choices(events: &[Value], add: fn(&mut Map<String, Value>, &Value)) -> Value {
    let mut choices: BTreeMap<u64, Map<String, Value>> = BTreeMap::new();
    let mut usage = Value::Null;
    for event in events {
        for choice in event["choices"].as_array().into_iter().flatten() {
            let joined = choices.entry(choice["index"].as_u64().unwrap_or(0)).or_default();
            add(joined, choice);
            if !choice["finish_reason"].is_null() {
                joined.insert("finish_reason".to_owned(), choice["finish_reason"].clone());
            }
        }
        if event["usage"].is_object() {
            usage = event["usage"].clone();
        }
    }
    json!({"choices": choices.into_values().collect::<Vec<_>>(), "usage": usage})
}

fn add_text(joined: &mut Map<String, Value>, choice: &Value) {
    append(joined, "text", &choice["text"]);
    let Some(logprobs) = choice["logprobs"].as_object() else { return };
    within(joined, "logprobs", |all| logprobs.iter().for_each(|(name, list)| extend(all, name, list)));
}

fn add_delta(joined: &mut Map<String, Value>, choice: &Value) {
    let pieces = |name: &str| choice[name].as_object().into_iter().flatten();
    within(joined, "message", |message| {
        pieces("delta").for_each(|(name, value)| add_piece(message, name, value));
    });
    for (name, value) in pieces("logprobs") {
        within(joined, "logprobs", |all| extend(all, name, value));
    }
}

fn add_piece(message: &mut Map<String, Value>, name: &str, value: &Value) {
    match (name, value) {
        ("role", _) | (_, Value::Null) => {}
        ("tool_calls", Value::Array(deltas)) => {
            let calls = message.entry("tool_calls").or_insert_with(|| json!([]));
            for delta in deltas {
                add_call(calls, delta);
            }
        }
        (_, Value::String(_)) => append(message, name, value),
        (_, Value::Array(_)) => extend(message, name, value),
        (_, Value::Object(fields)) => within(message, name, |inner| append_all(inner, fields)),
        (_, other) => drop(message.insert(name.to_owned(), other.clone())),
    }
}

/// A piece of a call: its number says of which. Some number them from one, and some not at all.
fn add_call(calls: &mut Value, delta: &Value) {
    let Some(calls) = calls.as_array_mut() else { return };
    let at = delta["index"].as_u64().map_or(calls.len(), |index| calls.len().min(index as usize));
    if at == calls.len() {
        calls.push(json!({}));
    }
    let Some(call) = calls[at].as_object_mut() else { return };
    for (name, value) in delta.as_object().into_iter().flatten() {
        match value {
            Value::Object(fields) => within(call, name, |inner| append_all(inner, fields)),
            Value::Null => {}
            other => drop(call.insert(name.clone(), other.clone())),
        }
    }
}

/// Fills an object in an object, which is made if it is not there.
fn within(fields: &mut Map<String, Value>, name: &str, fill: impl FnOnce(&mut Map<String, Value>)) {
    let inner = fields.entry(name).or_insert(Value::Null);
    if !inner.is_object() {
        *inner = json!({});
    }
    inner.as_object_mut().map(fill).unwrap_or_default();
}

fn append(fields: &mut Map<String, Value>, name: &str, more: &Value) {
    match (fields.get_mut(name), more) {
        (Some(Value::String(text)), Value::String(more)) => text.push_str(more),
        (_, Value::Null) => {}
        _ => drop(fields.insert(name.to_owned(), more.clone())),
    }
}

fn append_all(fields: &mut Map<String, Value>, more: &Map<String, Value>) {
    more.iter().for_each(|(name, value)| append(fields, name, value));
}

fn extend(fields: &mut Map<String, Value>, name: &str, more: &Value) {
    match (fields.get_mut(name), more) {
        (Some(Value::Array(items)), Value::Array(more)) => items.extend(more.iter().cloned()),
        (_, Value::Array(_)) => drop(fields.insert(name.to_owned(), more.clone())),
        _ => {}
    }
}
