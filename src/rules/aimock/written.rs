//! Texts and JSON as aimock writes them, and as they are written in rules. Never knows what they are for.

use serde_json::Number;
use serde_json::Value;

/// A text, or JSON as aimock writes it as one.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => as_javascript(other).to_string(),
    }
}

/// JavaScript knows one kind of numbers, and writes 72.0 as 72.
fn as_javascript(value: &Value) -> Value {
    /// From here on it writes powers of ten.
    const LARGE: f64 = 1e21;
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().unwrap_or_default();
            let is_whole = float.fract() == 0.0 && float.abs() < LARGE;
            let whole = is_whole.then(|| Number::from_i128(float as i128)).flatten();
            Value::Number(whole.unwrap_or_else(|| number.clone()))
        }
        Value::Array(items) => items.iter().map(as_javascript).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), as_javascript(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// Braces that would be read as those of a template are written by one.
pub(super) fn literally(text: &str) -> String {
    text.replace("{{", r#"{{"{{"}}"#)
}

/// The same of each text in JSON.
pub(super) fn untemplated(value: &Value) -> Value {
    match value {
        Value::String(text) => literally(text).into(),
        Value::Array(items) => items.iter().map(untemplated).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), untemplated(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}
