//! Every reply that a test gets is checked: its body, or each of its events, against the schema in
//! `shapes/` for its operation, and against the rules that span values. An operation without a shape
//! fails as soon as it answers.

mod forms;
mod mutations;
mod response_mutations;
mod responses;
mod rules;
mod shapes;
mod streams;

use openai_fake::Reply;
use openai_fake::Request;
use serde_json::Value;

/// What an operation answers with when it does not refuse. Shapes go by the names of their files.
#[derive(Clone, Copy)]
enum Answer {
    Json(&'static str),
    /// The shape of the whole reply and that of an event.
    JsonOrData(&'static str, &'static str),
    /// The same with events that have names, and no `[DONE]`.
    JsonOrNamed(&'static str, &'static str),
    /// The same where the events of a response may be asked for, in the query too.
    JsonOrEvents(&'static str, &'static str),
    Picture,
}

/// In a path, `{}` stands for any one segment. The first row that fits counts.
const OPERATIONS: &[(&str, &str, Answer)] = &[
    ("POST", "/v1/chat/completions", Answer::JsonOrData("chat_completion", "chat_completion_chunk")),
    ("POST", "/v1/completions", Answer::JsonOrData("text_completion", "text_completion_chunk")),
    ("POST", "/v1/embeddings", Answer::Json("embeddings")),
    ("GET", "/v1/models", Answer::Json("models")),
    ("GET", "/v1/models/{}", Answer::Json("model")),
    ("DELETE", "/v1/models/{}", Answer::Json("model_deleted")),
    ("POST", "/v1/images/generations", Answer::JsonOrNamed("images", "image_event")),
    ("GET", "/__parlel/images/{}", Answer::Picture),
    ("POST", "/v1/moderations", Answer::Json("moderations")),
    ("POST", "/v1/responses", Answer::JsonOrEvents("response", "response_event")),
    ("POST", "/v1/responses/input_tokens", Answer::Json("input_tokens")),
    ("POST", "/v1/responses/compact", Answer::Json("compaction")),
    ("GET", "/v1/responses/{}", Answer::JsonOrEvents("response", "response_event")),
    ("DELETE", "/v1/responses/{}", Answer::Json("response_deleted")),
    ("POST", "/v1/responses/{}/cancel", Answer::Json("response")),
    ("GET", "/v1/responses/{}/input_items", Answer::Json("input_items")),
    ("POST", "/v1/conversations", Answer::Json("conversation")),
    ("GET", "/v1/conversations/{}", Answer::Json("conversation")),
    ("POST", "/v1/conversations/{}", Answer::Json("conversation")),
    ("DELETE", "/v1/conversations/{}", Answer::Json("conversation_deleted")),
    ("POST", "/v1/conversations/{}/items", Answer::Json("conversation_items")),
    ("GET", "/v1/conversations/{}/items", Answer::Json("conversation_items")),
    ("GET", "/v1/conversations/{}/items/{}", Answer::Json("conversation_item")),
    ("DELETE", "/v1/conversations/{}/items/{}", Answer::Json("conversation")),
    ("GET", "/v1/chat/completions", Answer::Json("stored_completions")),
    ("GET", "/v1/chat/completions/{}", Answer::Json("stored_completion")),
    ("POST", "/v1/chat/completions/{}", Answer::Json("stored_completion")),
    ("DELETE", "/v1/chat/completions/{}", Answer::Json("completion_deleted")),
    ("GET", "/v1/chat/completions/{}/messages", Answer::Json("stored_messages")),
    ("GET", "/", Answer::Json("root")),
    ("GET", "/health", Answer::Json("health")),
    ("GET", "/__parlel/requests", Answer::Json("captured")),
    ("DELETE", "/__parlel/requests", Answer::Json("cleared")),
    ("GET", "/__parlel/unmatched", Answer::Json("captured")),
    ("GET", "/__parlel/wait", Answer::Json("waited")),
    ("POST", "/__parlel/verify", Answer::Json("verified")),
    ("GET", "/__parlel/verdict", Answer::Json("verdict")),
    ("POST", "/__parlel/reset", Answer::Json("reset")),
    ("GET", "/__parlel/clock", Answer::Json("clock")),
    ("POST", "/__parlel/clock", Answer::Json("clock")),
    ("GET", "/__parlel/faults", Answer::Json("faults")),
    ("POST", "/__parlel/faults", Answer::Json("faults_given")),
    ("DELETE", "/__parlel/faults", Answer::Json("reset")),
    ("GET", "/__parlel/rules", Answer::Json("rules")),
    ("POST", "/__parlel/rules", Answer::Json("rules_added")),
    ("DELETE", "/__parlel/rules", Answer::Json("reset")),
    ("GET", "/__parlel/requests/{}/why", Answer::Json("why")),
];

fn answer_of(method: &str, path: &str) -> Option<Answer> {
    let method = if method == "HEAD" { "GET" } else { method };
    // Azure's ways in lead to the same.
    let of_azure = path.strip_prefix("/openai").map(|rest| {
        let rest = rest.strip_prefix("/v1").unwrap_or(rest);
        let behind = rest.strip_prefix("/deployments/").and_then(|named| named.split_once('/'));
        format!("/v1/{}", behind.map_or(rest, |(_, rest)| rest).trim_start_matches('/'))
    });
    let path = of_azure.as_deref().unwrap_or(path);
    let fits = |known: &str| {
        let mut segments = path.split('/');
        let all = known.split('/').all(|known| {
            segments.next().is_some_and(|segment| segment == known || known == "{}" && !segment.is_empty())
        });
        all && segments.next().is_none()
    };
    OPERATIONS.iter().find(|(m, p, _)| *m == method && fits(p)).map(|(_, _, answer)| *answer)
}

/// A reply and what it answers.
pub(crate) struct Exchange<'a> {
    pub(crate) request: &'a Request,
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// Panics where a reply of the pipeline is not what its operation answers.
#[track_caller]
pub(crate) fn validate(request: &Request, reply: &Reply) {
    let content_type = reply.get("content-type");
    Exchange { request, status: reply.status, content_type, body: reply.bytes() }.validate();
}

impl Exchange<'_> {
    /// Panics where the reply is not what its operation answers.
    #[track_caller]
    pub(crate) fn validate(&self) {
        let (method, path) = (&self.request.method, &self.request.path);
        if let Err(wrong) = self.check() {
            panic!("{method} {path} answered {}: {wrong}", self.status);
        }
    }

