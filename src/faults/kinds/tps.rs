//! A slow stream, by its events in a second.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use std::time::Duration;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "tps",
    takes: FaultTakes::Rate,
    otherwise: None,
    behind: &[],
    help: "Send so many events of a stream a second; most are a token.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.play.pace.between = Duration::from_secs(1) / u32::try_from(fault.number()).unwrap_or(u32::MAX);
    sending.is_stream()
}
