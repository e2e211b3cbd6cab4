//! The faults that were given at run time, and how often each order has struck. What a reset forgets. Bounded.

use crate::faults::order::FaultCount;
use crate::faults::order::FaultOrder;
use crate::faults::order::FaultSubject;
use crate::http::KeyId;
use std::collections::BTreeMap;
use std::collections::VecDeque;
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
    /// In the order in which they came.
    given: Vec<GivenFault>,
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
    /// Whom it is for, where that is one alone.
    key: Option<KeyId>,
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultSource {
    /// It came with the request: in a header, a key, or a model.
    Sent(String),
    /// It was given at run time, with this number.
    Given(u64),
    /// It is one of a rule's: the address of the rule's order is its own for as long as it is there.
    Rule(usize),
}

/// An order that strikes a request.
#[derive(Clone, Debug)]
pub(crate) struct Struck(pub(crate) Arc<FaultOrder>);

impl FaultLedger {
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
        if !self.in_use.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let mut kept = self.kept();
        let is_meant = |given: &GivenFault| {
            given.key.is_none_or(|owner| owner == key) && given.order.when.holds(subject)
        };
        let meant: Vec<GivenFault> = kept.given.iter().filter(|given| is_meant(given)).cloned().collect();
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
        if kept.given.len() + orders.len() > MOST_GIVEN {
            return Err(format!("a server takes {MOST_GIVEN} faults; DELETE /__parlel/faults forgets them"));
        }
        let mut numbers = Vec::with_capacity(orders.len());
        for order in orders {
            kept.number += 1;
            let number = kept.number;
            kept.given.push(GivenFault { number, key, order: Arc::new(order) });
            numbers.push(number);
        }
        self.in_use.store(!kept.given.is_empty(), Ordering::Relaxed);
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
        let is_seen = |given: &&GivenFault| key.is_none() || given.key.is_none() || given.key == key;
        let told = |given: &GivenFault| ListedFault {
            number: given.number,
            order: Arc::clone(&given.order),
            is_of_one_key: given.key.is_some(),
            struck: struck.get(&given.number).copied().unwrap_or_default(),
        };
        kept.given.iter().filter(is_seen).map(told).collect()
    }

    /// Forgets those of a key, or all.
    pub(crate) fn forget(&self, key: Option<KeyId>) {
        let mut kept = self.kept();
        kept.given.retain(|given| key.is_some() && given.key != key);
        self.in_use.store(!kept.given.is_empty(), Ordering::Relaxed);
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
                let first = Bound::Included((key, FaultSource::Sent(String::new())));
                let of_key = kept.counts.range((first, Bound::Unbounded));
                let places: Vec<_> =
                    of_key.map(|(place, _)| place).take_while(|place| place.0 == key).cloned().collect();
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
            self.counted.push_back(place.clone());
        }
        self.counts.entry(place).or_default()
    }
}
