//! Writes JSON straight into a byte buffer: the hot replies are built here, field by field in the
//! reference's order. Building a `serde_json::Value` first doubled the cost of a reply.

use serde_json::Value;
use std::io::Write as _;

/// A JSON text under construction. Its user writes the punctuation, so the code reads like the
/// reply; strings and numbers are escaped and printed here.
#[derive(Default)]
pub(crate) struct Json {
    out: Vec<u8>,
}

impl Json {
    pub(crate) fn with_capacity(bytes: usize) -> Json {
        Json { out: Vec::with_capacity(bytes) }
    }

    /// Appends JSON text as it is.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Json {
        self.out.extend_from_slice(json.as_bytes());
        self
    }

    /// Appends what `print` prints, JSON text too.
    pub(crate) fn write(&mut self, print: impl FnOnce(&mut Vec<u8>)) -> &mut Json {
        print(&mut self.out);
        self
    }

    /// Appends bytes that are JSON already.
    pub(crate) fn bytes(&mut self, json: &[u8]) -> &mut Json {
        self.out.extend_from_slice(json);
        self
    }

    /// Appends a string, quoted and escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Json {
        // Writing into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut self.out, text);
        self
    }

    /// Appends a string or `null`.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> &mut Json {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// Appends a whole number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Json {
        let _ = write!(self.out, "{number}");
        self
    }

    /// Appends any value.
    pub(crate) fn value(&mut self, value: &Value) -> &mut Json {
        let _ = serde_json::to_writer(&mut self.out, value);
        self
    }

    /// Appends `items`, separated by commas.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Json, T),
    ) -> &mut Json {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}
