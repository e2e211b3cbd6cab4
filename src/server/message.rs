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
