//! What a reply does once it has been sent, or has failed to be: data until then. Whoever plays the reply
//! runs its effects, once, before its last bytes leave, so that who has read its end finds them done.

use crate::state::InFlight;
use crate::state::KeyId;
use crate::state::State;
use crate::state::StoredItem;
use crate::state::Transcript;
use std::sync::Arc;

/// An event for the configured webhook: told once the reply has been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which delivery it is, `wh_...`; the same at each attempt.
    pub id: String,
    /// The event's type, such as `response.completed`.
    pub kind: &'static str,
    /// The event, JSON.
    pub body: Vec<u8>,
}

/// What a reply does once it has been sent.
#[derive(Debug, Default)]
pub struct Effects {
    /// What is noted with the request that it answers.
    captured: Option<Noting>,
    joins: Vec<Joining>,
    /// The turn of a conversation that is under way until then.
    turn: Option<Arc<()>>,
    notices: Vec<Notice>,
    /// Counts as a request in flight until then.
    in_flight: Option<InFlight>,
}

/// What is noted of a reply, where its request was captured.
#[derive(Debug)]
struct Noting {
    place: u64,
    status: u16,
    /// Whether it is noted that it was sent to its end: of one that is sent at once, only that it was not.
    is_tracked: bool,
}

/// Items that join a conversation.
pub(crate) struct Joining {
    pub(crate) key: KeyId,
    pub(crate) conversation: String,
    /// Tells the conversation from one that has got its id after a reset.
    pub(crate) identity: Arc<()>,
    pub(crate) items: Vec<StoredItem>,
}

impl std::fmt::Debug for Joining {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} items join {}", self.items.len(), self.conversation)
    }
}

impl Effects {
    /// The reply is kept where its request was captured. `is_tracked` says whether it is noted that it was sent to its
    /// end.
    pub(crate) fn note(&mut self, place: u64, status: u16, is_tracked: bool) {
        self.captured = Some(Noting { place, status, is_tracked });
    }

    /// Whether the reply is kept.
    pub(crate) fn is_captured(&self) -> bool {
        self.captured.is_some()
    }

    /// Items join a conversation.
    pub(crate) fn join(&mut self, joining: Joining) {
        self.joins.push(joining);
    }

    /// A turn of a conversation ends.
    pub(crate) fn end_turn(&mut self, turn: Arc<()>) {
        self.turn = Some(turn);
    }

    /// The request is in flight no more.
    pub(crate) fn leave(&mut self, in_flight: Option<InFlight>) {
        self.in_flight = in_flight;
    }

    /// The webhook is told of an event, if there is one.
    pub(crate) fn tell(&mut self, notice: Option<Notice>) {
        self.notices.extend(notice);
    }

    /// Does all of it, as after a reply that was sent whole; returns what the webhook is to be told, in this
    /// order. For who answers requests without a server; [`Reply::run`](crate::Reply::run) keeps the reply as well.
    pub fn run(mut self, state: &State) -> Vec<Notice> {
        self.settle(state, true, None);
        self.take_notices()
    }

    /// The reply's head is about to leave.
    pub(crate) fn begin(&self, state: &State) {
        if let Some(Noting { place, status, .. }) = self.captured {
            state.begun(place, status);
        }
    }

    /// Notes whether the reply was sent whole and what of it is kept, and does what changes the state: what was not
    /// sent whole joins no conversation. Done again, it only corrects what was noted.
    pub(crate) fn settle(&mut self, state: &State, whole: bool, transcript: Option<Transcript>) {
        if let Some(Noting { place, status, is_tracked }) = self.captured {
            state.ended(place, status, is_tracked.then_some(whole), transcript);
        }
        self.finish(state, whole);
    }

    /// The same where it was not sent to its end: so many bytes of its body have left, or not even its head.
    pub(crate) fn fail(&mut self, state: &State, left: Option<usize>) {
        if let Some(Noting { place, .. }) = self.captured {
            state.cut_short(place, left);
        }
        self.finish(state, false);
    }

    fn finish(&mut self, state: &State, whole: bool) {
        for joining in std::mem::take(&mut self.joins).into_iter().filter(|_| whole) {
            joining.run(state);
        }
        self.turn = None;
        self.in_flight = None;
    }

    /// What the webhook is to be told, once.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }
}

impl Joining {
    fn run(self, state: &State) {
        let Joining { key, conversation, identity, items } = self;
        state.store(key, |store| {
            store.conversations.change(&conversation, |conversation| {
                if Arc::ptr_eq(&conversation.identity, &identity) {
                    for item in items {
                        conversation.add(item);
                    }
                }
            })
        });
    }
}
