//! The events of a stream, made before any of them is sent.

/// The events of a stream, ready for the wire, in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Events {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Events {
    pub(crate) fn with_capacity(events: usize, bytes: usize) -> Events {
        Events { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(events) }
    }

    /// Appends `event: NAME`, `data: JSON` and an empty line.
    pub(crate) fn named(&mut self, name: &str, json: &[u8]) {
        for part in [b"event: ", name.as_bytes(), b"\n"] {
            self.bytes.extend_from_slice(part);
        }
        self.data(json);
    }

    /// Appends `data: JSON` and an empty line.
    pub(crate) fn data(&mut self, json: &[u8]) {
        self.bytes.extend_from_slice(b"data: ");
        self.bytes.extend_from_slice(json);
        self.bytes.extend_from_slice(b"\n\n");
        self.ends.push(self.bytes.len());
    }

    /// Each event's bytes.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of all of them.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The length of all of them in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}
