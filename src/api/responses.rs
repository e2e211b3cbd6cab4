//! `/v1/responses`: answers in items, which can be gone on from, looked up, streamed again and cancelled

mod answer;
mod compact;
mod echo;
mod events;
mod history;
mod ids;
mod limits;
mod offered;
mod params;
mod reading;
mod rules;
mod tool_params;
mod write;

use crate::api::items;
use crate::api::moderations;
use crate::api::notices::notice;
use crate::api::pages;
use crate::api::pages::Keys;
use crate::ask::Ask;
use crate::ask::count;
use crate::ask::say;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::model;
use crate::params::Args;
use crate::plan::Answer;
use crate::plan::Status;
use crate::play::Events;
use crate::reply::Body;
use crate::reply::Effects;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::delete;
use crate::route::get;
use crate::route::post;
use crate::route::post_empty;
use crate::state::Conversation;
use crate::state::StoredResponse;
use history::History;
pub(in crate::api) use history::resolve;
use ids::Ids;
use params::COMPACT;
use params::DECLARED;
use params::INPUT_TOKENS;
use serde_json::Value;
use std::sync::Arc;

pub(crate) const ROUTES: &[Route] = &[
    post("/v1/responses", "responses", &DECLARED, model::for_responses, create).limited().newer().asking(),
    post(
        "/v1/responses/input_tokens",
        "responses",
        &INPUT_TOKENS,
        model::for_responses,
        compact::count_input,
    )
    .newer(),
    post("/v1/responses/compact", "responses", &COMPACT, model::for_responses, compact::compact).newer(),
    get("/v1/responses/{response_id}", "responses", retrieve).named().newer(),
    delete("/v1/responses/{response_id}", "responses", remove).newer(),
    post_empty("/v1/responses/{response_id}/cancel", "responses", cancel).newer(),
    get("/v1/responses/{response_id}/input_items", "responses", list_input_items).named().newer(),
];

fn create(context: &Context<'_>) -> Result<Reply, ApiError> {
    let args = &context.args;
    rules::check(args)?;
    moderations::check_model(args, context.state.config.strict_models)?;
    if of_conversation(context, |conversation| conversation.is_busy()) == Some(true) {
        return Err(error::conversation_locked());
    }
    let history = History::of(context, args)?;
    let items = history.read();
    let (earlier, input) = history.apart(&items);
    let tools = offered::tools(args, &history.items());
    let mut ask = reading::ask(args, &tools, &items, history.told(), context.occasion);
    rules::check_choice(args, &tools)?;
    rules::check_input(args)?;
    rules::check_json(args, earlier, input)?;
    items::rules::check(earlier, input, reading::stores(args))?;
    limits::check(args, &ask)?;
    limits::check_items(input, ask.abilities)?;
    let prompt_tokens = count_tokens(args, &mut ask)?;
    let charge = prompt_tokens as u64 + ask.wording.limit.unwrap_or(0);
    context.admit(charge)?;

    let seed = seed(args, &history);
    let ids = Ids::new(seed_of_ids(args, seed), ask.created);
    let answer = answer::answer(args, &ask, &tools, say(&ask, seed)?, prompt_tokens, &ids);
    if answer.raises && !args.flag("stream") && !answer.background {
        return Err(error::response_error());
    }
    let answer = Arc::new(answer);
    let mut reply = if args.flag("stream") {
        let hides = args.field("stream_options", "include_obfuscation") != false;
        stream(&answer, answer.end, hides, None)
    } else if answer.background {
        Reply::json(200, write::whole(&answer, Status::Queued))
    } else {
        Reply::json(200, write::whole(&answer, answer.end))
    };
    reply.charge = charge;
    if answer.background {
        reply.effects.tell(notice(context.state, context.owner(), events::last(answer.end), &answer.id));
    }
    if let Some(turn) = of_conversation(context, Conversation::begin_turn) {
        // Another one may have begun meanwhile.
        reply.effects.end_turn(turn.ok_or_else(error::conversation_locked)?);
    }
    keep(context, answer, history.input, &mut reply.effects);
    Ok(reply)
}

/// Looks at the conversation that the response goes into, if there is one.
fn of_conversation<T>(context: &Context<'_>, with: impl FnOnce(&mut Conversation) -> T) -> Option<T> {
    let id = reading::conversation(&context.args)?;
    context.store(|store| store.conversations.change(id, with))
}

