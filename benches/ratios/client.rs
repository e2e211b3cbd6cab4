//! A blocking HTTP client that does no more than a measurement needs, and notices when a reply is not
//! the one that should be measured.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

/// A reply that takes longer is a hang, not a measurement.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a reply must be to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// 200 and one JSON object.
    Object,
    /// 200 and events up to `[DONE]`.
    Events,
    /// 200 and events with names, up to `response.completed`.
    NamedEvents,
}

/// What is sent again and again, and what must come back.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) address: SocketAddr,
    pub(crate) request: Vec<u8>,
    pub(crate) expected: Expected,
}

/// When a reply came.
pub(crate) struct Timing {
    /// Until its first event was there, or the first byte of its body.
    pub(crate) first: Duration,
    /// Until its last byte was there.
    pub(crate) whole: Duration,
}

pub(crate) struct Connection {
    stream: TcpStream,
    /// The bytes as they came; how many they are, `exchange` knows.
    raw: Vec<u8>,
    /// The body without its framing.
    body: Vec<u8>,
    /// The last reply's head and its framing header, with the place of that.
    last: Option<(Head, std::ops::Range<usize>, Vec<u8>)>,
    /// The server will close, or has closed.
    pub(crate) closed: bool,
}

/// How the end of a body is found.
#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    Chunks,
    UntilClosed,
}

#[derive(Clone, Copy)]
struct Head {
    length: usize,
    framing: Framing,
    closes: bool,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Connection, String> {
        let stream =
            TcpStream::connect_timeout(&address, PATIENCE).map_err(|error| format!("connect: {error}"))?;
        let set = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        set.map_err(|error| format!("socket options: {error}"))?;
        Ok(Connection { stream, raw: Vec::new(), body: Vec::new(), last: None, closed: false })
    }

    /// Sends a request and reads its reply to the end.
    pub(crate) fn exchange(&mut self, call: &Call) -> Result<Timing, String> {
        let start = self.send(call)?;
        self.finish(call, start)
    }

    /// Sends a request; says when.
    pub(crate) fn send(&mut self, call: &Call) -> Result<Instant, String> {
        let start = Instant::now();
        self.stream.write_all(&call.request).map_err(|error| format!("send: {error}"))?;
        Ok(start)
    }

    /// Reads the reply to a request sent at `start` to its end.
    pub(crate) fn finish(&mut self, call: &Call, start: Instant) -> Result<Timing, String> {
        self.body.clear();
        // How much of `raw` has come, and how far it has been taken into `body`.
        let (mut filled, mut taken) = (0, 0);
        let mut head: Option<Head> = None;
        let mut first = None;
        loop {
            let received = self.receive(filled)?;
            filled += received;
            let ended = received == 0;
            if head.is_none() {
                head = match self.same_head(&self.raw[..filled]) {
                    Some(head) => Some(head),
                    None => self.new_head(filled)?,
                };
                taken = head.as_ref().map_or(0, |head| head.length);
            }
            let raw = &self.raw[..filled];
            let Some(head) = &head else {
                if ended {
                    return Err("the connection ended before the reply's headers".to_owned());
                }
                continue;
            };
            let complete = match head.framing {
                Framing::Chunks => unchunk(raw, &mut taken, &mut self.body)?,
                Framing::Length(_) | Framing::UntilClosed => {
                    self.body.extend_from_slice(&raw[taken..]);
                    taken = filled;
                    match head.framing {
                        Framing::Length(length) => self.body.len() >= length,
                        _ => ended,
                    }
                }
            };
            if first.is_none() && !self.body.is_empty() {
                let event = || self.body.windows(2).any(|pair| pair == b"\n\n");
                if call.expected == Expected::Object || event() {
                    first = Some(start.elapsed());
                }
            }
            if complete {
                self.closed = head.closes || ended;
                let whole = start.elapsed();
                self.judge(call.expected)?;
                return Ok(Timing { first: first.unwrap_or(whole), whole });
            }
            if ended {
                return Err("the connection ended before the reply did".to_owned());
            }
        }
    }

