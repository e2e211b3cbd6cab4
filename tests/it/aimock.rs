//! Fixtures of aimock that are given at run time. What each becomes is told beside the translation, and that they answer
//! as aimock does in tests/sdk.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::STREAM;
use crate::support::json;
use openai_fake::Mark;
use openai_fake::Play;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// A server with these fixtures, and what it said when it took them.
#[track_caller]
fn taken(fixtures: &str) -> (Fake, Value) {
    let fake = Fake::new();
    let reply = fake.post("/__parlel/rules", &format!(r#"{{"fixtures": [{fixtures}]}}"#));
    assert_eq!(reply.status, 200, "{fixtures}: {}", json(&reply));
    (fake, json(&reply))
}

/// What it says to this.
#[track_caller]
fn said(fake: &Fake, user: &str) -> Value {
    json(&fake.chat(&CHAT.replace("Hello", user)))["choices"][0]["message"]["content"].clone()
}

/// What is given need not have the shape of what is generated.
fn unchecked(fake: &Fake, path: &str, body: &str) -> Reply {
    let request = Request::new("POST", path).with_header("authorization", "Bearer sk-test").with_json(body);
    answer(&fake.state, &Arc::new(request))
}

#[test]
fn the_first_that_fits_answers_however_many_conditions_others_have() {
    let (fake, added) = taken(
        r#"{"match": {"userMessage": "a"}, "response": {"content": "first"}},
        {"match": {"userMessage": "ab", "model": "gpt-4o"}, "response": {"content": "second"}},
        {"match": {}, "response": {"content": "third"}}"#,
    );
    assert_eq!(added, json!({"ok": true, "added": 3, "rules": ["run-time#1", "run-time#2", "run-time#3"]}));
    assert_eq!((said(&fake, "ab"), said(&fake, "c")), (json!("first"), json!("third")));
}

#[test]
fn a_fixture_that_became_several_rules_is_one_name() {
    let turn = r#"{"match": {"userMessage": "x", "turnIndex": 1}, "response": {"content": "later"}}"#;
    let (fake, added) = taken(turn);
    assert_eq!(added["rules"], json!(["run-time#1", "run-time#1"]));
    let never = || json(&fake.get("/__parlel/rules"))["never"].clone();
    assert_eq!(never(), json!(["run-time#1"]));
    assert_eq!(said(&fake, "x"), "later");
    assert_eq!(never(), json!([]));
}

#[test]
fn a_sequence_ends_and_then_what_is_after_it_answers() {
    let (fake, _) = taken(
        r#"{"match": {"userMessage": "x", "sequenceIndex": 1}, "response": {"content": "two"}},
        {"match": {"userMessage": "x", "sequenceIndex": 0}, "response": {"content": "one"}},
        {"match": {}, "response": {"content": "more"}}"#,
    );
    let all: Vec<Value> = (0..4).map(|_| said(&fake, "x")).collect();
    assert_eq!(all, ["one", "two", "more", "more"]);
}

#[test]
fn what_has_no_effect_is_told_when_they_are_given() {
    let (_, added) = taken(
        r#"{"match": {}, "response": {"content": "x", "provider": "y"}},
        {"match": {"endpoint": "fal"}, "response": {"json": {}}}"#,
    );
    let notes = [
        "fixtures[0]: provider is of another API, and passed over",
        "fixtures[1]: is left out: the endpoint fal is not served here",
    ];
    assert_eq!((&added["added"], &added["notes"]), (&json!(1), &json!(notes)));
}

/// How a reply is sent: the waits in milliseconds, before the head, before the first event and between others; and where it is
/// cut.
fn played(reply: &Reply) -> (u128, u128, u128, Option<Mark>) {
    let Play { delay, pace, cut, .. } = &reply.play;
    (delay.as_millis(), pace.first.as_millis(), pace.between.as_millis(), cut.map(|cut| cut.at))
}

#[test]
fn waits_and_ends_are_those_of_streams() {
    for (more, stream, whole) in [
        (r#""latency": 5"#, (0, 5, 5, None), (0, 0, 0, None)),
        (r#""streamingProfile": {"ttft": 9, "tps": 500}"#, (0, 9, 2, None), (0, 0, 0, None)),
        (r#""truncateAfterChunks": 2"#, (0, 0, 0, Some(Mark::Events(2))), (0, 0, 0, None)),
        (r#""disconnectAfterMs": 7"#, (0, 0, 0, Some(Mark::Time(Duration::from_millis(7)))), (0, 0, 0, None)),
        (r#""chaos": {"latencyMs": 8}, "latency": 1"#, (8, 1, 1, None), (8, 0, 0, None)),
        (r#""chaos": {"disconnectRate": 1}"#, (0, 0, 0, Some(Mark::Start)), (0, 0, 0, Some(Mark::Start))),
    ] {
        let (fake, added) = taken(&format!(r#"{{"match": {{}}, "response": {{"content": "x"}}, {more}}}"#));
        assert_eq!(added["notes"], Value::Null, "{more}");
        assert_eq!(played(&unchecked(&fake, "/v1/chat/completions", STREAM)), stream, "{more}");
        assert_eq!(played(&unchecked(&fake, "/v1/chat/completions", CHAT)), whole, "{more}");
    }
}

#[test]
fn chaos_is_the_same_every_time_and_as_frequent_as_it_says() {
    let fixture = r#"{"match": {}, "response": {"content": "x"},
        "chaos": {"dropRate": 0.25, "rateLimitRate": 0.5, "latencyMs": 3}}"#;
    let run = || {
        let (fake, _) = taken(fixture);
        let reply = || unchecked(&fake, "/v1/chat/completions", CHAT);
        (0..400).map(|_| reply()).map(|reply| (reply.status, played(&reply).0)).collect::<Vec<_>>()
    };
    let one = run();
    assert_eq!(one, run());
    let count = |status: u16| one.iter().filter(|reply| **reply == (status, 3)).count();
    // A quarter, and half of the rest.
    assert!((70..=130).contains(&count(500)), "{}", count(500));
    assert!((115..=185).contains(&count(429)), "{}", count(429));
    assert_eq!(count(200) + count(500) + count(429), 400);
}

#[test]
fn each_turn_of_a_sequence_has_what_goes_wrong_with_it() {
    let (fake, _) = taken(
        r#"{"match": {"userMessage": "x", "sequenceIndex": 0}, "response": {"content": "one"}, "chaos": {"dropRate": 1}},
        {"match": {"userMessage": "x", "sequenceIndex": 1}, "response": {"content": "two"}}"#,
    );
    let status = || unchecked(&fake, "/v1/chat/completions", &CHAT.replace("Hello", "x")).status;
    assert_eq!([status(), status()], [500, 200]);
}

#[test]
fn what_is_wrong_is_told_with_the_fixture() {
    for (fixture, told) in [
        (
            r#"{"match": {"usermessage": "x"}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/usermessage: is not known; did you mean 'userMessage'?",
        ),
        // What only the reading of rules finds.
        (r#"{"match": {}, "response": {"image": {"b64Json": "?"}}}"#, "/fixtures/0: this is no base64"),
    ] {
        let reply = Fake::new().post("/__parlel/rules", &format!(r#"{{"fixtures": [{fixture}]}}"#));
        let message = json(&reply)["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(reply.status == 400 && message.contains(told), "{fixture}: {message}");
    }
}

#[test]
fn a_transcription_is_told_where_else_nothing_is_served() {
    let (fake, _) =
        taken(r#"{"match": {"endpoint": "transcription"}, "response": {"transcription": {"text": "Hi."}}}"#);
    let reply = unchecked(&fake, "/v1/audio/transcriptions", "{}");
    assert_eq!((reply.status, json(&reply)), (200, json!({"text": "Hi."})));
}

#[test]
fn a_vector_is_told_with_each_digit_that_it_was_given_with() {
    let (fake, _) = taken(
        r#"{"match": {"inputText": "cat"}, "response": {"embedding": [0.0023064255, 0.9, -12.5, 1e-12]}}"#,
    );
    let reply = |format: &str| {
        let body = format!(
            r#"{{"model": "text-embedding-3-small", "input": "a cat", "encoding_format": "{format}"}}"#
        );
        json(&unchecked(&fake, "/v1/embeddings", &body))["data"][0]["embedding"].clone()
    };
    assert_eq!(reply("float"), json!([0.002_306_425_5, 0.9, -12.5, 1e-12]));
    assert_eq!(reply("base64"), "ZicXO2ZmZj8AAEjBzLyMKw==");
}
