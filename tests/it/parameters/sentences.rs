//! What the API says of a value that is out of its range, as far as a declaration tells it: `…` stands for the
//! rest.

use super::bodies::told;
use openai_fake::declared::Bounds;
use openai_fake::declared::Measure;
use openai_fake::declared::Parameter;
use serde_json::Value;

/// A value that is beyond a limit.
pub(super) struct Step<'a> {
    /// Where it stands.
    pub(super) at: &'a str,
    pub(super) parameter: &'a Parameter,
    pub(super) bounds: &'a Bounds,
    /// Whether it is less than the least.
    pub(super) low: bool,
    pub(super) limit: f64,
    pub(super) given: f64,
}

impl Step<'_> {
    /// The sentence of the older dialect.
    pub(super) fn legacy(&self) -> String {
        let Step { at, bounds, limit, given, low, .. } = self;
        match bounds.measure {
            Measure::Integer | Measure::Decimal if *low => {
                format!("{given} is less than the minimum of {limit} - '{at}'")
            }
            Measure::Integer | Measure::Decimal => {
                format!("{given} is greater than the maximum of {limit} - '{at}'")
            }
            _ if *low => format!("… is too short - '{at}'"),
            _ => format!("… is too long - '{at}'"),
        }
    }

    /// The sentence, and its code.
    pub(super) fn current(&self) -> (String, &'static str) {
        let Step { at, parameter, bounds, limit, given, .. } = self;
        let low = self.low;
        let side = if low { "below minimum" } else { "above maximum" };
        let name = bounds.path.ends_with("{name}");
        let pairs = parameter.takes.starts_with("up to ") && bounds.path == parameter.path;
        let sign = if low { ">=" } else { "<=" };
        let number = |noun: &str| {
            format!(
                "Invalid '{at}': {noun} {side} value. Expected a value {sign} {limit}, but got {given} instead."
            )
        };
        let empty = |noun: &str, article: &str| {
            format!(
                "Invalid '{at}': empty {noun}. Expected {article} {noun} with minimum length {limit}, but got an empty {noun} instead."
            )
        };
        let long = |noun: &str, article: &str| {
            format!(
                "Invalid '{at}': {noun} too long. Expected {article} {noun} with maximum length {limit}, but got {article} {noun} with length {given} instead."
            )
        };
        match bounds.measure {
            Measure::Integer if low => (number("integer"), "integer_below_min_value"),
            Measure::Integer => (number("integer"), "integer_above_max_value"),
            Measure::Decimal if low => (number("decimal"), "decimal_below_min_value"),
            Measure::Decimal => (number("decimal"), "decimal_above_max_value"),
            Measure::Items if pairs => (
                format!(
                    "Invalid '{at}': too many properties. Expected an object with at most {limit} properties, but got an object with {given} properties instead."
                ),
                "object_above_max_properties",
            ),
            Measure::Items if low => (empty("array", "an"), "empty_array"),
            Measure::Items => (long("array", "an"), "array_above_max_length"),
            Measure::Characters if name => (
                format!(
                    "Invalid property name in '{}': '…' is too long. Expected a string with maximum length {limit}, but got a string with length {given} instead.",
                    told(&parameter.path)
                ),
                "property_name_above_max_length",
            ),
            Measure::Characters if low => (empty("string", "a"), "empty_string"),
            Measure::Characters => (long("string", "a"), "string_above_max_length"),
        }
    }
}

/// Whether a message is a template with anything for each `…`.
pub(super) fn is_like(message: &str, template: &str) -> bool {
    let pieces: Vec<&str> = template.split('…').collect();
    let (first, last) = (pieces[0], pieces[pieces.len() - 1]);
    if pieces.len() == 1 {
        return message == template;
    }
    let Some(mut rest) = message.strip_prefix(first) else { return false };
    for piece in &pieces[1..pieces.len() - 1] {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// `'a', 'b', and 'c'`
pub(super) fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    match words.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [all @ .., last] => format!("{}, and {last}", all.join(", ")),
        [] => String::new(),
    }
}

/// What the API calls a value's type.
pub(super) fn noun(given: &Value) -> &'static str {
    match given {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a decimal number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A value as the older dialect shows it.
pub(super) fn python(given: &Value) -> String {
    match given {
        Value::Bool(true) => "True".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}
