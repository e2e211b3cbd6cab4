//! What must hold for a rule to answer: one condition a key of its `match`. Never remembers anything.

use crate::json::identity;
use crate::rules::matcher::Groups;
use crate::rules::matcher::Matcher;
use crate::rules::matcher::Needle;
use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::did_you_mean;
use crate::rules::problem::within;
use crate::rules::subject::Field;
use crate::rules::subject::Subject;
use regex_lite::Regex;
use serde_json::Map;
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Condition {
    /// The key, and the header or the pointer in it.
    pub(crate) key: String,
    /// What is wanted, as the file has it.
    pub(crate) wanted: Value,
    test: Requirement,
}

#[derive(Debug)]
enum Requirement {
    Text(Field, Matcher),
    /// This pointer leads to this value in the body.
    Equals(String, Value),
    /// It leads to something, or to nothing.
    Exists(String, bool),
    Turn(NumberRange),
    /// The operation is one of these.
    Endpoint(Vec<String>),
}

/// Which numbers are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NumberRange {
    OneOf(Vec<u64>),
    Between(u64, u64),
}

impl NumberRange {
    /// Reads `3`, `[1, 3]` or `{"min": 2, "max": 4}`.
    pub(crate) fn read(given: &Value) -> NumberRange {
        let number = |value: &Value| value.as_u64();
        match given {
            Value::Array(several) => NumberRange::OneOf(several.iter().filter_map(number).collect()),
            Value::Object(ends) => NumberRange::Between(
                ends.get("min").and_then(number).unwrap_or(0),
                ends.get("max").and_then(number).unwrap_or(u64::MAX),
            ),
            one => NumberRange::OneOf(number(one).into_iter().collect()),
        }
    }

    pub(crate) fn has(&self, number: u64) -> bool {
        match self {
            NumberRange::OneOf(several) => several.contains(&number),
            NumberRange::Between(least, most) => (*least..=*most).contains(&number),
        }
    }
}

/// The operations that a rule may be for, as the log of captured requests calls them, and other names for them.
pub(crate) const ENDPOINTS: &[(&str, &str)] = &[
    ("chat", "chat"),
    ("responses", "responses"),
    ("completion", "completion"),
    ("completions", "completion"),
    ("embeddings", "embeddings"),
    ("moderations", "moderations"),
    ("images", "images"),
    ("models", "models"),
    ("conversations", "conversations"),
    ("stored", "stored"),
    ("unknown", "unknown"),
];

/// Reads the conditions of a `match` that has the right shape, `count` left aside.
pub(crate) fn read(
    given: &Map<String, Value>,
    place: &RulePlace<'_>,
    problems: &mut Problems,
) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (key, wanted) in given {
        let place = within(place, key);
        let field = match key.as_str() {
            "user" => Field::User,
            "system" => Field::System,
            "any" => Field::Any,
            "tool_result" => Field::ToolResult,
            "tool_call_id" => Field::ToolCallId,
            "tool_called" => Field::ToolCalled,
            "tools" => Field::Tools,
            "model" => Field::Model,
            "schema" => Field::Schema,
            "input" => Field::Input,
            "key" => Field::Key,
            "header" | "body" => {
                for (name, wanted) in wanted.as_object().into_iter().flatten() {
                    let place = within(&place, name);
                    let test = if key == "header" {
                        let field = Field::Header(name.to_ascii_lowercase());
                        Requirement::Text(field, Matcher::read(wanted, false, &place, problems))
                    } else {
                        of_body(name, wanted, &place, problems)
                    };
                    conditions.push(Condition { key: format!("{key} {name}"), wanted: wanted.clone(), test });
                }
                continue;
            }
            "turn" => {
                let test = Requirement::Turn(NumberRange::read(wanted));
                conditions.push(Condition { key: key.clone(), wanted: wanted.clone(), test });
                continue;
            }
            "endpoint" => {
                let test = Requirement::Endpoint(endpoints(wanted, &place, problems));
                conditions.push(Condition { key: key.clone(), wanted: wanted.clone(), test });
                continue;
            }
            _ => continue,
        };
        let whole = field.is_name();
        let test = Requirement::Text(field, Matcher::read(wanted, whole, &place, problems));
        conditions.push(Condition { key: key.clone(), wanted: wanted.clone(), test });
    }
    conditions
}

