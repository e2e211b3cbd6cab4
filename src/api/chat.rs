//! `POST /v1/chat/completions`

mod params;

use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Draws;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::http::Body;
use crate::http::Events;
use crate::http::Reply;
use crate::json::Json;
use crate::model;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::field;
use crate::plan::Choice;
use crate::plan::Plan;
use crate::plan::stops;
use crate::route::Context;
use crate::route::Route;
use crate::route::post;
use crate::tokens;
use params::DECLARED;
pub(in crate::api) use params::STOP;
pub(in crate::api) use params::STREAM_OPTIONS;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] =
    &[post("/v1/chat/completions", "chat", &DECLARED, model::for_chat, create).limited()];

/// Tokens around each message and before the answer, as measured on the models of the gpt-4o family.
const TOKENS_PER_MESSAGE: usize = 4;
const TOKENS_OF_PRIMING: usize = 3;
/// An image at low detail.
const TOKENS_PER_IMAGE: usize = 85;

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    check_rules(args)?;
    let seed = Seed::of_request("chat", args.content());
    let plan = decide(args, seed, context.state.created());
    let shape = Shape::of(args, &plan.model);
    let mut reply = if args.flag("stream") {
        let events = events(&plan, &shape, seed.part("obfuscation", 0).draws());
        let mut reply = Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(events));
        reply.header("cache-control", "no-cache");
        reply
    } else {
        Reply::json(200, whole(&plan, &shape))
    };
    reply.charge = charge(args);
    Ok(reply)
}

/// The rules that span fields.
fn check_rules(args: &Args<'_>) -> Result<(), ApiError> {
    if args.get("stream_options").is_some() && !args.flag("stream") {
        return Err(error::needs_stream("stream_options"));
    }
    if args.get("max_tokens").is_some() && args.get("max_completion_tokens").is_some() {
        return Err(error::both_token_limits());
    }
    for (position, message) in args.list("messages").iter().enumerate() {
        let instead = ["tool_calls", "function_call", "refusal", "audio"];
        let says_something = !field(message, "content").is_null()
            || (field(message, "role") == "assistant"
                && instead.iter().any(|name| !field(message, name).is_null()));
        if !says_something {
            return Err(error::content_is_null(position));
        }
    }
    Ok(())
}

fn decide(args: &Args<'_>, seed: Seed, created: u64) -> Plan {
    let stops = stops(args.get("stop"));
    let limit = args.count("max_completion_tokens").or(args.count("max_tokens"));
    let choices: Vec<Choice> = (0..args.count("n").unwrap_or(1) as usize)
        .map(|index| Choice::new(words::paragraph(seed.part("choice", index)), &stops, limit))
        .collect();
    Plan {
        id: seed.part("id", 0).id("chatcmpl-", 29),
        created,
        model: snapshot(args.text("model").unwrap_or_default()).to_owned(),
        prompt_tokens: prompt_tokens(args),
        completion_tokens: choices.iter().map(|choice| choice.pieces().count()).sum(),
        choices,
    }
}

/// The parts of a message's content; none where it is one string.
fn parts(message: &Value) -> &[Value] {
    field(message, "content").as_array().map_or(&[], Vec::as_slice)
}

/// Every text in a message's content, whether it is one string or parts.
fn texts(message: &Value) -> impl Iterator<Item = &str> {
    let whole = field(message, "content").as_str();
    whole.into_iter().chain(parts(message).iter().filter_map(|part| field(part, "text").as_str()))
}

fn prompt_tokens(args: &Args<'_>) -> usize {
    let message_tokens = |message: &Value| {
        let images = parts(message).iter().filter(|part| field(part, "type") == "image_url").count();
        let texts: usize = texts(message).map(tokens::count).sum();
        let name = field(message, "name").as_str().map_or(0, tokens::count);
        texts + name + images * TOKENS_PER_IMAGE + TOKENS_PER_MESSAGE
    };
    args.list("messages").iter().map(message_tokens).sum::<usize>() + TOKENS_OF_PRIMING
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
    service_tier: &'static str,
    fingerprint: String,
    include_usage: bool,
    include_obfuscation: bool,
}

