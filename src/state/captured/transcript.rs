//! What was sent in answer to a captured request, as it is kept: head, body or events, and their times. Never sends it.

use crate::http::EVERYWHERE;
use crate::json::Json;
use crate::play::Events;
use crate::state::captured::parts::print_body;
use crate::state::captured::parts::print_headers;
use serde::de::IgnoredAny;

/// A reply as it left.
pub(crate) struct Transcript {
    /// The header lines, and behind them a short body: one piece of memory for most replies.
    text: Box<[u8]>,
    /// How long the header lines are.
    head: usize,
    /// Whether those that every reply has follow, which are not kept.
    has_common_headers: bool,
    carried: Carried,
}

enum Carried {
    /// Behind the header lines.
    Short,
    /// A body that is too long to be copied.
    Long(Vec<u8>),
    /// Events, and how many milliseconds after the head each was sent; of those that were sent at once there is no time.
    Events(Events, Vec<u32>),
}

impl Transcript {
    /// A body of which a copy is made.
    pub(crate) fn short(head: &str, body: &[u8]) -> Transcript {
        Transcript::new(head, body, Carried::Short)
    }

    /// A body as it is.
    pub(crate) fn long(head: &str, body: Vec<u8>) -> Transcript {
        Transcript::new(head, &[], Carried::Long(body))
    }

    /// Events and their times; no times where all were sent at once.
    pub(crate) fn events(head: &str, events: Events, times: Vec<u32>) -> Transcript {
        Transcript::new(head, &[], Carried::Events(events, times))
    }

    fn new(head: &str, body: &[u8], carried: Carried) -> Transcript {
        let own = head.strip_suffix(EVERYWHERE);
        let lines = own.unwrap_or(head).as_bytes();
        let text = [lines, body].concat().into_boxed_slice();
        Transcript { text, head: lines.len(), has_common_headers: own.is_some(), carried }
    }

    /// Whether it came in events.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.carried, Carried::Events(..))
    }

    fn header_lines(&self) -> &[u8] {
        &self.text[..self.head]
    }

    /// As if no more than so many bytes of the body had left; `None` where that is all of it.
    pub(super) fn shortened(&self, left: usize) -> Option<Transcript> {
        let (text, carried) = match &self.carried {
            Carried::Short if self.head + left < self.text.len() => {
                (&self.text[..self.head + left], Carried::Short)
            }
            Carried::Long(body) if left < body.len() => {
                (self.header_lines(), Carried::Long(body[..left].to_vec()))
            }
            Carried::Events(events, times) if left < events.size() => {
                let mut shortened = Events::default();
                let mut left = left;
                for event in events.iter() {
                    let kept = event.len().min(left);
                    if kept == 0 {
                        break;
                    }
                    shortened.raw(&event[..kept]);
                    left -= kept;
                }
                (self.header_lines(), Carried::Events(shortened, times.clone()))
            }
            _ => return None,
        };
        let Transcript { head, has_common_headers, .. } = *self;
        Some(Transcript { text: text.into(), head, has_common_headers, carried })
    }

    /// Roughly what it takes in memory.
    pub(super) fn size(&self) -> usize {
        let carried = match &self.carried {
            Carried::Short => 0,
            Carried::Long(body) => body.capacity(),
            Carried::Events(events, times) => events.weight() + times.capacity() * size_of::<u32>(),
        };
        // And what counts who shares it.
        size_of::<Transcript>() + 2 * size_of::<usize>() + self.text.len() + carried
    }

    /// `{"status":200,"headers":{...},"body":...}`, or `"events":[...]` in place of the body.
    pub(super) fn print(&self, json: &mut Json, status: Option<u16>) {
        json.raw(r#"{"status":"#);
        match status {
            Some(status) => json.number(status.into()),
            None => json.raw("null"),
        };
        let own = String::from_utf8_lossy(self.header_lines());
        let common = if self.has_common_headers { EVERYWHERE } else { "" };
        let lines = [&own, common].into_iter().flat_map(|lines| lines.split_terminator("\r\n"));
        json.raw(r#","headers":"#);
        print_headers(
            json,
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name, value.into())),
        );
        match &self.carried {
            Carried::Short => print_body(json, &self.text[self.head..]),
            Carried::Long(body) => print_body(json, body),
            Carried::Events(events, times) => {
                json.raw(r#","events":["#);
                let times = times.iter().copied().chain(std::iter::repeat(0));
                json.list(events.iter().zip(times), |json, (event, time)| print_event(json, event, time));
                json.raw("]");
            }
        }
        json.raw("}");
    }
}

