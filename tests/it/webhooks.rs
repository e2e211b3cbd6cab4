//! Events, from the reply that they follow to the receiver that a server was told of.

use crate::support::Client;
use crate::support::PATIENCE;
use crate::support::ask;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use openai_fake::Request;
use openai_fake::State;
use openai_fake::answer;
use serde_json::Value;
use socket2::SockRef;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

const PATH: &str = "/v1/responses";
const WHOLE: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;
const BACKGROUND: &str = r#"{"model":"gpt-4o","input":"Hello","background":true}"#;

fn hooked() -> (OpenaiServer, TcpListener) {
    let receiver = TcpListener::bind("127.0.0.1:0").expect("a port");
    // Where nothing is delivered, the test fails instead of waiting for ever.
    SockRef::from(&receiver).set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let url = format!("http://{}/webhook", receiver.local_addr().expect("an address"));
    (server_with(Config { webhook: Some(url), ..Config::default() }), receiver)
}

/// Takes one delivery without answering it.
fn take(receiver: &TcpListener) -> (TcpStream, Value) {
    let (mut stream, _) = receiver.accept().expect("a delivery");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let mut message = String::new();
    while !message.ends_with("}}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("more of it");
        message.push(byte[0].into());
    }
    let (_, body) = message.split_once("\r\n\r\n").expect("a body");
    let event = serde_json::from_str(body).expect("JSON");
    (stream, event)
}

#[test]
fn an_event_follows_the_reply_also_after_a_restart() {
    let (mut server, receiver) = hooked();
    for _ in 0..2 {
        let mut client = Client::connect(server.address());
        assert_eq!(client.ask("POST", PATH, WHOLE).status, 200);
        let response = client.ask("POST", PATH, BACKGROUND).json();
        let (mut stream, event) = take(&receiver);
        assert_eq!((&event["object"], &event["type"]), (&"event".into(), &"response.completed".into()));
        assert_eq!(event["data"]["id"], response["id"]);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").expect("to answer");
        drop(stream);
        server.stop();
        server.start().expect("the port again, or another");
    }
}

#[test]
fn a_receiver_that_hangs_holds_up_neither_replies_nor_the_end() {
    let (mut server, receiver) = hooked();
    let started = Instant::now();
    for _ in 0..5 {
        assert_eq!(ask(&server, "POST", PATH, BACKGROUND).status, 200);
    }
    let _held = take(&receiver);
    server.stop();
    assert!(started.elapsed() < PATIENCE);
}

#[test]
fn events_are_there_without_a_server_where_a_webhook_is_configured() {
    let request = |body: &str| {
        Arc::new(Request::new("POST", PATH).with_header("authorization", "Bearer sk-test").with_json(body))
    };
    let state =
        |url: Option<&str>| State::new(Config { webhook: url.map(str::to_owned), ..Config::default() });
    let told = |state: &State, body: &str| answer(state, &request(body)).effects.run(state).len();
    let hooked = state(Some("http://127.0.0.1:8000/"));
    assert_eq!((told(&hooked, BACKGROUND), told(&hooked, WHOLE)), (1, 0));
    assert_eq!(told(&state(None), BACKGROUND), 0);
}
