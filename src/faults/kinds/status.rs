//! An error in place of an answer, by its status or its name.

use crate::error;
use crate::error::ApiError;
use crate::error::Asker;
use crate::error::Literal;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::faults::value::FaultValue;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "status",
    takes: FaultTakes::Status,
    otherwise: None,
    behind: &[],
    help: "Answer with the API's own error of this status or name; 429 is the same as status=429.",
    effect: FaultEffect::Instead(error),
};

fn error(fault: &Fault, asker: &Asker<'_>) -> ApiError {
    match &fault.value {
        FaultValue::Status(status) => error::of_status(*status, asker),
        FaultValue::Error(name) => error::asked(name, asker).unwrap_or_else(|| error::of_status(500, asker)),
        FaultValue::Literal { status, headers, body } => {
            let literal = ApiError::literal(*status, "", Literal::Json(body.clone()));
            headers
                .iter()
                .fold(literal, |error, (name, value)| error.with_header(name.clone(), value.clone()))
        }
        _ => error::of_status(500, asker),
    }
}
