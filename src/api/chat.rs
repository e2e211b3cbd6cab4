//! `POST /v1/chat/completions`

mod events;
mod files;
mod limits;
mod params;
mod reading;
mod rules;
mod stored;

use crate::api::logprobs::write_guesses;
use crate::api::moderations;
use crate::api::text_params;
use crate::ask::Ask;
use crate::ask::Counted;
use crate::ask::Turn;
use crate::ask::count;
use crate::ask::message;
use crate::ask::say;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model;
use crate::model::Abilities;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::field;
use crate::plan::Annotation;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Guess;
use crate::plan::Said;
use crate::plan::Usage;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::tokens::Encoding;
use params::DECLARED;
use serde_json::Map;
use serde_json::Value;
pub(in crate::api) use stored::ROUTES as STORED;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/chat/completions", "chat", &DECLARED, model::for_chat, create).limited().asking()];

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let listed_only = context.state.config.strict_models;
    let messages: Vec<Turn<'_>> = args.list("messages").iter().map(message).collect();
    let ask = reading::ask(args, &messages, context.occasion);
    rules::check(args, &ask)?;
    moderations::check_model(args, listed_only)?;
    limits::check(args, &ask)?;
    rules::check_messages(&messages, ask.abilities)?;
    let prompt = count(&ask);
    limits::check_length(&ask, prompt.all)?;
    let charge = charge(&ask);
    context.admit(charge)?;

    let seed = Seed::of_request("chat", args.content());
    let mut completion = Completion::of(args, &ask, say(&ask, seed)?, prompt, seed);
    stored::keep(context, &mut completion, seed);
    let mut reply = if args.flag("stream") {
        let events = events::events(&completion, seed.part("obfuscation", 0).draws());
        let mut reply = Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(events));
        reply.header("cache-control", "no-cache");
        reply
    } else {
        Reply::json(200, whole(&completion))
    };
    reply.charge = charge;
    Ok(reply)
}

/// The id of a completion.
fn id(abilities: &Abilities, seed: Seed) -> String {
    let seed = seed.part("id", 0);
    if abilities.has_uuids { seed.uuid("chatcmpl-") } else { seed.id("chatcmpl-", 29) }
}

/// What the real rate limiter would count: a quarter of the characters, and the limit asked for.
fn charge(ask: &Ask<'_>) -> u64 {
    let of_text = |text: &str| text.chars().count().div_ceil(4) as u64 + 2;
    let messages: u64 = ask.turns.iter().flat_map(|turn| turn.texts()).map(of_text).sum();
    messages.saturating_add(ask.wording.limit.unwrap_or(0))
}

/// A chat completion, before anyone asks whether it is sent whole or as events.
struct Completion<'a> {
    id: String,
    created: u64,
    /// The model as replies name it, unless another name is given.
    snapshot: &'a str,
    abilities: &'static Abilities,
    said: Said,
    prompt_tokens: usize,
    /// The tokens of sound in the prompt.
    heard: usize,
    /// Of a prediction: the tokens that came true, and those that did not.
    prediction: (usize, usize),
    /// Not told by the models that search.
    service_tier: Option<&'static str>,
    fingerprint: Option<String>,
    /// The model that moderated it.
    moderator: Option<&'a str>,
    include_usage: bool,
    include_obfuscation: bool,
}

