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

/// How many bytes must be changed, added or taken out; more than 2 where the lengths alone say so.
fn distance(one: &str, other: &str) -> usize {
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    strsim::generic_levenshtein(&one.as_bytes().to_vec(), &other.as_bytes().to_vec())
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
