//! What the log of captured requests keeps of a reply. Never decides what was sent of it.

use crate::json;
use crate::reply::Body;
use crate::reply::Notice;
use crate::reply::Reply;
use crate::state::State;
use crate::state::Transcript;

/// A longer body is kept as it is rather than copied.
const LONG: usize = 64 * 1024;

impl Reply {
    /// Is kept at this place of the log when it has ended. Says what is noted until then: its status, unless it does not
    /// begin at once, and that it has not ended, unless it is all sent at once.
    pub(crate) fn keep(&mut self, place: u64) -> (Option<u16>, Option<bool>) {
        let is_tracked = self.body.is_stream() || !self.play.is_at_once(false);
        self.effects.note(place, self.status, is_tracked);
        ((!self.play.waits_for_head()).then_some(self.status), is_tracked.then_some(false))
    }

    /// What is kept of it when all of it is sent at once: its head alone where the client wants no more.
    pub(crate) fn into_transcript(self, head_only: bool) -> Transcript {
        match self.body {
            _ if head_only => Transcript::short(&self.head, &[]),
            Body::Whole(body) if body.len() <= LONG => {
                let transcript = Transcript::short(&self.head, &body);
                json::reuse(body);
                transcript
            }
            Body::Whole(body) => Transcript::long(&self.head, body),
            Body::Events(events) => Transcript::events(&self.head, events, Vec::new()),
            Body::Empty | Body::Live(_) | Body::Made(_) => Transcript::short(&self.head, &[]),
        }
    }

    /// Does what the reply does once it was sent whole, and keeps a copy of it with its captured request; returns what
    /// the webhook is to be told, in this order. For who answers requests without a server.
    pub fn run(&mut self, state: &State) -> Vec<Notice> {
        let mut effects = std::mem::take(&mut self.effects);
        let transcript = effects.is_captured().then(|| match &self.body {
            Body::Events(events) => Transcript::events(&self.head, events.clone(), Vec::new()),
            _ => Transcript::short(&self.head, self.bytes()),
        });
        effects.settle(state, true, transcript);
        effects.take_notices()
    }
}
