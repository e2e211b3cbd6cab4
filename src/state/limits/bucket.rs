//! What is used of a limit of so many a minute. It flows back evenly, as the API's does. Never looks at a clock.

use std::time::Duration;

/// In nanoseconds: the time in which all of a limit flows back.
const MINUTE: u128 = 60_000_000_000;

/// What has been taken and has not flowed back.
#[derive(Clone, Copy, Default)]
pub(super) struct Bucket {
    /// In parts of which one that was taken has as many as a minute has nanoseconds: in each of these, as many parts
    /// flow back as the limit is. Whole numbers, so that nothing is lost by rounding.
    taken: u128,
    /// When that was so, since 1970.
    at: Duration,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateLevel {
    pub(crate) limit: u64,
    pub(crate) left: u64,
    /// When all of it is back, in milliseconds.
    pub(crate) full_in: u64,
}

/// Why no more may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrun {
    pub(crate) limit: u64,
    pub(crate) used: u64,
    pub(crate) asked: u64,
    /// When there is room for it, in milliseconds; none where there never is.
    pub(crate) wait: Option<u64>,
}

impl Bucket {
    /// Takes so many, or nothing. What is told to wait is rounded down to a millisecond, as the API does, and who has
    /// waited that long is let in: less than a millisecond is no wait.
    pub(super) fn take(&mut self, limit: u64, count: u64, now: Duration) -> Result<(), Overrun> {
        self.flow(limit, now);
        let used = u64::try_from(self.taken.div_ceil(MINUTE)).unwrap_or(u64::MAX);
        let refused = |wait| Err(Overrun { limit, used, asked: count, wait });
        if count > limit {
            return refused(None);
        }
        let taken = self.taken + u128::from(count) * MINUTE;
        let over = taken.saturating_sub(u128::from(limit) * MINUTE);
        match millis(over, limit) {
            0 => self.taken = taken,
            wait => return refused(Some(wait)),
        }
        Ok(())
    }

    /// Puts back what was taken for nothing.
    pub(super) fn give_back(&mut self, count: u64) {
        self.taken = self.taken.saturating_sub(u128::from(count) * MINUTE);
    }

    pub(super) fn level(mut self, limit: u64, now: Duration) -> RateLevel {
        self.flow(limit, now);
        let left = (u128::from(limit) * MINUTE).saturating_sub(self.taken) / MINUTE;
        RateLevel { limit, left: u64::try_from(left).unwrap_or(limit), full_in: millis(self.taken, limit) }
    }

    /// Whether nothing is taken of it any more.
    pub(super) fn is_full(mut self, limit: u64, now: Duration) -> bool {
        self.flow(limit, now);
        self.taken == 0
    }

    fn flow(&mut self, limit: u64, now: Duration) {
        // None where the machine's clock was set back.
        let passed = now.saturating_sub(self.at).as_nanos();
        self.taken = self.taken.saturating_sub(passed.saturating_mul(limit.into()));
        self.at = now;
    }
}

/// How long so many parts take to flow back.
fn millis(parts: u128, limit: u64) -> u64 {
    u64::try_from(parts / u128::from(limit.max(1)) / 1_000_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Duration = Duration::from_secs(1_700_000_000);

    fn after(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    #[test]
    fn the_first_of_a_minute_leaves_all_but_one() {
        // The pairs that recordings have.
        for (limit, reset) in
            [(30_000, 2), (15_000, 4), (10_000, 6), (5000, 12), (3500, 17), (3000, 20), (500, 120)]
        {
            let mut bucket = Bucket::default();
            assert_eq!(bucket.take(limit, 1, START), Ok(()));
            assert_eq!(bucket.level(limit, START), RateLevel { limit, left: limit - 1, full_in: reset });
        }
        for (used, reset) in [(241, 48), (594, 118), (1182, 236)] {
            let mut bucket = Bucket::default();
            assert_eq!(bucket.take(300_000, used, START), Ok(()));
            assert_eq!(bucket.level(300_000, START).full_in, reset);
        }
    }

    #[test]
    fn who_waits_as_told_is_let_in() {
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(200_000, 170_583, START), Ok(()));
        let refused = Overrun { limit: 200_000, used: 170_583, asked: 180_002, wait: Some(45_175) };
        assert_eq!(bucket.take(200_000, 180_002, START), Err(refused));
        let refused = Overrun { used: 20_003, wait: Some(1), ..refused };
        assert_eq!(bucket.take(200_000, 180_002, after(45_174)), Err(refused));
        assert_eq!(bucket.take(200_000, 180_002, after(45_175)), Ok(()));
        assert_eq!(bucket.level(200_000, after(45_175)).left, 0);
    }

    #[test]
    fn more_than_there_ever_is_need_not_wait() {
        let mut bucket = Bucket::default();
        let refused = Overrun { limit: 10, used: 0, asked: 11, wait: None };
        assert_eq!(bucket.take(10, 11, START), Err(refused));
        assert!(bucket.is_full(10, START));
        assert_eq!(bucket.take(10, 10, START), Ok(()));
        bucket.give_back(4);
        assert_eq!(bucket.level(10, START), RateLevel { limit: 10, left: 4, full_in: 36_000 });
        assert!(bucket.is_full(10, after(36_000)) && !bucket.is_full(10, after(35_999)));
        // A clock that was set back: nothing flows, and then it goes on from there.
        assert_eq!(bucket.take(10, 1, Duration::ZERO), Ok(()));
        assert_eq!(bucket.level(10, Duration::from_secs(6)).left, 4);
    }

    proptest! {
        /// Whatever is asked for and whenever, no span of time lets more in than the limit, and what flows back in it.
        #[test]
        fn no_span_lets_more_in_than_it_may(
            limit in 1u64..200_000,
            steps in prop::collection::vec((0u64..30_000_000_000, 0u64..100_000), 1..60),
        ) {
            let mut bucket = Bucket::default();
            let (mut now, mut let_in) = (START, Vec::new());
            for (pause, count) in steps {
                now += Duration::from_nanos(pause);
                let before = bucket.level(limit, now);
                match bucket.take(limit, count, now) {
                    Ok(()) => let_in.push((now, count)),
                    Err(refused) => {
                        prop_assert_eq!(bucket.level(limit, now), before);
                        prop_assert_eq!(refused.used, limit - before.left);
                        // Nor is anybody refused for whom there is room, nor told to wait for too long.
                        prop_assert!(count > before.left);
                        if let Some(wait) = refused.wait {
                            let after = |millis| {
                                let mut later = bucket;
                                later.take(limit, count, now + Duration::from_millis(millis))
                            };
                            prop_assert!(after(wait).is_ok() && after(wait - 1).is_err());
                        }
                    }
                }
            }
            for (at, (since, _)) in let_in.iter().enumerate() {
                let mut sum = 0;
                for (until, count) in &let_in[at..] {
                    sum += u128::from(*count);
                    // A millisecond's worth is let in early.
                    let span = until.as_nanos() - since.as_nanos() + 1_000_000;
                    prop_assert!(sum * MINUTE <= u128::from(limit) * (MINUTE + span));
                }
            }
        }
    }
}
