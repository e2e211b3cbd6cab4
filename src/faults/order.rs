//! An order of faults: which ones, and how often, when and with what they strike. Never remembers how often they did.

use crate::error::ApiError;
use crate::error::Asker;
use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::sending::Sending;
use crate::plan::Said;
use crate::play::scattered;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Tells orders apart for who counts how often each has struck. Never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FaultId(u64);

impl FaultId {
    pub(crate) fn new() -> FaultId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        FaultId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Faults that are asked for together.
#[derive(Clone, Debug)]
pub(crate) struct FaultOrder {
    pub(crate) identity: FaultId,
    /// As it was given.
    pub(crate) text: String,
    pub(crate) faults: Vec<Fault>,
    pub(crate) when: FaultWhen,
}

/// When they strike: all of it must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FaultWhen {
    /// How often.
    pub(crate) times: Option<u64>,
    /// How many requests are let pass before.
    pub(crate) after: u64,
    /// Of 1.
    pub(crate) probability: Option<f64>,
    pub(crate) seed: u64,
    /// The operation, as captured requests name it, or the path.
    pub(crate) endpoint: Option<String>,
    pub(crate) model: Option<String>,
    /// Whether the reply is a stream.
    pub(crate) stream: Option<bool>,
}

/// How often an order has met requests of one key, and struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultCount {
    met: u64,
    pub(crate) struck: u64,
}

/// What is asked, as far as orders look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultSubject<'a> {
    pub(crate) kind: &'a str,
    pub(crate) path: &'a str,
    pub(crate) model: &'a str,
    /// Whether a stream is asked for.
    pub(crate) streams: bool,
}

impl FaultWhen {
    /// Whether it strikes without anything being counted.
    pub(crate) fn is_always(&self) -> bool {
        self.times.is_none() && self.after == 0 && self.probability.is_none()
    }

    pub(crate) fn holds(&self, subject: FaultSubject<'_>) -> bool {
        let is_meant = |endpoint: &str| endpoint == subject.kind || endpoint == subject.path;
        self.endpoint.as_deref().is_none_or(is_meant)
            && self.model.as_deref().is_none_or(|model| model == subject.model)
            && self.stream.is_none_or(|stream| stream == subject.streams)
    }

    /// Whether it strikes this time.
    pub(crate) fn strikes(&self, count: &mut FaultCount) -> bool {
        count.met += 1;
        let drawn = || scattered(self.seed, count.met) as f64 / u64::MAX as f64;
        let strikes = count.met > self.after
            && self.times.is_none_or(|times| count.struck < times)
            && self.probability.is_none_or(|probability| drawn() < probability);
        count.struck += u64::from(strikes);
        strikes
    }
}

impl FaultOrder {
    /// The error in place of an answer, if there is to be one.
    pub(crate) fn instead(&self, asker: &Asker<'_>) -> Option<ApiError> {
        self.faults.iter().find_map(|fault| match fault.kind.effect {
            FaultEffect::Instead(error) => Some(error(fault, asker)),
            _ => None,
        })
    }

    /// Changes a printed reply; tells the faults that found nothing to change.
    pub(crate) fn strike(&self, sending: &mut Sending<'_>) -> Vec<&'static str> {
        let changes = |fault: &&Fault| match fault.kind.effect {
            FaultEffect::Sent(change) => !change(fault, sending),
            FaultEffect::Said(_) => !sending.is_said,
            FaultEffect::Pieces(_) => !sending.is_said || !sending.is_stream(),
            FaultEffect::Instead(_) | FaultEffect::Detail => false,
        };
        self.faults.iter().filter(changes).map(|fault| fault.kind.name).collect()
    }

    /// Changes what is said; tells the faults that found nothing to change.
    pub(crate) fn disturb(&self, said: &mut Said) -> Vec<&'static str> {
        let changes = |fault: &&Fault| match fault.kind.effect {
            FaultEffect::Said(change) | FaultEffect::Pieces(change) => !change(fault, said),
            _ => false,
        };
        self.faults.iter().filter(changes).map(|fault| fault.kind.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(when: &FaultWhen, requests: usize) -> Vec<bool> {
        let mut count = FaultCount::default();
        (0..requests).map(|_| when.strikes(&mut count)).collect()
    }

    #[test]
    fn when_it_strikes() {
        let always = FaultWhen::default();
        assert_eq!(struck(&always, 3), [true; 3]);
        assert_eq!(struck(&FaultWhen { times: Some(2), ..always.clone() }, 4), [true, true, false, false]);
        let later = FaultWhen { times: Some(1), after: 2, ..always.clone() };
        assert_eq!(struck(&later, 5), [false, false, true, false, false]);
        for (probability, least, most) in [(0.0, 0, 0), (0.25, 200, 300), (1.0, 1000, 1000)] {
            let when = |seed| FaultWhen { probability: Some(probability), seed, ..always.clone() };
            let hits = struck(&when(1), 1000);
            assert_eq!(hits, struck(&when(1), 1000), "the same seed");
            assert!((least..=most).contains(&hits.iter().filter(|hit| **hit).count()), "{probability}");
            assert!(least == 0 || least == 1000 || hits != struck(&when(2), 1000), "another seed");
        }
    }
}