/// The tokens of the input. With `truncation` `auto`, the fewest of the oldest turns go that must.
fn count_tokens(args: &Args<'_>, ask: &mut Ask<'_>) -> Result<usize, ApiError> {
    let tokens = count(ask).all;
    if limits::fits(ask.abilities, tokens) {
        return Ok(tokens);
    }
    if args.text("truncation") == Some("auto") {
        let all = std::mem::take(&mut ask.turns);
        let told = all.iter().take_while(|turn| turn.role.instructs()).count();
        // What the model is told first stays, and so does the last turn.
        let (mut least, mut most) = (told, all.len().saturating_sub(1));
        while least < most {
            let middle = usize::midpoint(least, most);
            ask.turns = [&all[..told], &all[middle..]].concat();
            if limits::fits(ask.abilities, count(ask).all) {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        ask.turns = [&all[..told], &all[least..]].concat();
        let tokens = count(ask).all;
        if limits::fits(ask.abilities, tokens) {
            return Ok(tokens);
        }
    }
    Err(error::input_exceeds_window())
}

/// What is said depends on the parameters and on all turns, however they came here and whatever ids they
/// have: an input in full, and one that goes on from a response, are answered alike.
fn seed(args: &Args<'_>, history: &History) -> Seed {
    let turns = history.items().into_iter().map(history::without_ids).collect();
    let parameters = args.content().filter(|(name, _)| *name != "input");
    Seed::of_request("responses", parameters.chain([("turns", &turns)]))
}

/// The ids depend on all parameters besides, those of the stream left aside: streamed or not, it is the
/// same response.
fn seed_of_ids(args: &Args<'_>, seed: Seed) -> Seed {
    let others = args.all().filter(|(name, _)| !matches!(*name, "stream" | "stream_options"));
    let said = Value::from(seed.hex());
    Seed::of_request("response", others.chain([("said", &said)]))
}

fn stream(answer: &Answer, status: Status, hides: bool, after: Option<u64>) -> Reply {
    let draws = hides.then(|| Seed::of_bytes(answer.id.as_bytes()).part("obfuscation", 0).draws());
    let events: Events = events::events(answer, status, draws, after);
    let mut reply = Reply::new(200, "text/event-stream; charset=utf-8", Body::Events(events));
    reply.header("cache-control", "no-cache");
    reply
}

/// Keeps the response, and has its items join its conversation once it has ended.
fn keep(context: &Context<'_>, answer: Arc<Answer>, input: Vec<Value>, effects: &mut Effects) {
    let args = &context.args;
    // A stream shows all of it, and who waits for a webhook does not look. What else is in the background
    // is looked at step by step.
    let told = args.flag("stream") || context.state.config.webhook.is_some();
    let status = if answer.background && !told { Status::Queued } else { answer.end };
    if !status.is_open() {
        history::join(context, &answer, &input, effects);
    }
    if reading::stores(args) {
        let previous = args.text("previous_response_id").map(str::to_owned);
        let response = StoredResponse::new(answer, status, input, previous, history::keys);
        context.store(|store| store.responses.insert(response));
    }
}

/// What is stored of the response that the path names.
fn find<T>(
    context: &Context<'_>,
    with: impl FnOnce(&mut StoredResponse) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let id = context.id;
    let found = context.store(|store| store.responses.change(id, with));
    found.unwrap_or_else(|| {
        let is_one = id.starts_with("resp");
        Err(if is_one { error::no_such_response(id) } else { error::bad_response_id(id) })
    })
}

fn retrieve(context: &Context<'_>) -> Result<Reply, ApiError> {
    let request = context.request;
    let include = pages::included(request)?;
    let streams = flag(context, "stream", false)?;
    let after = request.query("starting_after");
    let after = after.map(|text| pages::whole("starting_after", &text, 0, usize::MAX)).transpose()?;
    let hides = flag(context, "include_obfuscation", true)?;
    let (answer, status, ended) = find(context, |stored| {
        if streams && !stored.answer.background {
            return Err(error::not_in_background());
        }
        let before = stored.status;
        stored.status = match before {
            Status::Queued if !streams => Status::InProgress,
            status if status.is_open() => stored.answer.end,
            status => status,
        };
        let ended = before.is_open() && !stored.status.is_open();
        Ok((Arc::clone(&stored.answer), stored.status, ended.then(|| Arc::clone(&stored.input))))
    })?;
    let told = if include.is_empty() { &answer } else { &Arc::new(answer.including(&include)) };
    let mut reply = if streams {
        stream(told, status, hides, after.map(|after| after as u64))
    } else {
        Reply::json(200, write::whole(told, status))
    };
    if let Some(input) = ended {
        history::join(context, &answer, &input, &mut reply.effects);
    }
    Ok(reply)
}

/// A query parameter that is true or false.
fn flag(context: &Context<'_>, name: &str, default: bool) -> Result<bool, ApiError> {
    match context.request.query(name).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(error::wrong_type(name, "a boolean", "a string")),
    }
}

fn remove(context: &Context<'_>) -> Result<Reply, ApiError> {
    find(context, |_| Ok(()))?;
    context.store(|store| store.responses.remove(context.id));
    let mut json = Json::default();
    json.raw(r#"{"id":"#).text(context.id).raw(r#","object":"response.deleted","deleted":true}"#);
    Ok(Reply::json(200, json))
}

/// What has ended stays as it is.
fn cancel(context: &Context<'_>) -> Result<Reply, ApiError> {
    let (answer, status) = find(context, |stored| {
        if !stored.answer.background {
            return Err(error::synchronous_response());
        }
        if stored.status.is_open() {
            stored.status = Status::Cancelled;
        }
        Ok((Arc::clone(&stored.answer), stored.status))
    })?;
    Ok(Reply::json(200, write::whole(&answer, status)))
}

fn list_input_items(context: &Context<'_>) -> Result<Reply, ApiError> {
    let page = pages::asked(context.request, true)?;
    pages::included(context.request)?;
    let (answer, input) =
        find(context, |stored| Ok((Arc::clone(&stored.answer), Arc::clone(&stored.input))))?;
    pages::of_list(&history::inputs(&answer, &input), &page, Keys::MoreBetween, |json, item| {
        json.value(&item.value);
    })
}
