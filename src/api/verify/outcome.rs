//! Which of the expected requests came, and which expectations were not met. Reads no request itself.

use crate::api::unmet::Nearest;
use crate::api::unmet::numbers;
use crate::api::verify::examined::Examined;
use crate::api::verify::expectation::Expectation;
use serde_json::Value;
use serde_json::json;

/// The requests that met each expectation, by their places.
type Met = Vec<Vec<usize>>;

/// How an expectation was not met.
pub(super) struct Unmet {
    /// Which one.
    pub(super) at: usize,
    /// The same for people.
    pub(super) sentence: String,
    reason: &'static str,
    requests: Vec<u64>,
    nearest: Value,
}

impl Unmet {
    pub(super) fn value(&self, expected: &Expectation) -> Value {
        json!({
            "expect": self.at,
            "name": expected.name,
            "reason": self.reason,
            "wanted": expected.wanted_value(),
            "count": self.requests.len(),
            "requests": self.requests,
            "nearest": self.nearest,
        })
    }
}

/// What came of expectations: the requests that met each of them, and those that were not met.
pub(super) fn of(expected: &[Expectation], in_order: bool, seen: &[Examined<'_>]) -> (Met, Vec<Unmet>) {
    let all = expected.iter().map(|one| (0..seen.len()).filter(|at| seen[*at].meets(one)).collect());
    let mut met: Met = all.collect();
    let mut since = vec![0; expected.len()];
    if in_order {
        (met, since) = one_after_the_other(expected, &met);
    }
    let mut unmet = Vec::new();
    for (at, one) in expected.iter().enumerate() {
        if !one.takes(met[at].len()) {
            unmet.push(miscounted(at, one, &met[at], &seen[since[at]..], seen, in_order));
        } else if let Some(other) = one.before
            && let (Some(last), Some(first)) = (met[at].last(), met[other].first())
            && last >= first
        {
            unmet.push(misplaced(at, one, &expected[other], &met[at], seen, *first));
        }
    }
    (met, unmet)
}

/// Each expectation begins behind the requests that the one before it needs, and what comes up to the first that the
/// next one needs is counted for it. Where each begins is told as well.
fn one_after_the_other(expected: &[Expectation], all: &Met) -> (Met, Vec<usize>) {
    // Taking the earliest leaves the most to those behind.
    let mut begins = 0;
    let mut since = Vec::new();
    let mut firsts = Vec::new();
    for (one, places) in expected.iter().zip(all) {
        let from = places.partition_point(|place| *place < begins);
        let needed = &places[from..places.len().min(from + one.min)];
        since.push(begins);
        firsts.push(needed.first().copied());
        begins = needed.last().map_or(begins, |last| last + 1);
    }
    let mut end = usize::MAX;
    let mut met = Met::new();
    for (at, places) in all.iter().enumerate().rev() {
        let from = places.partition_point(|place| *place < since[at]);
        met.push(places[from..].iter().copied().take_while(|place| *place < end).collect());
        end = firsts[at].unwrap_or(end);
    }
    met.reverse();
    (met, since)
}

/// Too few came, or too many.
fn miscounted(
    at: usize,
    one: &Expectation,
    met: &[usize],
    since: &[Examined<'_>],
    seen: &[Examined<'_>],
    in_order: bool,
) -> Unmet {
    let requests: Vec<u64> = met.iter().map(|place| seen[*place].captured.number()).collect();
    let is_behind = in_order && since.len() < seen.len();
    let place = if is_behind { " behind those of the expectations before it" } else { "" };
    let came = match requests.len() {
        0 => "none came".to_owned(),
        count => format!("{count} came ({})", numbers(requests.iter().copied())),
    };
    let mut sentence = format!("{}: wanted {}{place}, and {came}.", one.shown(), one.wanted());
    let mut nearest = Nearest::default();
    if requests.len() < one.min {
        for look in since {
            let differences = look.differences(one);
            if !differences.is_empty() {
                nearest.add(look.captured.clone(), differences, 1);
            }
        }
        for told in nearest.told() {
            sentence = format!("{sentence} The nearest is {told}.");
        }
    }
    let reason = if in_order { "order" } else { "count" };
    Unmet { at, sentence, reason, requests, nearest: nearest.value() }
}

/// Some came behind the first of those that they were to come before.
fn misplaced(
    at: usize,
    one: &Expectation,
    other: &Expectation,
    met: &[usize],
    seen: &[Examined<'_>],
    first: usize,
) -> Unmet {
    let number = |place: usize| seen[place].captured.number();
    let late: Vec<u64> = met.iter().filter(|place| **place >= first).map(|place| number(*place)).collect();
    let sentence = format!(
        "{}: wanted {} before {}, whose first is request {}; {} did not come before it.",
        one.shown(),
        one.wanted(),
        other.shown(),
        number(first),
        numbers(late.iter().copied()),
    );
    Unmet { at, sentence, reason: "before", requests: late, nearest: Value::Null }
}
