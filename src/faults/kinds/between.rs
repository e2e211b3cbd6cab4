//! A slow stream.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "between",
    takes: FaultTakes::Time,
    otherwise: None,
    behind: &[],
    help: "Wait between one event of a stream and the next.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.play.pace.between = fault.time();
    sending.is_stream()
}
