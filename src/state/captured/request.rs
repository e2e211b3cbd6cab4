//! A captured request as operations see it that look at the log. Never changes one.

use crate::http::Request;
use crate::json::Json;
use crate::rules::Difference;
use crate::rules::Verdict;
use crate::state::KeyId;
use crate::state::captured::entry::Entry;
use crate::state::captured::entry::RetryAdvice;
use crate::state::captured::filter::Filter;
use crate::state::captured::filter::model_of;
use crate::state::captured::printed::print_entry;
use std::time::SystemTime;

/// A captured request, and the number by which who looks at it knows it.
#[derive(Clone)]
pub(crate) struct CapturedRequest {
    entry: Entry,
    number: u64,
}

impl CapturedRequest {
    /// `of_key` says whether numbers are those of its key.
    pub(in crate::state) fn new(entry: Entry, of_key: bool) -> CapturedRequest {
        CapturedRequest { number: entry.number_for(of_key), entry }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn key(&self) -> KeyId {
        self.entry.key
    }

    pub(crate) fn kind(&self) -> &'static str {
        self.entry.kind
    }

    pub(crate) fn request(&self) -> &Request {
        &self.entry.request
    }

    pub(crate) fn model(&self) -> String {
        model_of(&self.entry.request)
    }

    pub(crate) fn at(&self) -> SystemTime {
        self.entry.at
    }

    /// `None` until it was answered.
    pub(crate) fn status(&self) -> Option<u16> {
        self.entry.status
    }

    pub(crate) fn verdict(&self) -> Option<&Verdict> {
        self.entry.verdict.as_deref()
    }

    /// What its reply says of trying again.
    pub(crate) fn retry(&self) -> Option<&RetryAdvice> {
        self.entry.retry.as_deref()
    }

    /// Whether it is a stream that ended before its time, though nothing was made to go wrong.
    pub(crate) fn was_left(&self) -> bool {
        self.entry.is_stream
            && self.entry.ended == Some(false)
            && self.verdict().is_none_or(|verdict| verdict.faults.is_empty())
    }

    pub(crate) fn passes(&self, filter: &Filter) -> bool {
        filter.lets_pass(&self.entry, self.number)
    }

    /// What of it is not as the filter wants it.
    pub(crate) fn differences(&self, filter: &Filter) -> Vec<Difference> {
        filter.differences(&self.entry, self.number)
    }

    /// Prints it as the list of captured requests does.
    pub(crate) fn print(&self, json: &mut Json) {
        print_entry(json, &self.entry, self.number, false);
    }
}
