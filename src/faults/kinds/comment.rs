//! A comment between events, as proxies send them to keep a connection.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "comment",
    takes: FaultTakes::Event,
    otherwise: Some("0"),
    behind: &[],
    help: "Put a comment, `: keep-alive`, in before this event of a stream.",
    effect: FaultEffect::Sent(change),
};

fn change(fault: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.put_in(fault.event(), |events| events.raw(b": keep-alive\n\n"))
}
