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

/// What `strict` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    Loose,
    Strict,
    /// Nothing, where a schema that can be strict is so.
    IfPossible,
}

/// Whether the API takes a schema: what is none is told before what it does not support. A tuple in the spelling
/// of older drafts is none, but where a schema is strict it is told as what is not supported.
pub(crate) fn check(schema: &Value, strictness: Strictness) -> Result<(), Flaw> {
    let strict = strictness == Strictness::Strict;
    let supported = supported::check(schema, strict);
    if let Err(why) = meta::check(schema) {
        let own = supported.err().filter(|own| strict && own.ends_with(supported::NO_ITEMS_OBJECT));
        return Err(Flaw::Sentence(own.unwrap_or_else(|| format!("{why}."))));
    }
    let Some(place) = supported.map_err(Flaw::Sentence)? else { return Ok(()) };
    let is_strict = match strictness {
        Strictness::Loose => false,
        Strictness::Strict => true,
        Strictness::IfPossible => stricter::strictened(schema).is_some(),
    };
    if is_strict { Err(Flaw::Lookaround(place)) } else { Ok(()) }
}
