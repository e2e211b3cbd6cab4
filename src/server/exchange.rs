//! One request on the wire: reading it whole, refusing what must not be read, and having it answered. Never
//! sends anything: the [player](crate::server::play) does.

use crate::config::Log;
use crate::http;
use crate::http::Coding;
use crate::http::Unread;
use crate::reply::Awaited;
use crate::reply::Course;
use crate::reply::Notice;
use crate::reply::Reply;
use crate::server::halt::Halt;
use crate::server::halt::LOOK_UP;
use crate::server::halt::Phase;
use crate::server::handover::Aside;
use crate::server::message::Framing;
use crate::server::play::Player;
use crate::server::report::Advice;
use crate::server::report::tell;
use crate::server::tiny;
use crate::server::tiny::AtHand;
use crate::server::tiny::Connection;
use crate::state::State;
use crate::state::iso8601;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;
use std::time::SystemTime;
use tiny_http::HTTPVersion;
use tiny_http::Request;

/// What answers a request. It neither waits nor panics.
pub(super) type Responder = fn(&State, &Arc<http::Request>) -> Reply;

/// What serving a request takes.
pub(super) struct Exchange<'a> {
    pub(super) state: &'a State,
    pub(super) respond: Responder,
    pub(super) halt: &'a Halt,
    pub(super) connection: Option<Connection>,
    /// Sends another worker to take requests, before anything that may take its time: a body that may still
    /// be on its way, a reply with waits, one that may not fit into the socket's buffer.
    pub(super) step_aside: &'a dyn Fn() -> Aside,
    /// Takes what the webhook is to be told.
    pub(super) deliver: &'a dyn Fn(Vec<Notice>),
    pub(super) advice: &'a Advice,
}

/// The framing of a request.
struct Incoming {
    /// The version is HTTP/1.0.
    old: bool,
    /// The client wants the connection to end.
    close: bool,
    /// How many bytes of body to read; `None` for chunks.
    length: Option<usize>,
}

impl Exchange<'_> {
    /// Reads a request, has it answered, and has the reply played.
    pub(super) fn serve(&self, mut request: Request) {
        // Nobody looks at the clock for a log that nobody wants.
        let started = (self.state.config.log != Log::Off).then(Instant::now);
        let mut parsed = head_of(&request);
        let mut framing = Framing { old: false, close: true, head_only: false };
        match incoming(&request) {
            Ok(Incoming { old, close, length }) => {
                framing = Framing { old, close, head_only: parsed.method == "HEAD" };
                match self.read_body(&mut request, length).map(|body| parsed.body = body) {
                    Ok(()) => self.decode_body(&mut parsed),
                    Err(refused) => parsed.unread = Some(refused),
                }
            }
            Err(why) => parsed.unread = Some(Unread::BadFraming(why)),
        }
        let mut reply = (self.respond)(self.state, &Arc::new(parsed));
        if let Some(awaited) = &reply.awaited {
            self.wait(awaited, &(self.step_aside)());
            reply = reply.settled(self.state);
        }
        if let Some(hint) = reply.hint.take() {
            self.advice.of_base_url(&hint);
        }
        framing.close |= reply.hang_up || self.halt.phase() != Phase::Running;
        let Exchange { state, halt, connection, step_aside, deliver, .. } = *self;
        let line = reply.line.take();
        let (has_begun, is_whole) =
            Player { state, halt, connection, step_aside, deliver, framing }.answer(request, reply);
        if let (Some(line), Some(started)) = (line, started) {
            let time = iso8601(SystemTime::now());
            let millis = started.elapsed().as_millis() as u64;
            let course = Course { time, has_begun, is_whole, millis };
            match state.config.log {
                Log::Off => {}
                Log::Text => tell(&line.text(&course)),
                Log::Json => tell(&line.json(&course)),
            }
        }
    }

    /// Waits for what a reply waits for. A server that stops waits for nothing.
    fn wait(&self, awaited: &Awaited, _: &Aside) {
        let end = Instant::now() + awaited.at_most();
        while self.halt.phase() == Phase::Running {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero()
                || awaited.came().recv_timeout(left.min(LOOK_UP)) != Err(RecvTimeoutError::Timeout)
            {
                return;
            }
        }
    }

    /// Puts what a body says in its place. One that cannot be decoded stays as it is, to be seen in the log.
    fn decode_body(&self, request: &mut http::Request) {
        if request.body.is_empty() {
            return;
        }
        let decoded = Coding::of(&request.headers).and_then(|coding| {
            coding.map_or(Ok(None), |coding| {
                // Unpacked it may be long.
                let _aside = (self.step_aside)();
                coding.decode(&request.body, self.state.config.body_limit).map(Some)
            })
        });
        match decoded {
            Ok(None) => {}
            Ok(Some(body)) => request.body = body,
            Err(refused) => request.unread = Some(refused),
        }
    }

    fn read_body(&self, request: &mut Request, length: Option<usize>) -> Result<Vec<u8>, Unread> {
        let limit = self.state.config.body_limit;
        let expected = length.unwrap_or(0);
        if expected > limit {
            return Err(Unread::TooLarge(limit));
        }
        let body = match AtHand::of(length) {
            Some(at_hand) => tiny::read_at_hand(request, at_hand),
            None => tiny::read_late(request, expected, length.unwrap_or(limit + 1), &(self.step_aside)()),
        };
        match body {
            Ok(body) if body.len() > limit => Err(Unread::TooLarge(limit)),
            Ok(body) if body.len() < expected => {
                Err(Unread::BadFraming("the body ends before its Content-Length"))
            }
            Ok(body) => Ok(body),
            Err(_) => Err(Unread::BadFraming("the body is not well-formed chunks")),
        }
    }
}

