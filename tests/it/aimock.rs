//! Fixtures of aimock that are given at run time. What each becomes is told beside the translation, and that they answer
//! as aimock does in tests/sdk.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

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
        r#"{"match": {}, "response": {"content": "x"}, "latency": 5},
        {"match": {"endpoint": "fal"}, "response": {"json": {}}}"#,
    );
    let notes = [
        "fixtures[0]: latency is not in force yet",
        "fixtures[1]: is left out: the endpoint fal is not served here",
    ];
    assert_eq!((&added["added"], &added["notes"]), (&json!(1), &json!(notes)));
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
