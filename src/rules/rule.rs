//! One rule: what must hold, what is answered, and how it ranks among others. Never remembers how often it did.

use crate::http::KeyId;
use crate::rules::answer::RuleAnswer;
use crate::rules::condition::Condition;
use crate::rules::condition::NumberRange;
use crate::rules::kind::AnswerKind;
use crate::rules::matcher::Groups;
use crate::rules::subject::Subject;
use serde_json::Value;
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Tells rules apart for who counts how often each has answered. Never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RuleId(u64);

impl RuleId {
    pub(crate) fn new() -> RuleId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        RuleId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where a rule stands as it was given. The file is kept whole: a copy of each rule in it would be the dearest part
/// of reading it.
#[derive(Debug)]
pub(crate) struct RuleText {
    pub(crate) file: Arc<Value>,
    /// Its place in the list of rules.
    pub(crate) at: usize,
}

/// A rule of a file, or one that was given at run time.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) identity: RuleId,
    pub(crate) name: Option<String>,
    /// The file, or `run-time`.
    pub(crate) origin: String,
    /// Its number there, from 1 on.
    pub(crate) number: usize,
    pub(crate) text: RuleText,
    pub(crate) conditions: Vec<Condition>,
    /// The how manieth time that all of these hold it is to be.
    pub(crate) count: Option<NumberRange>,
    /// What it answers at first, one after the other, and what from then on.
    pub(crate) first: Vec<RuleAnswer>,
    pub(crate) last: RuleAnswer,
    pub(crate) times: Option<u64>,
    pub(crate) priority: i64,
    /// How many conditions it counts as.
    pub(crate) weight: usize,
    /// Whom it is for, where that is one alone.
    pub(crate) key: Option<KeyId>,
}

impl Rule {
    /// What it is called: by its name, or by where it is from.
    pub(crate) fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{}#{}", self.origin, self.number))
    }

    /// As it was given.
    pub(crate) fn source(&self) -> &Value {
        &self.text.file["rules"][self.text.at]
    }

    /// What is asked before others: a lower one.
    pub(crate) fn rank(&self) -> (Reverse<i64>, Reverse<usize>) {
        (Reverse(self.priority), Reverse(self.weight))
    }

    pub(crate) fn kind(&self) -> AnswerKind {
        let kinds = self.first.iter().chain([&self.last]).map(RuleAnswer::kind);
        kinds.into_iter().find(|kind| *kind != AnswerKind::Any).unwrap_or(AnswerKind::Any)
    }

    /// Whether what it remembers has no say in whether it answers.
    pub(crate) fn is_stateless(&self) -> bool {
        self.count.is_none() && self.times.is_none()
    }

    /// Whether it can answer this, whatever has been asked before.
    pub(crate) fn holds(&self, subject: &Subject<'_>, key: KeyId) -> bool {
        self.kind().answers(subject.heard.wants)
            && self.key.is_none_or(|one| one == key)
            && self.conditions.iter().all(|condition| condition.holds(subject))
    }

    /// The answer for this time, 1 being the first.
    pub(crate) fn answer(&self, time: u64) -> &RuleAnswer {
        let at = usize::try_from(time).unwrap_or(usize::MAX).saturating_sub(1);
        self.first.get(at).unwrap_or(&self.last)
    }

    /// The groups of the first of its regular expressions, which its templates speak of.
    pub(crate) fn groups(&self, subject: &Subject<'_>) -> Option<Groups> {
        self.conditions.iter().find(|condition| condition.regex().is_some())?.groups(subject)
    }
}
