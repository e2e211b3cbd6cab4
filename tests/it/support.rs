//! What every test needs: a pipeline without sockets, and a raw client for those with.

use crate::validation;
use crate::validation::Exchange;
use openai_fake::Body;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::State;
use openai_fake::answer;
use serde_json::Value;
use std::io::BufRead;
use std::io::BufReader;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const CHAT: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}"#;
pub(crate) const STREAM: &str =
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}],"stream":true}"#;

/// Long enough for anything on a busy machine, short enough for a hang to be noticed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server without sockets.
pub(crate) struct Fake {
    pub(crate) state: State,
}

impl Fake {
    pub(crate) fn new() -> Fake {
        Fake { state: State::new(Config::default()) }
    }

    /// Answers, checks that the reply has its operation's shape, and does what it does once it is sent.
    #[track_caller]
    pub(crate) fn send(&self, request: Request) -> Reply {
        let request = Arc::new(request);
        let mut reply = answer(&self.state, &request).settled(&self.state);
        validation::validate(&request, &reply);
        reply.run(&self.state);
        reply
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &str) -> Reply {
        self.send(Request::new("POST", path).with_header("authorization", "Bearer sk-test").with_json(body))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(Request::new("GET", path).with_header("authorization", "Bearer sk-test"))
    }

    #[track_caller]
    pub(crate) fn chat(&self, body: &str) -> Reply {
        self.post("/v1/chat/completions", body)
    }

    /// The captured requests that `target`, a path and a query, lists to this key or to none.
    pub(crate) fn captured(&self, query: &str, key: Option<&str>) -> Value {
        let mut request = Request::new("GET", &format!("/__parlel/requests{query}"));
        if let Some(key) = key {
            request = request.with_header("authorization", &format!("Bearer {key}"));
        }
        json(&self.send(request))
    }
}

pub(crate) fn json(reply: &Reply) -> Value {
    serde_json::from_slice(reply.bytes())
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(reply.bytes())))
}

/// The data of every event but the last, which must be `[DONE]`.
pub(crate) fn chunks(reply: &Reply) -> Vec<Value> {
    let Body::Events(events) = &reply.body else { panic!("no stream: {:?}", json(reply)) };
    let mut data: Vec<String> = events
        .iter()
        .map(|event| {
            let text = std::str::from_utf8(event).expect("UTF-8");
            text.strip_prefix("data: ").and_then(|text| text.strip_suffix("\n\n")).expect("data").to_owned()
        })
        .collect();
    assert_eq!(data.pop().as_deref(), Some("[DONE]"));
    data.iter().map(|data| serde_json::from_str(data).expect("JSON")).collect()
}

/// Asserts a refusal of a request that is wrong: status, param and code, and the envelope's four keys.
#[track_caller]
pub(crate) fn refuses(reply: &Reply, status: u16, param: Option<&str>, code: Option<&str>) -> String {
    refuses_as(reply, "invalid_request_error", status, param, code)
}

/// The same of another `type`.
#[track_caller]
pub(crate) fn refuses_as(
    reply: &Reply,
    kind: &str,
    status: u16,
    param: Option<&str>,
    code: Option<&str>,
) -> String {
    let body = json(reply);
    let error = body["error"].as_object().unwrap_or_else(|| panic!("not refused: {body}"));
    let keys: Vec<&str> = error.keys().map(String::as_str).collect();
    assert_eq!(keys, ["message", "type", "param", "code"]);
    assert_eq!(
        (reply.status, error["type"].as_str(), error["param"].as_str(), error["code"].as_str()),
        (status, Some(kind), param, code),
        "{body}"
    );
    error["message"].as_str().expect("a message").to_owned()
}

/// A server on a free port.
pub(crate) fn server() -> OpenaiServer {
    server_with(Config::default())
}

pub(crate) fn server_with(config: Config) -> OpenaiServer {
    let mut server = OpenaiServer::with(Config { port: 0, ..config });
    server.start().expect("a free port");
    server
}

/// One connection, spoken to in bytes.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// A reply as it came off the wire, its chunks joined.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// How many HTTP chunks the body came in.
    pub(crate) chunks: usize,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out");
        Client { stream: BufReader::new(stream) }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("to write");
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    /// Sends a request with a key and, unless it is empty, a JSON body.
    pub(crate) fn request(&mut self, method: &str, path: &str, body: &str) {
        self.write(message(method, path, body).as_bytes());
    }

    /// The same, and the reply, which must have its operation's shape.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> Received {
        self.request(method, path, body);
        let received = if method == "HEAD" { self.receive_head() } else { self.receive() };
        let request = Request::new(method, path).with_json(body);
        let content_type = received.header("content-type");
        Exchange { request: &request, status: received.status, content_type, body: &received.body }
            .validate();
        received
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        assert!(line.ends_with("\r\n"), "cut off: '{line}'");
        line.trim_end().to_owned()
    }

    pub(crate) fn receive_head(&mut self) -> Received {
        let mut head = self.line();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        loop {
            let line = self.line();
            if line.is_empty() {
                return Received { status, head, body: Vec::new(), chunks: 0 };
            }
            head = format!("{head}\n{line}");
        }
    }

    pub(crate) fn receive(&mut self) -> Received {
        let mut received = self.receive_head();
        if received.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(&self.line(), 16).expect("a chunk size");
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk).expect("a chunk");
                if size == 0 {
                    return received;
                }
                received.body.extend_from_slice(&chunk[..size]);
                received.chunks += 1;
            }
        }
        let length = received.header("content-length").and_then(|text| text.parse().ok());
        received.body.resize(length.unwrap_or(0), 0);
        self.stream.read_exact(&mut received.body).expect("the body");
        received
    }

    /// What is left until the server ends the connection.
    pub(crate) fn rest(&mut self) -> String {
        // A reset ends it as well.
        String::from_utf8_lossy(&self.end().0).into_owned()
    }

    /// The same in bytes, and the error that it ended in, if it did.
    pub(crate) fn end(&mut self) -> (Vec<u8>, Option<ErrorKind>) {
        let mut rest = Vec::new();
        let ended = self.stream.read_to_end(&mut rest);
        (rest, ended.err().map(|error| error.kind()))
    }
}

pub(crate) fn message(method: &str, path: &str, body: &str) -> String {
    let framing = if body.is_empty() {
        String::new()
    } else {
        format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
    };
    format!("{method} {path} HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer sk-test\r\n{framing}\r\n{body}")
}

/// Asks one question on a connection of its own.
pub(crate) fn ask(server: &OpenaiServer, method: &str, path: &str, body: &str) -> Received {
    Client::connect(server.address()).ask(method, path, body)
}

/// The binary, without settings from outside.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openai-fake"));
    for name in ["PORT", "HOST", "OPENAI_FAKE_PORT", "OPENAI_FAKE_HOST"] {
        command.env_remove(name);
    }
    command
}

/// A started server and its first line; killed when dropped.
pub(crate) struct Started {
    pub(crate) child: Child,
    pub(crate) line: String,
}

impl Started {
    pub(crate) fn with(set: impl FnOnce(&mut Command) -> &mut Command) -> Started {
        Started::from(set(&mut command()))
    }

    pub(crate) fn from(command: &mut Command) -> Started {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        Started { child, line }
    }

    pub(crate) fn url(&self) -> &str {
        self.line.split(' ').find(|word| word.starts_with("http://")).expect("a URL")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url().trim_start_matches("http://").parse().expect("an address")
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill").success());
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
