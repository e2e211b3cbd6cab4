//! A call that is begun without its name.

use crate::faults::calls::calls_in;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Event;
use crate::faults::sending::EventData;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use serde_json::Value;
use serde_json::json;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "late_name",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Have the name of a call come after its id: in an event of its own, or with the whole item of a response.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    let Some(events) = sending.events() else { return false };
    let mut is_any = false;
    events.rebuild(|_, bytes, events| {
        let mut event = Event::read(bytes);
        let EventData::Json(value) = &mut event.data else { return events.raw(bytes) };
        if value["type"] == "response.output_item.done" || value.get("response").is_some() {
            return events.raw(bytes);
        }
        let names: Vec<Value> =
            calls_in(value).into_iter().filter_map(|call| call.shift_remove("name")).collect();
        if names.is_empty() {
            return events.raw(bytes);
        }
        is_any = true;
        let later = later(value, &names);
        event.write(events);
        if let Some(later) = later {
            Event::of(None, later).write(events);
        }
    });
    is_any
}

/// The chunk that tells the names, and nothing else of the calls that this one begins.
fn later(begun: &Value, names: &[Value]) -> Option<Value> {
    let mut chunk = begun.clone();
    let delta = chunk.pointer_mut("/choices/0/delta")?;
    let name = names.first()?;
    *delta = match delta.pointer("/tool_calls/0") {
        Some(call) => {
            let kind = if call.get("custom").is_some() { "custom" } else { "function" };
            json!({"tool_calls": [{"index": call["index"], kind: {"name": name}}]})
        }
        None => json!({"function_call": {"name": name}}),
    };
    Some(chunk)
}
