//! When the events of a stream are due. Never waits.

use std::time::Duration;

/// When the events of a stream are due. By default, all of them at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// The wait between the head and the first event.
    pub first: Duration,
    /// The wait between one event and the next, or one part and the next where the body is split.
    pub between: Duration,
    /// The same for each of the first events; those behind them are `between` apart.
    pub recorded: Vec<Duration>,
    /// How uneven the waits are.
    pub jitter: Option<Jitter>,
}

/// How uneven the waits of a [`Pace`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter {
    /// By how many percent at most a wait is longer or shorter.
    pub percent: u8,
    /// The same seed gives the same waits.
    pub seed: u64,
}

impl Pace {
    /// So long between one event and the next.
    pub const fn even(between: Duration) -> Pace {
        Pace { first: Duration::ZERO, between, recorded: Vec::new(), jitter: None }
    }

    /// Whether nothing waits.
    pub(crate) fn is_none(&self) -> bool {
        self.first.is_zero() && self.between.is_zero() && self.recorded.is_empty()
    }

    /// The wait before the event of this number; 0 is the first.
    pub(crate) fn before(&self, event: usize) -> Duration {
        let wait = match event.checked_sub(1) {
            None => self.first,
            Some(gap) => self.recorded.get(gap).copied().unwrap_or(self.between),
        };
        match self.jitter {
            Some(jitter) if !wait.is_zero() => jitter.apply(wait, event as u64),
            _ => wait,
        }
    }
}

impl Jitter {
    fn apply(self, wait: Duration, event: u64) -> Duration {
        let share = f64::from(self.percent) / 100.0;
        // From 0 to 1, and as likely to be any of them.
        let drawn = scattered(self.seed, event) as f64 / u64::MAX as f64;
        let factor = 1.0 + share * (2.0 * drawn - 1.0);
        Duration::try_from_secs_f64(wait.as_secs_f64() * factor).unwrap_or(wait)
    }
}

/// A number that looks as if it followed from nothing: that of `SplitMix64` at this place.
pub(crate) fn scattered(seed: u64, at: u64) -> u64 {
    let mut mixed = seed.wrapping_add(at.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_event_has_its_wait() {
        let waits = |pace: &Pace| (0..4).map(|event| pace.before(event).as_millis()).collect::<Vec<_>>();
        assert_eq!(waits(&Pace::default()), [0, 0, 0, 0]);
        assert_eq!(waits(&Pace::even(SECOND)), [0, 1000, 1000, 1000]);
        let recorded = vec![Duration::from_millis(5), Duration::from_millis(7)];
        assert_eq!(waits(&Pace { first: SECOND, recorded, ..Pace::default() }), [1000, 5, 7, 0]);
    }

    #[test]
    fn jitter_is_the_same_for_the_same_seed_and_keeps_its_bounds() {
        let jittered = |percent, seed| {
            let pace = Pace { jitter: Some(Jitter { percent, seed }), ..Pace::even(SECOND) };
            (1..500).map(|event| pace.before(event).as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(jittered(30, 1), jittered(30, 1));
        assert_ne!(jittered(30, 1), jittered(30, 2));
        for (percent, least, most) in [(30, 700, 1300), (100, 0, 2000), (0, 1000, 1000)] {
            let waits = jittered(percent, 7);
            assert!(waits.iter().all(|wait| (least..=most).contains(wait)), "{percent}: {waits:?}");
            assert!(percent == 0 || waits.iter().any(|wait| *wait < 1000 - u128::from(percent) * 5));
        }
    }
}
