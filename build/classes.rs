//! The classes of characters, from the same tables as the regular expressions that split texts.

use crate::layout::LETTER;
use crate::layout::LOWER;
use crate::layout::NUMBER;
use crate::layout::SPACE;
use crate::layout::UPPER;
use regex_syntax::hir::Class;
use regex_syntax::hir::HirKind;
use std::error::Error;

const CLASSES: [(&str, u8); 6] = [
    (r"[\p{Lu}\p{Lt}]", UPPER | LETTER),
    (r"\p{Ll}", LOWER | LETTER),
    (r"[\p{Lm}\p{Lo}]", UPPER | LOWER | LETTER),
    (r"\p{M}", UPPER | LOWER),
    (r"\p{N}", NUMBER),
    (r"\s", SPACE),
];

/// Where each run of characters of one class starts, with the class: 24 and 8 bits.
pub(crate) fn table() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut classes = vec![0; char::MAX as usize + 1];
    for (pattern, class) in CLASSES {
        let parsed = regex_syntax::parse(pattern)?.into_kind();
        let HirKind::Class(Class::Unicode(characters)) = parsed else {
            return Err(format!("{pattern} is not a class of characters").into());
        };
        for range in characters.ranges() {
            classes[range.start() as usize..=range.end() as usize].fill(class);
        }
    }
    let mut table = Vec::new();
    for (character, class) in (0_u32..).zip(&classes) {
        if character == 0 || classes[character as usize - 1] != *class {
            table.extend((character << 8 | u32::from(*class)).to_le_bytes());
        }
    }
    Ok(table)
}
