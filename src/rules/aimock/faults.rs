//! When the events of a fixture of aimock come, and what goes wrong with it, in the grammar of faults. Never looks at
//! what it answers.

use crate::rules::aimock::findings::Findings;
use serde_json::Map;
use serde_json::Value;
use std::time::Duration;

/// What is drawn for each of the rates of `chaos` must not go together.
const RATES: [(&str, &str); 4] = [
    ("dropRate", "server_error; seed=1"),
    ("malformedRate", "bad_json; seed=2"),
    ("rateLimitRate", "rate_limit; seed=3"),
    ("disconnectRate", "close; seed=4"),
];

/// Longer than anybody waits: what is above it is taken for it.
const LONGEST: f64 = 86_400_000.0;

/// The faults of a fixture, each to strike by itself. aimock streams texts and calls alone, so that of anything else only
/// `chaos` counts.
pub(super) fn faults(fixture: &Map<String, Value>, is_said: bool, findings: &mut Findings) -> Vec<String> {
    let mut faults = chaos(fixture, findings);
    let stream = of_stream(fixture, findings);
    if is_said && !stream.is_empty() {
        faults.insert(0, format!("{}; stream=true", stream.join("; ")));
    }
    faults
}

/// The waits of a stream, in milliseconds.
#[derive(Default)]
struct Waits {
    first: f64,
    between: f64,
    /// Those of the first events behind the first; then they are `between`.
    recorded: Vec<f64>,
    jitter: f64,
}

impl Waits {
    /// A profile is asked for before a recording, and that before the latency; aimock never mixes a profile with a
    /// recording.
    fn of(fixture: &Map<String, Value>, findings: &mut Findings) -> Waits {
        let latency = findings.number(fixture, "", "latency").unwrap_or_default();
        let speed = fixture.get("replaySpeed").and_then(Value::as_f64).filter(|speed| *speed > 0.0);
        let recorded = findings.object(fixture, "", "recordedTimings").map(Waits::recorded);
        let profile = findings.object(fixture, "", "streamingProfile");
        let profile = profile.map(|profile| Waits::profiled(profile, latency, findings));
        let plain = || Waits { first: latency, between: latency, ..Waits::default() };
        let mut waits = profile.or(recorded).unwrap_or_else(plain);
        let speed = speed.unwrap_or(1.0);
        let all = [&mut waits.first, &mut waits.between].into_iter().chain(&mut waits.recorded);
        all.for_each(|wait| *wait = (*wait / speed).min(LONGEST));
        waits
    }

    fn profiled(profile: &Map<String, Value>, latency: f64, findings: &mut Findings) -> Waits {
        const PLACE: &str = "/streamingProfile";
        let first = findings.number(profile, PLACE, "ttft");
        let rate = findings.number(profile, PLACE, "tps");
        if rate == Some(0.0) {
            findings.wrong("/streamingProfile/tps", "must be above 0");
        }
        let between = rate.filter(|rate| *rate > 0.0).map_or(latency, |rate| 1000.0 / rate);
        let jitter = share(profile, PLACE, "jitter", findings);
        Waits { first: first.unwrap_or(between), between, jitter, ..Waits::default() }
    }

    /// What is no wait is passed over in a recording, as aimock does.
    fn recorded(timings: &Map<String, Value>) -> Waits {
        let wait = |value: &Value| value.as_f64().filter(|wait| *wait >= 0.0);
        let first = timings.get("ttftMs").and_then(wait).unwrap_or_default();
        let given = timings.get("interChunkDelaysMs").and_then(Value::as_array);
        let recorded: Vec<f64> = given.into_iter().flatten().filter_map(wait).collect();
        let between = recorded.iter().sum::<f64>() / recorded.len().max(1) as f64;
        Waits { first, between, recorded, jitter: 0.0 }
    }

    /// When so many events have been sent.
    fn after(&self, events: u64) -> f64 {
        let behind = events.saturating_sub(1);
        let recorded = self.recorded.iter().take(usize::try_from(behind).unwrap_or(usize::MAX));
        let rest = behind.saturating_sub(self.recorded.len() as u64);
        self.first + recorded.sum::<f64>() + rest as f64 * self.between
    }

    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |name: &str, wait: f64| {
            if micros(wait) > 0 {
                told.push(format!("{name}={}", time(wait)));
            }
        };
        tell("ttft", self.first);
        tell("between", self.between);
        if self.recorded.iter().any(|wait| micros(*wait) > 0) {
            let gaps: Vec<String> = self.recorded.iter().map(|wait| time(*wait)).collect();
            told.push(format!("gaps={}", gaps.join(",")));
        }
        if self.jitter > 0.0 && !told.is_empty() {
            told.push(format!("jitter={}%", (self.jitter * 100.0).round()));
        }
        told
    }
}

/// The waits, and where it ends.
fn of_stream(fixture: &Map<String, Value>, findings: &mut Findings) -> Vec<String> {
    let waits = Waits::of(fixture, findings);
    let mut told = waits.told();
    let events = findings.count(fixture, "", "truncateAfterChunks");
    if events == Some(0) {
        findings.wrong("/truncateAfterChunks", "must be at least 1");
    }
    let end = findings.number(fixture, "", "disconnectAfterMs");
    // Where there are both, it ends at the first.
    let events = events.filter(|events| end.is_none_or(|end| waits.after(*events) <= end));
    match (events, end) {
        (Some(events), _) => told.push(format!("cut={events}")),
        (None, Some(end)) => told.push(format!("cut={}", time(end))),
        (None, None) => {}
    }
    told
}

/// A wait before anything else, and what may happen instead of an answer.
fn chaos(fixture: &Map<String, Value>, findings: &mut Findings) -> Vec<String> {
    const PLACE: &str = "/chaos";
    let Some(chaos) = findings.object(fixture, "", "chaos") else { return Vec::new() };
    let delay = findings.number(chaos, PLACE, "latencyMs").filter(|delay| micros(*delay) > 0);
    let mut faults: Vec<String> = delay.iter().map(|delay| format!("delay={}", time(*delay))).collect();
    for (name, fault) in RATES {
        let rate = share(chaos, PLACE, name, findings);
        if rate > 0.0 {
            faults.push(format!("{fault}; probability={rate}"));
        }
    }
    faults
}

/// A number from 0 to 1; 0 where there is none.
fn share(object: &Map<String, Value>, place: &str, name: &str, findings: &mut Findings) -> f64 {
    let share = findings.number(object, place, name).unwrap_or_default();
    if share > 1.0 {
        findings.wrong(&format!("{place}/{name}"), "must be from 0 to 1");
    }
    share.min(1.0)
}

fn micros(millis: f64) -> u128 {
    Duration::try_from_secs_f64(millis.min(LONGEST) / 1000.0).unwrap_or_default().as_micros()
}

/// `5ms`, and what is not whole `2500us`.
fn time(millis: f64) -> String {
    let micros = micros(millis);
    if micros.is_multiple_of(1000) { format!("{}ms", micros / 1000) } else { format!("{micros}us") }
}
