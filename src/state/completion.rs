//! A chat completion that was asked for with `store`.

use crate::json::weight_of_fields;
use crate::state::StoredItem;
use crate::store::Object;
use serde_json::Map;
use serde_json::Value;

/// What is told of it later, and what lists are filtered by.
pub(crate) struct StoredCompletion {
    pub(crate) id: String,
    /// The model's name as it was sent, and as it was answered.
    pub(crate) asked: String,
    pub(crate) model: String,
    pub(crate) metadata: Map<String, Value>,
    /// The object's JSON between its id and its metadata, and behind that.
    pub(crate) around: [String; 2],
    pub(crate) messages: Vec<StoredItem>,
    /// How many others were given an id because they would have had this one.
    pub(crate) repeats: usize,
}

impl Object for StoredCompletion {
    fn id(&self) -> &str {
        &self.id
    }

    fn size(&self) -> usize {
        let names = self.id.len() + self.asked.len() + self.model.len();
        let texts = names + self.around.iter().map(String::capacity).sum::<usize>();
        let messages: usize = self.messages.iter().map(Object::size).sum();
        size_of::<StoredCompletion>() + texts + weight_of_fields(&self.metadata) + messages
    }

    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> StoredCompletion {
        StoredCompletion {
            id: format!("chatcmpl-{number}"),
            asked: String::new(),
            model: String::new(),
            metadata: Map::new(),
            around: [String::new(), String::new()],
            messages: vec![StoredItem::sample(0, bytes)],
            repeats: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_a_completion_counts() {
        let sample = || StoredCompletion::sample(1, 10);
        let long = "x".repeat(1000);
        let least = sample().size();
        let fields = || Map::from_iter([(long.clone(), Value::Null)]);
        let messages = || vec![StoredItem::sample(0, 10), StoredItem::sample(1, 1010)];
        for (part, more) in [
            ("id", StoredCompletion { id: long.clone(), ..sample() }),
            ("asked", StoredCompletion { asked: long.clone(), ..sample() }),
            ("model", StoredCompletion { model: long.clone(), ..sample() }),
            ("metadata", StoredCompletion { metadata: fields(), ..sample() }),
            ("before", StoredCompletion { around: [long.clone(), String::new()], ..sample() }),
            ("behind", StoredCompletion { around: [String::new(), long.clone()], ..sample() }),
            ("messages", StoredCompletion { messages: messages(), ..sample() }),
        ] {
            let added = more.size() - least;
            assert!((980..1300).contains(&added), "{part}: {added}");
        }
    }
}
