//! What the fake tells of itself: `/`, `/health`, and the log of captured requests

use crate::api::filters;
use crate::error;
use crate::error::ApiError;
use crate::json::Json;
use crate::reply::Body;
use crate::reply::Made;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Handler;
use crate::route::Route;
use crate::route::get;
use crate::state::Filter;
use crate::state::Listing;

pub(crate) const ROUTES: &[Route] = &[
    get("/", "root", root),
    get("/health", "health", health),
    Route { method: "POST", ..control("/__parlel/reset", reset) },
    control("/__parlel/requests", list),
    Route { method: "DELETE", ..control("/__parlel/requests", clear) },
    control("/__parlel/unmatched", list_unmatched),
];

const fn control(path: &'static str, call: Handler) -> Route {
    get(path, "control", call)
}

fn root(_: &Context<'_>) -> Result<Reply, ApiError> {
    let mut json = Json::default();
    json.raw(r#"{"name":"openai","version":"#).text(env!("CARGO_PKG_VERSION"));
    json.raw(r#","protocol":"openai-v1","base_path":"/v1","health":"/health","#);
    json.raw(r#""requests":"/__parlel/requests","reset":"/__parlel/reset"}"#);
    Ok(Reply::json(200, json))
}

fn health(_: &Context<'_>) -> Result<Reply, ApiError> {
    let mut json = Json::default();
    json.raw(r#"{"status":"ok"}"#);
    Ok(Reply::json(200, json))
}

fn reset(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.state.reset_of(context.key);
    let mut json = Json::default();
    json.raw(r#"{"ok":true}"#);
    Ok(Reply::json(200, json))
}

fn list(context: &Context<'_>) -> Result<Reply, ApiError> {
    listed(context, false)
}

/// Those that a model was asked and that no rule has answered.
fn list_unmatched(context: &Context<'_>) -> Result<Reply, ApiError> {
    listed(context, true)
}

fn listed(context: &Context<'_>, unmatched: bool) -> Result<Reply, ApiError> {
    let request = context.request;
    let order = match request.query("order").as_deref() {
        None => None,
        Some("asc") => Some(false),
        Some("desc") => Some(true),
        Some(_) => return Err(error::bad_query("order", "asc or desc")),
    };
    let limit = request.query("limit").map(|text| text.parse());
    let with_replies = match request.query("include").as_deref() {
        None => false,
        Some("reply") => true,
        Some(_) => return Err(error::bad_query("include", "reply")),
    };
    let listing = Listing {
        filter: Filter {
            unmatched,
            ..filters::of_pairs(request.pairs(), &["limit", "order", "include"], "")?
        },
        limit: limit.transpose().map_err(|_| error::bad_query("limit", "a whole number"))?,
        from_start: order.is_some() || request.query("after").is_some(),
        newest_first: order.unwrap_or_default(),
        with_replies,
    };
    let list = context.state.list(context.key, &listing);
    Ok(Reply::new(200, "application/json", Body::Made(Made::new(list))))
}

fn clear(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.state.clear(context.key);
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"count":0}"#);
    Ok(Reply::json(200, json))
}
