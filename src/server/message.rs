//! A reply's bytes: the status line, the headers with those of the framing, and chunks. Never sends them.

use crate::json::Digits;
use crate::reply::Reply;
use std::cell::RefCell;
use std::io::Write as _;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// How a reply is framed.
#[derive(Clone, Copy)]
pub(super) struct Framing {
    /// The version is HTTP/1.0: no chunks.
    pub(super) old: bool,
    /// The connection ends after the reply.
    pub(super) close: bool,
    /// The client wants no body.
    pub(super) head_only: bool,
}

/// What ends a body in chunks.
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// A larger message's memory is given back.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// The second of a date, and the date with the end of its line.
    static PRINTED: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    /// The last message that this thread sent: its memory serves for the next one.
    static OUTGOING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Keeps a message that was sent for the next one of this thread.
pub(super) fn reuse(message: Vec<u8>) {
    if message.capacity() <= KEPT {
        OUTGOING.set(message);
    }
}

/// The status line and headers; `length` is the body's, `None` for a stream.
pub(super) fn head(reply: &Reply, framing: Framing, length: Option<usize>) -> Vec<u8> {
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

/// Appends an HTTP chunk.
pub(super) fn chunk(message: &mut Vec<u8>, bytes: &[u8]) {
    // Memory does not refuse to be written to.
    let _ = write!(message, "{:x}\r\n", bytes.len());
    message.extend_from_slice(bytes);
    message.extend_from_slice(b"\r\n");
}

/// How many bytes of a body there are in chunks, the last of which need not be whole.
pub(super) fn carried(mut chunks: &[u8]) -> usize {
    let mut bytes = 0;
    while let Some(end) = chunks.iter().position(|byte| *byte == b'\r') {
        let size = str::from_utf8(&chunks[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let (Some(size), Some(rest)) = (size, chunks.get(end + 2..)) else { break };
        bytes += size.min(rest.len());
        chunks = rest.get(size + 2..).unwrap_or_default();
    }
    bytes
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_carry_what_is_not_their_framing() {
        let mut message = Vec::new();
        chunk(&mut message, b"0123456789abcdefg");
        chunk(&mut message, b"\r\n");
        message.extend_from_slice(LAST_CHUNK);
        assert_eq!(message, b"11\r\n0123456789abcdefg\r\n2\r\n\r\n\r\n0\r\n\r\n");
        for (taken, bytes) in [
            (0, 0),
            (1, 0),
            (3, 0),
            (4, 0),
            (5, 1),
            (20, 16),
            (21, 17),
            (23, 17),
            (26, 17),
            (27, 18),
            (28, 19),
            (35, 19),
        ] {
            assert_eq!(carried(&message[..taken]), bytes, "{taken}");
        }
    }
}
