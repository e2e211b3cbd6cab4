//! What is stored until a reset, each key's apart: chat completions, responses, conversations. Bounded
//! by bytes over all keys.

use crate::json::weight;
use crate::json::weight_of_fields;
use crate::plan::Answer;
use crate::plan::Status;
use crate::state::KeyId;
use crate::store::Object;
use crate::store::Shelf;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What all keys together may store. Above it, the oldest goes.
const BYTES: usize = 64 * 1024 * 1024;

/// More keys than this, and those that store nothing are forgotten.
const KEYS: usize = 65_536;

/// What one key stores.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) completions: Shelf<StoredCompletion>,
    pub(crate) responses: Shelf<StoredResponse>,
    pub(crate) conversations: Shelf<Conversation>,
    made: BTreeMap<&'static str, u64>,
    /// Its bytes as they are part of the sum over all keys: after a panic, not those it has now.
    counted: usize,
}

impl Kept {
    /// Counts one more object of a kind: 1 for the first since the last reset.
    pub(crate) fn made(&mut self, kind: &'static str) -> u64 {
        let made = self.made.entry(kind).or_default();
        *made += 1;
        *made
    }

    fn bytes(&self) -> usize {
        self.completions.bytes() + self.responses.bytes() + self.conversations.bytes()
    }

    fn stores_nothing(&self) -> bool {
        self.completions.len() + self.responses.len() + self.conversations.len() == 0
    }

    /// Drops the oldest object of the kind that takes the most room.
    fn drop_oldest(&mut self) {
        let of_completions = self.completions.bytes();
        let of_responses = self.responses.bytes();
        let of_conversations = self.conversations.bytes();
        if of_completions >= of_responses.max(of_conversations) {
            self.completions.remove_oldest();
        } else if of_responses >= of_conversations {
            self.responses.remove_oldest();
        } else {
            self.conversations.remove_oldest();
        }
    }
}

/// A chat completion that was asked for with `store`.
pub(crate) struct StoredCompletion {
    pub(crate) id: String,
    /// The model's name as it was sent, and as it was answered.
    pub(crate) asked: String,
    pub(crate) model: String,
    pub(crate) metadata: Map<String, Value>,
    /// The object's JSON between its id and its metadata, and behind that.
    pub(crate) around: [String; 2],
    pub(crate) messages: Vec<Item>,
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
}

/// A response that was not asked for with `"store": false`.
pub(crate) struct StoredResponse {
    pub(crate) answer: Arc<Answer>,
    /// How far it is told to be: in the background, each look at it finds it one step further.
    pub(crate) status: Status,
    /// The items of its own input, as they were given.
    pub(crate) input: Arc<Vec<Value>>,
    /// The response that it goes on from.
    pub(crate) previous: Option<String>,
    bytes: usize,
}

impl StoredResponse {
    /// Weighs the response once, so that no look at it has to while the lock is held.
    pub(crate) fn new(
        answer: Arc<Answer>,
        status: Status,
        input: Vec<Value>,
        previous: Option<String>,
    ) -> StoredResponse {
        let weight: usize = input.iter().map(weight).sum();
        let bytes = size_of::<StoredResponse>() + answer.size() + weight;
        StoredResponse { answer, status, input: Arc::new(input), previous, bytes }
    }
}

impl Object for StoredResponse {
    fn id(&self) -> &str {
        &self.answer.id
    }

    fn size(&self) -> usize {
        self.bytes
    }
}

/// A conversation and its items.
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) items: Shelf<Item>,
    /// How many items it ever had, which the ids of the next ones follow from.
    pub(crate) made: u64,
}

impl Object for Conversation {
    fn id(&self) -> &str {
        &self.id
    }

    fn size(&self) -> usize {
        size_of::<Conversation>() + self.id.len() + weight_of_fields(&self.metadata) + self.items.bytes()
    }
}

/// An item of a conversation or of a response, as it is told.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) value: Value,
}

impl Item {
    /// The item of a value that has its id in it.
    pub(crate) fn of(value: Value) -> Item {
        let id = value["id"].as_str().unwrap_or_default().to_owned();
        Item { id, value }
    }
}

impl Object for Item {
    fn id(&self) -> &str {
        &self.id
    }

    fn size(&self) -> usize {
        size_of::<Item>() + self.id.len() + weight(&self.value)
    }
}

/// What all keys store.
#[derive(Default)]
pub(super) struct Keep {
    keys: BTreeMap<KeyId, Kept>,
    bytes: usize,
}

impl Keep {
    pub(super) fn open<R>(&mut self, key: KeyId, with: impl FnOnce(&mut Kept) -> R) -> R {
        if self.keys.len() >= KEYS && !self.keys.contains_key(&key) {
            self.keys.retain(|_, kept| !kept.stores_nothing());
        }
        let kept = self.keys.entry(key).or_default();
        let result = with(kept);
        self.bytes -= kept.counted;
        kept.counted = kept.bytes();
        self.bytes += kept.counted;
        if kept.stores_nothing() && kept.made.is_empty() {
            self.keys.remove(&key);
        }
        while self.bytes > BYTES {
            self.drop_oldest();
        }
        result
    }