fn of_body(pointer: &str, wanted: &Value, place: &RulePlace<'_>, problems: &mut Problems) -> Requirement {
    if !pointer.starts_with('/') {
        problems.add(
            place,
            format!("'{pointer}' is no JSON pointer; one begins with '/', such as /metadata/test"),
        );
    }
    let pointer = pointer.to_owned();
    match wanted {
        Value::Number(_) | Value::Bool(_) => return Requirement::Equals(pointer, wanted.clone()),
        Value::Object(keys) if keys.len() == 1 => match (keys.get("exists"), keys.get("equals")) {
            (Some(Value::Bool(exists)), _) => return Requirement::Exists(pointer, *exists),
            (_, Some(value)) if !value.is_string() => return Requirement::Equals(pointer, value.clone()),
            _ => {}
        },
        Value::Object(keys)
            if keys.contains_key("exists") || keys.get("equals").is_some_and(|value| !value.is_string()) =>
        {
            problems.add(place, "'exists', and 'equals' of what is no text, stand alone");
        }
        _ => {}
    }
    Requirement::Text(Field::Body(pointer), Matcher::read(wanted, false, place, problems))
}

fn endpoints(wanted: &Value, place: &RulePlace<'_>, problems: &mut Problems) -> Vec<String> {
    let several = wanted.as_array().map_or(std::slice::from_ref(wanted), Vec::as_slice);
    let mut read = |name: &str| {
        if name.starts_with('/') {
            return name.to_owned();
        }
        if let Some((_, kind)) = ENDPOINTS.iter().find(|(known, _)| *known == name) {
            (*kind).to_owned()
        } else {
            let known = ENDPOINTS.iter().map(|(known, _)| *known);
            let meant = did_you_mean(name, known);
            problems.add(place, format!("'{name}' is no endpoint and no path that begins with '/'{meant}"));
            String::new()
        }
    };
    several.iter().filter_map(Value::as_str).map(&mut read).collect()
}

impl Condition {
    pub(crate) fn holds(&self, subject: &Subject<'_>) -> bool {
        match &self.test {
            Requirement::Text(field, matcher) => matcher.holds(&field.texts(subject)),
            Requirement::Equals(pointer, wanted) => {
                subject.sent.value(pointer).is_some_and(|value| identity(value) == identity(wanted))
            }
            Requirement::Exists(pointer, wanted) => subject.sent.value(pointer).is_some() == *wanted,
            Requirement::Turn(range) => range.has(subject.heard.turn),
            Requirement::Endpoint(several) => {
                several.iter().any(|one| one == subject.heard.endpoint || one == subject.sent.path)
            }
        }
    }

    /// Whether what is wanted is a part of what is there.
    pub(crate) fn is_part(&self) -> bool {
        matches!((&self.test, &self.wanted), (Requirement::Text(field, _), Value::String(_)) if !field.is_name())
    }

    /// What is there in place of what is wanted, as JSON. Of keys it is as much as captured requests show.
    pub(crate) fn found(&self, subject: &Subject<'_>) -> Value {
        match &self.test {
            Requirement::Text(field, _) => {
                let texts = field.texts(subject);
                let mut found: Vec<Value> = texts.iter().map(|text| field.shown_text(text).into()).collect();
                match found.len() {
                    0 | 1 => found.pop().unwrap_or_default(),
                    _ => found.into(),
                }
            }
            Requirement::Equals(pointer, _) | Requirement::Exists(pointer, _) => {
                subject.sent.value(pointer).cloned().unwrap_or_default()
            }
            Requirement::Turn(_) => subject.heard.turn.into(),
            Requirement::Endpoint(several) if several.iter().any(|one| one.starts_with('/')) => {
                format!("{}, {}", subject.heard.endpoint, subject.sent.path).into()
            }
            Requirement::Endpoint(_) => subject.heard.endpoint.into(),
        }
    }

    pub(crate) fn regex(&self) -> Option<&Regex> {
        match &self.test {
            Requirement::Text(_, matcher) => matcher.regex(),
            _ => None,
        }
    }

    /// The groups of its regular expression, in the first text that it matches.
    pub(crate) fn groups(&self, subject: &Subject<'_>) -> Option<Groups> {
        let Requirement::Text(field, matcher) = &self.test else { return None };
        let regex = matcher.regex()?;
        field.texts(subject).iter().find_map(|text| Groups::of(regex, text))
    }

    /// The place that is looked at and the texts of which one must be found there, where there are such.
    pub(crate) fn needles(&self) -> Option<(&Field, Vec<Needle>)> {
        match &self.test {
            Requirement::Text(field, matcher) => Some((field, matcher.needles()?)),
            _ => None,
        }
    }
}
