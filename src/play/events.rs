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

    /// Appends an event, or what stands in the place of one, as it is.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    /// Leaves the first so many.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Makes them anew: each is told its number, and appends what takes its place.
    pub(crate) fn rebuild(&mut self, mut each: impl FnMut(usize, &[u8], &mut Events)) {
        let before = std::mem::take(self);
        before.iter().enumerate().for_each(|(number, event)| each(number, event, self));
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

    /// The bytes of all of them, alone.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What they take in memory.
    pub(crate) fn weight(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// The length of all of them in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}
