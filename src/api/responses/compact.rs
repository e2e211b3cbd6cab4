//! `POST /v1/responses/input_tokens` and `POST /v1/responses/compact`: both read an input, and neither
//! stores anything.

use crate::api::ask;
use crate::api::ask::role;
use crate::api::items;
use crate::api::items::rules::kind;
use crate::api::responses::decide::secret;
use crate::api::responses::ids::Ids;
use crate::api::responses::limits;
use crate::api::responses::params::DECLARED;
use crate::api::responses::reading;
use crate::api::responses::rules;
use crate::api::responses::seed;
use crate::api::responses::seed_of_ids;
use crate::api::responses::turn::Turn;
use crate::api::responses::write::write_usage;
use crate::error::ApiError;
use crate::json::Json;
use crate::model::abilities;
use crate::params::Args;
use crate::plan::Usage;
use crate::reply::Reply;
use crate::route::Context;

/// How many tokens an input is, as a response would tell it.
pub(super) fn count(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args.read_as(&DECLARED);
    let (_, tokens) = read(context, args)?;
    let mut json = Json::default();
    json.raw(r#"{"object":"response.input_tokens","input_tokens":"#).number(tokens as u64).raw("}");
    Ok(Reply::json(200, json))
}

/// The messages of the user as they are, and one item that stands for the rest.
pub(super) fn compact(context: &Context<'_>) -> Result<Reply, ApiError> {
    /// What the summary of a long input costs.
    const SUMMARY: usize = 64;
    /// How long it is, encrypted.
    const BLOCKS: usize = 8;
    let args = &context.args.read_as(&DECLARED);
    let (turn, tokens) = read(context, args)?;
    let created = context.state.created();
    let seed = seed(args, &turn);
    let ids = Ids::new(seed_of_ids(args, seed), created);

    let mut json = Json::with_capacity(2048);
    json.raw(r#"{"id":"#).text(&ids.response());
    json.raw(r#","object":"response.compaction","created_at":"#).number(created).raw(r#","output":["#);
    let said = turn.items().into_iter().filter(|item| kind(item) == "message" && role(item) == "user");
    for (at, message) in said.enumerate() {
        json.value(&items::kept(message, |prefix| ids.item(prefix, at))).raw(",");
    }
    json.raw(r#"{"id":"#).text(&ids.item("cmp_", 0)).raw(r#","type":"compaction","encrypted_content":"#);
    json.text(&secret(seed, BLOCKS)).raw(r#"}],"usage":"#);
    write_usage(&mut json, Usage { input: tokens, output: SUMMARY, reasoning: 0 });
    json.raw("}");
    Ok(Reply::json(200, json))
}

/// What the request goes on from and its input, checked, and how many tokens that is.
fn read(context: &Context<'_>, args: &Args<'_>) -> Result<(Turn, usize), ApiError> {
    rules::check(args)?;
    let turn = Turn::of(context, args)?;
    items::rules::check(&turn.context, &turn.input)?;
    let abilities = abilities(reading::model(args));
    limits::check_items(&turn.input, abilities)?;
    let tokens = ask::tokens(&reading::ask(args, abilities, turn.turns(), context.state.created()));
    Ok((turn, tokens))
}
