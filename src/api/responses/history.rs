//! What a response goes on from: the turns before it, and its own input with what that refers to.

use crate::api::items::id_of;
use crate::api::items::kept;
use crate::api::items::rules::kind;
use crate::api::responses::ids;
use crate::api::responses::ids::Ids;
use crate::api::responses::reading;
use crate::api::responses::write;
use crate::ask::Turn;
use crate::ask::item;
use crate::error;
use crate::error::ApiError;
use crate::params::Args;
use crate::params::field;
use crate::plan::Answer;
use crate::plan::Output;
use crate::plan::OutputItem;
use crate::reply::Effects;
use crate::reply::Joining;
use crate::route::Context;
use crate::state::Conversation;
use crate::state::KeyStore;
use crate::state::StoredItem;
use crate::state::StoredResponse;
use crate::store::ItemKey;
use serde_json::Value;
use serde_json::json;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) struct History {
    /// The items of earlier turns, the oldest first.
    pub(super) earlier: Vec<Value>,
    /// The items of this one.
    pub(super) input: Vec<Value>,
    /// What the model is told before everything else; of this turn alone.
    told: Vec<Value>,
}

/// An earlier response: its input and what it answered.
type Earlier = (Arc<Vec<Value>>, Arc<Answer>);

impl History {
    /// Looks up what the request goes on from: the conversation, the stored prompt, the previous response,
    /// items that are named by their ids, in this order.
    pub(super) fn of(context: &Context<'_>, args: &Args<'_>) -> Result<History, ApiError> {
        let mut history = History { earlier: Vec::new(), input: given(args), told: Vec::new() };
        let earlier = context.store(|store| {
            if let Some(id) = reading::conversation(args) {
                let conversation = store.conversations.get(id);
                let conversation = conversation.ok_or_else(|| error::no_such_conversation(id))?;
                history.earlier = conversation.items().iter().map(|item| item.value.clone()).collect();
            }
            history.told = told(args)?;
            let earlier = match args.text("previous_response_id") {
                Some(id) => chain(store, id).ok_or_else(|| error::no_previous_response(id))?,
                None => Vec::new(),
            };
            resolve(store, &mut history.input)?;
            check_thoughts(store, &history)?;
            Ok::<Vec<Earlier>, ApiError>(earlier)
        })?;
        for (input, answer) in earlier {
            history.earlier.extend(input.iter().cloned());
            history.earlier.extend(write::output(&answer));
        }
        Ok(history)
    }

    /// All items, the oldest first.
    pub(super) fn items(&self) -> Vec<&Value> {
        self.earlier.iter().chain(&self.input).collect()
    }

    /// The same, and before them what the model is told, as turns.
    pub(super) fn read(&self) -> Vec<Turn<'_>> {
        self.told.iter().chain(&self.earlier).chain(&self.input).map(item).collect()
    }

    /// Of all turns, those that were before, and those of this request's own input.
    pub(super) fn apart<'a, 'b>(&self, all: &'b [Turn<'a>]) -> (&'b [Turn<'a>], &'b [Turn<'a>]) {
        all[self.told()..].split_at(self.earlier.len())
    }

    /// How many of them tell the model what to do.
    pub(super) fn told(&self) -> usize {
        self.told.len()
    }
}

/// Has what a response was given and what it says join its conversation, if it has one.
pub(super) fn join(context: &Context<'_>, answer: &Answer, input: &[Value], effects: &mut Effects) {
    let Some(id) = &answer.conversation else { return };
    let identity =
        |store: &mut KeyStore| store.conversations.get(id).map(|found| Arc::clone(&found.identity));
    let Some(identity) = context.store(identity) else { return };
    let mut items = inputs(answer, input);
    items.extend(write::output(answer).into_iter().map(StoredItem::of));
    effects.join(Joining { key: context.owner(), conversation: id.clone(), identity, items });
}

