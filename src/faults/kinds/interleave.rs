//! Several calls at once.

use crate::faults::calls::CallPlace;
use crate::faults::calls::place_of;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::sending::Event;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use std::collections::BTreeMap;
use std::collections::VecDeque;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "interleave",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Send the pieces of several calls in turn.",
    effect: FaultEffect::Sent(change),
};

fn change(_: &Fault, sending: &mut Sending<'_>) -> bool {
    let Some(events) = sending.events() else { return false };
    let mut calls: BTreeMap<CallPlace, VecDeque<Vec<u8>>> = BTreeMap::new();
    let mut is_of_call = Vec::with_capacity(events.len());
    for bytes in events.iter() {
        let place = Event::read(bytes).json().and_then(place_of);
        is_of_call.push(place.is_some());
        if let Some(place) = place {
            calls.entry(place).or_default().push_back(bytes.to_vec());
        }
    }
    if calls.len() < 2 {
        return false;
    }
    let mut in_turn: VecDeque<Vec<u8>> = VecDeque::new();
    while !calls.is_empty() {
        in_turn.extend(calls.values_mut().filter_map(VecDeque::pop_front));
        calls.retain(|_, events| !events.is_empty());
    }
    events.rebuild(|number, bytes, events| {
        let moved = if is_of_call[number] { in_turn.pop_front() } else { None };
        events.raw(moved.as_deref().unwrap_or(bytes));
    });
    sending.renumber();
    true
}
