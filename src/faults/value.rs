//! What stands behind the name of a fault: a place, a time, a number. Read here and nowhere else.

use crate::error;
use crate::play::Mark;
use serde_json::Value;
use std::time::Duration;

/// What a fault takes behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultTakes {
    Nothing,
    /// Which event, from 0 on.
    Event,
    /// A place in the reply: so many events, so many bytes, before the head.
    Place,
    /// The same, or a time after the head.
    PlaceOrTime,
    Time,
    /// Several of them.
    Times,
    /// So many in a second.
    Rate,
    Percent,
    /// A number from 1 on.
    Count,
    Status,
    /// The name of an error.
    Error,
}

/// The same, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FaultValue {
    Nothing,
    Place(Mark),
    Times(Vec<Duration>),
    Number(u64),
    Status(u16),
    Error(String),
    /// A whole reply.
    Literal {
        status: u16,
        headers: Vec<(String, String)>,
        body: Value,
    },
}

/// Longer than anybody waits: 30 days.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

impl FaultTakes {
    /// What it takes, for people.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            FaultTakes::Nothing => "",
            FaultTakes::Event => "EVENT",
            FaultTakes::Place => "PLACE",
            FaultTakes::PlaceOrTime => "PLACE|TIME",
            FaultTakes::Time => "TIME",
            FaultTakes::Times => "TIME,TIME...",
            FaultTakes::Rate => "RATE",
            FaultTakes::Percent => "PERCENT",
            FaultTakes::Count => "N",
            FaultTakes::Status => "STATUS",
            FaultTakes::Error => "ERROR",
        }
    }

    /// What is expected, in words.
    fn expected(self) -> &'static str {
        match self {
            FaultTakes::Nothing => "nothing",
            FaultTakes::Event => "the number of an event, from 0 on",
            FaultTakes::Place => "so many events such as 3, so many bytes such as 120b, or start",
            FaultTakes::PlaceOrTime => {
                "so many events such as 3, so many bytes such as 120b, a time such as 200ms, or start"
            }
            FaultTakes::Time => "a time such as 200ms, 2s or 1m",
            FaultTakes::Times => "times such as 120ms,30ms,45ms",
            FaultTakes::Rate => "a number from 1 to 100000",
            FaultTakes::Percent => "a number from 0 to 100, such as 30%",
            FaultTakes::Count => "a whole number from 1 on",
            FaultTakes::Status => "a status from 400 to 599, or the name of an error",
            FaultTakes::Error => "the name of an error",
        }
    }

    /// Reads what was given.
    pub(super) fn read(self, given: &str) -> Result<FaultValue, String> {
        let read = match self {
            FaultTakes::Nothing => given.is_empty().then_some(FaultValue::Nothing),
            FaultTakes::Event => number(given, 0, u64::MAX).map(FaultValue::Number),
            FaultTakes::Place => place(given).map(FaultValue::Place),
            FaultTakes::PlaceOrTime => {
                place(given).or_else(|| time(given).map(Mark::Time)).map(FaultValue::Place)
            }
            FaultTakes::Time => time(given).map(|time| FaultValue::Times(vec![time])),
            FaultTakes::Times => {
                let times: Option<Vec<Duration>> = given.split(',').map(|one| time(one.trim())).collect();
                times.map(FaultValue::Times)
            }
            FaultTakes::Rate => number(given, 1, 100_000).map(FaultValue::Number),
            FaultTakes::Percent => {
                number(given.strip_suffix('%').unwrap_or(given), 0, 100).map(FaultValue::Number)
            }
            FaultTakes::Count => number(given, 1, u64::MAX).map(FaultValue::Number),
            FaultTakes::Status => match number(given, 400, 599) {
                Some(status) => Some(FaultValue::Status(status as u16)),
                None => named(given),
            },
            FaultTakes::Error => named(given),
        };
        read.ok_or_else(|| format!("expected {}, but got '{given}'", self.expected()))
    }
}

fn named(given: &str) -> Option<FaultValue> {
    error::is_asked_by(given).then(|| FaultValue::Error(given.to_owned()))
}

fn number(given: &str, least: u64, most: u64) -> Option<u64> {
    let is_plain = given.bytes().all(|byte| byte.is_ascii_digit());
    given.parse().ok().filter(|number| is_plain && (least..=most).contains(number))
}

/// A time with its unit.
pub(crate) fn time(given: &str) -> Option<Duration> {
    let has_unit = given.ends_with(|letter: char| letter.is_ascii_alphabetic());
    humantime::parse_duration(given).ok().filter(|time| has_unit && *time <= LONGEST)
}

fn place(given: &str) -> Option<Mark> {
    if given == "start" {
        return Some(Mark::Start);
    }
    match given.strip_suffix('b') {
        Some(bytes) => number(bytes, 0, u64::MAX).map(|bytes| Mark::Bytes(bytes as usize)),
        None => number(given, 0, u64::MAX).map(|events| Mark::Events(events as usize)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_and_what_is_not() {
        use FaultTakes::{
            Count, Error, Event, Nothing, Percent, Place, PlaceOrTime, Rate, Status, Time, Times,
        };
        for (takes, right, wrong) in [
            (Nothing, &[""][..], &["1", " "][..]),
            (
                Event,
                &["0", "3", "18446744073709551615"],
                &["", "-1", "+3", "1.5", "3 ", "18446744073709551616"],
            ),
            (Place, &["0", "3", "120b", "0b", "start"], &["", "b", "3s", "end", "-3", "3B"]),
            (PlaceOrTime, &["3", "120b", "500ms", "2s", "start"], &["", "2", "ms", "soon"][..0]),
            (PlaceOrTime, &[], &["", "ms", "soon", "-1s"]),
            (Time, &["200ms", "2s", "1m", "1m30s", "0s"], &["", "200", "-1s", "2 weeks 31days 1y", "s"]),
            (Times, &["1ms", "1ms,2ms", "1ms, 2s"], &["", "1ms,", "1ms 2ms,,", "1"]),
            (Rate, &["1", "100000"], &["0", "100001", "1.5", ""]),
            (Percent, &["0", "30", "30%", "100%"], &["101", "-1", "%", "30%%"]),
            (Count, &["1", "12"], &["0", "", "x"]),
            (
                Status,
                &["429", "400", "599", "rate_limit", "overloaded"],
                &["200", "600", "", "rate_limits", "4e2"],
            ),
            (Error, &["rate_limit", "quota"], &["429", "", "no_such"]),
        ] {
            for given in right {
                assert!(takes.read(given).is_ok(), "{takes:?} {given}");
            }
            for given in wrong {
                let why = takes.read(given).expect_err(given);
                assert!(why.contains("expected") && why.contains(&format!("'{given}'")), "{why}");
            }
        }
    }
}
