//! `POST /v1/completions`, the legacy text completion

mod print;

use crate::api::text_params;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::model;
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
use crate::plan::Choice;
use crate::plan::Ends;
use crate::plan::Guess;
use crate::plan::biased;
use crate::plan::forced;
use crate::plan::guesses;
use crate::plan::stops;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::tokens::Encoding;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/completions", "completion", &DECLARED, model::for_completions, create).limited()];

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
    optional("max_tokens", Kind::Integer { min: 0, max: i64::MAX }).inert(),
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

/// The reply, decided before anyone asks how it is sent.
struct Plan {
    id: String,
    created: u64,
    model: String,
    texts: Vec<Text>,
    prompt_tokens: usize,
    completion_tokens: usize,
}

/// One choice.
struct Text {
    /// The prompt, where it is to be repeated.
    echo: String,
    choice: Choice,
    /// The guesses at the prompt and the answer, where they were asked for; the prompt's come first.
    guesses: Option<Vec<Guess>>,
    /// How many of them are the prompt's.
    echoed: usize,
}

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let prompts = prompts(args.get("prompt"));
    check_rules(args, &prompts)?;
    let seed = Seed::of_request("completion", args.content());
    let plan = decide(args, &prompts, seed, context.state.created());
    let mut reply = if args.flag("stream") {
        let include_usage = args.field("stream_options", "include_usage") == true;
        let events = print::events(&plan, include_usage);
        let mut reply = Reply::new(200, "text/event-stream", Body::Events(events));
        reply.header("cache-control", "no-cache, must-revalidate");
        reply
    } else {
        Reply::json(200, print::whole(&plan))
    };
    reply.header("openai-model", plan.model.replace(char::is_control, " "));
    reply.charge = plan.prompt_tokens as u64 + args.count("max_tokens").unwrap_or(MAX_TOKENS);
    Ok(reply)
}

fn check_rules(args: &Args<'_>, prompts: &[&Value]) -> Result<(), ApiError> {
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
    let abilities = abilities(args.text("model").unwrap_or_default());
    if args.get("suffix").is_some() && !abilities.inserts {
        return Err(error::no_suffix());
    }
    for prompt in prompts {
        let ids = prompt.as_array().into_iter().flatten().filter_map(Value::as_u64);
        if let Some(id) = ids.clone().find(|id| *id > LARGEST_TOKEN) {
            return Err(error::bad_token(id, LARGEST_TOKEN));
        }
        let (prompt, answer) = (tokens(prompt) as u64, args.count("max_tokens").unwrap_or(MAX_TOKENS));
        let sum = prompt.saturating_add(answer);
        if abilities.window > 0 && sum > abilities.window {
            return Err(error::prompt_exceeds_context(abilities.window, sum, prompt, answer));
        }
    }
    Ok(())
}

/// The prompts: one string or one array of tokens is one prompt.
fn prompts(prompt: Option<&Value>) -> Vec<&Value> {
    match prompt {
        Some(Value::Array(items)) if !items.first().is_some_and(Value::is_number) => items.iter().collect(),
        Some(prompt) => vec![prompt],
        None => Vec::new(),
    }
}

fn tokens(prompt: &Value) -> usize {
    match prompt {
        Value::Array(tokens) => tokens.len(),
        other => other.as_str().map_or(0, |text| ENCODING.count(text)),
    }
}

/// A prompt as text.
fn text(prompt: &Value) -> String {
    let Value::Array(ids) = prompt else { return prompt.as_str().unwrap_or_default().to_owned() };
    let ids = ids.iter().filter_map(|id| u32::try_from(id.as_u64()?).ok());
    let bytes: Vec<u8> = ids.filter_map(|id| ENCODING.bytes(id)).flatten().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn decide(args: &Args<'_>, prompts: &[&Value], seed: Seed, created: u64) -> Plan {
    let stops = stops(args.get("stop"));
    let limit = args.count("max_tokens").unwrap_or(MAX_TOKENS);
    let ends = Ends { encoding: ENCODING, stops: &stops, limit: Some(limit) };
    let each = args.count("n").unwrap_or(1) as usize;
    let tried = args.count("best_of").map_or(each, |best_of| best_of as usize);
    let answer = |index: usize| {
        let text = format!(" {}", words::sentence(seed.part("choice", index)));
        let Some(biases) = args.get("logit_bias").and_then(Value::as_object) else {
            return Choice::of_text(text, ends, 0, 0);
        };
        if let Some(choice) = forced(ends, biases) {
            return choice;
        }
        let text = biased(ENCODING, text, biases);
        Choice::of_text(text, ends, 0, 0)
    };
    let mut texts = Vec::with_capacity(prompts.len() * each);
    let mut completion_tokens = 0;
    for (at, prompt) in prompts.iter().enumerate() {
        for index in at * each..(at + 1) * each {
            let choice = answer(index);
            completion_tokens += choice.tokens;
            let echo = if args.flag("echo") { text(prompt) } else { String::new() };
            texts.push(guessed(args, seed, index, echo, choice));
        }
        // Those that were tried and found worse are paid for as well.
        let worse = prompts.len() * each + at * (tried - each);
        completion_tokens += (worse..worse + tried - each).map(|index| answer(index).tokens).sum::<usize>();
    }
    Plan {
        id: seed.part("id", 0).id("cmpl-", 29),
        created,
        model: snapshot(args.text("model").unwrap_or_default()).to_owned(),
        texts,
        prompt_tokens: prompts.iter().map(|prompt| tokens(prompt)).sum(),
        completion_tokens,
    }
}

fn guessed(args: &Args<'_>, seed: Seed, index: usize, echo: String, choice: Choice) -> Text {
    let Some(top) = args.count("logprobs") else { return Text { echo, choice, guesses: None, echoed: 0 } };
    let mut draws = seed.part("logprobs", index).draws();
    let mut all = guesses(ENCODING, &echo, top as usize, || draws.next());
    let echoed = all.len();
    let answer = guesses(ENCODING, choice.text(), top as usize, || draws.next());
    all.extend(answer.into_iter().map(|guess| Guess { end: guess.end + echo.len(), ..guess }));
    Text { echo, choice, guesses: Some(all), echoed }
}
