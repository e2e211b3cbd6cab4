//! A call of a tool that was not offered.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "unknown_tool",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Have each call be one of a tool that was not offered: no_such_tool.",
    effect: FaultEffect::Said(change),
};

/// What nobody is likely to offer.
const NAME: &str = "no_such_tool";

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        is_any |= call.name != NAME;
        NAME.clone_into(&mut call.name);
        call.namespace = None;
    }
    is_any
}
