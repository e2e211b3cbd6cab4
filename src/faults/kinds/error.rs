//! An error in the middle of a stream, whose head has long said 200.

use crate::error::ApiError;
use crate::error::Literal;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::kinds::as_error::raised;
use crate::faults::kinds::failed;
use crate::faults::sending::Event;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Value;
use serde_json::json;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "error",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "End a stream after so many events with an error, as its API does; a whole reply is that error.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let (error, at) = (raised(fault, &sending.asker), fault.event());
    let (is_of_responses, is_named) = (sending.is_of_responses(), sending.has_names());
    let number = sending.sequence(at);
    let Some(events) = sending.events() else {
        sending.refusal = Some(error);
        return true;
    };
    if at >= events.len() {
        return false;
    }
    let failed = is_of_responses.then(|| failed::event(events, number + 1, &error)).flatten();
    events.truncate(at);
    let told = told(&error);
    let event = if is_named {
        // Official descriptions have the fields side by side, the API was seen to send them in `error`.
        let (code, message) = (&told["code"], &told["message"]);
        let mut event =
            json!({"type": "error", "code": code, "error": told, "message": message, "param": null});
        if is_of_responses {
            event["sequence_number"] = number.into();
        }
        event
    } else {
        json!({"error": told})
    };
    Event::of(is_named.then_some("error"), event).write(events);
    if let Some(failed) = failed {
        failed.write(events);
    }
    true
}

/// The inside of the API's envelope.
fn told(error: &ApiError) -> Value {
    match error.literal.as_deref() {
        Some(Literal::Json(body)) if body["error"].is_object() => body["error"].clone(),
        _ => json!({"message": error.message, "type": error.kind, "param": error.param, "code": error.code}),
    }
}
