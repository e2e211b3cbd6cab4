//! Arrays: a few items, as many as asked, and different ones where they must be.

use crate::generate::schema::Built;
use crate::generate::schema::Generator;
use crate::generate::schema::Site;
use crate::generate::schema::constraints::Constraints;
use crate::generate::schema::constraints::count;
use crate::generate::schema::pick::Pick;
use crate::json::identity;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

/// No array is longer, whatever is asked.
const MOST_ITEMS: usize = 10_000;
/// Draws for an item that is not there yet. Where all must differ, turns are taken after them, so many in
/// vain.
const DRAWS: usize = 3;
const TURNS_IN_VAIN: usize = 60;
/// Items that differ if they can, since a reader would look twice at two that do not.
const FEW: usize = 6;

/// The items that are there.
struct Row {
    unique: bool,
    seen: HashSet<String>,
    turn: usize,
}

impl<'a> Generator<'a> {
    pub(super) fn array(&mut self, constraints: &Constraints<'a>, site: &Site<'_>, pick: &mut Pick) -> Built {
        let contained = contained(constraints);
        let least = constraints.at_least("minItems").max(contained.len()).min(MOST_ITEMS);
        let most = constraints.at_most("maxItems");
        let count = self.count(constraints, site, pick, least).min(most);
        let first = tuple_length(constraints).min(count.saturating_sub(contained.len()));
        let mut items = Vec::new();
        let mut row = Row { unique: constraints.is_set("uniqueItems"), seen: HashSet::new(), turn: 0 };
        while items.len() < count {
            let at = items.len();
            let mut schemas = constraints.item(at);
            // Only what is asked for stands after a tuple that nothing is said to follow.
            if schemas.is_empty() && at >= least && tuple_length(constraints) > 0 {
                break;
            }
            schemas.extend(at.checked_sub(first).and_then(|at| contained.get(at)).copied());
            match self.item(&schemas, site, at, &mut row) {
                Some(item) => items.push(item),
                None => break,
            }
        }
        let fits = (least..=most).contains(&items.len());
        Built { value: Value::Array(items), fits }
    }

    /// From one to three items, fewer the deeper; a tuple is whole.
    fn count(&self, constraints: &Constraints<'_>, site: &Site<'_>, pick: &mut Pick, least: usize) -> usize {
        let tuple = tuple_length(constraints);
        if self.brief(site.depth) {
            return least;
        }
        if tuple > 0 {
            return least.max(tuple);
        }
        let most = constraints.at_most("maxItems");
        let from = least.max(1).min(most.max(least));
        let to = most.min(from.max(if site.depth < 3 { 3 } else { 2 })).max(from);
        from + pick.draws.below(to - from + 1)
    }

    /// An item, if possible one that is not there yet.
    fn item(&mut self, schemas: &[&'a Value], site: &Site<'_>, at: usize, row: &mut Row) -> Option<Value> {
        let depth = site.depth + 1;
        let seed = site.seed.part("item", at);
        let mut last = None;
        for draw in 0..if row.unique || at < FEW { DRAWS } else { 1 } {
            let seed = if draw == 0 { seed } else { seed.part("draw", draw) };
            let built = self.value(schemas, &Site { name: site.name, seed, turn: site.turn, depth });
            if !built.fits || row.seen.insert(identity(&built.value)) {
                return built.fits.then_some(built.value);
            }
            last = Some(built.value);
        }
        if !row.unique {
            return last;
        }
        let seed = site.seed.part("turns", 0);
        for _ in 0..TURNS_IN_VAIN {
            if self.left == 0 {
                break;
            }
            row.turn += 1;
            let built = self.value(schemas, &Site { name: site.name, seed, turn: row.turn, depth });
            if built.fits && row.seen.insert(identity(&built.value)) {
                return Some(built.value);
            }
        }
        None
    }
}

/// What must be among the items, each as often as asked.
fn contained<'a>(constraints: &Constraints<'a>) -> Vec<&'a Value> {
    let times =
        |member: &Map<String, Value>| member.get("minContains").and_then(count).unwrap_or(1).min(MOST_ITEMS);
    let wanted =
        constraints.members.iter().filter_map(|member| Some((member.get("contains")?, times(member))));
    wanted.flat_map(|(schema, count)| std::iter::repeat_n(schema, count)).take(MOST_ITEMS).collect()
}

/// How many items have a schema of their own.
fn tuple_length(constraints: &Constraints<'_>) -> usize {
    let lists = constraints.each("prefixItems").chain(constraints.each("items")).filter_map(Value::as_array);
    lists.map(Vec::len).max().unwrap_or(0).min(MOST_ITEMS)
}
