//! Arguments in one piece.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_whole",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Send the arguments of a call in one piece.",
    effect: FaultEffect::Pieces(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        call.cut_at([]);
        is_any |= !call.pieces.is_empty();
    }
    is_any
}
