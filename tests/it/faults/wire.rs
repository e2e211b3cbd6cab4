//! Faults over real sockets: what comes, and how the connection ends.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::PATIENCE;
use crate::support::STREAM;
use crate::support::Started;
use crate::support::ask;
use crate::support::server;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use serde_json::Value;
use serde_json::json;
use std::io::ErrorKind;
use std::time::Duration;
use std::time::Instant;

/// How much of the body comes.
#[derive(Clone, Copy, Debug)]
enum Comes {
    /// Not even a head.
    Nothing,
    Events(usize),
    Bytes(usize),
    Half,
    /// All but so many bytes.
    But(usize),
    /// All of it, in so many bytes at a time.
    Split(usize),
}
use Comes::{But, Bytes, Events, Half, Nothing, Split};

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The next request is answered on it.
    GoesOn,
    Fin,
    Rst,
}
use End::{Fin, GoesOn, Rst};

const CASES: &[(&str, &str, Comes, End)] = &[
    ("cut", STREAM, Events(0), Fin),
    ("cut=3", STREAM, Events(3), Fin),
    ("cut=40b", STREAM, Bytes(40), Fin),
    ("cut=start", STREAM, Nothing, Fin),
    ("cut=1ms; stall=2", STREAM, Events(2), Fin),
    ("cut", CHAT, Bytes(0), Fin),
    ("cut=1", CHAT, Half, Fin),
    ("cut=40b", CHAT, Bytes(40), Fin),
    ("reset", STREAM, Events(0), Rst),
    ("reset=3", STREAM, Events(3), Rst),
    ("reset=start", STREAM, Nothing, Rst),
    ("reset=1", CHAT, Half, Rst),
    ("reset=start", CHAT, Nothing, Rst),
    ("truncate=3", STREAM, Events(3), GoesOn),
    ("truncate", STREAM, Events(0), GoesOn),
    ("truncate=40b", STREAM, Bytes(40), GoesOn),
    ("truncate=1", CHAT, Half, GoesOn),
    ("close", STREAM, Nothing, Fin),
    ("close", CHAT, Nothing, Fin),
    ("short", CHAT, But(1), Fin),
    ("short=10", CHAT, But(10), Fin),
    ("short=999999", CHAT, Bytes(0), Fin),
    ("split", STREAM, Split(1), GoesOn),
    ("split=7", STREAM, Split(7), GoesOn),
    ("split=7", CHAT, But(0), GoesOn),
    ("stall=3; for=1ms", STREAM, But(0), GoesOn),
    ("stall; for=1ms", CHAT, But(0), GoesOn),
    ("delay=1ms; cut=2", STREAM, Events(2), Fin),
    ("between=1ms; truncate=2", STREAM, Events(2), GoesOn),
    ("no_done; cut=2", STREAM, Events(2), Fin),
];

/// A request with this key and, unless it is empty, this header.
fn request(key: &str, header: &str, body: &str) -> String {
    let header = if header.is_empty() { String::new() } else { format!("x-parlel-fault: {header}\r\n") };
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer {key}\r\n{header}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The body out of its chunks, however they end; whether the last one came.
fn joined(mut chunks: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(at) = chunks.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..at]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        if size == 0 {
            return (body, true);
        }
        body.extend_from_slice(&chunks[at + 2..at + 2 + size]);
        chunks = &chunks[at + 2 + size + 2..];
    }
    (body, false)
}

fn expected(comes: Comes, plain: &[u8]) -> &[u8] {
    match comes {
        Nothing => &[],
        Events(count) => {
            let ends = plain.windows(2).enumerate().filter(|(_, two)| *two == b"\n\n").map(|(at, _)| at + 2);
            let end = [0].into_iter().chain(ends).nth(count);
            &plain[..end.expect("so many events")]
        }
        Bytes(count) => &plain[..count],
        Half => &plain[..plain.len() / 2],
        But(count) => &plain[..plain.len() - count],
        Split(_) => plain,
    }
}

/// Asks, and sees what comes and how it ends.
fn check(server: &OpenaiServer, asked: &str, comes: Comes, end: End, plain: &[u8], told: &str) {
    let mut client = Client::connect(server.address());
    client.write(asked.as_bytes());
    let body = match (comes, end) {
        (_, GoesOn) => {
            let received = client.receive();
            if let Split(most) = comes {
                let events = String::from_utf8_lossy(plain);
                // An event begins a chunk, whatever it was split into.
                let chunks =
                    events.split_inclusive("\n\n").map(|event| event.len().div_ceil(most)).sum::<usize>();
                assert_eq!(received.chunks, chunks, "{told}");
            }
            client.write(request("sk-test", "", CHAT).as_bytes());
            assert_eq!(client.receive().status, 200, "{told}");
            received.body
        }
        (Nothing, _) => {
            let (rest, error) = client.end();
            assert_eq!(error, (end == Rst).then_some(ErrorKind::ConnectionReset), "{told}");
            rest
        }
        _ => {
            let head = client.receive_head();
            assert_eq!(head.status, 200, "{told}");
            let (rest, error) = client.end();
            assert_eq!(error, (end == Rst).then_some(ErrorKind::ConnectionReset), "{told}");
            if let Some(length) = head.header("content-length") {
                assert_eq!(length, plain.len().to_string(), "{told}: all is promised");
                rest
            } else {
                let (body, is_ended) = joined(&rest);
                assert!(!is_ended, "{told}: the last chunk must not come");
                body
            }
        }
    };
    let expected = expected(comes, plain);
    assert_eq!(String::from_utf8_lossy(&body), String::from_utf8_lossy(expected), "{told}");
}

