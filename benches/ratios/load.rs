//! Load for a while on some connections, and its numbers. Rounds of several loads are interleaved, so
//! that what else the machine does meets all of them alike.

use crate::client::Call;
use crate::client::Connection;
use crate::client::Timing;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// The stack of a client thread: many are open at once.
pub(crate) const STACK: usize = 64 * 1024;

/// One call, made again and again.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) call: Call,
    pub(crate) connections: usize,
    /// A connection serves one request, and the next waits for a new one.
    pub(crate) reconnect: bool,
}

/// How long and how often.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    pub(crate) duration: Duration,
}

/// What one load came to in one round. Times are in milliseconds.
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Until the first event.
    pub(crate) first_p50: f64,
}

/// The rounds of one load.
pub(crate) struct Rounds(Vec<Measured>);

impl Rounds {
    /// The median of what each round came to.
    pub(crate) fn of(&self, number: fn(&Measured) -> f64) -> f64 {
        median(self.0.iter().map(number).collect())
    }

    /// The median of each round's ratio to another load in the same round.
    pub(crate) fn against(
        &self,
        number: fn(&Measured) -> f64,
        other: &Rounds,
        other_number: fn(&Measured) -> f64,
    ) -> f64 {
        let pairs = self.0.iter().zip(&other.0);
        median(pairs.map(|(one, other)| number(one) / other_number(other)).collect())
    }
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    quantile(&numbers, 0.5)
}

/// Of sorted numbers.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let steps = sorted.len().saturating_sub(1);
    let at = (0..steps).find(|at| *at as f64 >= steps as f64 * share).unwrap_or(steps);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// Runs the loads in turn, every second round backwards. A round that cannot be trusted is an error.
pub(crate) fn interleave<const N: usize>(effort: Effort, loads: &[Load; N]) -> Result<[Rounds; N], String> {
    let mut results: [Rounds; N] = std::array::from_fn(|_| Rounds(Vec::new()));
    for round in 0..effort.rounds {
        for step in 0..N {
            let at = if round % 2 == 0 { step } else { N - 1 - step };
            results[at].0.push(run(&loads[at], effort.duration)?);
        }
    }
    Ok(results)
}

fn run(load: &Load, duration: Duration) -> Result<Measured, String> {
    // One after the other, each with one request: a bare tiny_http forgets connections that are
    // opened together.
    let opened: Result<Vec<Connection>, String> = (0..load.connections).map(|_| warm(load)).collect();
    let opened = opened?;
    // Shut until every thread is there; also a failure on the way opens it.
    let gate = RwLock::new(());
    thread::scope(|scope| {
        let shut = gate.write();
        let mut threads = Vec::new();
        for share in shares(opened, load) {
            let work = || repeat(load, share, duration, &gate);
            let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            threads.push(thread.map_err(|error| format!("a client thread: {error}"))?);
        }
        drop(shut);
        let start = Instant::now();
        let mut timings = Vec::new();
        for thread in threads {
            timings.extend(thread.join().map_err(|_| "a client thread panicked".to_owned())??);
        }
        Ok(summary(&timings, start.elapsed()))
    })
}

/// Opens a connection and makes the call once.
pub(crate) fn warm(load: &Load) -> Result<Connection, String> {
    let mut connection = Connection::open(load.call.address)?;
    connection.exchange(&load.call)?;
    Ok(connection)
}

/// The connections of each client thread. There are few threads, as load generators have them: with
/// one for each connection, the clients would take the cores from the server, which has fewer, and the
/// measurement would be one of the scheduler.
fn shares(mut connections: Vec<Connection>, load: &Load) -> Vec<Vec<Connection>> {
    let cores = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let threads = if load.reconnect { connections.len() } else { cores.min(connections.len()) };
    let mut shares = Vec::new();
    for left in (1..=threads).rev() {
        shares.push(connections.split_off(connections.len() - connections.len() / left));
    }
    shares
}

/// Sends on every connection, then reads from every connection, and so on.
fn repeat(
    load: &Load,
    mut connections: Vec<Connection>,
    duration: Duration,
    gate: &RwLock<()>,
) -> Result<Vec<Timing>, String> {
    let mut timings = Vec::with_capacity(64 * 1024);
    drop(gate.read().unwrap_or_else(PoisonError::into_inner));
    let start = Instant::now();
    let mut sent = Vec::with_capacity(connections.len());
    while start.elapsed() < duration {
        sent.clear();
        for connection in &mut connections {
            let asked = Instant::now();
            if load.reconnect || connection.closed {
                *connection = Connection::open(load.call.address)?;
            }
            let connecting = asked.elapsed();
            sent.push((connecting, connection.send(&load.call)?));
        }
        for (connection, (connecting, at)) in connections.iter_mut().zip(&sent) {
            let timing = connection.finish(&load.call, *at)?;
            timings.push(Timing { first: *connecting + timing.first, whole: *connecting + timing.whole });
        }
    }
    Ok(timings)
}

fn summary(timings: &[Timing], elapsed: Duration) -> Measured {
    let sorted = |time: fn(&Timing) -> Duration| {
        let mut times: Vec<f64> = timings.iter().map(|timing| millis(time(timing))).collect();
        times.sort_by(f64::total_cmp);
        times
    };
    let whole = sorted(|timing| timing.whole);
    let first = sorted(|timing| timing.first);
    Measured {
        per_second: timings.len() as f64 / elapsed.as_secs_f64(),
        p50: quantile(&whole, 0.5),
        p99: quantile(&whole, 0.99),
        first_p50: quantile(&first, 0.5),
    }
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
