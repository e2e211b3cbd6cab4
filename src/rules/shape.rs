//! What a value of a rules file may be, as data: the check of a file and its JSON Schema follow from the same
//! tables. Never reads a value into a rule.

use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::did_you_mean;
use crate::rules::problem::within;
use serde_json::Map;
use serde_json::Value;

/// A key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) takes: &'static Takes,
    pub(crate) required: bool,
    /// What it is for, as editors show it.
    pub(crate) help: &'static str,
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    Text,
    /// A text in which `{{...}}` stands for what was asked.
    Template,
    /// Any JSON.
    Json,
    /// Any JSON, with templates in its texts.
    JsonTemplate,
    Null,
    Flag,
    /// A whole number that is not less than this.
    Whole(i64),
    /// A whole number that is neither less nor more than these.
    Between(i64, i64),
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    List(&'static Takes),
    /// The same, with one entry at least.
    Some(&'static Takes),
    Object(&'static [Key]),
    /// An object with any keys.
    Map(&'static Takes),
    /// The first of these that the type of the value fits.
    Either(&'static [Takes]),
}

impl Takes {
    /// Tells what about the value is not as it must be.
    pub(crate) fn check(&self, value: &Value, place: &RulePlace<'_>, problems: &mut Problems) {
        if !self.admits(value) {
            problems.add(place, format!("expected {}, got {}", self.said(), kind(value)));
            return;
        }
        match (self, value) {
            (Takes::Whole(_) | Takes::Between(..), value) if !self.has(value) => {
                problems.add(place, format!("expected {}, got {value}", self.said()));
            }
            (Takes::Word(words), Value::String(word)) if !words.contains(&word.as_str()) => {
                let meant = did_you_mean(word, words.iter().copied());
                problems.add(place, format!("'{word}' is not known here{meant}"));
            }
            (Takes::Some(_), Value::Array(entries)) if entries.is_empty() => {
                problems.add(place, "expected one entry at least");
            }
            (Takes::List(of) | Takes::Some(of), Value::Array(entries)) => {
                for (at, entry) in entries.iter().enumerate() {
                    of.check(entry, &within(place, at), problems);
                }
            }
            (Takes::Map(of), Value::Object(fields)) => {
                for (name, value) in fields {
                    of.check(value, &within(place, name), problems);
                }
            }
            (Takes::Object(keys), Value::Object(fields)) => check_keys(keys, fields, place, problems),
            (Takes::Either(several), value) => {
                if let Some(one) = several.iter().find(|one| one.admits(value)) {
                    one.check(value, place, problems);
                }
            }
            _ => {}
        }
    }

    /// Whether a number is in the range.
    fn has(&self, value: &Value) -> bool {
        let number = value.as_i64();
        match self {
            Takes::Whole(least) => number.is_some_and(|number| number >= *least),
            Takes::Between(least, most) => number.is_some_and(|number| (*least..=*most).contains(&number)),
            _ => true,
        }
    }

    /// Whether the type of the value is right.
    fn admits(&self, value: &Value) -> bool {
        match self {
            Takes::Text | Takes::Template | Takes::Word(_) => value.is_string(),
            Takes::Json | Takes::JsonTemplate => true,
            Takes::Null => value.is_null(),
            Takes::Flag => value.is_boolean(),
            Takes::Whole(_) | Takes::Between(..) => value.as_i64().is_some(),
            Takes::Number => value.is_number(),
            Takes::List(_) | Takes::Some(_) => value.is_array(),
            Takes::Object(_) | Takes::Map(_) => value.is_object(),
            Takes::Either(several) => several.iter().any(|one| one.admits(value)),
        }
    }

    /// `a text`, `a list or null`
    fn said(&self) -> String {
        match self {
            Takes::Text | Takes::Template => "a text".to_owned(),
            Takes::Word(words) => format!("one of {}", words.join(", ")),
            Takes::Json | Takes::JsonTemplate => "any JSON".to_owned(),
            Takes::Null => "null".to_owned(),
            Takes::Flag => "true or false".to_owned(),
            Takes::Whole(i64::MIN) => "a whole number".to_owned(),
            Takes::Whole(least) => format!("a whole number from {least}"),
            Takes::Between(least, most) => format!("a whole number from {least} to {most}"),
            Takes::Number => "a number".to_owned(),
            Takes::List(_) | Takes::Some(_) => "a list".to_owned(),
            Takes::Object(_) | Takes::Map(_) => "an object".to_owned(),
            Takes::Either(several) => several.iter().map(Takes::said).collect::<Vec<_>>().join(" or "),
        }
    }
}

fn check_keys(keys: &[Key], fields: &Map<String, Value>, place: &RulePlace<'_>, problems: &mut Problems) {
    for (name, value) in fields {
        if let Some(key) = keys.iter().find(|key| key.name == name) {
            key.takes.check(value, &within(place, name), problems);
        } else {
            let meant = did_you_mean(name, keys.iter().map(|key| key.name));
            problems.add(&within(place, name), format!("unknown key '{name}'{meant}"));
        }
    }
    for key in keys.iter().filter(|key| key.required && !fields.contains_key(key.name)) {
        problems.add(place, format!("'{}' is missing", key.name));
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
