//! Arguments in the smallest pieces.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_chars",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Send the arguments of a call a character at a time.",
    effect: FaultEffect::Pieces(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        let starts: Vec<usize> = call.arguments.char_indices().map(|(at, _)| at).collect();
        call.cut_at(starts);
        is_any |= !call.pieces.is_empty();
    }
    is_any
}
