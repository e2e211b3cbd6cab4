//! The messages of a chat.

use crate::ask::read::call;
use crate::ask::read::part;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use serde_json::Value;

pub(crate) fn message(given: &Value) -> Turn<'_> {
    let mut turn = Turn { kind: "message", ..Turn::default() };
    for (name, value) in given.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "role" => turn.role = value.as_str().map_or(Role::Nobody, Role::of),
            "content" => {
                turn.has_content = true;
                turn.text = value.as_str();
                turn.parts = value.as_array().into_iter().flatten().map(part).collect();
            }
            "name" => turn.author = value.as_str(),
            "refusal" => turn.refusal = value.as_str(),
            "tool_calls" => turn.calls = value.as_array().into_iter().flatten().map(call).collect(),
            "function_call" => turn.function_call = Some(call(value)),
            "tool_call_id" => turn.call_id = value.as_str().unwrap_or_default(),
            "audio" => turn.has_audio = true,
            _ => {}
        }
    }
    turn
}
