//! A stream that ends too early, and properly.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Finish;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "truncate",
    takes: FaultTakes::PlaceOrTime,
    otherwise: Some("0"),
    behind: &[],
    help: "End the reply there as if that were all: no finish, no [DONE].",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.cut(fault.place(), Finish::Clean)
}
