//! Whether a value is a JSON Schema at all: the meta-schema of 2020-12, in the words of Python's `jsonschema`,
//! which the API speaks. Of several faults it tells the one that its `best_match` picks. Keywords that are not
//! known are allowed, with any value.
//!
//! One walk, without a copy or an allocation while nothing is wrong: it runs for every schema of every request.

mod best;
#[cfg(test)]
mod cases;
mod words;

use crate::json::identity;
use crate::structured::meta::best::Best;
use crate::structured::meta::words::Expected;
use crate::structured::meta::words::form;
use crate::structured::regex;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

/// The sentence about what is wrong, without its full stop.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    let mut best = Best::default();
    Inspection { hear: &mut |place, fault| best.hear(place, fault) }.schema(schema, None);
    best.fault().map_or(Ok(()), |fault| Err(best::sentence(fault)))
}

/// A place in a schema, as a way up from it.
struct Spot<'a, 'p> {
    above: Option<&'p Spot<'a, 'p>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'a> {
    Key(&'a str),
    At(usize),
}

/// What is wrong with a value.
#[derive(Clone, Copy)]
struct SchemaFault<'a> {
    of: Culprit<'a>,
    what: Wrong,
    /// Whether the value is of the type that the rule beside the broken one asks for. `best_match` looks at it.
    typed: bool,
    /// How often it is told: once by each vocabulary that says the same.
    times: usize,
}

#[derive(Clone, Copy)]
enum Culprit<'a> {
    Value(&'a Value),
    Name(&'a str),
}

#[derive(Clone, Copy)]
enum Wrong {
    /// The types that it should be of, as they are printed.
    Type(&'static str),
    Empty,
    Repeats,
    NoRegex,
    Negative,
    NotPositive,
    /// The pattern that it does not match.
    Unlike(&'static str),
    /// None of the names of types.
    NoType,
    /// None of two forms fits.
    Neither(Either),
}

#[derive(Clone, Copy)]
enum Either {
    TypeOrTypes,
    SchemaOrNames,
}

const SCHEMA: &str = "'object', 'boolean'";
/// The vocabularies that a schema's type is told by.
const VOCABULARIES: usize = 8;
const ANCHOR: &str = "^[A-Za-z_][-A-Za-z0-9._]*$";
const IDENTIFIER: &str = "^[^#]*#?$";
/// More texts than this are compared by a table.
const FEW: usize = 12;

fn is_type(name: &str) -> bool {
    matches!(name, "string" | "object" | "array" | "integer" | "number" | "boolean" | "null")
}

impl<'a> SchemaFault<'a> {
    fn new(value: &'a Value, what: Wrong) -> SchemaFault<'a> {
        SchemaFault { of: Culprit::Value(value), what, typed: false, times: 1 }
    }

    /// The same of a value whose type is right.
    fn typed(value: &'a Value, what: Wrong) -> SchemaFault<'a> {
        SchemaFault { typed: true, ..SchemaFault::new(value, what) }
    }
}

/// A walk through a value that should be a schema. Each fault is heard, in the order of the library.
struct Inspection<'w, 'a> {
    hear: &'w mut dyn FnMut(Option<&Spot<'a, '_>>, SchemaFault<'a>),
}

impl<'a> Inspection<'_, 'a> {
    fn schema(&mut self, value: &'a Value, place: Option<&Spot<'a, '_>>) {
        match value {
            Value::Object(map) => {
                for (word, value) in map {
                    if let Some(form) = form(word) {
                        self.form(form, value, &Spot { above: place, step: Step::Key(word) });
                    }
                }
            }
            Value::Bool(_) => {}
            other => {
                let fault = SchemaFault::new(other, Wrong::Type(SCHEMA));
                (self.hear)(place, SchemaFault { times: VOCABULARIES, ..fault });
            }
        }
    }

    fn form(&mut self, form: Expected, value: &'a Value, place: &Spot<'a, '_>) {
        match form {
            Expected::Schema => self.schema(value, Some(place)),
            Expected::Types => self.types(value, place),
            Expected::Text => self.want(value.is_string(), value, "'string'", place),
            Expected::Flag => self.want(value.is_boolean(), value, "'boolean'", place),
            Expected::List => self.want(value.is_array(), value, "'array'", place),
            Expected::Number => self.want(value.is_number(), value, "'number'", place),
            Expected::Count | Expected::Factor => self.number(form, value, place),
            Expected::Identifier | Expected::Anchor | Expected::Pattern => self.text(form, value, place),
            Expected::Names => self.names(value, Some(place)),
            Expected::Schemas => {
                let Value::Array(schemas) = value else { return self.want(false, value, "'array'", place) };
                if schemas.is_empty() {
                    self.tell(SchemaFault::typed(value, Wrong::Empty), place);
                }
                for (at, schema) in schemas.iter().enumerate() {
                    self.schema(schema, Some(&Spot { above: Some(place), step: Step::At(at) }));
                }
            }
            Expected::SchemasByName
            | Expected::SchemasByPattern
            | Expected::Dependencies
            | Expected::NamesByName
            | Expected::FlagsByName => {
                let Value::Object(map) = value else { return self.want(false, value, "'object'", place) };
                self.each(form, map, place);
            }
        }
    }

    /// The values of an object whose keys are any.
    fn each(&mut self, form: Expected, map: &'a Map<String, Value>, place: &Spot<'a, '_>) {
        for (name, value) in map {
            let inner = Spot { above: Some(place), step: Step::Key(name) };
            match form {
                Expected::NamesByName => self.names(value, Some(&inner)),
                Expected::FlagsByName => self.want(value.is_boolean(), value, "'boolean'", &inner),
                Expected::Dependencies => {
                    if !is_schema_or_names(value) {
                        self.tell(SchemaFault::new(value, Wrong::Neither(Either::SchemaOrNames)), &inner);
                    }
                }
                _ => self.schema(value, Some(&inner)),
            }
        }
        if form == Expected::SchemasByPattern {
            for name in map.keys().filter(|name| regex::read(name).is_none()) {
                let fault =
                    SchemaFault { of: Culprit::Name(name), what: Wrong::NoRegex, typed: false, times: 1 };
                self.tell(fault, place);
            }
        }
    }

    fn types(&mut self, value: &'a Value, place: &Spot<'a, '_>) {
        let is_named = |value: &Value| value.as_str().is_some_and(is_type);
        let fits = match value {
            Value::Array(types) => !types.is_empty() && types.iter().all(is_named) && !repeats(types),
            one => is_named(one),
        };
        if !fits {
            self.tell(SchemaFault::new(value, Wrong::Neither(Either::TypeOrTypes)), place);
        }
    }

    /// The second form that `type` may have.
    fn list_of_types(&mut self, value: &'a Value) {
        let Value::Array(types) = value else {
            return (self.hear)(None, SchemaFault::new(value, Wrong::Type("'array'")));
        };
        for (at, one) in types.iter().enumerate() {
            if !one.as_str().is_some_and(is_type) {
                self.tell(SchemaFault::new(one, Wrong::NoType), &Spot { above: None, step: Step::At(at) });
            }
        }
        if types.is_empty() {
            (self.hear)(None, SchemaFault::typed(value, Wrong::Empty));
        }
        if repeats(types) {
            (self.hear)(None, SchemaFault::typed(value, Wrong::Repeats));
        }
    }

    fn names(&mut self, value: &'a Value, place: Option<&Spot<'a, '_>>) {
        let Value::Array(names) = value else {
            return (self.hear)(place, SchemaFault::new(value, Wrong::Type("'array'")));
        };
        for (at, name) in names.iter().enumerate() {
            let inner = Spot { above: place, step: Step::At(at) };
            self.want(name.is_string(), name, "'string'", &inner);
        }
        if repeats(names) {
            (self.hear)(place, SchemaFault::typed(value, Wrong::Repeats));
        }
    }

    fn number(&mut self, form: Expected, value: &'a Value, place: &Spot<'a, '_>) {
        let Some(number) = value.as_f64() else {
            let types = if form == Expected::Count { "'integer'" } else { "'number'" };
            return self.want(false, value, types, place);
        };
        if form == Expected::Factor {
            if number <= 0.0 {
                self.tell(SchemaFault::typed(value, Wrong::NotPositive), place);
            }
            return;
        }
        let whole = number.fract() == 0.0;
        self.want(whole, value, "'integer'", place);
        if number < 0.0 {
            self.tell(SchemaFault { typed: whole, ..SchemaFault::new(value, Wrong::Negative) }, place);
        }
    }

    fn text(&mut self, form: Expected, value: &'a Value, place: &Spot<'a, '_>) {
        let Value::String(text) = value else { return self.want(false, value, "'string'", place) };
        let fault = match form {
            Expected::Pattern if regex::read(text).is_none() => SchemaFault::typed(value, Wrong::NoRegex),
            Expected::Anchor if !is_anchor(text) => SchemaFault::typed(value, Wrong::Unlike(ANCHOR)),
            Expected::Identifier if !is_identifier(text) => {
                SchemaFault::new(value, Wrong::Unlike(IDENTIFIER))
            }
            _ => return,
        };
        self.tell(fault, place);
    }

    fn want(&mut self, fits: bool, value: &'a Value, types: &'static str, place: &Spot<'a, '_>) {
        if !fits {
            self.tell(SchemaFault::new(value, Wrong::Type(types)), place);
        }
    }

    fn tell(&mut self, fault: SchemaFault<'a>, place: &Spot<'a, '_>) {
        (self.hear)(Some(place), fault);
    }
}

fn is_schema_or_names(value: &Value) -> bool {
    let mut fine = true;
    let mut walk = Inspection { hear: &mut |_, _| fine = false };
    if value.is_array() {
        walk.names(value, None);
    } else {
        walk.schema(value, None);
    }
    fine
}

/// Python's `$` also matches before a last line feed.
fn is_anchor(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text).as_bytes();
    let begins = text.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    begins && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte))
}

fn is_identifier(text: &str) -> bool {
    text.split_once('#').is_none_or(|(_, fragment)| matches!(fragment, "" | "\n"))
}

/// Whether two of the values are the same, 1 and 1.0 being so.
fn repeats(values: &[Value]) -> bool {
    if values.len() <= FEW && values.iter().all(Value::is_string) {
        return values.iter().enumerate().any(|(at, value)| values[..at].contains(value));
    }
    let mut seen = HashSet::with_capacity(values.len());
    let mut texts = HashSet::with_capacity(values.len());
    values.iter().any(|value| match value {
        Value::String(text) => !texts.insert(text.as_str()),
        other => !seen.insert(identity(other)),
    })
}
