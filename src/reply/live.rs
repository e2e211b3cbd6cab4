//! A body that goes on after the pipeline has returned: a subscription. Never waits: the server does, which
//! plays it, and who feeds it never has to.

use crate::play::Events;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;

/// Pieces that may wait to be sent. A reader that is further behind is given up, so that it neither fills
/// the memory nor holds up who feeds it.
const MOST_WAITING: usize = 1024;

/// One piece of a [`Live`] body.
#[derive(Clone, Debug)]
pub enum Piece {
    /// One event or several, each of which the server may pace, damage or cut off.
    Events(Events),
    /// Bytes that are sent as they are.
    Bytes(Vec<u8>),
}

/// A body whose pieces come from a [`Feed`]: it goes on until that is dropped, or the server stops.
#[derive(Debug)]
pub struct Live {
    pieces: Receiver<Piece>,
}

/// The other end of a [`Live`] body.
#[derive(Clone, Debug)]
pub struct Feed {
    pieces: SyncSender<Piece>,
}

impl Live {
    /// A body and what feeds it.
    pub fn new() -> (Feed, Live) {
        let (sender, receiver) = mpsc::sync_channel(MOST_WAITING);
        (Feed { pieces: sender }, Live { pieces: receiver })
    }

    /// For the player, which alone may wait for them.
    pub(crate) fn pieces(&self) -> &Receiver<Piece> {
        &self.pieces
    }
}

impl Feed {
    /// Adds an event without a name. Says whether anybody reads it: if not, the feed is of no use any more.
    pub fn data(&self, json: &[u8]) -> bool {
        let mut events = Events::default();
        events.data(json);
        self.send(Piece::Events(events))
    }

    /// Adds an event with a name, in the same way.
    pub fn named(&self, name: &str, json: &[u8]) -> bool {
        let mut events = Events::default();
        events.named(name, json);
        self.send(Piece::Events(events))
    }

    /// Adds a piece, in the same way. Never waits: a reader that is too far behind reads no longer.
    pub fn send(&self, piece: Piece) -> bool {
        self.pieces.try_send(piece).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_feeds_never_waits_and_hears_when_nobody_reads() {
        let (feed, live) = Live::new();
        assert!((0..MOST_WAITING).all(|_| feed.send(Piece::Bytes(vec![b'x']))));
        assert!(!feed.data(b"{}"), "too far behind");
        assert!(live.pieces().try_recv().is_ok());
        assert!(feed.named("ping", b"{}"));
        drop(live);
        assert!(!feed.data(b"{}"));
    }
}
