//! Rules in the order in which they came, to which more are added one by one. Never forgets one by itself.

use crate::rules::index::RuleSegment;
use crate::rules::rule::Rule;
use std::sync::Arc;

/// Parts that are each searched by an index of their own. The larger ones come first, and each is more than
/// twice as large as the next: so adding one rule after the other makes each index but a few times.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleShelf {
    segments: Vec<Arc<RuleSegment>>,
    /// All of them, in the order in which they came.
    rules: Vec<Arc<Rule>>,
}

impl RuleShelf {
    pub(crate) fn new(rules: Vec<Rule>) -> RuleShelf {
        let mut shelf = RuleShelf::default();
        shelf.add(rules);
        shelf
    }

    pub(crate) fn add(&mut self, rules: Vec<Rule>) {
        let mut added: Vec<Arc<Rule>> = rules.into_iter().map(Arc::new).collect();
        self.rules.extend(added.iter().cloned());
        while let Some(last) = self.segments.pop_if(|last| last.rules.len() <= 2 * added.len()) {
            // Those that came first stand first, so that they stay before others of their rank.
            added = last.rules.iter().cloned().chain(added).collect();
        }
        if !added.is_empty() {
            self.segments.push(Arc::new(RuleSegment::new(added)));
        }
    }

    pub(crate) fn segments(&self) -> &[Arc<RuleSegment>] {
        &self.segments
    }

    pub(crate) fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}
