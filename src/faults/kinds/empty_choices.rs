//! A chunk without choices, as Azure sends one first.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Event;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::json;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "empty_choices",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "Put a chunk with no choices in before this event of a stream, as Azure does.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let Some(events) = sending.events() else { return false };
    let chunk = events
        .iter()
        .find_map(|event| Event::read(event).json().filter(|chunk| chunk["choices"].is_array()).cloned());
    let Some(mut chunk) = chunk else { return false };
    chunk["choices"] = json!([]);
    if let Some(fields) = chunk.as_object_mut() {
        fields.shift_remove("obfuscation");
    }
    sending.put_in(fault.event(), |events| Event::of(None, chunk.clone()).write(events))
}
