//! The door: whatever is asked, what is said to it is decided here and nowhere else.

use crate::ask::Ask;
use crate::ask::Compacting;
use crate::ask::Endpoint;
use crate::ask::generated::generated;
use crate::ask::hearing;
use crate::ask::scripted;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::plan::Said;
use crate::rules::Heard;

/// What is said to this: what a rule answers, or else what is generated; with what is made to go wrong.
pub(crate) fn say(ask: &Ask<'_>, seed: Seed) -> Result<Said, ApiError> {
    if ask.occasion.listens {
        return only_hear(ask, seed);
    }
    let mut said = answer(ask, seed)?;
    ask.occasion.disturb(&mut said);
    Ok(said)
}

fn answer(ask: &Ask<'_>, seed: Seed) -> Result<Said, ApiError> {
    if !ask.occasion.has_rules() || ask.compacting == Compacting::Now {
        return Ok(generated(ask, seed));
    }
    match ask.endpoint {
        Endpoint::Chat | Endpoint::Responses | Endpoint::Completions => {
            say_all(ask, hearing::of_conversation(ask), seed)
        }
        Endpoint::Images => match ask.turns.first() {
            Some(prompt) => say_all(ask, hearing::of_input(ask, prompt), seed),
            None => Ok(generated(ask, seed)),
        },
        Endpoint::Embeddings | Endpoint::Moderations => say_each(ask, seed),
    }
}

/// Takes down what rules would be asked, and ends it there: nothing is said, and so nothing is stored.
fn only_hear(ask: &Ask<'_>, seed: Seed) -> Result<Said, ApiError> {
    match ask.endpoint {
        Endpoint::Chat | Endpoint::Responses => ask.occasion.hear(hearing::of_conversation(ask)),
        // It asks once for each of its prompts, and stores nothing.
        Endpoint::Completions => {
            ask.occasion.hear(hearing::of_conversation(ask));
            return Ok(generated(ask, seed));
        }
        Endpoint::Embeddings | Endpoint::Moderations | Endpoint::Images => {
            ask.turns.iter().for_each(|input| ask.occasion.hear(hearing::of_input(ask, input)));
        }
    }
    Err(error::only_heard())
}

/// To all of it one rule answers.
fn say_all(ask: &Ask<'_>, heard: Heard<'_>, seed: Seed) -> Result<Said, ApiError> {
    let ruled = ask.occasion.ruled(heard, |ruling| scripted::answer(ask, ruling, seed))?;
    Ok(ruled.unwrap_or_else(|| generated(ask, seed)))
}

/// Each input is asked by itself, so that it gets the same alone and among others.
fn say_each(ask: &Ask<'_>, seed: Seed) -> Result<Said, ApiError> {
    let mut said = generated(ask, seed);
    for (at, input) in ask.turns.iter().enumerate() {
        let heard = hearing::of_input(ask, input);
        ask.occasion.ruled(heard, |ruling| scripted::answer_input(ask, ruling, at, seed, &mut said))?;
    }
    Ok(said)
}
