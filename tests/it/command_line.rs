//! The binary as a user starts and ends it.

use crate::support::CHAT;
use crate::support::Client;
use crate::support::PATIENCE;
use crate::support::STREAM;
use crate::support::Started;
use crate::support::command;
use crate::support::message;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::process::Output;
use std::process::Stdio;

fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().expect("the binary")
}

#[test]
fn it_says_where_it_is_and_what_to_set() {
    let started = Started::with(|command| command.arg("0"));
    let url = started.url();
    assert_eq!(
        started.line,
        format!(
            "openai-fake {} on {url}  OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY=sk-test\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert_eq!(Client::connect(started.address()).ask("GET", "/health", "").text(), r#"{"status":"ok"}"#);
}

#[test]
fn the_environment_sets_what_flags_set() {
    for set in [("PORT", "0"), ("OPENAI_FAKE_PORT", "0")] {
        let started = Started::with(|command| command.env(set.0, set.1).env("HOST", "localhost"));
        assert_eq!(Client::connect(started.address()).ask("GET", "/health", "").status, 200);
    }
    for arguments in [&["--port=0"][..], &["-p", "0"], &["-p0"]] {
        let started = Started::with(|command| command.args(arguments));
        assert_eq!(Client::connect(started.address()).ask("GET", "/health", "").status, 200, "{arguments:?}");
    }
    let anywhere = Started::with(|command| command.args(["--port", "0", "--host", "0.0.0.0"]));
    assert!(anywhere.url().starts_with("http://127.0.0.1:"), "{}", anywhere.line);
}

#[test]
fn bad_arguments_are_one_clear_line_and_exit_2() {
    for arguments in [
        &["--port", "x"][..],
        &["nonsense"],
        &["--colour"],
        &["1", "2"],
        &["--pace", "-1"],
        &["--webhook", "https://a"],
        &["--prot", "5351"],
        &["healthcheck", "foo"],
        &["healthcheck", "--wait", "foo"],
        &["schema", "rules.json"],
        &["check"],
        &["import"],
        &["--watch"],
        &["--rules", "nowhere.json"],
    ] {
        let output = run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.starts_with("openai-fake: ") && output.stdout.is_empty(), "{error}");
    }
}

#[test]
fn help_and_version_are_printed() {
    for asked in ["--help", "help"] {
        assert!(String::from_utf8_lossy(&run(&[asked]).stdout).contains("OPENAI_FAKE_PORT"), "{asked}");
    }
    let version = format!("openai-fake {}\n", env!("CARGO_PKG_VERSION"));
    for asked in ["--version", "version"] {
        assert_eq!(String::from_utf8_lossy(&run(&[asked]).stdout), version, "{asked}");
    }
}

#[test]
fn the_schema_is_printed() {
    let output = run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(schema["required"], serde_json::json!(["rules"]));
    assert_eq!(schema["properties"]["rules"]["type"], "array");
    assert!(output.stderr.is_empty());
}

#[test]
fn recorded_traffic_is_printed_as_rules() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/import");
    let output =
        command().args(["import", "vcr_python.yaml"]).current_dir(folder).output().expect("the binary");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rules = std::fs::read(format!("{folder}/rules/vcr_python.yaml.json")).expect("the rules");
    let rules: serde_json::Value = serde_json::from_slice(&rules).expect("JSON");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(told["rules"], rules["rules"]);
    let left_out = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        left_out.lines().count() > 0 && left_out.lines().all(|line| line.contains("vcr_python.yaml")),
        "{left_out}"
    );
    let output = run(&["import", "nowhere.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}

#[test]
fn a_taken_port_is_named_and_exits_1() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = run(&[&port]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(&port) && error.contains("another port"), "{error}");
    assert_eq!(run(&["--host", "nowhere.invalid", "0"]).status.code(), Some(1));
}

#[test]
fn healthcheck_answers_by_its_exit_code() {
    let started = Started::with(|command| command.arg("0"));
    let port = started.address().port().to_string();
    assert_eq!(run(&["healthcheck", &port]).status.code(), Some(0));
    assert_eq!(run(&["healthcheck", started.url()]).status.code(), Some(0));
    assert_eq!(run(&["healthcheck", &port, "--wait", "10"]).status.code(), Some(0));
    // Bound but not listening: nobody answers, and nobody else can take the port.
    let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    silent.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a port");
    let address = silent.local_addr().expect("an address").as_socket().expect("one of IP");
    let port = address.port().to_string();
    let output = run(&["healthcheck", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&port));
}

#[test]
fn healthcheck_asks_again_until_it_is_answered_well() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let answers = ["", "HTTP/1.1 503 Service Unavailable\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"];
    let answering = std::thread::spawn(move || {
        for answer in answers {
            let (mut client, _) = listener.accept().expect("a client");
            let mut asked = BufReader::new(client.try_clone().expect("a descriptor")).lines();
            while asked.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            client.write_all(answer.as_bytes()).expect("to write");
        }
    });
    assert_eq!(run(&["healthcheck", &port, "--wait", "60"]).status.code(), Some(0));
    answering.join().expect("three were asked");
}

