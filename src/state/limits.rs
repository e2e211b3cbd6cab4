//! The limits that are set: how many requests and tokens a minute, and how many requests at once, a key may have.
//! Never makes a reply, and never looks at a clock.

mod bucket;

pub(crate) use bucket::Overrun;
pub(crate) use bucket::RateLevel;

use crate::config::Config;
use crate::state::KeyId;
use bucket::Bucket;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

/// As many keys are known before those are looked for that have nothing taken any more.
const KEYS: usize = 65_536;

/// And so many are the most, but for those with requests in flight.
const MOST_KEYS: usize = 262_144;

/// What a request was refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimit {
    Requests,
    Tokens,
    AtOnce,
}

/// A request that is being answered. It is until this is dropped.
#[derive(Debug)]
pub(crate) struct InFlight {
    _counted: Arc<()>,
}

/// What the headers tell; nothing of what is not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) requests: Option<RateLevel>,
    pub(crate) tokens: Option<RateLevel>,
}

/// 0 stands for no limit.
pub(super) struct RateLimits {
    requests: u64,
    tokens: u64,
    at_once: u64,
    keys: Mutex<KnownKeys>,
}

struct KnownKeys {
    known: HashMap<KeyId, Taken>,
    /// How many there may be before some are forgotten.
    most: usize,
}

/// What a key has taken.
#[derive(Default)]
struct Taken {
    requests: Bucket,
    tokens: Bucket,
    /// Cloned while the keys are locked alone: of each request in flight there is a clone.
    in_flight: Arc<()>,
}

impl RateLimits {
    pub(super) fn new(config: &Config) -> RateLimits {
        let keys = Mutex::new(KnownKeys { known: HashMap::new(), most: KEYS });
        RateLimits { requests: config.rpm, tokens: config.tpm, at_once: config.concurrency, keys }
    }

    /// Whether there are any.
    pub(super) fn are_set(&self) -> bool {
        self.requests | self.tokens | self.at_once != 0
    }

    /// Lets a request in, or takes nothing.
    pub(super) fn enter(&self, key: KeyId, now: Duration) -> Result<InFlight, (RateLimit, Overrun)> {
        let mut keys = self.keys();
        self.forget_idle(&mut keys, key, now);
        let taken = keys.known.entry(key).or_default();
        let used = (Arc::strong_count(&taken.in_flight) - 1) as u64;
        if self.at_once > 0 && used >= self.at_once {
            return Err((RateLimit::AtOnce, Overrun { limit: self.at_once, used, asked: 1, wait: None }));
        }
        if self.requests > 0 {
            taken.requests.take(self.requests, 1, now).map_err(|overrun| (RateLimit::Requests, overrun))?;
        }
        Ok(InFlight { _counted: Arc::clone(&taken.in_flight) })
    }

    /// Takes the tokens of a request that was let in; if there are too few of them, the request counts no more.
    pub(super) fn spend(&self, key: KeyId, tokens: u64, now: Duration) -> Result<(), (RateLimit, Overrun)> {
        if self.tokens == 0 {
            return Ok(());
        }
        let mut keys = self.keys();
        let taken = keys.known.entry(key).or_default();
        taken.tokens.take(self.tokens, tokens, now).map_err(|overrun| {
            taken.requests.give_back(1);
            (RateLimit::Tokens, overrun)
        })
    }

    pub(super) fn standing(&self, key: KeyId, now: Duration) -> Standing {
        let keys = self.keys();
        let (requests, tokens) =
            keys.known.get(&key).map(|taken| (taken.requests, taken.tokens)).unwrap_or_default();
        let level = |bucket: Bucket, limit: u64| (limit > 0).then(|| bucket.level(limit, now));
        Standing { requests: level(requests, self.requests), tokens: level(tokens, self.tokens) }
    }

    /// Forgets what a key has taken, or what all have. Requests in flight count no more.
    pub(super) fn forget(&self, key: Option<KeyId>) {
        let mut keys = self.keys();
        match key {
            Some(key) => drop(keys.known.remove(&key)),
            None => *keys = KnownKeys { known: HashMap::new(), most: KEYS },
        }
    }

