//! One request and its reply on the wire: reading it whole, refusing what must not be read, and
//! writing the reply so that it leaves at once.

use crate::http;
use crate::http::Body;
use crate::http::Events;
use crate::http::Notice;
use crate::http::Reply;
use crate::http::Unread;
use crate::json;
use crate::json::Digits;
use crate::pipeline;
use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::hangup::Connection;
use crate::state::State;
use std::cell::RefCell;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;
use tiny_http::HTTPVersion;
use tiny_http::Request;

/// tiny_http allocates the declared rest of a body that was not read, in one piece, when the request
/// is dropped. Up to this it is harmless; above, the request is forgotten instead.
const SAFE_TO_DROP: usize = 1 << 30;

/// A body of so many bytes tiny_http has read before it hands a request over; of the few that expect
/// something or offer an upgrade it has not, and those are left to the crew's guard.
const READ_AHEAD: usize = 1024;

/// More than this may not fit into a socket's buffer at once.
const SENT_AHEAD: usize = 128 * 1024;

/// How long a refused client may go on sending before it is cut off.
const LINGER: Duration = Duration::from_secs(5);

/// What the framing of a request comes to.
struct Framing {
    /// The version is HTTP/1.0: no chunks.
    old: bool,
    /// The connection ends after the reply.
    close: bool,
    /// How many bytes of body to read; `None` for chunks.
    length: Option<usize>,
}

/// Reads a request, has it answered, and writes the reply; returns what the webhook is to be told then.
/// `step_aside` is called before anything that may take its time: a body that may still be on its way, a
/// stream with pauses, a reply that may not fit into the socket's buffer.
pub(super) fn serve(
    state: &State,
    halt: &Halt,
    mut request: Request,
    connection: Option<Connection>,
    step_aside: &dyn Fn(),
) -> Vec<Notice> {
    let mut parsed = head_of(&request);
    let (mut framing, refused) = match framing(&request) {
        Ok(framing) => match read_body(&mut request, &framing, state.config.body_limit, step_aside) {
            Ok(body) => {
                parsed.body = body;
                (framing, None)
            }
            Err(refused) => (framing, Some(refused)),
        },
        Err(why) => (Framing { old: false, close: true, length: None }, Some(Unread::BadFraming(why))),
    };
    parsed.unread = refused;

    let mut reply = pipeline::answer(state, &Arc::new(parsed));
    let notices = std::mem::take(&mut reply.notices);
    framing.close |= reply.hang_up || halt.phase() != Phase::Running;
    let paced = matches!(reply.body, Body::Events(_)) && !state.config.pace.is_zero();
    if paced || reply.hang_up || reply.bytes().len() > SENT_AHEAD {
        step_aside();
    }
    if reply.hang_up {
        refuse(request, &whole(&reply, &framing, false), connection);
        return notices;
    }
    let head_only = request.method().as_str() == "HEAD";
    let mut writer = request.into_writer();
    let sent = match &reply.body {
        Body::Events(events) if !head_only => {
            let captured = reply.captured.unwrap_or_default();
            let stream = Stream { state, halt, captured, chunked: !framing.old };
            stream.send(&mut writer, head(&reply, &framing, None), events)
        }
        _ => {
            let message = whole(&reply, &framing, head_only);
            if let Body::Whole(body) = reply.body {
                json::reuse(body);
            }
            let sent = send(&mut writer, &message);
            keep(message);
            sent
        }
    };
    if let (Err(error), Some(connection)) = (sent, connection)
        && !is_gone(&error)
    {
        // What was sent so far is not a whole reply; without this the client would wait for the rest.
        connection.hang_up();
    }
    notices
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

/// Whether an error says that the connection is dead. There is nothing to end then, and its client's
/// port may be another client's by now.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected)
}

/// Reads the framing headers, and refuses what two readers could read in two ways.
fn framing(request: &Request) -> Result<Framing, &'static str> {
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
    Ok(Framing {
        old,
        close: options.contains("close") || upgrade || (old && !options.contains("keep-alive")),
        // Too many digits for a number are too many bytes.
        length: match (encoding, length) {
            (Some(_), _) => None,
            (None, length) => Some(length.map_or(0, |text| text.parse().unwrap_or(usize::MAX))),
        },
    })
}

fn read_body(
    request: &mut Request,
    framing: &Framing,
    limit: usize,
    step_aside: &dyn Fn(),
) -> Result<Vec<u8>, Unread> {
    let length = framing.length.unwrap_or(0);
    if length > limit {
        return Err(Unread::TooLarge(limit));
    }
    if framing.length.is_none_or(|length| length > READ_AHEAD) {
        step_aside();
    }
    let mut body = Vec::with_capacity(length);
    let most = framing.length.unwrap_or(limit + 1);
    match request.as_reader().take(most as u64).read_to_end(&mut body) {
        Ok(_) if body.len() > limit => Err(Unread::TooLarge(limit)),
        Ok(_) if body.len() < length => Err(Unread::BadFraming("the body ends before its Content-Length")),
        Ok(_) => Ok(body),
        Err(_) => Err(Unread::BadFraming("the body is not well-formed chunks")),
    }
}

