//! `POST /v1/responses/input_tokens` and `POST /v1/responses/compact`: both read an input, and neither
//! stores anything.

use crate::api::items;
use crate::api::responses::echo::image;
use crate::api::responses::history::History;
use crate::api::responses::ids::Ids;
use crate::api::responses::limits;
use crate::api::responses::offered;
use crate::api::responses::params::DECLARED;
use crate::api::responses::reading;
use crate::api::responses::rules;
use crate::api::responses::seed;
use crate::api::responses::seed_of_ids;
use crate::api::responses::write::write_usage;
use crate::ask::Role;
use crate::ask::SUMMARY;
use crate::ask::count;
use crate::ask::item;
use crate::ask::summary;
use crate::error::ApiError;
use crate::json::Json;
use crate::params::Args;
use crate::plan::GivenUsage;
use crate::reply::Reply;
use crate::route::Context;
use serde_json::Value;

/// How many tokens an input is, as a response would tell it.
pub(super) fn count_input(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args.read_as(&DECLARED);
    let (_, tokens) = read(context, args)?;
    let mut json = Json::default();
    json.raw(r#"{"object":"response.input_tokens","input_tokens":"#).number(tokens as u64).raw("}");
    Ok(Reply::json(200, json))
}

/// The messages of the user as they are, and one item that stands for the rest.
pub(super) fn compact(context: &Context<'_>) -> Result<Reply, ApiError> {
    /// What the model is told that is to write it.
    const ORDER: usize = 93;
    let args = &context.args.read_as(&DECLARED);
    let (history, tokens) = read(context, args)?;
    let created = context.occasion.created;
    let seed = seed(args, &history);
    let ids = Ids::new(seed_of_ids(args, seed), created);

    let mut json = Json::with_capacity(2048);
    json.raw(r#"{"id":"#).text(&ids.response());
    json.raw(r#","object":"response.compaction","created_at":"#).number(created).raw(r#","output":["#);
    let is_of_user = |given: &&Value| {
        let item = item(given);
        item.kind == "message" && item.role == Role::User
    };
    let said = history.items().into_iter().filter(is_of_user);
    for (at, message) in said.enumerate() {
        json.value(&items::kept(message, |prefix| ids.item(prefix, at))).raw(",");
    }
    json.raw(r#"{"id":"#).text(&ids.item("cmp_", 0)).raw(r#","type":"compaction","encrypted_content":"#);
    json.text(&summary(seed)).raw(r#"}],"usage":"#);
    write_usage(&mut json, &GivenUsage::default().or_counted(tokens + ORDER, SUMMARY, 0));
    if let Some(given) = args.get("image") {
        json.raw(r#","image":"#).value(&image(given));
    }
    json.raw("}");
    Ok(Reply::json(200, json))
}

/// What the request goes on from and its input, checked, and how many tokens that is.
fn read(context: &Context<'_>, args: &Args<'_>) -> Result<(History, usize), ApiError> {
    rules::check(args)?;
    let history = History::of(context, args)?;
    let items = history.read();
    let (earlier, input) = history.apart(&items);
    items::rules::check(earlier, input, false)?;
    let tools = offered::tools(args, &history.items());
    rules::check_choice(args, &tools)?;
    let ask = reading::ask(args, &tools, &items, history.told(), context.occasion);
    limits::check_items(input, ask.abilities)?;
    let tokens = count(&ask).all;
    drop(items);
    Ok((history, tokens))
}
