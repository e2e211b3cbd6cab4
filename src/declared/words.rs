//! Says in words what a parameter takes.

use crate::error;
use crate::params::Kind;
use crate::params::METADATA_NAME;
use crate::params::METADATA_PAIRS;
use crate::params::METADATA_VALUE;
use crate::params::MOST_BIAS;
use crate::params::expected;

pub(super) fn takes(kind: &Kind) -> String {
    match kind {
        Kind::Model | Kind::RequestedModel => "the name of a model".to_owned(),
        Kind::Moved(to) => format!("nothing: it is `{to}` here"),
        Kind::Integer { min: i64::MIN, max: i64::MAX } => "an integer".to_owned(),
        Kind::Integer { min, max: i64::MAX } => format!("an integer, at least {min}"),
        Kind::Integer { min, max } => format!("an integer from {min} to {max}"),
        Kind::Number { min, max } => format!("a decimal from {min} to {max}"),
        Kind::Text { min, max } => format!("a string{}", length("characters", *min, *max)),
        Kind::Name { pattern, max } => {
            format!("a string of 1 to {max} characters that matches `{}`", pattern.text)
        }
        Kind::Id(prefix) => format!("a string that begins with `{prefix}`"),
        Kind::OneOf(words) => format!("one of {}", named(words)),
        Kind::List { of, min, max, .. } => {
            format!("an array{}, each {}", length("items", *min, *max), takes(of))
        }
        Kind::Metadata => format!(
            "up to {METADATA_PAIRS} pairs of strings, names of up to {METADATA_NAME} characters and values of \
             up to {METADATA_VALUE}"
        ),
        Kind::LogitBias => {
            format!("an object of token ids, each with a decimal from -{MOST_BIAS} to {MOST_BIAS}")
        }
        Kind::Tagged { tag, cases } => {
            let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
            format!("an object whose `{tag}` is {}", named(&names))
        }
        Kind::Union { tag, cases, untagged, .. } => {
            let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
            let absent = match *untagged {
                [] => String::new(),
                [(_, case), ..] => format!(", or absent for `{case}`"),
            };
            format!("an object whose `{tag}` is {}{absent}", named(&names))
        }
        Kind::Either { kinds, .. } => {
            let all: Vec<String> = kinds.iter().map(takes).collect();
            all.join("; or ")
        }
        Kind::Any | Kind::Flag | Kind::Object(_) | Kind::Map => expected(kind),
    }
}

/// How many of something there may be.
fn length(noun: &str, min: usize, max: usize) -> String {
    match (min, max) {
        (0, usize::MAX) => String::new(),
        (min, usize::MAX) => format!(" of at least {min} {noun}"),
        (min, max) => format!(" of {min} to {max} {noun}"),
    }
}

/// Names as code, with `or` before the last.
pub(crate) fn named(names: &[&str]) -> String {
    error::quoted(names, "or").replace('\'', "`")
}
