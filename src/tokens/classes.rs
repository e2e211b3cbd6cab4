//! The Unicode classes of characters.

use crate::tokens::vocabulary::built;

const RUNS: &[[u8; 4]] = built!("classes").as_chunks().0;

/// The classes of ASCII.
const ASCII: [u8; 128] = {
    let mut classes = [0; 128];
    let (mut run, mut character) = (0, 0);
    while character < classes.len() {
        if (u32::from_le_bytes(RUNS[run + 1]) >> 8) as usize == character {
            run += 1;
        }
        classes[character] = RUNS[run][0];
        character += 1;
    }
    classes
};

/// What a character is, as a sum of the constants in `layout`.
pub(crate) fn class(character: char) -> u8 {
    if let Some(class) = ASCII.get(character as usize) {
        return *class;
    }
    let after = RUNS.partition_point(|run| u32::from_le_bytes(*run) >> 8 <= character as u32);
    RUNS.get(after - 1).map_or(0, |run| run[0])
}
