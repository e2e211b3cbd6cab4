//! Responses in the background: each look at one takes it a step further.

use super::Response;
use super::Story;
use super::Talk;
use super::read_events;
use super::respond;
use serde_json::Value;

const BACKGROUND: &str = r#"{"background":true}"#;

/// Whether it has said nothing yet.
fn is_empty(response: &Response) -> bool {
    response.items().is_empty() && response.at("/usage").is_null() && response.at("/completed_at").is_null()
}

/// The states of a response as it is looked at so often.
fn looks(talk: &Talk, response: &Response, times: usize) -> String {
    let states =
        (0..times).map(|_| talk.found(response).body["status"].as_str().expect("a status").to_owned());
    states.collect::<Vec<_>>().join(" ")
}

#[rustfmt::skip]
pub(super) const STATES: &[Story] = &[
    ("it is queued at first", |talk| { let first = talk.ask(BACKGROUND); first.is("queued") && is_empty(&first) && first.at("/background") == true && first.at("/service_tier") == "auto" }),
    ("then it is in progress, then completed, and stays so", |talk| { let first = talk.ask(BACKGROUND); looks(talk, &first, 4) == "in_progress completed completed completed" }),
    ("in progress it has said nothing", |talk| { let first = talk.ask(BACKGROUND); is_empty(&talk.found(&first)) }),
    ("at the end it says what it would have said at once", |talk| {
        let first = talk.ask(BACKGROUND);
        looks(talk, &first, 1);
        let last = talk.found(&first);
        last.text() == respond("{}").text() && last.id() == first.id() && last.at("/service_tier") == "default"
    }),
    ("it may end as incomplete", |talk| { let first = talk.ask(r#"{"background":true,"max_output_tokens":16}"#); looks(talk, &first, 2) == "in_progress incomplete" }),
    ("or as failed", |talk| { let first = talk.ask(r#"{"background":true,"input":"[failed]"}"#); looks(talk, &first, 2) == "in_progress failed" && talk.found(&first).at("/error/code") == "server_error" }),
    ("an error is a failure there", |talk| { let first = talk.ask(r#"{"background":true,"input":"[error]"}"#); looks(talk, &first, 2) == "in_progress failed" }),
    ("it may be cancelled while it is queued", |talk| { let first = talk.ask(BACKGROUND); let cancelled = talk.cancelled(&first); cancelled.is("cancelled") && is_empty(&cancelled) && looks(talk, &first, 2) == "cancelled cancelled" }),
    ("and while it is in progress", |talk| { let first = talk.ask(BACKGROUND); looks(talk, &first, 1); talk.cancelled(&first).is("cancelled") && talk.cancelled(&first).is("cancelled") }),
    ("what is completed stays so", |talk| { let first = talk.ask(BACKGROUND); looks(talk, &first, 2); talk.cancelled(&first).is("completed") }),
    ("what ran at once cannot be cancelled", |talk| { let first = talk.ask("{}"); talk.fake.post(&first.path("/cancel"), "").status == 400 }),
    ("the same request begins anew", |talk| { let first = talk.ask(BACKGROUND); looks(talk, &first, 2); talk.ask(BACKGROUND).is("queued") && looks(talk, &first, 1) == "in_progress" }),
    ("it may be gone on from", |talk| { let first = talk.ask(BACKGROUND); looks(talk, &first, 2); talk.after(&first, "{}").says() }),
    ("it may be deleted", |talk| { let first = talk.ask(BACKGROUND); talk.delete(&first); talk.status(&first) == 404 }),
];

/// The events of a response, as they are looked at again.
fn again(talk: &Talk, response: &Value, query: &str) -> Vec<Value> {
    let id = response["id"].as_str().expect("an id");
    read_events(&talk.fake.get(&format!("/v1/responses/{id}?stream=true{query}")))
}

#[rustfmt::skip]
pub(super) const STREAMS: &[Story] = &[
    ("a stream begins in the queue", |talk| {
        let events = talk.events(BACKGROUND);
        let kinds: Vec<&str> = events[..3].iter().filter_map(|event| event["type"].as_str()).collect();
        kinds == ["response.created", "response.queued", "response.in_progress"] && events[0]["response"]["status"] == "queued" && events.last().is_some_and(|last| last["type"] == "response.completed")
    }),
    ("after a stream it is completed", |talk| { let events = talk.events(BACKGROUND); talk.found(&Response { body: events[0]["response"].clone() }).is("completed") }),
    ("the stream can be seen again", |talk| { let events = talk.events(BACKGROUND); again(talk, &events[0]["response"], "") == events }),
    ("from any event on", |talk| {
        let events = talk.events(BACKGROUND);
        (0..events.len() - 1).all(|after| {
            let rest = again(talk, &events[0]["response"], &format!("&starting_after={after}"));
            rest.len() == events.len() - after - 1 && rest.iter().zip(&events[after + 1..]).all(|(one, other)| bare(one) == bare(other))
        })
    }),
    ("without padding", |talk| { let events = talk.events(BACKGROUND); again(talk, &events[0]["response"], "&include_obfuscation=false").iter().all(|event| event.get("obfuscation").is_none()) }),
    ("what is queued can be streamed, and is completed then", |talk| {
        let first = talk.ask(BACKGROUND);
        let events = again(talk, &first.body, "");
        events.last().is_some_and(|last| last["type"] == "response.completed") && talk.found(&first).is("completed")
    }),
    ("what was cancelled says nothing in a stream either", |talk| {
        let first = talk.ask(BACKGROUND);
        talk.cancelled(&first);
        let events = again(talk, &first.body, "");
        events.iter().all(|event| event["response"]["status"] == "queued") && talk.found(&first).is("cancelled")
    }),
    ("what ran at once cannot be streamed again", |talk| { let first = talk.ask("{}"); talk.fake.get(&first.path("?stream=true")).status == 400 }),
];

/// An event without what hides its length.
fn bare(event: &Value) -> Value {
    let mut event = event.clone();
    event.as_object_mut().expect("an object").shift_remove("obfuscation");
    event
}