#[test]
fn what_comes_and_how_it_ends() {
    let server = server();
    let plain = |body| ask(&server, "POST", "/v1/chat/completions", body).body;
    let (whole, stream) = (plain(CHAT), plain(STREAM));
    for (number, (fault, body, comes, end)) in CASES.iter().enumerate() {
        let plain = if *body == STREAM { &stream } else { &whole };
        let words = fault.replace("; ", "-").replace('=', "-");
        for (key, header) in [("sk-test", *fault), (&*format!("sk-{number}-fault-{words}"), "")] {
            check(&server, &request(key, header, body), *comes, *end, plain, &format!("{key} {fault}"));
        }
    }
    // None was given a reply to its end but those whose connection went on.
    for captured in server.requests() {
        let Some(fault) = captured["fault"].as_str() else { continue };
        let case = |(given, body, ..): &&(&str, &str, Comes, End)| {
            let streams = captured["body"]["stream"] == true;
            fault.replace("; ", "-").replace('=', "-") == given.replace("; ", "-").replace('=', "-")
                && streams == (*body == STREAM)
        };
        let (_, body, comes, end) = CASES.iter().find(case).expect("its case");
        let status = if matches!(comes, Nothing) { Value::Null } else { json!(200) };
        assert_eq!(captured["status"], status, "{fault}");
        let is_cut_short = matches!(comes, Nothing) || *body == STREAM && *end != GoesOn;
        if is_cut_short {
            assert_eq!(captured["ended"], false, "{fault}");
        }
    }
}

#[test]
fn what_is_held_ends_with_the_server() {
    for (fault, body, events) in [
        ("stall", STREAM, None),
        ("stall=start", CHAT, None),
        ("stall=0", STREAM, Some(0)),
        ("stall=3", STREAM, Some(3)),
        ("stall=1", CHAT, Some(0)),
        ("delay=1h", CHAT, None),
        ("ttft=1h", STREAM, Some(0)),
        ("between=1h", STREAM, Some(1)),
        ("stall=2; for=1h", STREAM, Some(2)),
        ("stall=2; cut=1h", STREAM, Some(2)),
    ] {
        let mut server = server_with(Config { grace: Duration::ZERO, ..Config::default() });
        let mut client = Client::connect(server.address());
        client.write(request("sk-test", fault, body).as_bytes());
        // Nobody else waits for it.
        assert_eq!(ask(&server, "GET", "/health", "").status, 200);
        if events.is_some() {
            assert_eq!(client.receive_head().status, 200, "{fault}");
        } else {
            // A request is there a moment before it is known what becomes of it.
            while server.requests().first().is_none_or(|captured| captured["fault"].is_null()) {
                std::thread::yield_now();
            }
        }
        let captured = server.requests()[0].clone();
        let status = events.map_or(Value::Null, |_| json!(200));
        assert_eq!((&captured["fault"], &captured["status"]), (&json!(fault), &status), "{fault}");
        let stopping = Instant::now();
        server.stop();
        assert!(stopping.elapsed() < PATIENCE / 3, "{fault}: {:?}", stopping.elapsed());
        let (rest, _) = client.end();
        if let (Some(events), true) = (events, body == STREAM) {
            assert_eq!(String::from_utf8_lossy(&rest).matches("data: ").count(), events, "{fault}");
        }
        let captured = server.requests()[0].clone();
        assert_eq!((&captured["ended"], &captured["status"]), (&json!(false), &status), "{fault}");
    }
}

/// The memory of a process in KiB.
#[cfg(target_os = "linux")]
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn five_hundred_stalled_streams_hold_nobody_up_and_end_in_time() {
    let mut started = Started::with(|command| command.args(["--port", "0"]));
    let address = started.address();
    let mut clients: Vec<Client> = (0..500).map(|_| Client::connect(address)).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.write(request(&format!("sk-{number}-fault-stall-3"), "", STREAM).as_bytes());
    }
    for client in &mut clients {
        assert_eq!(client.receive_head().status, 200);
    }
    let asking = Instant::now();
    for _ in 0..20 {
        assert_eq!(Client::connect(address).ask("GET", "/health", "").status, 200);
        assert_eq!(Client::connect(address).ask("POST", "/v1/chat/completions", CHAT).status, 200);
    }
    assert!(asking.elapsed() < PATIENCE / 3, "{:?}", asking.elapsed());
    let resident = resident(started.child.id());
    assert!(resident < 100 * 1024, "{resident} KiB");
    let stopping = Instant::now();
    started.signal("TERM");
    assert!(started.child.wait().expect("its end").success());
    // In less than requests in flight are given: no more would come of these.
    assert!(stopping.elapsed() < Config::default().grace, "{:?}", stopping.elapsed());
    for client in &mut clients {
        let (rest, _) = client.end();
        assert_eq!(String::from_utf8_lossy(&rest).matches("data: ").count(), 3);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn who_leaves_while_nothing_comes_is_let_go() {
    let server = server_with(Config { concurrency: 1, ..Config::default() });
    for fault in ["stall=start", "stall=2", "stall; for=1h", "delay=1h"] {
        let mut client = Client::connect(server.address());
        client.write(request("sk-test", fault, STREAM).as_bytes());
        let status = || {
            let mut other = Client::connect(server.address());
            other.write(request("sk-test", "", CHAT).as_bytes());
            other.receive().status
        };
        let path = format!("/__parlel/wait?fault={fault}&timeout=30").replace(' ', "%20");
        assert_eq!(ask(&server, "GET", &path, "").status, 200, "{fault}");
        assert_eq!(status(), 429, "{fault}");
        let begun = Instant::now();
        drop(client);
        while status() != 200 {
            assert!(begun.elapsed() < PATIENCE, "{fault}");
        }
    }
}
