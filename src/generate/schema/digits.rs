//! Texts that are made of digits: dates and times, numbers to call, codes.

use crate::generate::schema::pick::Pick;

pub(super) fn date(pick: &mut Pick) -> String {
    format!("{}-{:02}-{:02}", 2020 + pick.draws.below(6), 1 + pick.draws.below(12), 1 + pick.index(28))
}

pub(super) fn time(pick: &mut Pick) -> String {
    format!("{:02}:{:02}:00", 7 + pick.draws.below(13), pick.index(12) * 5)
}

pub(super) fn clock(pick: &mut Pick) -> String {
    time(pick)[..5].to_owned()
}

pub(super) fn timestamp(pick: &mut Pick) -> String {
    format!("{}T{}Z", date(pick), time(pick))
}

pub(super) fn year(pick: &mut Pick) -> String {
    (1990 + pick.index(36)).to_string()
}

/// Of the numbers that belong to nobody.
pub(super) fn phone(pick: &mut Pick) -> String {
    format!("+1-202-555-{:04}", 100 + pick.index(100))
}

pub(super) fn postal_code(pick: &mut Pick) -> String {
    (10_000 + pick.index(89_999)).to_string()
}

pub(super) fn code(pick: &mut Pick) -> String {
    let letter = |pick: &mut Pick| char::from(b'A' + pick.draws.below(26) as u8);
    format!("{}{}-{:04}", letter(pick), letter(pick), pick.index(10_000))
}

pub(super) fn version(pick: &mut Pick) -> String {
    format!("{}.{}.{}", 1 + pick.draws.below(4), pick.draws.below(10), pick.index(10))
}

/// Version 4, as a generator of random ones would set its bits.
pub(super) fn uuid(pick: &mut Pick) -> String {
    let bits = u128::from(pick.draws.next()) << 64 | u128::from(pick.draws.next());
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-4{}-{}{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        ["8", "9", "a", "b"][pick.draws.below(4)],
        &hex[17..20],
        &hex[20..]
    )
}
