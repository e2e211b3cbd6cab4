//! A conversation and its items.

use crate::json::weight_of_fields;
use crate::state::StoredItem;
use crate::store::AnyShelf as _;
use crate::store::ItemKey;
use crate::store::Moved;
use crate::store::Object;
use crate::store::Shelf;
use serde_json::Map;
use serde_json::Value;
use std::sync::Arc;
use std::sync::Weak;

/// Items that outlive a request, in the order in which they were added.
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) metadata: Map<String, Value>,
    items: Shelf<StoredItem>,
    /// How many items it ever had, which the ids of the next ones follow from.
    pub(crate) made: u64,
    moved: Vec<Moved>,
    /// The turn that is under way, as long as someone holds it.
    turn: Weak<()>,
    /// The same as long as it is the same conversation: after a reset another one can have its id.
    pub(crate) identity: Arc<()>,
}

impl Conversation {
    /// Without items.
    pub(crate) fn new(id: String, created: u64, metadata: Map<String, Value>) -> Conversation {
        let (items, moved, identity) = (Shelf::default(), Vec::new(), Arc::default());
        Conversation { id, created, metadata, items, made: 0, moved, turn: Weak::new(), identity }
    }

    pub(crate) fn items(&self) -> &Shelf<StoredItem> {
        &self.items
    }

    /// Whether a turn is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.turn.strong_count() > 0
    }

    /// Begins a turn, which is under way until what is returned is dropped; `None` where one is.
    pub(crate) fn begin_turn(&mut self) -> Option<Arc<()>> {
        let turn = Arc::new(());
        let is_free = !self.is_busy();
        is_free.then(|| {
            self.turn = Arc::downgrade(&turn);
            turn
        })
    }

    /// Adds an item as the newest, in place of the one with its id if there is one.
    pub(crate) fn add(&mut self, item: StoredItem) {
        self.made += 1;
        self.moved.push(Moved::Came(ItemKey::of(&item.id)));
        self.items.insert(item);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<StoredItem> {
        let item = self.items.remove(id)?;
        self.moved.push(Moved::Went(ItemKey::of(id)));
        Some(item)
    }
}

impl Object for Conversation {
    fn id(&self) -> &str {
        &self.id
    }

    fn size(&self) -> usize {
        size_of::<Conversation>() + self.id.len() + weight_of_fields(&self.metadata) + self.items.bytes()
    }

    fn items(&self) -> Vec<ItemKey> {
        self.items.iter().map(|item| ItemKey::of(&item.id)).collect()
    }

    fn moved(&mut self) -> Vec<Moved> {
        std::mem::take(&mut self.moved)
    }

    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> Conversation {
        let mut conversation = Conversation::new(format!("conv_{number}"), 0, Map::new());
        conversation.add(StoredItem::sample(0, bytes));
        conversation
    }
}
