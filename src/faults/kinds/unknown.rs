//! An event that nobody knows.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Event;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::json;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "unknown",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "Put an event of an unknown type in before this one of a stream.",
    effect: FaultEffect::Sent(change),
};

/// Its name.
const NAME: &str = "unknown";

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let (at, has_names, is_of_responses) = (fault.event(), sending.has_names(), sending.is_of_responses());
    let mut told = json!({"type": NAME});
    if is_of_responses {
        told["sequence_number"] = sending.sequence(at).into();
    }
    let event = Event::of(has_names.then_some(NAME), told);
    let is_put_in = sending.put_in(at, |events| event.write(events));
    if is_put_in && is_of_responses {
        sending.renumber();
    }
    is_put_in
}
