//! `/__parlel/faults`: what is made to go wrong, given at run time

use crate::error;
use crate::error::ApiError;
use crate::faults::FaultOrder;
use crate::faults::ListedFault;
use crate::json::Json;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use serde_json::Value;

pub(crate) const ROUTES: &[Route] = &[
    get("/__parlel/faults", "control", list),
    Route { method: "POST", ..get("/__parlel/faults", "control", give) },
    Route { method: "DELETE", ..get("/__parlel/faults", "control", forget) },
];

/// Those that a key meets, or all, and how often each has struck.
fn list(context: &Context<'_>) -> Result<Reply, ApiError> {
    let faults = context.state.faults.listed(context.key);
    let mut json = Json::default();
    json.raw(r#"{"faults":["#);
    json.list(&faults, |json, ListedFault { number, order, is_of_one_key, struck }| {
        json.raw(r#"{"id":"#).number(*number).raw(r#","fault":"#).text(&order.text);
        json.raw(r#","for":"#).text(if *is_of_one_key { "key" } else { "all" });
        json.raw(r#","struck":"#).number(*struck).raw("}");
    });
    json.raw(r#"],"count":"#).number(faults.len() as u64).raw("}");
    Ok(Reply::json(200, json))
}

/// Takes faults: for the caller's key, or for all keys where none is sent.
fn give(context: &Context<'_>) -> Result<Reply, ApiError> {
    let given: Value = serde_json::from_slice(&context.request.body).map_err(|_| error::not_json())?;
    let several = match given {
        Value::Array(several) => several,
        one => vec![one],
    };
    let orders: Vec<FaultOrder> =
        several.iter().map(FaultOrder::of_json).collect::<Result<_, _>>().map_err(error::bad_fault)?;
    let numbers = context.state.faults.give(context.key, orders).map_err(error::bad_fault)?;
    let mut json = Json::default();
    json.raw(r#"{"ok":true,"faults":["#);
    json.list(numbers, |json, number| {
        json.number(number);
    });
    json.raw("]}");
    Ok(Reply::json(200, json))
}

fn forget(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.state.faults.forget(context.key);
    let mut json = Json::default();
    json.raw(r#"{"ok":true}"#);
    Ok(Reply::json(200, json))
}
