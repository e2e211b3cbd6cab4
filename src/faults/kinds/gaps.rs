//! The times of a recording.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "gaps",
    takes: FaultTakes::Times,
    otherwise: None,
    behind: &[],
    help: "Wait so long before the second event, the third and so on, as in a recording.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.play.pace.recorded = fault.times().to_vec();
    sending.is_stream()
}
