//! An answer that is not said to have ended.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Value;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "no_finish",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Leave out that an answer is finished: the chunk with finish_reason, or the last event of a response.",
    effect: FaultEffect::Sent(change),
};

/// The events that end a response.
const LAST: [&str; 3] = ["response.completed", "response.incomplete", "response.failed"];

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    if !sending.is_stream() {
        return sending.edit_body(unfinish);
    }
    let is_left_out = sending.leave_out(|_, event| event.json().is_some_and(only_ends));
    // Some end with the chunk that says the last word.
    sending.edit_events(|_, event| unfinish(event)) || is_left_out
}

/// Whether an event tells of an end and of nothing else.
fn only_ends(event: &Value) -> bool {
    if event["type"].as_str().is_some_and(|name| LAST.contains(&name)) {
        return true;
    }
    let choices = event["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ends = |choice: &Value| {
        let says_nothing = choice["delta"].as_object().is_some_and(serde_json::Map::is_empty)
            || choice["text"].as_str().is_some_and(str::is_empty);
        says_nothing && !choice["finish_reason"].is_null()
    };
    !choices.is_empty() && choices.iter().all(ends) && event["usage"].is_null()
}

fn unfinish(value: &mut Value) -> bool {
    let mut is_any = false;
    for choice in value.get_mut("choices").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(reason) = choice.get_mut("finish_reason").filter(|reason| !reason.is_null()) {
            *reason = Value::Null;
            is_any = true;
        }
    }
    is_any
}
