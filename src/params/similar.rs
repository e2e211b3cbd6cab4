//! Names that are likely to be meant by a name that nobody declared.

use crate::error::quoted;
use crate::params::Kind;
use crate::params::Param;
use serde_json::Map;
use serde_json::Value;

/// ` Did you mean 'stop' or 'store'?`: the declared names two edits away or less that the object does
/// not use yet. Empty where there are none.
pub(super) fn hint(name: &str, declared: &[Param], given: &Map<String, Value>) -> String {
    let declared = declared.iter().filter(|param| !matches!(param.kind, Kind::Moved(_)));
    did_you_mean(name, declared.map(|param| param.name).filter(|known| !given.contains_key(*known)))
}

/// The same of any names.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = known.filter(|known| distance(name, known) <= 2).collect();
    names.sort_unstable();
    if names.is_empty() { String::new() } else { format!(" Did you mean {}?", quoted(&names, "or")) }
}

/// How many bytes must be changed, added or taken out; any number above 2 where a look at the two says so.
fn distance(one: &str, other: &str) -> usize {
    // A change takes one letter away and brings another at most.
    let strange = (letters(one) ^ letters(other)).count_ones();
    if one.len().abs_diff(other.len()) > 2 || strange > 4 {
        return usize::MAX;
    }
    strsim::generic_levenshtein(&Bytes(one), &Bytes(other))
}

/// Which letters a name has, each as a bit.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64))
}

/// A text as what `strsim` goes through, without a copy.
struct Bytes<'a>(&'a str);

impl<'a> IntoIterator for &Bytes<'a> {
    type Item = u8;
    type IntoIter = std::str::Bytes<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn nothing_near_is_passed_over(a in "[a-e_é]{0,8}", b in "[a-e_é]{0,8}") {
            let whole = strsim::generic_levenshtein(&Bytes(&a), &Bytes(&b));
            proptest::prop_assert_eq!(distance(&a, &b).min(3), whole.min(3));
        }
    }
}
