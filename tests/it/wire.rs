//! The server over real sockets: framing, hostile clients, and many at once.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::STREAM;
use crate::support::Started;
use crate::support::ask;
use crate::support::message;
use crate::support::server;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use std::io::Read;
use std::io::Write;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::Instant;

const PATH: &str = "/v1/chat/completions";

fn is_alive(server: &OpenaiServer) {
    assert_eq!(ask(server, "GET", "/health", "").text(), r#"{"status":"ok"}"#);
    assert_eq!(ask(server, "POST", PATH, CHAT).status, 200);
}

/// Streams that do not end by themselves.
fn held() -> OpenaiServer {
    server_with(Config { pace: Duration::from_secs(3600), grace: Duration::ZERO, ..Config::default() })
}

#[test]
fn one_connection_serves_one_request_after_the_other() {
    let server = server();
    let mut client = Client::connect(server.address());
    for _ in 0..3 {
        assert_eq!(client.ask("POST", PATH, CHAT).status, 200);
        let stream = client.ask("POST", PATH, STREAM);
        assert!(stream.text().ends_with("data: [DONE]\n\n"));
        assert_eq!(stream.chunks, stream.text().matches("data: ").count(), "a chunk for each event");
        assert_eq!(client.ask("POST", PATH, "{").status, 400);
        assert_eq!(client.ask("GET", "/v1/nope", "").status, 404);
        assert_eq!(client.ask("DELETE", "/v1/models", "").status, 405);
    }
    assert!(server.requests().iter().all(|request| request["ended"].as_bool() != Some(false)));
}

#[test]
fn a_stream_of_which_nothing_is_left_ends_at_once() {
    let server = server();
    let mut client = Client::connect(server.address());
    let asked = r#"{"model":"gpt-4o","input":"Hello!","background":true}"#;
    let response = client.ask("POST", "/v1/responses", asked).json();
    let path = format!("/v1/responses/{}?stream=true", response["id"].as_str().expect("an id"));
    let count = client.ask("GET", &path, "").text().matches("event: ").count();
    for after in [count - 1, count, 1_000_000] {
        let rest = client.ask("GET", &format!("{path}&starting_after={after}"), "");
        assert_eq!((rest.status, rest.text(), rest.chunks), (200, String::new(), 0), "after {after}");
    }
    assert!(server.requests().iter().all(|request| request["ended"].as_bool() != Some(false)));
}

#[test]
fn a_body_is_read_before_it_is_refused() {
    let server = server();
    let mut client = Client::connect(server.address());
    let large = format!(r#"{{"x":"{}"}}"#, "y".repeat(1 << 20));
    let no_key = message("POST", PATH, &large).replace("authorization: Bearer sk-test\r\n", "");
    client.write(no_key.as_bytes());
    assert_eq!(client.receive().status, 401);
    assert_eq!(client.ask("POST", "/v1/nope", &large).status, 404);
    assert_eq!(client.ask("POST", PATH, CHAT).status, 200);
}

#[test]
fn requests_may_come_in_chunks_and_in_a_row() {
    let server = server();
    let mut client = Client::connect(server.address());
    let (one, two) = CHAT.split_at(20);
    let chunked = format!(
        "POST {PATH} HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    client.write(format!("{chunked}{}{chunked}", message("GET", "/v1/models/gpt-4o", "")).as_bytes());
    let replies = [client.receive(), client.receive(), client.receive()];
    assert_eq!(replies.each_ref().map(|reply| reply.status), [200, 200, 200]);
    assert_eq!(replies[0].body, ask(&server, "POST", PATH, CHAT).body);
    assert_eq!(replies[0].body, replies[2].body);
    assert_eq!(replies[1].json()["id"], "gpt-4o");
}

#[test]
fn the_connection_ends_when_it_was_asked_to() {
    let server = server();
    let ended = |head: &str, body: &str| {
        let mut client = Client::connect(server.address());
        let length = body.len();
        client.write(
            format!("{head}\r\nhost: fake\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
                .as_bytes(),
        );
        let head = client.receive_head();
        (head, client.rest())
    };
    let (head, body) = ended(&format!("POST {PATH} HTTP/1.1\r\nconnection: close"), CHAT);
    assert_eq!(head.header("connection"), Some("close"));
    assert!(body.starts_with('{') && body.ends_with('}'));
    let (head, body) = ended(&format!("POST {PATH} HTTP/1.0"), STREAM);
    assert_eq!((head.header("connection"), head.header("transfer-encoding")), (Some("close"), None));
    assert!(body.starts_with("data: {") && body.ends_with("data: [DONE]\n\n"), "no chunks for HTTP/1.0");
    // As Java's client sends it: an offer to go on in HTTP/2, which is declined.
    let (head, body) = ended(
        &format!(
            "POST {PATH} HTTP/1.1\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAE"
        ),
        CHAT,
    );
    assert_eq!((head.status, head.header("connection")), (200, Some("close")));
    assert!(body.ends_with('}'));
    // And one to WebSocket, which is refused as RFC 9110 has it.
    let (head, body) = ended(
        "GET /v1/completions HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13",
        "",
    );
    assert!(head.head.starts_with("HTTP/1.1 426 Upgrade Required\n"), "{}", head.head);
    assert_eq!(head.header("upgrade"), Some("HTTP/1.1"));
    assert!(head.head.contains("\nconnection: upgrade\n") && head.head.contains("\nconnection: close"));
    assert!(body.starts_with('{') && body.ends_with('}'));
    let mut old = Client::connect(server.address());
    for _ in 0..2 {
        old.write(b"GET /health HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
        assert_eq!(old.receive().header("connection"), Some("keep-alive"));
    }
}

#[test]
fn head_and_preflight_have_no_body() {
    let server = server();
    let mut client = Client::connect(server.address());
    let head = client.ask("HEAD", "/health", "");
    assert_eq!((head.status, head.header("content-length")), (200, Some("15")));
    let preflight = client.ask("OPTIONS", PATH, "");
    assert_eq!((preflight.status, preflight.header("content-length")), (204, None));
    assert_eq!(client.ask("GET", "http://fake/v1/models/gpt-4o?x=y", "").json()["id"], "gpt-4o");
    assert_eq!(client.ask("GET", "/v1/models/gpt%2D4o", "").json()["id"], "gpt-4o");
}

#[test]
fn a_client_may_ask_before_it_sends() {
    let server = server();
    let mut client = Client::connect(server.address());
    let (head, body) = message("POST", PATH, CHAT)
        .split_once("\r\n\r\n")
        .map(|(h, b)| (h.to_owned(), b.to_owned()))
        .expect("a body");
    client.write(format!("{head}\r\nexpect: 100-continue\r\n\r\n").as_bytes());
    assert_eq!(client.receive_head().status, 100);
    client.write(body.as_bytes());
    assert_eq!(client.receive().status, 200);
}

#[test]
fn ambiguous_framing_is_refused_and_ends_the_connection() {
    let server = server();
    for framing in [
        "content-length: 5\r\ncontent-length: 6",
        "content-length: +5",
        "content-length: 5, 5",
        "content-length: -1",
        "content-length:",
        "transfer-encoding: gzip",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "connection: upgrade\r\ntransfer-encoding: chunked",
    ] {
        let mut client = Client::connect(server.address());
        client.write(
            format!("POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\n{framing}\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n")
                .as_bytes(),
        );
        // The client is done, so that it is not waited for.
        client.socket().shutdown(std::net::Shutdown::Write).expect("to end");
        let reply = client.receive();
        assert_eq!(
            (reply.status, reply.json()["error"]["code"].as_str()),
            (400, Some("bad_framing")),
            "{framing}"
        );
        assert_eq!(reply.header("connection"), Some("close"), "{framing}");
        assert_eq!(client.rest(), "", "what follows is not taken for a request: {framing}");
    }
    assert!(server.requests().iter().all(|request| request["status"] == 400));
    is_alive(&server);
}

#[test]
fn broken_chunks_are_refused() {
    let server = server();
    for body in ["zz\r\nab\r\n", "5\r\nabc", "fffffffffffffffff\r\n"] {
        let mut client = Client::connect(server.address());
        client.write(
            format!(
                "POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\ntransfer-encoding: chunked\r\n\r\n{body}"
            )
            .as_bytes(),
        );
        client.socket().shutdown(std::net::Shutdown::Write).expect("to end");
        assert_eq!(client.receive().status, 400, "{body}");
    }
    is_alive(&server);
}

#[test]
fn too_large_a_body_is_refused_without_being_taken() {
    let server = server_with(Config { body_limit: 1000, ..Config::default() });
    let body = format!(r#"{{"x":"{}"}}"#, "y".repeat(300_000));
    let mut declared = Client::connect(server.address());
    let reply = declared.ask("POST", PATH, &body);
    assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (413, Some("request_too_large")));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(declared.rest(), "");
    let mut chunked = Client::connect(server.address());
    chunked.write(
        format!(
            "POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        )
        .as_bytes(),
    );
    assert_eq!(chunked.receive().status, 413);
    // The size alone must not cost the memory.
    for length in ["100000000000", "18446744073709551615", "99999999999999999999999"] {
        let mut huge = Client::connect(server.address());
        huge.write(
            format!("POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\ncontent-length: {length}\r\n\r\n")
                .as_bytes(),
        );
        huge.socket().shutdown(std::net::Shutdown::Write).expect("to end");
        assert_eq!(huge.receive().status, 413, "{length}");
    }
    assert!(server.requests().iter().all(|request| request["status"] == 413));
    is_alive(&server);
}

/// A chat, its body as given and said to be encoded in this way.
fn encoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let head = message("POST", PATH, "").trim_end().to_owned();
    let length = body.len();
    let type_of = "content-type: application/json";
    let head =
        format!("{head}\r\n{type_of}\r\ncontent-encoding: {coding}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("to pack")
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("to pack")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn encoded_bodies_are_read() {
    let server = server();
    let plain = ask(&server, "POST", PATH, CHAT);
    let mut client = Client::connect(server.address());
    for (coding, body) in [
        ("gzip", gzip(CHAT.as_bytes())),
        ("x-gzip", gzip(CHAT.as_bytes())),
        ("Deflate", zlib(CHAT.as_bytes())),
        ("zstd", zstd(CHAT.as_bytes())),
        ("identity", CHAT.as_bytes().to_vec()),
    ] {
        client.write(&encoded(coding, &body));
        let reply = client.receive();
        assert_eq!((reply.status, &reply.body), (200, &plain.body), "{coding}");
    }
    // What was sent is in the log as it reads, beside what it was sent in.
    let requests = server.requests();
    assert!(requests.iter().all(|request| request["body"]["model"] == "gpt-4o"), "{requests:#?}");
    assert_eq!(requests[1]["headers"]["content-encoding"], "gzip");
}

#[test]
fn what_cannot_be_decoded_is_refused_and_the_connection_goes_on() {
    let server = server();
    let mut client = Client::connect(server.address());
    let unknown = "A request body may come in one of 'gzip', 'deflate' and 'zstd', or in none.";
    for (coding, body, status, code, told) in [
        ("br", gzip(CHAT.as_bytes()), 415, "unsupported_content_encoding", unknown),
        ("gzip, gzip", gzip(&gzip(CHAT.as_bytes())), 415, "unsupported_content_encoding", unknown),
        ("gzip", CHAT.as_bytes().to_vec(), 400, "invalid_content_encoding", "not well-formed gzip"),
        ("deflate", gzip(CHAT.as_bytes()), 400, "invalid_content_encoding", "not well-formed deflate"),
        (
            "zstd",
            zstd(CHAT.as_bytes())[..20].to_vec(),
            400,
            "invalid_content_encoding",
            "not well-formed zstd",
        ),
    ] {
        client.write(&encoded(coding, &body));
        let reply = client.receive();
        let error = &reply.json()["error"];
        assert_eq!((reply.status, error["code"].as_str()), (status, Some(code)), "{coding}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(told)), "{error}");
        let accepted = (status == 415).then_some("gzip, deflate, zstd");
        assert_eq!(reply.header("accept-encoding"), accepted, "{coding}");
        assert_eq!(error.as_object().map(serde_json::Map::len), Some(4));
    }
    assert_eq!(client.ask("POST", PATH, CHAT).status, 200);
    // A body is not asked for where none is sent, nor is its encoding.
    client.write(
        message("GET", "/v1/models", "")
            .replace("host: fake", "host: fake\r\ncontent-encoding: br")
            .as_bytes(),
    );
    assert_eq!(client.receive().status, 200);
}

#[test]
fn a_small_body_that_says_too_much_is_too_large() {
    let server = server_with(Config { body_limit: 100_000, ..Config::default() });
    let large = format!(r#"{{"x":"{}"}}"#, "y".repeat(1 << 20));
    for (coding, body) in [
        ("gzip", gzip(large.as_bytes())),
        ("deflate", zlib(large.as_bytes())),
        ("zstd", zstd(large.as_bytes())),
    ] {
        assert!(body.len() < 10_000, "{coding}");
        let mut client = Client::connect(server.address());
        client.write(&encoded(coding, &body));
        let reply = client.receive();
        assert_eq!(
            (reply.status, reply.json()["error"]["code"].as_str()),
            (413, Some("request_too_large")),
            "{coding}"
        );
    }
    is_alive(&server);
}

/// What a client of TLS says first: a record of type 22 with a ClientHello that offers one cipher and nothing else.
#[cfg(target_os = "linux")]
fn client_hello() -> Vec<u8> {
    let hello = [&[3, 3][..], &[7; 32], &[0], &[0, 2, 0x13, 1], &[1, 0]].concat();
    let length = u8::try_from(hello.len()).expect("a byte");
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat()
}

#[cfg(target_os = "linux")]
#[test]
fn who_speaks_tls_is_told_in_tls_that_nobody_does() {
    let server = server();
    let mut idle = Client::connect(server.address());
    let mut kept = Client::connect(server.address());
    assert_eq!(kept.ask("GET", "/health", "").status, 200);
    let started = Instant::now();
    let mut clients: Vec<Client> = (0..20).map(|_| Client::connect(server.address())).collect();
    for client in &mut clients {
        client.write(&client_hello());
    }
    for client in &mut clients {
        let mut told = Vec::new();
        client.socket().read_to_end(&mut told).expect("an end");
        // Fatal: handshake_failure.
        assert_eq!(told, [21, 3, 1, 0, 2, 2, 40]);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    for client in [&mut idle, &mut kept] {
        assert_eq!(client.ask("GET", "/health", "").status, 200, "others are not meant");
    }
    is_alive(&server);
    assert!(server.requests().iter().all(|request| request["status"] == 200));
}

/// What is nearly one, or one in the middle of something else, gets through.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_handshake_is_not_taken_for_one() {
    let server = server();
    let mut client = Client::connect(server.address());
    let hello = client_hello();
    let body = [b"{\"x\":\"".as_slice(), &hello, b"\"}"].concat();
    client.write(
        &[message("POST", PATH, "").trim_end().as_bytes(), b"\r\ncontent-type: application/json\r\n"]
            .concat(),
    );
    client.write(&[format!("content-length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat());
    assert_eq!(client.receive().status, 400);
    for at in 0..10 {
        let mut nearly = hello.clone();
        nearly[at] ^= 0x40;
        // It comes in a packet of its own, and is waited for.
        let mut client = Client::connect(server.address());
        let head = message("POST", PATH, "").trim_end().to_owned();
        let length = nearly.len();
        client
            .write(format!("{head}\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n").as_bytes());
        assert_eq!(client.receive_head().status, 100);
        client.write(&nearly);
        assert_eq!(client.receive().status, 400, "byte {at}");
    }
}

#[test]
fn clients_that_vanish_leave_no_trace() {
    let server = server_with(Config { pace: Duration::from_millis(5), ..Config::default() });
    for part in ["", "G", "POST ", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: x"] {
        Client::connect(server.address()).write(part.as_bytes());
    }
    for length in [10, 5000, 50_000_000] {
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\ncontent-length: {length}\r\n\r\n{{\"a\":"
        );
        Client::connect(server.address()).write(head.as_bytes());
    }
    for _ in 0..100 {
        let mut client = Client::connect(server.address());
        client.request("POST", PATH, STREAM);
        // Reset at once: the server finds out while it reads, answers or writes.
        socket2::SockRef::from(client.socket()).set_linger(Some(Duration::ZERO)).expect("an option");
    }
    let mut reader = Client::connect(server.address());
    reader.request("POST", PATH, STREAM);
    reader.receive_head();
    drop(reader);
    is_alive(&server);
}

#[test]
fn a_stream_that_nobody_took_to_its_end_has_not_ended() {
    let mut server = server_with(Config { pace: Duration::from_millis(20), ..Config::default() });
    let mut client = Client::connect(server.address());
    client.request("POST", PATH, STREAM);
    client.receive_head();
    drop(client);
    // Waits until the stream is done with.
    server.stop();
    assert_eq!(server.requests()[0]["ended"], false);
}

/// The head of a request whose body is not sent.
fn promise(server: &OpenaiServer, headers: &str) -> Client {
    let mut client = Client::connect(server.address());
    let head = format!("POST {PATH} HTTP/1.1\r\nauthorization: Bearer k\r\n{headers}\r\n\r\n");
    client.write(head.as_bytes());
    client
}

#[test]
fn bodies_that_are_promised_and_never_come_hold_nobody_up() {
    // The last two tiny_http hands over unread, however short they are.
    let kinds = [
        "content-length: 5000",
        "transfer-encoding: chunked",
        "content-length: 5\r\nexpect: 100-continue",
        "content-length: 5\r\nconnection: upgrade\r\nupgrade: h2c",
    ];
    for kind in kinds {
        let server = server();
        let _waiting: Vec<Client> = (0..8).map(|_| promise(&server, kind)).collect();
        for _ in 0..5 {
            is_alive(&server);
        }
    }
}

/// No worker knows that it is going to wait here: the body is short, and who is told to go on does not.
/// Each of them is told so by a worker that then waits for it, which leaves the next one to the watchdog.
#[test]
fn when_all_workers_are_stuck_others_take_their_place() {
    let server = server();
    let mut stuck = Vec::new();
    for _ in 0..8 {
        let mut client = promise(&server, "content-length: 5\r\nexpect: 100-continue");
        assert_eq!(client.receive_head().status, 100);
        stuck.push(client);
    }
    is_alive(&server);
}

#[test]
fn half_a_connection_still_gets_its_stream() {
    let server = server_with(Config { pace: Duration::from_millis(1), ..Config::default() });
    let mut client = Client::connect(server.address());
    client.request("POST", PATH, STREAM);
    client.socket().shutdown(std::net::Shutdown::Write).expect("to end");
    assert!(client.receive().text().ends_with("data: [DONE]\n\n"));
}

#[test]
fn nonsense_does_no_harm() {
    let server = server();
    let mut bytes = Vec::new();
    let mut state = 7_u32;
    for length in 1..120 {
        bytes.clear();
        for _ in 0..length {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((state >> 24) as u8);
        }
        for nonsense in [
            bytes.clone(),
            [b"GET ", bytes.as_slice(), b" HTTP/1.1\r\n\r\n"].concat(),
            [b"GET / HTTP/1.1\r\n", bytes.as_slice(), b"\r\n\r\n"].concat(),
            [b"POST /v1/chat/completions HTTP/1.1\r\nauthorization: Bearer k\r\ntransfer-encoding: chunked\r\n\r\n", bytes.as_slice()].concat(),
        ] {
            let mut client = Client::connect(server.address());
            client.write(&nonsense);
        }
    }
    for line in [
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "GET /é HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nhost: x\n\n",
    ] {
        Client::connect(server.address()).write(line.as_bytes());
    }
    is_alive(&server);
}

#[test]
fn a_thousand_connections_opened_at_once_are_all_served() {
    let server = server();
    let mut clients: Vec<Client> = (0..1000).map(|_| Client::connect(server.address())).collect();
    // Twice: the second time no connection is new.
    for _ in 0..2 {
        for client in &mut clients {
            client.request("POST", PATH, CHAT);
        }
        for client in &mut clients {
            assert_eq!(client.receive().status, 200);
        }
    }
    assert_eq!(ask(&server, "GET", "/__parlel/requests?limit=0", "").json()["count"], 2000);
}

#[test]
fn connections_that_say_nothing_hold_nobody_up() {
    for round in 0..3 {
        let server = server();
        let silent: Vec<Client> = (0..40 + round).map(|_| Client::connect(server.address())).collect();
        let mut clients: Vec<Client> = (0..40).map(|_| Client::connect(server.address())).collect();
        for client in clients.iter_mut().rev() {
            assert_eq!(client.ask("GET", "/health", "").status, 200);
        }
        drop(silent);
    }
}

#[test]
fn slow_streams_hold_nobody_up() {
    let server = held();
    let mut streams: Vec<Client> = (0..300).map(|_| Client::connect(server.address())).collect();
    for client in &mut streams {
        client.request("POST", PATH, STREAM);
    }
    let mut first = [0; 6];
    for client in &mut streams {
        assert_eq!(client.receive_head().status, 200);
    }
    for _ in 0..20 {
        is_alive(&server);
    }
    // The first event leaves before the second is due.
    let mut plain = std::net::TcpStream::connect(server.address()).expect("a connection");
    plain
        .write_all(message("POST", PATH, STREAM).replace("HTTP/1.1", "HTTP/1.0").as_bytes())
        .expect("to write");
    let mut seen = Vec::new();
    while !seen.windows(6).any(|bytes| bytes == b"data: ") {
        let count = plain.read(&mut first).expect("the first event");
        assert!(count > 0);
        seen.extend_from_slice(&first[..count]);
    }
    assert!(server.requests().iter().filter(|request| request["ended"] == false).count() >= 300);
}

#[test]
fn clients_at_once_get_each_its_own_answer() {
    let server = server();
    let address = server.address();
    std::thread::scope(|scope| {
        for number in 0..50 {
            scope.spawn(move || {
                let body = CHAT.replace("Hello", &format!("Hello {number}"));
                let mut client = Client::connect(address);
                let first = client.ask("POST", PATH, &body).body;
                for _ in 0..20 {
                    assert_eq!(client.ask("POST", PATH, &body).body, first);
                }
            });
        }
    });
    assert_eq!(server.requests().len(), 50 * 21);
}

#[test]
fn a_reply_in_hand_means_a_request_in_the_log() {
    let server = server();
    let mut client = Client::connect(server.address());
    let mut inspector = Client::connect(server.address());
    for number in 1..200 {
        let body = if number % 2 == 0 { CHAT } else { STREAM };
        let reply = client.ask("POST", PATH, body);
        let newest = inspector.ask("GET", "/__parlel/requests?limit=1", "").json()["requests"][0].take();
        assert_eq!(newest["request_id"].as_str(), reply.header("x-request-id"));
        assert_eq!((&newest["n"], &newest["status"]), (&number.into(), &200.into()));
        assert_eq!(newest["ended"].as_bool(), (number % 2 == 1).then_some(true));
    }
}

/// Without the first every reply in two packets waits 40 ms for the client's acknowledgement; without
/// the second a client that does not read holds a thread for ever.
#[cfg(target_os = "linux")]
#[test]
fn connections_send_at_once_and_give_up_on_silent_readers() {
    let server = server();
    let mut client = Client::connect(server.address());
    assert_eq!(client.ask("GET", "/health", "").status, 200);
    let peer = client.socket().local_addr().expect("an address");
    let mut found = 0;
    for entry in std::fs::read_dir("/proc/self/fd").expect("the descriptors").flatten() {
        let descriptor = entry.file_name().to_string_lossy().parse().expect("a number");
        #[allow(unsafe_code)]
        // SAFETY: borrowed for the one call that duplicates it; if it is closed by now, that fails.
        let borrowed = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
        let Ok(owned) = borrowed.try_clone_to_owned() else { continue };
        let socket = socket2::Socket::from(owned);
        if socket.peer_addr().ok().and_then(|address| address.as_socket()) == Some(peer) {
            assert!(socket.tcp_nodelay().expect("an option"));
            assert!(socket.write_timeout().expect("an option").is_some());
            found += 1;
        }
    }
    assert!(found > 0);
}

/// A client who has been answered. A connection that is accepted with the last free descriptor is lost,
/// since tiny_http needs two for it: whoever comes while descriptors are short may have to come again.
#[cfg(target_os = "linux")]
fn let_in(address: std::net::SocketAddr) -> Client {
    use std::io::ErrorKind::{BrokenPipe, ConnectionReset};
    for _ in 0..10 {
        let mut client = Client::connect(address);
        let sent = client.socket().write_all(message("POST", PATH, CHAT).as_bytes());
        match sent.and_then(|()| client.socket().peek(&mut [0])) {
            Ok(0) => {}
            Ok(_) => {
                assert_eq!(client.receive().status, 200);
                return client;
            }
            // Above all no time-out: nobody waits for ever.
            Err(error) => assert!(matches!(error.kind(), ConnectionReset | BrokenPipe), "{error}"),
        }
    }
    panic!("nobody is let in");
}

/// Descriptors run out, the accept thread dies, the clients leave: it must answer again.
#[cfg(target_os = "linux")]
#[test]
fn running_out_of_descriptors_is_survived() {
    for limit in ["255", "256"] {
        let script = format!("ulimit -n {limit}; exec \"$0\" 0");
        let mut shell = std::process::Command::new("sh");
        let started = Started::from(shell.args(["-c", &script, env!("CARGO_BIN_EXE_openai-fake")]));
        let address = started.address();
        for _ in 0..2 {
            let mut inside = let_in(address);
            let mut clients: Vec<Client> = (0..200).map(|_| Client::connect(address)).collect();
            for client in &mut clients {
                client.request("POST", PATH, CHAT);
            }
            // Who is inside is served while others wait.
            assert_eq!(inside.ask("POST", PATH, CHAT).status, 200);
            drop((inside, clients));
            let_in(address);
        }
    }
}
