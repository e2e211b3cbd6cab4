//! Declared parameters and the one validator. An endpoint lists what it takes; the API's errors for
//! a missing, unknown, mistyped or out-of-range value follow from the list.

use crate::error;
use crate::error::ApiError;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use std::fmt;

/// One parameter of an object.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// Whether it leaves what is generated as it is (`user`, `stream`, a cut).
    pub(crate) inert: bool,
}

/// A parameter that must be there.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: true, inert: false }
}

/// A parameter that may be left out, or be `null`.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: false, inert: false }
}

impl Param {
    /// Says that the parameter leaves what is generated as it is.
    pub(crate) const fn inert(mut self) -> Param {
        self.inert = true;
        self
    }
}

/// What a value may be.
pub(crate) enum Kind {
    /// Anything.
    Any,
    /// A model's name, with the sentences that only this parameter has.
    Model,
    Flag,
    Integer {
        min: i64,
        max: i64,
    },
    Number {
        min: f64,
        max: f64,
    },
    /// A string of so many characters.
    Text {
        min: usize,
        max: usize,
    },
    OneOf(&'static [&'static str]),
    /// `expected` completes "expected an array of ...".
    List {
        of: &'static Kind,
        expected: &'static str,
        min: usize,
        max: usize,
    },
    /// An object of exactly these parameters.
    Object(&'static [Param]),
    /// Any object.
    Map,
    /// Up to 16 pairs of strings.
    Metadata,
    /// The first of these that the JSON type fits.
    Either {
        expected: &'static str,
        kinds: &'static [Kind],
    },
    /// An object whose `tag` names the parameters that the others are.
    Tagged {
        tag: &'static str,
        cases: &'static [(&'static str, &'static [Param])],
    },
}

/// A string without limits.
pub(crate) const TEXT: Kind = Kind::Text { min: 0, max: usize::MAX };
/// A whole number without limits.
pub(crate) const INTEGER: Kind = Kind::Integer { min: i64::MIN, max: i64::MAX };

/// Checks a body against its declaration, in the API's order: what is missing, what is unknown,
/// then each value in the order declared. Only the first failing check is reported.
pub(crate) fn check(body: &Map<String, Value>, declared: &'static [Param]) -> Result<(), ApiError> {
    object(body, declared, None, &Path::Root)
}

/// Where a value stands. Put together only when an error names it.
enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn field<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path::Field(self, name)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => write!(out, "{name}"),
            Path::Field(parent, name) => write!(out, "{parent}.{name}"),
            Path::Item(parent, at) => write!(out, "{parent}[{at}]"),
        }
    }
}

fn object(
    given: &Map<String, Value>,
    declared: &'static [Param],
    tag: Option<&str>,
    path: &Path<'_>,
) -> Result<(), ApiError> {
    // A request uses few of the declared parameters, so it is the request that is gone through.
    let mut known = Vec::with_capacity(given.len());
    let mut unknown = None;
    for (name, value) in given {
        match declared.iter().position(|param| param.name == name) {
            Some(at) => known.push((at, value)),
            None if tag == Some(name) => {}
            None => unknown = unknown.or(Some(name)),
        }
    }
    known.sort_unstable_by_key(|(at, _)| *at);
    for (at, param) in declared.iter().enumerate().filter(|(_, param)| param.required) {
        let value = known.iter().find(|(known, _)| *known == at).map(|(_, value)| *value);
        match (&param.kind, value) {
            (Kind::Model, value) => model(value)?,
            (_, None) => return Err(error::missing(&path.field(param.name).to_string())),
            _ => {}
        }
    }
    if let Some(name) = unknown {
        return Err(error::unknown(&path.field(name).to_string(), &similar(name, declared, given)));
    }
    for (at, value) in known {
        let param = &declared[at];
        if param.required || !value.is_null() {
            param.kind.check(value, &path.field(param.name))?;
        }
    }
    Ok(())
}

