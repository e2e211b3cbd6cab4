//! Calls whose numbers do not follow one another.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Value;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "index_gap",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Number the calls of a stream 0, 2, 4; those of a response as output_index.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    sending.edit_events(|_, event| {
        let mut is_any = false;
        let choices = event.get_mut("choices").and_then(Value::as_array_mut);
        let deltas =
            choices.into_iter().flatten().filter_map(|choice| choice.pointer_mut("/delta/tool_calls"));
        for call in deltas.filter_map(Value::as_array_mut).flatten() {
            is_any |= double(call, "index");
        }
        is_any | double(event, "output_index")
    })
}

/// 0 stays 0.
fn double(object: &mut Value, name: &str) -> bool {
    let Some(index) = object.get(name).and_then(Value::as_u64).filter(|index| *index > 0) else {
        return false;
    };
    object[name] = index.saturating_mul(2).into();
    true
}
