//! Lines that end in two characters, which the description of such streams allows.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "crlf",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "End the lines of a stream in \\r\\n.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    let Some(events) = sending.events() else { return false };
    // There is no other end of a line in an event: JSON has none.
    events.rebuild(|_, bytes, events| {
        let mut ended = Vec::with_capacity(bytes.len() + 4);
        let mut last = 0;
        for &byte in bytes {
            if byte == b'\n' && last != b'\r' {
                ended.push(b'\r');
            }
            ended.push(byte);
            last = byte;
        }
        events.raw(&ended);
    });
    !events.is_empty()
}
