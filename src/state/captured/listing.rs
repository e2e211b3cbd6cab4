//! A list of captured requests: which of those that pass a filter, in which order, and how many there are.

use crate::json::Json;
use crate::state::captured::Totals;
use crate::state::captured::entry::Entry;
use crate::state::captured::filter::Filter;
use crate::state::captured::printed::print_entry;

/// What to list. The default lists all, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) filter: Filter,
    /// At most so many.
    pub(crate) limit: Option<usize>,
    /// Whether a limit leaves the first ones in the order of the list, for a page behind another one; otherwise it
    /// leaves the newest.
    pub(crate) from_start: bool,
    pub(crate) newest_first: bool,
}

impl Listing {
    /// Of those that pass, oldest first, the ones that are listed, and whether some are not.
    fn cut<'a>(&self, mut passing: Vec<&'a Entry>) -> (Vec<&'a Entry>, bool) {
        let kept = self.limit.unwrap_or(usize::MAX).min(passing.len());
        let has_more = kept < passing.len();
        if self.from_start && !self.newest_first {
            passing.truncate(kept);
        } else {
            passing.drain(..passing.len() - kept);
        }
        if self.newest_first {
            passing.reverse();
        }
        (passing, has_more)
    }

    /// `{"requests":[...],"count":2,"dropped":0,"has_more":false}`
    pub(in crate::state) fn print(&self, entries: &[Entry], totals: Totals, of_key: bool) -> Vec<u8> {
        let number = |entry: &Entry| if of_key { entry.number_of_key } else { entry.number };
        let passes = |entry: &&Entry| self.filter.lets_pass(entry, number(entry));
        let passing: Vec<&Entry> = entries.iter().filter(passes).collect();
        // What was dropped can no longer be asked whether it passes a filter.
        let count = if self.filter.selects_all() { totals.count } else { passing.len() as u64 };
        let (listed, has_more) = self.cut(passing);
        let mut json = Json::default();
        json.raw(r#"{"requests":["#);
        json.list(listed, |json, entry| print_entry(json, entry, number(entry)));
        json.raw(r#"],"count":"#).number(count);
        json.raw(r#","dropped":"#).number(totals.dropped);
        json.raw(r#","has_more":"#).flag(has_more).raw("}");
        json.into_bytes()
    }
}
