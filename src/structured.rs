//! The JSON Schemas of functions and of response formats: whether the API takes them, and what strict mode makes
//! of them. Never says where in a request they stand.

mod meta;
mod python;
mod regex;
mod size;
mod stated;
mod stricter;
mod supported;

pub(crate) use crate::structured::stricter::strictened;

use serde_json::Value;

/// Why a schema is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The sentence that follows `Invalid schema for function 'f': `, or the same of a response format.
    Sentence(String),
    /// A strict schema has a pattern that looks around, at this place.
    Lookaround(String),
}

/// Whether the API takes a schema: what is none is told before what it does not support. A tuple in the spelling
/// of older drafts is none, but where a schema is strict it is told as what is not supported.
pub(crate) fn check(schema: &Value, strict: bool) -> Result<(), Flaw> {
    let Err(why) = meta::check(schema) else { return supported::check(schema, strict) };
    match supported::check(schema, strict) {
        Err(Flaw::Sentence(sentence)) if strict && sentence.ends_with(supported::NO_ITEMS_OBJECT) => {
            Err(Flaw::Sentence(sentence))
        }
        _ => Err(Flaw::Sentence(format!("{why}."))),
    }
}
