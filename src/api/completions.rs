//! `POST /v1/completions`, the legacy text completion

mod print;

use crate::api::text_params;
use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::Part;
use crate::ask::Turn;
use crate::ask::Wording;
use crate::ask::of_input;
use crate::ask::say;
use crate::ask::stops;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::model;
use crate::model::Abilities;
use crate::model::abilities;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::plan::Said;
use crate::plan::Usage;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::rules::Occasion;
use crate::tokens::Encoding;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/completions", "completion", &DECLARED, model::for_completions, create).limited().asking()];

const DECLARED: Declared = Declared { dialect: Dialect::Legacy, lists: &[("", PARAMS)], choose: |_| 0 };

/// Ids beyond the vocabulary have a sentence of their own.
const TOKEN: Kind = Kind::Integer { min: 0, max: i64::MAX };

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
    text_params::FREQUENCY_PENALTY,
    text_params::LOGIT_BIAS,
    optional("logprobs", Kind::Integer { min: 0, max: 5 }).inert(),
    // Recorded in the words of the newer operations.
    optional("max_tokens", Kind::Integer { min: 0, max: i64::MAX }).inert().refused_in(Dialect::Current),
    text_params::N,
    text_params::PRESENCE_PENALTY,
    text_params::SEED,
    text_params::STOP,
    text_params::STREAM,
    text_params::STREAM_OPTIONS,
    optional("suffix", TEXT),
    text_params::TEMPERATURE,
    text_params::TOP_P,
    text_params::USER,
];

const TOKENS: Kind = Kind::List { of: &TOKEN, expected: "integers", min: 1, max: usize::MAX };

/// The API's default of `max_tokens`.
const MAX_TOKENS: u64 = 16;
/// The largest token id, special tokens included.
const LARGEST_TOKEN: u64 = 100_257;
/// All models of this operation have it.
const ENCODING: Encoding = Encoding::Cl100k;

/// A text completion, before anyone asks whether it is sent whole or as events.
struct TextCompletion<'a> {
    id: String,
    created: u64,
    /// The model as replies name it, unless another name is given.
    snapshot: &'a str,
    said: Said,
    prompt_tokens: usize,
}

impl TextCompletion<'_> {
    /// The model as the reply names it.
    fn model(&self) -> &str {
        self.said.given.model.as_deref().unwrap_or(self.snapshot)
    }

    fn tokens(&self) -> usize {
        self.said.choices.iter().map(|choice| choice.tokens).sum::<usize>() + self.said.tried_tokens
    }

    /// The counts as they are told.
    fn usage(&self) -> Usage {
        self.said.given.usage.or_counted(self.prompt_tokens, self.tokens(), 0)
    }
}

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let prompts: Vec<Prompt<'_>> = prompts(args.get("prompt")).into_iter().map(Prompt::new).collect();
    let model = args.text("model").unwrap_or_default();
    check_rules(args, abilities(model))?;
    let limit = args.count("max_tokens").unwrap_or(MAX_TOKENS);
    let prompt_tokens = check_prompts(&prompts, abilities(model).window, limit)?;
    let charge = prompt_tokens as u64 + limit;
    context.admit(charge)?;
    let occasion = context.occasion;
    let mut said = say_each(args, &prompts, occasion)?;
    let id = || Seed::of_request("completion", args.content()).part("id", 0).id("cmpl-", 29);
    let completion = TextCompletion {
        id: said.given.id.take().unwrap_or_else(id),
        created: said.given.created.unwrap_or(occasion.created),
        snapshot: snapshot(model),
        said,
        prompt_tokens,
    };
    let mut reply = if args.flag("stream") {
        let include_usage = args.field("stream_options", "include_usage") == true;
        let events = print::events(&completion, include_usage);
        let mut reply = Reply::new(200, "text/event-stream", Body::Events(events));
        reply.header("cache-control", "no-cache, must-revalidate");
        reply
    } else {
        Reply::json(200, print::whole(&completion))
    };
    reply.header("openai-model", completion.model().replace(char::is_control, " "));
    reply.charge = charge;
    Ok(reply)
}

