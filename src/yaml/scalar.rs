//! Reads a single value: a text, a number, a boolean, nothing, or what base64 stands for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use granit_parser::Tag;
use serde_json::Number;
use serde_json::Value;
use std::borrow::Cow;

/// What a value means by its tag, or by how it looks where it is `plain`. Tags that only a program knows
/// (`!ruby/...`, `!!python/...`) leave a text what it is.
pub(super) fn value(text: Cow<'_, str>, plain: bool, tag: Option<&Tag>) -> Result<Value, &'static str> {
    let Some(tag) = tag else {
        let found = if plain { looks_like(&text) } else { None };
        return Ok(found.unwrap_or_else(|| Value::String(text.into_owned())));
    };
    let known = tag.suffix_in_namespace("tag:yaml.org,2002:").or_else(|| tag.suffix_in_namespace("!"));
    match known.as_deref() {
        Some("binary") => binary(&text),
        Some("int" | "float" | "bool" | "null") => {
            Ok(looks_like(&text).unwrap_or_else(|| Value::String(text.into_owned())))
        }
        _ => Ok(Value::String(text.into_owned())),
    }
}

/// The core schema of YAML 1.2. What JSON cannot say (infinity, no number) stays a text.
fn looks_like(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        _ => {}
    }
    // Most texts end here.
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return None;
    }
    let based = |prefix, base| {
        let digits: &str = text.strip_prefix(prefix)?;
        let sign = digits.starts_with('+');
        if sign { None } else { u64::from_str_radix(digits, base).ok() }
    };
    if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Some(number.into());
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let whole = text.strip_prefix('+').unwrap_or(text);
        let whole = whole.parse().map(u64::into).or_else(|_| whole.parse().map(i64::into));
        return whole.ok().or_else(|| float(text));
    }
    let number = digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if number { float(text) } else { None }
}

fn float(text: &str) -> Option<Value> {
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map(Value::Number)
}

/// Bytes that are text are that text, others stay base64.
fn binary(text: &str) -> Result<Value, &'static str> {
    let text: String = text.chars().filter(|one| !one.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(&text).map_err(|_| "!!binary is not base64")?;
    Ok(Value::String(String::from_utf8(bytes).unwrap_or(text)))
}
