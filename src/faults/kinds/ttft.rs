//! Time to the first event.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "ttft",
    takes: FaultTakes::Time,
    otherwise: None,
    behind: &[],
    help: "Wait between the head and the first event of a stream.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.play.pace.first = fault.time();
    sending.is_stream()
}
