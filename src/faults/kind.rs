//! What a fault is, and one that is asked for. Never strikes.

use crate::error::ApiError;
use crate::error::Asker;
use crate::faults::sending::Sending;
use crate::faults::value::FaultTakes;
use crate::faults::value::FaultValue;
use crate::plan::Said;
use crate::play::Mark;
use std::time::Duration;

/// A fault that there is.
pub(crate) struct FaultKind {
    pub(crate) name: &'static str,
    pub(crate) takes: FaultTakes,
    /// What is meant where nothing stands behind the name; `None` where something must.
    pub(crate) otherwise: Option<&'static str>,
    /// The fault that it must stand behind.
    pub(crate) behind: &'static [&'static str],
    /// What it does, in a line.
    pub(crate) help: &'static str,
    pub(crate) effect: FaultEffect,
}

/// What a fault changes. Says whether it found anything to change.
#[derive(Clone, Copy)]
pub(crate) enum FaultEffect {
    /// There is an error in place of an answer.
    Instead(fn(&Fault, &Asker<'_>) -> ApiError),
    /// What is said, before it is printed.
    Said(fn(&Fault, &mut Said) -> bool),
    /// Where a stream cuts what is said; a whole reply does not show it.
    Pieces(fn(&Fault, &mut Said) -> bool),
    /// The printed reply, and how it is sent.
    Sent(fn(&Fault, &mut Sending<'_>) -> bool),
    /// Nothing by itself: it says more of the fault that it stands behind.
    Detail,
}

/// A fault that is asked for.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) kind: &'static FaultKind,
    pub(crate) value: FaultValue,
    /// What else is said of it.
    pub(crate) details: Vec<Fault>,
    /// Whatever is drawn for it is drawn from this.
    pub(crate) seed: u64,
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}={:?}", self.kind.name, self.value)?;
        self.details.iter().try_for_each(|detail| write!(formatter, " {detail:?}"))
    }
}

impl Fault {
    /// What is said of it under this name.
    pub(crate) fn detail(&self, name: &str) -> Option<&Fault> {
        self.details.iter().find(|detail| detail.kind.name == name)
    }

    /// Where it strikes.
    pub(crate) fn place(&self) -> Mark {
        match self.value {
            FaultValue::Place(mark) => mark,
            _ => Mark::Start,
        }
    }

    /// How long.
    pub(crate) fn time(&self) -> Duration {
        self.times().first().copied().unwrap_or_default()
    }

    pub(crate) fn times(&self) -> &[Duration] {
        match &self.value {
            FaultValue::Times(times) => times,
            _ => &[],
        }
    }

    /// The number behind its name.
    pub(crate) fn number(&self) -> u64 {
        match self.value {
            FaultValue::Number(number) => number,
            _ => 0,
        }
    }

    /// The event that it strikes.
    pub(crate) fn event(&self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }
}
