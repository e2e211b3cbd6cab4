//! A stream without its last line.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::EventData;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "no_done",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Leave out the [DONE] that ends a stream.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.leave_out(|_, event| event.data == EventData::Text("[DONE]".to_owned()))
}
