//! An item of a conversation or of a response, as it is told.

use crate::json::weight;
use crate::store::Object;
use serde_json::Value;

/// A JSON object that is found by its id.
#[derive(Clone)]
pub(crate) struct StoredItem {
    pub(crate) id: String,
    pub(crate) value: Value,
}

impl StoredItem {
    /// The item of a value that has its id in it.
    pub(crate) fn of(value: Value) -> StoredItem {
        let id = value["id"].as_str().unwrap_or_default().to_owned();
        StoredItem { id, value }
    }
}

impl Object for StoredItem {
    fn id(&self) -> &str {
        &self.id
    }

    fn size(&self) -> usize {
        size_of::<StoredItem>() + self.id.len() + weight(&self.value)
    }

    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> StoredItem {
        StoredItem { id: format!("item_{number}"), value: "x".repeat(bytes).into() }
    }
}
