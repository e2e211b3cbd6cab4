//! Which items may stand together: a call and its output, a thought and what came of it.

use crate::error;
use crate::error::ApiError;
use crate::params::field;
use serde_json::Value;
use std::collections::BTreeSet;

/// The calls that a client answers: the call, its output, and what a refusal calls it.
const ANSWERED: &[(&str, &str, &str)] = &[
    ("function_call", "function_call_output", "function call"),
    ("custom_tool_call", "custom_tool_call_output", "custom tool call"),
    ("computer_call", "computer_call_output", "computer call"),
    ("shell_call", "shell_call_output", "shell call"),
    ("apply_patch_call", "apply_patch_call_output", "apply patch call"),
];

/// Checks the items of a request, and whether they fit to those that are carried over from before.
pub(in crate::api) fn check(context: &[Value], input: &[Value]) -> Result<(), ApiError> {
    check_ids(context, input, "input")?;
    input.iter().try_for_each(check_encrypted)?;
    check_reasoning(input)?;
    ANSWERED.iter().try_for_each(|names| check_calls(context, input, *names))
}

/// Checks that a content could be one that a model has encrypted. What is in it cannot be read here.
fn check_encrypted(item: &Value) -> Result<(), ApiError> {
    let Some(content) = field(item, "encrypted_content").as_str() else { return Ok(()) };
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'/');
    if content.starts_with("gAAAA") && content.bytes().all(base64) {
        return Ok(());
    }
    let chars: Vec<char> = content.chars().collect();
    let shown = match chars.len() {
        0..=10 => content.to_owned(),
        length => [&chars[..4], &['.'; 3], &chars[length - 3..]].concat().into_iter().collect(),
    };
    Err(error::bad_encrypted_content(shown))
}

/// What an item is. Its type may be left out of a message and of a reference.
pub(in crate::api) fn kind(item: &Value) -> &str {
    match field(item, "type").as_str() {
        Some(kind) => kind,
        None if field(item, "role").is_null() => "item_reference",
        None => "message",
    }
}

/// Checks that no item stands twice. `path` is the parameter that the items were given in.
pub(in crate::api) fn check_ids(context: &[Value], input: &[Value], path: &str) -> Result<(), ApiError> {
    let id = |item| field(item, "id").as_str();
    let mut known: BTreeSet<&str> = context.iter().filter_map(id).collect();
    match input.iter().filter_map(id).find(|id| !known.insert(id)) {
        Some(id) => Err(error::duplicate_item(id, path)),
        None => Ok(()),
    }
}

/// A thought comes with what the model did next. What is carried over may end in one: it was cut.
fn check_reasoning(input: &[Value]) -> Result<(), ApiError> {
    for (at, item) in input.iter().enumerate().filter(|(_, item)| kind(item) == "reasoning") {
        let next = input[at + 1..].iter().find(|item| kind(item) != "reasoning");
        if !next.is_some_and(may_follow_reasoning) {
            return Err(error::reasoning_alone(field(item, "id").as_str().unwrap_or_default()));
        }
    }
    Ok(())
}

fn may_follow_reasoning(item: &Value) -> bool {
    match kind(item) {
        "message" => field(item, "role") == "assistant",
        // A hosted shell's output is the model's as well.
        "shell_call_output" => true,
        kind => !kind.ends_with("_output") && kind != "mcp_approval_response",
    }
}

/// Checks that each call of a kind has an output, and each output a call.
fn check_calls(
    context: &[Value],
    input: &[Value],
    (call, output, name): (&str, &str, &str),
) -> Result<(), ApiError> {
    let all = || context.iter().chain(input);
    let id = |item| field(item, "call_id").as_str().unwrap_or_default();
    let ids = |wanted| all().filter(move |item| kind(item) == wanted).map(id);
    let called: BTreeSet<&str> = ids(call).collect();
    if let Some(id) = ids(output).find(|id| !called.contains(id)) {
        return Err(error::output_without_call(name, id));
    }
    let answered: BTreeSet<&str> = ids(output).collect();
    match ids(call).find(|id| !answered.contains(id)) {
        Some(id) => Err(error::call_without_output(name, id)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The message of the refusal; empty where there is none.
    fn refusal(context: &Value, input: &Value) -> String {
        let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
        check(&items(context), &items(input)).err().map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn what_is_carried_over_counts() {
        let call = json!({"type": "function_call", "id": "fc_1", "call_id": "call_1"});
        let output = json!({"type": "function_call_output", "call_id": "call_1"});
        let user = json!({"role": "user", "content": "Hi"});
        assert_eq!(refusal(&json!([user, call]), &json!([output, user])), "");
        assert_eq!(
            refusal(&json!([user, call]), &json!([user])),
            "No tool output found for function call call_1."
        );
        assert_eq!(
            refusal(&json!([user]), &json!([output])),
            "No tool call found for function call output with call_id call_1."
        );
        assert_eq!(
            refusal(&json!([call]), &json!([call, output])),
            "Duplicate item found with id fc_1. Remove duplicate items from your input and try again."
        );
    }

    #[test]
    fn a_cut_thought_may_be_carried_over_but_not_sent() {
        let thought = json!({"type": "reasoning", "id": "rs_1", "summary": []});
        let user = json!({"role": "user", "content": "Hi"});
        assert_eq!(refusal(&json!([thought]), &json!([user])), "");
        assert!(refusal(&json!([]), &json!([thought, user])).contains("without its required following item"));
        assert_eq!(refusal(&json!([]), &json!([thought, {"id": "msg_1"}])), "");
    }
}
