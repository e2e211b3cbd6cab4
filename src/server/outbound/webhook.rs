//! Posts events to the configured webhook, one after the other, from one thread of its own: a receiver
//! that is slow, wrong or not there holds up no reply, and the end of the server only shortly.

use crate::config::Config;
use crate::config::HttpUrl;
use crate::config::signing_key;
use crate::reply::Notice;
use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::handover::Aside;
use crate::server::outbound::question::connect;
use crate::server::outbound::signature::Signer;
use crate::server::report::report;
use std::collections::VecDeque;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// Events that may wait. A receiver that is not there takes more than a second for each.
const MOST_WAITING: usize = 1024;
/// The wait before each attempt at a delivery.
const WAITS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(250), Duration::from_secs(1)];
/// Nothing interrupts a connect, so that the end of the server may have to wait for it.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a receiver may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How long one that has answered may take to end the connection: ended from this side at once, some
/// frameworks report an error.
const LINGER: Duration = Duration::from_millis(250);
/// How often a wait for an answer looks whether the server is over.
const LOOK_UP: Duration = Duration::from_millis(50);
/// An answer's rest is not of interest.
const MOST_READ: usize = 64 * 1024;

/// Who the API says it is when it posts.
const USER_AGENT: &str = "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)";

pub(in crate::server) struct Webhook {
    url: HttpUrl,
    signer: Signer,
    outbox: Mutex<Outbox>,
    changed: Condvar,
}

#[derive(Default)]
struct Outbox {
    waiting: VecDeque<Notice>,
    /// One has been taken out and is being delivered.
    busy: bool,
    closed: bool,
}

impl Webhook {
    /// The webhook that is configured, if one is.
    ///
    /// # Errors
    /// Its URL or its secret cannot be read.
    pub(in crate::server) fn of(config: &Config) -> io::Result<Option<Webhook>> {
        let Some(url) = &config.webhook else { return Ok(None) };
        let read = || {
            let signer = Signer::new(&signing_key(&config.webhook_secret)?)?;
            let (outbox, changed) = (Mutex::default(), Condvar::new());
            Ok(Webhook { url: HttpUrl::parse(url)?, signer, outbox, changed })
        };
        read().map(Some).map_err(|why: String| {
            io::Error::new(io::ErrorKind::InvalidInput, format!("the webhook '{url}': {why}"))
        })
    }

    /// Leaves events to be delivered. Never waits.
    pub(in crate::server) fn send(&self, notices: Vec<Notice>) {
        for notice in notices {
            let mut outbox = self.outbox();
            if outbox.closed || outbox.waiting.len() == MOST_WAITING {
                let why = if outbox.closed { "the server stops" } else { "too many wait already" };
                drop(outbox);
                self.report(&name(&notice), why);
            } else {
                outbox.waiting.push_back(notice);
                self.changed.notify_all();
            }
        }
    }

    /// Delivers what is sent, until closed.
    pub(in crate::server) fn run(&self, halt: &Halt, aside: &Aside) {
        while let Some(notice) = self.next() {
            if halt.phase() == Phase::Over {
                let left = 1 + std::mem::take(&mut self.outbox().waiting).len();
                self.report(&format!("{left} events"), "the server has stopped");
            } else if let Err(why) = self.deliver(&notice, halt, aside) {
                self.report(&name(&notice), &why);
            }
        }
    }

    /// Takes no more events, and waits for so long until all that were sent are delivered.
    pub(in crate::server) fn close(&self, at_most: Duration) {
        let mut outbox = self.outbox();
        outbox.closed = true;
        self.changed.notify_all();
        let is_at_work = |outbox: &mut Outbox| outbox.busy || !outbox.waiting.is_empty();
        drop(self.changed.wait_timeout_while(outbox, at_most, is_at_work));
    }

    /// A panic elsewhere while the lock was held left a queue that is still a queue.
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next event; `None` at the end.
    fn next(&self) -> Option<Notice> {
        let mut outbox = self.outbox();
        outbox.busy = false;
        self.changed.notify_all();
        let is_idle = |outbox: &mut Outbox| outbox.waiting.is_empty() && !outbox.closed;
        let mut outbox = self.changed.wait_while(outbox, is_idle).unwrap_or_else(PoisonError::into_inner);
        let next = outbox.waiting.pop_front();
        outbox.busy = next.is_some();
        next
    }

