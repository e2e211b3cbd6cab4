//! What a reply that is played has said so far, and when: what the log keeps of it. Never sends it.

use crate::play::Events;
use crate::state::Transcript;
use std::time::Duration;

/// A reply that is under way.
pub(super) struct Recording {
    head: String,
    is_stream: bool,
    /// The events that are over, or the parts of a whole body.
    events: Events,
    /// How many milliseconds after the head each of them began.
    times: Vec<u32>,
    /// What there is of the next one.
    open: Vec<u8>,
}

impl Recording {
    pub(super) fn new(head: &str, is_stream: bool) -> Recording {
        let head = head.to_owned();
        Recording { head, is_stream, events: Events::default(), times: Vec::new(), open: Vec::new() }
    }

    /// A part of an event, so long after the head.
    pub(super) fn add(&mut self, part: &[u8], after: Duration) {
        if self.open.is_empty() && !part.is_empty() {
            self.times.push(u32::try_from(after.as_millis()).unwrap_or(u32::MAX));
        }
        self.open.extend_from_slice(part);
    }

    /// The event is over.
    pub(super) fn close(&mut self) {
        if !self.open.is_empty() {
            self.events.raw(&self.open);
            self.open.clear();
        }
    }

    /// All of it, also of an event that is not over.
    pub(super) fn into_transcript(mut self) -> Transcript {
        self.close();
        let Recording { head, is_stream, events, times, .. } = self;
        if is_stream {
            Transcript::events(&head, events, times)
        } else {
            Transcript::long(&head, events.into_bytes())
        }
    }
}
