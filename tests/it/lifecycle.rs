//! Starting and stopping a server inside a process.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::PATIENCE;
use crate::support::STREAM;
use crate::support::ask;
use crate::support::message;
use crate::support::server;
use crate::support::server_with;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

#[test]
fn a_server_starts_serves_stops_and_starts_again() {
    let mut server = server();
    let port = server.address().port();
    assert_eq!(server.url(), format!("http://127.0.0.1:{port}"));
    server.start().expect("starting twice does nothing");
    assert_eq!(server.address().port(), port);
    assert_eq!(ask(&server, "POST", "/v1/chat/completions", CHAT).status, 200);
    assert_eq!(server.requests().len(), 1);
    server.stop();
    server.stop();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is closed");
    assert_eq!(server.requests().len(), 1, "what was captured stays");
    server.start().expect("a free port");
    assert_eq!(ask(&server, "GET", "/health", "").status, 200);
    server.reset();
    assert!(server.requests().is_empty());
}

#[test]
fn the_port_is_free_when_stop_returns() {
    let mut server = server();
    let port = server.address().port();
    for _ in 0..20 {
        let mut client = Client::connect(([127, 0, 0, 1], port).into());
        assert_eq!(client.ask("GET", "/health", "").status, 200);
        server.stop();
        assert_eq!(client.rest(), "", "a kept-alive connection is ended");
        server = OpenaiServer::new(port);
        server.start().expect("the port that was just left");
    }
}

#[test]
fn servers_live_side_by_side() {
    let (one, other) = (server(), server());
    assert_ne!(one.address(), other.address());
    assert_eq!(ask(&one, "GET", "/v1/models", "").status, 200);
    assert_eq!((one.requests().len(), other.requests().len()), (1, 0));
    drop(one);
    assert_eq!(ask(&other, "GET", "/v1/models", "").status, 200);
}

#[test]
fn a_taken_port_is_an_error() {
    let server = server();
    let error = OpenaiServer::new(server.address().port()).start().expect_err("it is taken");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn a_webhook_that_cannot_be_read_is_an_error() {
    let webhook = Some("https://127.0.0.1/".to_owned());
    let mut server = OpenaiServer::with(Config { port: 0, webhook, ..Config::default() });
    let error = server.start().expect_err("TLS is not spoken");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// A client whose request is being served and waits for its body, which is returned.
fn being_served(server: &OpenaiServer) -> (Client, &'static str) {
    let mut client = Client::connect(server.address());
    let request = message("POST", "/v1/chat/completions", CHAT);
    let (head, _) = request.split_once("\r\n\r\n").expect("a body");
    client.write(format!("{head}\r\nexpect: 100-continue\r\n\r\n").as_bytes());
    assert_eq!(client.receive_head().status, 100);
    (client, CHAT)
}

#[test]
fn who_is_served_when_the_server_stops_is_served_to_the_end() {
    let mut server = server_with(Config { grace: PATIENCE, ..Config::default() });
    let address = server.address();
    let (mut busy, body) = being_served(&server);
    let mut idle = Client::connect(address);
    assert_eq!(idle.ask("GET", "/health", "").header("connection"), None, "the connection goes on");
    std::thread::scope(|scope| {
        let stopping = scope.spawn(|| server.stop());
        // Once the door is closed the server drains, and it does until the body has come.
        while TcpStream::connect(address).is_ok() {
            assert!(!stopping.is_finished());
        }
        let last = idle.ask("GET", "/health", "");
        assert_eq!(
            (last.status, last.header("connection")),
            (200, Some("close")),
            "there is no next request"
        );
        busy.write(body.as_bytes());
        let last = busy.receive();
        assert_eq!((last.status, last.header("connection")), (200, Some("close")));
    });
    assert_eq!((idle.rest().as_str(), busy.rest().as_str()), ("", ""));
    assert_eq!(server.requests()[0]["status"], 200);
}

/// Starts a stream and stops the server while it goes on; says what the client gets of it.
fn stopped_in_a_stream(config: Config) -> (OpenaiServer, String) {
    let mut server = server_with(config);
    let mut client = Client::connect(server.address());
    client.request("POST", "/v1/chat/completions", STREAM);
    client.receive_head();
    assert_eq!(server.requests()[0]["ended"], false, "the stream goes on");
    server.stop();
    (server, client.rest())
}

#[test]
fn stop_waits_for_streams_but_not_for_ever() {
    // Longer than from one line to the next here, also on a busy machine.
    let paced = Config { pace: Duration::from_millis(100), grace: PATIENCE, ..Config::default() };
    let (server, rest) = stopped_in_a_stream(paced);
    assert!(rest.contains("[DONE]"), "a stream in flight is finished");
    assert_eq!(server.requests()[0]["ended"], true);

    let slow =
        Config { pace: Duration::from_secs(3600), grace: Duration::from_millis(50), ..Config::default() };
    let started = Instant::now();
    let (server, rest) = stopped_in_a_stream(slow);
    assert!(started.elapsed() < PATIENCE);
    assert!(!rest.contains("[DONE]"));
    assert_eq!(server.requests()[0]["ended"], false);
}

/// Threads of this process with the name of the server's, and its open descriptors.
#[cfg(target_os = "linux")]
fn left_over() -> (usize, usize) {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads");
    let names = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    let threads = names.filter(|name| name.trim() == "openai-fake").count();
    (threads, std::fs::read_dir("/proc/self/fd").expect("the descriptors").count())
}

#[cfg(target_os = "linux")]
#[test]
fn no_thread_and_no_descriptor_is_left_over() {
    const ALONE: &str = "OPENAI_FAKE_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        // In a process of its own: other tests have servers as well.
        let itself = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["lifecycle::no_thread_and_no_descriptor_is_left_over", "--exact"])
            .env(ALONE, "1")
            .output()
            .expect("this program again");
        let printed = String::from_utf8_lossy(&itself.stdout);
        assert!(itself.status.success() && printed.contains("1 passed"), "{printed}");
        return;
    }
    let before = left_over();
    let rules = Path::new(env!("CARGO_TARGET_TMPDIR")).join("left_over.json");
    std::fs::write(&rules, r#"{"rules": []}"#).expect("a file");
    let mut server = server_with(Config { rules: vec![rules], watch: true, ..Config::default() });
    let mut clients: Vec<Client> = (0..50).map(|_| Client::connect(server.address())).collect();
    for client in &mut clients {
        client.request("POST", "/v1/chat/completions", CHAT);
    }
    for client in &mut clients {
        assert_eq!(client.receive().status, 200);
    }
    assert!(left_over().0 > before.0, "the name is the one that is looked for");
    server.stop();
    drop(clients);
    // The kernel lists a thread for a moment after its last line, and even after it was joined. A thread
    // that was not told to end would stay for longer than this.
    let end = Instant::now() + Duration::from_secs(5);
    while left_over() != before && Instant::now() < end {
        std::thread::yield_now();
    }
    assert_eq!(left_over(), before);
}
