//! How often each rule was met by each key. Never says what follows from that.

use crate::http::KeyId;
use crate::rules::rule::RuleId;
use crate::rules::verdict::Count;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Bound::Included;
use std::ops::Bound::Unbounded;

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

    /// How often each rule has answered a key, or all keys.
    pub(crate) fn answered(&self, key: Option<KeyId>) -> BTreeMap<RuleId, u64> {
        let meant = key.map_or((Unbounded, Unbounded), |key| (Included(key), Included(key)));
        let mut answered = BTreeMap::new();
        for (rule, count) in self.keys.range(meant).flat_map(|(_, counts)| counts) {
            *answered.entry(*rule).or_default() += count.answered;
        }
        answered
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

    /// Forgets what a key, or all, have met of these rules.
    pub(crate) fn forget_rules(&mut self, key: Option<KeyId>, rules: &BTreeSet<RuleId>) {
        let forget = |counts: &mut BTreeMap<RuleId, Count>| counts.retain(|rule, _| !rules.contains(rule));
        match key {
            Some(key) => self.keys.get_mut(&key).into_iter().for_each(forget),
            None => self.keys.values_mut().for_each(forget),
        }
    }
}
