//! What a reply does when it has ended or failed: once, whatever becomes of it, also where the client has
//! gone or a panic ends the writing. Never writes to a socket.

use crate::reply::Effects;
use crate::reply::Notice;
use crate::server::message;
use crate::server::recording::Recording;
use crate::state::State;
use crate::state::Transcript;
use std::time::Instant;

pub(super) struct Ending<'a> {
    state: &'a State,
    effects: Effects,
    /// Takes what the webhook is to be told.
    deliver: &'a dyn Fn(Vec<Notice>),
    /// What is said, until it is noted: all of it, or what of it has been said so far.
    transcript: Option<Transcript>,
    recording: Option<Recording>,
    /// How many bytes of the body were said.
    said: usize,
    /// How many of them have left; `None` where not even the head has.
    left: Option<usize>,
    was_sent: bool,
}

impl<'a> Ending<'a> {
    pub(super) fn new(state: &'a State, effects: Effects, deliver: &'a dyn Fn(Vec<Notice>)) -> Ending<'a> {
        let (transcript, recording, said, left, was_sent) = (None, None, 0, None, false);
        Ending { state, effects, deliver, transcript, recording, said, left, was_sent }
    }

    /// Whether what is said is kept with its request.
    pub(super) fn is_kept(&self) -> bool {
        self.effects.is_captured()
    }

    /// What a reply says that is sent at once.
    pub(super) fn say(&mut self, transcript: Transcript) {
        self.transcript = Some(transcript);
    }

    /// The head of a reply that is played is about to leave.
    pub(super) fn begin(&mut self, head: &str, is_stream: bool) {
        if self.is_kept() {
            self.recording = Some(Recording::new(head, is_stream));
            self.effects.begin(self.state);
        }
    }

    /// A part of what it says behind the head, which is as old as this.
    pub(super) fn add(&mut self, part: &[u8], begun: Instant) {
        self.said += part.len();
        if let Some(recording) = &mut self.recording {
            recording.add(part, begun.elapsed());
        }
    }

    /// An event is over.
    pub(super) fn close(&mut self) {
        if let Some(recording) = &mut self.recording {
            recording.close();
        }
    }

    /// All that was said has left.
    pub(super) fn all_left(&mut self) {
        self.left = Some(self.said);
    }

    /// These bytes have left beside those before, and no more will. The first `head` of them are no part of the body.
    pub(super) fn some_left(&mut self, bytes: &[u8], head: usize, is_chunked: bool) {
        let body = bytes.get(head..).unwrap_or_default();
        let more = if is_chunked { message::carried(body) } else { body.len() };
        if !bytes.is_empty() {
            self.left = Some(self.left.unwrap_or(0) + more);
        }
    }

    /// The last bytes are about to leave: who has read them is to find everything done. Says whether the
    /// reply is whole with them.
    pub(super) fn settle(&mut self, whole: bool) {
        let recorded = self.recording.take().map(Recording::into_transcript);
        let transcript = self.transcript.take().or(recorded);
        self.effects.settle(self.state, whole, transcript);
    }

    /// The last bytes have left.
    pub(super) fn sent(&mut self) {
        self.was_sent = true;
    }

    /// Whether anything of the reply has left, and whether all of it has.
    pub(super) fn has_left(&self) -> (bool, bool) {
        (self.was_sent || self.left.is_some(), self.was_sent)
    }

    /// They have not, and never will.
    pub(super) fn fail(&mut self) {
        if !self.was_sent {
            if self.left.is_some() {
                self.settle(false);
            }
            self.effects.fail(self.state, self.left);
        }
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.fail();
        let notices = self.effects.take_notices();
        if !notices.is_empty() {
            (self.deliver)(notices);
        }
    }
}
