//! `POST /v1/completions`, the legacy text completion

use crate::api::chat::STOP;
use crate::api::chat::STREAM_OPTIONS;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::http::Body;
use crate::http::Events;
use crate::http::Reply;
use crate::json::Json;
use crate::model;
use crate::params::Args;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::plan::Choice;
use crate::plan::FinishReason;
use crate::plan::Plan;
use crate::plan::stops;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::tokens;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/completions", "completion", &DECLARED, model::for_completions, create).limited()];

const DECLARED: Declared = Declared { dialect: Dialect::Legacy, lists: &[("", PARAMS)], choose: |_| 0 };

const TOKEN: Kind = Kind::Integer { min: 0, max: 200_000 };

const PARAMS: &[Param] = &[
    required("model", Kind::Model),
    required(
        "prompt",
        Kind::Either {
            expected: "one of a string, array of strings, array of integers, or array of integer arrays",
            kinds: &[
                TEXT,
                Kind::List { of: &TEXT, expected: "strings", min: 1, max: 2048 },
                TOKENS,
                Kind::List { of: &TOKENS, expected: "integer arrays", min: 1, max: 2048 },
            ],
        },
    ),
    optional("best_of", Kind::Integer { min: 0, max: 20 }).inert(),
    optional("echo", Kind::Flag).inert(),
    optional("frequency_penalty", Kind::Number { min: -2.0, max: 2.0 }),
    optional("logit_bias", Kind::Map),
    optional("logprobs", Kind::Integer { min: 0, max: 5 }).inert(),
    optional("max_tokens", Kind::Integer { min: 0, max: i64::MAX }).inert(),
    optional("n", Kind::Integer { min: 1, max: 128 }).inert(),
    optional("presence_penalty", Kind::Number { min: -2.0, max: 2.0 }),
    optional("seed", INTEGER),
    optional("stop", STOP).inert(),
    optional("stream", Kind::Flag).inert(),
    optional("stream_options", Kind::Object(STREAM_OPTIONS)).inert(),
    optional("suffix", TEXT),
    optional("temperature", Kind::Number { min: 0.0, max: 2.0 }),
    optional("top_p", Kind::Number { min: 0.0, max: 1.0 }),
    optional("user", TEXT).inert(),
];

const TOKENS: Kind = Kind::List { of: &TOKEN, expected: "integers", min: 1, max: usize::MAX };

/// The API's default of `max_tokens`.
const MAX_TOKENS: u64 = 16;

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    check_rules(args)?;
    let seed = Seed::of_request("completion", args.content());
    let plan = decide(args, seed, context.state.created());
    let mut reply = if args.flag("stream") {
        let include_usage =
            args.get("stream_options").is_some_and(|options| options["include_usage"] == true);
        let mut reply = Reply::new(200, "text/event-stream", Body::Events(events(&plan, include_usage)));
        reply.header("cache-control", "no-cache, must-revalidate");
        reply
    } else {
        Reply::json(200, whole(&plan))
    };
    reply.header("openai-model", plan.model.replace(char::is_control, " "));
    reply.charge = plan.prompt_tokens as u64 + args.count("max_tokens").unwrap_or(MAX_TOKENS);
    Ok(reply)
}

fn check_rules(args: &Args<'_>) -> Result<(), ApiError> {
    if args.get("stream_options").is_some() && !args.flag("stream") {
        return Err(error::needs_stream("stream_options"));
    }
    let (n, best_of) = (args.count("n").unwrap_or(1), args.count("best_of"));
    match best_of {
        Some(best_of) if best_of < n => Err(error::best_of_below_n(n, best_of)),
        _ => Ok(()),
    }
}

/// The prompts: one string or one array of tokens is one prompt.
fn prompts(prompt: Option<&Value>) -> Vec<&Value> {
    match prompt {
        Some(Value::Array(items)) if !items.first().is_some_and(Value::is_number) => items.iter().collect(),
        Some(prompt) => vec![prompt],
        None => Vec::new(),
    }
}

