//! Walks a body along its declaration and reports the first thing that is wrong.

use crate::error;
use crate::error::ApiError;
use crate::error::abridged;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::METADATA_NAME;
use crate::params::METADATA_PAIRS;
use crate::params::METADATA_VALUE;
use crate::params::MOST_BIAS;
use crate::params::MOST_ID;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::field_of;
use crate::params::sentences::Limit;
use crate::params::similar::hint;
use serde_json::Map;
use serde_json::Value;
use std::cell::RefCell;
use std::fmt;

/// Checks a body against its declaration, in the API's order: the model, which `admit` decides on,
/// what is missing, what is unknown, then each value in the order declared. Only the first failing
/// check is reported. Takes out of the body what is passed over, so that nothing depends on it, and
/// returns the list that the body was held against.
pub(crate) fn check(
    body: &mut Map<String, Value>,
    declared: &Declared,
    admit: impl FnOnce(&str) -> Result<(), ApiError>,
) -> Result<&'static [Param], ApiError> {
    let strays = RefCell::default();
    let params = walk(body, declared, admit, &strays)?;
    take_out(body, &strays.into_inner());
    Ok(params)
}

/// Collects the names that are passed over.
fn walk(
    body: &Map<String, Value>,
    declared: &Declared,
    admit: impl FnOnce(&str) -> Result<(), ApiError>,
    strays: &RefCell<Vec<Stray>>,
) -> Result<&'static [Param], ApiError> {
    let params = declared.params(body);
    let walk = Walk { dialect: declared.dialect, open: false, strays };
    let model = field_of(body, "model");
    if let Some(param) = params.iter().find(|param| matches!(param.kind, Kind::Model | Kind::RequestedModel))
    {
        walk.model(body, param, model)?;
    }
    if let Some(Value::String(name)) = model {
        admit(name)?;
    }
    walk.object(body, params, NO_TAGS, &Path::Root)?;
    Ok(params)
}

/// Where an object stands, as a JSON pointer, and a name in it.
type Stray = (String, String);

fn take_out(body: &mut Map<String, Value>, strays: &[Stray]) {
    if strays.is_empty() {
        return;
    }
    let mut whole = Value::Object(std::mem::take(body));
    for (object, name) in strays {
        if let Some(Value::Object(fields)) = whole.pointer_mut(object) {
            fields.shift_remove(name);
        }
    }
    if let Value::Object(fields) = whole {
        *body = fields;
    }
}

/// The fields of an object that said which declaration it is held against.
type Tags = [Option<&'static str>; 2];
const NO_TAGS: Tags = [None, None];

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

    /// As a JSON pointer: RFC 6901. Declared names have nothing in them that it would write otherwise.
    fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Field(parent, name) => format!("{}/{name}", parent.pointer()),
            Path::Item(parent, at) => format!("{}/{at}", parent.pointer()),
        }
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

#[derive(Clone, Copy)]
struct Walk<'a> {
    dialect: Dialect,
    /// Whether names that are not known are passed over here.
    open: bool,
    /// Those that were.
    strays: &'a RefCell<Vec<Stray>>,
}

