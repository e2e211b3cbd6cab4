//! The log of captured requests: one log, bounded by bytes, oldest out first. A key is a filter on it.

mod differing;
mod entry;
mod filter;
mod listing;
mod parts;
mod printed;
mod request;
mod transcript;
mod watch;

pub(crate) use entry::Judged;
pub(crate) use entry::RetryAdvice;
pub(crate) use entry::Ticket;
pub(crate) use filter::Filter;
pub(crate) use filter::model_of;
pub(crate) use listing::Listed;
pub(crate) use listing::Listing;
pub(crate) use request::CapturedRequest;
pub(crate) use transcript::Transcript;
pub(in crate::state) use watch::Offer;
pub(crate) use watch::Watch;

use crate::http::Request;
use crate::rules::Verdict;
use crate::state::KeyId;
use crate::state::digest;
use entry::Entry;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc::Receiver;
use std::time::SystemTime;
use watch::Watchers;

/// Replies take no more than this part of what may be kept. Written to as much memory as all of it is, which is cold,
/// those of streams made these a tenth slower.
const REPLIES: usize = 64;

/// So many requests are looked at while the lock is held.
const SLICE: usize = 512;

/// More keys than this, and those without a captured request are forgotten.
const KEYS: usize = 65_536;

/// What was captured, of one key or of all.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Totals {
    /// The last number given.
    number: u64,
    /// How many since the log was cleared.
    count: u64,
    /// How many of those had to go.
    dropped: u64,
}

pub(super) struct Captured {
    entries: VecDeque<Entry>,
    /// Where there are replies, the oldest first; some may be gone.
    replied: VecDeque<u64>,
    /// The part of the bytes that replies take.
    reply_bytes: usize,
    bytes: usize,
    limit: usize,
    places: u64,
    all: Totals,
    keys: HashMap<KeyId, Totals>,
    /// Those of them without a captured request.
    idle: BTreeSet<KeyId>,
    watchers: Arc<Watchers>,
}

impl Captured {
    pub(super) fn new(limit: usize) -> Captured {
        let (all, keys, idle) = (Totals::default(), HashMap::new(), BTreeSet::new());
        let (entries, replied, watchers) = (VecDeque::new(), VecDeque::new(), Arc::default());
        Captured { entries, replied, reply_bytes: 0, bytes: 0, limit, places: 0, all, keys, idle, watchers }
    }

    pub(super) fn open(
        &mut self,
        key: KeyId,
        kind: &'static str,
        request: Arc<Request>,
        asks: bool,
        content: u128,
        at: SystemTime,
    ) -> (Ticket, Option<Offer>) {
        if self.keys.len() >= KEYS && !self.keys.contains_key(&key) {
            for idle in std::mem::take(&mut self.idle) {
                self.keys.remove(&idle);
            }
        }
        self.idle.remove(&key);
        let of_key = self.keys.entry(key).or_default();
        for totals in [&mut self.all, &mut *of_key] {
            totals.number += 1;
            totals.count += 1;
        }
        let number_of_key = of_key.number;
        // From the key's own numbering, so that tests running side by side get the ids they would
        // get alone.
        let id = digest(&[&key.bytes(), &number_of_key.to_be_bytes(), &content.to_be_bytes()]);
        self.places += 1;
        let ticket = Ticket { place: self.places, id };
        let entry = Entry {
            ticket,
            number: self.all.number,
            key,
            number_of_key,
            kind,
            request,
            at,
            status: None,
            ended: None,
            is_stream: false,
            reply: None,
            asks,
            verdict: None,
            retry: None,
        };
        let offer = self.watchers.offer(&entry, false);
        self.bytes += entry.size();
        self.entries.push_back(entry);
        self.drop_what_is_too_much();
        (ticket, offer)
    }