fn model(value: Option<&Value>) -> Result<(), ApiError> {
    match value {
        None | Some(Value::Null) => Err(error::no_model()),
        Some(Value::String(name)) if name.is_empty() => Err(error::no_model()),
        Some(Value::String(_)) => Ok(()),
        Some(_) => Err(error::not_json()),
    }
}

impl Kind {
    fn check(&self, value: &Value, path: &Path<'_>) -> Result<(), ApiError> {
        if !self.fits(value) {
            return Err(error::wrong_type(&path.to_string(), &self.expected(), given(value)));
        }
        match (self, value) {
            (Kind::Integer { min, max }, Value::Number(number)) => {
                // A whole number beyond 64 bits is beyond every limit.
                let whole = number.as_i64().unwrap_or(i64::MAX);
                within(whole >= *min, whole <= *max, "integer", (min, max), number, path)
            }
            (Kind::Number { min, max }, Value::Number(number)) => {
                let float = number.as_f64().unwrap_or(f64::NAN);
                within(float >= *min, float <= *max, "decimal", (min, max), number, path)
            }
            (Kind::Text { min, max }, Value::String(text)) => length_of_text(text, *min, *max, path),
            (Kind::OneOf(values), Value::String(text)) if !values.contains(&text.as_str()) => {
                Err(error::not_one_of(&path.to_string(), text, values))
            }
            (Kind::List { of, min, max, .. }, Value::Array(items)) => {
                if items.len() < *min {
                    return Err(error::array_too_short(&path.to_string(), *min, items.len()));
                }
                if items.len() > *max {
                    return Err(error::array_too_long(&path.to_string(), *max, items.len()));
                }
                let mut each = items.iter().enumerate();
                each.try_for_each(|(at, item)| of.check(item, &Path::Item(path, at)))
            }
            (Kind::Object(declared), Value::Object(fields)) => object(fields, declared, None, path),
            (Kind::Metadata, Value::Object(pairs)) => metadata(pairs, path),
            (Kind::Either { kinds, .. }, _) => {
                kinds.iter().find(|kind| kind.fits(value)).map_or(Ok(()), |kind| kind.check(value, path))
            }
            (Kind::Tagged { tag, cases }, Value::Object(fields)) => tagged(fields, tag, cases, path),
            _ => Ok(()),
        }
    }

    /// Whether the JSON type is right; an array of plain values is looked into, so that
    /// `Either` can tell an array of strings from an array of numbers.
    fn fits(&self, value: &Value) -> bool {
        match self {
            Kind::Any => true,
            Kind::Model | Kind::Text { .. } | Kind::OneOf(_) => value.is_string(),
            Kind::Flag => value.is_boolean(),
            Kind::Integer { .. } => value.as_number().is_some_and(|number| !number.is_f64()),
            Kind::Number { .. } => value.is_number(),
            Kind::List { of, .. } => match (of, value) {
                (Kind::Object(_) | Kind::Tagged { .. } | Kind::Either { .. }, Value::Array(_)) => true,
                (of, Value::Array(items)) => items.iter().all(|item| of.fits(item)),
                _ => false,
            },
            Kind::Object(_) | Kind::Map | Kind::Metadata | Kind::Tagged { .. } => value.is_object(),
            Kind::Either { kinds, .. } => kinds.iter().any(|kind| kind.fits(value)),
        }
    }

    /// Completes "expected ...".
    fn expected(&self) -> String {
        match self {
            Kind::Any => "any value".into(),
            Kind::Model | Kind::Text { .. } | Kind::OneOf(_) => "a string".into(),
            Kind::Flag => "a boolean".into(),
            Kind::Integer { .. } => "an integer".into(),
            Kind::Number { .. } => "a decimal".into(),
            Kind::List { expected, .. } => format!("an array of {expected}"),
            Kind::Object(_) | Kind::Map | Kind::Tagged { .. } => "an object".into(),
            Kind::Metadata => "a metadata object".into(),
            Kind::Either { expected, .. } => (*expected).into(),
        }
    }
}

