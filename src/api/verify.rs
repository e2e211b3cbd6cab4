//! `POST /__parlel/verify`: says whether the requests that were expected have come

mod examined;
mod expectation;
mod outcome;

use crate::error;
use crate::error::ApiError;
use crate::error::Literal;
use crate::json::Json;
use crate::params::did_you_mean;
use crate::params::given;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use examined::Examined;
use expectation::Expectation;
use outcome::Unmet;
use serde_json::Value;
use serde_json::json;

pub(crate) const ROUTES: &[Route] = &[Route { method: "POST", ..get("/__parlel/verify", "control", verify) }];

/// The keys of a body.
const KEYS: [&str; 2] = ["expect", "order"];

fn verify(context: &Context<'_>) -> Result<Reply, ApiError> {
    let (expected, in_order) = read(&context.request.body)?;
    let mut captured = Vec::new();
    context.state.each_captured(context.key, |request| captured.push(request));
    let seen: Vec<Examined<'_>> = captured.iter().map(|request| Examined::new(context, request)).collect();
    let (met, unmet) = outcome::of(&expected, in_order, &seen);
    if let Some(first) = unmet.first() {
        return Err(refusal(first, &expected, &unmet));
    }
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"expect":["#);
    json.list(&met, |json, requests| {
        json.raw(r#"{"count":"#).number(requests.len() as u64).raw(r#","requests":["#);
        json.list(requests, |json, at| {
            json.number(seen[*at].captured.number());
        });
        json.raw("]}");
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

/// What is expected, and whether in this order.
fn read(body: &[u8]) -> Result<(Vec<Expectation>, bool), ApiError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| error::not_json())?;
    let Some(fields) = body.as_object() else {
        return Err(error::wrong_type("body", "an object", given(&body)));
    };
    if let Some(name) = fields.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(error::unknown(name, did_you_mean(name, KEYS.into_iter())));
    }
    let in_order = match fields.get("order") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(in_order)) => *in_order,
        Some(other) => return Err(error::wrong_type("order", "a boolean", given(other))),
    };
    match fields.get("expect") {
        Some(Value::Array(expected)) => Ok((expectation::read_all(expected)?, in_order)),
        Some(other) => Err(error::wrong_type("expect", "an array of objects", given(other))),
        None => Err(error::missing("expect")),
    }
}

/// The envelope that tells in words what was not met, and beside it the same as data.
fn refusal(first: &Unmet, expected: &[Expectation], unmet: &[Unmet]) -> ApiError {
    let sentences: Vec<&str> = unmet.iter().map(|one| one.sentence.as_str()).collect();
    let error = error::expectation_failed(sentences.join(" "), first.at);
    let unmet: Vec<Value> = unmet.iter().map(|one| one.value(&expected[one.at])).collect();
    let body = json!({"error": error.words(), "unmet": unmet});
    ApiError { literal: Some(Box::new(Literal::Json(body))), ..error }
}
