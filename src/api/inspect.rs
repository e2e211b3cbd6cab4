//! What the fake tells of itself: `/`, `/health`, and the log of captured requests

use crate::error;
use crate::error::ApiError;
use crate::http::Request;
use crate::json::Json;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Handler;
use crate::route::Route;
use crate::route::get;
use crate::state::Filter;
use std::str::FromStr;

pub(crate) const ROUTES: &[Route] = &[
    get("/", "root", root),
    get("/health", "health", health),
    Route { method: "POST", ..control("/__parlel/reset", reset) },
    control("/__parlel/requests", list),
    Route { method: "DELETE", ..control("/__parlel/requests", clear) },
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
    const FILTERS: [&str; 6] = ["kind", "path", "model", "status", "since", "limit"];
    let request = context.request;
    // A filter with a slip in its name would let everything pass.
    if let Some(name) = request.query_names().find(|name| !FILTERS.contains(&name.as_str())) {
        return Err(error::unknown(name, ""));
    }
    let filter = Filter {
        kind: request.query("kind"),
        path: request.query("path"),
        model: request.query("model"),
        status: number(request, "status", "a status code such as 400")?,
        since: number(request, "since", "the number `n` of a request")?.unwrap_or(0),
        limit: number(request, "limit", "a whole number")?,
    };
    let json = context.state.list(context.key, &filter);
    Ok(Reply::new(200, "application/json", Body::Whole(json)))
}

fn clear(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.state.clear(context.key);
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"count":0}"#);
    Ok(Reply::json(200, json))
}

fn number<T: FromStr>(request: &Request, name: &str, expected: &str) -> Result<Option<T>, ApiError> {
    let parse = |text: String| text.parse().map_err(|_| error::bad_query(name, expected));
    request.query(name).map(parse).transpose()
}
