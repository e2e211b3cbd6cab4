//! Arguments of a call that are no JSON.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_broken",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Leave the arguments of calls without their last character: JSON that does not end.",
    effect: FaultEffect::Said(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        is_any |= call.arguments.pop().is_some();
        // The pieces that there were, without the character.
        let pieces = std::mem::take(&mut call.pieces);
        call.cut_at(pieces);
    }
    is_any
}