    fn check(&self) -> Result<(), String> {
        match self.status {
            // A preflight.
            204 if self.body.is_empty() => Ok(()),
            200 => self.check_success(),
            400..=599 => {
                self.has_type("application/json")?;
                // It alone tells more than its envelope.
                let shape = if self.status == 417 { "unmet" } else { "error" };
                shapes::check(shape, &parse(self.body)?)
            }
            _ => Err("no reply has this status".to_owned()),
        }
    }

    fn check_success(&self) -> Result<(), String> {
        let (method, path) = (&self.request.method, &self.request.path);
        let answer = answer_of(method, path).ok_or("validation.rs does not know this operation")?;
        if method == "HEAD" && self.body.is_empty() {
            return Ok(());
        }
        // Operations that read no body are sent anything.
        let asked: Value = serde_json::from_slice(&self.request.body).unwrap_or_default();
        let streams = asked["stream"] == true;
        match answer {
            Answer::Picture => {
                self.has_type("image/png")?;
                if self.body.starts_with(b"\x89PNG\r\n\x1a\n") {
                    Ok(())
                } else {
                    Err("no picture".to_owned())
                }
            }
            Answer::JsonOrData(_, shape) if streams => {
                let legacy = shape == "text_completion_chunk";
                self.has_type(if legacy { "text/event-stream" } else { "text/event-stream; charset=utf-8" })?;
                let events = streams::data(self.text()?)?;
                events.iter().try_for_each(|event| shapes::check(shape, event))?;
                streams::check(&events, &asked)
            }
            // Where pictures are not streamed, the option is ignored.
            Answer::JsonOrNamed(_, shape) if self.has_type("text/event-stream; charset=utf-8").is_ok() => {
                let events = streams::named(self.text()?)?;
                events.iter().try_for_each(|event| shapes::check(shape, event))?;
                streams::check_images(&events, &asked)
            }
            Answer::JsonOrEvents(_, shape)
                if streams || self.request.query("stream").as_deref() == Some("true") =>
            {
                self.has_type("text/event-stream; charset=utf-8")?;
                let watched = self.watched(&asked);
                if watched.after.is_some() && self.body.is_empty() {
                    // All of it was seen before.
                    return Ok(());
                }
                let events = streams::named(self.text()?)?;
                events.iter().try_for_each(|event| shapes::check(shape, event))?;
                responses::check(&events, &watched)
            }
            Answer::Json(shape)
            | Answer::JsonOrData(shape, _)
            | Answer::JsonOrNamed(shape, _)
            | Answer::JsonOrEvents(shape, _) => {
                self.has_type("application/json")?;
                let body = parse(self.body)?;
                shapes::check(shape, &body)?;
                rules::order(shape, &body)?;
                rules::check(&body, &asked).map_err(|wrong| format!("{wrong}: {body}"))
            }
        }
    }

    /// What was asked for of the events of a response.
    fn watched<'a>(&self, asked: &'a Value) -> responses::Watched<'a> {
        let option = |name: &str| self.request.query(name);
        let after = option("starting_after").and_then(|number| number.parse::<u64>().ok());
        responses::Watched {
            asked,
            after,
            is_padded: asked["stream_options"]["include_obfuscation"] != false
                && option("include_obfuscation").as_deref() != Some("false"),
        }
    }

    fn has_type(&self, expected: &str) -> Result<(), String> {
        match self.content_type {
            Some(found) if found == expected => Ok(()),
            found => Err(format!("its type is {found:?}, not {expected}")),
        }
    }

    fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(self.body).map_err(|error| error.to_string())
    }
}

fn parse(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(bytes)))
}
