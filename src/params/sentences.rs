//! Says in an operation's dialect what is wrong with a value.

use crate::error;
use crate::error::ApiError;
use crate::error::abridged;
use crate::error::quoted;
use crate::params::Dialect;
use crate::params::Kind;
use serde_json::Number;
use serde_json::Value;
use std::fmt::Display;

/// Which limit a number or a length is beyond.
#[derive(Clone, Copy)]
pub(super) enum Limit<T> {
    AtLeast(T),
    AtMost(T),
}

impl Dialect {
    pub(super) fn wrong_type(self, path: impl Display, kind: &Kind, value: &Value) -> ApiError {
        match (self, kind) {
            (Dialect::Current, kind) => error::wrong_type(path, expected(kind), given(value)),
            (Dialect::Legacy, Kind::Either { .. }) => error::legacy_invalid(path),
            (Dialect::Legacy, kind) => error::legacy_wrong_type(path, json_type(kind), literal(value)),
        }
    }

    pub(super) fn integer(self, path: impl Display, limit: Limit<i64>, given: &Number) -> ApiError {
        match (self, limit) {
            (Dialect::Current, Limit::AtLeast(least)) => error::integer_below_minimum(path, least, given),
            (Dialect::Current, Limit::AtMost(most)) => error::integer_above_maximum(path, most, given),
            (Dialect::Legacy, limit) => legacy_number(path, limit, given),
        }
    }

    pub(super) fn decimal(self, path: impl Display, limit: Limit<f64>, given: &Number) -> ApiError {
        match (self, limit) {
            (Dialect::Current, Limit::AtLeast(least)) => error::decimal_below_minimum(path, least, given),
            (Dialect::Current, Limit::AtMost(most)) => error::decimal_above_maximum(path, most, given),
            (Dialect::Legacy, limit) => legacy_number(path, limit, given),
        }
    }

    pub(super) fn array_length(self, path: impl Display, limit: Limit<usize>, items: &[Value]) -> ApiError {
        let shown = || literal(&Value::Array(items.to_vec()));
        match (self, limit) {
            // No array must have more than one item, so one that is too short is empty.
            (Dialect::Current, Limit::AtLeast(least)) => error::empty_array(path, least),
            (Dialect::Current, Limit::AtMost(most)) => error::array_too_long(path, most, items.len()),
            (Dialect::Legacy, Limit::AtLeast(_)) => error::legacy_too_short(path, shown()),
            (Dialect::Legacy, Limit::AtMost(_)) => error::legacy_too_long(path, shown()),
        }
    }

    pub(super) fn text_length(self, path: impl Display, limit: Limit<usize>, text: &str) -> ApiError {
        let shown = || literal(&text.into());
        match (self, limit) {
            // No string must have more than one character, so one that is too short is empty.
            (Dialect::Current, Limit::AtLeast(least)) => error::empty_string(path, least),
            (Dialect::Current, Limit::AtMost(most)) => error::text_too_long(path, most, text.chars().count()),
            (Dialect::Legacy, Limit::AtLeast(_)) => error::legacy_too_short(path, shown()),
            (Dialect::Legacy, Limit::AtMost(_)) => error::legacy_too_long(path, shown()),
        }
    }

    pub(super) fn not_one_of(self, path: impl Display, given: &str, supported: &[&str]) -> ApiError {
        match self {
            Dialect::Current => error::not_one_of(path, abridged(given), quoted(supported, "and")),
            Dialect::Legacy => {
                let listed: Vec<String> = supported.iter().map(|word| format!("'{word}'")).collect();
                error::legacy_not_one_of(path, literal(&given.into()), listed.join(", "))
            }
        }
    }

    pub(super) fn unknown(self, path: impl Display, hint: &str, all: &[&str]) -> ApiError {
        match self {
            Dialect::Current => error::unknown(path, hint),
            Dialect::Legacy => error::legacy_unknown(if all.len() == 1 { "" } else { "s" }, all.join(", ")),
        }
    }
}

fn legacy_number<T: Display>(path: impl Display, limit: Limit<T>, given: &Number) -> ApiError {
    match limit {
        Limit::AtLeast(least) => error::legacy_below_minimum(path, least, given),
        Limit::AtMost(most) => error::legacy_above_maximum(path, most, given),
    }
}

/// Completes "expected ...".
pub(crate) fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Any => "any value".into(),
        Kind::Model
        | Kind::RequestedModel
        | Kind::Text { .. }
        | Kind::Name { .. }
        | Kind::Id(_)
        | Kind::OneOf(_) => "a string".into(),
        Kind::Moved(_) => "nothing".into(),
        Kind::Flag => "a boolean".into(),
        Kind::Integer { .. } => "an integer".into(),
        Kind::Number { .. } => "a decimal".into(),
        Kind::List { expected, .. } => format!("an array of {expected}"),
        Kind::Object(_) | Kind::Map | Kind::Tagged { .. } | Kind::LogitBias => "an object".into(),
        Kind::Metadata => "a metadata object".into(),
        Kind::Either { expected, .. } | Kind::Union { expected, .. } => (*expected).into(),
    }
}

/// Names a value's type as the API does.
pub(crate) fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a decimal number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The JSON Schema type that the older dialect names.
fn json_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Any
        | Kind::Model
        | Kind::RequestedModel
        | Kind::Moved(_)
        | Kind::Text { .. }
        | Kind::Name { .. }
        | Kind::Id(_)
        | Kind::OneOf(_) => "string",
        Kind::Flag => "boolean",
        Kind::Integer { .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::List { .. } => "array",
        Kind::Object(_)
        | Kind::Map
        | Kind::Tagged { .. }
        | Kind::Union { .. }
        | Kind::LogitBias
        | Kind::Metadata
        | Kind::Either { .. } => "object",
    }
}

/// A value as the older dialect prints it, which is as Python does.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{}'", abridged(text)),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", abridged(&items.join(", ")))
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("'{name}': {}", literal(value))).collect();
            format!("{{{}}}", abridged(&fields.join(", ")))
        }
    }
}
