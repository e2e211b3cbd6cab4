//! What time it is, for all and for each key: the machine's clock, and how far tests have moved it. The only file
//! that looks at the clock. Never waits.

use crate::config::Clock;
use crate::state::KeyId;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// What replies say while the clock is fixed: 2023-11-14T22:13:20Z.
const FIXED_TIME: Duration = Duration::from_secs(1_700_000_000);

/// A dial goes on by so much in all: a hundred years, which can still be printed.
const FARTHEST: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// The most keys whose clock is moved by itself.
pub(crate) const MOST_CLOCKS: usize = 65_536;

/// `2026-08-19T14:34:53.123Z`
pub(crate) fn iso8601(time: SystemTime) -> String {
    // A clock that was never set may stand before 1970, which the crate does not print.
    humantime::format_rfc3339_millis(time.max(UNIX_EPOCH)).to_string()
}

/// A clock as it is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ToldTime {
    /// What replies say now, to the millisecond.
    pub(crate) now: String,
    /// How far it was moved.
    pub(crate) advanced: Duration,
    /// Whether it stands.
    pub(crate) is_frozen: bool,
}

/// Why a clock was not moved.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unmoved {
    TooFar,
    TooManyKeys,
}

/// The clock of all keys, and what tests have made of it.
pub(super) struct Time {
    clock: Clock,
    /// Whether any dial has been touched: where none has, nobody looks at them.
    is_moved: AtomicBool,
    dials: Mutex<Dials>,
}

#[derive(Default)]
struct Dials {
    all: Dial,
    keys: HashMap<KeyId, Dial>,
}

/// How a clock differs from the one behind it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Dial {
    advanced: Duration,
    /// How long it has stood, until it went on.
    stood: Duration,
    /// When it was stopped, in the time of the clock behind it.
    stopped: Option<SystemTime>,
}

impl Dial {
    /// What it shows, but for what it was advanced by: that moves a clock that stands, too.
    fn flow(&self, behind: SystemTime) -> SystemTime {
        let shown = self.stopped.unwrap_or(behind);
        shown.checked_sub(self.stood).unwrap_or(UNIX_EPOCH)
    }

    fn freeze(&mut self, is_frozen: bool, behind: SystemTime) {
        match (self.stopped, is_frozen) {
            (None, true) => self.stopped = Some(behind),
            (Some(stopped), false) => {
                self.stood += behind.duration_since(stopped).unwrap_or_default();
                self.stopped = None;
            }
            _ => {}
        }
    }
}

impl Dials {
    fn of(&self, key: Option<KeyId>) -> Dial {
        key.and_then(|key| self.keys.get(&key)).copied().unwrap_or_default()
    }

    fn advanced(&self, key: Option<KeyId>) -> Duration {
        self.all.advanced + self.of(key).advanced
    }

    fn read(&self, key: Option<KeyId>, real: SystemTime) -> SystemTime {
        self.of(key).flow(self.all.flow(real)) + self.advanced(key)
    }
}

impl Time {
    pub(super) fn new(clock: Clock) -> Time {
        Time { clock, is_moved: AtomicBool::new(false), dials: Mutex::default() }
    }

    /// What the key's clock shows: it goes on even where that of replies is fixed.
    pub(super) fn now(&self, key: Option<KeyId>) -> SystemTime {
        let real = SystemTime::now();
        if self.is_moved.load(Ordering::Relaxed) { self.dials().read(key, real) } else { real }
    }

    /// What replies to the key say, since 1970.
    pub(super) fn of_replies(&self, key: Option<KeyId>) -> Duration {
        match self.clock {
            Clock::Real => self.now(key).duration_since(UNIX_EPOCH).unwrap_or_default(),
            Clock::Fixed if self.is_moved.load(Ordering::Relaxed) => FIXED_TIME + self.dials().advanced(key),
            Clock::Fixed => FIXED_TIME,
        }
    }

