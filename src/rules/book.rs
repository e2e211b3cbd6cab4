//! All rules of a server: those of its files, those that were given at run time, and how often each has answered.
//! Reset forgets the latter two. Never reads a file, and never makes an answer.

use crate::http::KeyId;
use crate::rules::counts::RuleCounts;
use crate::rules::load;
use crate::rules::problem::Problem;
use crate::rules::problem::Problems;
use crate::rules::problem::WHOLE;
use crate::rules::rule::Rule;
use crate::rules::rule::RuleId;
use crate::rules::shelf::RuleShelf;
use crate::rules::subject::Subject;
use crate::rules::verdict::Count;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// More rules than this are not taken at run time.
const MOST_AT_RUN_TIME: usize = 100_000;

/// The rules of a server.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Whether there is any rule: looked at by each request, which mostly need not look further.
    in_use: AtomicBool,
    /// Nothing is answered under this lock, but rules are found.
    shelves: RwLock<Shelves>,
    /// Taken after the other one.
    counts: Mutex<RuleCounts>,
}

#[derive(Debug, Default)]
struct Shelves {
    files: RuleShelf,
    /// Given at run time, for all keys and for one.
    all: RuleShelf,
    keys: BTreeMap<KeyId, RuleShelf>,
    at_run_time: usize,
    /// What was wrong with the files when they were read last.
    problems: Vec<Problem>,
}

impl Shelves {
    fn is_any(&self) -> bool {
        self.at_run_time > 0 || !self.files.is_empty()
    }

    /// Those that a key sees, in the order in which they are asked among rules of one rank.
    fn seen_by(&self, key: Option<KeyId>) -> impl Iterator<Item = &RuleShelf> {
        key.and_then(|key| self.keys.get(&key)).into_iter().chain([&self.all, &self.files])
    }
}

/// A rule that is to answer.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) rule: Arc<Rule>,
    /// The how manieth time it answers this key.
    pub(crate) time: u64,
    /// What `{{count}}` says: the how manieth time it matched.
    pub(crate) count: u64,
}

impl Book {
    /// Whether there is any rule.
    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// The rule that answers this, and of those that count how often each had matched and answered before.
    pub(crate) fn choose(&self, subject: &Subject<'_>, key: KeyId) -> (Option<Chosen>, Vec<(RuleId, Count)>) {
        let holding = self.holding(subject, key);
        if holding.is_empty() {
            return (None, Vec::new());
        }
        let mut counts = self.counts();
        let mut seen = Vec::new();
        let mut chosen: Option<Chosen> = None;
        for rule in holding {
            let mut count = counts.of(key, rule.identity);
            if let Some(wanted) = &rule.count {
                count.matched += 1;
                counts.change(key, rule.identity).matched = count.matched;
                seen.push((rule.identity, count));
                if !wanted.has(count.matched) {
                    continue;
                }
            } else if rule.times.is_some() {
                seen.push((rule.identity, count));
            }
            if chosen.is_none() && rule.times.is_none_or(|times| count.answered < times) {
                let time = count.answered + 1;
                counts.change(key, rule.identity).answered = time;
                let count = if rule.count.is_some() { count.matched } else { time };
                chosen = Some(Chosen { rule, time, count });
            }
        }
        (chosen, seen)
    }

    /// The rules that hold, in the order in which they are asked: up to the first that is sure to answer, and
    /// behind it those that count.
    fn holding(&self, subject: &Subject<'_>, key: KeyId) -> Vec<Arc<Rule>> {
        let shelves = self.shelves();
        let segments = shelves.seen_by(Some(key)).flat_map(RuleShelf::segments);
        let mut candidates: Vec<&Arc<Rule>> =
            segments.flat_map(|segment| segment.candidates(subject)).collect();
        candidates.sort_by_key(|rule| rule.rank());
        let mut holding = Vec::new();
        let mut answered = false;
        for rule in candidates {
            if (!answered || rule.count.is_some()) && rule.holds(subject, key) {
                answered |= rule.is_stateless();
                holding.push(Arc::clone(rule));
            }
        }
        holding
    }

