//! Text that is no text.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::play::Damage;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "bad_utf8",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "Put a byte that is not UTF-8 in the middle of this event, or of the whole reply.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.damage(fault.event(), Damage::InvalidByte)
}
