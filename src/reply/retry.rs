//! What a reply says of sending the same again, in its status, its headers and its code. Never says whether it was done.

use crate::reply::Reply;
use crate::state::RetryAdvice;
use serde_json::Value;
use std::time::Duration;

/// What another try will not change. The official clients do not try again after them.
const FINAL: [u16; 8] = [400, 401, 403, 404, 405, 413, 415, 422];

impl Reply {
    /// What it says of trying again, where that is anything.
    pub(crate) fn retry_advice(&self) -> Option<RetryAdvice> {
        if self.status < 400 {
            return None;
        }
        let never = match self.get("x-should-retry") {
            Some("true") => false,
            Some("false") => true,
            _ => FINAL.contains(&self.status) || (self.status == 429 && self.is_out_of_quota()),
        };
        let number = |name: &str, unit: f64| {
            let number: f64 = self.get(name)?.trim().parse().ok()?;
            Duration::try_from_secs_f64(number * unit).ok()
        };
        // The finer one counts, as it does for the official clients.
        let after = number("retry-after-ms", 0.001).or_else(|| number("retry-after", 1.0));
        (never || after.is_some()).then_some(RetryAdvice { never, after })
    }

    /// Whether it is the money that is used up.
    fn is_out_of_quota(&self) -> bool {
        let body: Value = serde_json::from_slice(self.bytes()).unwrap_or_default();
        body["error"]["code"] == "insufficient_quota"
    }
}