/// `{"data":...,"event":"...","ms":0}`, the data as JSON where it is JSON. What is no event, such as a comment, is all
/// data.
fn print_event(json: &mut Json, event: &[u8], time: u32) {
    let event = String::from_utf8_lossy(event);
    let field = |name| {
        event.lines().filter_map(move |line| {
            let value = line.strip_prefix(name)?.strip_prefix(':')?;
            Some(value.strip_prefix(' ').unwrap_or(value))
        })
    };
    let lines: Vec<&str> = field("data").collect();
    let data = if lines.is_empty() { event.trim_end().to_owned() } else { lines.join("\n") };
    json.raw(r#"{"data":"#);
    if !lines.is_empty() && serde_json::from_str::<IgnoredAny>(&data).is_ok() {
        json.raw(&data);
    } else {
        json.text(&data);
    }
    if let Some(name) = field("event").next_back() {
        json.raw(r#","event":"#).text(name);
    }
    json.raw(r#","ms":"#).number(time.into()).raw("}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    fn printed(transcript: &Transcript) -> Value {
        let mut json = Json::default();
        transcript.print(&mut json, Some(200));
        serde_json::from_slice(json.as_bytes()).expect("JSON")
    }

    fn events(all: &[&str]) -> Events {
        let mut events = Events::default();
        for event in all {
            events.raw(event.as_bytes());
        }
        events
    }

    #[test]
    fn an_event_is_told_by_its_data_and_its_name() {
        for (event, expected) in [
            ("data: {\"a\": 1}\n\n", json!({"data": {"a": 1}, "ms": 7})),
            ("event: x\ndata: [1]\n\n", json!({"data": [1], "event": "x", "ms": 7})),
            ("event: x\r\ndata: [1]\r\n\r\n", json!({"data": [1], "event": "x", "ms": 7})),
            ("data: [DONE]\n\n", json!({"data": "[DONE]", "ms": 7})),
            ("data: {\"a\n\n", json!({"data": "{\"a", "ms": 7})),
            ("data:1\ndata:2\n\n", json!({"data": "1\n2", "ms": 7})),
            ("data: \n\n", json!({"data": "", "ms": 7})),
            (": keep-alive\n\n", json!({"data": ": keep-alive", "ms": 7})),
            ("event: x\nda", json!({"data": "event: x\nda", "event": "x", "ms": 7})),
            ("7", json!({"data": "7", "ms": 7})),
        ] {
            let all = printed(&Transcript::events("", events(&[event]), vec![7]));
            assert_eq!(all["events"], json!([expected]), "{event:?}");
        }
    }

    #[test]
    fn headers_of_every_reply_are_told_and_not_kept() {
        let head = format!("content-type: a/b\r\nx-a: 1: 2\r\n{EVERYWHERE}");
        let transcript = Transcript::short(&head, b"{}");
        assert!(transcript.text.len() < 40);
        let told = printed(&transcript);
        assert_eq!((&told["headers"]["x-a"], &told["body"]), (&json!("1: 2"), &json!({})));
        assert_eq!(told["headers"]["access-control-allow-origin"], "*");
        let without = printed(&Transcript::long("x-a: 1\r\n", vec![b'a', 0xff]));
        let expected =
            json!({"status": 200, "headers": {"x-a": "1"}, "body": "a\u{fffd}", "body_base64": "Yf8="});
        assert_eq!(without, expected);
    }

    #[test]
    fn of_what_is_cut_short_there_is_what_left() {
        let all: [(Transcript, &[(usize, Value)]); 3] = [
            (Transcript::short("a: b\r\n", b"0123"), &[(0, Value::Null), (3, json!("012"))]),
            (Transcript::long("a: b\r\n", b"0123".to_vec()), &[(0, Value::Null), (2, json!("01"))]),
            (
                Transcript::events("a: b\r\n", events(&["data: 1\n\n", "data: 23\n\n"]), vec![1, 2]),
                &[
                    (0, json!([])),
                    (9, json!([{"data": 1, "ms": 1}])),
                    (16, json!([{"data": 1, "ms": 1}, {"data": 2, "ms": 2}])),
                ],
            ),
        ];
        for (transcript, cases) in all {
            let whole = printed(&transcript);
            assert!(transcript.shortened(19).is_none());
            for (left, expected) in cases {
                let shortened = transcript.shortened(*left).expect("something was taken off");
                let told = printed(&shortened);
                let content = if told["events"].is_null() { &told["body"] } else { &told["events"] };
                assert_eq!(content, expected, "{left}");
                assert!(shortened.size() <= transcript.size());
                assert_eq!(told["headers"], whole["headers"]);
            }
        }
    }
}
