//! Content from a hash: no I/O, no clock, no request. The same seed gives the same content on every
//! machine, as docs/determinism.md describes.

pub(crate) mod pixels;
pub(crate) mod schema;
pub(crate) mod seed;
pub(crate) mod sound;
pub(crate) mod vectors;
pub(crate) mod words;
