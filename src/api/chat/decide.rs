//! Decides what a chat completion says, once for each choice.

use crate::api::ask::Api;
use crate::api::ask::Ask;
use crate::api::ask::Format;
use crate::api::ask::Tool;
use crate::api::ask::called;
use crate::api::chat::limits::effort;
use crate::api::chat::tools::wish;
use crate::generate::seed::Seed;
use crate::model::Abilities;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::field;
use crate::plan::Choice;
use crate::plan::Plan;
use crate::plan::stops;
use serde_json::Value;

/// Whether an answer that can be heard is asked for.
pub(super) fn speaks(args: &Args<'_>) -> bool {
    args.list("modalities").iter().any(|word| word == "audio")
}

/// What a chat asks.
pub(super) fn ask<'a>(
    args: &Args<'a>,
    abilities: &'a Abilities,
    tools: Vec<Tool<'a>>,
    created: u64,
) -> Ask<'a> {
    let (wish, allowed) = wish(args);
    let format = match args.field("response_format", "type").as_str() {
        Some("json_object") => Format::Object,
        Some("json_schema") => Format::Schema(field(args.field("response_format", "json_schema"), "schema")),
        _ => Format::Text,
    };
    Ask {
        api: if args.get("functions").is_some() { Api::Functions } else { Api::Chat },
        abilities,
        turns: args.list("messages").iter().collect(),
        tools,
        wish,
        allowed,
        parallel: args.get("parallel_tool_calls").is_none_or(|parallel| parallel != false),
        format,
        verbosity: args.text("verbosity"),
        effort: effort(args, abilities),
        biases: args.get("logit_bias").and_then(Value::as_object),
        stops: stops(args.get("stop")),
        limit: args.count("max_completion_tokens").or(args.count("max_tokens")),
        guesses: args.flag("logprobs").then(|| args.count("top_logprobs").unwrap_or(0) as usize),
        speech: args.field("audio", "format").as_str().filter(|_| speaks(args)),
        created,
    }
}

/// What is said to it.
pub(super) fn decide(args: &Args<'_>, ask: &Ask<'_>, prompt_tokens: usize, seed: Seed) -> Plan {
    let called = called(ask);
    let choices: Vec<Choice> =
        (0..args.count("n").unwrap_or(1) as usize).map(|index| ask.choice(&called, seed, index)).collect();
    let prediction = prediction(args, ask.abilities, &choices);
    let model = snapshot(args.text("model").unwrap_or_default()).to_owned();
    let (created, encoding) = (ask.created, ask.abilities.encoding);
    Plan { id: id(ask.abilities, seed), created, model, encoding, choices, prompt_tokens, prediction }
}

/// The id of a completion.
pub(super) fn id(abilities: &Abilities, seed: Seed) -> String {
    let seed = seed.part("id", 0);
    if abilities.has_uuids { seed.uuid("chatcmpl-") } else { seed.id("chatcmpl-", 29) }
}

/// Of a `prediction`, the tokens that the answer begins with, and the others.
fn prediction(args: &Args<'_>, abilities: &Abilities, choices: &[Choice]) -> (usize, usize) {
    let predicted: String = match args.field("prediction", "content") {
        Value::String(text) => text.clone(),
        parts => {
            parts.as_array().into_iter().flatten().filter_map(|part| field(part, "text").as_str()).collect()
        }
    };
    let encoding = abilities.encoding;
    let said = choices.first().map_or("", Choice::text);
    let predicted: Vec<&str> = encoding.pieces(&predicted).collect();
    let accepted =
        predicted.iter().zip(encoding.pieces(said)).take_while(|(one, other)| **one == *other).count();
    (accepted, predicted.len() - accepted)
}
