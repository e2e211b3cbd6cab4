//! What a reply does once it has been sent, seen from outside.

use crate::support::Client;
use crate::support::ask;
use crate::support::json;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use openai_fake::Request;
use openai_fake::State;
use openai_fake::answer;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

const CONVERSATIONS: &str = "/v1/conversations";

fn in_conversation(id: &str, stream: bool) -> String {
    serde_json::json!({"model": "gpt-4o", "input": "Hello", "conversation": id, "stream": stream}).to_string()
}

fn items(server: &OpenaiServer, id: &str) -> usize {
    let list = ask(server, "GET", &format!("{CONVERSATIONS}/{id}/items"), "").json();
    list["data"].as_array().expect("items").len()
}

#[test]
fn items_join_their_conversation_when_the_stream_has_ended() {
    let mut server = server_with(Config { pace: Duration::from_millis(1), ..Config::default() });
    let id = ask(&server, "POST", CONVERSATIONS, "{}").json()["id"].as_str().expect("an id").to_owned();
    for turn in 1..=3 {
        let reply = ask(&server, "POST", "/v1/responses", &in_conversation(&id, turn % 2 == 0));
        assert_eq!((reply.status, items(&server, &id)), (200, 2 * turn), "who has read the end finds them");
    }
    server.stop();

    let held = Config { pace: Duration::from_secs(3600), grace: Duration::ZERO, ..Config::default() };
    let mut server = server_with(held);
    let id = ask(&server, "POST", CONVERSATIONS, "{}").json()["id"].as_str().expect("an id").to_owned();
    let mut client = Client::connect(server.address());
    client.request("POST", "/v1/responses", &in_conversation(&id, true));
    assert_eq!(client.receive_head().status, 200);
    assert_eq!(items(&server, &id), 0, "it has not ended");
    server.stop();
    server.start().expect("a free port");
    assert_eq!(items(&server, &id), 2, "cut off, it has");
}

#[test]
fn a_reply_that_outlives_a_reset_leaves_the_new_conversation_alone() {
    let state = State::new(Config::default());
    let send = |method: &str, path: &str, body: &str| {
        let request = Request::new(method, path).with_header("authorization", "Bearer k");
        answer(&state, &Arc::new(if body.is_empty() { request } else { request.with_json(body) }))
    };
    let create = || json(&send("POST", CONVERSATIONS, "{}"))["id"].as_str().expect("an id").to_owned();
    let items =
        |id: &str| -> Value { json(&send("GET", &format!("{CONVERSATIONS}/{id}/items"), ""))["data"].take() };
    let id = create();
    let late = send("POST", "/v1/responses", &in_conversation(&id, false));
    state.reset();
    assert_eq!(create(), id, "ids start again");
    late.effects.run(&state);
    assert_eq!(items(&id), serde_json::json!([]));
    send("POST", "/v1/responses", &in_conversation(&id, false)).effects.run(&state);
    assert_eq!(items(&id).as_array().map(Vec::len), Some(2));
}
