//! A call that is given nothing.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_none",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Leave the arguments of calls empty: a text without a character.",
    effect: FaultEffect::Said(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        is_any |= !call.arguments.is_empty();
        call.arguments.clear();
        call.cut_at([]);
    }
    is_any
}
