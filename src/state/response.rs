//! A response that was not asked for with `"store": false`.

use crate::json::weight;
use crate::plan::Answer;
use crate::plan::Status;
use crate::store::ItemKey;
use crate::store::Object;
use serde_json::Value;
use std::cell::OnceCell;
use std::sync::Arc;

/// The response and what it was given.
pub(crate) struct StoredResponse {
    pub(crate) answer: Arc<Answer>,
    /// How far it is told to be: in the background, each look at it finds it one step further.
    pub(crate) status: Status,
    /// The items of its own input, as they were given.
    pub(crate) input: Arc<Vec<Value>>,
    /// The response that it goes on from.
    pub(crate) previous: Option<String>,
    /// The items and where they stand, the input's first, sorted, once one was looked for.
    given: OnceCell<Box<[(ItemKey, u32)]>>,
    read: ReadKeys,
    bytes: usize,
}

/// Reads what stands for the ids of the items of an input, those that the response gave them too, and of
/// outputs that were given ids. Costs a digest for each item, and few of them are ever looked for.
pub(crate) type ReadKeys = fn(&Answer, &[Value]) -> Vec<ItemKey>;

impl StoredResponse {
    /// Weighs the response once, so that no look at it has to while the lock is held.
    pub(crate) fn new(
        answer: Arc<Answer>,
        status: Status,
        input: Vec<Value>,
        previous: Option<String>,
        read: ReadKeys,
    ) -> StoredResponse {
        let weight: usize = input.iter().map(weight).sum();
        let bytes = size_of::<StoredResponse>() + answer.size() + weight;
        StoredResponse {
            answer,
            status,
            input: Arc::new(input),
            previous,
            given: OnceCell::new(),
            read,
            bytes,
        }
    }

    /// Where in the input, or behind it, an item with this id may stand.
    pub(crate) fn given(&self, id: &str) -> impl Iterator<Item = usize> {
        let item = ItemKey::of(id);
        let all = self.keys();
        let first = all.partition_point(|(other, _)| *other < item);
        let found = all[first..].iter().take_while(move |(other, _)| *other == item);
        found.map(|(_, at)| *at as usize)
    }

    fn keys(&self) -> &[(ItemKey, u32)] {
        self.given.get_or_init(|| {
            let mut given: Box<[_]> = (self.read)(&self.answer, &self.input).into_iter().zip(0..).collect();
            given.sort_unstable();
            given
        })
    }
}

impl Object for StoredResponse {
    fn id(&self) -> &str {
        &self.answer.id
    }

    fn size(&self) -> usize {
        self.bytes + self.given.get().map_or(0, |given| size_of_val(&**given))
    }

    fn items(&self) -> Vec<ItemKey> {
        self.keys().iter().map(|(item, _)| *item).collect()
    }

    #[cfg(test)]
    fn sample(number: usize, bytes: usize) -> StoredResponse {
        tests::response(number, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Echo;
    use crate::plan::Usage;
    use crate::tokens::Encoding;

    pub(super) fn response(number: usize, bytes: usize) -> StoredResponse {
        let answer = Answer {
            id: format!("resp_{number}"),
            created: 0,
            background: false,
            conversation: None,
            encoding: Encoding::O200k,
            end: Status::Completed,
            raises: false,
            items: Vec::new(),
            usage: Usage::default(),
            echo: Echo::default(),
        };
        let input = vec!["x".repeat(bytes).into(), format!("item_{}", number % 4).into()];
        let read: ReadKeys = |_, input| input.iter().filter_map(Value::as_str).map(ItemKey::of).collect();
        StoredResponse::new(Arc::new(answer), Status::Completed, input, None, read)
    }

    #[test]
    fn an_item_of_the_input_is_found_by_its_id() {
        let response = response(1, 3);
        let before = response.size();
        for (id, expected) in [("xxx", Some(0)), ("item_1", Some(1)), ("item_2", None)] {
            assert_eq!(response.given(id).next(), expected);
        }
        assert!(response.size() > before, "what was read is kept, and counts");
    }
}