impl<'a> Completion<'a> {
    /// The one in which this is said, to a prompt of so many tokens.
    fn of(args: &Args<'a>, ask: &Ask<'a>, mut said: Said, prompt: Counted, seed: Seed) -> Completion<'a> {
        let option = |name: &str| args.field("stream_options", name).as_bool();
        let tier = text_params::served_tier(args.text("service_tier"));
        let abilities = ask.abilities;
        let snapshot = snapshot(ask.model);
        let given = &mut said.given;
        let of_model = || {
            let digest = || Seed::of_bytes(snapshot.as_bytes()).hex();
            abilities.has_fingerprint.then(|| format!("fp_{}", &digest()[..10]))
        };
        Completion {
            id: given.id.clone().unwrap_or_else(|| id(abilities, seed)),
            created: given.created.unwrap_or(ask.created),
            fingerprint: given.fingerprint.take().or_else(of_model),
            snapshot,
            abilities,
            prediction: prediction(args, ask.encoding, &said.choices),
            said,
            prompt_tokens: prompt.all,
            heard: prompt.sound,
            service_tier: abilities.tells_service_tier.then_some(tier),
            moderator: ask.moderator,
            include_usage: option("include_usage").unwrap_or(false),
            include_obfuscation: option("include_obfuscation").unwrap_or(true),
        }
    }

    /// The model as the reply names it.
    fn model(&self) -> &str {
        self.said.given.model.as_deref().unwrap_or(self.snapshot)
    }

    fn choices(&self) -> &[Choice] {
        &self.said.choices
    }

    /// Text that was predicted in vain is paid for.
    fn tokens(&self) -> usize {
        self.choices().iter().map(|choice| choice.tokens).sum::<usize>() + self.prediction.1
    }

    /// The counts as they are told.
    fn usage(&self) -> Usage {
        let given = &self.said.given.usage;
        given.or_counted(self.prompt_tokens, self.tokens(), self.reasoning_tokens())
    }

    fn audio_tokens(&self) -> usize {
        let of_choice = |choice: &Choice| match &choice.content {
            Content::Spoken(speech) => speech.tokens,
            _ => 0,
        };
        self.choices().iter().map(of_choice).sum()
    }

    fn reasoning_tokens(&self) -> usize {
        self.choices().iter().map(|choice| choice.reasoning).sum()
    }
}

/// Of a `prediction`, the tokens that the answer begins with, and the others.
fn prediction(args: &Args<'_>, encoding: Encoding, choices: &[Choice]) -> (usize, usize) {
    let predicted: String = match args.field("prediction", "content") {
        Value::Null => return (0, 0),
        Value::String(text) => text.clone(),
        parts => {
            parts.as_array().into_iter().flatten().filter_map(|part| field(part, "text").as_str()).collect()
        }
    };
    let said = choices.first().map_or("", Choice::text);
    let predicted: Vec<&str> = encoding.pieces(&predicted).collect();
    let accepted =
        predicted.iter().zip(encoding.pieces(said)).take_while(|(one, other)| **one == *other).count();
    (accepted, predicted.len() - accepted)
}

