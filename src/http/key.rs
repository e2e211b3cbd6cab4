//! Stands for an API key where the key itself must not be kept. Never reads one from a request.

use md5::Digest;
use md5::Md5;

/// The MD5 of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeyId(u128);

impl KeyId {
    /// Who sends none.
    pub(crate) fn of_nobody() -> KeyId {
        KeyId::of("")
    }

    /// `key` is empty for a request without one.
    pub(crate) fn of(key: &str) -> KeyId {
        KeyId(u128::from_be_bytes(Md5::digest(key).into()))
    }

    pub(crate) fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}