/// Checks a number, an `integer` or a `decimal`, against its limits.
fn within(
    high_enough: bool,
    low_enough: bool,
    noun: &str,
    (min, max): (&dyn fmt::Display, &dyn fmt::Display),
    given: &Number,
    path: &Path<'_>,
) -> Result<(), ApiError> {
    if !high_enough {
        return Err(error::below_minimum(&path.to_string(), noun, &min.to_string(), &given.to_string()));
    }
    if !low_enough {
        return Err(error::above_maximum(&path.to_string(), noun, &max.to_string(), &given.to_string()));
    }
    Ok(())
}

/// Names a value's type as the API does.
fn given(value: &Value) -> &'static str {
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

fn length_of_text(text: &str, min: usize, max: usize, path: &Path<'_>) -> Result<(), ApiError> {
    // A string has no more characters than bytes, and at least a quarter as many.
    if text.len() > max || text.len() < min.saturating_mul(4) {
        let characters = text.chars().count();
        if characters < min {
            return Err(error::text_too_short(&path.to_string(), min, characters));
        }
        if characters > max {
            return Err(error::text_too_long(&path.to_string(), max, characters));
        }
    }
    Ok(())
}

fn metadata(pairs: &Map<String, Value>, path: &Path<'_>) -> Result<(), ApiError> {
    const PAIRS: usize = 16;
    const KEY: usize = 64;
    const VALUE: usize = 512;
    if pairs.len() > PAIRS {
        return Err(error::too_many_pairs(&path.to_string(), PAIRS, pairs.len()));
    }
    for (key, value) in pairs {
        if key.chars().count() > KEY {
            return Err(error::key_too_long(&path.to_string(), key, KEY));
        }
        Kind::Text { min: 0, max: VALUE }.check(value, &path.field(key))?;
    }
    Ok(())
}

fn tagged(
    fields: &Map<String, Value>,
    tag: &'static str,
    cases: &'static [(&'static str, &'static [Param])],
    path: &Path<'_>,
) -> Result<(), ApiError> {
    let tag_path = || path.field(tag).to_string();
    let name = match field_of(fields, tag) {
        None => return Err(error::missing(&tag_path())),
        Some(Value::String(name)) => name,
        Some(other) => return Err(error::wrong_type(&tag_path(), "a string", given(other))),
    };
    let Some((_, declared)) = cases.iter().find(|(case, _)| case == name) else {
        let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
        return Err(error::not_one_of(&tag_path(), name, &names));
    };
    object(fields, declared, Some(tag), path)
}

/// A field of an object: requests have few, so looking through them is quicker than hashing a name.
fn field_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A field of a value; `null` where there is none.
pub(crate) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.as_object().and_then(|fields| field_of(fields, name)).unwrap_or(&Value::Null)
}

/// Declared names two edits away or less that the request does not use yet.
fn similar(name: &str, declared: &'static [Param], given: &Map<String, Value>) -> Vec<&'static str> {
    let mut names: Vec<&str> = declared
        .iter()
        .map(|param| param.name)
        .filter(|known| !given.contains_key(*known) && distance(name, known) <= 2)
        .collect();
    names.sort_unstable();
    names
}

/// The Levenshtein distance, or more than 2 where the lengths alone say so.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// A checked body. Only declared parameters can be read from it.
pub(crate) struct Args<'a> {
    body: &'a Map<String, Value>,
    declared: &'static [Param],
}

impl<'a> Args<'a> {
    /// The body must have passed [`check`] against the same declaration.
    pub(crate) fn new(body: &'a Map<String, Value>, declared: &'static [Param]) -> Args<'a> {
        Args { body, declared }
    }

    /// A parameter's value; `None` where it is absent or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        debug_assert!(
            self.declared.iter().any(|param| param.name == name),
            "'{name}' is read but not declared"
        );
        field_of(self.body, name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    pub(crate) fn list(&self, name: &str) -> &'a [Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The parameters that what is generated depends on.
    pub(crate) fn content(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let inert = |name: &str| self.declared.iter().any(|param| param.inert && param.name == name);
        self.body
            .iter()
            .filter(move |(name, value)| !value.is_null() && !inert(name))
            .map(|(name, value)| (name.as_str(), value))
    }
}

