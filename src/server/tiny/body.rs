//! The flaws: tiny_http does not say whether a body has arrived, which decides whether reading it may wait;
//! and what of a body is left when its request is dropped, it reads into one allocation of that size.

use crate::server::handover::Aside;
use std::io;
use std::io::Read;
use tiny_http::Request;

/// A body of so many bytes tiny_http has read before it hands a request over; of the few that expect
/// something or offer an upgrade it has not, and those are left to the watchdog.
const READ_AHEAD: usize = 1024;

/// Up to this the allocation is harmless; above, the request is forgotten instead of dropped.
const SAFE_TO_DROP: usize = 1 << 30;

/// The length of a body that has arrived.
pub(in crate::server) struct AtHand(usize);

impl AtHand {
    /// `length` is the declared one, `None` where the body comes in chunks.
    pub(in crate::server) fn of(length: Option<usize>) -> Option<AtHand> {
        length.filter(|length| *length <= READ_AHEAD).map(AtHand)
    }
}

/// Reads a body that has arrived.
pub(in crate::server) fn read_at_hand(request: &mut Request, AtHand(length): AtHand) -> io::Result<Vec<u8>> {
    read(request, length, length)
}

/// Reads at most so many bytes of a body that may still be on its way. `expected` is the length of which
/// room is made.
pub(in crate::server) fn read_late(
    request: &mut Request,
    expected: usize,
    most: usize,
    _: &Aside,
) -> io::Result<Vec<u8>> {
    read(request, expected, most)
}

fn read(request: &mut Request, expected: usize, most: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(expected);
    request.as_reader().take(most as u64).read_to_end(&mut body)?;
    Ok(body)
}

/// The request, if it can be dropped; otherwise it is forgotten.
pub(in crate::server) fn safe_to_drop(request: Request) -> Option<Request> {
    if request.body_length().unwrap_or(0) <= SAFE_TO_DROP {
        return Some(request);
    }
    std::mem::forget(request);
    None
}
