//! Faults of the events of a stream: what each does to them, and that it leaves all others as they are.

use super::shapes::CALLS_STREAM;
use super::shapes::CHAT;
use super::shapes::CHAT_STREAM;
use super::shapes::IMAGES_STREAM;
use super::shapes::LEGACY_STREAM;
use super::shapes::RESPONSE_CALLS_STREAM;
use super::shapes::RESPONSES;
use super::shapes::RESPONSES_STREAM;
use super::shapes::Shape;
use super::shapes::data;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Body;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

const STREAMS: [Shape; 5] =
    [CHAT_STREAM, CALLS_STREAM, LEGACY_STREAM, RESPONSES_STREAM, RESPONSE_CALLS_STREAM];

/// The same with the numbers of a response's events following one another.
fn renumbered(events: &[String]) -> Vec<String> {
    const FIELD: &str = "\"sequence_number\":";
    let renumber = |(at, event): (usize, &String)| match event.split_once(FIELD) {
        Some((before, behind)) => {
            let behind = behind.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}{FIELD}{at}{behind}")
        }
        None => event.clone(),
    };
    events.iter().enumerate().map(renumber).collect()
}

/// What a fault with the number of an event makes of the events; `None` where it finds nothing.
type Expected = fn(&[String], usize) -> Option<Vec<String>>;

#[test]
fn an_event_is_changed_and_no_other() {
    let cases: &[(&str, Expected)] = &[
        ("duplicate", |plain, at| {
            let event = plain.get(at)?.clone();
            Some([&plain[..at], &[event], &plain[at..]].concat())
        }),
        ("omit", |plain, at| {
            plain.get(at)?;
            Some([&plain[..at], &plain[at + 1..]].concat())
        }),
        ("swap", |plain, at| {
            let mut events = plain.to_vec();
            let next = at.checked_add(1).filter(|next| *next < events.len())?;
            events.swap(at, next);
            Some(events)
        }),
        ("comment", |plain, at| {
            plain.get(at)?;
            Some([&plain[..at], &[": keep-alive\n\n".to_owned()], &plain[at..]].concat())
        }),
        ("unknown", |plain, at| {
            plain.get(at)?;
            let event = if plain[0].starts_with("event: ") {
                "event: unknown\ndata: {\"type\":\"unknown\",\"sequence_number\":0}\n\n"
            } else {
                "data: {\"type\":\"unknown\"}\n\n"
            };
            Some(renumbered(&[&plain[..at], &[event.to_owned()], &plain[at..]].concat()))
        }),
    ];
    for shape in STREAMS {
        let plain = shape.events("");
        for (name, expected) in cases {
            for at in [0, 1, plain.len() / 2, plain.len() - 2, plain.len() - 1, plain.len(), usize::MAX] {
                let fault = format!("{name}={at}");
                let outcome = shape.with(&fault);
                let expected = expected(&plain, at);
                assert_eq!(outcome.is_idle(), expected.is_none(), "{}: {fault}", shape.name);
                assert_eq!(
                    outcome.events(),
                    expected.unwrap_or_else(|| plain.clone()),
                    "{}: {fault}",
                    shape.name
                );
            }
        }
    }
}

#[test]
fn without_a_number_it_is_the_first() {
    for shape in STREAMS {
        for name in ["comment", "unknown", "error", "bad_json", "bad_utf8"] {
            let (one, other) = (shape.with(name), shape.with(&format!("{name}=0")));
            assert_eq!((one.events(), one.reply.play), (other.events(), other.reply.play), "{name}");
        }
    }
}

#[test]
fn lines_end_in_two_characters() {
    for shape in STREAMS {
        let expected: Vec<String> =
            shape.events("").iter().map(|event| event.replace('\n', "\r\n")).collect();
        assert_eq!(shape.events("crlf"), expected);
        assert_eq!(shape.events("crlf; crlf"), expected);
    }
}

#[test]
fn a_chunk_has_no_choices() {
    for shape in [CHAT_STREAM, LEGACY_STREAM] {
        let plain = shape.events("");
        let mut events = shape.events("empty_choices=2");
        let (put_in, first) = (data(&events.remove(2)), data(&plain[0]));
        assert_eq!(events, plain);
        assert_eq!(put_in["choices"], json!([]));
        for name in ["id", "object", "created", "model"] {
            assert!(!put_in[name].is_null() && put_in[name] == first[name], "{name}");
        }
    }
    assert!(RESPONSES_STREAM.with("empty_choices").is_idle());
}

