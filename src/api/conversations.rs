//! `/v1/conversations`: items that outlive a request, in the order in which they were added

use crate::api::items::kept;
use crate::api::items::params::ITEMS;
use crate::api::items::rules::check_ids;
use crate::api::pages;
use crate::api::pages::Keys;
use crate::api::responses::resolve;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::field;
use crate::params::optional;
use crate::params::required;
use crate::reply::Reply;
use crate::route::ANY_MODEL;
use crate::route::Context;
use crate::route::Route;
use crate::route::delete;
use crate::route::get;
use crate::route::post;
use crate::state::Conversation;
use crate::state::KeyStore;
use crate::state::StoredItem;
use crate::store::Slice;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] = &[
    post("/v1/conversations", "conversations", &CREATE, ANY_MODEL, create).newer().without_body(),
    get("/v1/conversations/{conversation_id}", "conversations", retrieve).named().newer(),
    post("/v1/conversations/{conversation_id}", "conversations", &UPDATE, ANY_MODEL, update).newer(),
    delete("/v1/conversations/{conversation_id}", "conversations", remove).newer(),
    post(
        "/v1/conversations/{conversation_id}/items",
        "conversations",
        &CREATE_ITEMS,
        ANY_MODEL,
        create_items,
    )
    .newer(),
    get("/v1/conversations/{conversation_id}/items", "conversations", list_items).named().newer(),
    get("/v1/conversations/{conversation_id}/items/{item_id}", "conversations", retrieve_item)
        .named()
        .newer(),
    delete("/v1/conversations/{conversation_id}/items/{item_id}", "conversations", remove_item).newer(),
];

const fn declared(lists: &'static [(&'static str, &'static [Param])]) -> Declared {
    Declared { dialect: Dialect::Current, lists, choose: |_| 0 }
}

const CREATE: Declared = declared(&[("", &[optional("metadata", Kind::Metadata), optional("items", ITEMS)])]);
const UPDATE: Declared = declared(&[("", &[required("metadata", Kind::Metadata)])]);
const CREATE_ITEMS: Declared = declared(&[("", &[required("items", ITEMS)])]);

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    let mut items = args.list("items").to_vec();
    // Before a new conversation is counted.
    let ids: Vec<&str> = items.iter().filter_map(|item| field(item, "id").as_str()).collect();
    check_ids(&[], &ids, "items")?;
    context.store(|store| {
        resolve(store, &mut items)?;
        // From the key's own counting alone, so that a test knows the ids that it will get.
        let seed = Seed::of_bytes(b"conversation").part("id", store.made("conversation") as usize);
        let id = format!("conv_{}{}", seed.hex(), &seed.part("session", 0).hex()[..16]);
        let mut conversation = Conversation::new(id, context.occasion.created, args.map("metadata"));
        add(&mut conversation, &items)?;
        let reply = told(&conversation);
        store.conversations.insert(conversation);
        Ok(reply)
    })
}

fn retrieve(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.store(|store| existing(store, context.id).map(told))
}

fn update(context: &Context<'_>) -> Result<Reply, ApiError> {
    change(context, |conversation| {
        conversation.metadata = context.args.map("metadata");
        Ok(told(conversation))
    })
}

fn remove(context: &Context<'_>) -> Result<Reply, ApiError> {
    let removed = context.store(|store| store.conversations.remove(context.id));
    let conversation = removed.ok_or_else(|| error::no_such_conversation(context.id))?;
    let mut json = Json::default();
    json.raw(r#"{"id":"#).text(&conversation.id);
    json.raw(r#","object":"conversation.deleted","deleted":true}"#);
    Ok(Reply::json(200, json))
}

fn create_items(context: &Context<'_>) -> Result<Reply, ApiError> {
    pages::included(context.request)?;
    let mut items = context.args.list("items").to_vec();
    context.store(|store| resolve(store, &mut items))?;
    change(context, |conversation| {
        let ids = add(conversation, &items)?;
        let objects = ids.iter().filter_map(|id| conversation.items().get(id)).collect();
        Ok(pages::reply(&Slice { objects, has_more: false }, Keys::MoreBetween, write_item))
    })
}

fn list_items(context: &Context<'_>) -> Result<Reply, ApiError> {
    let page = pages::asked(context.request, true)?;
    pages::included(context.request)?;
    context.store(|store| {
        let items = existing(store, context.id)?.items();
        pages::of_shelf(items, &page, |_| true, Keys::MoreBetween, write_item)
    })
}

fn retrieve_item(context: &Context<'_>) -> Result<Reply, ApiError> {
    pages::included(context.request)?;
    context.store(|store| {
        let item = existing(store, context.id)?.items().get(context.item);
        let item = item.ok_or_else(|| error::no_such_item(context.item, context.id))?;
        let mut json = Json::default();
        write_item(&mut json, item);
        Ok(Reply::json(200, json))
    })
}

fn remove_item(context: &Context<'_>) -> Result<Reply, ApiError> {
    change(context, |conversation| {
        let removed = conversation.remove(context.item);
        removed.ok_or_else(|| error::no_such_item(context.item, context.id))?;
        Ok(told(conversation))
    })
}

/// The conversation with an id.
fn existing<'a>(store: &'a KeyStore, id: &str) -> Result<&'a Conversation, ApiError> {
    store.conversations.get(id).ok_or_else(|| error::no_such_conversation(id))
}

/// Changes the conversation that the path names.
fn change(
    context: &Context<'_>,
    with: impl FnOnce(&mut Conversation) -> Result<Reply, ApiError>,
) -> Result<Reply, ApiError> {
    let changed = context.store(|store| store.conversations.change(context.id, with));
    changed.unwrap_or_else(|| Err(error::no_such_conversation(context.id)))
}

/// Adds items, all or none of them; their ids.
fn add(conversation: &mut Conversation, items: &[Value]) -> Result<Vec<String>, ApiError> {
    let seed = Seed::of_bytes(conversation.id.as_bytes());
    let session = conversation.id.get(conversation.id.len().saturating_sub(16)..).unwrap_or_default();
    let mut added: Vec<StoredItem> = Vec::with_capacity(items.len());
    for item in items {
        let number = conversation.made as usize + added.len() + 1;
        let new_id = |prefix: &str| [prefix, &seed.part("item", number).hex(), session].concat();
        let item = StoredItem::of(kept(item, new_id));
        if conversation.items().get(&item.id).is_some() || added.iter().any(|other| other.id == item.id) {
            return Err(error::duplicate_item(item.id, "items"));
        }
        added.push(item);
    }
    let ids = added.iter().map(|item| item.id.clone()).collect();
    for item in added {
        conversation.add(item);
    }
    Ok(ids)
}

fn told(conversation: &Conversation) -> Reply {
    let mut json = Json::default();
    json.raw(r#"{"id":"#).text(&conversation.id);
    json.raw(r#","object":"conversation","created_at":"#).number(conversation.created);
    json.raw(r#","metadata":"#).object(&conversation.metadata).raw("}");
    Reply::json(200, json)
}

fn write_item(json: &mut Json, item: &StoredItem) {
    json.value(&item.value);
}
