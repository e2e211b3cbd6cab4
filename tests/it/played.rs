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
use std::time::Instant;

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
    for stream in [false, true] {
        let second = ask(&server, "POST", "/v1/responses", &in_conversation(&id, stream));
        let error = &second.json()["error"];
        assert_eq!((second.status, &error["code"]), (400, &"conversation_locked".into()));
    }
    server.stop();
    server.start().expect("a free port");
    assert_eq!(items(&server, &id), 0, "cut off, it never will");
    assert_eq!(ask(&server, "POST", "/v1/responses", &in_conversation(&id, false)).status, 200, "it is free");
    assert_eq!(items(&server, &id), 2);
}

/// Who leaves a stream finds the response, and nothing of it in its conversation.
#[test]
fn a_client_that_leaves_early_leaves_no_items() {
    let mut servers = [Duration::ZERO, Duration::from_millis(20)]
        .map(|pace| server_with(Config { pace, ..Config::default() }));
    let ids = servers.each_ref().map(|server| {
        ask(server, "POST", CONVERSATIONS, "{}").json()["id"].as_str().expect("an id").to_owned()
    });
    let [whole, paced] = servers.each_ref();
    let id = &ids[1];
    assert_eq!(&ids[0], id);
    // Streamed or not, it is the same response.
    let known = ask(whole, "POST", "/v1/responses", &in_conversation(id, false)).json()["id"].clone();
    let known = format!("/v1/responses/{}", known.as_str().expect("an id"));

    let mut client = Client::connect(paced.address());
    client.request("POST", "/v1/responses", &in_conversation(id, true));
    assert_eq!(client.receive_head().status, 200);
    drop(client);
    assert_eq!(ask(paced, "GET", &known, "").json()["status"], "completed");
    // The server sees that nobody listens when it sends the next event.
    let other = serde_json::json!({"model": "gpt-4o", "input": "Bye", "conversation": id}).to_string();
    let began = Instant::now();
    while ask(paced, "POST", "/v1/responses", &other).status != 200 {
        assert!(began.elapsed() < Duration::from_secs(30), "the turn does not end");
    }
    assert_eq!(items(paced, id), 2, "those of the second turn alone");
    servers.iter_mut().for_each(OpenaiServer::stop);
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
