//! `POST /v1/embeddings`

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::Part;
use crate::ask::Turn;
use crate::ask::of_input;
use crate::ask::say;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::generate::vectors;
use crate::json::Json;
use crate::model;
use crate::model::snapshot;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use crate::plan::Embedding;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::tokens::Encoding;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/embeddings", "embeddings", &DECLARED, model::for_embeddings, create).limited().asking()];

const DECLARED: Declared = Declared { dialect: Dialect::Legacy, lists: &[("", PARAMS)], choose: |_| 0 };

const PARAMS: &[Param] = &[
    required("model", Kind::Model),
    optional("dimensions", Kind::Integer { min: 1, max: i64::MAX }),
    // Checked by `inputs`: the API has sentences of its own for it.
    required("input", Kind::Any),
    optional("encoding_format", Kind::OneOf(&["float", "base64"])),
    optional("user", TEXT).inert(),
];

const MOST_INPUTS: usize = 2048;
/// Of one input.
const MOST_TOKENS: usize = 8192;
/// Of all inputs together.
const MOST_TOKENS_IN_ALL: usize = 300_000;
/// The greatest token of the vocabulary that the API's models share, cl100k, special ones included.
const LAST_TOKEN: u32 = 100_276;

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let model = args.text("model").unwrap_or_default();
    let dimensions = dimensions(model, args.count("dimensions"))?;
    let inputs = args.get("input").ok_or_else(bad_input).and_then(inputs)?;
    let new = Ask::new(Endpoint::Embeddings, model, inputs.iter().collect(), context.occasion);
    let ask = Ask { encoding: Encoding::Cl100k, dimensions, ..new };
    let base64 = args.text("encoding_format") == Some("base64");
    let tokens = count_tokens(&ask)?;
    context.admit(tokens as u64)?;
    let said = say(&ask, Seed::of_bytes(b"embeddings"))?;

    let each = if base64 { 6 } else { 12 };
    let mut json = Json::with_capacity(256 + inputs.len() * (dimensions * each + 64));
    json.raw(r#"{"object":"list","data":["#);
    json.list(said.vectors.iter().enumerate(), |json, (index, vector)| {
        json.raw(r#"{"object":"embedding","embedding":"#);
        write_vector(json, vector, base64);
        json.raw(r#","index":"#).number(index as u64).raw("}");
    });
    let usage = said.given.usage.or_counted(tokens, 0, 0);
    json.raw(r#"],"model":"#).text(said.given.model.as_deref().unwrap_or(snapshot(model)));
    json.raw(r#","usage":{"prompt_tokens":"#).number(usage.input);
    json.raw(r#","total_tokens":"#).number(usage.total).raw("}}");
    let mut reply = Reply::json(200, json);
    reply.charge = tokens as u64;
    Ok(reply)
}

/// The size of the vectors: what was asked for, or the model's own.
fn dimensions(model: &str, asked: Option<u64>) -> Result<usize, ApiError> {
    let known = model::dimensions(model);
    match asked {
        None => Ok(known.own),
        Some(_) if !known.chosen => Err(error::dimensions_not_supported()),
        Some(asked) if asked > known.most as u64 => Err(error::too_many_dimensions(asked, known.most)),
        Some(asked) => Ok(asked as usize),
    }
}

/// How many tokens the inputs have in all. The models that the API lists take no more than so many, a
/// model that is not known takes any number.
fn count_tokens(ask: &Ask<'_>) -> Result<usize, ApiError> {
    let limited = ask.abilities.is_known();
    let mut all = 0;
    for (at, input) in ask.turns.iter().enumerate() {
        let is_beyond = |part: &Part<'_>| matches!(part, Part::Tokens(tokens) if tokens.iter().any(|token| *token > LAST_TOKEN));
        if limited && input.parts.iter().any(is_beyond) {
            return Err(bad_input());
        }
        let count = of_input(input, ask.encoding);
        if limited && count > MOST_TOKENS {
            return Err(error::input_too_long(at));
        }
        all += count;
    }
    if limited && all > MOST_TOKENS_IN_ALL { Err(error::too_many_tokens(all)) } else { Ok(all) }
}

fn bad_input() -> ApiError {
    error::legacy_invalid("input")
}

/// A text, texts, tokens (one input) or arrays of tokens. Arrays of several kinds are refused.
fn inputs(input: &Value) -> Result<Vec<Turn<'_>>, ApiError> {
    let items = match input {
        Value::String(text) => return Ok(vec![nonempty_text(text)?]),
        Value::Array(items) => items.as_slice(),
        _ => return Err(bad_input()),
    };
    match items.first() {
        None => Err(error::empty_input_array()),
        Some(Value::Number(_)) => Ok(vec![tokens_of(items)?]),
        Some(_) if items.len() > MOST_INPUTS => Err(error::too_many_inputs()),
        Some(first) => items
            .iter()
            .map(|item| match item {
                Value::String(text) if first.is_string() => nonempty_text(text),
                Value::Array(tokens) if first.is_array() => tokens_of(tokens),
                _ => Err(bad_input()),
            })
            .collect(),
    }
}

fn nonempty_text(text: &str) -> Result<Turn<'_>, ApiError> {
    if text.is_empty() { Err(error::empty_input_text()) } else { Ok(Turn::of_user(text)) }
}

fn tokens_of(items: &[Value]) -> Result<Turn<'_>, ApiError> {
    let tokens: Option<Vec<u32>> = items.iter().map(|item| u32::try_from(item.as_u64()?).ok()).collect();
    match tokens {
        Some(tokens) if tokens.is_empty() => Err(error::empty_input_array()),
        Some(tokens) => Ok(Turn::of_parts(vec![Part::Tokens(tokens)])),
        None => Err(bad_input()),
    }
}

/// A list of numbers, or the same as little-endian 32-bit floats in base64.
fn write_vector(json: &mut Json, vector: &Embedding, base64: bool) {
    match vector {
        Embedding::Drawn(vector) if base64 => {
            json.base64_floats(vector);
        }
        Embedding::Given(vector) if base64 => {
            let vector: Vec<f32> = vector.iter().map(|number| *number as f32).collect();
            json.base64_floats(&vector);
        }
        Embedding::Drawn(vector) => {
            json.raw("[");
            json.write(|out| vectors::print(out, vector));
            json.raw("]");
        }
        Embedding::Given(vector) => {
            json.value(&vector.as_slice().into());
        }
    }
}