/// One of the prompts, as it was sent and as a turn of the user.
struct Prompt<'a> {
    sent: &'a Value,
    turn: Turn<'a>,
}

impl<'a> Prompt<'a> {
    fn new(sent: &'a Value) -> Prompt<'a> {
        Prompt { sent, turn: turn(sent) }
    }
}

/// The answers to all prompts. Each prompt is asked by itself, so that it says the same alone and among others.
/// What is given for the first one is told of all.
fn say_each(args: &Args<'_>, prompts: &[Prompt<'_>], occasion: Occasion<'_>) -> Result<Said, ApiError> {
    let rest = Seed::of_request("completion", args.content().filter(|(name, _)| *name != "prompt"));
    let mut all = Said::default();
    for (at, prompt) in prompts.iter().enumerate() {
        let said = say(&read(args, &prompt.turn, occasion), rest.part(&prompt.sent.to_string(), 0))?;
        if at == 0 {
            all.given = said.given;
        }
        all.choices.extend(said.choices);
        all.tried_tokens += said.tried_tokens;
    }
    Ok(all)
}

/// What is asked, this being the prompt.
fn read<'a>(args: &Args<'a>, prompt: &'a Turn<'a>, occasion: Occasion<'a>) -> Ask<'a> {
    let model = args.text("model").unwrap_or_default();
    let choices = args.count("n").unwrap_or(1) as usize;
    let wording = Wording {
        choices,
        tried: args.count("best_of").map_or(choices, |best_of| best_of as usize),
        echoes: args.flag("echo"),
        limit: Some(args.count("max_tokens").unwrap_or(MAX_TOKENS)),
        stops: stops(args.get("stop")),
        biases: args.get("logit_bias").and_then(Value::as_object),
        guesses: args.count("logprobs").map(|top| top as usize),
        ..Wording::default()
    };
    let new = Ask::new(Endpoint::Completions, model, vec![prompt], occasion);
    Ask { encoding: ENCODING, wording, ..new }
}

fn check_rules(args: &Args<'_>, abilities: &Abilities) -> Result<(), ApiError> {
    if args.get("stream_options").is_some() && !args.flag("stream") {
        return Err(error::needs_stream("stream_options"));
    }
    let (n, best_of) = (args.count("n").unwrap_or(1), args.count("best_of"));
    if let Some(best_of) = best_of.filter(|best_of| *best_of < n) {
        return Err(error::best_of_below_n(n, best_of));
    }
    if args.flag("stream") && best_of.unwrap_or(n) > n {
        return Err(error::best_of_streamed());
    }
    if args.get("suffix").is_some() && !abilities.inserts {
        return Err(error::no_suffix());
    }
    Ok(())
}

/// Checks each prompt, and counts the tokens of all.
fn check_prompts(prompts: &[Prompt<'_>], window: u64, limit: u64) -> Result<usize, ApiError> {
    let mut all = 0;
    for prompt in prompts {
        let mut ids = prompt.sent.as_array().into_iter().flatten().filter_map(Value::as_u64);
        if let Some(id) = ids.find(|id| *id > LARGEST_TOKEN) {
            return Err(error::bad_token(id, LARGEST_TOKEN));
        }
        let count = of_input(&prompt.turn, ENCODING);
        let sum = (count as u64).saturating_add(limit);
        if window > 0 && sum > window {
            return Err(error::prompt_exceeds_context(window, sum, count, limit));
        }
        all += count;
    }
    Ok(all)
}

/// The prompts: one string or one array of tokens is one prompt.
fn prompts(prompt: Option<&Value>) -> Vec<&Value> {
    match prompt {
        Some(Value::Array(items)) if !items.first().is_some_and(Value::is_number) => items.iter().collect(),
        Some(prompt) => vec![prompt],
        None => Vec::new(),
    }
}

/// A prompt as a turn of the user.
fn turn(prompt: &Value) -> Turn<'_> {
    let Value::Array(ids) = prompt else { return Turn::of_user(prompt.as_str().unwrap_or_default()) };
    let ids = ids.iter().filter_map(|id| u32::try_from(id.as_u64()?).ok());
    Turn::of_parts(vec![Part::Tokens(ids.collect())])
}
