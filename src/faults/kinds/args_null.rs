//! Arguments that are null, where a text is promised.

use crate::faults::calls::calls_in;
use crate::faults::calls::given;
use crate::faults::calls::place_of;
use crate::faults::calls::told;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Event;
use crate::faults::sending::EventData;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_null",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Have the arguments of calls be null.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    if !sending.is_stream() {
        return sending.edit_body(nullify_all);
    }
    let (mut is_any, mut begun) = (false, BTreeSet::new());
    let Some(events) = sending.events() else { return false };
    events.rebuild(|_, bytes, events| {
        let mut event = Event::read(bytes);
        let EventData::Json(value) = &mut event.data else { return events.raw(bytes) };
        let is_first = place_of(value).is_some_and(|place| begun.insert(place));
        let is_changed = match told(value) {
            // Nothing follows null.
            Some(false) => return is_any = true,
            Some(true) => value.as_object_mut().is_some_and(nullify),
            None if value.get("choices").is_some() && !is_first => {
                let calls = calls_in(value);
                let had_any = !calls.is_empty();
                if had_any && calls.into_iter().all(is_no_more) {
                    return is_any = true;
                }
                had_any
            }
            None => nullify_all(value),
        };
        is_any |= is_changed;
        if is_changed { event.write(events) } else { events.raw(bytes) }
    });
    sending.renumber();
    is_any
}

fn nullify_all(value: &mut Value) -> bool {
    calls_in(value).into_iter().map(nullify).fold(false, |any, one| any | one)
}

/// Says whether there was anything to change.
fn nullify(call: &mut Map<String, Value>) -> bool {
    let given = call.get_mut(given(call));
    given.map(|given| *given = Value::Null).is_some()
}

/// Takes a further piece of the arguments away; says whether nothing is left of the call.
fn is_no_more(call: &mut Map<String, Value>) -> bool {
    call.shift_remove(given(call));
    call.is_empty()
}