impl Walk<'_> {
    /// The model comes before all other parameters.
    fn model(self, body: &Map<String, Value>, param: &Param, model: Option<&Value>) -> Result<(), ApiError> {
        match (&param.kind, model) {
            (Kind::Model, None | Some(Value::Null)) => Err(error::no_model()),
            (Kind::Model, Some(Value::String(name))) if name.is_empty() => Err(error::no_model()),
            (_, Some(Value::String(_))) => Ok(()),
            (Kind::Model, Some(_)) => Err(error::not_json()),
            (_, None) if must_have(param, body) => Err(error::missing(param.name)),
            (_, Some(Value::Null)) if must_have(param, body) => {
                // The API calls this null an object.
                Err(error::wrong_type(param.name, "a string", "an object"))
            }
            (_, None | Some(Value::Null)) => Ok(()),
            (_, Some(other)) => Err(self.dialect.wrong_type(param.name, &TEXT, other)),
        }
    }

    fn object(
        self,
        given: &Map<String, Value>,
        declared: &'static [Param],
        tags: Tags,
        path: &Path<'_>,
    ) -> Result<(), ApiError> {
        // A request uses few of the declared parameters, so it is the request that is gone through.
        let mut known = Vec::with_capacity(given.len());
        let mut unknown: Vec<&str> = Vec::new();
        for (name, value) in given {
            match declared.iter().position(|param| param.name == name) {
                Some(at) => match declared[at].kind {
                    Kind::Moved(to) => return Err(error::moved(name, to)),
                    _ => known.push((at, value)),
                },
                None if tags.contains(&Some(name)) => {}
                None if self.open => self.strays.borrow_mut().push((path.pointer(), name.clone())),
                None => unknown.push(name),
            }
        }
        known.sort_unstable_by_key(|(at, _)| *at);
        for (at, param) in declared.iter().enumerate().filter(|(_, param)| must_have(param, given)) {
            if !known.iter().any(|(known, _)| *known == at) {
                return Err(error::missing(path.field(param.name)));
            }
        }
        if let Some(name) = unknown.first() {
            let hint = hint(name, declared, given);
            return Err(self.dialect.unknown(path.field(name), &hint, &unknown));
        }
        let bar = |(at, value): &(usize, &Value)| match declared[*at].barred {
            Some(barred) if !value.is_null() => barred(given),
            _ => None,
        };
        if let Some(refusal) = known.iter().find_map(bar) {
            return Err(refusal);
        }
        for (at, value) in known {
            let param = &declared[at];
            // Metadata may be null even where it must be there, which takes away what there was.
            let may_be_null = !must_have(param, given) || matches!(param.kind, Kind::Metadata);
            if !(may_be_null && value.is_null()) {
                let inside = Walk {
                    dialect: param.dialect.unwrap_or(self.dialect),
                    open: self.open || param.open,
                    ..self
                };
                inside.value(&param.kind, value, &path.field(param.name))?;
            }
        }
        Ok(())
    }

    fn value(self, kind: &'static Kind, value: &Value, path: &Path<'_>) -> Result<(), ApiError> {
        if !kind.fits(value) {
            return Err(self.dialect.wrong_type(path, kind, value));
        }
        match (kind, value) {
            (Kind::Integer { min, max }, Value::Number(number)) => {
                // A whole number beyond 64 bits is beyond every limit.
                let whole = number.as_i64();
                let limit = whole.map_or(Some(Limit::AtMost(*max)), |whole| beyond(whole, *min, *max));
                limit.map_or(Ok(()), |limit| Err(self.dialect.integer(path, limit, number)))
            }
            (Kind::Number { min, max }, Value::Number(number)) => {
                let float = number.as_f64().unwrap_or(f64::INFINITY);
                beyond(float, *min, *max)
                    .map_or(Ok(()), |limit| Err(self.dialect.decimal(path, limit, number)))
            }
            (Kind::Text { min, max }, Value::String(text)) => self.text_length(text, *min, *max, path),
            (Kind::Name { pattern, max }, Value::String(text)) => {
                self.text_length(text, 1, usize::MAX, path)?;
                if !text.chars().all(pattern.fits) {
                    return Err(error::no_match(path, pattern.text));
                }
                self.text_length(text, 1, *max, path)
            }
            (Kind::Id(prefix), Value::String(text)) => {
                self.text_length(text, 0, MOST_ID, path)?;
                let begins = text.starts_with(prefix);
                if begins { Ok(()) } else { Err(error::bad_id(path, abridged(text), prefix)) }
            }
            (Kind::OneOf(values), Value::String(text)) if !values.contains(&text.as_str()) => {
                Err(self.dialect.not_one_of(path, text, values))
            }
            (Kind::List { of, min, max, .. }, Value::Array(items)) => {
                if let Some(limit) = beyond(items.len(), *min, *max) {
                    return Err(self.dialect.array_length(path, limit, items));
                }
                let mut each = items.iter().enumerate();
                each.try_for_each(|(at, item)| self.value(of, item, &Path::Item(path, at)))
            }
            (Kind::Object(declared), Value::Object(fields)) => self.object(fields, declared, NO_TAGS, path),
            (Kind::Metadata, Value::Object(pairs)) => self.metadata(pairs, path),
            (Kind::LogitBias, Value::Object(biases)) => self.logit_bias(biases, path),
            (Kind::Either { kinds, .. }, _) => kinds
                .iter()
                .find(|kind| kind.fits(value))
                .map_or(Ok(()), |kind| self.value(kind, value, path)),
            (Kind::Tagged { tag, cases }, Value::Object(fields)) => self.tagged(fields, tag, cases, path),
            (Kind::Union { .. }, Value::Object(fields)) => self.union(fields, kind, None, path),
            _ => Ok(()),
        }
    }

    fn text_length(self, text: &str, min: usize, max: usize, path: &Path<'_>) -> Result<(), ApiError> {
        // A string has no more characters than bytes, so most need not be counted.
        let length = if text.len() <= max { text.len() } else { text.chars().count() };
        beyond(length, min, max).map_or(Ok(()), |limit| Err(self.dialect.text_length(path, limit, text)))
    }

    fn metadata(self, pairs: &Map<String, Value>, path: &Path<'_>) -> Result<(), ApiError> {
        const VALUE: Kind = Kind::Text { min: 0, max: METADATA_VALUE };
        if pairs.len() > METADATA_PAIRS {
            return Err(error::too_many_pairs(path, METADATA_PAIRS, pairs.len()));
        }
        for (key, value) in pairs {
            let length = key.chars().count();
            if length > METADATA_NAME {
                return Err(error::key_too_long(path, key, abridged(key), METADATA_NAME, length));
            }
            self.value(&VALUE, value, &path.field(key))?;
        }
        Ok(())
    }

    fn logit_bias(self, biases: &Map<String, Value>, path: &Path<'_>) -> Result<(), ApiError> {
        const BIAS: Kind = Kind::Number { min: -MOST_BIAS, max: MOST_BIAS };
        for (key, value) in biases {
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(error::bad_token_id(path, key));
            }
            self.value(&BIAS, value, &path.field(key))?;
        }
        Ok(())
    }

    fn tagged(
        self,
        fields: &Map<String, Value>,
        tag: &'static str,
        cases: &'static [(&'static str, &'static [Param])],
        path: &Path<'_>,
    ) -> Result<(), ApiError> {
        let name = match field_of(fields, tag) {
            None => return Err(error::missing(path.field(tag))),
            Some(Value::String(name)) => name,
            Some(other) => return Err(self.dialect.wrong_type(path.field(tag), &TEXT, other)),
        };
        let Some((_, declared)) = cases.iter().find(|(case, _)| case == name) else {
            let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
            return Err(self.dialect.not_one_of(path.field(tag), name, &names));
        };
        self.object(fields, declared, [Some(tag), None], path)
    }

    /// Holds an object against the case that its tag names. A case may be told apart further by a second
    /// tag; `outer` is the first one then.
    fn union(
        self,
        fields: &Map<String, Value>,
        kind: &'static Kind,
        outer: Option<&'static str>,
        path: &Path<'_>,
    ) -> Result<(), ApiError> {
        let Kind::Union { tag, cases, untagged, .. } = kind else {
            return match kind {
                Kind::Object(declared) => self.object(fields, declared, [outer, None], path),
                _ => Ok(()),
            };
        };
        let name = match field_of(fields, tag) {
            Some(Value::String(name)) => name.as_str(),
            None | Some(Value::Null) if !untagged.is_empty() => {
                let has = |(field, _): &&(&str, &str)| fields.contains_key(*field);
                untagged.iter().find(has).or(untagged.first()).map_or("", |(_, case)| case)
            }
            None => return Err(error::missing(path.field(tag))),
            Some(other) => return Err(self.dialect.wrong_type(path.field(tag), &TEXT, other)),
        };
        match cases.iter().find(|(case, _)| *case == name) {
            Some((_, Kind::Object(declared))) => self.object(fields, declared, [outer, Some(tag)], path),
            Some((_, case)) => self.union(fields, case, Some(tag), path),
            None => {
                let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
                Err(self.dialect.not_one_of(path, name, &names))
            }
        }
    }
}

