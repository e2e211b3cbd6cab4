//! How long the vectors of the embedding models are.

/// How many dimensions a model's vectors have.
#[derive(Clone, Copy)]
pub(crate) struct Dimensions {
    /// Unless told otherwise.
    pub(crate) own: usize,
    pub(crate) most: usize,
    /// Whether it can be told otherwise.
    pub(crate) chosen: bool,
}

/// For a name that is not known: some models have as many as that.
const OTHER: Dimensions = Dimensions { own: 1536, most: 4096, chosen: true };

const TABLE: [(&str, Dimensions); 3] = [
    ("text-embedding-ada-002", Dimensions { own: 1536, most: 1536, chosen: false }),
    ("text-embedding-3-small", Dimensions { own: 1536, most: 1536, chosen: true }),
    ("text-embedding-3-large", Dimensions { own: 3072, most: 3072, chosen: true }),
];

/// The dimensions of a model of exactly this name.
pub(crate) fn dimensions(model: &str) -> Dimensions {
    TABLE.iter().find(|(id, _)| *id == model).map_or(OTHER, |(_, dimensions)| *dimensions)
}
