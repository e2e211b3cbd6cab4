//! `POST /v1/chat/completions`

mod decide;
mod events;
mod limits;
mod params;
mod rules;
mod stored;
mod tools;

use crate::api::ask;
use crate::api::ask::texts;
use crate::api::ask::write_guesses;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model;
use crate::model::Abilities;
use crate::model::abilities;
use crate::params::Args;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Guess;
use crate::plan::Plan;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use params::DECLARED;
pub(in crate::api) use stored::ROUTES as STORED;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/chat/completions", "chat", &DECLARED, model::for_chat, create).limited()];

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let abilities = abilities(args.text("model").unwrap_or_default());
    let tools = tools::declared(args);
    rules::check(args, abilities, &tools)?;
    ask::check_moderation(args, context.state.config.strict_models)?;
    limits::check(args, abilities, &tools, context.state.config.strict_models)?;
    rules::check_messages(args.list("messages"), abilities)?;
    let ask = decide::ask(args, abilities, tools, context.state.created());
    let prompt_tokens = ask::tokens(&ask);
    limits::check_length(args, abilities, prompt_tokens)?;

    let seed = Seed::of_request("chat", args.content());
    let mut plan = decide::decide(args, &ask, prompt_tokens, seed);
    let mut shape = Shape::of(args, abilities, &plan.model);
    if let Some(model) = args.field("moderation", "model").as_str() {
        let said = plan.choices.iter().map(Choice::words).collect();
        shape.moderation = Some(ask.moderation(model, said, seed));
    }
    stored::keep(context, &mut plan, &shape, seed);
    let mut reply = if args.flag("stream") {
        let events = events::events(&plan, &shape, seed.part("obfuscation", 0).draws());
        let mut reply = Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(events));
        reply.header("cache-control", "no-cache");
        reply
    } else {
        Reply::json(200, whole(&plan, &shape))
    };
    reply.charge = charge(args);
    Ok(reply)
}

/// What the real rate limiter would count: a quarter of the characters, and the limit asked for.
fn charge(args: &Args<'_>) -> u64 {
    let of_text = |text: &str| text.chars().count().div_ceil(4) as u64 + 2;
    let messages: u64 = args.list("messages").iter().flat_map(texts).map(of_text).sum();
    let limit = args.count("max_completion_tokens").or(args.count("max_tokens"));
    messages.saturating_add(limit.unwrap_or(0))
}

/// What the two shapes of a reply say besides the plan.
struct Shape {
    /// Not told by the models that search.
    service_tier: Option<&'static str>,
    fingerprint: Option<String>,
    abilities: &'static Abilities,
    /// The tokens of sound in the prompt.
    heard: usize,
    /// The JSON of what was asked of a moderation model.
    moderation: Option<String>,
    include_usage: bool,
    include_obfuscation: bool,
}

impl Shape {
    fn of(args: &Args<'_>, abilities: &'static Abilities, model: &str) -> Shape {
        let option = |name: &str| args.field("stream_options", name).as_bool();
        let tier = match args.text("service_tier") {
            Some("flex") => "flex",
            Some("priority" | "fast") => "priority",
            _ => "default",
        };
        let fingerprint = || format!("fp_{}", &Seed::of_bytes(model.as_bytes()).hex()[..10]);
        Shape {
            service_tier: abilities.tells_service_tier.then_some(tier),
            fingerprint: abilities.has_fingerprint.then(fingerprint),
            abilities,
            heard: args.list("messages").iter().map(ask::tokens_of_sound).sum(),
            moderation: None,
            include_usage: option("include_usage").unwrap_or(false),
            include_obfuscation: option("include_obfuscation").unwrap_or(true),
        }
    }
}