/// The input as items. A text is a message of the user.
fn given(args: &Args<'_>) -> Vec<Value> {
    match args.get("input") {
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(text @ Value::String(_)) => vec![json!({"role": "user", "content": text})],
        input => {
            let mut items = input.and_then(Value::as_array).cloned().unwrap_or_default();
            // It asks for something, and is no part of what is said.
            items.retain(|item| kind(item) != "compaction_trigger");
            items
        }
    }
}

/// The instructions, and what fills the places of a stored prompt.
fn told(args: &Args<'_>) -> Result<Vec<Value>, ApiError> {
    let mut told = Vec::new();
    if let Some(id) = args.field("prompt", "id").as_str() {
        if !id.starts_with("pmpt_") {
            return Err(error::no_such_prompt(id));
        }
        let variables = args.field("prompt", "variables").as_object();
        let texts = variables.into_iter().flatten().filter_map(|(_, value)| value.as_str());
        let texts: Vec<&str> = texts.collect();
        told.push(json!({"role": "developer", "content": texts.join("\n")}));
    }
    if let Some(text) = args.text("instructions") {
        told.push(json!({"role": "system", "content": text}));
    }
    Ok(told)
}

/// The responses up to this one, the oldest first. Where one of them is gone, what came before it is
/// forgotten; `None` where this one is. One whose id was given may go on from itself, which it does but once.
fn chain(store: &KeyStore, id: &str) -> Option<Vec<Earlier>> {
    store.responses.get(id)?;
    let mut chain = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(id);
    while let Some(response) = next.filter(|id| seen.insert(*id)).and_then(|id| store.responses.get(id)) {
        chain.push((Arc::clone(&response.input), Arc::clone(&response.answer)));
        next = response.previous.as_deref();
    }
    chain.reverse();
    Some(chain)
}

/// Puts the items that are referred to in the place of the references.
pub(in crate::api) fn resolve(store: &mut KeyStore, items: &mut [Value]) -> Result<(), ApiError> {
    for item in items {
        if let Some(id) = reference(item) {
            *item = find(store, id).ok_or_else(|| error::no_referred_item(id))?;
        }
    }
    Ok(())
}

/// The id of the item that an item stands for.
fn reference(item: &Value) -> Option<&str> {
    if kind(item) == "item_reference" { field(item, "id").as_str() } else { None }
}

/// The item with an id: what a response said, or else what the newest response was given or said that has it,
/// or else what the newest conversation has.
fn find(store: &mut KeyStore, id: &str) -> Option<Value> {
    if let Some((answer, at)) = origin(store, id) {
        return write::output(answer).into_iter().nth(at);
    }
    let of_response = |response: &StoredResponse| {
        let StoredResponse { answer, input, .. } = response;
        let ids = ids_of_input(answer);
        let item = |at: usize| match input.get(at) {
            Some(item) => Some(input_item(&ids, at, item)),
            None => Some(StoredItem::of(write::output_item(unnamed(answer).nth(at - input.len())?))),
        };
        response.given(id).filter_map(item).find(|item| item.id == id)
    };
    let of_conversation = |conversation: &Conversation| conversation.items().get(id).cloned();
    let found = store.responses.holding(id).find_map(of_response);
    let found = found.or_else(|| store.conversations.holding(id).find_map(of_conversation));
    found.map(|item| item.value)
}

/// The stored response that an item was an output of, and its place there.
fn origin<'a>(store: &'a KeyStore, id: &str) -> Option<(&'a Answer, usize)> {
    let beginning = ids::response_of(id)?;
    store.responses.beginning(&beginning).find_map(|response| {
        let at = response.answer.items.iter().position(|item| item.id == id)?;
        Some((&*response.answer, at))
    })
}

/// What a model thought before it said or called something has to come along with that.
fn check_thoughts(store: &KeyStore, history: &History) -> Result<(), ApiError> {
    let ids = history.earlier.iter().chain(&history.input).filter_map(|item| field(item, "id").as_str());
    let sent: BTreeSet<&str> = ids.collect();
    for item in &history.input {
        let id = field(item, "id").as_str().unwrap_or_default();
        let Some((answer, at)) = origin(store, id).filter(|(_, at)| *at > 0) else { continue };
        let thought = &answer.items[at - 1];
        if matches!(thought.output, Output::Reasoning(_)) && !sent.contains(thought.id.as_str()) {
            return Err(error::without_thought(id, kind(item), &thought.id));
        }
    }
    Ok(())
}

