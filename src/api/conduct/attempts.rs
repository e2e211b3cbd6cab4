//! The same request sent again and again: which attempts came after a reply that asked not to, or asked to wait.

use crate::http::Request;
use crate::state::CapturedRequest;
use crate::state::KeyId;
use std::collections::HashMap;
use std::time::Duration;

/// What makes two requests the same: whose it is, and what was sent. Without a body, the operation alone.
type Same<'a> = (KeyId, &'a str, &'a str, &'a str, Option<&'a [u8]>);

/// What the official clients send with each attempt: 0 with the first.
const RETRIES: &str = "x-stainless-retry-count";

/// The attempts so far.
#[derive(Default)]
pub(super) struct Attempts<'a> {
    last: HashMap<Same<'a>, &'a CapturedRequest>,
    final_ones: Chains<'a>,
    early_ones: Chains<'a>,
}

/// Attempts that each came too early, or in vain, after the one before.
#[derive(Default)]
struct Chains<'a> {
    all: Vec<Chain<'a>>,
    /// The chain of which a request is the last, by its number.
    ends: HashMap<u64, usize>,
}

/// What was found to be wrong with the first of them, and all of them.
pub(super) struct Chain<'a> {
    /// The attempt before, and how long it was waited for after it.
    pub(super) first: &'a CapturedRequest,
    pub(super) waited: Duration,
    pub(super) requests: Vec<u64>,
}

impl<'a> Chains<'a> {
    fn add(&mut self, before: &'a CapturedRequest, after: &'a CapturedRequest) {
        let at = self.ends.remove(&before.number()).unwrap_or(self.all.len());
        if at == self.all.len() {
            let requests = vec![before.number()];
            self.all.push(Chain { first: before, waited: between(before, after), requests });
        }
        self.all[at].requests.push(after.number());
        self.ends.insert(after.number(), at);
    }
}

impl<'a> Attempts<'a> {
    /// Adds the next request, whosever it is.
    pub(super) fn add(&mut self, kept: &'a CapturedRequest) {
        let request = kept.request();
        let of_operation = (kept.key(), &*request.method, &*request.path, &*request.query, None);
        let same = (kept.key(), &*request.method, &*request.path, &*request.query, Some(&*request.body));
        let before = self.last.insert(same, kept);
        let last = self.last.insert(of_operation, kept);
        // A client that says so itself may have changed something in it.
        let Some(before) = before.or(last.filter(|_| is_retry(request))) else { return };
        let Some(advice) = before.retry() else { return };
        if advice.never {
            self.final_ones.add(before, kept);
        } else if advice.after.is_some_and(|after| between(before, kept) < after) {
            self.early_ones.add(before, kept);
        }
    }

    /// Those that came after a reply that another try does not change.
    pub(super) fn in_vain(&self) -> &[Chain<'a>] {
        &self.final_ones.all
    }

    /// Those that came before the time that a reply asked to wait had passed.
    pub(super) fn too_early(&self) -> &[Chain<'a>] {
        &self.early_ones.all
    }
}

fn is_retry(request: &Request) -> bool {
    request.headers.get(RETRIES).and_then(|count| count.parse().ok()).is_some_and(|count: u64| count > 0)
}

/// By the clock that requests are captured by, which a test may have moved.
fn between(before: &CapturedRequest, after: &CapturedRequest) -> Duration {
    after.at().duration_since(before.at()).unwrap_or_default()
}
