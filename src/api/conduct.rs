//! `GET /__parlel/verdict`: what clients did badly, as far as their requests tell

mod attempts;

use crate::api::TABLES;
use crate::api::unmet::numbers;
use crate::error;
use crate::error::ApiError;
use crate::json::Json;
use crate::params::Outdated;
use crate::params::outdated;
use crate::reply::Body;
use crate::reply::Reply;
use crate::route;
use crate::route::Context;
use crate::route::Found;
use crate::route::Route;
use crate::route::get;
use crate::state::CapturedRequest;
use attempts::Attempts;
use attempts::Chain;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const ROUTES: &[Route] = &[get("/__parlel/verdict", "control", verdict)];

/// Something that a client did badly.
struct Misstep {
    finding: &'static str,
    what: String,
    requests: Vec<u64>,
}

fn verdict(context: &Context<'_>) -> Result<Reply, ApiError> {
    let request = context.request;
    if let Some(name) = request.pairs().map(|(name, _)| name).find(|name| name != "format") {
        return Err(error::unknown(name, ""));
    }
    let as_text = match request.query("format").as_deref() {
        None | Some("json") => false,
        Some("text") => true,
        Some(_) => return Err(error::bad_query("format", "json or text")),
    };
    let mut seen = Vec::new();
    context.state.each_captured(context.key, |kept| seen.push(kept));
    let missteps = missteps(&seen);
    if as_text {
        let lines = missteps.iter().map(|one| {
            format!("{}: {} ({})\n", one.finding, one.what, numbers(one.requests.iter().copied()))
        });
        let text: String = lines.collect();
        return Ok(Reply::new(200, "text/plain; charset=utf-8", Body::Whole(text.into_bytes())));
    }
    let mut json = Json::default();
    json.raw(r#"{"ok":"#).flag(missteps.is_empty()).raw(r#","findings":["#);
    json.list(&missteps, |json, one| {
        json.raw(r#"{"finding":"#).text(one.finding);
        json.raw(r#","what":"#).text(&one.what);
        json.raw(r#","requests":["#);
        json.list(&one.requests, |json, number| {
            json.number(*number);
        });
        json.raw("]}");
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

/// All that was done badly in these requests, the oldest first.
fn missteps(seen: &[CapturedRequest]) -> Vec<Misstep> {
    let mut attempts = Attempts::default();
    let mut left: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut dead: BTreeMap<(String, Outdated), Vec<u64>> = BTreeMap::new();
    for kept in seen {
        attempts.add(kept);
        if kept.was_left() {
            left.entry(operation(kept)).or_default().push(kept.number());
        }
        for param in dead_parameters(kept) {
            dead.entry((operation(kept), param)).or_default().push(kept.number());
        }
    }
    let mut all: Vec<Misstep> = attempts.in_vain().iter().map(in_vain).collect();
    all.extend(attempts.too_early().iter().map(too_early));
    all.extend(left.into_iter().map(|(operation, requests)| Misstep {
        finding: "unread_stream",
        what: format!("{} of {operation}: the client left before the end", streams(requests.len())),
        requests,
    }));
    all.extend(dead.into_iter().map(|((operation, Outdated { path, instead }), requests)| {
        let instead = match error::quoted(instead, "or") {
            none if none.is_empty() => String::new(),
            names => format!("; send {names} in its place"),
        };
        let what = format!("{operation} was sent '{path}', which is deprecated{instead}");
        Misstep { finding: "dead_parameter", what, requests }
    }));
    all
}

fn streams(count: usize) -> String {
    if count == 1 { "1 stream".to_owned() } else { format!("{count} streams") }
}

/// The same was sent again after a reply that must not be tried again.
fn in_vain(chain: &Chain<'_>) -> Misstep {
    let (operation, status) = (operation(chain.first), chain.first.status().unwrap_or_default());
    let what = format!(
        "{operation} was sent again {} after a {status}, which another try does not change",
        times(chain)
    );
    Misstep { finding: "retried_refusal", what, requests: chain.requests.clone() }
}

/// The same was sent again before its time.
fn too_early(chain: &Chain<'_>) -> Misstep {
    let (operation, status) = (operation(chain.first), chain.first.status().unwrap_or_default());
    let asked = chain.first.retry().and_then(|advice| advice.after).unwrap_or_default();
    let what = format!(
        "{operation} was sent again {} too early: the first time {} ms after a {status} that asked to wait {} ms",
        times(chain),
        chain.waited.as_millis(),
        asked.as_millis(),
    );
    Misstep { finding: "ignored_retry_after", what, requests: chain.requests.clone() }
}

/// How often it was sent again.
fn times(chain: &Chain<'_>) -> String {
    match chain.requests.len() - 1 {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// `POST /v1/embeddings`
fn operation(kept: &CapturedRequest) -> String {
    format!("{} {}", kept.request().method, kept.request().path)
}

/// The parameters of a request that the API no longer wants.
fn dead_parameters(kept: &CapturedRequest) -> impl Iterator<Item = Outdated> {
    let request = kept.request();
    let declared =
        request.address().and_then(|address| match route::find(TABLES, &request.method, &address.path) {
            Found::Route(route, _) => route.params,
            _ => None,
        });
    let found = declared.map(|declared| {
        let body: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
        outdated(&body, declared)
    });
    found.into_iter().flatten()
}
