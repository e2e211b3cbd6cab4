//! Calls that cannot be told apart.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Content;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "same_ids",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Give all calls the id of the first.",
    effect: FaultEffect::Said(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut first: Option<String> = None;
    let mut is_any = false;
    // The older form of a call has no id.
    for choice in &mut said.choices {
        let Content::Calls { calls, .. } = &mut choice.content else { continue };
        for call in calls {
            let id = first.get_or_insert_with(|| call.id.clone());
            is_any |= call.id != *id;
            call.id.clone_from(id);
        }
    }
    is_any
}
