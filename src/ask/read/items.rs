//! The items of a response or a conversation.

use crate::ask::read::part;
use crate::ask::turn::CallRef;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use crate::params::field;
use serde_json::Value;

pub(crate) fn item(given: &Value) -> Turn<'_> {
    let mut turn = Turn::default();
    let (mut role, mut kind) = (None, None);
    let (mut content, mut output) = (None, None);
    let mut name = None;
    let (mut arguments, mut input) = ("", "");
    for (key, value) in given.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        match key.as_str() {
            "type" => kind = value.as_str(),
            "role" => role = value.as_str(),
            "id" => turn.id = value.as_str(),
            "content" => content = Some(value),
            "output" => output = Some(value),
            "name" => name = value.as_str(),
            "call_id" => turn.call_id = value.as_str().unwrap_or_default(),
            "arguments" => arguments = value.as_str().unwrap_or_default(),
            "input" => input = value.as_str().unwrap_or_default(),
            "refusal" => turn.refusal = value.as_str(),
            "encrypted_content" => turn.encrypted = value.as_str(),
            "server_label" => turn.mcp.server = value.as_str().unwrap_or_default(),
            "approval_request_id" => turn.mcp.request = value.as_str().unwrap_or_default(),
            "reasoning" => turn.update.effort = field(value, "effort").as_str(),
            "text" => turn.update.format = Some(field(value, "format")),
            "approve" => turn.mcp.approves = value == true,
            _ => {}
        }
    }
    turn.kind = kind_of(kind, role.is_some());
    turn.role = match role {
        Some(role) => Role::of(role),
        None if turn.kind.ends_with("_output") => Role::Tool,
        None if turn.kind.ends_with("_call") => Role::Assistant,
        None => Role::Nobody,
    };
    // An item that is a call has the call's name, not its author's.
    turn.author = name.filter(|_| role.is_some());
    // That of an output is called by that name.
    if let Some(content) = content.or(output) {
        turn.has_content = true;
        turn.text = content.as_str();
        turn.is_part = content.is_object();
        let parts = if turn.is_part { std::slice::from_ref(content) } else { list(content) };
        turn.parts = parts.iter().map(part).collect();
    }
    let name = name.unwrap_or_default();
    let arguments = if arguments.is_empty() { input } else { arguments };
    match turn.kind {
        "function_call" | "custom_tool_call" => {
            let custom = turn.kind == "custom_tool_call";
            turn.calls = vec![CallRef { id: Some(turn.call_id), name, arguments, custom }];
        }
        "function_call_output" => turn.tool = name,
        kind if kind.starts_with("mcp_") => {
            turn.mcp.name = name;
            turn.mcp.arguments = arguments;
        }
        _ => {}
    }
    turn
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What an item is. Its type may be left out of a message and of a reference.
pub(crate) fn kind_of(kind: Option<&str>, has_role: bool) -> &str {
    match kind {
        Some(kind) => kind,
        None if has_role => "message",
        None => "item_reference",
    }
}
