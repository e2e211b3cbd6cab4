//! What is made to go wrong with a request: which faults strike it, and what becomes of its reply. Never waits.

use crate::error;
use crate::error::ApiError;
use crate::error::Asker;
use crate::faults;
use crate::faults::FaultOrder;
use crate::faults::FaultSource;
use crate::faults::FaultSubject;
use crate::faults::Payload;
use crate::faults::Sending;
use crate::faults::Struck;
use crate::faults::idle;
use crate::http::Request;
use crate::pipeline::Passage;
use crate::reply::Body;
use crate::reply::Reply;
use crate::rules::UNKNOWN_WINDOW;
use crate::rules::Verdict;
use serde_json::Map;
use serde_json::Value;
use std::sync::Arc;

/// Finds the faults that strike a request, and takes them off the name of its model. The first that stands in place of
/// an answer is returned. `body` is none where it could not be read.
pub(super) fn strike(
    call: &Passage<'_>,
    kind: &str,
    body: Option<&mut Map<String, Value>>,
) -> Result<(), ApiError> {
    // The server's own operations do not go wrong.
    let (Some(key), false) = (call.key, call.request_id.is_empty()) else { return Ok(()) };
    let Passage { state, request, .. } = *call;
    let mut sent: Vec<FaultOrder> = Vec::new();
    for text in request.headers.faults() {
        sent.push(FaultOrder::read(text).map_err(|why| error::bad_fault_sent("header x-parlel-fault", why))?);
    }
    if let Some(order) = faults::of_key(key) {
        sent.push(order.map_err(|why| error::bad_fault_sent("key", why))?);
    }
    let streams = body.as_ref().and_then(|body| body.get("stream")) == Some(&Value::Bool(true));
    let mut model = body.and_then(|body| body.get_mut("model"));
    if let Some((name, order)) = model.as_deref().and_then(Value::as_str).and_then(faults::of_model) {
        sent.push(order.map_err(|why| error::bad_fault_sent("model", why))?);
        let name = Value::from(name);
        if let Some(model) = &mut model {
            **model = name;
        }
    }
    // So it is mostly.
    if sent.is_empty() && !state.faults.is_in_use() {
        return Ok(());
    }
    let model = model.as_deref().and_then(Value::as_str).unwrap_or_default();
    let subject = FaultSubject { kind, path: &call.address.path, model, streams };
    let id = call.owner;
    let strikes = |order: &FaultOrder| {
        let source = || FaultSource::of_sent(order);
        order.when.holds(subject) && state.faults.strikes(id, source, order)
    };
    let mut struck: Vec<Struck> =
        sent.into_iter().filter(strikes).map(|order| Struck(Arc::new(order))).collect();
    struck.extend(state.faults.striking(id, subject));
    let asker = asker(call.request, kind, model, key, call.request_id);
    let instead = struck.iter().find_map(|Struck(order)| order.instead(&asker));
    call.verdict.borrow_mut().faults.append(&mut struck);
    instead.map_or(Ok(()), Err)
}

fn asker<'a>(
    request: &'a Request,
    kind: &'a str,
    model: &'a str,
    key: &'a str,
    request_id: &'a str,
) -> Asker<'a> {
    let Request { method, path, .. } = request;
    Asker { kind, method, path, model, window: UNKNOWN_WINDOW, key, request_id }
}

/// Changes a reply as the faults have it that strike.
pub(super) fn disturb(
    mut reply: Reply,
    request: &Request,
    kind: &str,
    request_id: &str,
    verdict: &mut Verdict,
) -> Reply {
    let Verdict { faults, notes, is_disturbed, .. } = verdict;
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let model = body["model"].as_str().unwrap_or_default();
    let model = faults::of_model(model).map_or(model, |(name, _)| name);
    for Struck(order) in faults {
        let payload = match &mut reply.body {
            Body::Whole(body) => Payload::Whole(body),
            Body::Events(events) => Payload::Events(events),
            _ => Payload::Other,
        };
        let asker = asker(request, kind, model, "", request_id);
        let play = &mut reply.play;
        let mut sending = Sending { payload, play, asker, is_said: *is_disturbed, refusal: None };
        for note in order.strike(&mut sending).into_iter().map(idle) {
            // It may have been noted when nothing was found in what is said.
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        if let Some(error) = sending.refusal {
            let play = std::mem::take(&mut reply.play);
            let effects = std::mem::take(&mut reply.effects);
            reply = Reply { play, effects, ..Reply::refusal(&error) };
        }
    }
    reply
}