fn whole(plan: &Plan, shape: &Shape) -> Json {
    let mut json = Json::with_capacity(1024);
    json.raw(r#"{"id":"#).text(&plan.id);
    json.raw(r#","object":"chat.completion","created":"#).number(plan.created);
    json.raw(r#","model":"#).text(&plan.model);
    json.raw(r#","choices":["#);
    json.list(plan.choices.iter().enumerate(), |json, (index, choice)| {
        json.raw(r#"{"index":"#).number(index as u64);
        json.raw(r#","message":{"role":"assistant","content":"#);
        write_message(json, choice);
        json.raw("}");
        match &choice.guesses {
            Some(guesses) => {
                json.raw(r#","logprobs":"#);
                write_logprobs(json, guesses, choice);
            }
            None if shape.abilities.tells_logprobs => {
                json.raw(r#","logprobs":null"#);
            }
            None => {}
        }
        json.raw(r#","finish_reason":"#).text(choice.finish_reason.name()).raw("}");
    });
    json.raw(r#"],"usage":"#);
    write_usage(&mut json, plan, shape);
    if let Some(tier) = shape.service_tier {
        json.raw(r#","service_tier":"#).text(tier);
    }
    json.raw(r#","system_fingerprint":"#).optional(shape.fingerprint.as_deref());
    if let Some(moderation) = &shape.moderation {
        json.raw(r#","moderation":"#).raw(moderation);
    }
    json.raw("}");
    json
}

/// Appends what follows `"content":` in a message.
fn write_message(json: &mut Json, choice: &Choice) {
    match &choice.content {
        Content::Text(text) => json.text(text).raw(r#","refusal":null"#),
        Content::Refusal(text) => json.raw(r#"null,"refusal":"#).text(text),
        Content::Calls(calls) => {
            json.raw(r#"null,"tool_calls":["#);
            write_calls(json, calls);
            json.raw(r#"],"refusal":null"#)
        }
        Content::Function(call) => {
            json.raw(r#"null,"function_call":{"name":"#).text(&call.name);
            json.raw(r#","arguments":"#).text(&call.arguments).raw(r#"},"refusal":null"#)
        }
        Content::Spoken(speech) => {
            json.raw(r#"null,"refusal":null,"audio":{"id":"#).text(&speech.id);
            json.raw(r#","data":"#).base64(&speech.data);
            json.raw(r#","expires_at":"#).number(speech.expires_at);
            json.raw(r#","transcript":"#).text(&speech.transcript).raw("}")
        }
    };
    json.raw(r#","annotations":[]"#);
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

fn write_usage(json: &mut Json, plan: &Plan, shape: &Shape) {
    let (accepted, rejected) = plan.prediction;
    // Text that was predicted in vain is paid for.
    let completion = plan.completion_tokens() + rejected;
    json.raw(r#"{"prompt_tokens":"#).number(plan.prompt_tokens as u64);
    json.raw(r#","completion_tokens":"#).number(completion as u64);
    json.raw(r#","total_tokens":"#).number((plan.prompt_tokens + completion) as u64);
    json.raw(r#","prompt_tokens_details":{"cached_tokens":0"#);
    json.raw(if shape.abilities.tells_cache_writes { r#","cache_write_tokens":0"# } else { "" });
    json.raw(r#","audio_tokens":"#).number(shape.heard as u64);
    let apart = shape.abilities.tells_text_tokens;
    if apart {
        let text = plan.prompt_tokens.saturating_sub(shape.heard);
        json.raw(r#","text_tokens":"#).number(text as u64).raw(r#","image_tokens":0"#);
    }
    json.raw(r#"},"completion_tokens_details":{"reasoning_tokens":"#).number(plan.reasoning_tokens() as u64);
    json.raw(r#","audio_tokens":"#).number(plan.audio_tokens() as u64);
    json.raw(r#","accepted_prediction_tokens":"#).number(accepted as u64);
    json.raw(r#","rejected_prediction_tokens":"#).number(rejected as u64);
    if apart {
        json.raw(r#","text_tokens":"#).number((completion - plan.audio_tokens()) as u64);
    }
    json.raw("}}");
}
