//! What the operator is told of a request and its reply, in a line of the log on standard error. Never writes it.

use crate::http::Request;
use crate::http::shown;
use crate::json::Json;
use crate::reply::Body;
use crate::reply::Reply;
use crate::state::model_of;
use serde_json::Value;
use std::fmt::Write as _;

/// The usage stands in one of the last events of a stream, if in any.
const LAST: usize = 8;

/// A line of the log, all but what is known at the end.
#[derive(Debug)]
pub(crate) struct LogLine {
    /// The end of the key, as captured requests show it.
    key: Option<String>,
    method: String,
    path: String,
    model: Option<String>,
    status: u16,
    rule: Option<String>,
    fault: Option<String>,
    /// What went in and came out.
    tokens: Option<(u64, u64)>,
}

/// What is known when a reply has ended.
pub(crate) struct Course {
    /// When that was: `2026-08-19T14:34:53.123Z`.
    pub(crate) time: String,
    /// Whether anything of it left.
    pub(crate) has_begun: bool,
    /// Whether all of it did.
    pub(crate) is_whole: bool,
    /// How long it took.
    pub(crate) millis: u64,
}

impl LogLine {
    /// The line of a request, which these rules answered and this was made to go wrong with.
    pub(crate) fn of(request: &Request, rule: Option<&str>, fault: Option<String>) -> LogLine {
        let mut keys = ["authorization", "api-key"].into_iter();
        let key = keys.find_map(|name| Some(shown(name, request.headers.get(name)?).into_owned()));
        let model = model_of(request);
        LogLine {
            key: key.and_then(|key| key.rsplit(' ').next().map(str::to_owned)),
            method: request.method.clone(),
            path: request.path.clone(),
            model: (!model.is_empty()).then_some(model),
            status: 0,
            rule: rule.map(str::to_owned),
            fault,
            tokens: None,
        }
    }

    /// Takes from the reply what it tells of it.
    pub(crate) fn complete(&mut self, reply: &Reply) {
        self.status = reply.status;
        self.tokens = tokens_of(&reply.body);
    }

    /// `TIME KEY METHOD PATH MODEL STATUS 12ms`, a dash for what there is not, and behind it what is special.
    pub(crate) fn text(&self, course: &Course) -> String {
        let status = course.has_begun.then(|| self.status.to_string());
        let places = [&self.key, &Some(self.method.clone()), &Some(self.path.clone()), &self.model, &status];
        let mut line = course.time.clone();
        for place in places {
            line.push(' ');
            line.push_str(&place.as_deref().map_or_else(|| "-".to_owned(), word));
        }
        let _ = write!(line, " {}ms", course.millis);
        if let Some((input, output)) = self.tokens {
            let _ = write!(line, " tokens={input}/{output}");
        }
        for (name, value) in [("rule", &self.rule), ("fault", &self.fault)] {
            if let Some(value) = value {
                let _ = write!(line, " {name}={}", word(value));
            }
        }
        if !course.is_whole {
            line.push_str(" cut");
        }
        line
    }

    /// The same as an object of JSON.
    pub(crate) fn json(&self, course: &Course) -> String {
        let mut json = Json::default();
        json.raw(r#"{"time":"#).text(&course.time);
        json.raw(r#","key":"#).optional(self.key.as_deref());
        json.raw(r#","method":"#).text(&self.method);
        json.raw(r#","path":"#).text(&self.path);
        json.raw(r#","model":"#).optional(self.model.as_deref());
        json.raw(r#","status":"#);
        if course.has_begun {
            json.number(self.status.into())
        } else {
            json.raw("null")
        };
        json.raw(r#","ended":"#).flag(course.is_whole);
        json.raw(r#","rule":"#).optional(self.rule.as_deref());
        json.raw(r#","fault":"#).optional(self.fault.as_deref());
        json.raw(r#","tokens":"#);
        match self.tokens {
            Some((input, output)) => {
                json.raw(r#"{"input":"#).number(input).raw(r#","output":"#).number(output).raw("}")
            }
            None => json.raw("null"),
        };
        json.raw(r#","ms":"#).number(course.millis).raw("}");
        json.into_text()
    }
}

/// A value as one word: in quotes where it is none.
fn word(text: &str) -> String {
    let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    if is_word { text.to_owned() } else { Value::from(text).to_string() }
}

/// The usage that a reply tells.
fn tokens_of(body: &Body) -> Option<(u64, u64)> {
    let usage_of = |text: &[u8]| {
        let value: Value = serde_json::from_slice(text).ok()?;
        let usage =
            [&value["usage"], &value["response"]["usage"]].into_iter().find(|usage| usage.is_object())?;
        let number = |names: [&str; 2]| names.into_iter().find_map(|name| usage[name].as_u64()).unwrap_or(0);
        Some((number(["prompt_tokens", "input_tokens"]), number(["completion_tokens", "output_tokens"])))
    };
    match body {
        Body::Whole(body) => usage_of(body),
        Body::Events(events) => {
            let data = |event: &[u8]| {
                let start = event.windows(6).position(|part| part == b"data: ")? + 6;
                usage_of(&event[start..])
            };
            let all: Vec<&[u8]> = events.iter().collect();
            all.into_iter().rev().take(LAST).find_map(data)
        }
        Body::Empty | Body::Live(_) | Body::Made(_) => None,
    }
}
