//! A body that is made while it is sent: what would be too large to hold at once. Never waits for anything.

use std::fmt::Debug;
use std::fmt::Formatter;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

/// A body that is made piece by piece: the next one when the one before it has left.
pub struct Made {
    pieces: Mutex<Box<dyn Iterator<Item = Vec<u8>> + Send>>,
    /// All that was still to be made when somebody wanted to see it at once.
    rest: OnceLock<Vec<u8>>,
}

impl Made {
    /// The body of these pieces.
    pub fn new(pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Made {
        Made { pieces: Mutex::new(Box::new(pieces)), rest: OnceLock::new() }
    }

    /// All of it at once. For who answers requests without a server.
    pub(super) fn bytes(&self) -> &[u8] {
        let pieces = || self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        self.rest.get_or_init(|| pieces().by_ref().flatten().collect())
    }
}

impl Iterator for Made {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let pieces = self.pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.rest.take().or_else(|| pieces.next())
    }
}

impl Debug for Made {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("pieces that are still to be made")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_at_it_takes_nothing_away() {
        let mut made = Made::new([vec![1], vec![2], vec![3]].into_iter());
        assert_eq!(made.next(), Some(vec![1]));
        assert_eq!((made.bytes(), made.bytes()), (&[2, 3][..], &[2, 3][..]));
        assert_eq!((made.next(), made.next()), (Some(vec![2, 3]), None));
    }
}
