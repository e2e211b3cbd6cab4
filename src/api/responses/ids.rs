//! The ids of a response and of its items, which share a beginning.

use crate::generate::seed::Seed;
use crate::json::Hex;

/// How many digits the ids of a response and of its items share.
const SHARED: usize = 16;

/// How many digits the time of creation has in them.
const TIME: usize = 8;

/// What the id of the response begins with that an item of this id would be an output of.
pub(super) fn response_of(item: &str) -> Option<String> {
    let (kind, digits) = item.split_once('_')?;
    Some(match kind {
        "ci" => {
            let shared = digits.get(digits.len().checked_sub(SHARED)?..)?;
            ["resp_", shared, "00", digits.get(..TIME)?].concat()
        }
        _ => ["resp_", digits.get(..SHARED + 2 + TIME)?].concat(),
    })
}

/// Whether the id of an output tells whose it is, which one that was given need not.
pub(super) fn tells(item: &str, response: &str) -> bool {
    response_of(item).is_some_and(|beginning| response.starts_with(&beginning))
}

/// Where the ids of one response come from.
pub(super) struct Ids {
    seed: Seed,
    /// What they have in common.
    session: String,
    /// The second of creation as 8 digits.
    time: String,
}

impl Ids {
    pub(super) fn new(seed: Seed, created: u64) -> Ids {
        let session = seed.part("session", 0).hex()[..SHARED].to_owned();
        Ids { seed, session, time: Hex::of(u128::from(created)).as_str()[32 - TIME..].to_owned() }
    }

    /// The ids of what a response was given.
    pub(super) fn of_input(response: &str, created: u64) -> Ids {
        Ids::new(Seed::of_bytes(response.as_bytes()).part("input", 0), created)
    }

    /// 16 digits of all ids of the response, `00`, the time, and 24 digits of this one.
    pub(super) fn response(&self) -> String {
        self.id("resp_", "response", 0)
    }

    /// The id of an item. `ci_` stands before 48 digits, others before 50.
    pub(super) fn item(&self, prefix: &str, place: usize) -> String {
        if prefix == "ci_" { self.container_like(prefix, place) } else { self.id(prefix, prefix, place) }
    }

    pub(super) fn container(&self) -> String {
        self.container_like("cntr_", 0)
    }

    fn id(&self, prefix: &str, purpose: &str, place: usize) -> String {
        let own = self.seed.part(purpose, place).hex();
        [prefix, &self.session, "00", &self.time, &own[..24]].concat()
    }

    fn container_like(&self, prefix: &str, place: usize) -> String {
        let own = self.seed.part(prefix, place).hex();
        [prefix, &self.time, &own[..24], &self.session].concat()
    }
}
