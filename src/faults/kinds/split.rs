//! Packets and chunks that know nothing of events.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "split",
    takes: FaultTakes::Count,
    otherwise: Some("1"),
    behind: &[],
    help: "Send so many bytes at a time, each a chunk and a packet.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.play.split = fault.event();
    true
}
