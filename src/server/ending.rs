//! What a reply does when it has ended or failed: once, whatever becomes of it, also where the client has
//! gone or a panic ends the writing. Never writes to a socket.

use crate::reply::Effects;
use crate::reply::Notice;
use crate::state::State;

pub(super) struct Ending<'a> {
    state: &'a State,
    effects: Effects,
    /// Takes what the webhook is to be told.
    deliver: &'a dyn Fn(Vec<Notice>),
    was_sent: bool,
}

impl<'a> Ending<'a> {
    pub(super) fn new(state: &'a State, effects: Effects, deliver: &'a dyn Fn(Vec<Notice>)) -> Ending<'a> {
        Ending { state, effects, deliver, was_sent: false }
    }

    /// The last bytes are about to leave: who has read them is to find everything done. Says whether the
    /// reply is whole with them.
    pub(super) fn settle(&mut self, whole: bool) {
        self.effects.settle(self.state, whole);
    }

    /// The last bytes have left.
    pub(super) fn sent(&mut self) {
        self.was_sent = true;
    }

    /// They have not, and never will.
    pub(super) fn fail(&mut self) {
        if !self.was_sent {
            self.settle(false);
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