#[test]
fn an_end_is_left_out() {
    for shape in [CHAT_STREAM, CALLS_STREAM, LEGACY_STREAM] {
        let plain = shape.events("");
        assert_eq!(plain.last().map(String::as_str), Some("data: [DONE]\n\n"));
        assert_eq!(shape.events("no_done"), plain[..plain.len() - 1]);
    }
    let finished =
        |event: &String| data(event).pointer("/choices/0/finish_reason").is_some_and(|one| !one.is_null());
    for shape in [CHAT_STREAM, CALLS_STREAM] {
        let plain = shape.events("");
        assert_eq!(plain.iter().filter(|event| finished(event)).count(), 1);
        let expected: Vec<String> = plain.into_iter().filter(|event| !finished(event)).collect();
        assert_eq!(shape.events("no_finish"), expected);
    }
    assert!(!LEGACY_STREAM.events("no_finish").iter().any(finished));
    for shape in [RESPONSES_STREAM, RESPONSE_CALLS_STREAM] {
        let plain = shape.events("");
        assert!(plain[plain.len() - 1].starts_with("event: response.completed\n"));
        assert_eq!(shape.events("no_finish"), plain[..plain.len() - 1]);
    }
    assert_eq!(json(&CHAT.with("no_finish").reply)["choices"][0]["finish_reason"], Value::Null);
}

#[test]
fn usage_is_nowhere() {
    for shape in [CHAT_STREAM, LEGACY_STREAM, RESPONSES_STREAM] {
        let told = |faults: &str| {
            let events = shape.events(faults);
            let usage = |value: &Value| value["usage"].is_object() || value["response"]["usage"].is_object();
            events.iter().filter(|event| usage(&data(event))).count()
        };
        assert_eq!((told(""), told("no_usage")), (1, 0), "{}", shape.name);
    }
    assert!(json(&RESPONSES.with("no_usage").reply).get("usage").is_none());
}

#[test]
fn a_stream_ends_in_an_error() {
    for (shape, is_named, code) in [
        (CHAT_STREAM, false, Value::Null),
        (LEGACY_STREAM, false, Value::Null),
        (RESPONSES_STREAM, true, json!("server_error")),
        (IMAGES_STREAM, true, Value::Null),
    ] {
        let plain = shape.events("");
        for (fault, at, code, kind) in [
            ("error=1", 1, code, "server_error"),
            ("error=0; as=rate_limit", 0, json!("rate_limit_exceeded"), "requests"),
        ] {
            let events = shape.events(fault);
            assert_eq!(events[..at], plain[..at]);
            let error = data(&events[at]);
            if is_named {
                assert!(events[at].starts_with("event: error\ndata: {\"type\":\"error\","), "{}", events[at]);
                assert_eq!(error["code"], error["error"]["code"]);
            } else {
                assert!(events[at].starts_with("data: {\"error\":{\"message\":"), "{}", events[at]);
            }
            let error = &error["error"];
            assert!(error["message"].as_str().is_some_and(|told| told.len() > 10), "{error}");
            assert!(error["type"] == kind && error["code"] == code, "{} {fault}: {error}", shape.name);
            // A response tells besides that it failed.
            let is_failed = data(events.last().expect("an event"))["type"] == "response.failed";
            assert_eq!((events.len(), is_failed), (at + 1 + usize::from(is_failed), is_failed && is_named));
        }
    }
}

#[test]
fn a_response_fails() {
    let events = RESPONSES_STREAM.events("failed=2; as=rate_limit");
    assert_eq!((events.len(), &events[..2]), (3, &RESPONSES_STREAM.events("")[..2]));
    let failed = data(&events[2]);
    assert_eq!((&failed["type"], &failed["sequence_number"]), (&json!("response.failed"), &json!(2)));
    for response in [&failed["response"], &json(&RESPONSES.with("failed; as=rate_limit").reply)] {
        assert_eq!((&response["status"], &response["output"]), (&json!("failed"), &json!([])));
        assert_eq!(response["error"]["code"], "rate_limit_exceeded");
    }
}

#[test]
fn a_stream_that_goes_on_from_an_event_keeps_its_numbers() {
    let fake = Fake::new();
    let response = json(&fake.post("/v1/responses", r#"{"model":"gpt-4o","input":"Hi","background":true}"#));
    let path =
        format!("/v1/responses/{}?stream=true&starting_after=3", response["id"].as_str().expect("an id"));
    for (fault, numbers) in [
        ("error=1", &[4, 5, 6][..]),
        ("failed=2", &[4, 5, 6]),
        ("unknown=1; truncate=1", &[4, 5, 6, 7]),
        ("interleave", &[4, 5, 6, 7]),
    ] {
        let request = Request::new("GET", &path)
            .with_header("authorization", "Bearer sk-test")
            .with_header("x-parlel-fault", fault);
        let reply = answer(&fake.state, &Arc::new(request));
        let Body::Events(events) = &reply.body else { panic!("no stream: {reply:?}") };
        let number = |event: &[u8]| data(&String::from_utf8_lossy(event))["sequence_number"].as_u64();
        let told: Vec<u64> = events.iter().filter_map(number).collect();
        assert!(told.starts_with(numbers), "{fault}: {told:?}");
    }
}
