//! Every reply that a test gets is checked: its body, or each of its events, against the schema in
//! `shapes/` for its operation, and against the rules that span values. An operation without a shape
//! fails as soon as it answers.

mod forms;
mod mutations;
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
    Picture,
}

/// A path that ends in a slash stands for all that begin with it.
const OPERATIONS: &[(&str, &str, Answer)] = &[
    ("POST", "/v1/chat/completions", Answer::JsonOrData("chat_completion", "chat_completion_chunk")),
    ("POST", "/v1/completions", Answer::JsonOrData("text_completion", "text_completion_chunk")),
    ("POST", "/v1/embeddings", Answer::Json("embeddings")),
    ("GET", "/v1/models", Answer::Json("models")),
    ("GET", "/v1/models/", Answer::Json("model")),
    ("POST", "/v1/images/generations", Answer::JsonOrNamed("images", "image_event")),
    ("GET", "/__parlel/images/", Answer::Picture),
    ("POST", "/v1/moderations", Answer::Json("moderations")),
    ("GET", "/", Answer::Json("root")),
    ("GET", "/health", Answer::Json("health")),
    ("GET", "/__parlel/requests", Answer::Json("captured")),
    ("DELETE", "/__parlel/requests", Answer::Json("cleared")),
    ("POST", "/__parlel/reset", Answer::Json("reset")),
];

fn answer_of(method: &str, path: &str) -> Option<Answer> {
    let method = if method == "HEAD" { "GET" } else { method };
    let fits = |known: &str| {
        if known.len() > 1 && known.ends_with('/') { path.starts_with(known) } else { path == known }
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
                shapes::check("error", &parse(self.body)?)
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
            Answer::Json(shape) | Answer::JsonOrData(shape, _) | Answer::JsonOrNamed(shape, _) => {
                self.has_type("application/json")?;
                let body = parse(self.body)?;
                shapes::check(shape, &body)?;
                rules::check(&body, &asked).map_err(|wrong| format!("{wrong}: {body}"))
            }
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
