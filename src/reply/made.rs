//! A body that is made while it is sent: what would be too large to hold at once. Never waits for anything.

use std::fmt::Debug;
use std::fmt::Formatter;

/// A body that is made piece by piece: the next one when the one before it has left.
pub struct Made {
    pieces: Box<dyn Iterator<Item = Vec<u8>> + Send>,
}

impl Made {
    /// The body of these pieces.
    pub fn new(pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Made {
        Made { pieces: Box::new(pieces) }
    }
}

impl Iterator for Made {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.pieces.next()
    }
}

impl Debug for Made {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("pieces that are still to be made")
    }
}