#[cfg(unix)]
#[test]
fn signals_end_it_with_exit_0_and_what_is_in_flight_is_finished() {
    for signal in ["TERM", "INT"] {
        let mut started = Started::with(|command| command.args(["0", "--pace", "20"]));
        let mut idle = Client::connect(started.address());
        assert_eq!(idle.ask("GET", "/health", "").status, 200);
        let mut busy = Client::connect(started.address());
        busy.request("POST", "/v1/chat/completions", STREAM);
        let head = busy.receive_head();
        started.signal(signal);
        assert_eq!(head.header("transfer-encoding"), Some("chunked"));
        let rest = busy.rest();
        assert!(rest.ends_with("data: [DONE]\n\n\r\n0\r\n\r\n"), "{rest}");
        assert_eq!(idle.rest(), "");
        assert_eq!(started.child.wait().expect("its end").code(), Some(0), "{signal}");
    }
}

/// What a server has told on standard error when it was killed.
fn told(mut started: Started) -> String {
    started.child.kill().expect("it runs");
    let mut told = String::new();
    started.child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("a text");
    told
}

#[test]
fn a_wrong_base_url_is_told_once() {
    let started = Started::with(|command| command.arg("0").stderr(Stdio::piped()));
    let (url, address) = (started.url().to_owned(), started.address());
    let mut client = Client::connect(address);
    for _ in 0..3 {
        client.write(
            message("POST", "/\u{1b}c/chat/completions", CHAT)
                .replace("host: fake", &format!("host: {address}"))
                .as_bytes(),
        );
        assert_eq!(client.receive().status, 404);
    }
    assert_eq!(client.ask("GET", "/v1/models", "").status, 200);
    assert_eq!(
        told(started),
        format!(
            "openai-fake: POST /?c/chat/completions got a 404, and /v1/chat/completions is there: the client's base URL \
             should be {url}/v1 (told once)\n"
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn https_is_told_once() {
    let started = Started::with(|command| command.arg("0").stderr(Stdio::piped()));
    let url = started.url().to_owned();
    // A ClientHello whose random bytes and lists are left out.
    let hello = [22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3];
    for _ in 0..3 {
        let mut client = Client::connect(started.address());
        client.write(&hello);
        assert_eq!(client.rest().len(), 7);
    }
    assert_eq!(
        told(started),
        format!(
            "openai-fake: a client speaks TLS, and nobody does here: its base URL should begin with http://, as in \
             {url}/v1 (told once)\n"
        )
    );
}

#[cfg(unix)]
#[test]
fn what_takes_too_long_is_cut_at_the_end() {
    let started_at = std::time::Instant::now();
    let mut started = Started::with(|command| command.args(["0", "--pace", "60000"]));
    let mut busy = Client::connect(started.address());
    busy.request("POST", "/v1/chat/completions", STREAM);
    busy.receive_head();
    started.signal("TERM");
    assert_eq!(started.child.wait().expect("its end").code(), Some(0));
    assert!(!busy.rest().contains("[DONE]"));
    assert!(started_at.elapsed() < PATIENCE);
}