/// The status line and headers; `length` is the body's, `None` for a stream.
fn head(reply: &Reply, framing: &Framing, length: Option<usize>) -> Vec<u8> {
    let mut head = OUTGOING.take();
    head.clear();
    head.reserve(reply.head.len() + 256 + length.unwrap_or(0));
    let status = Digits::of(reply.status.into());
    let reason = tiny_http::StatusCode(reply.status).default_reason_phrase();
    for text in ["HTTP/1.1 ", status.as_str(), " ", reason, "\r\ndate: "] {
        head.extend_from_slice(text.as_bytes());
    }
    write_date(&mut head);
    head.extend_from_slice(reply.head.as_bytes());
    match length {
        _ if reply.status == 204 => {}
        Some(length) => {
            for text in ["content-length: ", Digits::of(length as u64).as_str(), "\r\n"] {
                head.extend_from_slice(text.as_bytes());
            }
        }
        None if framing.old => {}
        None => head.extend_from_slice(b"transfer-encoding: chunked\r\n"),
    }
    if framing.close {
        head.extend_from_slice(b"connection: close\r\n");
    } else if framing.old {
        head.extend_from_slice(b"connection: keep-alive\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

thread_local! {
    /// The second of a date, and the date with the end of its line.
    static PRINTED: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    /// The last message that this thread sent: its memory serves for the next one.
    static OUTGOING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A larger message's memory is given back.
const KEPT: usize = 64 * 1024;

fn keep(message: Vec<u8>) {
    if message.capacity() <= KEPT {
        OUTGOING.set(message);
    }
}

/// The date, which each thread prints once a second, and the end of its line.
fn write_date(out: &mut Vec<u8>) {
    let now = SystemTime::now();
    let second = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    PRINTED.with_borrow_mut(|(of_second, text)| {
        if *of_second != second {
            *of_second = second;
            *text = format!("{}\r\n", httpdate::HttpDate::from(now));
        }
        out.extend_from_slice(text.as_bytes());
    });
}

fn whole(reply: &Reply, framing: &Framing, head_only: bool) -> Vec<u8> {
    let mut message = head(reply, framing, Some(reply.bytes().len()));
    if !head_only {
        message.extend_from_slice(reply.bytes());
    }
    message
}

/// One write and one flush: anything else would be more than one packet.
fn send(writer: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes)?;
    writer.flush()
}

/// A stream on its way.
struct Stream<'a> {
    state: &'a State,
    halt: &'a Halt,
    captured: u64,
    chunked: bool,
}

impl Stream<'_> {
    fn send(&self, writer: &mut impl Write, mut buffer: Vec<u8>, events: &Events) -> io::Result<()> {
        let pace = self.state.config.pace;
        if pace.is_zero() {
            buffer.reserve(events.size() + events.len() * 8 + 8);
        }
        if events.is_empty() {
            // Nothing comes after the event that a client asked to go on from.
            if self.chunked {
                buffer.extend_from_slice(b"0\r\n\r\n");
            }
            self.state.stream_ended(self.captured, true);
            return send(writer, &buffer);
        }
        // Each event has its time, so that being late once does not make all that follow late.
        let mut due = Instant::now();
        let last = events.len() - 1;
        for (position, event) in events.iter().enumerate() {
            self.frame(&mut buffer, event);
            if position == last {
                if self.chunked {
                    buffer.extend_from_slice(b"0\r\n\r\n");
                }
                // Noted before it is true, so that a client that has read the end finds it noted.
                self.state.stream_ended(self.captured, true);
            }
            if position == last || !pace.is_zero() {
                if let Err(error) = send(writer, &buffer) {
                    self.state.stream_ended(self.captured, false);
                    return Err(error);
                }
                buffer.clear();
            }
            due += pace;
            if position < last && !pace.is_zero() && !self.halt.pause_until(due) {
                return Err(io::Error::other("the server stops"));
            }
        }
        keep(buffer);
        Ok(())
    }

    /// One HTTP chunk for each event.
    fn frame(&self, buffer: &mut Vec<u8>, event: &[u8]) {
        if self.chunked {
            let _ = write!(buffer, "{:x}\r\n", event.len());
            buffer.extend_from_slice(event);
            buffer.extend_from_slice(b"\r\n");
        } else {
            buffer.extend_from_slice(event);
        }
    }
}

/// Answers a request whose rest must not be read, and ends the connection.
fn refuse(request: Request, message: &[u8], connection: Option<Connection>) {
    let declared = request.body_length().unwrap_or(0);
    let Some(mut socket) = connection.and_then(Connection::socket) else {
        if declared <= SAFE_TO_DROP {
            let _ = send(&mut request.into_writer(), message);
        } else {
            std::mem::forget(request);
        }
        return;
    };
    // Past tiny_http, which would first wait for the rest of the body.
    if socket.write_all(message).is_ok() && socket.shutdown(Shutdown::Write).is_ok() {
        read_away(&mut socket);
    }
    let _ = socket.shutdown(Shutdown::Both);
    if declared > SAFE_TO_DROP {
        std::mem::forget(request);
    }
}

/// Takes what the client still sends: a connection closed on unread bytes is reset, and the reset can
/// overtake the reply.
fn read_away(socket: &mut socket2::Socket) {
    let end = Instant::now() + LINGER;
    let mut scratch = [0; 16 * 1024];
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if socket.set_read_timeout(Some(left)).is_err() || !matches!(socket.read(&mut scratch), Ok(1..)) {
            return;
        }
    }
}
