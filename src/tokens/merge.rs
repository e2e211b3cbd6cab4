//! Byte pair encoding of one stretch of bytes.

use crate::tokens::vocabulary::Vocabulary;
use std::ops::Range;

/// The parts of a stretch, and which neighbours merge next. CapturedRequest from one stretch to the next, so that
/// a text takes two allocations, whatever its length.
#[derive(Default)]
pub(crate) struct Parts {
    /// Indexed by where a part starts; what has been merged into a part before it is stale.
    parts: Vec<Fragment>,
    /// A tournament: the leaves, in the second half, are each part's merge with the one after it, and
    /// every other place has the lesser of the two below it. The first place is unused.
    merges: Vec<u64>,
}

#[derive(Clone, Copy)]
struct Fragment {
    id: u32,
    /// Where the part before starts; of the first part, its own start.
    before: u32,
    end: u32,
}

/// More than any merge, which is the id of what comes out, then the place of the left part.
const NONE: u64 = u64::MAX;

impl Parts {
    /// Whether it is worth keeping: what one window needs is, what a long piece needed is not.
    pub(crate) fn is_small(&self) -> bool {
        self.merges.capacity() <= 2 * 1024
    }

    /// Merges the pair with the lowest id, and of several the first, until none is left.
    pub(crate) fn encode(&mut self, vocabulary: &Vocabulary, bytes: &[u8]) {
        self.parts.clear();
        if let Some(id) = vocabulary.whole(bytes) {
            self.parts.push(Fragment { id, before: 0, end: bytes.len() as u32 });
            return;
        }
        self.parts.extend(bytes.iter().zip(0_u32..).map(|(byte, at)| Fragment {
            id: vocabulary.letter(*byte),
            before: at.saturating_sub(1),
            end: at + 1,
        }));
        let leaves = bytes.len().next_power_of_two();
        self.merges.clear();
        self.merges.resize(2 * leaves, NONE);
        for at in 0..bytes.len() {
            self.merges[leaves + at] = self.merge_at(vocabulary, at);
        }
        for place in (1..leaves).rev() {
            self.merges[place] = self.merges[2 * place].min(self.merges[2 * place + 1]);
        }
        while self.merges[1] != NONE {
            self.merge(vocabulary, self.merges[1]);
        }
    }

    fn merge(&mut self, vocabulary: &Vocabulary, merge: u64) {
        let (id, start) = ((merge >> 32) as u32, merge as u32 as usize);
        let middle = self.parts[start].end as usize;
        let Fragment { end, .. } = self.parts[middle];
        let before = self.parts[start].before;
        self.parts[start] = Fragment { id, before, end };
        if let Some(after) = self.parts.get_mut(end as usize) {
            after.before = start as u32;
        }
        self.replace(middle, NONE);
        self.replace(start, self.merge_at(vocabulary, start));
        if start > 0 {
            self.replace(before as usize, self.merge_at(vocabulary, before as usize));
        }
    }

    fn merge_at(&self, vocabulary: &Vocabulary, start: usize) -> u64 {
        let part = self.parts[start];
        let after = self.parts.get(part.end as usize);
        let merged = after.and_then(|after| vocabulary.merged(part.id, after.id));
        merged.map_or(NONE, |id| u64::from(id) << 32 | start as u64)
    }

    fn replace(&mut self, at: usize, merge: u64) {
        let mut place = self.merges.len() / 2 + at;
        self.merges[place] = merge;
        while place > 1 {
            let lesser = self.merges[place].min(self.merges[place ^ 1]);
            place /= 2;
            if self.merges[place] == lesser {
                return;
            }
            self.merges[place] = lesser;
        }
    }

    /// How many tokens there are.
    pub(crate) fn count(&self) -> usize {
        let (mut count, mut start) = (0, 0);
        while let Some(part) = self.parts.get(start) {
            count += 1;
            start = part.end as usize;
        }
        count
    }

    /// The token that starts at a place, and its bytes.
    pub(crate) fn token(&self, start: usize) -> Option<(u32, Range<usize>)> {
        self.parts.get(start).map(|part| (part.id, start..part.end as usize))
    }

    /// Where the last token starts that starts at a place or before.
    pub(crate) fn start_before(&self, place: usize) -> usize {
        let mut start = 0;
        while let Some(part) = self.parts.get(start).filter(|part| part.end as usize <= place) {
            start = part.end as usize;
        }
        start
    }
}
