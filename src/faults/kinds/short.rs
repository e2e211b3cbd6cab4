//! A length that is not reached.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Payload;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Finish;
use crate::play::Mark;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "short",
    takes: FaultTakes::Count,
    otherwise: Some("1"),
    behind: &[],
    help: "Send so many bytes less of a whole reply than its Content-Length says.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let Payload::Whole(body) = &sending.payload else { return false };
    let left = body.len().saturating_sub(fault.event());
    sending.cut(Mark::Bytes(left), Finish::Hard)
}
