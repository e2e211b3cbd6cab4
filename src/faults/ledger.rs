//! The faults that were given at run time, and how often each order has struck. What a reset forgets. Bounded.

use crate::faults::order::FaultCount;
use crate::faults::order::FaultId;
use crate::faults::order::FaultOrder;
use crate::faults::order::FaultSubject;
use crate::http::KeyId;
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// More than this are not taken at run time.
const MOST_GIVEN: usize = 10_000;
/// More counts than this, and the oldest are forgotten.
const MOST_COUNTS: usize = 65_536;

/// The faults of a server.
#[derive(Debug, Default)]
pub(crate) struct FaultLedger {
    /// Whether any was given: looked at by each request, which mostly need not look further.
    in_use: AtomicBool,
    kept: Mutex<KeptFaults>,
}

#[derive(Debug, Default)]
struct KeptFaults {
    /// Those for all keys and those for one, in the order in which they came.
    all: Vec<GivenFault>,
    keys: BTreeMap<KeyId, Vec<GivenFault>>,
    /// How many they are.
    given: usize,
    /// The number of the last one.
    number: u64,
    counts: BTreeMap<(KeyId, FaultSource), FaultCount>,
    /// The same, the oldest first. May have more than there are.
    counted: VecDeque<(KeyId, FaultSource)>,
}

/// An order that was given at run time.
#[derive(Clone, Debug)]
struct GivenFault {
    number: u64,
    order: Arc<FaultOrder>,
}

/// The same, as it is told.
pub(crate) struct ListedFault {
    pub(crate) number: u64,
    pub(crate) order: Arc<FaultOrder>,
    pub(crate) is_of_one_key: bool,
    pub(crate) struck: u64,
}

/// What tells an order from another one of the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultSource {
    /// It came with the request: in a header, a key, or a model. The hash of its text.
    Sent(u64),
    /// It was given at run time, with this number.
    Given(u64),
    /// It is one of a rule's.
    Rule(FaultId),
}

impl FaultSource {
    /// That of an order that came with a request.
    pub(crate) fn of_sent(order: &FaultOrder) -> FaultSource {
        let mut hasher = DefaultHasher::new();
        order.text.hash(&mut hasher);
        FaultSource::Sent(hasher.finish())
    }
}

/// An order that strikes a request.
#[derive(Clone, Debug)]
pub(crate) struct Struck(pub(crate) Arc<FaultOrder>);

impl FaultLedger {
    /// Whether any fault was given at run time.
    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Whether an order strikes this request.
    pub(crate) fn strikes(
        &self,
        key: KeyId,
        source: impl FnOnce() -> FaultSource,
        order: &FaultOrder,
    ) -> bool {
        order.when.is_always() || order.when.strikes(self.kept().count(key, source()))
    }

    /// The orders that were given at run time and strike this request.
    pub(crate) fn striking(&self, key: KeyId, subject: FaultSubject<'_>) -> Vec<Struck> {
        let mut kept = self.kept();
        let meant: Vec<GivenFault> = kept
            .seen_by(Some(key))
            .map(|(given, _)| given)
            .filter(|given| given.order.when.holds(subject))
            .cloned()
            .collect();
        let strikes =
            |given: &GivenFault| given.order.when.strikes(kept.count(key, FaultSource::Given(given.number)));
        meant.into_iter().filter(strikes).map(|given| Struck(given.order)).collect()
    }

    /// Takes orders for a key, or for all, and tells their numbers.
    ///
    /// # Errors
    /// There are too many.
    pub(crate) fn give(&self, key: Option<KeyId>, orders: Vec<FaultOrder>) -> Result<Vec<u64>, String> {
        let mut kept = self.kept();
        if kept.given + orders.len() > MOST_GIVEN {
            return Err(format!("a server takes {MOST_GIVEN} faults; DELETE /__parlel/faults forgets them"));
        }
        let mut numbers = Vec::with_capacity(orders.len());
        for order in orders {
            kept.number += 1;
            let number = kept.number;
            let given = match key {
                Some(key) => kept.keys.entry(key).or_default(),
                None => &mut kept.all,
            };
            given.push(GivenFault { number, order: Arc::new(order) });
            numbers.push(number);
        }
        kept.given += numbers.len();
        self.in_use.store(kept.given > 0, Ordering::Relaxed);
        Ok(numbers)
    }

    /// Those that a key meets, or all, and how often each has struck.
    pub(crate) fn listed(&self, key: Option<KeyId>) -> Vec<ListedFault> {
        let kept = self.kept();
        let mut struck: BTreeMap<u64, u64> = BTreeMap::new();
        for ((owner, source), count) in &kept.counts {
            if let (FaultSource::Given(number), true) = (source, key.is_none_or(|key| key == *owner)) {
                *struck.entry(*number).or_default() += count.struck;
            }
        }
        let told = |(given, is_of_one_key): (&GivenFault, bool)| ListedFault {
            number: given.number,
            order: Arc::clone(&given.order),
            is_of_one_key,
            struck: struck.get(&given.number).copied().unwrap_or_default(),
        };
        let mut listed: Vec<ListedFault> = kept.seen_by(key).map(told).collect();
        listed.sort_by_key(|fault| fault.number);
        listed
    }

