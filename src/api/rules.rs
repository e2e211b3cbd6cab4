//! `/__parlel/rules`, and why they answered what they did

use crate::error;
use crate::error::ApiError;
use crate::http::Request;
use crate::json::Json;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::rules;
use crate::rules::Problem;
use crate::rules::Rule;
use crate::rules::Sent;
use crate::state::Judged;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) const ROUTES: &[Route] = &[
    get("/__parlel/rules", "control", list),
    Route { method: "POST", ..get("/__parlel/rules", "control", add) },
    Route { method: "DELETE", ..get("/__parlel/rules", "control", forget) },
    get("/__parlel/requests/{number}/why", "control", why),
];

/// The rules that a key sees, or all, and how often each has answered.
fn list(context: &Context<'_>) -> Result<Reply, ApiError> {
    let book = &context.state.rules;
    let answered = book.answered(context.key);
    let counted =
        |rule: Arc<Rule>| (rule.shown(), answered.get(&rule.identity).copied().unwrap_or_default(), rule);
    let rules: Vec<(String, u64, _)> = book.listed(context.key).into_iter().map(counted).collect();
    let mut json = Json::default();
    json.raw(r#"{"rules":["#);
    json.list(&rules, |json, (name, answered, rule)| write_rule(json, name, *answered, rule));
    json.raw(r#"],"count":"#).number(rules.len() as u64);
    json.raw(r#","never":["#);
    // A fixture of aimock's may be several rules of one name.
    let told: BTreeSet<&str> =
        rules.iter().filter(|(_, answered, _)| *answered > 0).map(|(name, ..)| name.as_str()).collect();
    let mut never: Vec<&str> =
        rules.iter().map(|(name, ..)| name.as_str()).filter(|name| !told.contains(name)).collect();
    never.dedup();
    json.list(never, |json, name| {
        json.text(name);
    });
    json.raw(r#"],"problems":["#);
    json.list(book.problems(), |json, problem| {
        json.text(&problem.to_string());
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

fn write_rule(json: &mut Json, name: &str, answered: u64, rule: &Rule) {
    json.raw(r#"{"name":"#).text(name);
    json.raw(r#","from":"#).text(&rule.origin);
    json.raw(r#","answered":"#).number(answered);
    json.raw(r#","rule":"#).value(rule.source()).raw("}");
}

/// Adds rules: for the caller's key, or for all keys where none is sent.
fn add(context: &Context<'_>) -> Result<Reply, ApiError> {
    let content_type = context.request.headers.get("content-type").unwrap_or_default();
    let given = rules::of_body(&context.request.body, content_type.contains("yaml"))
        .map_err(|problem| refused(&[problem]))?;
    let (names, notes) =
        context.state.rules.add_at_run_time(context.key, &given).map_err(|problems| refused(&problems))?;
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"added":"#).number(names.len() as u64).raw(r#","rules":["#);
    json.list(names, |json, name| {
        json.text(&name);
    });
    json.raw("]");
    if !notes.is_empty() {
        json.raw(r#","notes":["#);
        json.list(notes, |json, note| {
            json.text(&note);
        });
        json.raw("]");
    }
    json.raw("}");
    Ok(Reply::json(200, json))
}

fn refused(problems: &[Problem]) -> ApiError {
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let first = problems.first().map_or("", |problem| problem.place.as_str());
    error::bad_rules(told.join("; "), first)
}

fn forget(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.state.rules.forget(context.key);
    let mut json = Json::default();
    json.raw(r#"{"ok":true}"#);
    Ok(Reply::json(200, json))
}

/// What each rule made of a captured request.
fn why(context: &Context<'_>) -> Result<Reply, ApiError> {
    let number =
        context.id.parse().map_err(|_| error::bad_query("n", "the number `n` of a captured request"))?;
    let judged = context.state.judged(context.key, number).ok_or_else(|| error::no_such_request(number))?;
    let Judged { request, status, verdict, key } = judged;
    let mut json = Json::default();
    json.raw(r#"{"n":"#).number(number).raw(r#","status":"#);
    match status {
        Some(status) => json.number(status.into()),
        None => json.raw("null"),
    };
    json.raw(r#","asked":["#);
    let body = body(&request);
    let path = request.address().map_or(Cow::Borrowed(request.path.as_str()), |address| address.path);
    let credentials = request.key();
    let sent = Sent {
        method: &request.method,
        path: &path,
        headers: &request.headers,
        body: &body,
        key: credentials.as_deref().unwrap_or_default(),
    };
    let asked = verdict.iter().flat_map(|verdict| &verdict.asked);
    json.list(asked, |json, asked| {
        json.value(&rules::told(&context.state.rules, asked, sent, key));
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

fn body(request: &Request) -> Map<String, Value> {
    serde_json::from_slice(&request.body).unwrap_or_default()
}
