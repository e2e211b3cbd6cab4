//! Two events in the wrong order.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "swap",
    takes: FaultTakes::Event,
    otherwise: None,
    behind: &[],
    help: "Have this event of a stream and the next one change places.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let Some(events) = sending.events() else { return false };
    let at = fault.event();
    if at.saturating_add(1) >= events.len() {
        return false;
    }
    let mut kept = Vec::new();
    events.rebuild(|number, bytes, events| {
        if number == at {
            kept = bytes.to_vec();
            return;
        }
        events.raw(bytes);
        if number == at + 1 {
            events.raw(&kept);
        }
    });
    true
}
