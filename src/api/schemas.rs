//! The schemas of functions and of response formats in a request: which are refused, and with what words.
//! What a schema may be is known in `structured`.

use crate::error;
use crate::error::ApiError;
use crate::structured;
use crate::structured::Flaw;
use crate::structured::Strictness;
use serde_json::Value;
use serde_json::json;

/// The schema of a function that says nothing of its parameters.
pub(super) fn of_nothing() -> Value {
    json!({"type": "object", "properties": {}})
}

/// Checks the parameters of a function that is declared at a path of `tools` or of `functions`.
pub(super) fn check_function(
    path: &str,
    name: &str,
    schema: &Value,
    strictness: Strictness,
) -> Result<(), ApiError> {
    let checked = match schema {
        Value::Null if strictness == Strictness::Strict => structured::check(&of_nothing(), strictness),
        Value::Null => return Ok(()),
        schema => structured::check(schema, strictness),
    };
    checked.map_err(|flaw| match flaw {
        Flaw::Sentence(problem) => error::bad_function_schema(format!("{path}.parameters"), name, problem),
        Flaw::Lookaround(place) => error::lookaround(place, "tools"),
    })
}

/// Checks the schema of `response_format`.
pub(super) fn check_response_format(
    name: &str,
    schema: &Value,
    strictness: Strictness,
) -> Result<(), ApiError> {
    structured::check(schema, strictness).map_err(|flaw| match flaw {
        Flaw::Sentence(problem) => error::bad_response_schema(name, problem),
        Flaw::Lookaround(place) => error::lookaround(place, "response_format"),
    })
}

/// Checks the schema of `text.format`.
pub(super) fn check_text_format(name: &str, schema: &Value, strictness: Strictness) -> Result<(), ApiError> {
    structured::check(schema, strictness).map_err(|flaw| match flaw {
        Flaw::Sentence(problem) => error::bad_text_schema(name, problem),
        Flaw::Lookaround(place) => error::lookaround(place, "text.format.schema"),
    })
}
