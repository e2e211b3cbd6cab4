//! Names that are likely to be meant by a name that nobody declared.

use crate::error::quoted;
use crate::params::Kind;
use crate::params::Param;
use serde_json::Map;
use serde_json::Value;

/// ` Did you mean 'stop' or 'store'?`: the declared names two edits away or less that the object does
/// not use yet. Empty where there are none.
pub(super) fn hint(name: &str, declared: &[Param], given: &Map<String, Value>) -> String {
    let mut names: Vec<&str> = declared
        .iter()
        .filter(|param| !matches!(param.kind, Kind::Moved(_)))
        .map(|param| param.name)
        .filter(|known| !given.contains_key(*known) && distance(name, known) <= 2)
        .collect();
    names.sort_unstable();
    if names.is_empty() { String::new() } else { format!(" Did you mean {}?", quoted(&names, "or")) }
}

/// The Levenshtein distance, or more than 2 where the lengths alone say so.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn distance_is_symmetric_and_zero_for_equals(a in "[a-c]{0,6}", b in "[a-c]{0,6}") {
            proptest::prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            proptest::prop_assert_eq!(distance(&a, &a), 0);
        }
    }
}