    /// Moves a key's clock, or everybody's, and has it stand or go on.
    pub(super) fn change(
        &self,
        key: Option<KeyId>,
        advance: Duration,
        freeze: Option<bool>,
    ) -> Result<(), Unmoved> {
        let mut dials = self.dials();
        let known = key.is_none_or(|key| dials.keys.contains_key(&key));
        if !known && dials.keys.len() >= MOST_CLOCKS {
            return Err(Unmoved::TooManyKeys);
        }
        let real = SystemTime::now();
        let (mut dial, behind) = match key {
            Some(_) => (dials.of(key), dials.all.flow(real)),
            None => (dials.all, real),
        };
        dial.advanced = dial.advanced.saturating_add(advance);
        if dial.advanced > FARTHEST {
            return Err(Unmoved::TooFar);
        }
        if let Some(is_frozen) = freeze {
            dial.freeze(is_frozen, behind);
        }
        match key {
            Some(key) => drop(dials.keys.insert(key, dial)),
            None => dials.all = dial,
        }
        self.is_moved.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Puts a key's clock back, or all of them.
    pub(super) fn put_back(&self, key: Option<KeyId>) {
        let mut dials = self.dials();
        match key {
            Some(key) => drop(dials.keys.remove(&key)),
            None => *dials = Dials::default(),
        }
        let is_moved = dials.all != Dial::default() || !dials.keys.is_empty();
        self.is_moved.store(is_moved, Ordering::Relaxed);
    }

    pub(super) fn told(&self, key: Option<KeyId>) -> ToldTime {
        let now = iso8601(UNIX_EPOCH + self.of_replies(key));
        let dials = self.dials();
        let is_frozen = dials.all.stopped.is_some() || dials.of(key).stopped.is_some();
        ToldTime { now, advanced: dials.advanced(key), is_frozen }
    }

    fn dials(&self) -> MutexGuard<'_, Dials> {
        // Nothing panics while it is locked.
        self.dials.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn known_times() {
        let at = |millis| iso8601(UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(at(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(4_107_542_399_999), "2100-02-28T23:59:59.999Z");
        assert_eq!(at(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(iso8601(UNIX_EPOCH - Duration::from_millis(1)), at(0));
    }

    #[test]
    fn a_key_has_its_own_clock_behind_that_of_all() {
        let time = Time::new(Clock::Fixed);
        let keys = [None, Some(KeyId::of("a")), Some(KeyId::of("b"))];
        let told = || keys.map(|key| time.of_replies(key).as_secs() - FIXED_TIME.as_secs());
        assert_eq!(told(), [0, 0, 0]);
        assert_eq!(time.change(keys[1], MINUTE, None), Ok(()));
        assert_eq!(told(), [0, 60, 0]);
        assert_eq!(time.change(None, MINUTE * 2, None), Ok(()));
        assert_eq!(told(), [120, 180, 120]);
        time.put_back(keys[1]);
        assert_eq!(told(), [120, 120, 120]);
        assert_eq!(time.change(keys[2], MINUTE, None), Ok(()));
        time.put_back(None);
        assert_eq!(told(), [0, 0, 0]);
        assert!(!time.is_moved.load(Ordering::Relaxed));
    }

    #[test]
    fn a_clock_that_stands_moves_by_what_it_is_advanced_alone() {
        for (frozen, advanced) in [(None, None), (None, Some("a")), (Some("a"), None), (Some("a"), Some("a"))]
        {
            let time = Time::new(Clock::Real);
            let key = |name: Option<&str>| name.map(KeyId::of);
            let now = || time.now(key(Some("a")));
            assert_eq!(time.change(key(frozen), Duration::ZERO, Some(true)), Ok(()));
            let before = now();
            assert_eq!(now(), before);
            assert_eq!(time.change(key(advanced), MINUTE, None), Ok(()));
            assert_eq!(now(), before + MINUTE);
            // It stands already.
            assert_eq!(time.change(key(frozen), MINUTE, Some(true)), Ok(()));
            assert_eq!(now(), before + MINUTE * 2);
            assert!(time.told(key(Some("a"))).is_frozen);
            assert_eq!(time.change(key(frozen), Duration::ZERO, Some(false)), Ok(()));
            let after = now();
            assert!(after >= before + MINUTE * 2, "it goes on from where it stood");
            assert!(!time.told(key(Some("a"))).is_frozen);
        }
    }

    #[test]
    fn what_a_clock_stood_is_not_made_up_for() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let mut dials = Dials::default();
        dials.all.freeze(true, at(100));
        assert_eq!(dials.read(None, at(150)), at(100));
        dials.all.freeze(false, at(160));
        assert_eq!(dials.read(None, at(170)), at(110));
        let key = KeyId::of("a");
        let mut dial = Dial { advanced: MINUTE, ..Dial::default() };
        dial.freeze(true, dials.all.flow(at(180)));
        dials.keys.insert(key, dial);
        assert_eq!((dials.read(Some(key), at(200)), dials.read(None, at(200))), (at(180), at(140)));
        // The machine's clock was set back meanwhile.
        dial.freeze(false, at(20));
        assert_eq!(dial.stood, Duration::ZERO);
    }

    #[test]
    fn there_are_so_many_clocks_and_they_go_so_far() {
        let time = Time::new(Clock::Fixed);
        assert_eq!(time.change(None, FARTHEST, None), Ok(()));
        assert_eq!(time.change(None, Duration::from_nanos(1), None), Err(Unmoved::TooFar));
        for number in 0..MOST_CLOCKS {
            assert_eq!(time.change(Some(KeyId::of(&number.to_string())), FARTHEST, None), Ok(()));
        }
        assert_eq!(time.change(Some(KeyId::of("one more")), MINUTE, None), Err(Unmoved::TooManyKeys));
        assert!(time.told(Some(KeyId::of("0"))).now.starts_with("2224-"));
        time.put_back(Some(KeyId::of("0")));
        assert_eq!(time.change(Some(KeyId::of("one more")), MINUTE, None), Ok(()));
    }
}