    /// Makes room for a new key where there are many: those go that are as if they had never been known, and where
    /// these are too few, as when the clock stands, all go that have no request in flight. This is done so seldom
    /// that each new key pays for a few others.
    fn forget_idle(&self, keys: &mut KnownKeys, key: KeyId, now: Duration) {
        if keys.known.len() < keys.most || keys.known.contains_key(&key) {
            return;
        }
        let is_busy = |taken: &Taken| Arc::strong_count(&taken.in_flight) > 1;
        keys.known.retain(|_, taken| {
            is_busy(taken)
                || !taken.requests.is_full(self.requests, now)
                || !taken.tokens.is_full(self.tokens, now)
        });
        if keys.known.len() > MOST_KEYS / 2 {
            keys.known.retain(|_, taken| is_busy(taken));
        }
        keys.most = KEYS.max(keys.known.len() * 2);
    }

    fn keys(&self) -> MutexGuard<'_, KnownKeys> {
        // Nothing panics while it is locked.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_700_000_000);
    const NEVER: Option<u64> = None;

    fn limits(rpm: u64, tpm: u64, concurrency: u64) -> RateLimits {
        RateLimits::new(&Config { rpm, tpm, concurrency, ..Config::default() })
    }

    fn known(limits: &RateLimits) -> usize {
        limits.keys().known.len()
    }

    #[test]
    fn what_is_not_limited_is_not_told() {
        let key = KeyId::of("k");
        for (rpm, tpm, concurrency) in [(0, 0, 0), (2, 0, 0), (0, 3, 0), (0, 0, 4), (2, 3, 4)] {
            let limits = limits(rpm, tpm, concurrency);
            assert_eq!(limits.are_set(), rpm + tpm + concurrency > 0);
            let told = limits.standing(key, START);
            let limit = |level: Option<RateLevel>| level.map_or(0, |level| level.limit);
            assert_eq!((limit(told.requests), limit(told.tokens)), (rpm, tpm));
            assert_eq!(known(&limits), 0, "who only asks is not remembered");
        }
    }

    #[test]
    fn a_request_without_tokens_left_counts_no_more() {
        let (limits, key) = (limits(2, 10, 0), KeyId::of("k"));
        let left = || {
            let told = limits.standing(key, START);
            [told.requests, told.tokens].map(|level| level.map_or(0, |level| level.left))
        };
        drop(limits.enter(key, START).expect("the first"));
        assert_eq!((limits.spend(key, 8, START), left()), (Ok(()), [1, 2]));
        for (tokens, wait) in [(3, Some(6000)), (11, NEVER)] {
            drop(limits.enter(key, START).expect("the second"));
            let overrun = Overrun { limit: 10, used: 8, asked: tokens, wait };
            assert_eq!(limits.spend(key, tokens, START), Err((RateLimit::Tokens, overrun)));
            assert_eq!(left(), [1, 2]);
        }
        drop(limits.enter(key, START).expect("the second"));
        assert_eq!((limits.spend(key, 2, START), left()), (Ok(()), [0, 0]));
        let overrun = Overrun { limit: 2, used: 2, asked: 1, wait: Some(30_000) };
        assert_eq!(limits.enter(key, START).expect_err("the third"), (RateLimit::Requests, overrun));
        limits.forget(Some(key));
        assert_eq!(left(), [2, 10]);
    }

    #[test]
    fn a_request_is_in_flight_while_it_is_held() {
        let (limits, keys) = (limits(0, 0, 2), [KeyId::of("a"), KeyId::of("b")]);
        let enter = |at: usize| limits.enter(keys[at], START);
        let (one, _two, _other) = (enter(0).expect("one"), enter(0).expect("two"), enter(1).expect("one"));
        let overrun = Overrun { limit: 2, used: 2, asked: 1, wait: NEVER };
        assert_eq!(enter(0).expect_err("a third"), (RateLimit::AtOnce, overrun));
        drop(one);
        let _three = enter(0).expect("in the place of the first");
        assert!(enter(0).is_err());
        limits.forget(None);
        assert!(enter(0).is_ok());
    }

    #[test]
    fn keys_are_forgotten_once_they_have_all_again() {
        let limits = limits(60, 0, 100);
        let key = |number: usize| KeyId::of(&number.to_string());
        let busy = limits.enter(key(0), START).expect("let in");
        for number in 1..KEYS {
            drop(limits.enter(key(number), START));
        }
        assert_eq!(known(&limits), KEYS);
        // All that they took, one of 60, is back after a second.
        drop(limits.enter(key(KEYS), START + Duration::from_secs(1)));
        assert_eq!(known(&limits), 2);
        // Where the clock stands nothing comes back, and yet there is an end.
        for number in 1..=MOST_KEYS {
            drop(limits.enter(key(number), START));
        }
        assert!(known(&limits) <= MOST_KEYS, "{}", known(&limits));
        drop(busy);
    }
}
