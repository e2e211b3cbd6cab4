//! Why a rule answered, and why others did not. Never changes what rules remember.

use crate::http::KeyId;
use crate::rules::answer::AnswerKind;
use crate::rules::book::Book;
use crate::rules::rule::Rule;
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
    found: Value,
    holds: bool,
}

/// What each rule that this key sees made of what was asked, in the order in which they are asked.
pub(crate) fn told(book: &Book, asked: &Asked, sent: Sent<'_>, key: KeyId) -> Value {
    let subject = Subject { heard: &asked.heard, sent };
    let kind = AnswerKind::of_endpoint(asked.heard.endpoint);
    let mut is_answered = false;
    let told = |rule: &Rule| {
        let findings = findings(rule, &subject, kind, Some(asked));
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
                let Finding { condition, wanted, found, holds } = finding;
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
pub(crate) fn nearest(book: &Book, subject: &Subject<'_>, asked: AnswerKind, key: KeyId) -> String {
    /// More would not be read.
    const MOST: usize = 3;
    let mut near = Vec::new();
    for rule in book.ranked(Some(key)) {
        let findings = findings(&rule, subject, asked, None);
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
        .map(|(_, _, rule, first)| {
            let found = abridged(&first.found);
            format!("'{}' wants {} to be {}, and it is {found}", rule.shown(), first.condition, first.wanted)
        })
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

fn findings(rule: &Rule, subject: &Subject<'_>, kind: AnswerKind, asked: Option<&Asked>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !rule.kind().answers(kind) {
        findings.push(Finding {
            condition: "operation".to_owned(),
            wanted: format!("one that gives {}", rule.kind().shown()).into(),
            found: subject.heard.endpoint.into(),
            holds: false,
        });
    }
    findings.extend(rule.conditions.iter().map(|condition| Finding {
        condition: condition.key.clone(),
        wanted: condition.wanted.clone(),
        found: condition.found(subject),
        holds: condition.holds(subject),
    }));
    let counted =
        |asked: &Asked| asked.counts.iter().find(|(id, _)| *id == rule.identity).map(|(_, count)| *count);
    let count: Option<Count> = asked.and_then(counted);
    if let (Some(wanted), Some(count)) = (&rule.count, count) {
        findings.push(Finding {
            condition: "count".to_owned(),
            wanted: rule.source["match"]["count"].clone(),
            found: count.matched.into(),
            holds: wanted.has(count.matched),
        });
    }
    if let (Some(times), Some(count)) = (rule.times, count) {
        findings.push(Finding {
            condition: "times".to_owned(),
            wanted: times.into(),
            found: count.answered.into(),
            holds: count.answered < times,
        });
    }
    findings
}
