//! A reply that does not tell what it costs.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Value;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "no_usage",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Leave the usage out, in a whole reply and in each event.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    if sending.is_stream() {
        sending.edit_events(|_, event| leave_out(event))
    } else {
        sending.edit_body(leave_out)
    }
}

fn leave_out(value: &mut Value) -> bool {
    let mut is_any = false;
    // An event of the Responses API has the response in it.
    for at in ["", "/response"] {
        let object = value.pointer_mut(at).and_then(Value::as_object_mut);
        is_any |=
            object.is_some_and(|object| object.shift_remove("usage").is_some_and(|usage| !usage.is_null()));
    }
    is_any
}
