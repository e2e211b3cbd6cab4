//! What one value is drawn from.

use crate::generate::seed::Draws;
use crate::generate::seed::Seed;

/// Draws for one value. Items that must differ, and attempts at one that must be another, share the first
/// draws and take turns from there.
pub(super) struct Pick {
    base: Draws,
    pub(super) draws: Draws,
    pub(super) turn: usize,
    seed: Seed,
}

impl Pick {
    pub(super) fn of(seed: Seed, turn: usize) -> Pick {
        let draws = if turn == 0 { seed } else { seed.part("turn", turn) }.draws();
        Pick { base: seed.draws(), draws, turn, seed }
    }

    /// A number below `limit`, another for each turn as long as there are others.
    pub(super) fn index(&mut self, limit: usize) -> usize {
        (self.base.below(limit) + self.turn) % limit
    }

    /// What a text is written from.
    pub(super) fn seed(&mut self) -> Seed {
        self.seed.part("text", self.draws.next() as usize)
    }
}