/// Whether an object must have a parameter.
fn must_have(param: &Param, given: &Map<String, Value>) -> bool {
    let is_given = |name: &&str| field_of(given, name).is_some_and(|value| !value.is_null());
    param.required && !param.instead.iter().any(is_given)
}

/// The limit that a value is beyond, if it is beyond one.
fn beyond<T: PartialOrd + Copy>(value: T, min: T, max: T) -> Option<Limit<T>> {
    if value < min {
        Some(Limit::AtLeast(min))
    } else if value > max {
        Some(Limit::AtMost(max))
    } else {
        None
    }
}

impl Kind {
    /// Whether the JSON type is right; an array of plain values is looked into, so that
    /// `Either` can tell an array of strings from an array of numbers.
    fn fits(&self, value: &Value) -> bool {
        match self {
            Kind::Any => true,
            Kind::Model
            | Kind::RequestedModel
            | Kind::Text { .. }
            | Kind::Name { .. }
            | Kind::Id(_)
            | Kind::OneOf(_) => value.is_string(),
            // It is refused whatever it is.
            Kind::Moved(_) => false,
            Kind::Flag => value.is_boolean(),
            Kind::Integer { .. } => value.as_number().is_some_and(|number| !number.is_f64()),
            Kind::Number { .. } => value.is_number(),
            Kind::List { of, .. } => match (of, value) {
                (
                    Kind::Object(_) | Kind::Tagged { .. } | Kind::Union { .. } | Kind::Either { .. },
                    Value::Array(_),
                ) => true,
                (of, Value::Array(items)) => items.iter().all(|item| of.fits(item)),
                _ => false,
            },
            Kind::Object(_)
            | Kind::Map
            | Kind::Metadata
            | Kind::LogitBias
            | Kind::Tagged { .. }
            | Kind::Union { .. } => value.is_object(),
            Kind::Either { kinds, .. } => kinds.iter().any(|kind| kind.fits(value)),
        }
    }
}

