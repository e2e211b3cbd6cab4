//! What is expected to have come, as it is given. Never looks at what has.

use crate::api::filters;
use crate::error;
use crate::error::ApiError;
use crate::params::did_you_mean;
use crate::params::given as type_of;
use crate::rules::Matching;
use crate::state::Filter;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// More are not taken: each is held against every request.
const MOST: usize = 1000;

/// The keys that are none of a filter.
const KEYS: &[&str] = &["match", "name", "count", "before"];

/// Requests that are expected.
pub(super) struct Expectation {
    pub(super) name: Option<String>,
    pub(super) filter: Filter,
    pub(super) matching: Option<Matching>,
    pub(super) min: usize,
    pub(super) max: usize,
    /// The place in the list of the one that all of these come before.
    pub(super) before: Option<usize>,
    /// What is asked for, as it was given.
    given: Map<String, Value>,
    at: usize,
}

/// Reads them all.
pub(super) fn read_all(given: &[Value]) -> Result<Vec<Expectation>, ApiError> {
    if given.len() > MOST {
        return Err(error::array_too_long("expect", MOST, given.len()));
    }
    let mut all: Vec<Expectation> =
        given.iter().enumerate().map(|(at, given)| read(given, at)).collect::<Result<_, _>>()?;
    for at in 0..all.len() {
        all[at].before = before(&all[at], &all)?;
    }
    Ok(all)
}

fn read(given: &Value, at: usize) -> Result<Expectation, ApiError> {
    let path = format!("expect[{at}]");
    let Some(fields) = given.as_object() else {
        return Err(error::wrong_type(path, "an object", type_of(given)));
    };
    let name = match fields.get("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(other) => return Err(error::wrong_type(format!("{path}.name"), "a string", type_of(other))),
    };
    let filter = filters::of_fields(fields, KEYS, &format!("{path}."))?;
    let matching = fields.get("match").map(|given| {
        Matching::read(given).map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let first = problems.first().map_or("", |problem| problem.place.as_str());
            error::bad_match(format!("{path}.match"), told.join("; "), first.replace('/', "."))
        })
    });
    let (min, max) = match fields.get("count") {
        None | Some(Value::Null) => (1, usize::MAX),
        Some(given) => count(given).ok_or_else(|| error::bad_query(format!("{path}.count"), COUNT))?,
    };
    let matching = matching.transpose()?;
    Ok(Expectation { name, filter, matching, min, max, before: None, given: fields.clone(), at })
}

const COUNT: &str = "a whole number, or an object of 'min' and 'max' with the least first";

/// The least and the most that `3` or `{"min": 1, "max": 3}` stands for.
fn count(given: &Value) -> Option<(usize, usize)> {
    let whole = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    let Value::Object(ends) = given else { return whole(given).map(|exactly| (exactly, exactly)) };
    if ends.is_empty() || ends.keys().any(|name| !["min", "max"].contains(&name.as_str())) {
        return None;
    }
    let min = ends.get("min").map_or(Some(0), whole)?;
    let max = ends.get("max").map_or(Some(usize::MAX), whole)?;
    (min <= max).then_some((min, max))
}

/// The place of the one that an expectation names by its name or its number.
fn before(one: &Expectation, all: &[Expectation]) -> Result<Option<usize>, ApiError> {
    let path = format!("expect[{}].before", one.at);
    let place = match one.given.get("before") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(name)) => {
            let names = || all.iter().filter_map(|other| other.name.as_deref());
            let place = all.iter().position(|other| other.name.as_deref() == Some(name));
            place
                .ok_or_else(|| error::no_such_expectation(&path, json!(name), did_you_mean(name, names())))?
        }
        Some(given) => {
            let number = given.as_u64().and_then(|number| usize::try_from(number).ok());
            let place = number.filter(|place| *place < all.len());
            place.ok_or_else(|| error::no_such_expectation(&path, given, ""))?
        }
    };
    if place == one.at {
        return Err(error::no_such_expectation(&path, &one.given["before"], " That is this one itself."));
    }
    Ok(Some(place))
}

impl Expectation {
    /// `expect[0]`, with its name.
    pub(super) fn shown(&self) -> String {
        match &self.name {
            Some(name) => format!("expect[{}] ('{name}')", self.at),
            None => format!("expect[{}]", self.at),
        }
    }

    /// Whether so many are enough, and not too many.
    pub(super) fn takes(&self, count: usize) -> bool {
        (self.min..=self.max).contains(&count)
    }

    /// `exactly 1 request with kind "chat"`
    pub(super) fn wanted(&self) -> String {
        let requests = |count: usize| if count == 1 { "request" } else { "requests" };
        let (min, max) = (self.min, self.max);
        let count = match (min, max) {
            (0, 0) => "no request".to_owned(),
            (min, max) if min == max => format!("exactly {min} {}", requests(min)),
            (min, usize::MAX) => format!("at least {min} {}", requests(min)),
            (0, max) => format!("at most {max} {}", requests(max)),
            (min, max) => format!("{min} to {max} requests"),
        };
        let fields: Vec<String> = self.fields().map(|(name, value)| format!("{name} {value}")).collect();
        if fields.is_empty() { count } else { format!("{count} with {}", fields.join(", ")) }
    }

    /// The same as data.
    pub(super) fn wanted_value(&self) -> Value {
        let max = (self.max < usize::MAX).then_some(self.max);
        let mut wanted =
            Map::from_iter([("min".to_owned(), json!(self.min)), ("max".to_owned(), json!(max))]);
        wanted.extend(self.fields().map(|(name, value)| (name.clone(), value)));
        Value::Object(wanted)
    }

    /// What a request must be like; a key is not told.
    fn fields(&self) -> impl Iterator<Item = (&String, Value)> {
        let fields =
            self.given.iter().filter(|(name, _)| !["name", "count", "before"].contains(&name.as_str()));
        fields.map(|(name, value)| (name, if name == "key" { "...".into() } else { value.clone() }))
    }
}
