//! A stream that stops and is not ended.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Stall;
use crate::play::Wait;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "stall",
    takes: FaultTakes::Place,
    otherwise: Some("start"),
    behind: &[],
    help: "Stop there, for ever: until the client leaves or the server stops.",
    effect: FaultEffect::Sent(change),
};

pub(in crate::faults) const FOR: FaultKind = FaultKind {
    name: "for",
    takes: FaultTakes::Time,
    otherwise: None,
    behind: &["stall"],
    help: "Go on after so long.",
    effect: FaultEffect::Detail,
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let place = sending.place(fault.place());
    let wait = fault.detail(FOR.name).map_or(Wait::ForEver, |detail| Wait::For(detail.time()));
    sending.play.stall = place.map(|at| Stall { at, wait });
    place.is_some()
}
