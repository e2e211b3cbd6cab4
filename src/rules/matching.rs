//! The `match` of a rule without the rule: what a captured request is held against by who asks whether it came. Never
//! counts, and answers nothing.

use crate::rules::condition;
use crate::rules::condition::Condition;
use crate::rules::keys;
use crate::rules::problem::Problem;
use crate::rules::problem::Problems;
use crate::rules::problem::WHOLE;
use crate::rules::problem::within;
use crate::rules::shape::Takes;
use crate::rules::subject::Heard;
use crate::rules::subject::Sent;
use crate::rules::subject::Subject;
use serde_json::Value;

/// What must hold of a request: all of it.
#[derive(Debug)]
pub(crate) struct Matching {
    conditions: Vec<Condition>,
}

/// A field of a request that is not as it was wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) wanted: Value,
    pub(crate) got: Value,
}

impl Matching {
    /// Reads one as a file of rules has it.
    pub(crate) fn read(given: &Value) -> Result<Matching, Vec<Problem>> {
        let mut problems = Problems::default();
        Takes::Object(keys::MATCH).check(given, &WHOLE, &mut problems);
        let fields = given.as_object().filter(|_| problems.0.is_empty());
        let conditions =
            fields.map(|fields| condition::read(fields, &WHOLE, &mut problems)).unwrap_or_default();
        if given.get("count").is_some() {
            problems.add(
                &within(&WHOLE, "count"),
                "only a rule counts how often it is met; 'count' stands beside 'match'",
            );
        }
        if problems.0.is_empty() { Ok(Matching { conditions }) } else { Err(problems.0) }
    }

    /// What is not as wanted. Of several times that a request would ask, it is the one that is closest.
    pub(crate) fn differences(&self, heard: &[Heard<'_>], sent: Sent<'_>) -> Vec<Difference> {
        let of_one = |heard: &Heard<'_>| -> Vec<Difference> {
            let subject = Subject { heard, sent };
            let missed = self.conditions.iter().filter(|condition| !condition.holds(&subject));
            missed
                .map(|condition| Difference {
                    field: condition.key.clone(),
                    wanted: condition.wanted.clone(),
                    got: condition.found(&subject),
                })
                .collect()
        };
        heard.iter().map(of_one).min_by_key(Vec::len).unwrap_or_default()
    }
}
