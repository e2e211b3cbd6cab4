//! Declared parameters and the one validator. An endpoint lists what it takes; the API's errors for
//! a missing, unknown, mistyped or out-of-range value follow from the list.

mod check;
mod deprecated;
mod sentences;
mod similar;

pub(crate) use check::check;
pub(crate) use deprecated::Outdated;
pub(crate) use deprecated::outdated;
pub(crate) use sentences::expected;
pub(crate) use sentences::given;
pub(crate) use similar::did_you_mean;

use crate::error::ApiError;
use serde_json::Map;
use serde_json::Value;

/// One parameter of an object.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// A required parameter may be left out where one of these is given.
    pub(crate) instead: &'static [&'static str],
    /// Whether it leaves what is generated as it is (`user`, `stream`, a cut).
    pub(crate) inert: bool,
    /// In which words it is refused, where these are not the operation's.
    pub(crate) dialect: Option<Dialect>,
    /// Whether names that the objects in it do not have are passed over instead of refused.
    pub(crate) open: bool,
    /// What is wrong with it in this body, whatever its value. Told before any value is looked at.
    pub(crate) barred: Option<Bar>,
    /// What is to be sent in its place, where the API takes it and no longer wants it; nothing where it is to be
    /// left out.
    pub(crate) deprecated: Option<&'static [&'static str]>,
}

/// What is wrong with a parameter in a body.
pub(crate) type Bar = fn(&Map<String, Value>) -> Option<ApiError>;

/// A parameter that must be there.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        required: true,
        instead: &[],
        inert: false,
        dialect: None,
        open: false,
        barred: None,
        deprecated: None,
    }
}

/// A parameter that may be left out, or be `null`.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Param {
    Param { required: false, ..required(name, kind) }
}

impl Param {
    /// Says that the parameter leaves what is generated as it is.
    pub(crate) const fn inert(mut self) -> Param {
        self.inert = true;
        self
    }

    /// Says that the parameter is refused in these words.
    pub(crate) const fn refused_in(mut self, dialect: Dialect) -> Param {
        self.dialect = Some(dialect);
        self
    }

    /// Says that names which the objects in it do not have are passed over, at every depth, as if they
    /// had not been sent.
    pub(crate) const fn open(mut self) -> Param {
        self.open = true;
        self
    }

    /// Says in which bodies the parameter must not be.
    pub(crate) const fn barred(mut self, barred: Bar) -> Param {
        self.barred = Some(barred);
        self
    }

    /// Says that the API reference calls the parameter deprecated, and what is to be sent in its place.
    pub(crate) const fn deprecated(mut self, instead: &'static [&'static str]) -> Param {
        self.deprecated = Some(instead);
        self
    }

    /// Says that the parameter may be left out where one of these is given.
    pub(crate) const fn unless(mut self, given: &'static [&'static str]) -> Param {
        self.instead = given;
        self
    }
}

/// What a value may be.
pub(crate) enum Kind {
    /// Anything.
    Any,
    /// A model's name, with the sentences that only this parameter has.
    Model,
    /// A model's name in the newer operations, where it is a parameter like others, but comes first.
    RequestedModel,
    /// Nothing: the parameter of an older operation, which is this one here.
    Moved(&'static str),
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
    /// A string of 1 to `max` characters that are all of a kind.
    Name {
        pattern: Pattern,
        max: usize,
    },
    /// A string that begins with this.
    Id(&'static str),
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
    /// Some pairs of strings.
    Metadata,
    /// Token ids and a number for each.
    LogitBias,
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
    /// An object whose `tag` says of which kind it is. A word that is none of the cases is held against
    /// the whole object.
    Union {
        /// Completes "expected ...".
        expected: &'static str,
        tag: &'static str,
        cases: &'static [(&'static str, Kind)],
        /// Which case an object without the tag is: the first whose field it has, or else the first of
        /// all. Where there are none, the tag must be there.
        untagged: &'static [(&'static str, &'static str)],
    },
}

/// So many pairs are the most.
pub(crate) const METADATA_PAIRS: usize = 16;
/// Names have so many characters at most.
pub(crate) const METADATA_NAME: usize = 64;
/// Values have so many.
pub(crate) const METADATA_VALUE: usize = 512;
/// The id of an item has so many characters at most.
pub(crate) const MOST_ID: usize = 64;
/// A token's bias is from minus this to this.
pub(crate) const MOST_BIAS: f64 = 100.0;

/// A string without limits.
pub(crate) const TEXT: Kind = Kind::Text { min: 0, max: usize::MAX };
/// A whole number without limits.
pub(crate) const INTEGER: Kind = Kind::Integer { min: i64::MIN, max: i64::MAX };

/// A regular expression for one kind of character, as refusals show it.
pub(crate) struct Pattern {
    pub(crate) text: &'static str,
    pub(crate) fits: fn(char) -> bool,
}

/// Names of functions, tools and schemas.
pub(crate) const IDENTIFIER: Pattern =
    Pattern { text: "^[a-zA-Z0-9_-]+$", fits: |c| c.is_ascii_alphanumeric() || c == '_' || c == '-' };

/// Names of the authors of messages.
pub(crate) const AUTHOR: Pattern = Pattern {
    text: r"^[^\s<|\\/>]+$",
    fits: |c| !c.is_whitespace() && !matches!(c, '<' | '|' | '\\' | '/' | '>'),
};

/// In which words an operation refuses a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `Invalid type for 'n': expected an integer, but got a string instead.`
    Current,
    /// `'x' is not of type 'integer' - 'n'`
    Legacy,
}

/// What an operation takes.
pub(crate) struct Declared {
    pub(crate) dialect: Dialect,
    /// Each with the models that it is for; one without a name where it is for all.
    pub(crate) lists: &'static [(&'static str, &'static [Param])],
    /// Which of the lists a body is held against.
    pub(crate) choose: fn(&Map<String, Value>) -> usize,
}

impl Declared {
    /// The list that a body is held against.
    pub(crate) fn params(&self, body: &Map<String, Value>) -> &'static [Param] {
        self.lists.get((self.choose)(body)).map_or(&[], |(_, params)| params)
    }
}

/// A field of an object: requests have few, so looking through them is quicker than hashing a name.
fn field_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A field of a value; `null` where there is none.
pub(crate) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.as_object().and_then(|fields| field_of(fields, name)).unwrap_or(&Value::Null)
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

    /// The same body, read as one of an operation that takes all this one does and more.
    pub(crate) fn read_as(&self, declared: &'static Declared) -> Args<'a> {
        Args { body: self.body, declared: declared.params(self.body) }
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

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    pub(crate) fn list(&self, name: &str) -> &'a [Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A parameter that is an object; empty where it was not given.
    pub(crate) fn map(&self, name: &str) -> Map<String, Value> {
        self.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// A field of a parameter that is an object; `null` where there is none.
    pub(crate) fn field(&self, name: &str, inner: &str) -> &'a Value {
        self.get(name).map_or(&Value::Null, |value| field(value, inner))
    }

    /// A parameter that not all lists of the operation declare.
    pub(crate) fn given(&self, name: &str) -> Option<&'a Value> {
        self.all().find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    /// Every parameter that was given.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.body.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.as_str(), value))
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
