//! What is to be told of the fixtures that are read: what is wrong with them, and what has no effect. Never says what
//! they mean.

use crate::rules::problem::did_you_mean;
use serde_json::Map;
use serde_json::Value;

/// What was found so far, and the fixture that is read now.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) fixture: usize,
}

impl Findings {
    /// `place` is a JSON pointer from the fixture on.
    pub(super) fn wrong(&mut self, place: &str, what: impl Into<String>) {
        self.problems.push((format!("/fixtures/{}{place}", self.fixture), what.into()));
    }

    pub(super) fn note(&mut self, what: &str) {
        self.notes.push(format!("fixtures[{}]: {what}", self.fixture));
    }

    /// The value of a name, where it is of the kind that it must be.
    fn read<'a, T>(
        &mut self,
        object: &'a Map<String, Value>,
        place: &str,
        name: &str,
        kind: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(object.get(name)?);
        if found.is_none() {
            self.wrong(&format!("{place}/{name}"), format!("must be {kind}"));
        }
        found
    }

    pub(super) fn text<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        place: &str,
        name: &str,
    ) -> Option<&'a str> {
        self.read(object, place, name, "a string", Value::as_str)
    }

    pub(super) fn flag(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<bool> {
        self.read(object, place, name, "true or false", Value::as_bool)
    }

    /// A whole number from 0 on.
    pub(super) fn count(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<u64> {
        self.read(object, place, name, "a whole number from 0 on", Value::as_u64)
    }

    /// Any number from 0 on.
    pub(super) fn number(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<f64> {
        let positive = |value: &Value| value.as_f64().filter(|number| *number >= 0.0);
        self.read(object, place, name, "a number from 0 on", positive)
    }

    pub(super) fn list<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        place: &str,
        name: &str,
    ) -> Option<&'a Vec<Value>> {
        self.read(object, place, name, "a list", Value::as_array)
    }

    pub(super) fn object<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        place: &str,
        name: &str,
    ) -> Option<&'a Map<String, Value>> {
        self.read(object, place, name, "an object", Value::as_object)
    }
}

/// The names of an object that are not among those known, with what each may have been meant for. Names that begin with
/// `$` or `_` are comments: aimock writes such itself.
pub(super) fn unknown<'a>(object: &'a Map<String, Value>, known: &[&str]) -> Vec<(&'a str, String)> {
    let given = object.keys().map(String::as_str);
    let strange = given.filter(|name| !name.starts_with(['$', '_']) && !known.contains(name));
    strange.map(|name| (name, did_you_mean(name, known.iter().copied()))).collect()
}
