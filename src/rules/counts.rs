//! How often each rule was met by each key. Never says what follows from that.

use crate::http::KeyId;
use crate::rules::rule::RuleId;
use crate::rules::verdict::Count;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// More keys than this, and the counts of all are forgotten.
const KEYS: usize = 65_536;

#[derive(Debug, Default)]
pub(crate) struct RuleCounts {
    keys: BTreeMap<KeyId, BTreeMap<RuleId, Count>>,
}

impl RuleCounts {
    pub(crate) fn of(&self, key: KeyId, rule: RuleId) -> Count {
        self.keys.get(&key).and_then(|counts| counts.get(&rule)).copied().unwrap_or_default()
    }

    /// What a key has met; of all keys together without one.
    pub(crate) fn answered(&self, key: Option<KeyId>, rule: RuleId) -> u64 {
        match key {
            Some(key) => self.of(key, rule).answered,
            None => {
                self.keys.values().filter_map(|counts| counts.get(&rule)).map(|count| count.answered).sum()
            }
        }
    }

    /// The count to be changed.
    pub(crate) fn change(&mut self, key: KeyId, rule: RuleId) -> &mut Count {
        if self.keys.len() >= KEYS && !self.keys.contains_key(&key) {
            self.keys.clear();
        }
        self.keys.entry(key).or_default().entry(rule).or_default()
    }

    /// Forgets what a key has met, or all keys.
    pub(crate) fn forget(&mut self, key: Option<KeyId>) {
        match key {
            Some(key) => drop(self.keys.remove(&key)),
            None => self.keys.clear(),
        }
    }

    /// Forgets what these rules have met.
    pub(crate) fn forget_rules(&mut self, rules: &BTreeSet<RuleId>) {
        for counts in self.keys.values_mut() {
            counts.retain(|rule, _| !rules.contains(rule));
        }
        self.keys.retain(|_, counts| !counts.is_empty());
    }
}
