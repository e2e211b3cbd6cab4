//! The vocabularies: which pairs of tokens merge, into which token, and what bytes a token has.

use crate::tokens::layout::BYTES;
use crate::tokens::layout::ENTRY_BYTES;
use crate::tokens::layout::ID_BITS;
use crate::tokens::layout::ID_MASK;
use crate::tokens::layout::STRIDE;
use crate::tokens::layout::WORD_BITS;
use crate::tokens::layout::WORD_LENGTH;
use crate::tokens::layout::even_start;
use crate::tokens::layout::hash;
use crate::tokens::layout::pair;
use crate::tokens::layout::word;
use crate::tokens::layout::word_slots;

/// Read in place: a lookup touches a page or two, and nothing else of it is ever in memory.
pub(crate) struct Vocabulary {
    /// The byte of each of the first ids.
    alphabet: &'static [u8; BYTES as usize],
    /// The id of each byte.
    letters: [u8; BYTES as usize],
    merges: &'static [[u8; ENTRY_BYTES]],
    buckets: &'static [[u8; 2]],
    bucket_bits: u32,
    back: &'static [[u8; 3]],
    words: &'static [[u8; 16]],
}

/// A table that the build script wrote.
macro_rules! built {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}
pub(crate) use built;

pub(crate) static O200K: Vocabulary = Vocabulary::new(
    built!("o200k.alphabet"),
    built!("o200k.merges").as_chunks().0,
    built!("o200k.buckets").as_chunks().0,
    built!("o200k.back").as_chunks().0,
    built!("o200k.words").as_chunks().0,
);
pub(crate) static CL100K: Vocabulary = Vocabulary::new(
    built!("cl100k.alphabet"),
    built!("cl100k.merges").as_chunks().0,
    built!("cl100k.buckets").as_chunks().0,
    built!("cl100k.back").as_chunks().0,
    built!("cl100k.words").as_chunks().0,
);

impl Vocabulary {
    const fn new(
        alphabet: &'static [u8; BYTES as usize],
        merges: &'static [[u8; ENTRY_BYTES]],
        buckets: &'static [[u8; 2]],
        back: &'static [[u8; 3]],
        words: &'static [[u8; 16]],
    ) -> Vocabulary {
        let mut letters = [0; BYTES as usize];
        let mut id = 0;
        while id < alphabet.len() {
            letters[alphabet[id] as usize] = id as u8;
            id += 1;
        }
        // One more than there are, for the end of the last.
        let bucket_bits = (buckets.len() - 1).ilog2();
        Vocabulary { alphabet, letters, merges, buckets, bucket_bits, back, words }
    }

    /// The token that is one byte.
    pub(crate) fn letter(&self, byte: u8) -> u32 {
        u32::from(self.letters[usize::from(byte)])
    }

    /// The token that some bytes are, if that can be said at once.
    pub(crate) fn whole(&self, bytes: &[u8]) -> Option<u32> {
        if let [byte] = bytes {
            return Some(self.letter(*byte));
        }
        if bytes.len() > WORD_LENGTH {
            return None;
        }
        let word = word(bytes);
        let id = |slot: &usize| {
            let slot = u128::from_le_bytes(*self.words.get(*slot)?);
            let id = slot >> WORD_BITS;
            (slot == word | id << WORD_BITS).then_some(id as u32)
        };
        word_slots(word).iter().find_map(id)
    }

    /// The token that two neighbours merge into, if they do. The lowest goes first.
    pub(crate) fn merged(&self, left: u32, right: u32) -> Option<u32> {
        let hash = hash(left, right);
        let bits = self.rest_bits();
        let (bucket, rest) = ((hash >> bits) as usize, hash & ((1 << bits) - 1));
        let entries = self.merges.get(self.start(bucket)..self.start(bucket + 1))?;
        let entry = entries.iter().copied().map(entry).find(|entry| entry >> ID_BITS >= rest)?;
        (entry >> ID_BITS == rest).then_some((entry & ID_MASK) as u32)
    }

    /// The bytes of a token.
    pub(crate) fn bytes(&self, id: u32) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut parts = vec![id];
        while let Some(id) = parts.pop() {
            if let Some(byte) = self.alphabet.get(id as usize) {
                bytes.push(*byte);
            } else {
                let (left, right) = self.pair(id)?;
                parts.extend([right, left]);
            }
        }
        Some(bytes)
    }

    /// The pair that merges into a token.
    fn pair(&self, id: u32) -> Option<(u32, u32)> {
        let position = self.position(id.checked_sub(BYTES)? as usize)?;
        let rest = entry(*self.merges.get(position)?) >> ID_BITS;
        let (mut low, mut high) = (0, self.buckets.len() - 1);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            *if self.start(middle) <= position { &mut low } else { &mut high } = middle;
        }
        Some(pair((low as u64) << self.rest_bits() | rest))
    }

    /// The position of an id, counted from the first merge: follows the cycle that the table makes of
    /// positions and ids from the id on until it comes to the position before. The first position on
    /// the way that is a multiple of the stride knows the one before it, which is near on the other
    /// side.
    fn position(&self, id: usize) -> Option<usize> {
        let mut position = id;
        let mut may_jump = true;
        loop {
            let next = (entry(*self.merges.get(position)?) & ID_MASK) as usize - BYTES as usize;
            if next == id {
                return Some(position);
            }
            position = if may_jump && position.is_multiple_of(STRIDE) {
                may_jump = false;
                let [low, middle, high] = *self.back.get(position / STRIDE)?;
                u32::from_le_bytes([low, middle, high, 0]) as usize
            } else {
                next
            };
        }
    }

    /// How many bits of a hash the number of the bucket leaves for the entry.
    fn rest_bits(&self) -> u32 {
        2 * ID_BITS - self.bucket_bits
    }

    fn start(&self, bucket: usize) -> usize {
        let off = self.buckets.get(bucket).map_or(0, |off| i16::from_le_bytes(*off));
        even_start(bucket, self.bucket_bits, self.merges.len()).wrapping_add_signed(off.into())
    }
}

fn entry(bytes: [u8; ENTRY_BYTES]) -> u64 {
    let mut entry = [0; 8];
    entry[..ENTRY_BYTES].copy_from_slice(&bytes);
    u64::from_le_bytes(entry)
}
