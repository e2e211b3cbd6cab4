//! A connection that is reset.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Finish;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "reset",
    takes: FaultTakes::PlaceOrTime,
    otherwise: Some("0"),
    behind: &[],
    help: "Reset the connection there.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.cut(fault.place(), Finish::Reset)
}
