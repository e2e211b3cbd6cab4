//! Replies as data: what is said, how it is played, and what it does once it has been sent. Never sends
//! anything: that is the server's.

mod awaited;
mod effects;
mod line;
mod live;
mod made;
mod retry;
mod told;

pub use awaited::Awaited;
pub use effects::Effects;
pub(crate) use effects::Joining;
pub use effects::Notice;
pub(crate) use line::Course;
pub(crate) use line::LogLine;
pub use live::Feed;
pub use live::Live;
pub use live::Piece;
pub use made::Made;

use crate::error::ApiError;
use crate::error::Literal;
use crate::json::Json;
use crate::play::Events;
use crate::play::Play;
use crate::state::State;
use std::fmt::Write as _;

/// What follows the head of a reply.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// All of it at once.
    Whole(Vec<u8>),
    /// Events, each sent when its time has come.
    Events(Events),
    /// Pieces that another thread is still to make.
    Live(Live),
    /// Pieces that are made as they are sent.
    Made(Made),
}

impl Body {
    /// Whether it comes piece by piece, and its length is not told before.
    pub fn is_stream(&self) -> bool {
        matches!(self, Body::Events(_) | Body::Live(_) | Body::Made(_))
    }
}

/// A reply, before it is played.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The header lines, each ending in CRLF; the framing headers are the server's to add.
    pub head: String,
    /// What follows.
    pub body: Body,
    /// How it is sent.
    pub play: Play,
    /// What it does once it has been sent.
    pub effects: Effects,
    /// The tokens that the rate-limit headers count as used.
    pub(crate) charge: u64,
    /// Whether it says headers that every reply says in another way.
    pub(crate) has_own_headers: bool,
    /// Whether the connection must end after it: what else the client sent cannot be trusted.
    pub hang_up: bool,
    /// What the operator is told, once, of how the client is likely to be set up wrong.
    pub hint: Option<String>,
    /// What the operator is told of it when it has ended, where that is wished.
    pub(crate) line: Option<Box<LogLine>>,
    /// What it waits for, where it is not known yet: everything else is then said of the reply that it becomes.
    pub awaited: Option<Box<Awaited>>,
}

impl Reply {
    /// A reply with these bytes.
    pub(crate) fn new(status: u16, content_type: &str, body: Body) -> Reply {
        let mut reply = Reply {
            status,
            head: String::with_capacity(900),
            body,
            play: Play::default(),
            effects: Effects::default(),
            charge: 0,
            has_own_headers: false,
            hang_up: false,
            hint: None,
            line: None,
            awaited: None,
        };
        if !content_type.is_empty() {
            reply.header("content-type", content_type);
        }
        reply
    }