/// The request without its body.
fn head_of(request: &Request) -> http::Request {
    let mut head = http::Request::new(request.method().as_str(), request.url());
    let size = |header: &tiny_http::Header| header.field.as_str().len() + header.value.len() + 3;
    head.headers.reserve(request.headers().iter().map(size).sum());
    for header in request.headers() {
        head.headers.add(header.field.as_str().as_str(), header.value.as_str());
    }
    head
}

/// Reads the framing headers, and refuses what two readers could read in two ways.
fn incoming(request: &Request) -> Result<Incoming, &'static str> {
    let values = |name: &'static str| {
        request
            .headers()
            .iter()
            .filter(move |header| header.field.equiv(name))
            .map(|header| header.value.as_str())
    };
    let mut lengths = values("Content-Length");
    let length = lengths.next();
    if length.is_some_and(|first| lengths.any(|other| other != first)) {
        return Err("the Content-Length headers differ");
    }
    if length.is_some_and(|text| text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("Content-Length is not a number");
    }
    let mut encodings = values("Transfer-Encoding");
    let encoding = encodings.next();
    if encoding.is_some_and(|name| !name.trim().eq_ignore_ascii_case("chunked")) || encodings.next().is_some()
    {
        return Err("only the Transfer-Encoding 'chunked' is supported");
    }
    if encoding.is_some() && length.is_some() {
        return Err("Content-Length and Transfer-Encoding exclude each other");
    }
    let old = *request.http_version() < HTTPVersion(1, 1);
    let options = values("Connection").next().unwrap_or_default().to_ascii_lowercase();
    // tiny_http reads nothing after a request that offers an upgrade (Java's client offers one
    // to HTTP/2), and hands its body over unframed.
    let upgrade = options.contains("upgrade");
    if upgrade && encoding.is_some() {
        return Err("a request that offers an upgrade must give its Content-Length");
    }
    Ok(Incoming {
        old,
        close: options.contains("close") || upgrade || (old && !options.contains("keep-alive")),
        // Too many digits for a number are too many bytes.
        length: match (encoding, length) {
            (Some(_), _) => None,
            (None, length) => Some(length.map_or(0, |text| text.parse().unwrap_or(usize::MAX))),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_wait_ends_with_what_it_waits_for_with_its_time_and_with_the_server() {
        /// Long enough for the test to be noticed if it waits.
        const LONG: Duration = Duration::from_secs(600);
        for (comes, at_most, phase) in [
            (true, LONG, Phase::Running),
            (false, Duration::ZERO, Phase::Running),
            (false, LONG, Phase::Draining),
            (false, LONG, Phase::Over),
        ] {
            let (state, halt) = (State::new(Config::default()), Halt::new());
            halt.enter(phase);
            let exchange = Exchange {
                state: &state,
                respond: |_, _| Reply::empty(200),
                halt: &halt,
                connection: None,
                step_aside: &|| Aside::OF_TEST,
                deliver: &|_| {},
                advice: &Advice::new(),
            };
            let (sender, came) = mpsc::channel();
            if comes {
                sender.send(()).expect("it waits");
            }
            let since = Instant::now();
            exchange.wait(&Awaited::new(came, at_most, |_| Reply::empty(200)), &Aside::OF_TEST);
            assert!(since.elapsed() < LONG / 10);
            drop(sender);
        }
    }
}