#[cfg(test)]
// A table of cases is one function, and its rows read best without borrowing.
#[allow(clippy::too_many_lines, clippy::needless_pass_by_value)]
mod tests {
    use super::*;
    use serde_json::json;

    const PARTS: Kind = Kind::Tagged { tag: "type", cases: &[("text", &[required("text", TEXT)])] };
    const DECLARED: &[Param] = &[
        required("model", Kind::Model),
        required(
            "input",
            Kind::Either {
                expected: "one of a string or array of objects",
                kinds: &[TEXT, Kind::List { of: &PARTS, expected: "objects", min: 1, max: 2 }],
            },
        ),
        optional("n", Kind::Integer { min: 1, max: 8 }),
        optional("temperature", Kind::Number { min: 0.0, max: 2.0 }),
        optional("stop", TEXT),
        optional("store", Kind::Flag),
        optional("size", Kind::OneOf(&["small", "large"])),
        optional("name", Kind::Text { min: 1, max: 3 }),
        optional("metadata", Kind::Metadata),
        optional("options", Kind::Object(&[optional("deep", Kind::Flag)])),
    ];

    /// The message, param and code of the refusal of a good body with these fields put in.
    fn refusal(fields: Value) -> (String, Option<String>, Option<&'static str>) {
        let mut body = json!({"model": "m", "input": "i"});
        for (name, value) in fields.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let error = check(body.as_object().expect("an object"), DECLARED).expect_err("a refusal");
        (error.message, error.param, error.code)
    }

    fn refuses(fields: Value, message: &str, param: &str, code: &str) {
        let (found, path, found_code) = refusal(fields);
        assert_eq!(found, message);
        assert_eq!((path.as_deref(), found_code), (Some(param), Some(code)), "{message}");
    }

