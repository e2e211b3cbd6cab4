//! Sets of characters.

use crate::generate::schema::pattern::node::Class;

pub(super) const LAST: u32 = 0x0010_FFFF;
pub(super) const DIGITS: &[(u32, u32)] = &[(0x30, 0x39)];
pub(super) const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
pub(super) const SPACE: &[(u32, u32)] = &[
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];
/// What `.` leaves out.
pub(super) const LINE_ENDS: &[(u32, u32)] = &[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];

/// `\p{L}`: letters and digits of the alphabets that texts are drawn from, not all of Unicode.
pub(super) fn property(name: &str) -> Option<Class> {
    let short = name.rsplit('=').next().unwrap_or_default();
    let class: &[(u32, u32)] = match short {
        "L" | "Letter" | "Alphabetic" | "Latin" => &[
            (0x41, 0x5A),
            (0x61, 0x7A),
            (0xC0, 0xD6),
            (0xD8, 0xF6),
            (0xF8, 0x24F),
            (0x370, 0x3FF),
            (0x400, 0x481),
            (0x4E00, 0x9FFF),
        ],
        "Lu" | "Uppercase_Letter" | "Uppercase" => &[(0x41, 0x5A), (0xC0, 0xD6), (0xD8, 0xDE)],
        "Ll" | "Lowercase_Letter" | "Lowercase" => &[(0x61, 0x7A), (0xDF, 0xF6), (0xF8, 0xFF)],
        "N" | "Nd" | "Number" | "Decimal_Number" => DIGITS,
        "Z" | "Zs" | "Separator" | "White_Space" => SPACE,
        "P" | "Punctuation" => &[(0x21, 0x23), (0x25, 0x2A), (0x2C, 0x2F), (0x3A, 0x3B), (0x3F, 0x40)],
        "S" | "Symbol" => &[(0x24, 0x24), (0x2B, 0x2B), (0x3C, 0x3E), (0x5E, 0x5E)],
        "ASCII" => &[(0, 0x7F)],
        _ => return None,
    };
    Some(class.to_vec())
}

/// In ascending order, without overlaps.
pub(super) fn ordered(mut class: Class) -> Class {
    class.sort_unstable();
    let mut merged: Class = Vec::with_capacity(class.len());
    for (from, to) in class {
        match merged.last_mut() {
            Some((_, end)) if from <= end.saturating_add(1) => *end = (*end).max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

pub(super) fn complement(class: Class) -> Class {
    let mut rest = Class::new();
    let mut next = 0;
    for (from, to) in ordered(class) {
        if from > next {
            rest.push((next, from - 1));
        }
        next = to + 1;
    }
    if next <= LAST {
        rest.push((next, LAST));
    }
    rest
}
