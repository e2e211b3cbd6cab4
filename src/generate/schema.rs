//! Instances of JSON schemas.

use crate::generate::seed::Seed;
use serde_json::Value;

pub(crate) fn instance(_: &Value, _: Seed) -> Value {
    serde_json::json!({})
}

pub(crate) fn object(_: Seed) -> Value {
    serde_json::json!({"answer": "yes"})
}
