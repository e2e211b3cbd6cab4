//! Calls of tools in printed replies and events, those of chats and those of responses. Never changes them.

use serde_json::Map;
use serde_json::Value;

/// Which call an event belongs to: the number of its choice, and its own.
pub(super) type CallPlace = (u64, u64);

/// What holds the name of each call, and what it is given: in a whole reply or in an event.
pub(super) fn calls_in(value: &mut Value) -> Vec<&mut Map<String, Value>> {
    let mut found = Vec::new();
    for (name, field) in value.as_object_mut().into_iter().flatten() {
        match (name.as_str(), field) {
            ("choices", Value::Array(choices)) => {
                for choice in choices {
                    of_choice(choice, &mut found);
                }
            }
            ("output", Value::Array(items)) => found.extend(items.iter_mut().filter_map(of_item)),
            ("item", item) => found.extend(of_item(item)),
            ("response", response) => found.extend(calls_in(response)),
            _ => {}
        }
    }
    found
}

fn of_choice<'a>(choice: &'a mut Value, found: &mut Vec<&'a mut Map<String, Value>>) {
    let fields = choice.as_object_mut().into_iter().flatten();
    let message = fields.filter(|(name, _)| *name == "message" || *name == "delta").map(|(_, value)| value);
    for (name, field) in message.filter_map(Value::as_object_mut).flatten() {
        match (name.as_str(), field) {
            ("tool_calls", Value::Array(calls)) => {
                let inner = |call| Map::values_mut(call).find_map(Value::as_object_mut);
                found.extend(calls.iter_mut().filter_map(Value::as_object_mut).filter_map(inner));
            }
            ("function_call", Value::Object(call)) => found.push(call),
            _ => {}
        }
    }
}

fn of_item(item: &mut Value) -> Option<&mut Map<String, Value>> {
    is_call(item).then(|| item.as_object_mut()).flatten()
}

fn is_call(item: &Value) -> bool {
    item["type"] == "function_call" || item["type"] == "custom_tool_call"
}

/// The name of what a call is given.
pub(super) fn given(call: &Map<String, Value>) -> &'static str {
    if call.contains_key("input") { "input" } else { "arguments" }
}

/// The call that an event belongs to.
pub(super) fn place_of(event: &Value) -> Option<CallPlace> {
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_u64);
    if let Some(choice) = event.pointer("/choices/0") {
        let delta = choice.get("delta")?;
        let call = match delta.pointer("/tool_calls/0") {
            Some(call) => number(call, "index")?,
            None => delta.get("function_call").map(|_| 0)?,
        };
        return Some((number(choice, "index")?, call));
    }
    let is_of_call = event.get("item").is_some_and(is_call) || told(event).is_some();
    is_of_call.then(|| number(event, "output_index")).flatten().map(|at| (0, at))
}

/// Of an event of the Responses API that tells what a call is given: whether it is all of that.
pub(super) fn told(event: &Value) -> Option<bool> {
    let name = event.get("type")?.as_str()?.strip_prefix("response.")?;
    match name {
        "function_call_arguments.delta" | "custom_tool_call_input.delta" => Some(false),
        "function_call_arguments.done" | "custom_tool_call_input.done" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn calls_are_found_wherever_they_stand() {
        for (mut value, names, place) in [
            (
                json!({"choices": [{"message": {"tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "a", "arguments": ""}},
                    {"id": "2", "type": "custom", "custom": {"name": "b", "input": ""}},
                ]}}]}),
                "a b",
                None,
            ),
            (
                json!({"choices": [{"index": 1, "delta": {"tool_calls": [
                    {"index": 2, "function": {"name": "a", "arguments": ""}},
                ]}}]}),
                "a",
                Some((1, 2)),
            ),
            (
                json!({"choices": [{"index": 0, "delta": {"function_call": {"name": "a"}}}]}),
                "a",
                Some((0, 0)),
            ),
            (json!({"choices": [{"index": 0, "delta": {"content": "x"}}]}), "", None),
            (json!({"choices": []}), "", None),
            (json!({"output": [{"type": "message"}, {"type": "function_call", "name": "a"}]}), "a", None),
            (
                json!({"type": "response.output_item.added", "output_index": 3,
                "item": {"type": "custom_tool_call", "name": "a"}}),
                "a",
                Some((0, 3)),
            ),
            (
                json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "x"}),
                "",
                Some((0, 1)),
            ),
            (json!({"response": {"output": [{"type": "function_call", "name": "a"}]}}), "a", None),
            (json!({"output_index": 1, "item": {"type": "message"}}), "", None),
            (json!([1]), "", None),
        ] {
            assert_eq!(place_of(&value), place, "{value}");
            let found: Vec<String> = calls_in(&mut value)
                .iter()
                .map(|call| call["name"].as_str().unwrap_or("").to_owned())
                .collect();
            assert_eq!(found.join(" "), names, "{value}");
        }
    }
}