fn decide(args: &Args<'_>, seed: Seed, created: u64) -> Plan {
    let stops = stops(args.get("stop"));
    let limit = args.count("max_tokens").unwrap_or(MAX_TOKENS);
    let prompts = prompts(args.get("prompt"));
    let each = args.count("n").unwrap_or(1) as usize;
    let choices: Vec<Choice> = (0..prompts.len() * each)
        .map(|index| {
            let text = format!(" {}", words::sentence(seed.part("choice", index)));
            Choice::new(text, &stops, Some(limit))
        })
        .collect();
    let prompt_tokens = |prompt: &&Value| match prompt {
        Value::Array(tokens) => tokens.len(),
        other => other.as_str().map_or(0, tokens::count),
    };
    Plan {
        id: seed.part("id", 0).id("cmpl-", 29),
        created,
        model: internal_name(args.text("model").unwrap_or_default()).to_owned(),
        prompt_tokens: prompts.iter().map(prompt_tokens).sum(),
        completion_tokens: choices.iter().map(|choice| choice.pieces().count()).sum(),
        choices,
    }
}

/// The name that the API's replies and its `openai-model` header have for a model.
fn internal_name(model: &str) -> &str {
    match model {
        "gpt-3.5-turbo-instruct" => "gpt-3.5-turbo-instruct:20230824-v2",
        "davinci-002" => "davinci:2023-07-21-v2",
        "babbage-002" => "babbage:2023-07-21-v2",
        other => other,
    }
}

fn write_choice(json: &mut Json, index: usize, text: &str, finish_reason: Option<&str>) {
    json.raw(r#"{"text":"#).text(text);
    json.raw(r#","index":"#).number(index as u64);
    json.raw(r#","logprobs":null,"finish_reason":"#).optional(finish_reason).raw("}");
}

fn whole(plan: &Plan) -> Json {
    let mut json = Json::with_capacity(1024);
    json.raw(r#"{"id":"#).text(&plan.id);
    json.raw(r#","object":"text_completion","created":"#).number(plan.created);
    json.raw(r#","model":"#).text(&plan.model);
    json.raw(r#","choices":["#);
    json.list(plan.choices.iter().enumerate(), |json, (index, choice)| {
        write_choice(json, index, &choice.text, Some(choice.finish_reason.name()));
    });
    json.raw(r#"],"usage":"#);
    plan.write_usage(&mut json);
    json.raw("}");
    json
}

/// One choice after the other. A choice that was cut ends with its last text, another one with an
/// empty text.
fn events(plan: &Plan, include_usage: bool) -> Events {
    let count = plan.completion_tokens + plan.choices.len() + 2;
    let mut events = Events::with_capacity(count, count * 256);
    let mut chunk = |index: usize, text: &str, finish_reason: Option<&str>| {
        let mut json = begin(plan);
        json.raw(r#","choices":["#);
        write_choice(&mut json, index, text, finish_reason);
        json.raw(r#"],"model":"#).text(&plan.model);
        json.raw(if include_usage { r#","usage":null}"# } else { "}" });
        events.data(json.as_bytes());
    };
    for (index, choice) in plan.choices.iter().enumerate() {
        let cut = choice.finish_reason == FinishReason::Length;
        let mut pieces = choice.pieces().peekable();
        while let Some(piece) = pieces.next() {
            let last = cut && pieces.peek().is_none();
            chunk(index, piece, last.then_some("length"));
        }
        if !cut || choice.text.is_empty() {
            chunk(index, "", Some(choice.finish_reason.name()));
        }
    }
    if include_usage {
        let mut json = begin(plan);
        json.raw(r#","model":"#).text(&plan.model).raw(r#","usage":"#);
        plan.write_usage(&mut json);
        json.raw(r#","choices":[]}"#);
        events.data(json.as_bytes());
    }
    events.data(b"[DONE]");
    events
}

fn begin(plan: &Plan) -> Json {
    let mut json = Json::with_capacity(256);
    json.raw(r#"{"id":"#).text(&plan.id);
    json.raw(r#","object":"text_completion","created":"#).number(plan.created);
    json
}