    /// A reply without a body.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply::new(status, "", Body::Empty)
    }

    /// A reply that is not known yet.
    pub(crate) fn awaiting(awaited: Awaited) -> Reply {
        Reply { awaited: Some(Box::new(awaited)), ..Reply::empty(200) }
    }

    /// The reply as it is known now, be it that what it waited for has come, or that it has not.
    #[must_use]
    pub fn settled(mut self, state: &State) -> Reply {
        let Some(awaited) = self.awaited.take() else { return self };
        let mut reply = awaited.make(state);
        if let Some(mut line) = self.line.take() {
            line.complete(&reply);
            reply.line = Some(line);
        }
        reply.head.push_str(&self.head);
        reply.play = self.play;
        reply.hang_up |= self.hang_up;
        reply
    }

    /// A JSON reply.
    pub(crate) fn json(status: u16, json: Json) -> Reply {
        Reply::new(status, "application/json", Body::Whole(json.into_bytes()))
    }

    /// The reply to what is refused, in the API's envelope unless it brings a body of its own.
    pub(crate) fn refusal(error: &ApiError) -> Reply {
        let (content_type, body) = match error.literal.as_deref() {
            None => ("application/json", envelope(error).into_bytes()),
            Some(Literal::Json(body)) => ("application/json", body.to_string().into_bytes()),
            Some(Literal::Page(page)) => ("text/html", page.as_bytes().to_vec()),
        };
        let content_type = if error.header("content-type").is_some() { "" } else { content_type };
        let mut reply = Reply::new(error.status, content_type, Body::Whole(body));
        for (name, value) in &error.headers {
            // What a request gave may stand in it.
            reply.header(name, value.replace(|letter: char| letter.is_ascii_control(), " "));
        }
        reply.has_own_headers = !error.headers.is_empty();
        reply
    }

    /// The same, the operator being told what is likely to be wrong.
    pub(crate) fn with_hint(mut self, hint: String) -> Reply {
        self.hint = Some(hint);
        self
    }

    /// Appends a header. `value` is ours: without line breaks.
    pub(crate) fn header(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.head, "{name}: {value}\r\n");
    }

    /// Leaves the first header of each name, where there may be several: those that it says itself come first.
    pub(crate) fn settle_headers(&mut self) {
        if !self.has_own_headers {
            return;
        }
        let mut head = String::with_capacity(self.head.len());
        let mut names: Vec<&str> = Vec::new();
        for line in self.head.split_inclusive("\r\n") {
            let name = line.split(':').next().unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
                head.push_str(line);
            }
        }
        self.head = head;
    }

    /// A header's value, the first of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.head
            .split_terminator("\r\n")
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The body's bytes, those of all events where it is a stream; none where they are still to come.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Empty | Body::Live(_) => &[],
            Body::Made(made) => made.bytes(),
            Body::Whole(bytes) => bytes,
            Body::Events(events) => events.bytes(),
        }
    }
}

/// `{"error":{"message","type","param","code"}}`, always four keys.
fn envelope(error: &ApiError) -> Json {
    let mut json = Json::with_capacity(error.message.len() + 128);
    json.raw(r#"{"error":{"message":"#).text(&error.message);
    json.raw(r#","type":"#).text(error.kind);
    json.raw(r#","param":"#).optional(error.param.as_deref());
    json.raw(r#","code":"#).optional(error.code).raw("}}");
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;
    use serde_json::json;

    #[test]
    fn a_refusal_has_four_keys_always_and_its_headers() {
        let reply = Reply::refusal(&error::wrong_method("PUT", "/x", &["GET", "POST"]));
        assert_eq!(
            String::from_utf8_lossy(reply.bytes()),
            r#"{"error":{"message":"Not allowed to PUT on /x. (HINT: Perhaps you meant to use a different HTTP method?)","type":"invalid_request_error","param":null,"code":null}}"#
        );
        assert_eq!((reply.status, reply.get("allow")), (405, Some("GET, POST")));
        let reply = Reply::refusal(&error::no_websocket("/x"));
        assert_eq!((reply.get("upgrade"), reply.get("connection")), (Some("HTTP/1.1"), Some("upgrade")));
    }

    #[test]
    fn a_body_of_its_own_takes_the_place_of_the_envelope() {
        let error =
            error::no_model().worded(json!({"code": 7, "hint": "none"}).as_object().expect("it").clone());
        let reply = Reply::refusal(&error.with_header("content-type", "text/json".to_owned()));
        assert_eq!(
            String::from_utf8_lossy(reply.bytes()),
            r#"{"error":{"message":"you must provide a model parameter","type":"invalid_request_error","param":null,"code":7,"hint":"none"}}"#
        );
        assert_eq!(reply.head, "content-type: text/json\r\n");
        let reply = Reply::refusal(&ApiError::literal(502, "", Literal::Page("<html>")));
        assert_eq!((reply.bytes(), reply.get("content-type")), (&b"<html>"[..], Some("text/html")));
    }

    #[test]
    fn headers_of_its_own_stand_alone_and_in_one_line() {
        let error = error::no_model()
            .with_header("x-request-id".to_owned(), "old".to_owned())
            .with_header("x-request-id", "mine\r\nset-cookie: a=b".to_owned());
        let mut reply = Reply::refusal(&error);
        reply.header("x-request-id", "req_1");
        reply.header("openai-version", "1");
        reply.settle_headers();
        assert_eq!(
            reply.head,
            "content-type: application/json\r\nx-request-id: mine  set-cookie: a=b\r\nopenai-version: 1\r\n"
        );
    }
}
