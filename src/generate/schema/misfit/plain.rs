//! Whether a value is what the keywords say that hold no schemas. Never looks inside a value, but to compare it.

use crate::generate::schema::decimal;
use crate::generate::schema::misfit::within::Fit;
use crate::generate::schema::misfit::within::Within;
use crate::generate::schema::rules::compare;
use crate::generate::schema::rules::same;
use crate::generate::schema::types::TypeSet;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use std::cmp::Ordering;

/// A schema.
pub(super) type Keywords = Map<String, Value>;

pub(super) fn of_types(schema: &Keywords, value: &Value, at: &Within<'_>) -> Fit {
    let Some(types) = schema.get("type").filter(|types| !TypeSet::named(types).include(value)) else {
        return Ok(true);
    };
    let names: Vec<&str> = match types {
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(kind).collect(),
        one => one.as_str().map(kind).into_iter().collect(),
    };
    let given = match value {
        // That it is a number is not what is wrong.
        Value::Number(number) if names.contains(&kind("integer")) => number.to_string(),
        value => kind_of(value).to_owned(),
    };
    at.expects(names.join(" or "), given)
}

/// A type with its article.
fn kind(name: &str) -> &str {
    const KINDS: &[(&str, &str)] = &[
        ("null", "null"),
        ("boolean", "a boolean"),
        ("integer", "an integer"),
        ("number", "a number"),
        ("string", "a string"),
        ("array", "an array"),
        ("object", "an object"),
    ];
    KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(name, |(_, kind)| kind)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub(super) fn of_list(schema: &Keywords, value: &Value, at: &Within<'_>) -> Fit {
    if let Some(all) = list(schema, "enum").filter(|all| !all.iter().any(|one| same(one, value))) {
        let all: Vec<String> = all.iter().take(20).map(Value::to_string).collect();
        return at.expects(format_args!("one of {}", short(&all.join(", "))), shown(value));
    }
    match schema.get("const") {
        Some(one) if !same(one, value) => at.expects(shown(one), shown(value)),
        _ => Ok(true),
    }
}

pub(super) fn in_range(schema: &Keywords, number: &Number, at: &Within<'_>) -> Fit {
    let limit = |key: &str| schema.get(key).and_then(Value::as_number);
    // Draft 4 had a flag where later drafts have a limit.
    let strict = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    for (key, flag, words, strictly, goes) in [
        ("minimum", "exclusiveMinimum", "at least", "more than", Ordering::Greater),
        ("maximum", "exclusiveMaximum", "at most", "less than", Ordering::Less),
    ] {
        let limits = [(limit(key), strict(flag)), (limit(flag), true)];
        for (limit, strict) in limits.into_iter().filter_map(|(limit, strict)| Some((limit?, strict))) {
            let found = compare(number, limit);
            if found != goes && (strict || found.is_ne()) {
                let words = if strict { strictly } else { words };
                return at.expects(format_args!("{words} {limit}"), number);
            }
        }
    }
    match limit("multipleOf") {
        Some(factor) if !decimal::is_multiple(number, factor) => {
            at.expects(format_args!("a multiple of {factor}"), number)
        }
        _ => Ok(true),
    }
}

pub(super) fn in_number(
    schema: &Keywords,
    [least, most]: [&str; 2],
    what: &str,
    given: usize,
    at: &Within<'_>,
) -> Fit {
    let number = given as f64;
    match (count(schema, least), count(schema, most)) {
        (Some(least), _) if number < least => {
            at.expects(format_args!("at least {}", counted(least, what)), given)
        }
        (_, Some(most)) if number > most => {
            at.expects(format_args!("at most {}", counted(most, what)), given)
        }
        _ => Ok(true),
    }
}

/// `1 item`, `2 items`
pub(super) fn counted(number: f64, what: &str) -> String {
    match what.strip_suffix('y') {
        _ if number.to_string() == "1" => format!("{number} {what}"),
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {what}s"),
    }
}

pub(super) fn quoted(text: &str) -> String {
    short(&Value::from(text).to_string())
}

fn shown(value: &Value) -> String {
    short(&value.to_string())
}

/// The first characters of what is long.
fn short(text: &str) -> String {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn list<'a>(schema: &'a Keywords, key: &str) -> Option<&'a [Value]> {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice)
}

pub(super) fn count(schema: &Keywords, key: &str) -> Option<f64> {
    schema.get(key).and_then(Value::as_f64)
}