    /// Drops what the key that takes the most room stored first: who stores little keeps it.
    fn drop_oldest(&mut self) {
        let Some(kept) = self.keys.values_mut().max_by_key(|kept| kept.counted) else { return };
        kept.drop_oldest();
        self.bytes -= kept.counted;
        kept.counted = kept.bytes();
        self.bytes += kept.counted;
    }

    pub(super) fn forget(&mut self, key: Option<KeyId>) {
        match key {
            None => *self = Keep::default(),
            Some(key) => {
                let bytes = self.keys.remove(&key).map_or(0, |kept| kept.counted);
                self.bytes -= bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::state::State;
    use std::panic::AssertUnwindSafe;

    fn item(number: usize, bytes: usize) -> Item {
        Item { id: format!("item_{number}"), value: Value::String("x".repeat(bytes)) }
    }

    fn conversation(kept: &mut Kept, bytes: usize) -> String {
        let id = format!("conv_{}", kept.made("conversation"));
        let mut items = Shelf::default();
        items.insert(item(0, bytes));
        let (metadata, made) = (Map::new(), 1);
        kept.conversations.insert(Conversation { id: id.clone(), created: 0, metadata, items, made });
        id
    }

    fn held(state: &State, key: KeyId) -> Vec<String> {
        state.kept(key, |kept| kept.conversations.iter().map(|one| one.id.clone()).collect())
    }

    #[test]
    fn the_oldest_of_the_greatest_goes() {
        const MEGABYTE: usize = 1024 * 1024;
        let state = State::new(Config::default());
        let (small, large) = (KeyId::of("small"), KeyId::of("large"));
        state.kept(small, |kept| conversation(kept, MEGABYTE));
        for _ in 0..70 {
            state.kept(large, |kept| conversation(kept, MEGABYTE));
        }
        assert_eq!(held(&state, small), ["conv_1"]);
        let left = held(&state, large);
        assert_eq!((left.len(), left[0].as_str()), (62, "conv_9"));
        // One that is larger than all room does not stay, and takes all others of its key along.
        state.kept(large, |kept| conversation(kept, 65 * MEGABYTE));
        assert!(held(&state, large).is_empty());
        assert_eq!(held(&state, small), ["conv_1"]);
        assert!(state.keep().bytes < 2 * MEGABYTE);
    }

    #[test]
    fn what_grows_counts() {
        let state = State::new(Config::default());
        let key = KeyId::of("key");
        let id = state.kept(key, |kept| conversation(kept, 10));
        let before = state.keep().bytes;
        let grow = |conversation: &mut Conversation| conversation.items.insert(item(1, 1000));
        state.kept(key, |kept| kept.conversations.change(&id, grow));
        assert!(state.keep().bytes > before + 1000);
        state.kept(key, |kept| kept.conversations.remove(&id));
        assert_eq!(state.keep().bytes, 0);
    }

    #[test]
    fn reset_forgets_one_key_or_all() {
        let state = State::new(Config::default());
        let keys = [KeyId::of("a"), KeyId::of("b")];
        for key in keys {
            state.kept(key, |kept| conversation(kept, 10));
            state.clear(Some(key));
        }
        state.clear(None);
        state.reset_of(Some(keys[0]));
        assert_eq!((held(&state, keys[0]).len(), held(&state, keys[1]).len()), (0, 1));
        assert_eq!(state.kept(keys[0], |kept| conversation(kept, 10)), "conv_1", "counts again from 1");
        assert_eq!(state.kept(keys[1], |kept| conversation(kept, 10)), "conv_2");
        state.reset();
        assert!(keys.iter().all(|key| held(&state, *key).is_empty()));
        assert_eq!(state.keep().bytes, 0);
    }

    #[test]
    fn keys_without_objects_go_when_there_are_many() {
        let state = State::new(Config::default());
        let name = |number: usize| KeyId::of(&number.to_string());
        state.kept(name(0), |kept| conversation(kept, 10));
        for number in 1..KEYS + 10 {
            state.kept(name(number), |kept| kept.made("conversation"));
            state.kept(name(number + KEYS), |_| ());
        }
        assert!(state.keep().keys.len() < 100);
        assert_eq!(held(&state, name(0)), ["conv_1"]);
    }

    #[test]
    fn a_panic_loses_neither_the_lock_nor_the_count() {
        let state = State::new(Config::default());
        let key = KeyId::of("key");
        let panics = || {
            state.kept(key, |kept| {
                let id = conversation(kept, 1000);
                kept.conversations.change(&id, |conversation| {
                    conversation.items.insert(item(1, 1000));
                    panic!("on purpose");
                })
            })
        };
        assert!(std::panic::catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!(state.kept(key, |kept| conversation(kept, 10)), "conv_2");
        state.kept(key, |kept| while kept.conversations.remove_oldest().is_some() {});
        assert_eq!(state.keep().bytes, 0);
    }
}