impl Shape {
    fn of(args: &Args<'_>, model: &str) -> Shape {
        let options = args.get("stream_options");
        let option = |name: &str| options.and_then(|options| field(options, name).as_bool());
        Shape {
            service_tier: match args.text("service_tier") {
                Some("flex") => "flex",
                Some("priority" | "fast") => "priority",
                _ => "default",
            },
            fingerprint: format!("fp_{}", &Seed::of_bytes(model.as_bytes()).hex()[..10]),
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
        json.raw(r#","message":{"role":"assistant","content":"#).text(&choice.text);
        json.raw(r#","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"#);
        json.text(choice.finish_reason.name()).raw("}");
    });
    json.raw(r#"],"usage":"#);
    plan.write_usage(&mut json);
    json.raw(r#","service_tier":"#).text(shape.service_tier);
    json.raw(r#","system_fingerprint":"#).text(&shape.fingerprint).raw("}");
    json
}

/// The chunks in the API's order: each choice's role and first token, then the choices' tokens in
/// turn, then how each ends, then the usage where it was asked for.
fn events(plan: &Plan, shape: &Shape, draws: Draws) -> Events {
    let pieces: Vec<Vec<&str>> = plan.choices.iter().map(|choice| choice.pieces().collect()).collect();
    let mut chunks = Chunks::new(plan, shape, draws);
    for (index, pieces) in pieces.iter().enumerate() {
        chunks.delta(index, r#"{"role":"assistant","content":"","refusal":null}"#, None);
        if let Some(first) = pieces.first() {
            chunks.content(index, first);
        }
    }
    for turn in 1..pieces.iter().map(Vec::len).max().unwrap_or(0) {
        for (index, pieces) in pieces.iter().enumerate() {
            if let Some(piece) = pieces.get(turn) {
                chunks.content(index, piece);
            }
        }
    }
    for (index, choice) in plan.choices.iter().enumerate() {
        chunks.delta(index, "{}", Some(choice.finish_reason.name()));
    }
    if shape.include_usage {
        chunks.usage(plan);
    }
    chunks.events.data(b"[DONE]");
    chunks.events
}

/// Writes chunks, all with the same beginning.
struct Chunks<'a> {
    events: Events,
    shape: &'a Shape,
    /// The beginning, and behind it the chunk being written.
    json: Json,
    beginning: usize,
    /// The characters of the beginning.
    characters: usize,
    draws: Draws,
}

impl<'a> Chunks<'a> {
    fn new(plan: &Plan, shape: &'a Shape, draws: Draws) -> Chunks<'a> {
        let mut json = Json::with_capacity(1024);
        json.raw(r#"{"id":"#).text(&plan.id);
        json.raw(r#","object":"chat.completion.chunk","created":"#).number(plan.created);
        json.raw(r#","model":"#).text(&plan.model);
        json.raw(r#","service_tier":"#).text(shape.service_tier);
        json.raw(r#","system_fingerprint":"#).text(&shape.fingerprint);
        json.raw(r#","choices":["#);
        let count = plan.completion_tokens + 2 * plan.choices.len() + 2;
        let events = Events::with_capacity(count, count * 400);
        let (beginning, characters) = (json.as_bytes().len(), characters(json.as_bytes()));
        Chunks { events, shape, json, beginning, characters, draws }
    }

    fn content(&mut self, index: usize, piece: &str) {
        self.choice(index, None, |json| {
            json.raw(r#"{"content":"#).text(piece).raw("}");
        });
    }

    fn delta(&mut self, index: usize, delta: &str, finish_reason: Option<&str>) {
        self.choice(index, finish_reason, |json| {
            json.raw(delta);
        });
    }

    fn choice(&mut self, index: usize, finish_reason: Option<&str>, delta: impl FnOnce(&mut Json)) {
        let json = &mut self.json;
        json.raw(r#"{"index":"#).number(index as u64).raw(r#","delta":"#);
        delta(json);
        json.raw(r#","logprobs":null,"finish_reason":"#).optional(finish_reason).raw("}]");
        if self.shape.include_usage {
            json.raw(r#","usage":null"#);
        }
        self.end();
    }

    fn usage(&mut self, plan: &Plan) {
        self.json.raw(r#"],"usage":"#);
        plan.write_usage(&mut self.json);
        self.end();
    }

    /// Closes a chunk with the padding that hides the length of its content: the text has one
    /// character more than a multiple of 16.
    fn end(&mut self) {
        if self.shape.include_obfuscation {
            self.json.raw(r#","obfuscation":""#);
            // The closing quote and brace are still to come.
            let length = self.characters + characters(&self.json.as_bytes()[self.beginning..]) + 2;
            let padding = (1 + 16 - length % 16) % 16;
            let letters = self.draws.letters(padding);
            self.json.write(|out| out.extend(letters));
            self.json.raw("\"");
        }
        self.json.raw("}");
        self.events.data(self.json.as_bytes());
        self.json.truncate(self.beginning);
    }
}

/// How many characters UTF-8 text has.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::FinishReason;

    #[test]
    fn joined_deltas_are_the_whole_text() {
        let texts = ["One, two.", "", "Grüße 🙂 \"quoted\"\n"];
        let choice = |text: &&str| Choice { text: (*text).to_owned(), finish_reason: FinishReason::Stop };
        let plan = Plan {
            id: "chatcmpl-1".into(),
            created: 1,
            model: "m".into(),
            choices: texts.iter().map(choice).collect(),
            prompt_tokens: 1,
            completion_tokens: 1,
        };
        let shape = Shape {
            service_tier: "default",
            fingerprint: "fp_1".into(),
            include_usage: true,
            include_obfuscation: true,
        };
        let mut joined = vec![String::new(); texts.len()];
        for event in events(&plan, &shape, Draws::from_number(1)).iter() {
            let text = std::str::from_utf8(event).expect("UTF-8");
            let data = text.strip_prefix("data: ").expect("data").trim_end();
            if data == "[DONE]" {
                continue;
            }
            assert_eq!(data.chars().count() % 16, 1, "{data}");
            let chunk: Value = serde_json::from_str(data).expect("JSON");
            if let Some(text) = chunk["choices"][0]["delta"]["content"].as_str() {
                let index = chunk["choices"][0]["index"].as_u64().expect("an index");
                joined[index as usize] += text;
            }
        }
        assert_eq!(joined, texts);
        let whole: Value = serde_json::from_slice(whole(&plan, &shape).as_bytes()).expect("JSON");
        for (choice, text) in whole["choices"].as_array().expect("choices").iter().zip(texts) {
            assert_eq!(choice["message"]["content"], text);
        }
    }
}
