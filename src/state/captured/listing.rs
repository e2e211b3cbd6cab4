//! A list of captured requests: which of those that pass a filter, in which order, and how many there are. Never holds
//! the log's lock while it reads a body or prints one.

use crate::json::Json;
use crate::state::KeyId;
use crate::state::captured::Captured;
use crate::state::captured::Totals;
use crate::state::captured::entry::Entry;
use crate::state::captured::filter::Filter;
use crate::state::captured::locked;
use crate::state::captured::printed::print_entry;
use std::sync::Arc;
use std::sync::Mutex;

/// A piece of the list ends with the request that makes it this long.
const PIECE: usize = 64 * 1024;

/// So many requests are fetched at a time: they stay in memory until they are printed, also if the log drops them.
const FETCHED: usize = 32;

/// What to list. The default lists all, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) filter: Filter,
    /// At most so many.
    pub(crate) limit: Option<usize>,
    /// Whether a limit leaves the first ones in the order of the list, for a page behind another one; otherwise it
    /// leaves the newest.
    pub(crate) from_start: bool,
    pub(crate) newest_first: bool,
    /// Whether the replies are listed as well.
    pub(crate) with_replies: bool,
}

impl Listing {
    /// The list that a key sees, or who sees all, as it is now.
    pub(in crate::state) fn list(&self, log: &Arc<Mutex<Captured>>, key: Option<KeyId>) -> Listed {
        let (totals, passing) = self.passing(log, key);
        // What was dropped can no longer be asked whether it passes a filter.
        let count = if self.filter.selects_all() { totals.count } else { passing.len() as u64 };
        let (mut places, has_more) = self.cut(passing);
        places.reverse();
        let mut opening = Json::default();
        opening.raw(r#"{"requests":["#);
        let mut closing = Json::default();
        closing.raw(r#"],"count":"#).number(count);
        closing.raw(r#","dropped":"#).number(totals.dropped);
        closing.raw(r#","has_more":"#).flag(has_more).raw("}");
        Listed {
            log: Arc::clone(log),
            is_of_key: key.is_some(),
            with_replies: self.with_replies,
            places,
            fetched: Vec::new(),
            begun: opening,
            separator: "",
            closing: Some(closing),
        }
    }

    /// The places of those that pass, oldest first, and what was counted when they began to be looked for: what
    /// arrives later is not among them.
    fn passing(&self, log: &Mutex<Captured>, key: Option<KeyId>) -> (Totals, Vec<u64>) {
        let (totals, end) = locked(log).totals(key);
        let (mut passing, mut seen) = (Vec::new(), 0);
        while seen < end {
            let slice = locked(log).behind(seen);
            let Some(last) = slice.last() else { break };
            seen = last.ticket.place;
            let passes = |entry: &&Entry| {
                entry.ticket.place <= end
                    && key.is_none_or(|key| entry.key == key)
                    && self.filter.lets_pass(entry, entry.number_for(key.is_some()))
            };
            passing.extend(slice.iter().filter(passes).map(|entry| entry.ticket.place));
        }
        (totals, passing)
    }

    /// Of those that pass, oldest first, the ones that are listed, and whether some are not.
    fn cut(&self, mut passing: Vec<u64>) -> (Vec<u64>, bool) {
        let kept = self.limit.unwrap_or(usize::MAX).min(passing.len());
        let has_more = kept < passing.len();
        if self.from_start && !self.newest_first {
            passing.truncate(kept);
        } else {
            passing.drain(..passing.len() - kept);
        }
        if self.newest_first {
            passing.reverse();
        }
        (passing, has_more)
    }
}

/// A list that is printed piece by piece, as it is taken:
/// `{"requests":[...],"count":2,"dropped":0,"has_more":false}`. What the log has dropped in the meantime is left out.
pub(crate) struct Listed {
    log: Arc<Mutex<Captured>>,
    is_of_key: bool,
    with_replies: bool,
    /// Where those are that are still to be fetched, the next one last.
    places: Vec<u64>,
    /// Those that are still to be printed, the next one last.
    fetched: Vec<Entry>,
    /// What the next piece begins with.
    begun: Json,
    /// What stands before the next request.
    separator: &'static str,
    /// What stands behind the last request, until it is printed.
    closing: Option<Json>,
}

impl Listed {
    /// The next one that the log still has.
    fn next_entry(&mut self) -> Option<Entry> {
        while self.fetched.is_empty() && !self.places.is_empty() {
            let next = self.places.split_off(self.places.len().saturating_sub(FETCHED));
            let log = locked(&self.log);
            self.fetched.extend(next.into_iter().filter_map(|place| log.get(place).cloned()));
        }
        self.fetched.pop()
    }
}

impl Iterator for Listed {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let closing = self.closing.take()?;
        let mut json = std::mem::take(&mut self.begun);
        while json.as_bytes().len() < PIECE {
            let Some(entry) = self.next_entry() else {
                json.write(|out| out.extend_from_slice(closing.as_bytes()));
                return Some(json.into_bytes());
            };
            json.raw(std::mem::replace(&mut self.separator, ","));
            print_entry(&mut json, &entry, entry.number_for(self.is_of_key), self.with_replies);
        }
        self.closing = Some(closing);
        Some(json.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Request;
    use proptest::prelude::any;
    use std::time::SystemTime;

    /// A log with a request for each of the bodies, of which so many bytes are kept.
    fn log_of(bodies: &[Vec<u8>], limit: usize) -> Arc<Mutex<Captured>> {
        let mut captured = Captured::new(limit);
        for body in bodies {
            let request = Request { body: body.clone(), ..Request::new("POST", "/v1/x") };
            let _ =
                captured.open(KeyId::of("k"), "chat", Arc::new(request), false, 0, SystemTime::UNIX_EPOCH);
        }
        Arc::new(Mutex::new(captured))
    }

    fn numbers(list: &[u8]) -> Vec<u64> {
        let list: serde_json::Value = serde_json::from_slice(list).expect("JSON");
        let requests = list["requests"].as_array().expect("a list").iter();
        requests.filter_map(|request| request["n"].as_u64()).collect()
    }

    #[test]
    fn a_long_list_comes_in_pieces_of_a_bounded_size() {
        let bodies = vec![vec![b'x'; 1000]; 2000];
        let log = log_of(&bodies, 100_000_000);
        let pieces: Vec<Vec<u8>> = Listing::default().list(&log, None).collect();
        let (last, others) = pieces.split_last().expect("a piece");
        assert!(others.len() > 30 && last.len() < PIECE + 2000);
        assert!(others.iter().all(|piece| (PIECE..PIECE + 2000).contains(&piece.len())));
        assert_eq!(numbers(&pieces.concat()), (1..=2000).collect::<Vec<_>>());
    }

    #[test]
    fn what_changes_meanwhile_changes_the_list_by_what_is_gone() {
        let bodies = vec![vec![b'x'; 1000]; 2000];
        let log = log_of(&bodies, 100_000_000);
        let filter = Filter { text: Some("x".to_owned()), ..Filter::default() };
        let mut list = Listing { filter, ..Listing::default() }.list(&log, None);
        let mut read = list.next().expect("a piece");
        locked(&log).forget(None, true);
        for _ in 0..3000 {
            let request = Arc::new(Request { body: b"x".to_vec(), ..Request::new("POST", "/v1/y") });
            let _ = locked(&log).open(KeyId::of("k"), "chat", request, false, 0, SystemTime::UNIX_EPOCH);
        }
        list.by_ref().for_each(|piece| read.extend(piece));
        let listed = numbers(&read);
        assert!((40..200).contains(&listed.len()) && listed.is_sorted(), "{listed:?}");
        assert!(read.ends_with(br#"],"count":2000,"dropped":0,"has_more":false}"#));
        assert_eq!(list.next(), None);
    }

    proptest::proptest! {
        #[test]
        fn pieces_put_together_are_the_list(
            bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9), 0..80),
            long in 0usize..100_000,
            limit in proptest::option::of(0usize..80),
            (from_start, newest_first, of_key) in any::<(bool, bool, bool)>(),
        ) {
            let mut bodies = bodies;
            bodies.extend((0..3).map(|_| vec![b'x'; long]));
            let log = log_of(&bodies, 100_000_000);
            let listing = Listing { limit, from_start, newest_first, ..Listing::default() };
            let list = listing.list(&log, of_key.then(|| KeyId::of("k")));
            let pieces: Vec<Vec<u8>> = list.collect();
            proptest::prop_assert!(pieces.iter().rev().skip(1).all(|piece| piece.len() >= PIECE));
            let mut expected: Vec<u64> = (1..=bodies.len() as u64).collect();
            let kept = limit.unwrap_or(usize::MAX).min(expected.len());
            if newest_first {
                expected.reverse();
                expected.truncate(kept);
            } else if from_start {
                expected.truncate(kept);
            } else {
                expected.drain(..bodies.len() - kept);
            }
            proptest::prop_assert_eq!(numbers(&pieces.concat()), expected);
        }
    }
}
