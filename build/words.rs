//! The table of common words.

use crate::layout::WORD_BITS;
use crate::layout::WORD_LENGTH;
use crate::layout::WORD_SLOTS;
use crate::layout::word;
use crate::layout::word_slots;

/// What is mostly a piece of its own in English text and in code: whatever does not start with a small
/// letter, as the inner parts of words do. The lower an id, the more common is its token.
pub(crate) fn table(tokens: &[Vec<u8>]) -> Vec<u8> {
    let mut slots = vec![0_u128; WORD_SLOTS];
    for (token, id) in tokens.iter().zip(0_u32..) {
        if (2..=WORD_LENGTH).contains(&token.len()) && token.is_ascii() && !token[0].is_ascii_lowercase() {
            let word = word(token);
            if let Some(free) = word_slots(word).into_iter().find(|slot| slots[*slot] == 0) {
                slots[free] = word | u128::from(id) << WORD_BITS;
            }
        }
    }
    slots.into_iter().flat_map(u128::to_le_bytes).collect()
}
