//! `GET /__parlel/wait`: answers as soon as requests have come

use crate::api::filters;
use crate::api::unmet::Nearest;
use crate::api::unmet::numbers;
use crate::error;
use crate::error::ApiError;
use crate::json::Json;
use crate::reply::Awaited;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::state::CapturedRequest;
use crate::state::KeyId;
use crate::state::State;
use crate::state::Watch;
use std::time::Duration;

pub(crate) const ROUTES: &[Route] = &[get("/__parlel/wait", "control", wait)];

/// In seconds.
const TIMEOUT: f64 = 5.0;
const MOST_TIMEOUT: f64 = 600.0;

/// So many of those that came instead are told.
const MOST_NEAREST: usize = 3;

fn wait(context: &Context<'_>) -> Result<Reply, ApiError> {
    let request = context.request;
    let filter = filters::of_pairs(request.pairs(), &["count", "timeout"], "")?;
    let count = match request.query("count") {
        None => 1,
        Some(text) => text
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| error::bad_query("count", "a whole number from 1"))?,
    };
    let timeout = match request.query("timeout") {
        None => TIMEOUT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|timeout| (0.0..=MOST_TIMEOUT).contains(timeout))
            .ok_or_else(|| error::bad_query("timeout", "a number of seconds from 0 to 600"))?,
    };
    let (watch, came) = context.state.watch(context.key, filter, count);
    // What is said of what was waited for, where it has not come.
    let words: Vec<String> = request
        .pairs()
        .filter(|(name, _)| !["count", "timeout"].contains(&name.as_str()))
        .map(|(name, value)| match name.as_str() {
            "key" => "this key".to_owned(),
            _ => format!("{name} '{value}'"),
        })
        .collect();
    let key = context.key;
    let told = move |state: &State| match told(state, &watch) {
        Some(reply) => reply,
        None => Reply::refusal(&missed(state, key, &watch, timeout, &words)),
    };
    if came.try_recv().is_ok() {
        return Ok(told(context.state));
    }
    Ok(Reply::awaiting(Awaited::new(came, Duration::from_secs_f64(timeout), told)))
}

/// `{"ok":true,"count":3,"requests":[...]}`, where so many have come.
fn told(state: &State, watch: &Watch) -> Option<Reply> {
    let (count, passed) = state.passed(watch);
    if count < watch.wanted() {
        return None;
    }
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"count":"#).number(count as u64).raw(r#","requests":["#);
    json.list(&passed, |json, kept| kept.print(json));
    json.raw("]}");
    Some(Reply::json(200, json))
}

/// The refusal that tells how many have come, and what else.
fn missed(state: &State, key: Option<KeyId>, watch: &Watch, timeout: f64, words: &[String]) -> ApiError {
    let (count, passed) = state.passed(watch);
    let mut nearest = Nearest::default();
    state.each_captured(key, |kept| {
        let differences = kept.differences(watch.filter());
        // What came before the time that is meant did not come instead.
        if !differences.is_empty() && differences.iter().all(|difference| difference.field != "n") {
            nearest.add(kept, differences, MOST_NEAREST);
        }
    });
    let with = if words.is_empty() { String::new() } else { format!(" with {}", words.join(", ")) };
    let came = match count {
        0 => "none came".to_owned(),
        count => format!("{count} came ({})", numbers(passed.iter().map(CapturedRequest::number))),
    };
    let instead = match nearest.told() {
        told if told.is_empty() => "Nothing else came.".to_owned(),
        told => format!("What came instead: {}.", told.join("; ")),
    };
    let wanted = match watch.wanted() {
        1 => "1 request".to_owned(),
        wanted => format!("{wanted} requests"),
    };
    error::wait_timeout(timeout, format!("{wanted}{with}"), came, instead)
}