#[cfg(test)]
// A table of cases is one function, and its rows read best without borrowing.
#[allow(clippy::too_many_lines, clippy::needless_pass_by_value)]
mod tests {
    use super::*;
    use crate::params::optional;
    use crate::params::required;
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
        optional("item", ITEM),
        optional("prompts", Kind::Moved("input")),
    ];
    const ITEM: Kind = Kind::Union {
        expected: "an item",
        tag: "type",
        untagged: &[("role", "message"), ("id", "reference")],
        cases: &[
            ("message", MESSAGE),
            ("reference", Kind::Object(&[required("id", Kind::Id("it"))])),
            ("open", Kind::Map),
        ],
    };
    const MESSAGE: Kind = Kind::Union {
        expected: "an item",
        tag: "role",
        untagged: &[],
        cases: &[("user", Kind::Object(&[required("content", TEXT)]))],
    };

    fn checked(body: &Value) -> Result<(), ApiError> {
        let declared = Declared { dialect: Dialect::Current, lists: &[("", DECLARED)], choose: |_| 0 };
        check(&mut body.as_object().expect("an object").clone(), &declared, |_| Ok(())).map(drop)
    }

    /// The message, param and code of the refusal of a good body with these fields put in.
    fn refusal(fields: Value) -> (String, Option<String>, Option<&'static str>) {
        let mut body = json!({"model": "m", "input": "i"});
        for (name, value) in fields.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let error = checked(&body).expect_err("a refusal");
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
    fn unions() {
        for good in [
            json!({"type": "message", "role": "user", "content": "c"}),
            json!({"type": null, "role": "user", "content": "c"}),
            json!({"role": "user", "content": "c"}),
            json!({"type": "reference", "id": "it_1"}),
            json!({"id": "it_1"}),
            json!({"type": "open", "anything": 1}),
        ] {
            assert_eq!(checked(&json!({"model": "m", "input": "i", "item": good})), Ok(()), "{good}");
        }
        let missing = "missing_required_parameter";
        let refuses_item = |item, message, param, code| refuses(json!({"item": item}), message, param, code);
        refuses_item(
            json!("x"),
            "Invalid type for 'item': expected an item, but got a string instead.",
            "item",
            "invalid_type",
        );
        refuses_item(
            json!({"type": "bogus"}),
            "Invalid value: 'bogus'. Supported values are: 'message', 'reference', and 'open'.",
            "item",
            "invalid_value",
        );
        refuses_item(
            json!({"role": "bogus"}),
            "Invalid value: 'bogus'. Supported values are: 'user'.",
            "item",
            "invalid_value",
        );
        refuses_item(
            json!({"type": 5}),
            "Invalid type for 'item.type': expected a string, but got an integer instead.",
            "item.type",
            "invalid_type",
        );
        refuses_item(json!({}), "Missing required parameter: 'item.role'.", "item.role", missing);
        refuses_item(
            json!({"role": "user", "content": "c", "id": "it_1"}),
            "Unknown parameter: 'item.id'.",
            "item.id",
            "unknown_parameter",
        );
        refuses_item(
            json!({"id": "abc"}),
            "Invalid 'item.id': 'abc'. Expected an ID that begins with 'it'.",
            "item.id",
            "invalid_value",
        );
    }

    #[test]
    fn a_parameter_that_has_moved_is_told_before_what_is_missing() {
        let error = checked(&json!({"model": "m", "prompts": []})).expect_err("a refusal");
        assert!(error.message.contains("'prompts'") && error.message.contains("moved to 'input'"));
        assert_eq!((error.param, error.code), (None, Some("unsupported_parameter")));
        assert_eq!(refusal(json!({"prompt": 1})).0, "Unknown parameter: 'prompt'.");
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
        let error = checked(&body).expect_err("a refusal");
        assert_eq!(error.code, Some("missing_required_parameter"));
        assert_eq!(refusal(json!({"bogus": 1, "n": "x"})).2, Some("unknown_parameter"));
    }

    #[test]
    fn null_is_absent_where_a_parameter_is_optional() {
        let body = json!({"model": "m", "input": "i", "n": null, "options": {"deep": null}});
        assert_eq!(checked(&body), Ok(()));
    }
}
