//! Reads rules out of the JSON of a file. Tells all that is wrong with it, and never takes a part of a file.

mod answers;
mod entry;
mod spoken;

use crate::http::KeyId;
use crate::rules::answer::Named;
use crate::rules::answer::RuleAnswer;
use crate::rules::answer::What;
use crate::rules::condition;
use crate::rules::condition::NumberRange;
use crate::rules::keys;
use crate::rules::kind::AnswerKind;
use crate::rules::problem::Problem;
use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::WHOLE;
use crate::rules::problem::within;
use crate::rules::rule::Rule;
use crate::rules::rule::RuleId;
use crate::rules::rule::RuleText;
use crate::rules::shape::Takes;
use regex_lite::Regex;
use serde_json::Map;
use serde_json::Value;
use std::sync::Arc;

/// Where rules come from.
pub(crate) struct RuleSource<'a> {
    /// The file, or what else names them where they have no name of their own.
    pub(crate) name: &'a str,
    /// Whom they are for, where that is one alone.
    pub(crate) key: Option<KeyId>,
    /// The number of each, where it is not its place in the file.
    pub(crate) numbers: Option<&'a [usize]>,
    /// How many conditions each of them counts as; `None` where it is as many as it has.
    pub(crate) weight: Option<usize>,
    /// Reads a file that an answer names.
    pub(crate) open: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
}

/// The rules of a file.
pub(crate) fn read(file: &Arc<Value>, source: &RuleSource<'_>) -> Result<Vec<Rule>, Vec<Problem>> {
    let mut problems = Problems::default();
    Takes::Object(keys::FILE).check(file, &WHOLE, &mut problems);
    let mut rules = Vec::new();
    // What does not have the right shape is not worth reading.
    if problems.0.is_empty() {
        let all = within(&WHOLE, "rules");
        let entries = file.get("rules").and_then(Value::as_array);
        for (at, entry) in entries.into_iter().flatten().enumerate() {
            let place = within(&all, at);
            let number =
                source.numbers.and_then(|numbers| numbers.get(at)).map_or(at + 1, |number| number + 1);
            let from = RuleText { file: Arc::clone(file), at };
            rules.extend(rule(entry, from, number, &place, source, &mut problems));
        }
    }
    if problems.0.is_empty() { Ok(rules) } else { Err(problems.0) }
}

fn rule(
    entry: &Value,
    from: RuleText,
    number: usize,
    place: &RulePlace<'_>,
    source: &RuleSource<'_>,
    problems: &mut Problems,
) -> Option<Rule> {
    let fields = entry.as_object()?;
    let wanted = fields.get("match")?.as_object()?;
    let conditions = condition::read(wanted, &within(place, "match"), problems);
    let count = wanted.get("count").map(NumberRange::read);
    let regex = conditions.iter().find_map(condition::Condition::regex);
    let mut answers = answers(fields, regex, place, source, problems);
    if let Some(faults) = answers::faults(fields, place, problems) {
        for answer in answers.iter_mut().filter(|answer| answer.faults.is_empty()) {
            answer.faults.clone_from(&faults);
        }
    }
    check_kinds(&answers, place, problems);
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let key = text("key").map(KeyId::of).or(source.key);
    if fields.contains_key("key") && source.key.is_some_and(|owner| key != Some(owner)) {
        problems.add(&within(place, "key"), "this rule is given with one key and names another");
    }
    Some(Rule {
        identity: RuleId::new(),
        weight: source.weight.unwrap_or(conditions.len() + usize::from(count.is_some())),
        name: text("name").map(str::to_owned),
        origin: source.name.to_owned(),
        number,
        text: from,
        count,
        times: fields.get("times").and_then(Value::as_u64),
        priority: fields.get("priority").and_then(Value::as_i64).unwrap_or(0),
        key,
        last: answers.pop()?,
        first: answers,
        conditions,
    })
}

fn answers(
    fields: &Map<String, Value>,
    regex: Option<&Regex>,
    place: &RulePlace<'_>,
    source: &RuleSource<'_>,
    problems: &mut Problems,
) -> Vec<RuleAnswer> {
    let mut read =
        |entry: &Value, place: &RulePlace<'_>| answers::read(entry, regex, place, source, problems);
    match (fields.get("answer"), fields.get("answers").and_then(Value::as_array)) {
        (Some(answer), None) => read(answer, &within(place, "answer")).into_iter().collect(),
        (None, Some(several)) => {
            let place = within(place, "answers");
            several.iter().enumerate().filter_map(|(at, one)| read(one, &within(&place, at))).collect()
        }
        (Some(_), Some(_)) => {
            problems.add(place, "a rule has 'answer' or 'answers', not both");
            Vec::new()
        }
        // What goes wrong with the generated answer.
        (None, None) if fields.contains_key("faults") => {
            vec![RuleAnswer { what: What::Pass, named: Named::default(), faults: Vec::new() }]
        }
        (None, None) => {
            problems.add(place, "'answer' is missing");
            Vec::new()
        }
    }
}

/// An operation that talks gives no vectors.
fn check_kinds(answers: &[RuleAnswer], place: &RulePlace<'_>, problems: &mut Problems) {
    let kinds: Vec<AnswerKind> =
        answers.iter().map(RuleAnswer::kind).filter(|kind| *kind != AnswerKind::Any).collect();
    if let Some(other) = kinds.iter().find(|kind| **kind != kinds[0]) {
        let (one, other) = (kinds[0].shown(), other.shown());
        let what = format!("one answer gives {one} and another {other}; no operation can give both");
        problems.add(&within(place, "answers"), what);
    }
}
