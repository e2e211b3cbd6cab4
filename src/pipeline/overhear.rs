//! A captured request sent up to the door again, to hear what it asks. Never has anything said or stored.

use crate::api;
use crate::faults;
use crate::http::KeyId;
use crate::http::Request;
use crate::pipeline::Passage;
use crate::pipeline::body_of;
use crate::pipeline::guarded;
use crate::pipeline::proceed;
use crate::pipeline::unasked;
use crate::route;
use crate::route::Found;
use crate::rules::Heard;
use crate::state::State;
use serde_json::Map;
use serde_json::Value;
use std::cell::RefCell;

/// What rules would hear of a captured request, once for each time that it would ask them. Leaves everything as it is:
/// it goes the request's way up to the door, where nothing is said.
pub(super) fn overhear(state: &State, request: &Request) -> Vec<Heard<'static>> {
    let Some(address) = request.address() else { return vec![as_sent("unknown", request)] };
    let found = route::find(api::TABLES, &request.method, &address.path);
    let verdict = RefCell::default();
    let key = request.key();
    if let (Found::Route(route, _), Some(key), None) = (&found, &key, &request.unread)
        && route.asks
        && let Some(declared) = route.params
    {
        let (key, address) = (Some(key.as_ref()), &address);
        let owner = KeyId::of(key.unwrap_or_default());
        let call =
            Passage { state, request, key, owner, request_id: "", address, verdict: &verdict, listens: true };
        let body = body_of(&call, declared, route.body_is_optional).map(without_faults);
        // What it comes to is nobody's reply.
        let _ = guarded("none: it is asked about", || proceed(&call, &found, body));
    }
    let asked = verdict.take().asked;
    if !asked.is_empty() {
        return asked.into_iter().map(|asked| asked.heard).collect();
    }
    // What was refused before the door, or asks no model.
    vec![as_sent(found.kind(), request)]
}

/// As much as can be told of a request that is not read.
fn as_sent(kind: &'static str, request: &Request) -> Heard<'static> {
    let body: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
    unasked(kind, &body).into_owned()
}

/// A body whose model's name asks for nothing to go wrong.
fn without_faults(mut body: Map<String, Value>) -> Map<String, Value> {
    if let Some(model) = body.get_mut("model")
        && let Some((name, _)) = model.as_str().and_then(faults::of_model)
    {
        *model = name.into();
    }
    body
}
