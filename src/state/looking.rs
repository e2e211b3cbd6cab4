//! Looking at the log: through all of it, and at what comes. Never holds its lock for longer than a few requests take.

use crate::state::CapturedRequest;
use crate::state::Filter;
use crate::state::KeyId;
use crate::state::State;
use crate::state::Watch;
use std::sync::mpsc::Receiver;

impl State {
    /// Goes through the captured requests that a key sees, or all, the oldest first.
    pub(crate) fn each_captured(&self, key: Option<KeyId>, mut with: impl FnMut(CapturedRequest)) {
        let mut place = 0;
        loop {
            let batch = self.captured().behind(place);
            let Some(last) = batch.last() else { return };
            place = last.ticket.place;
            let seen = batch.into_iter().filter(|entry| key.is_none_or(|key| entry.key == key));
            seen.for_each(|entry| with(CapturedRequest::new(entry, key.is_some())));
        }
    }

    /// Waits for so many requests that pass a filter, those that are there already among them. What is received comes
    /// once, when they have passed.
    pub(crate) fn watch(&self, key: Option<KeyId>, filter: Filter, wanted: usize) -> (Watch, Receiver<()>) {
        // What comes from now on is shown to it, and what came before is gone through: what is both counts once.
        let (watch, came) = self.captured().watch(key, filter, wanted);
        let mut place = 0;
        loop {
            let batch = self.captured().behind(place);
            let Some(last) = batch.last() else { return (watch, came) };
            place = last.ticket.place;
            for entry in &batch {
                watch.see(entry);
            }
        }
    }

    /// How many requests have passed by now, and of these the ones that are still there.
    pub(crate) fn passed(&self, watch: &Watch) -> (usize, Vec<CapturedRequest>) {
        let places = watch.places();
        let found = places.iter().filter_map(|place| {
            let entry = self.captured().get(*place).cloned()?;
            Some(CapturedRequest::new(entry, watch.key().is_some()))
        });
        (places.len(), found.collect())
    }
}
