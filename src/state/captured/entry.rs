//! One captured request in the log, and what became of it. Knows nothing of other requests.

use crate::http::Request;
use crate::json::Hex;
use crate::rules::Verdict;
use crate::state::KeyId;
use crate::state::captured::transcript::Transcript;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

/// What a captured request got.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    /// Its place in the log, by which it is found again.
    pub(crate) place: u64,
    /// The number in its `x-request-id`.
    pub(in crate::state) id: u128,
}

impl Ticket {
    /// `req_` and 32 hexadecimal digits.
    pub(crate) fn request_id(self) -> String {
        ["req_", Hex::of(self.id).as_str()].concat()
    }
}

/// A captured request.
#[derive(Clone)]
pub(in crate::state) struct Entry {
    /// Its place is never given twice: a reply that outlives a reset must not be noted on a newer
    /// request.
    pub(in crate::state) ticket: Ticket,
    /// Its number among all requests.
    pub(in crate::state) number: u64,
    pub(in crate::state) key: KeyId,
    /// Its number among the requests of its key.
    pub(in crate::state) number_of_key: u64,
    pub(in crate::state) kind: &'static str,
    pub(in crate::state) request: Arc<Request>,
    pub(in crate::state) at: SystemTime,
    /// `None` until its reply has begun.
    pub(in crate::state) status: Option<u16>,
    /// Whether all of its reply was sent; `None` where that is sent at once, and not in events.
    pub(in crate::state) ended: Option<bool>,
    /// Whether it was answered with a stream, once that has ended: the reply itself may go before its request.
    pub(in crate::state) is_stream: bool,
    /// What was sent, once that has ended.
    pub(in crate::state) reply: Option<Arc<Transcript>>,
    /// Whether it asks a model.
    pub(in crate::state) asks: bool,
    /// What rules made of it, where any were asked.
    pub(in crate::state) verdict: Option<Arc<Verdict>>,
    /// What its reply says of trying again, where that is anything.
    pub(in crate::state) retry: Option<Box<RetryAdvice>>,
}

/// What a reply says of sending the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryAdvice {
    /// That it must not be done: nothing will change.
    pub(crate) never: bool,
    /// How long to wait before.
    pub(crate) after: Option<Duration>,
}

impl Entry {
    /// The number that whoever asks knows it by: with a key the one among the requests of the key.
    pub(in crate::state) fn number_for(&self, asks_with_key: bool) -> u64 {
        if asks_with_key { self.number_of_key } else { self.number }
    }

    /// Whether a model was asked, and for a part of it at least no rule has answered.
    pub(super) fn is_unmatched(&self) -> bool {
        let asked = self.verdict.as_ref().map_or(&[][..], |verdict| &verdict.asked);
        self.asks
            && self.status.is_some()
            && (asked.is_empty() || asked.iter().any(|asked| asked.rule.is_none()))
    }

    /// Roughly what its reply takes in memory.
    pub(super) fn reply_size(&self) -> usize {
        self.reply.as_ref().map_or(0, |reply| reply.size())
    }

    /// Roughly what it takes in memory.
    pub(super) fn size(&self) -> usize {
        let request = &self.request;
        let texts = request.method.len() + request.path.len() + request.query.len();
        size_of::<Entry>()
            + size_of::<Request>()
            + request.headers.size()
            + request.body.capacity()
            + self.verdict.as_ref().map_or(0, |verdict| verdict.size())
            + self.reply_size()
            + texts
            + 64
    }
}

/// A captured request, and what rules made of it.
pub(crate) struct Judged {
    pub(crate) request: Arc<Request>,
    pub(crate) status: Option<u16>,
    pub(crate) verdict: Option<Arc<Verdict>>,
    pub(crate) key: KeyId,
}
