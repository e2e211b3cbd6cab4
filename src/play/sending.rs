//! How a reply is sent, as plain data. Faults of the network are faults of the play: what is said stays the
//! same.

use crate::play::Pace;
use std::time::Duration;

/// How a reply is sent. By default, all of it at once.
///
/// A whole body counts as one event. Places are counted in what is sent: after the damage, and without
/// what HTTP puts around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Play {
    /// The wait before the head.
    pub delay: Duration,
    /// When the events of a stream are due.
    pub pace: Pace,
    /// Sends the body in parts of at most so many bytes, as a network might that knows nothing of events.
    /// 0 stands for no limit.
    pub split: usize,
    /// A wait somewhere in between.
    pub stall: Option<Stall>,
    /// An end before its time.
    pub cut: Option<Cut>,
    /// A damaged event.
    pub corrupt: Option<Corrupt>,
}

/// A place in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Before the head.
    Start,
    /// After the head and so many events.
    Events(usize),
    /// After the head and so many bytes of the body.
    Bytes(usize),
    /// So long after the head. Only a [`Cut`] can be there, and only of a reply that takes so long.
    Time(Duration),
}

/// A wait in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// Where it waits.
    pub at: Mark,
    /// How long.
    pub wait: Wait,
}

/// How long a [`Stall`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// So long.
    For(Duration),
    /// Until the server stops.
    ForEver,
}

/// The end of a reply before its time. At the same place as a [`Stall`], it follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where it ends.
    pub at: Mark,
    /// In which way.
    pub finish: Finish,
}

/// How a reply that is [`Cut`] ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// As if that were all: the framing is right, and the connection goes on. Before the head there is
    /// nothing to be framed, and the connection ends.
    Clean,
    /// The connection ends (FIN), and the framing is left open.
    Hard,
    /// The connection is reset (RST), on Linux; elsewhere it ends as in `Hard`.
    Reset,
}

/// Damage to one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt {
    /// Which one; 0 is the first.
    pub event: usize,
    /// What happens to it.
    pub damage: Damage,
}

/// What happens to a damaged event's data. What frames it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Its second half is missing: JSON that ends too early.
    Truncated,
    /// The byte in its middle is 0xFF, which UTF-8 does not have.
    InvalidByte,
}

impl Play {
    /// Whether all of it is sent at once; `is_stream` says whether there can be more than one event.
    pub(crate) fn is_at_once(&self, is_stream: bool) -> bool {
        self.stall.is_none()
            && self.cut.is_none()
            && self.corrupt.is_none()
            && self.delay.is_zero()
            && self.split == 0
            && (!is_stream || self.pace.is_none())
    }

    /// Whether the head does not leave at once, or never does.
    pub(crate) fn waits_for_head(&self) -> bool {
        !self.delay.is_zero()
            || self.stall.is_some_and(|stall| stall.at == Mark::Start)
            || self.cut.is_some_and(|cut| cut.at == Mark::Start)
    }

    /// The event as it is sent, where it is damaged.
    pub(crate) fn damaged(&self, number: usize, event: &[u8]) -> Option<Vec<u8>> {
        let Corrupt { damage, .. } = self.corrupt.filter(|corrupt| corrupt.event == number)?;
        let (start, end) = data_of(event);
        let middle = usize::midpoint(start, end);
        let mut damaged = event.to_vec();
        match damage {
            Damage::Truncated => drop(damaged.drain(middle..end)),
            Damage::InvalidByte => damaged[middle..end].iter_mut().take(1).for_each(|byte| *byte = 0xFF),
        }
        Some(damaged)
    }

    /// How much of a whole body of so many bytes is told to come. A clean cut is not to be noticed.
    pub(crate) fn told_length(&self, length: usize) -> usize {
        match self.cut {
            Some(Cut { at: Mark::Bytes(at), finish: Finish::Clean }) => length.min(at),
            Some(Cut { at: Mark::Events(0), finish: Finish::Clean }) => 0,
            _ => length,
        }
    }
}

/// Where an event's data starts and ends, or a comment; of what is no event, all is data.
fn data_of(event: &[u8]) -> (usize, usize) {
    const FIELD: &[u8] = b"data: ";
    let lines = event.strip_suffix(b"\n\n").or_else(|| event.strip_suffix(b"\r\n\r\n"));
    let Some(lines) = lines else { return (0, event.len()) };
    let field = lines.windows(FIELD.len()).position(|part| part == FIELD);
    (field.map_or(0, |at| at + FIELD.len()), lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_leaves_what_frames_an_event() {
        let damaged = |damage, event: &[u8]| {
            let play = Play { corrupt: Some(Corrupt { event: 1, damage }), ..Play::default() };
            assert_eq!(play.damaged(0, event), None);
            play.damaged(1, event).expect("it is damaged")
        };
        for (event, truncated, invalid) in [
            (&b"data: {\"a\":1}\n\n"[..], &b"data: {\"a\n\n"[..], &b"data: {\"a\xff:1}\n\n"[..]),
            (b"event: x\ndata: 1234\n\n", b"event: x\ndata: 12\n\n", b"event: x\ndata: 12\xff4\n\n"),
            (b"data: 1234\r\n\r\n", b"data: 12\r\n\r\n", b"data: 12\xff4\r\n\r\n"),
            (b": keep\n\n", b": k\n\n", b": k\xffep\n\n"),
            (b"{\"a\":1}", b"{\"a", b"{\"a\xff:1}"),
            (b"data: \n\n", b"data: \n\n", b"data: \n\n"),
            (b"", b"", b""),
        ] {
            assert_eq!(damaged(Damage::Truncated, event), truncated);
            assert_eq!(damaged(Damage::InvalidByte, event), invalid);
        }
    }

    #[test]
    fn at_once_is_what_waits_nowhere_and_lacks_nothing() {
        let second = Duration::from_secs(1);
        let paced = Play { pace: Pace::even(second), ..Play::default() };
        assert!(Play::default().is_at_once(true) && paced.is_at_once(false) && !paced.is_at_once(true));
        let stall = Some(Stall { at: Mark::Start, wait: Wait::ForEver });
        let cut = Some(Cut { at: Mark::Start, finish: Finish::Hard });
        let corrupt = Some(Corrupt { event: 0, damage: Damage::Truncated });
        for play in [
            Play { delay: second, ..Play::default() },
            Play { split: 1, ..Play::default() },
            Play { stall, ..Play::default() },
            Play { cut, ..Play::default() },
            Play { corrupt, ..Play::default() },
        ] {
            assert!(!play.is_at_once(false), "{play:?}");
        }
    }
}