    /// Forgets those of a key, or all.
    pub(crate) fn forget(&self, key: Option<KeyId>) {
        let mut kept = self.kept();
        if let Some(key) = key {
            kept.given -= kept.keys.remove(&key).map_or(0, |given| given.len());
        } else {
            kept.all.clear();
            kept.keys.clear();
            kept.given = 0;
        }
        self.in_use.store(kept.given > 0, Ordering::Relaxed);
    }

    /// Forgets the same, and how often any has struck.
    pub(crate) fn reset(&self, key: Option<KeyId>) {
        self.forget(key);
        let mut kept = self.kept();
        match key {
            None => {
                kept.counts.clear();
                kept.counted.clear();
            }
            Some(key) => {
                let first = Bound::Included((key, FaultSource::Sent(0)));
                let of_key = kept.counts.range((first, Bound::Unbounded));
                let places: Vec<_> =
                    of_key.map(|(place, _)| place).take_while(|place| place.0 == key).copied().collect();
                for place in places {
                    kept.counts.remove(&place);
                }
            }
        }
    }

    /// A panic elsewhere while the lock was held left counts that are still counts.
    fn kept(&self) -> MutexGuard<'_, KeptFaults> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptFaults {
    /// Those that a key meets, its own first, or all; and whether each is for one key alone.
    fn seen_by(&self, key: Option<KeyId>) -> impl Iterator<Item = (&GivenFault, bool)> {
        let own = key.and_then(|key| self.keys.get(&key));
        let others = self.keys.values().filter(move |_| key.is_none());
        let of_keys = own.into_iter().chain(others).flatten().map(|given| (given, true));
        of_keys.chain(self.all.iter().map(|given| (given, false)))
    }

    fn count(&mut self, key: KeyId, source: FaultSource) -> &mut FaultCount {
        let place = (key, source);
        if !self.counts.contains_key(&place) {
            while self.counts.len() >= MOST_COUNTS {
                let Some(oldest) = self.counted.pop_front() else { break };
                self.counts.remove(&oldest);
            }
            if self.counted.len() >= 2 * MOST_COUNTS {
                let counts = &self.counts;
                self.counted.retain(|place| counts.contains_key(place));
            }
            self.counted.push_back(place);
        }
        self.counts.entry(place).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: FaultSubject<'_> =
        FaultSubject { kind: "chat", path: "/v1/chat/completions", model: "gpt-4o", streams: false };

    fn order(text: &str) -> FaultOrder {
        FaultOrder::read(text).expect(text)
    }

    fn struck(ledger: &FaultLedger, key: KeyId) -> Vec<String> {
        ledger.striking(key, CHAT).iter().map(|struck| struck.0.text.clone()).collect()
    }

    #[test]
    fn each_key_meets_its_own_and_those_of_all() {
        let ledger = FaultLedger::default();
        let [one, other] = ["one", "other"].map(KeyId::of);
        assert_eq!(ledger.give(None, vec![order("500; times=1")]), Ok(vec![1]));
        assert_eq!(ledger.give(Some(one), vec![order("429"), order("503; endpoint=images")]), Ok(vec![2, 3]));
        assert_eq!(struck(&ledger, one), ["429", "500; times=1"]);
        assert_eq!(struck(&ledger, one), ["429"], "each key counts for itself");
        assert_eq!(struck(&ledger, other), ["500; times=1"]);
        let told = |key| {
            let listed = ledger.listed(key);
            listed.iter().map(|fault| (fault.number, fault.is_of_one_key, fault.struck)).collect::<Vec<_>>()
        };
        assert_eq!(told(None), [(1, false, 2), (2, true, 2), (3, true, 0)]);
        assert_eq!(told(Some(other)), [(1, false, 1)]);
        ledger.reset(Some(one));
        assert_eq!(told(None), [(1, false, 1)]);
        assert_eq!(struck(&ledger, one), ["500; times=1"], "as if it had never met it");
        ledger.reset(None);
        assert!(told(None).is_empty() && struck(&ledger, other).is_empty());
    }

    #[test]
    fn faults_and_counts_are_bounded() {
        let ledger = FaultLedger::default();
        let many = |count| (0..count).map(|_| order("429; endpoint=images")).collect::<Vec<_>>();
        assert!(ledger.give(None, many(MOST_GIVEN)).is_ok());
        assert!(ledger.give(None, many(1)).is_err_and(|why| why.contains("DELETE")));
        ledger.forget(None);
        let once = order("429; times=1");
        let source = FaultSource::Rule(once.identity);
        let strikes = |key: usize| ledger.strikes(KeyId::of(&key.to_string()), || source, &once);
        for key in 0..=MOST_COUNTS {
            assert!(strikes(key));
        }
        assert_eq!(ledger.kept().counts.len(), MOST_COUNTS);
        assert!(strikes(0) && !strikes(MOST_COUNTS), "the oldest is forgotten");
        assert!(ledger.kept().counted.len() <= 2 * MOST_COUNTS);
    }
}
