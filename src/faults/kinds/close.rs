//! A connection that is closed on a request.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Finish;
use crate::play::Mark;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "close",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Close the connection before anything is sent.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    debug_assert_eq!(fault.kind.name, FAULT.name);
    sending.cut(Mark::Start, Finish::Hard)
}
