//! A connection that dies: nothing says that the reply is not whole but that it ends.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Finish;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "cut",
    takes: FaultTakes::PlaceOrTime,
    otherwise: Some("0"),
    behind: &[],
    help: "End the connection there, in the middle of the reply.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.cut(fault.place(), Finish::Hard)
}