    /// Delivers an event, in several attempts if need be; or says why not.
    fn deliver(&self, notice: &Notice, halt: &Halt, aside: &Aside) -> Result<(), String> {
        let mut outcome = Ok(());
        for wait in WAITS {
            if !halt.pause(aside, wait) {
                return Err("the server stops".to_owned());
            }
            outcome = self.post(notice, halt);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// One attempt.
    fn post(&self, notice: &Notice, halt: &Halt) -> Result<(), String> {
        let exchange = || {
            let mut stream = connect(&self.url.address, CONNECT)?;
            stream.set_read_timeout(Some(LOOK_UP))?;
            // It is small enough to leave in one piece.
            stream.set_write_timeout(Some(ANSWER))?;
            stream.write_all(&self.message(notice, now()))?;
            answer(&mut stream, halt)
        };
        let reply = exchange().map_err(|error| error.to_string())?;
        match status(&reply) {
            Some(200..=299) => Ok(()),
            Some(status) => Err(format!("answered {status}")),
            None => Err("answered no HTTP".to_owned()),
        }
    }

    /// The request that delivers an event. It is signed anew at each attempt, since receivers refuse a
    /// time that is long past.
    fn message(&self, notice: &Notice, timestamp: u64) -> Vec<u8> {
        let Notice { id, body, .. } = notice;
        let HttpUrl { host, target, .. } = &self.url;
        let signature = self.signer.sign(id, timestamp, body);
        let mut message = format!(
            "POST {target} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {USER_AGENT}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\
             webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        message.extend_from_slice(body);
        message
    }

    fn report(&self, what: &str, why: &str) {
        let address = &self.url.address;
        report(format_args!("{what} not delivered to the webhook at {address}: {why}"));
    }
}

/// How an event is spoken of.
fn name(notice: &Notice) -> String {
    format!("{} {}", notice.kind, notice.id)
}

/// The time that receivers hold against their own.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// What a receiver answers: all of it where it ends the connection, as it was asked to, and at least the
/// head.
fn answer(stream: &mut TcpStream, halt: &Halt) -> io::Result<Vec<u8>> {
    let mut end = Instant::now() + ANSWER;
    let mut reply = Vec::new();
    let mut has_head = false;
    let mut scratch = [0; 4096];
    loop {
        match stream.read(&mut scratch) {
            Ok(0) => return Ok(reply),
            Ok(length) => reply.extend_from_slice(&scratch[..length]),
            Err(error) if is_just_late(&error) => {}
            Err(_) if has_head => return Ok(reply),
            Err(error) => return Err(error),
        }
        if !has_head && reply.windows(4).any(|four| four == b"\r\n\r\n") {
            has_head = true;
            end = end.min(Instant::now() + LINGER);
        }
        let is_over = halt.phase() == Phase::Over;
        if is_over || Instant::now() >= end || reply.len() > MOST_READ {
            let why = if is_over { "the server stops" } else { "no answer in time" };
            return if has_head { Ok(reply) } else { Err(io::Error::new(io::ErrorKind::TimedOut, why)) };
        }
    }
}

fn is_just_late(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// The status code of a reply.
fn status(reply: &[u8]) -> Option<u16> {
    let line = reply.split(|byte| *byte == b'\r').next()?;
    let rest = std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.")?;
    rest.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use socket2::SockRef;
    use std::io::BufRead;
    use std::io::BufReader;
    use std::net::TcpListener;
    use std::sync::Arc;

    /// Long enough for anything on a busy machine, short enough for a hang to be noticed.
    const PATIENCE: Duration = Duration::from_secs(30);
    const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";

    fn notice(number: usize) -> Notice {
        let body = format!(r#"{{"object":"event","id":"evt_{number}"}}"#).into_bytes();
        Notice { id: format!("wh_{number}"), kind: "response.completed", body }
    }

    fn webhook(receiver: &TcpListener) -> Webhook {
        let address = receiver.local_addr().expect("an address");
        let webhook = Some(format!("http://{address}/hook?of=test"));
        Webhook::of(&Config { webhook, ..Config::default() }).expect("a URL").expect("a webhook")
    }

    fn receiver() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").expect("a port")
    }

    /// Runs a webhook beside `test`, and ends as a server does; says how long that took.
    fn beside(webhook: &Arc<Webhook>, farewell: Duration, test: impl FnOnce()) -> Duration {
        /// Ends the delivery also when a test fails: it would be waited for.
        struct Ends<'a>(&'a Webhook, &'a Halt);
        impl Drop for Ends<'_> {
            fn drop(&mut self) {
                self.0.close(Duration::ZERO);
                self.1.enter(Phase::Over);
            }
        }
        let halt = Halt::new();
        std::thread::scope(|scope| {
            scope.spawn(|| webhook.run(&halt, &Aside::OF_TEST));
            let _ends = Ends(webhook, &halt);
            test();
            let started = Instant::now();
            webhook.close(farewell);
            halt.enter(Phase::Over);
            started
        })
        .elapsed()
    }

    /// Takes one delivery, answers it, and returns its head and its body.
    fn receive(receiver: &TcpListener, reply: &str) -> (String, String) {
        // Where nothing is delivered, the test fails instead of waiting for ever.
        SockRef::from(receiver).set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let (stream, _) = receiver.accept().expect("a delivery");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).expect("a line") > 0, "cut off: {head}");
        }
        let length = value(&head, "content-length").parse().expect("a length");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).expect("a body");
        stream.get_mut().write_all(reply.as_bytes()).expect("to answer");
        (head, String::from_utf8(body).expect("UTF-8"))
    }

    fn value<'a>(head: &'a str, name: &str) -> &'a str {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| *key == name).expect("the header").1
    }

    #[test]
    fn events_arrive_signed_and_in_their_order() {
        let receiver = receiver();
        let webhook = Arc::new(webhook(&receiver));
        beside(&webhook, PATIENCE, || {
            webhook.send(vec![notice(1), notice(2)]);
            for number in [1, 2] {
                let (head, body) = receive(&receiver, OK);
                assert!(head.starts_with("POST /hook?of=test HTTP/1.1\r\nhost: 127.0.0.1:"), "{head}");
                assert_eq!(value(&head, "user-agent"), USER_AGENT);
                assert_eq!(value(&head, "content-type"), "application/json");
                assert_eq!(value(&head, "webhook-id"), format!("wh_{number}"));
                assert_eq!(body.as_bytes(), notice(number).body);
                let timestamp: u64 = value(&head, "webhook-timestamp").parse().expect("seconds");
                assert!(now().abs_diff(timestamp) < PATIENCE.as_secs());
                let signature = webhook.signer.sign(&format!("wh_{number}"), timestamp, body.as_bytes());
                assert_eq!(value(&head, "webhook-signature"), signature);
            }
        });
    }

    #[test]
    fn a_delivery_that_fails_is_tried_again_under_the_same_id() {
        let receiver = receiver();
        let webhook = Arc::new(webhook(&receiver));
        beside(&webhook, PATIENCE, || {
            webhook.send(vec![notice(1), notice(2)]);
            for reply in ["HTTP/1.1 500 Internal Server Error\r\n\r\n", "", OK] {
                assert_eq!(value(&receive(&receiver, reply).0, "webhook-id"), "wh_1");
            }
            for reply in
                ["HTTP/1.1 302 Found\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"]
            {
                assert_eq!(value(&receive(&receiver, reply).0, "webhook-id"), "wh_2");
            }
            // That was the last attempt; the next delivery is the next event's.
            webhook.send(vec![notice(3)]);
            assert_eq!(value(&receive(&receiver, OK).0, "webhook-id"), "wh_3");
        });
    }

    #[test]
    fn what_waits_at_the_end_is_still_delivered() {
        let receiver = receiver();
        let webhook = Arc::new(webhook(&receiver));
        std::thread::scope(|scope| {
            scope.spawn(|| (0..20).for_each(|_| drop(receive(&receiver, OK))));
            beside(&webhook, PATIENCE, || webhook.send((0..20).map(notice).collect()));
        });
        assert!(webhook.outbox().waiting.is_empty());
    }

    #[test]
    fn a_receiver_that_hangs_or_is_not_there_holds_nobody_up() {
        const FAREWELL: Duration = Duration::from_millis(50);
        let hangs = receiver();
        let gone = webhook(&receiver());
        for webhook in [webhook(&hangs), gone] {
            let webhook = Arc::new(webhook);
            let took = beside(&webhook, FAREWELL, || {
                let started = Instant::now();
                webhook.send((0..MOST_WAITING + 2).map(notice).collect());
                assert!(started.elapsed() < ANSWER);
            });
            assert!(took < ANSWER, "{took:?}");
            webhook.send(vec![notice(0)]);
            assert!(webhook.outbox().waiting.is_empty());
        }
    }

    #[test]
    fn statuses() {
        assert_eq!(status(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(204));
        assert_eq!(status(b"HTTP/1.0 500\r\n\r\n"), Some(500));
        for wrong in [&b""[..], b"HTTP/1.1", b"HTTP/1.1 x", b"\xff 200 OK", b"SSH-2.0-x 200 "] {
            assert_eq!(status(wrong), None);
        }
    }

    #[test]
    fn nothing_is_there_unless_configured_and_nothing_wrong_is() {
        assert!(Webhook::of(&Config::default()).expect("none").is_none());
        let wrong = |url: &str, secret: &str| {
            let (webhook, webhook_secret) = (Some(url.to_owned()), secret.to_owned());
            Webhook::of(&Config { webhook, webhook_secret, ..Config::default() }).err()
        };
        assert!(wrong("https://fake/", "whsec_c2VjcmV0").is_some_and(|why| why.to_string().contains("TLS")));
        assert!(wrong("http://fake/", "secret").is_some_and(|why| why.to_string().contains("whsec_")));
    }
}
