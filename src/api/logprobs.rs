//! Writes the probabilities of tokens, which both APIs tell in the same form.

use crate::json::Json;
use crate::plan::Guess;
use crate::plan::Likely;

/// Appends guesses, separated by commas.
pub(in crate::api) fn write_guesses(json: &mut Json, guesses: &[Guess]) {
    json.list(guesses, |json, guess| {
        json.raw("{");
        write_likely(json, &guess.said);
        json.raw(r#","top_logprobs":["#);
        json.list(&guess.top, |json, likely| {
            json.raw("{");
            write_likely(json, likely);
            json.raw("}");
        });
        json.raw("]}");
    });
}

fn write_likely(json: &mut Json, likely: &Likely) {
    json.raw(r#""token":"#).text(&likely.shown());
    json.raw(r#","logprob":"#).value(&likely.logprob.into()).raw(r#","bytes":["#);
    json.list(&likely.bytes, |json, byte| {
        json.number(u64::from(*byte));
    });
    json.raw("]");
}
