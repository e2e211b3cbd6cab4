//! An event that never comes.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "omit",
    takes: FaultTakes::Event,
    otherwise: None,
    behind: &[],
    help: "Leave this event of a stream out.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.leave_out(|number, _| number == fault.event())
}
