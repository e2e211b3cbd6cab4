//! An event that comes twice.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "duplicate",
    takes: FaultTakes::Event,
    otherwise: None,
    behind: &[],
    help: "Send this event of a stream twice.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let at = fault.event();
    let Some(events) = sending.events().filter(|events| at < events.len()) else { return false };
    events.rebuild(|number, bytes, events| {
        events.raw(bytes);
        if number == at {
            events.raw(bytes);
        }
    });
    true
}
