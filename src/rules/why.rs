//! Why a rule answered, and why others did not. Never changes what rules remember.

use crate::http::KeyId;
use crate::rules::book::Book;
use crate::rules::rule::Rule;
use crate::rules::rule::RuleId;
use crate::rules::subject::Sent;
use crate::rules::subject::Subject;
use crate::rules::verdict::Asked;
use crate::rules::verdict::Count;
use serde_json::Value;
use serde_json::json;

/// A condition of a rule, and what came of it.
struct Finding {
    condition: String,
    wanted: Value,
    /// Whether that is to be a part of what was found.
    is_part: bool,
    found: Value,
    holds: bool,
}

impl Finding {
    /// `user to contain "hello", and it is "Bye"`
    fn missed(&self) -> String {
        let verb = if self.is_part { "contain" } else { "be" };
        let small = |value: &Value| value.as_str().map(str::to_lowercase);
        let is_close = match (small(&self.wanted), small(&self.found)) {
            (Some(wanted), Some(found)) => found.contains(&wanted),
            _ => false,
        };
        // The commonest slip.
        let hint = if is_close && self.is_part { " (capital letters count)" } else { "" };
        format!("{} to {verb} {}, and it is {}{hint}", self.condition, self.wanted, abridged(&self.found))
    }
}

/// What each rule that this key sees made of what was asked, in the order in which they are asked.
pub(crate) fn told(book: &Book, asked: &Asked, sent: Sent<'_>, key: KeyId) -> Value {
    let subject = Subject { heard: &asked.heard, sent };
    let mut is_answered = false;
    let told = |rule: &Rule| {
        let findings = findings(rule, &subject, &asked.counts);
        let holds = findings.iter().all(|finding| finding.holds);
        let name = rule.shown();
        let outcome = match findings.iter().find(|finding| !finding.holds) {
            Some(failed) => format!("{} is not as wanted", failed.condition),
            None if is_answered => "another rule is asked before it".to_owned(),
            None if asked.rule.as_ref() == Some(&name) => "it answered".to_owned(),
            None => "it was not there, or it was changed since".to_owned(),
        };
        is_answered |= holds;
        let conditions: Vec<Value> = findings
            .into_iter()
            .map(|finding| {
                let Finding { condition, wanted, found, holds, .. } = finding;
                json!({"condition": condition, "wanted": wanted, "found": found, "holds": holds})
            })
            .collect();
        json!({"rule": name, "from": rule.origin, "holds": holds, "outcome": outcome, "conditions": conditions})
    };
    let rules: Vec<Value> =
        book.ranked(Some(key)).iter().map(std::convert::AsRef::as_ref).map(told).collect();
    json!({"endpoint": asked.heard.endpoint, "rule": asked.rule, "rules": rules})
}

/// The rules that hold but for the fewest conditions, each with the first that failed.
pub(crate) fn nearest(book: &Book, subject: &Subject<'_>, counts: &[(RuleId, Count)], key: KeyId) -> String {
    /// More would not be read.
    const MOST: usize = 3;
    let mut near = Vec::new();
    for rule in book.ranked(Some(key)) {
        let findings = findings(&rule, subject, counts);
        let failed = findings.iter().filter(|finding| !finding.holds).count();
        let Some(first) = findings.into_iter().find(|finding| !finding.holds) else { continue };
        near.push((failed, near.len(), rule, first));
    }
    near.sort_by_key(|(failed, at, ..)| (*failed, *at));
    if near.is_empty() {
        return "There is no rule that could.".to_owned();
    }
    let near: Vec<String> = near
        .into_iter()
        .take(MOST)
        .map(|(_, _, rule, first)| format!("'{}' wants {}", rule.shown(), first.missed()))
        .collect();
    format!("The nearest: {}.", near.join("; "))
}

/// What there is, shortened.
fn abridged(found: &Value) -> String {
    const MOST: usize = 120;
    let text = found.to_string();
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

fn findings(rule: &Rule, subject: &Subject<'_>, counts: &[(RuleId, Count)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !rule.kind().answers(subject.heard.wants) {
        findings.push(Finding {
            condition: "operation".to_owned(),
            wanted: format!("one that gives {}", rule.kind().shown()).into(),
            is_part: false,
            found: subject.heard.endpoint.into(),
            holds: false,
        });
    }
    findings.extend(rule.conditions.iter().map(|condition| Finding {
        condition: condition.key.clone(),
        wanted: condition.wanted.clone(),
        is_part: condition.is_part(),
        found: condition.found(subject),
        holds: condition.holds(subject),
    }));
    let count = counts.iter().find(|(id, _)| *id == rule.identity).map(|(_, count)| *count);
    if let (Some(wanted), Some(count)) = (&rule.count, count) {
        findings.push(Finding {
            condition: "count".to_owned(),
            wanted: rule.source()["match"]["count"].clone(),
            is_part: false,
            found: count.matched.into(),
            holds: wanted.has(count.matched),
        });
    }
    if let (Some(times), Some(count)) = (rule.times, count) {
        findings.push(Finding {
            condition: "times".to_owned(),
            wanted: times.into(),
            is_part: false,
            found: count.answered.into(),
            holds: count.answered < times,
        });
    }
    findings
}