    #[test]
    fn each_sentence() {
        refuses(
            json!({"n": 0}),
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "n",
            "integer_below_min_value",
        );
        refuses(
            json!({"n": 9}),
            "Invalid 'n': integer above maximum value. Expected a value <= 8, but got 9 instead.",
            "n",
            "integer_above_max_value",
        );
        refuses(
            json!({"n": 1.5}),
            "Invalid type for 'n': expected an integer, but got a decimal number instead.",
            "n",
            "invalid_type",
        );
        refuses(
            json!({"n": 18_446_744_073_709_551_615_u64}),
            "Invalid 'n': integer above maximum value. Expected a value <= 8, but got 18446744073709551615 instead.",
            "n",
            "integer_above_max_value",
        );
        refuses(
            json!({"temperature": 2.5}),
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
            "temperature",
            "decimal_above_max_value",
        );
        refuses(
            json!({"temperature": -1}),
            "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
            "temperature",
            "decimal_below_min_value",
        );
        refuses(
            json!({"stop": 1}),
            "Invalid type for 'stop': expected a string, but got an integer instead.",
            "stop",
            "invalid_type",
        );
        refuses(
            json!({"store": "yes"}),
            "Invalid type for 'store': expected a boolean, but got a string instead.",
            "store",
            "invalid_type",
        );
        refuses(
            json!({"size": "huge"}),
            "Invalid value: 'huge'. Supported values are: 'small' and 'large'.",
            "size",
            "invalid_value",
        );
        refuses(
            json!({"name": ""}),
            "Invalid 'name': empty string. Expected a string with minimum length 1, but got an empty string instead.",
            "name",
            "empty_string",
        );
        refuses(
            json!({"name": "äöüß"}),
            "Invalid 'name': string too long. Expected a string with maximum length 3, but got a string with length 4 instead.",
            "name",
            "string_above_max_length",
        );
        refuses(
            json!({"input": 5}),
            "Invalid type for 'input': expected one of a string or array of objects, but got an integer instead.",
            "input",
            "invalid_type",
        );
        refuses(
            json!({"input": []}),
            "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "input",
            "empty_array",
        );
        refuses(
            json!({"input": [1, 2, 3]}),
            "Invalid 'input': array too long. Expected an array with maximum length 2, but got an array with length 3 instead.",
            "input",
            "array_above_max_length",
        );
        refuses(
            json!({"input": [1]}),
            "Invalid type for 'input[0]': expected an object, but got an integer instead.",
            "input[0]",
            "invalid_type",
        );
        refuses(
            json!({"input": [{}]}),
            "Missing required parameter: 'input[0].type'.",
            "input[0].type",
            "missing_required_parameter",
        );
        refuses(
            json!({"input": [{"type": "text"}]}),
            "Missing required parameter: 'input[0].text'.",
            "input[0].text",
            "missing_required_parameter",
        );
        refuses(
            json!({"input": [{"type": "sound"}]}),
            "Invalid value: 'sound'. Supported values are: 'text'.",
            "input[0].type",
            "invalid_value",
        );
        refuses(
            json!({"input": null}),
            "Invalid type for 'input': expected one of a string or array of objects, but got null instead.",
            "input",
            "invalid_type",
        );
        refuses(
            json!({"metadata": {"k": 1}}),
            "Invalid type for 'metadata.k': expected a string, but got an integer instead.",
            "metadata.k",
            "invalid_type",
        );
        refuses(
            json!({"metadata": []}),
            "Invalid type for 'metadata': expected a metadata object, but got an array instead.",
            "metadata",
            "invalid_type",
        );
        refuses(
            json!({"options": {"bogus": 1}}),
            "Unknown parameter: 'options.bogus'.",
            "options.bogus",
            "unknown_parameter",
        );
        refuses(
            json!({"stor": 1}),
            "Unknown parameter: 'stor'. Did you mean 'stop' or 'store'?",
            "stor",
            "unknown_parameter",
        );
        refuses(
            json!({"stor": 1, "stop": "x"}),
            "Unknown parameter: 'stor'. Did you mean 'store'?",
            "stor",
            "unknown_parameter",
        );
    }

    #[test]
    fn the_model_has_sentences_of_its_own() {
        let message = "you must provide a model parameter".to_owned();
        assert_eq!(refusal(json!({"model": null})), (message.clone(), None, None));
        assert_eq!(refusal(json!({"model": ""})), (message, None, None));
        assert!(refusal(json!({"model": 5})).0.starts_with("We could not parse"));
    }

    #[test]
    fn metadata_is_bounded() {
        let many: Map<String, Value> = (0..17).map(|k| (k.to_string(), json!("v"))).collect();
        assert_eq!(refusal(json!({"metadata": many})).2, Some("object_above_max_properties"));
        assert_eq!(
            refusal(json!({"metadata": {"k".repeat(65): "v"}})).2,
            Some("property_name_above_max_length")
        );
        assert_eq!(refusal(json!({"metadata": {"k": "v".repeat(513)}})).2, Some("string_above_max_length"));
    }

    #[test]
    fn missing_comes_before_unknown_and_unknown_before_types() {
        let body = json!({"model": "m", "bogus": 1, "n": "x"});
        let error = check(body.as_object().expect("an object"), DECLARED).expect_err("a refusal");
        assert_eq!(error.code, Some("missing_required_parameter"));
        assert_eq!(refusal(json!({"bogus": 1, "n": "x"})).2, Some("unknown_parameter"));
    }

    #[test]
    fn null_is_absent_where_a_parameter_is_optional() {
        let body = json!({"model": "m", "input": "i", "n": null, "options": {"deep": null}});
        assert_eq!(check(body.as_object().expect("an object"), DECLARED), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn distance_is_symmetric_and_zero_for_equals(a in "[a-c]{0,6}", b in "[a-c]{0,6}") {
            proptest::prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            proptest::prop_assert_eq!(distance(&a, &a), 0);
        }
    }
}
