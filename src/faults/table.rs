//! The table of faults: a row each. Never strikes.

use crate::faults::kind::FaultKind;
use crate::faults::kinds;
use std::fmt::Write as _;

/// All faults, in the order in which they are listed.
pub(crate) const TABLE: &[&FaultKind] = &[
    &kinds::status::FAULT,
    &kinds::delay::FAULT,
    &kinds::ttft::FAULT,
    &kinds::between::FAULT,
    &kinds::tps::FAULT,
    &kinds::gaps::FAULT,
    &kinds::jitter::FAULT,
    &kinds::stall::FAULT,
    &kinds::stall::FOR,
    &kinds::cut::FAULT,
    &kinds::truncate::FAULT,
    &kinds::reset::FAULT,
    &kinds::close::FAULT,
    &kinds::short::FAULT,
    &kinds::error::FAULT,
    &kinds::failed::FAULT,
    &kinds::as_error::FAULT,
    &kinds::bad_json::FAULT,
    &kinds::bad_utf8::FAULT,
    &kinds::split::FAULT,
    &kinds::no_usage::FAULT,
    &kinds::args_broken::FAULT,
];

/// The fault of this name.
pub(crate) fn kind_of(name: &str) -> Option<&'static FaultKind> {
    TABLE.iter().copied().find(|kind| kind.name == name)
}

/// All faults and what they do, for people.
pub fn fault_list() -> String {
    let form = |kind: &FaultKind| match (kind.takes.shown(), kind.otherwise) {
        ("", _) => kind.name.to_owned(),
        (takes, None) => format!("{}={takes}", kind.name),
        (takes, Some(_)) => format!("{}[={takes}]", kind.name),
    };
    let width = TABLE.iter().map(|kind| form(kind).len()).max().unwrap_or_default();
    let mut text = String::new();
    for kind in TABLE {
        let _ = writeln!(text, "{:width$}  {}", form(kind), kind.help);
    }
    text
}
