//! What became of one request: which rules answered, and what is to be noted about that. CapturedRequest with the captured
//! request; never sent to who asked.

use crate::faults::Struck;
use crate::rules::rule::RuleId;
use crate::rules::subject::Heard;

/// What became of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// What rules were asked about: once for most requests, once for each input of some.
    pub(crate) asked: Vec<Asked>,
    /// What a test may want to know of what was answered.
    pub(crate) notes: Vec<String>,
    /// What was made to go wrong.
    pub(crate) faults: Vec<Struck>,
    /// Whether faults have met what was said.
    pub(crate) is_disturbed: bool,
}

/// What rules were asked about, and who answered.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) heard: Heard<'static>,
    /// The name of the rule; `None` where the answer was generated.
    pub(crate) rule: Option<String>,
    /// Of rules that count: how often each had matched by then, and had answered before.
    pub(crate) counts: Vec<(RuleId, Count)>,
}

/// How often a rule was met by one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Everything in its match held, its `count` left aside. Counted for rules that have one.
    pub(crate) matched: u64,
    pub(crate) answered: u64,
}

impl Verdict {
    /// Whether there is nothing to keep: so it is mostly.
    pub(crate) fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.notes.is_empty() && self.faults.is_empty()
    }

    /// The rules that answered, in the order of what was asked.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().filter_map(|asked| asked.rule.as_deref())
    }

    /// What was made to go wrong, as it is told: `429; times=2`.
    pub(crate) fn fault(&self) -> Option<String> {
        let texts: Vec<&str> = self.faults.iter().map(|struck| struck.0.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// Roughly what it takes in memory.
    pub(crate) fn size(&self) -> usize {
        let asked = |asked: &Asked| {
            let rule = asked.rule.as_ref().map_or(0, String::len);
            asked.heard.size() + rule + asked.counts.len() * size_of::<(RuleId, Count)>()
        };
        size_of::<Verdict>()
            + self.asked.iter().map(asked).sum::<usize>()
            + self.notes.iter().map(|note| size_of::<String>() + note.len()).sum::<usize>()
            + self.faults.iter().map(|struck| size_of::<Struck>() + struck.0.text.len()).sum::<usize>()
    }
}
