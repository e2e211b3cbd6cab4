//! Uneven waits.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Jitter;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "jitter",
    takes: FaultTakes::Percent,
    otherwise: None,
    behind: &["ttft", "between", "tps", "gaps"],
    help: "Make the waits in a stream up to so many percent longer or shorter, by the seed.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    let percent = u8::try_from(fault.number()).unwrap_or(100);
    sending.play.pace.jitter = Some(Jitter { percent, seed: fault.seed });
    !sending.play.pace.is_none()
}
