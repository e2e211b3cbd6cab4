//! Which items may stand together: a call and its output, a thought and what came of it.

use crate::ask::Role;
use crate::ask::Turn;
use crate::ask::kind_of;
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

/// Checks the items of a request, and whether they fit to those that are carried over from before. Where the
/// answer is stored, what came of a thought is looked for among what is stored.
pub(in crate::api) fn check(
    earlier: &[Turn<'_>],
    input: &[Turn<'_>],
    is_stored: bool,
) -> Result<(), ApiError> {
    check_ids(&ids(earlier), &ids(input), "input")?;
    input.iter().try_for_each(check_encrypted)?;
    check_reasoning(input, is_stored)?;
    let all: Vec<&Turn<'_>> = earlier.iter().chain(input).collect();
    ANSWERED.iter().try_for_each(|names| check_calls(&all, *names))
}

fn ids<'a>(items: &[Turn<'a>]) -> Vec<&'a str> {
    items.iter().filter_map(|item| item.id).collect()
}

/// Checks that a content could be one that a model has encrypted. What is in it cannot be read here.
fn check_encrypted(item: &Turn<'_>) -> Result<(), ApiError> {
    let Some(content) = item.encrypted else { return Ok(()) };
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

/// The type of an item, of a part or of a tool. That of a message and of a reference may be left out.
pub(in crate::api) fn kind(item: &Value) -> &str {
    kind_of(field(item, "type").as_str(), !field(item, "role").is_null())
}

/// Checks that no id stands twice. `path` is the parameter that the items were given in.
pub(in crate::api) fn check_ids(earlier: &[&str], input: &[&str], path: &str) -> Result<(), ApiError> {
    let mut known: BTreeSet<&str> = earlier.iter().copied().collect();
    match input.iter().find(|id| !known.insert(id)) {
        Some(id) => Err(error::duplicate_item(id, path)),
        None => Ok(()),
    }
}

/// A thought comes with what the model did next. What is carried over may end in one: it was cut.
fn check_reasoning(input: &[Turn<'_>], is_stored: bool) -> Result<(), ApiError> {
    let (mut next, mut alone) = (None, None);
    for item in input.iter().rev() {
        if item.kind != "reasoning" || item.id.is_none() {
            next = Some(item);
        } else if !next.is_some_and(|item| may_follow_reasoning(item, is_stored)) {
            alone = Some(item.id.unwrap_or_default());
        }
    }
    // The first of them is told.
    alone.map_or(Ok(()), |id| Err(error::reasoning_alone(id)))
}

fn may_follow_reasoning(item: &Turn<'_>, is_stored: bool) -> bool {
    match item.kind {
        // A mere text without an id is not the one that came of the thought.
        "message" => item.role == Role::Assistant && (item.id.is_some() || item.text.is_none() || !is_stored),
        // A hosted shell's output is the model's as well.
        "shell_call_output" => true,
        kind => !kind.ends_with("_output") && kind != "mcp_approval_response",
    }
}

/// Checks that each call of a kind has an output, and each output a call.
fn check_calls(
    all: &[&Turn<'_>],
    (call, output, name): (&'static str, &'static str, &'static str),
) -> Result<(), ApiError> {
    let of = |wanted: &'static str| all.iter().filter(move |item| item.kind == wanted);
    let mut called: BTreeSet<&str> = of(call).map(|item| item.call_id).collect();
    if call == "function_call" {
        // A search for tools that the client runs may be answered as a function is.
        called.extend(of("tool_search_call").map(|item| item.call_id));
    }
    // An output without the id of a call names its tool.
    let ids = || of(output).map(|item| item.call_id).filter(|id| !id.is_empty());
    if let Some(id) = ids().find(|id| !called.contains(id)) {
        return Err(error::output_without_call(name, id));
    }
    let answered: BTreeSet<&str> = ids().collect();
    let tools: BTreeSet<&str> =
        of(output).filter(|item| item.call_id.is_empty()).map(|item| item.tool).collect();
    let is_open = |item: &&&Turn<'_>| {
        let names_it = item.calls.iter().any(|call| tools.contains(call.name));
        !answered.contains(item.call_id) && !names_it
    };
    match of(call).find(is_open) {
        Some(item) => Err(error::call_without_output(name, item.call_id)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::item;
    use serde_json::json;

    /// The message of the refusal; empty where there is none.
    fn refusal(context: &Value, input: &Value) -> String {
        let [context, input] =
            [context, input].map(|list| list.as_array().into_iter().flatten().map(item).collect::<Vec<_>>());
        check(&context, &input, true).err().map(|error| error.message).unwrap_or_default()
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