    fn drop_what_is_too_much(&mut self) {
        while self.bytes > self.limit {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        self.bytes -= oldest.size();
        self.reply_bytes -= oldest.reply_size();
        while self.replied.front().is_some_and(|place| *place <= oldest.ticket.place) {
            self.replied.pop_front();
        }
        self.all.dropped += 1;
        if let Some(totals) = self.keys.get_mut(&oldest.key) {
            totals.dropped += 1;
            if totals.dropped == totals.count {
                self.idle.insert(oldest.key);
            }
        }
    }

    /// Where a place is among the entries.
    fn position(&self, place: u64) -> Option<usize> {
        // Where no key has been reset, places have no gaps.
        let first = self.entries.front()?.ticket.place;
        let guess = usize::try_from(place.checked_sub(first)?).ok()?;
        match self.entries.get(guess) {
            Some(entry) if entry.ticket.place == place => Some(guess),
            _ => self.entries.binary_search_by_key(&place, |entry| entry.ticket.place).ok(),
        }
    }

    fn find(&mut self, place: u64) -> Option<&mut Entry> {
        self.position(place).and_then(|at| self.entries.get_mut(at))
    }

    pub(super) fn get(&self, place: u64) -> Option<&Entry> {
        self.position(place).and_then(|at| self.entries.get(at))
    }

    /// Some entries behind a place, none at the end: what they hold is shared, so that it is read without the lock.
    pub(super) fn behind(&self, place: u64) -> Vec<Entry> {
        let start = self.entries.partition_point(|entry| entry.ticket.place <= place);
        self.entries.range(start..).take(SLICE).cloned().collect()
    }

    /// What was captured of a key or of all until now, and the last place of it.
    fn totals(&self, key: Option<KeyId>) -> (Totals, u64) {
        let totals = match key {
            None => self.all,
            Some(key) => self.keys.get(&key).copied().unwrap_or_default(),
        };
        (totals, self.places)
    }

    /// Notes more about a request, within what may be kept.
    fn note(&mut self, place: u64, with: impl FnOnce(&mut Entry)) -> Option<Offer> {
        self.change(place, with)?;
        let offer = self.offer(place);
        self.drop_what_is_too_much();
        offer
    }

    /// Changes what is known of a request.
    fn change(&mut self, place: u64, with: impl FnOnce(&mut Entry)) -> Option<()> {
        let entry = self.find(place)?;
        let before = (entry.size(), entry.reply_size());
        with(entry);
        let after = (entry.size(), entry.reply_size());
        self.bytes = self.bytes + after.0 - before.0;
        self.reply_bytes = self.reply_bytes + after.1 - before.1;
        Some(())
    }

    /// What shows a request of which more is known now to those who wait.
    fn offer(&mut self, place: u64) -> Option<Offer> {
        if !self.watchers.is_any() {
            return None;
        }
        self.watchers.offer(self.get(place)?, true)
    }

    /// What a request will be answered with: no status yet where its reply does not begin at once.
    pub(super) fn answered(
        &mut self,
        place: u64,
        status: Option<u16>,
        ended: Option<bool>,
        verdict: Verdict,
    ) -> Option<Offer> {
        let entry = self.find(place)?;
        entry.status = status;
        entry.ended = ended;
        if verdict.is_empty() {
            return self.offer(place);
        }
        self.note(place, |entry| entry.verdict = Some(Arc::new(verdict)))
    }

    /// A reply has begun.
    pub(super) fn begun(&mut self, place: u64, status: u16) -> Option<Offer> {
        self.find(place)?.status = Some(status);
        self.offer(place)
    }

    /// A reply has ended.
    pub(super) fn ended(
        &mut self,
        place: u64,
        status: u16,
        ended: Option<bool>,
        transcript: Option<Transcript>,
    ) -> Option<Offer> {
        let offer = self.note(place, |entry| {
            entry.status = Some(status);
            entry.ended = ended;
            if let Some(transcript) = transcript {
                entry.is_stream = transcript.is_stream();
                entry.reply = Some(Arc::new(transcript));
            }
        });
        if self.get(place).is_some_and(|entry| entry.reply.is_some()) {
            self.replied.push_back(place);
            self.drop_replies();
        }
        offer
    }

    /// Drops the oldest replies where there are too many; never the newest.
    fn drop_replies(&mut self) {
        while self.reply_bytes > self.limit / REPLIES && self.replied.len() > 1 {
            let Some(oldest) = self.replied.pop_front() else { return };
            self.change(oldest, |entry| entry.reply = None);
        }
    }

    /// No more than so many bytes of a reply's body have left; `None` where it has not even begun.
    pub(super) fn cut_short(&mut self, place: u64, left: Option<usize>) -> Option<Offer> {
        self.note(place, |entry| {
            entry.ended = Some(false);
            let Some(left) = left else {
                (entry.status, entry.reply, entry.is_stream) = (None, None, false);
                return;
            };
            if let Some(shortened) = entry.reply.as_ref().and_then(|reply| reply.shortened(left)) {
                entry.reply = Some(Arc::new(shortened));
            }
        })
    }

    /// Notes what a reply says of trying again.
    pub(super) fn advised(&mut self, place: u64, advice: RetryAdvice) {
        if let Some(entry) = self.find(place) {
            entry.retry = Some(Box::new(advice));
        }
    }

    /// Has somebody wait for what comes from now on.
    pub(super) fn watch(&self, key: Option<KeyId>, filter: Filter, wanted: usize) -> (Watch, Receiver<()>) {
        self.watchers.add(key, filter, wanted)
    }

    /// Forgets the requests of a key, or all; `numbers` too, so that they start again at 1.
    pub(super) fn forget(&mut self, key: Option<KeyId>, numbers: bool) {
        self.watchers.forget(key);
        match key {
            None => {
                // Not `clear`: the memory goes back as well.
                (self.entries, self.replied) = (VecDeque::new(), VecDeque::new());
                (self.bytes, self.reply_bytes) = (0, 0);
                clear(&mut self.all, numbers);
                if numbers {
                    self.keys.clear();
                    self.idle.clear();
                } else {
                    self.keys.values_mut().for_each(|totals| clear(totals, false));
                    self.idle.extend(self.keys.keys());
                }
            }
            Some(key) => {
                self.entries.retain(|entry| entry.key != key);
                self.bytes = self.entries.iter().map(Entry::size).sum();
                self.reply_bytes = self.entries.iter().map(Entry::reply_size).sum();
                let replied = self.entries.iter().filter(|entry| entry.reply.is_some());
                self.replied = replied.map(|entry| entry.ticket.place).collect();
                if let Some(totals) = self.keys.get_mut(&key) {
                    self.all.count -= totals.count;
                    self.all.dropped -= totals.dropped;
                    clear(totals, numbers);
                    self.idle.insert(key);
                }
            }
        }
    }

    /// The captured request that a key, or all, knows by this number.
    pub(super) fn judged(&self, key: Option<KeyId>, number: u64) -> Option<Judged> {
        let of_key = self.entries.iter().filter(|entry| key.is_none_or(|key| entry.key == key));
        let is_meant = |entry: &&Entry| entry.number_for(key.is_some()) == number;
        let Entry { request, status, verdict, key, .. } = of_key.rev().find(is_meant)?;
        let (request, verdict) = (Arc::clone(request), verdict.clone());
        Some(Judged { request, status: *status, verdict, key: *key })
    }
}

/// A panic elsewhere while the lock was held left a log that is still a log.
pub(super) fn locked(log: &Mutex<Captured>) -> MutexGuard<'_, Captured> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

fn clear(totals: &mut Totals, numbers: bool) {
    let number = if numbers { 0 } else { totals.number };
    *totals = Totals { number, ..Totals::default() };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Request;

    fn open(captured: &mut Captured, key: usize) -> KeyId {
        let key = KeyId::of(&key.to_string());
        let _ = captured.open(
            key,
            "chat",
            Arc::new(Request::new("GET", "/v1/models")),
            false,
            0,
            SystemTime::UNIX_EPOCH,
        );
        key
    }

    #[test]
    fn each_part_of_a_request_counts_into_the_bytes() {
        let bytes = |request: Request| {
            let mut captured = Captured::new(1_000_000);
            let (key, request) = (KeyId::of("a"), Arc::new(request));
            let _ = captured.open(key, "chat", request, false, 0, SystemTime::UNIX_EPOCH);
            captured.bytes
        };
        let long = "x".repeat(1000);
        let least = bytes(Request::new("GET", "/"));
        assert!(least >= size_of::<Entry>() + size_of::<Request>());
        for request in [
            Request::new(&format!("GET{long}"), "/"),
            Request::new("GET", &format!("/{long}")),
            Request::new("GET", &format!("/?{long}")),
            Request::new("GET", "/").with_header("x", &long),
            Request { body: long.clone().into_bytes(), ..Request::new("GET", "/") },
        ] {
            let more = bytes(request);
            assert!(more >= least + 1000, "{more} after {least}");
        }
        // What just fits is kept.
        for (limit, kept) in [(2 * least, 2), (2 * least - 1, 1), (least, 1), (least - 1, 0)] {
            let mut captured = Captured::new(limit);
            for _ in 0..3 {
                let request = Arc::new(Request::new("GET", "/"));
                let _ = captured.open(KeyId::of("a"), "chat", request, false, 0, SystemTime::UNIX_EPOCH);
            }
            assert_eq!(captured.entries.len(), kept, "{limit}");
        }
    }

    #[test]
    fn what_rules_made_of_a_request_counts_into_the_bytes() {
        let mut captured = Captured::new(1_000_000);
        open(&mut captured, 0);
        let (place, before) = (captured.places, captured.bytes);
        let notes = vec!["x".repeat(1000)];
        let _ = captured.answered(place, Some(200), None, Verdict { notes, ..Verdict::default() });
        assert!(captured.bytes >= before + 1000);
        captured.forget(None, false);
        assert_eq!(captured.bytes, 0);
    }

    #[test]
    fn the_oldest_replies_go_before_their_requests() {
        let mut captured = Captured::new(640_000);
        let reply = |length: usize| Some(Transcript::short("", &vec![b'x'; length]));
        for key in 0..60 {
            open(&mut captured, key % 2);
            captured.ended(captured.places, 200, None, reply(1000));
        }
        let with_reply = |captured: &Captured| {
            let sizes = captured.entries.iter().map(Entry::reply_size).filter(|size| *size > 0);
            (captured.entries.len(), sizes.clone().count(), sizes.sum::<usize>())
        };
        let (requests, replies, bytes) = with_reply(&captured);
        assert_eq!((requests, captured.reply_bytes, captured.replied.len()), (60, bytes, replies));
        assert!((5..10).contains(&replies) && bytes <= 10_000, "{replies} of {bytes}");
        assert!(captured.entries[59].reply.is_some() && captured.entries[0].reply.is_none());
        // The newest stays, however long it is.
        open(&mut captured, 1);
        captured.ended(61, 200, None, reply(50_000));
        assert_eq!(with_reply(&captured).1, 1);
        captured.cut_short(61, Some(10));
        assert_eq!(captured.reply_bytes, with_reply(&captured).2);
        captured.forget(Some(KeyId::of("1")), false);
        assert_eq!((captured.reply_bytes, captured.replied.len()), (0, 0));
        for _ in 0..3000 {
            open(&mut captured, 0);
            captured.ended(captured.places, 200, None, reply(1));
        }
        let (requests, replies, bytes) = with_reply(&captured);
        assert!(captured.replied.len() <= requests && captured.bytes <= 640_000);
        assert_eq!((captured.reply_bytes, captured.replied.len()), (bytes, replies));
    }

    #[test]
    fn of_a_stream_is_known_that_it_was_one_when_its_reply_is_gone() {
        let mut captured = Captured::new(64_000);
        let stream = || {
            let mut events = crate::play::Events::default();
            events.data(&[b'x'; 2000]);
            Some(Transcript::events("", events, Vec::new()))
        };
        for _ in 0..3 {
            open(&mut captured, 0);
            captured.ended(captured.places, 200, Some(false), stream());
        }
        assert!(captured.entries[0].reply.is_none());
        assert!(captured.entries.iter().all(|entry| entry.is_stream));
        // What is not kept leaves nothing behind.
        captured.forget(None, true);
        captured.ended(1, 200, Some(true), stream());
        assert!(captured.replied.is_empty());
    }

    #[test]
    fn keys_without_a_request_go_when_there_are_many() {
        let mut captured = Captured::new(1_000_000);
        let first = open(&mut captured, 0);
        for key in 1..KEYS {
            open(&mut captured, key);
        }
        let held: BTreeSet<KeyId> = captured.entries.iter().map(|entry| entry.key).collect();
        let idle: BTreeSet<KeyId> = captured.keys.keys().copied().filter(|key| !held.contains(key)).collect();
        assert_eq!((captured.keys.len(), &captured.idle), (KEYS, &idle));
        assert!(!held.is_empty() && idle.contains(&first));
        // One that is back in time keeps its numbers.
        open(&mut captured, 0);
        open(&mut captured, KEYS);
        assert!(captured.idle.len() <= 2 && captured.keys.len() <= held.len() + 2);
        assert_eq!(captured.keys[&first].number, 2);
        for (forgotten, numbers) in [(Some(first), false), (Some(first), true), (None, false), (None, true)] {
            captured.forget(forgotten, numbers);
            let held: BTreeSet<KeyId> = captured.entries.iter().map(|entry| entry.key).collect();
            assert!(captured.keys.keys().all(|key| held.contains(key) != captured.idle.contains(key)));
            open(&mut captured, 0);
        }
        assert_eq!((captured.keys.len(), captured.idle.len()), (1, 0));
    }
}
