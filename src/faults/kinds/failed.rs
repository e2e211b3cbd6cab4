//! A response that fails in the middle of its stream.

use crate::error::ApiError;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::kinds::as_error::raised;
use crate::faults::sending::Event;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Events;
use serde_json::Value;
use serde_json::json;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "failed",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "End a stream of the Responses API after so many events with response.failed; a whole one is failed.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let (error, at) = (raised(fault, &sending.asker), fault.event());
    if !sending.is_of_responses() {
        return false;
    }
    let number = sending.sequence(at);
    if let Some(events) = sending.events() {
        let failed = event(events, number, &error).filter(|_| at < events.len());
        if let Some(failed) = &failed {
            events.truncate(at);
            failed.write(events);
        }
        return failed.is_some();
    }
    sending.edit_body(|response| {
        let is_one = response["object"] == "response";
        if is_one {
            fail(response, &error);
        }
        is_one
    })
}

/// The event that tells it, for the response that these events tell of.
pub(super) fn event(events: &Events, number: u64, error: &ApiError) -> Option<Event> {
    let mut response = events.iter().find_map(|event| Event::read(event).json()?.get("response").cloned())?;
    fail(&mut response, error);
    let told = json!({"type": "response.failed", "response": response, "sequence_number": number});
    Some(Event::of(Some("response.failed"), told))
}

/// What has failed has said nothing.
fn fail(response: &mut Value, error: &ApiError) {
    let code = error.code.unwrap_or("server_error");
    for (name, value) in [
        ("status", json!("failed")),
        ("completed_at", Value::Null),
        ("error", json!({"code": code, "message": error.message})),
        ("output", json!([])),
        ("usage", Value::Null),
    ] {
        response[name] = value;
    }
}
