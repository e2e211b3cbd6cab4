//! What a model can do, held against what a response wants of it. A name that is not known is refused
//! nothing.

use crate::api::media;
use crate::api::responses::reading;
use crate::ask::Ask;
use crate::ask::Part;
use crate::ask::Turn;
use crate::error;
use crate::error::ApiError;
use crate::model;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;

/// Checks the parameters against the model's abilities.
pub(super) fn check(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let abilities = ask.abilities;
    if !abilities.is_known() {
        return Ok(());
    }
    let model = args.text("model").unwrap_or_default();
    let model = model::snapshot(model);
    check_reasoning(args, abilities, model)?;
    if !abilities.reasons() && reading::includes(args, "reasoning.encrypted_content") {
        return Err(error::no_encrypted_content());
    }
    if ask.thinks() {
        check_while_reasoning(args)?;
    }
    let most = abilities.most_top_logprobs;
    if args.count("top_logprobs").is_some_and(|count| count > most) {
        return Err(error::too_many_top_logprobs(most));
    }
    if args.text("prompt_cache_retention") == Some("in_memory") && !abilities.takes_short_retention {
        return Err(error::only_long_retention());
    }
    let verbosity = args.field("text", "verbosity").as_str();
    if let Some(word) = verbosity.filter(|word| *word != "medium" && !abilities.takes_verbosity) {
        return Err(error::not_with_model("text.verbosity", word, model, &["medium"]));
    }
    check_format(args, abilities, model)?;
    match args.count("max_output_tokens").filter(|limit| *limit > abilities.max_output) {
        Some(limit) => Err(error::integer_above_maximum("max_output_tokens", abilities.max_output, limit)),
        None => Ok(()),
    }
}

fn check_reasoning(args: &Args<'_>, abilities: &Abilities, model: &str) -> Result<(), ApiError> {
    if !abilities.reasons() {
        let wanted = ["effort", "summary", "generate_summary"];
        let wanted = wanted.iter().find(|name| !args.field("reasoning", name).is_null());
        return wanted.map_or(Ok(()), |name| Err(error::unsupported(format!("reasoning.{name}"), "")));
    }
    for name in ["summary", "generate_summary"] {
        let word = args.field("reasoning", name).as_str();
        if let Some(word) = word.filter(|word| *word == "concise" && !abilities.takes_concise_summaries) {
            return Err(error::not_with_model(&format!("reasoning.{name}"), word, model, &["detailed"]));
        }
    }
    let efforts = abilities.efforts_of_responses();
    match args.field("reasoning", "effort").as_str().filter(|word| !efforts.contains(word)) {
        Some(word) => Err(error::not_with_model("reasoning.effort", word, model, &efforts)),
        None => Ok(()),
    }
}

fn check_while_reasoning(args: &Args<'_>) -> Result<(), ApiError> {
    for name in ["temperature", "top_p"] {
        if args.number(name).is_some_and(|number| (number - 1.0).abs() > f64::EPSILON) {
            return Err(error::not_while_reasoning(name));
        }
    }
    if reading::includes(args, "message.output_text.logprobs") {
        return Err(error::no_logprobs("include"));
    }
    if args.count("top_logprobs").is_some_and(|count| count > 0) {
        return Err(error::no_logprobs("top_logprobs"));
    }
    Ok(())
}

fn check_format(args: &Args<'_>, abilities: &Abilities, model: &str) -> Result<(), ApiError> {
    match field(args.field("text", "format"), "type").as_str() {
        Some(kind @ "json_object") if !abilities.knows_json => Err(error::no_text_format(kind, model)),
        Some(kind @ "json_schema") if !abilities.knows_schemas => Err(error::no_text_format(kind, model)),
        _ => Ok(()),
    }
}

/// Checks what the items of `input` show: whether the model can see and hear it, and whether it can be read.
pub(super) fn check_items(items: &[Turn<'_>], abilities: &Abilities) -> Result<(), ApiError> {
    for (at, item) in items.iter().enumerate() {
        let name = match item.kind {
            "message" => "content",
            kind if kind.ends_with("_output") => "output",
            _ => continue,
        };
        for (place, part) in item.parts.iter().enumerate() {
            let within = |place: usize| if item.is_part { String::new() } else { format!("[{place}]") };
            let path = || format!("input[{at}].{name}{}", within(place));
            match part {
                Part::Image(_) if !abilities.sees => return Err(error::no_image_input(path())),
                Part::Image(image) => match image.url {
                    Some(url) => media::check_seen(url, &format!("{}.image_url", path()))?,
                    None if image.has_file_id => {}
                    None => return Err(error::missing(format!("{}.image_url", path()))),
                },
                Part::Sound(_) if !abilities.hears => return Err(error::no_sound_input(path())),
                Part::Sound(sound) => media::check_sound(*sound, &path())?,
                Part::File(file) => media::check_read(*file, &path())?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether an input of so many tokens leaves the model room.
pub(super) fn fits(abilities: &Abilities, tokens: usize) -> bool {
    let most = if abilities.max_input > 0 { abilities.max_input } else { abilities.window };
    most == 0 || tokens as u64 <= most
}