    /// The head, if it is as long and framed as the last one. Going through every line again would
    /// charge a server for the headers that it sends more of.
    fn same_head(&self, raw: &[u8]) -> Option<Head> {
        let (head, place, framing) = self.last.as_ref()?;
        let same = raw.get(place.clone()) == Some(framing)
            && raw.get(9..12) == Some(b"200")
            && raw.get(head.length.checked_sub(4)?..head.length) == Some(b"\r\n\r\n");
        same.then_some(*head)
    }

    fn new_head(&mut self, filled: usize) -> Result<Option<Head>, String> {
        let raw = &self.raw[..filled];
        let Some(head) = parse_head(raw)? else { return Ok(None) };
        let text = raw[..head.length].to_ascii_lowercase();
        let find = |name: &[u8]| text.windows(name.len()).position(|window| window == name);
        self.last = find(b"\r\ncontent-length:").or_else(|| find(b"\r\ntransfer-encoding:")).map(|start| {
            let line = &raw[start + 2..];
            let end = start + 2 + line.iter().position(|byte| *byte == b'\n').unwrap_or(0);
            (head, start..end, raw[start..end].to_vec())
        });
        Ok(Some(head))
    }

    /// How many events the last reply had.
    pub(crate) fn events(&self) -> usize {
        self.body.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"data:")).count()
    }

    /// Reads what is there after the first `filled` bytes.
    fn receive(&mut self, filled: usize) -> Result<usize, String> {
        const PIECE: usize = 16 * 1024;
        if self.raw.len() < filled + PIECE {
            self.raw.resize(filled + 2 * PIECE, 0);
        }
        self.stream.read(&mut self.raw[filled..]).map_err(|error| format!("receive: {error}"))
    }

    /// Whether the body is whole and of the kind expected; the status was checked with the head.
    fn judge(&self, expected: Expected) -> Result<(), String> {
        let body = self.body.trim_ascii();
        let good = match expected {
            Expected::Object => body.starts_with(b"{") && body.ends_with(b"}"),
            Expected::Events => body.starts_with(b"data:") && body.ends_with(b"data: [DONE]"),
            Expected::NamedEvents => {
                let last = body.windows(2).rposition(|pair| pair == b"\n\n").unwrap_or(0);
                body.starts_with(b"event:") && body[last..].starts_with(b"\n\nevent: response.completed\n")
            }
        };
        if good { Ok(()) } else { Err(format!("not the reply expected: {}", shown(body))) }
    }
}

/// The head, if all of it is there.
fn parse_head(raw: &[u8]) -> Result<Option<Head>, String> {
    let mut head = Head { length: 0, framing: Framing::UntilClosed, closes: false };
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        head.length += line.len();
        let line = line.trim_ascii_end();
        if line.is_empty() {
            return if raw.get(9..12) == Some(b"200") { Ok(Some(head)) } else { Err(shown(raw)) };
        }
        if let Some(value) = value(line, b"content-length:") {
            let length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            head.framing = Framing::Length(length.ok_or("Content-Length is not a number")?);
        } else if value(line, b"transfer-encoding:")
            .is_some_and(|value| value.eq_ignore_ascii_case(b"chunked"))
        {
            head.framing = Framing::Chunks;
        } else if value(line, b"connection:").is_some_and(|value| value.eq_ignore_ascii_case(b"close")) {
            head.closes = true;
        }
    }
    Ok(None)
}

/// The value, if the line is that header.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let same = line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name);
    same.then(|| line[name.len()..].trim_ascii())
}

/// Moves the chunks that are there to the body; says whether the last one was among them.
fn unchunk(raw: &[u8], taken: &mut usize, body: &mut Vec<u8>) -> Result<bool, String> {
    loop {
        let rest = &raw[*taken..];
        let Some(line) = rest.iter().position(|byte| *byte == b'\n') else { return Ok(false) };
        let digits = rest[..line].trim_ascii();
        let size = std::str::from_utf8(digits).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let size = size.ok_or_else(|| format!("not a chunk size: {}", shown(digits)))?;
        let end = line + 1 + size + 2;
        if rest.len() < end {
            return Ok(false);
        }
        body.extend_from_slice(&rest[line + 1..line + 1 + size]);
        *taken += end;
        if size == 0 {
            return Ok(true);
        }
    }
}

/// The beginning of a reply, for a message.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned()
}