/// What an item says, in the form in which it is told. Ids of calls stay: they say which output is whose.
pub(super) fn without_ids(item: &Value) -> Value {
    let mut item = kept(item, |_| String::new());
    if let Some(fields) = item.as_object_mut() {
        for name in ["id", "approval_request_id", "container_id"] {
            fields.shift_remove(name);
        }
    }
    item
}

/// The items of a response's input as they are told, with ids.
pub(super) fn inputs(answer: &Answer, input: &[Value]) -> Vec<StoredItem> {
    let ids = ids_of_input(answer);
    input.iter().enumerate().map(|(at, item)| input_item(&ids, at, item)).collect()
}

fn input_item(ids: &Ids, at: usize, item: &Value) -> StoredItem {
    StoredItem::of(kept(item, |prefix| ids.item(prefix, at)))
}

/// The outputs of a response whose ids do not tell that they are.
fn unnamed(answer: &Answer) -> impl Iterator<Item = &OutputItem> {
    answer.items.iter().filter(|item| !ids::tells(&item.id, &answer.id))
}

/// What stands for the ids of these items and then of outputs that are not found otherwise, without the items.
pub(super) fn keys(answer: &Answer, input: &[Value]) -> Vec<ItemKey> {
    // Not needed where all have ids of their own.
    let ids = LazyCell::new(|| ids_of_input(answer));
    let key = |(at, item)| ItemKey::of(&id_of(item, |prefix| ids.item(prefix, at)));
    let outputs = unnamed(answer).map(|item| ItemKey::of(&item.id));
    input.iter().enumerate().map(key).chain(outputs).collect()
}

fn ids_of_input(answer: &Answer) -> Ids {
    Ids::of_input(&answer.id, answer.created)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Call;
    use crate::plan::Echo;
    use crate::plan::GivenUsage;
    use crate::plan::Status;
    use crate::tokens::Encoding;

    fn stored(id: &str, previous: Option<&str>) -> StoredResponse {
        let call = |item: &str| {
            let call = Call { id: "call_1".to_owned(), name: item.to_owned(), ..Call::default() };
            OutputItem { id: item.to_owned(), cut: false, output: Output::Call(call) }
        };
        let answer = Answer {
            id: id.to_owned(),
            created: 0,
            background: false,
            conversation: None,
            encoding: Encoding::O200k,
            end: Status::Completed,
            raises: false,
            items: vec![call("fc_1"), call("fc_2")],
            usage: GivenUsage::default().or_counted(0, 0, 0),
            echo: Echo::default(),
        };
        let input = vec![json!({"id": "msg_1", "role": "user", "content": "Hello"})];
        StoredResponse::new(Arc::new(answer), Status::Completed, input, previous.map(str::to_owned), keys)
    }

    #[test]
    fn a_chain_of_given_ids_ends() {
        let mut store = KeyStore::default();
        store.responses.insert(stored("resp_one", Some("resp_two")));
        store.responses.insert(stored("resp_two", Some("resp_one")));
        store.responses.insert(stored("resp_self", Some("resp_self")));
        let length = |id| chain(&store, id).map(|chain| chain.len());
        assert_eq!(length("resp_one"), Some(2));
        assert_eq!(length("resp_self"), Some(1));
        assert_eq!(length("resp_none"), None);
    }

    #[test]
    fn outputs_of_a_given_response_are_found() {
        let mut store = KeyStore::default();
        store.responses.insert(stored("mine", None));
        for (id, kind) in [("msg_1", "message"), ("fc_1", "function_call"), ("fc_2", "function_call")] {
            let found = find(&mut store, id).expect(id);
            assert_eq!((&found["id"], &found["type"]), (&id.into(), &kind.into()));
        }
        assert_eq!(find(&mut store, "fc_3"), None);
    }
}
