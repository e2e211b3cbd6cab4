//! Which error a stream ends with.

use crate::error;
use crate::error::ApiError;
use crate::error::Asker;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::faults::value::FaultValue;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "as",
    takes: FaultTakes::Error,
    otherwise: None,
    behind: &["error", "failed"],
    help: "Which error that is: by its name, server_error otherwise.",
    effect: FaultEffect::Detail,
};

/// The error that is meant.
pub(super) fn raised(fault: &Fault, asker: &Asker<'_>) -> ApiError {
    let named = match fault.detail(FAULT.name).map(|detail| &detail.value) {
        Some(FaultValue::Error(name)) => error::asked(name, asker),
        _ => None,
    };
    named.unwrap_or_else(|| error::of_status(500, asker))
}
