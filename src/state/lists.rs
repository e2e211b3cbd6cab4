//! What keys store is what lists would hold that are searched from their start each time. Only tests.

use crate::config::Config;
use crate::state::Conversation;
use crate::state::KeyId;
use crate::state::State;
use crate::state::StoredItem;
use crate::state::StoredResponse;
use crate::store::Object;
use crate::store::Shelf;
use proptest::prelude::*;

/// What is done to the store of a key. Objects and items are numbers.
#[derive(Clone, Debug)]
enum Step {
    Respond(usize),
    Converse(usize),
    Add(usize, usize),
    Take(usize, usize),
    RemoveResponse(usize),
    RemoveConversation(usize),
    /// The oldest of a shelf.
    Drop(usize),
    Look,
    Reset,
    ResetAll,
}

/// A step, and the key that takes it.
fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        6 => (0..6usize).prop_map(Step::Respond),
        6 => (0..6usize).prop_map(Step::Converse),
        6 => (0..6usize, 0..4usize).prop_map(|(id, item)| Step::Add(id, item)),
        3 => (0..6usize, 0..4usize).prop_map(|(id, item)| Step::Take(id, item)),
        2 => (0..6usize).prop_map(Step::RemoveResponse),
        2 => (0..6usize).prop_map(Step::RemoveConversation),
        2 => (1..3usize).prop_map(Step::Drop),
        6 => Just(Step::Look),
        1 => Just(Step::Reset),
        1 => Just(Step::ResetAll),
    ];
    (0..3usize, step)
}

/// The objects of a key and the items in each, the oldest first.
#[derive(Clone, Debug, Default)]
struct Lists {
    responses: Vec<(usize, Vec<usize>)>,
    conversations: Vec<(usize, Vec<usize>)>,
}

impl Lists {
    fn take(&mut self, step: &Step) {
        let remove = |list: &mut Vec<(usize, Vec<usize>)>, id: usize| list.retain(|(one, _)| *one != id);
        match *step {
            Step::Respond(id) => {
                remove(&mut self.responses, id);
                self.responses.push((id, vec![id % 4]));
            }
            Step::Converse(id) => {
                remove(&mut self.conversations, id);
                self.conversations.push((id, vec![0]));
            }
            Step::Add(id, item) | Step::Take(id, item) => {
                for (_, items) in self.conversations.iter_mut().filter(|(one, _)| *one == id) {
                    items.retain(|one| *one != item);
                    items.extend(matches!(step, Step::Add(..)).then_some(item));
                }
            }
            Step::RemoveResponse(id) => remove(&mut self.responses, id),
            Step::RemoveConversation(id) => remove(&mut self.conversations, id),
            Step::Drop(at) => {
                let list = if at == 1 { &mut self.responses } else { &mut self.conversations };
                list.drain(..list.len().min(1));
            }
            Step::Reset => *self = Lists::default(),
            Step::Look | Step::ResetAll => {}
        }
    }
}

fn take(state: &State, key: KeyId, step: &Step) {
    let conversation = |id: usize| Conversation::sample(id, 0).id;
    state.store(key, |store| match *step {
        Step::Respond(id) => store.responses.insert(StoredResponse::sample(id, 10)),
        Step::Converse(id) => store.conversations.insert(Conversation::sample(id, 10)),
        Step::Add(id, item) => {
            let add = |conversation: &mut Conversation| conversation.add(StoredItem::sample(item, 10));
            store.conversations.change(&conversation(id), add);
        }
        Step::Take(id, item) => {
            let take = |conversation: &mut Conversation| conversation.remove(&format!("item_{item}"));
            store.conversations.change(&conversation(id), take);
        }
        Step::RemoveResponse(id) => drop(store.responses.remove(StoredResponse::sample(id, 0).id())),
        Step::RemoveConversation(id) => drop(store.conversations.remove(&conversation(id))),
        Step::Drop(at) => store.shelves_mut()[at].drop_oldest(),
        Step::Look | Step::Reset | Step::ResetAll => {}
    });
    match step {
        Step::Reset => state.reset_of(Some(key)),
        Step::ResetAll => state.reset(),
        _ => {}
    }
}

/// Sees that a shelf has what a list has: by order, by id, and, where it was looked for, by item.
fn check<T: Object>(
    shelf: &mut Shelf<T>,
    list: &[(usize, Vec<usize>)],
    look: bool,
) -> Result<(), TestCaseError> {
    let id = |number: usize| T::sample(number, 0).id().to_owned();
    let ids: Vec<String> = list.iter().map(|(number, _)| id(*number)).collect();
    prop_assert!(shelf.iter().map(Object::id).eq(ids.iter()));
    for number in 0..6 {
        let found = shelf.get(&id(number)).map(|object| object.id().to_owned());
        prop_assert_eq!(found, Some(id(number)).filter(|id| ids.contains(id)));
    }
    for item in (0..4).filter(|_| look) {
        let has = list.iter().rev().filter(|(_, items)| items.contains(&item));
        let has: Vec<String> = has.map(|(number, _)| id(*number)).collect();
        let found: Vec<&str> = shelf.holding(&format!("item_{item}")).map(Object::id).collect();
        prop_assert_eq!(found, has);
    }
    Ok(())
}

proptest! {
    #[test]
    fn stores_are_lists(steps in prop::collection::vec(step(), 0..80)) {
        let state = State::new(Config::default());
        let keys = ["a", "b", "c"].map(KeyId::of);
        let mut lists = vec![Lists::default(); keys.len()];
        for (at, step) in &steps {
            take(&state, keys[*at], step);
            lists[*at].take(step);
            if matches!(step, Step::ResetAll) {
                lists.fill(Lists::default());
            }
            let look = matches!(step, Step::Look);
            let mut sum = 0;
            for (key, lists) in keys.into_iter().zip(&lists) {
                state.store(key, |store| {
                    check(&mut store.responses, &lists.responses, look)?;
                    check(&mut store.conversations, &lists.conversations, look)
                })?;
                sum += state.store(key, |store| store.bytes());
            }
            state.stores.check();
            prop_assert_eq!(state.stores.bytes(), sum);
        }
    }
}
