//! Filters of captured requests as they are given: in a query, or as an object of JSON. One table says what can be
//! filtered by.

use crate::error;
use crate::error::ApiError;
use crate::http::KeyId;
use crate::params::did_you_mean;
use crate::state::Filter;
use serde_json::Map;
use serde_json::Value;
use std::str::FromStr;

/// Something that requests can be filtered by.
struct Criterion {
    name: &'static str,
    /// What its value is expected to be.
    expected: &'static str,
    /// `None` where the value is something else.
    set: fn(&mut Filter, &str) -> Option<()>,
}

const TEXT: &str = "a string";
const NUMBER: &str = "the number `n` of a request";

#[rustfmt::skip]
const CRITERIA: &[Criterion] = &[
    Criterion { name: "kind", expected: TEXT, set: |filter, text| put(&mut filter.kind, text) },
    Criterion { name: "path", expected: TEXT, set: |filter, text| put(&mut filter.path, text) },
    Criterion { name: "model", expected: TEXT, set: |filter, text| put(&mut filter.model, text) },
    Criterion { name: "status", expected: "a status code such as 400", set: |filter, text| put(&mut filter.status, text) },
    Criterion { name: "rule", expected: TEXT, set: |filter, text| put(&mut filter.rule, text) },
    Criterion { name: "fault", expected: TEXT, set: |filter, text| put(&mut filter.fault, text) },
    Criterion { name: "text", expected: TEXT, set: |filter, text| put(&mut filter.text, text) },
    Criterion { name: "key", expected: "an API key", set: |filter, text| { filter.key = Some(KeyId::of(text)); Some(()) } },
    Criterion { name: "ended", expected: "true or false", set: |filter, text| put(&mut filter.ended, text) },
    Criterion { name: "since", expected: NUMBER, set: |filter, text| raise(&mut filter.above, text) },
    Criterion { name: "after", expected: NUMBER, set: |filter, text| raise(&mut filter.above, text) },
    Criterion { name: "before", expected: NUMBER, set: |filter, text| put(&mut filter.below, text) },
];

fn put<T: FromStr>(place: &mut Option<T>, text: &str) -> Option<()> {
    *place = Some(text.parse().ok()?);
    Some(())
}

fn raise(place: &mut u64, text: &str) -> Option<()> {
    *place = (*place).max(text.parse().ok()?);
    Some(())
}

/// The filter that names and values make, of each name the first. Others names than `others`, which are left aside,
/// are refused: a filter with a slip in its name would let everything pass. `place` is what stands before a name where
/// it is refused: nothing, or `expect[0].`.
pub(super) fn of_pairs(
    pairs: impl Iterator<Item = (String, String)>,
    others: &[&str],
    place: &str,
) -> Result<Filter, ApiError> {
    let mut filter = Filter::default();
    let mut read: Vec<&str> = Vec::new();
    for (name, value) in pairs.filter(|(name, _)| !others.contains(&name.as_str())) {
        let path = || format!("{place}{name}");
        let Some(criterion) = CRITERIA.iter().find(|criterion| criterion.name == name) else {
            let known = CRITERIA.iter().map(|criterion| criterion.name).chain(others.iter().copied());
            return Err(error::unknown(path(), did_you_mean(&name, known)));
        };
        if read.contains(&criterion.name) {
            continue;
        }
        (criterion.set)(&mut filter, &value).ok_or_else(|| error::bad_query(path(), criterion.expected))?;
        read.push(criterion.name);
    }
    Ok(filter)
}

/// The same of an object's fields. A number or `true` is as good as its text.
pub(super) fn of_fields(
    fields: &Map<String, Value>,
    others: &[&str],
    place: &str,
) -> Result<Filter, ApiError> {
    let pairs = fields.iter().map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (name.clone(), text)
    });
    of_pairs(pairs, others, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_query_and_an_object_make_the_same_filter() {
        let object = json!({
            "kind": "chat", "path": "/v1/x", "model": "gpt-4o", "status": 400, "rule": "r", "fault": "429",
            "text": "Hi", "key": "k", "ended": true, "since": 1, "after": 3, "before": 9, "count": {},
        });
        let fields = object.as_object().expect("an object");
        assert!(CRITERIA.iter().all(|criterion| fields.contains_key(criterion.name)));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs = fields.iter().map(|(name, value)| (name.clone(), text(value)));
        let filter = of_fields(fields, &["count"], "").expect("a filter");
        assert_eq!(of_pairs(pairs, &["count"], ""), Ok(filter.clone()));
        assert_eq!(
            filter,
            Filter {
                kind: Some("chat".to_owned()),
                path: Some("/v1/x".to_owned()),
                model: Some("gpt-4o".to_owned()),
                status: Some(400),
                rule: Some("r".to_owned()),
                fault: Some("429".to_owned()),
                text: Some("Hi".to_owned()),
                key: Some(KeyId::of("k")),
                ended: Some(true),
                above: 3,
                below: Some(9),
                unmatched: false,
            }
        );
    }

    #[test]
    fn a_slip_is_refused_with_its_place() {
        let refused = |object: Value| {
            let refusal = of_fields(object.as_object().expect("an object"), &["count"], "expect[1].");
            let refusal = refusal.expect_err("a refusal");
            (refusal.message, refusal.param.unwrap_or_default())
        };
        for (object, message, param) in [
            (
                json!({"knd": 1}),
                "Unknown parameter: 'expect[1].knd'. Did you mean 'key' or 'kind'?",
                "expect[1].knd",
            ),
            (
                json!({"cuont": 1}),
                "Unknown parameter: 'expect[1].cuont'. Did you mean 'count'?",
                "expect[1].cuont",
            ),
            (json!({"xyzzy": 1}), "Unknown parameter: 'expect[1].xyzzy'.", "expect[1].xyzzy"),
            (json!({"ended": 1}), "Invalid 'expect[1].ended': expected true or false.", "expect[1].ended"),
            (
                json!({"since": -1}),
                "Invalid 'expect[1].since': expected the number `n` of a request.",
                "expect[1].since",
            ),
        ] {
            assert_eq!(refused(object), (message.to_owned(), param.to_owned()));
        }
    }
}
