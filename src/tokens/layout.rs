//! How the tables of the tokenizer are laid out: the build script writes them by this file, and the
//! program reads them by it.
//!
//! A vocabulary is a list of merges, one for each id from 256 on: the pair of ids whose bytes, joined,
//! are the token's. A pair is found by its hash, which is reversible, so that the hash says the pair
//! and neither has to be stored whole: its upper bits are the number of a bucket, and each entry of
//! the bucket holds the rest of the hash and the id, in the order of their value.

/// The first ids are the single bytes.
pub(crate) const BYTES: u32 = 256;
/// An id fits.
pub(crate) const ID_BITS: u32 = 18;
/// What is left of a hash, and an id.
pub(crate) const ENTRY_BYTES: usize = 5;
pub(crate) const ID_MASK: u64 = (1 << ID_BITS) - 1;
/// Of the entries of a table every eighth has a way back; see `Vocabulary::position`.
pub(crate) const STRIDE: usize = 8;

/// Odd numbers. The left id's is near the golden ratio of the range, for which the buckets of both
/// vocabularies are as even as chance would make them.
const LEFT: u64 = 0x9_E37B;
const RIGHT: u64 = 0x2545F;
const LEFT_INVERSE: u64 = inverse(LEFT);

const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut right_bits = 3;
    while right_bits < u64::BITS {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse
}

/// The hash of a pair.
pub(crate) const fn hash(left: u32, right: u32) -> u64 {
    let (left, right) = (left as u64, right as u64);
    let mixed = left.wrapping_mul(LEFT).wrapping_add(right.wrapping_mul(RIGHT)) & ID_MASK;
    mixed << ID_BITS | right
}

/// The pair of a hash.
pub(crate) const fn pair(hash: u64) -> (u32, u32) {
    let right = hash & ID_MASK;
    let mixed = (hash >> ID_BITS).wrapping_sub(right.wrapping_mul(RIGHT));
    ((mixed.wrapping_mul(LEFT_INVERSE) & ID_MASK) as u32, right as u32)
}

/// Where one of `2^bucket_bits` buckets would start if all were equally full. Stored is how far off
/// that is.
pub(crate) const fn even_start(bucket: usize, bucket_bits: u32, merges: usize) -> usize {
    // Both factors are below 2^18.
    ((bucket as u64 * merges as u64) >> bucket_bits) as usize
}

/// Common words are also found whole, which spares most texts most merges. A slot holds the bytes of a
/// word of up to this length, the length in one byte and the id in the other three.
pub(crate) const WORD_LENGTH: usize = 12;
pub(crate) const WORD_SLOTS: usize = 1 << 13;
/// Where the id starts in a slot as a number.
pub(crate) const WORD_BITS: usize = 8 * (WORD_LENGTH + 1);

/// A slot without its id.
pub(crate) fn word(bytes: &[u8]) -> u128 {
    let mut slot = [0; size_of::<u128>()];
    slot[..bytes.len()].copy_from_slice(bytes);
    slot[WORD_LENGTH] = bytes.len() as u8;
    u128::from_le_bytes(slot)
}

/// The two neighbouring slots where a word may be. The factors are odd and otherwise arbitrary.
pub(crate) const fn word_slots(word: u128) -> [usize; 2] {
    let mixed = (word as u64) ^ ((word >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let spread = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> (u64::BITS - WORD_SLOTS.ilog2());
    [spread as usize, spread as usize ^ 1]
}

/// What a character is to the patterns that split a text, as a sum of these.
///
/// May be among the capitals of a word: an upper case letter, one without case, or a mark.
pub(crate) const UPPER: u8 = 1;
/// May be among the small letters of a word: a lower case letter, one without case, or a mark.
pub(crate) const LOWER: u8 = 2;
pub(crate) const LETTER: u8 = 4;
pub(crate) const NUMBER: u8 = 8;
pub(crate) const SPACE: u8 = 16;
