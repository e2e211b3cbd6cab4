//! What a model can do, held against what a request wants of it. A name that is not known is refused
//! nothing.

use crate::api::chat::reading::speaks;
use crate::ask::Ask;
use crate::ask::Turn;
use crate::error;
use crate::error::ApiError;
use crate::model::Abilities;
use crate::model::CallsInChat;
use crate::model::abilities;
use crate::params::Args;
use serde_json::Map;
use serde_json::Value;

/// `max_tokens` of a model that reasons: it counts what is thought by another name.
pub(super) fn older_limit(body: &Map<String, Value>) -> Option<ApiError> {
    let model = body.get("model").and_then(Value::as_str).unwrap_or_default();
    let refused = || error::unsupported("max_tokens", " Use 'max_completion_tokens' instead.");
    abilities(model).reasons().then(refused)
}

/// Checks the parameters against the model's abilities.
pub(super) fn check(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let abilities = ask.abilities;
    let most = abilities.most_top_logprobs;
    if args.count("top_logprobs").is_some_and(|count| count > most) {
        return Err(error::too_many_top_logprobs(most));
    }
    if !abilities.is_known() {
        return check_sound(args, ask);
    }
    check_effort(args, abilities)?;
    if abilities.reasons() {
        check_reasoning(args, ask)?;
    }
    check_words(args, abilities)?;
    check_sound(args, ask)?;
    check_formats(args, abilities)?;
    check_calling(args, ask)?;
    for name in ["max_tokens", "max_completion_tokens"] {
        if let Some(limit) = args.count(name).filter(|limit| *limit > abilities.max_output) {
            return Err(error::limit_too_large(name, limit, abilities.max_output));
        }
    }
    Ok(())
}

/// Newer models are to think and to call functions in the Responses API.
fn check_calling(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let thinks = match ask.abilities.calls_in_chat {
        CallsInChat::Always => false,
        CallsInChat::UnlessToldToThink => args.get("reasoning_effort").is_some() && ask.thinks(),
        CallsInChat::UnlessThinking => ask.thinks(),
    };
    let has_functions = ask.calling.tools.iter().any(|tool| !tool.custom);
    if thinks && has_functions { Err(error::tools_while_reasoning(ask.model)) } else { Ok(()) }
}

fn check_effort(args: &Args<'_>, abilities: &Abilities) -> Result<(), ApiError> {
    match args.text("reasoning_effort") {
        Some(_) if !abilities.reasons() => Err(error::unsupported("reasoning_effort", "")),
        Some(word) if !abilities.efforts.contains(&word) => {
            Err(error::unsupported_value("reasoning_effort", word, abilities.efforts))
        }
        _ => Ok(()),
    }
}

fn check_reasoning(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let abilities = ask.abilities;
    let refused = ["stop", "logit_bias", "prediction"];
    let refused = &refused[usize::from(abilities.takes_stops)..];
    if let Some(name) = refused.iter().find(|name| args.get(name).is_some()) {
        return Err(error::unsupported(name, ""));
    }
    if ask.thinks() {
        for name in ["temperature", "top_p"] {
            if let Some(value) = args.get(name).filter(|value| value.as_f64() != Some(1.0)) {
                let has_none = name == "top_p" && !abilities.knows_top_p;
                return Err(if has_none {
                    error::unsupported(name, "")
                } else {
                    error::only_default(name, value, 1)
                });
            }
        }
        for name in ["presence_penalty", "frequency_penalty"] {
            if args.number(name).is_some_and(|number| number != 0.0) {
                return Err(error::unsupported(name, ""));
            }
        }
        if args.flag("logprobs") {
            return Err(error::unsupported("logprobs", ""));
        }
    }
    if !abilities.takes_parallel_tool_calls && args.get("parallel_tool_calls").is_some() {
        return Err(error::unsupported("parallel_tool_calls", ""));
    }
    let is_told = |(_, turn): &(usize, &&Turn<'_>)| turn.role.instructs();
    match ask.turns.iter().enumerate().find(is_told) {
        Some((at, turn)) if !abilities.takes_instructions => {
            Err(error::unsupported_role(at, turn.role.name()))
        }
        _ => Ok(()),
    }
}

fn check_words(args: &Args<'_>, abilities: &Abilities) -> Result<(), ApiError> {
    let most = abilities.most_choices;
    if let Some(count) = args.count("n").filter(|count| *count > most) {
        return Err(match most {
            1 => error::only_default("n", count, 1),
            _ => error::integer_above_maximum("n", most, count),
        });
    }
    if args.text("prompt_cache_retention") == Some("in_memory") && !abilities.takes_short_retention {
        return Err(error::only_long_retention());
    }
    if let Some(word) = args.text("verbosity").filter(|word| *word != "medium" && !abilities.takes_verbosity)
    {
        return Err(error::unsupported_value("verbosity", word, &["medium"]));
    }
    if args.get("web_search_options").is_some() && !abilities.searches {
        return Err(error::no_web_search());
    }
    if abilities.searches {
        // Told all at once, in the order of the alphabet.
        let refused = ["frequency_penalty", "n", "presence_penalty", "temperature", "top_p"];
        let given: Vec<&str> = refused.into_iter().filter(|name| args.get(name).is_some()).collect();
        if !given.is_empty() {
            let plural = if given.len() == 1 { "" } else { "s" };
            return Err(error::incompatible_arguments(plural, given.join(", ")));
        }
    }
    let wants_sound = speaks(args);
    if wants_sound && !abilities.speaks {
        return Err(error::unsupported_value("modalities", "audio", &["text"]));
    }
    Ok(())
}

/// Checks what is asked of an answer that can be heard; of unknown models as well.
fn check_sound(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    if !speaks(args) {
        let silent = ask.abilities.needs_sound && ask.turns.iter().all(|turn| turn.sounds().next().is_none());
        return if silent { Err(error::needs_audio()) } else { Ok(()) };
    }
    match args.field("audio", "format").as_str() {
        None => Err(error::missing("audio")),
        Some("pcm16") => Ok(()),
        Some(format) if args.flag("stream") => Err(error::only_pcm16_streams(format)),
        Some("wav") => Ok(()),
        Some(format) => Err(error::no_such_sound(format)),
    }
}

fn check_formats(args: &Args<'_>, abilities: &Abilities) -> Result<(), ApiError> {
    match args.field("response_format", "type").as_str() {
        Some("json_object") if !abilities.knows_json => Err(error::no_json_object()),
        Some("json_schema") if !abilities.knows_schemas => Err(error::no_json_schema()),
        _ => Ok(()),
    }
}

/// Checks the lengths of prompt and answer against the model's window.
pub(super) fn check_length(ask: &Ask<'_>, prompt: usize) -> Result<(), ApiError> {
    let abilities = ask.abilities;
    let prompt = prompt as u64;
    let (window, most) = (abilities.window, abilities.max_input);
    if most > 0 && prompt > most {
        return Err(error::input_exceeded(most, prompt));
    }
    if window > 0 && prompt > window {
        return Err(error::context_exceeded(window, prompt));
    }
    // What a model that reasons begins with takes more than a token.
    if ask.wording.limit == Some(1) && abilities.reasons() {
        return Err(error::nothing_finished());
    }
    let limit = ask.wording.limit.unwrap_or(0);
    if abilities.limit_fills_window && prompt + limit > window {
        return Err(error::completion_exceeds_context(window, prompt + limit, prompt, limit));
    }
    Ok(())
}
