//! The answers of a legacy completion: one sentence each, at the end of the prompt.

use crate::ask::Ask;
use crate::ask::count::text_of;
use crate::ask::triggers::Trigger;
use crate::ask::turn::Turn;
use crate::ask::words::REFUSAL;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::plan::Choice;
use crate::plan::GivenToken;
use crate::plan::Guess;
use crate::plan::Said;
use crate::plan::biased;
use crate::plan::forced;
use crate::plan::guesses;

/// So many answers to the prompt as are asked for.
pub(super) fn complete(ask: &Ask<'_>, seed: Seed) -> Said {
    let Some(prompt) = ask.turns.first() else { return Said::default() };
    let (told, tried) = (ask.wording.choices, ask.wording.tried);
    let choices = (0..told)
        .map(|index| guessed(ask, prompt, answer(ask, seed, index), None, seed.part("logprobs", index)))
        .collect();
    // Those that were tried and found worse are paid for as well.
    let tried_tokens = (told..tried).map(|index| answer(ask, seed, index).tokens).sum();
    Said { choices, tried_tokens, ..Said::default() }
}

fn answer(ask: &Ask<'_>, seed: Seed, index: usize) -> Choice {
    if ask.triggers.has(Trigger::Refusal) {
        return Choice::of_text(format!(" {REFUSAL}"), ask.ends(), 0, 0);
    }
    let mut text = format!(" {}", words::sentence(seed.part("choice", index)));
    if let Some(biases) = ask.wording.biases {
        if let Some(choice) = forced(ask.ends(), biases) {
            return choice;
        }
        text = biased(ask.encoding, text, biases);
    }
    if ask.triggers.has(Trigger::ContentFilter) {
        return ask.filtered(&text, 0, 0);
    }
    Choice::of_text(text, ask.ends(), 0, 0)
}

/// The answer with what is repeated before it, and with the probabilities of both, those of the answer as they
/// are given, or drawn from this seed.
pub(super) fn guessed(
    ask: &Ask<'_>,
    prompt: &Turn<'_>,
    choice: Choice,
    given: Option<&[(GivenToken, Vec<GivenToken>)]>,
    seed: Seed,
) -> Choice {
    let echo = if ask.wording.echoes { text_of(prompt, ask.encoding).into_owned() } else { String::new() };
    let Some(top) = ask.wording.guesses else { return Choice { echo, ..choice } };
    let mut draws = seed.draws();
    let mut all = guesses(ask.encoding, &echo, top, || draws.next());
    let answer = match given {
        Some(tokens) => Guess::given(tokens, choice.text(), top),
        None => guesses(ask.encoding, choice.text(), top, || draws.next()),
    };
    all.extend(answer.into_iter().map(|guess| Guess { end: guess.end + echo.len(), ..guess }));
    Choice { echo, guesses: Some(all), ..choice }
}