/// Appends what was said of prompt and answer by a moderation model.
fn write_moderation(json: &mut Json, completion: &Completion<'_>) {
    let Some((model, both)) = completion.moderator.zip(completion.said.moderation.as_ref()) else { return };
    json.raw(r#","moderation":"#);
    moderations::write_both(json, both, |json, flags| {
        json.raw(r#"{"type":"moderation_results","model":"#).text(model).raw(r#","results":["#);
        moderations::write_one(json, model, flags);
        json.raw("]}");
    });
}

fn whole(completion: &Completion<'_>) -> Json {
    let mut json = Json::with_capacity(1024);
    json.raw(r#"{"id":"#).text(&completion.id);
    json.raw(r#","object":"chat.completion","created":"#).number(completion.created);
    json.raw(r#","model":"#).text(completion.model());
    json.raw(r#","choices":["#);
    json.list(completion.choices().iter().enumerate(), |json, (index, choice)| {
        json.raw(r#"{"index":"#).number(index as u64);
        json.raw(r#","message":{"role":"assistant","content":"#);
        write_message(json, choice, &completion.said.annotations);
        json.raw("}");
        match &choice.guesses {
            Some(guesses) => {
                json.raw(r#","logprobs":"#);
                write_logprobs(json, guesses, choice);
            }
            None if completion.abilities.tells_logprobs => {
                json.raw(r#","logprobs":null"#);
            }
            None => {}
        }
        json.raw(r#","finish_reason":"#).text(choice.finish_reason.name()).raw("}");
    });
    json.raw(r#"],"usage":"#);
    write_usage(&mut json, completion);
    if let Some(tier) = completion.service_tier {
        json.raw(r#","service_tier":"#).text(tier);
    }
    json.raw(r#","system_fingerprint":"#).optional(completion.fingerprint.as_deref());
    write_moderation(&mut json, completion);
    json.raw("}");
    json
}

/// Appends what follows `"content":` in a message.
fn write_message(json: &mut Json, choice: &Choice, annotations: &[Annotation]) {
    match &choice.content {
        Content::Text(text) => json.text(text).raw(r#","refusal":null"#),
        Content::Refusal(text) => json.raw(r#"null,"refusal":"#).text(text),
        Content::Calls { before, calls } => {
            json.optional(words(before)).raw(r#","tool_calls":["#);
            write_calls(json, calls);
            json.raw(r#"],"refusal":null"#)
        }
        Content::Function { before, call } => {
            json.optional(words(before)).raw(r#","function_call":{"name":"#).text(&call.name);
            json.raw(r#","arguments":"#).text(&call.arguments).raw(r#"},"refusal":null"#)
        }
        Content::Spoken(speech) => {
            json.raw(r#"null,"refusal":null,"audio":{"id":"#).text(&speech.id);
            json.raw(r#","data":"#).base64(&speech.data);
            json.raw(r#","expires_at":"#).number(speech.expires_at);
            json.raw(r#","transcript":"#).text(&speech.transcript).raw("}")
        }
    };
    json.raw(r#","annotations":["#);
    write_cited(json, cited(choice, annotations));
    json.raw("]");
}

/// The pages that a text cites. Of files this operation tells nothing.
fn cited<'a>(choice: &Choice, annotations: &'a [Annotation]) -> impl Iterator<Item = &'a Map<String, Value>> {
    let annotations = if choice.text().is_empty() { &[] } else { annotations };
    let is_of_page =
        |fields: &&Map<String, Value>| fields.get("type").is_some_and(|kind| kind == URL_CITATION);
    annotations.iter().filter_map(|annotation| annotation.value.as_object()).filter(is_of_page)
}

const URL_CITATION: &str = "url_citation";

/// Appends them, each in an object of its own.
fn write_cited<'a>(json: &mut Json, cited: impl Iterator<Item = &'a Map<String, Value>>) {
    json.list(cited, |json, fields| {
        json.raw(r#"{"type":"#).text(URL_CITATION).raw(",").text(URL_CITATION).raw(":{");
        json.list(fields.iter().filter(|(name, _)| *name != "type"), |json, (name, value)| {
            json.text(name).raw(":").value(value);
        });
        json.raw("}}");
    });
}

/// A text, if it has words.
fn words(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Appends calls, separated by commas.
fn write_calls(json: &mut Json, calls: &[Call]) {
    json.list(calls, |json, call| {
        json.raw("{");
        write_call(json, call, &call.arguments);
        json.raw("}");
    });
}

/// Appends the fields of a call, with these arguments.
fn write_call(json: &mut Json, call: &Call, arguments: &str) {
    let (kind, given) = if call.custom { ("custom", "input") } else { ("function", "arguments") };
    json.raw(r#""id":"#).text(&call.id).raw(r#","type":"#).text(kind);
    json.raw(",").text(kind).raw(r#":{"name":"#).text(&call.name);
    json.raw(",").text(given).raw(":").text(arguments).raw("}");
}

/// Appends guesses, as those of the content or of the refusal.
fn write_logprobs(json: &mut Json, guesses: &[Guess], choice: &Choice) {
    let refused = matches!(choice.content, Content::Refusal(_));
    json.raw(if refused { r#"{"content":null,"refusal":["# } else { r#"{"content":["# });
    write_guesses(json, guesses);
    json.raw(if refused { "]}" } else { r#"],"refusal":null}"# });
}

fn write_usage(json: &mut Json, completion: &Completion<'_>) {
    let (accepted, rejected) = completion.prediction;
    let Usage { input, cached, output, reasoning, total } = completion.usage();
    json.raw(r#"{"prompt_tokens":"#).number(input);
    json.raw(r#","completion_tokens":"#).number(output);
    json.raw(r#","total_tokens":"#).number(total);
    json.raw(r#","prompt_tokens_details":{"cached_tokens":"#).number(cached);
    json.raw(if completion.abilities.tells_cache_writes { r#","cache_write_tokens":0"# } else { "" });
    json.raw(r#","audio_tokens":"#).number(completion.heard as u64);
    let apart = completion.abilities.tells_text_tokens;
    if apart {
        let text = input.saturating_sub(completion.heard as u64);
        json.raw(r#","text_tokens":"#).number(text).raw(r#","image_tokens":0"#);
    }
    json.raw(r#"},"completion_tokens_details":{"reasoning_tokens":"#).number(reasoning);
    let spoken = completion.audio_tokens() as u64;
    json.raw(r#","audio_tokens":"#).number(spoken);
    json.raw(r#","accepted_prediction_tokens":"#).number(accepted as u64);
    json.raw(r#","rejected_prediction_tokens":"#).number(rejected as u64);
    if apart {
        json.raw(r#","text_tokens":"#).number(output.saturating_sub(spoken));
    }
    json.raw("}}");
}