    /// All rules that a key sees, in the order in which they are asked; without a key those of all keys.
    pub(crate) fn ranked(&self, key: Option<KeyId>) -> Vec<Arc<Rule>> {
        let mut rules = self.listed(key);
        rules.sort_by_key(|rule| rule.rank());
        rules.retain(|rule| key.is_none() || rule.key.is_none() || rule.key == key);
        rules
    }

    /// The same in the order in which they came.
    pub(crate) fn listed(&self, key: Option<KeyId>) -> Vec<Arc<Rule>> {
        let shelves = self.shelves();
        let others = shelves.keys.values().filter(|_| key.is_none());
        others.chain(shelves.seen_by(key)).flat_map(RuleShelf::rules).cloned().collect()
    }

    /// How often each rule has answered a key, or all of them.
    pub(crate) fn answered(&self, key: Option<KeyId>) -> BTreeMap<RuleId, u64> {
        self.counts().answered(key)
    }

    /// What was wrong with the files when they were read last.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.shelves().problems.clone()
    }

    /// Puts the rules of files in the place of those that were there. What is wrong leaves them as they are.
    pub(crate) fn set_files(&self, read: Result<Vec<Rule>, Vec<Problem>>) {
        let rules = match read {
            Ok(rules) => RuleShelf::new(rules),
            Err(problems) => {
                self.shelves_mut().problems = problems;
                return;
            }
        };
        let mut shelves = self.shelves_mut();
        let before = std::mem::replace(&mut shelves.files, rules);
        shelves.problems = Vec::new();
        self.forgotten(&shelves, None, before.rules());
    }

    /// Adds rules at run time, for a key or for all, and tells their names.
    pub(crate) fn add_at_run_time(
        &self,
        key: Option<KeyId>,
        given: &Value,
    ) -> Result<(Vec<String>, Vec<String>), Vec<Problem>> {
        let (mut rules, notes) = load::at_run_time(given, key)?;
        let mut shelves = self.shelves_mut();
        if shelves.at_run_time + rules.len() > MOST_AT_RUN_TIME {
            let mut problems = Problems::default();
            let most = "a server takes 100000 rules at run time; DELETE /__parlel/rules forgets them";
            problems.add(&WHOLE, most);
            return Err(problems.0);
        }
        shelves.at_run_time += rules.len();
        let own = match key {
            Some(key) => shelves.keys.entry(key).or_default(),
            None => &mut shelves.all,
        };
        let before = own.rules().len();
        for rule in &mut rules {
            rule.number += before;
        }
        let names = rules.iter().map(Rule::shown).collect();
        own.add(rules);
        self.in_use.store(shelves.is_any(), Ordering::Relaxed);
        Ok((names, notes))
    }

    /// Forgets the rules that were given at run time: those of a key, or all.
    pub(crate) fn forget(&self, key: Option<KeyId>) {
        let mut shelves = self.shelves_mut();
        let mut before = Vec::new();
        if let Some(key) = key {
            before.extend(shelves.keys.remove(&key));
        } else {
            before.extend(std::mem::take(&mut shelves.keys).into_values());
            before.push(std::mem::take(&mut shelves.all));
        }
        let before: Vec<Arc<Rule>> = before.iter().flat_map(RuleShelf::rules).cloned().collect();
        shelves.at_run_time -= before.len();
        self.forgotten(&shelves, key, &before);
    }

    /// Forgets the same, and how often rules have answered.
    pub(crate) fn reset(&self, key: Option<KeyId>) {
        self.forget(key);
        self.counts().forget(key);
    }

    /// Has what else is known follow from what was forgotten; of a key's own rules no other key has met one.
    fn forgotten(&self, shelves: &Shelves, key: Option<KeyId>, before: &[Arc<Rule>]) {
        self.in_use.store(shelves.is_any(), Ordering::Relaxed);
        if !before.is_empty() {
            let rules: BTreeSet<RuleId> = before.iter().map(|rule| rule.identity).collect();
            self.counts().forget_rules(key, &rules);
        }
    }

    // A panic while one of the locks was held left rules that are still rules.
    fn shelves(&self) -> RwLockReadGuard<'_, Shelves> {
        self.shelves.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelves_mut(&self) -> RwLockWriteGuard<'_, Shelves> {
        self.shelves.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, RuleCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
