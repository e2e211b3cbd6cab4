//! A reply that is not known yet: what it waits for, for how long, and how it is made then. Never waits: the server
//! does, which plays it.

use crate::reply::Reply;
use crate::state::State;
use std::fmt;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// A reply that is not known yet.
pub struct Awaited {
    came: Receiver<()>,
    at_most: Duration,
    make: Box<dyn FnOnce(&State) -> Reply + Send>,
}

impl Awaited {
    /// One that is made as soon as something comes, or when so much time has passed.
    pub(crate) fn new(
        came: Receiver<()>,
        at_most: Duration,
        make: impl FnOnce(&State) -> Reply + Send + 'static,
    ) -> Awaited {
        Awaited { came, at_most, make: Box::new(make) }
    }

    /// What is waited for: something is sent, once.
    pub fn came(&self) -> &Receiver<()> {
        &self.came
    }

    /// How long that is waited for.
    pub fn at_most(&self) -> Duration {
        self.at_most
    }

    /// The reply as things stand now.
    pub(super) fn make(self, state: &State) -> Reply {
        (self.make)(state)
    }
}

impl fmt::Debug for Awaited {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "known in {:?}", self.at_most)
    }
}
