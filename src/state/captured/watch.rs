//! Who waits for captured requests: each is shown those that come, and told once enough of them have passed its filter.
//! Never looks at the log, and never waits.

use crate::state::KeyId;
use crate::state::captured::entry::Entry;
use crate::state::captured::filter::Filter;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;

/// Everybody who waits.
#[derive(Default)]
pub(in crate::state) struct Watchers {
    /// How many they are: looked at by each request, which mostly finds nobody.
    count: AtomicUsize,
    /// Shared with who shows them a request, which is done without this lock.
    all: Mutex<Arc<Vec<Arc<Watcher>>>>,
}

/// One who waits.
struct Watcher {
    key: Option<KeyId>,
    filter: Filter,
    wanted: usize,
    /// Those that have passed: their places in the log, at which each counts once, and their keys.
    passed: Mutex<BTreeMap<u64, KeyId>>,
    came: SyncSender<()>,
}

/// A request that is to be shown to those who wait.
#[must_use]
pub(in crate::state) struct Offer {
    entry: Entry,
    to: Arc<Vec<Arc<Watcher>>>,
    /// Whether it is something of its reply that is new.
    is_answered: bool,
}

/// The wait of one, which ends when this is dropped.
pub(crate) struct Watch {
    watcher: Arc<Watcher>,
    among: Arc<Watchers>,
}

impl Watchers {
    /// Has somebody wait for so many requests. What it receives comes once, when they have passed.
    pub(super) fn add(
        self: &Arc<Watchers>,
        key: Option<KeyId>,
        filter: Filter,
        wanted: usize,
    ) -> (Watch, Receiver<()>) {
        let (came, receiver) = mpsc::sync_channel(1);
        let watcher = Arc::new(Watcher { key, filter, wanted, passed: Mutex::default(), came });
        let mut all = self.all();
        Arc::make_mut(&mut all).push(Arc::clone(&watcher));
        self.count.store(all.len(), Ordering::Release);
        drop(all);
        (Watch { watcher, among: Arc::clone(self) }, receiver)
    }

    pub(super) fn is_any(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }

    /// What shows them a request, where there is anybody.
    pub(super) fn offer(&self, entry: &Entry, is_answered: bool) -> Option<Offer> {
        if !self.is_any() {
            return None;
        }
        Some(Offer { entry: entry.clone(), to: Arc::clone(&self.all()), is_answered })
    }

    /// Those of a key, or all, have been forgotten.
    pub(super) fn forget(&self, key: Option<KeyId>) {
        for watcher in self.all().iter() {
            watcher.passed().retain(|_, of| key.is_some_and(|key| *of != key));
        }
    }

    fn all(&self) -> MutexGuard<'_, Arc<Vec<Arc<Watcher>>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offer {
    /// Shows it to all of them.
    pub(in crate::state) fn make(self) {
        // What a filter does not ask of a reply was told when the request came.
        let meant = self.to.iter().filter(|watcher| !self.is_answered || watcher.filter.asks_for_reply());
        meant.for_each(|watcher| watcher.see(&self.entry));
    }
}

impl Watcher {
    fn see(&self, entry: &Entry) {
        let is_seen = self.key.is_none_or(|key| key == entry.key);
        if !is_seen || !self.filter.lets_pass(entry, entry.number_for(self.key.is_some())) {
            return;
        }
        let mut passed = self.passed();
        passed.insert(entry.ticket.place, entry.key);
        if passed.len() >= self.wanted {
            // Once told is told.
            let _ = self.came.try_send(());
        }
    }

    fn passed(&self) -> MutexGuard<'_, BTreeMap<u64, KeyId>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Shows it a request that was there before.
    pub(in crate::state) fn see(&self, entry: &Entry) {
        self.watcher.see(entry);
    }

    /// Whose requests are meant.
    pub(in crate::state) fn key(&self) -> Option<KeyId> {
        self.watcher.key
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.watcher.filter
    }

    /// How many are waited for.
    pub(crate) fn wanted(&self) -> usize {
        self.watcher.wanted
    }

    /// The places of those that have passed.
    pub(in crate::state) fn places(&self) -> Vec<u64> {
        self.watcher.passed().keys().copied().collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut all = self.among.all();
        Arc::make_mut(&mut all).retain(|one| !Arc::ptr_eq(one, &self.watcher));
        self.among.count.store(all.len(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Request;
    use crate::state::captured::Captured;
    use std::time::SystemTime;

    fn open(captured: &mut Captured, key: &str) -> u64 {
        let request = Arc::new(Request::new("GET", "/v1/models"));
        let (ticket, offer) =
            captured.open(KeyId::of(key), "models", request, false, 0, SystemTime::UNIX_EPOCH);
        offer.into_iter().for_each(Offer::make);
        ticket.place
    }

    #[test]
    fn who_has_gone_is_shown_nothing() {
        let mut captured = Captured::new(1_000_000);
        let (first, _came) = captured.watch(None, Filter::default(), 1);
        let (second, _came) = captured.watch(None, Filter::default(), 1);
        assert!(first.among.is_any());
        drop(first);
        open(&mut captured, "a");
        assert_eq!(second.places(), [1]);
        let among = Arc::clone(&second.among);
        drop(second);
        assert!(!among.is_any() && among.all().is_empty());
    }

    #[test]
    fn a_log_that_keeps_nothing_is_waited_on_as_well() {
        let mut captured = Captured::new(0);
        let (watch, came) = captured.watch(Some(KeyId::of("a")), Filter::default(), 2);
        open(&mut captured, "a");
        open(&mut captured, "b");
        assert!(came.try_recv().is_err());
        open(&mut captured, "a");
        assert!(came.try_recv().is_ok());
        assert_eq!(watch.places(), [1, 3]);
    }

    #[test]
    fn a_request_counts_once_however_often_it_is_shown() {
        let mut captured = Captured::new(1_000_000);
        let place = open(&mut captured, "a");
        let filter = Filter { status: Some(200), ..Filter::default() };
        let (watch, came) = captured.watch(None, filter, 2);
        for _ in 0..2 {
            captured
                .answered(place, None, Some(false), crate::rules::Verdict::default())
                .into_iter()
                .for_each(Offer::make);
            captured.begun(place, 200).into_iter().for_each(Offer::make);
            captured.ended(place, 200, Some(true), None).into_iter().for_each(Offer::make);
            captured.cut_short(place, Some(0)).into_iter().for_each(Offer::make);
        }
        assert!(came.try_recv().is_err());
        assert_eq!(watch.places(), [place]);
        captured.forget(Some(KeyId::of("b")), true);
        assert_eq!(watch.places(), [place]);
        captured.forget(Some(KeyId::of("a")), true);
        assert!(watch.places().is_empty());
    }
}
