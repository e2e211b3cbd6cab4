//! The list of captured requests on the wire, where it is printed while it is sent.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::ask;
use crate::support::server;
use serde_json::Value;

#[test]
fn a_list_is_the_same_however_it_is_sent() {
    let server = server();
    let chat = CHAT.replace("Hello", &"Hello ".repeat(2000));
    let mut client = Client::connect(server.address());
    for (requests, chunks) in [(1, 1), (40, 7)] {
        server.reset();
        for _ in 0..requests {
            client.ask("POST", "/v1/chat/completions", &chat);
        }
        let listed = client.ask("GET", "/__parlel/requests", "");
        assert_eq!(listed.header("transfer-encoding"), Some("chunked"));
        assert_eq!(listed.chunks, chunks, "a chunk is a piece");
        let list = listed.json();
        assert_eq!(list["count"], requests);
        assert_eq!(list["requests"], Value::from(server.requests()));
        // The connection goes on.
        client.request("HEAD", "/__parlel/requests", "");
        assert!(client.receive_head().body.is_empty());
        assert_eq!(client.ask("GET", "/health", "").status, 200);
        // Without chunks the end of the connection is that of the list.
        let mut old = Client::connect(server.address());
        old.write(b"GET /__parlel/requests HTTP/1.0\r\n\r\n");
        let head = old.receive_head();
        assert_eq!((head.status, head.header("transfer-encoding")), (200, None));
        assert_eq!(old.rest(), listed.text());
    }
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_list_harms_nobody() {
    let server = server();
    let chat = CHAT.replace("Hello", &"Hello ".repeat(100_000));
    for _ in 0..20 {
        ask(&server, "POST", "/v1/embeddings", &chat);
    }
    let mut client = Client::connect(server.address());
    client.request("GET", "/__parlel/requests", "");
    assert_eq!(client.receive_head().status, 200);
    drop(client);
    let list = ask(&server, "GET", "/__parlel/requests", "").json();
    assert_eq!((&list["count"], list["requests"].as_array().map(Vec::len)), (&Value::from(20), Some(20)));
}
