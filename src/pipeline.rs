//! The whole life of a request, without a socket: find the route, check the key, read the body,
//! check the parameters, call the endpoint, capture, and put the headers on the reply.

mod faulting;
mod limits;
mod overhear;

use crate::api;
use crate::config::Log;
use crate::error;
use crate::error::ApiError;
use crate::http::Address;
use crate::http::Credentials;
use crate::http::EVERYWHERE;
use crate::http::KeyId;
use crate::http::Request;
use crate::http::Unread;
use crate::params;
use crate::params::Args;
use crate::params::Declared;
use crate::reply::LogLine;
use crate::reply::Reply;
use crate::route;
use crate::route::Account;
use crate::route::Context;
use crate::route::Found;
use crate::route::Route;
use crate::rules::Heard;
use crate::rules::Occasion;
use crate::rules::Sent;
use crate::rules::UNKNOWN_WINDOW;
use crate::rules::Verdict;
use crate::state::State;
use overhear::overhear;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

/// Behind the request's id. Constant, as everything here: a clock would make each reply another one.
const ALWAYS: &str =
    "\r\nopenai-version: 2020-10-01\r\nopenai-processing-ms: 1\r\nx-content-type-options: nosniff\r\n";

const NAMES: &str = "openai-organization: openai-fake\r\nopenai-project: proj_000000000000000000000000\r\n";

/// What browsers may send besides the headers that they ask for.
const ALLOWED_HEADERS: &str = "authorization, api-key, content-type, accept, openai-beta, openai-organization, \
    openai-project, idempotency-key, x-client-request-id, x-daytona-preview-token, x-stainless-arch, \
    x-stainless-async, x-stainless-custom-poll-interval, x-stainless-helper-method, x-stainless-lang, \
    x-stainless-os, x-stainless-package-version, x-stainless-poll-helper, x-stainless-raw-response, \
    x-stainless-read-timeout, x-stainless-retry-count, x-stainless-runtime, \
    x-stainless-runtime-version, x-stainless-timeout";

/// Answers a request. Never panics and never waits.
pub fn answer(state: &State, request: &Arc<Request>) -> Reply {
    let mut reply = if request.method == "OPTIONS" && request.unread.is_none() {
        preflight(request)
    } else if let Some(address) = request.address() {
        answer_captured(state, request, &address)
    } else {
        control(state, request)
    };
    reply.head.push_str(EVERYWHERE);
    reply.settle_headers();
    reply.hang_up |= request.unread.as_ref().is_some_and(Unread::ends_connection);
    if state.config.log != Log::Off {
        let mut line = reply.line.take().unwrap_or_else(|| Box::new(LogLine::of(request, None, None)));
        line.complete(&reply);
        reply.line = Some(line);
    }
    reply
}

/// A request outside the API: no key needed, and nothing captured, unless it was meant for the API.
fn control(state: &State, request: &Arc<Request>) -> Reply {
    let found = route::find(api::TABLES, &request.method, &request.path);
    if let (Found::Unknown, Some(meant)) = (&found, api::meant(&request.path)) {
        return answer_astray(state, request, &meant);
    }
    let address = Address { path: Cow::Borrowed(&request.path), deployment: None };
    let verdict = RefCell::default();
    guarded("none: it was not captured", || {
        let credentials = request.credentials();
        let key = match &credentials {
            Credentials::Key(key) => Some(key.as_ref()),
            Credentials::Missing => None,
            // Not taken for "everything": an empty variable must not reset other tests' state.
            Credentials::Malformed(given) => return Err(error::malformed_key(given)),
        };
        operate(
            &Passage {
                state,
                request,
                key,
                owner: KeyId::of(key.unwrap_or_default()),
                request_id: "",
                address: &address,
                verdict: &verdict,
                listens: false,
            },
            &found,
        )
    })
}

/// A request to what would be one of the API's paths if another base URL were behind it: captured, so that a
/// test that looks for it sees it, and refused whoever sends it.
fn answer_astray(state: &State, request: &Arc<Request>, meant: &str) -> Reply {
    capturing(state, request, "unknown", false, Account::Untold, |_, _, _, _| {
        Err(error::unknown_url(&request.method, &request.path))
    })
    .with_hint(hint(request, meant))
}

/// A request to the API: captured whatever becomes of it.
fn answer_captured(state: &State, request: &Arc<Request>, address: &Address<'_>) -> Reply {
    let found = route::find(api::TABLES, &request.method, &address.path);
    let (asks, account, keyless) = match &found {
        Found::Route(route, _) => (route.asks, route.account, route.keyless),
        _ => (false, Account::Untold, error::no_key as fn() -> ApiError),
    };
    let run = |request_id: &str, owner, credentials: &Credentials<'_>, verdict: &RefCell<Verdict>| {
        match credentials {
            Credentials::Key(key) => {
                let key = Some(key.as_ref());
                let call =
                    Passage { state, request, key, owner, request_id, address, verdict, listens: false };
                operate(&call, &found)
            }
            Credentials::Missing => Err(keyless()),
            Credentials::Malformed(given) => Err(error::malformed_key(given)),
        }
    };
    let reply = capturing(state, request, found.kind(), asks, account, run);
    match found {
        Found::Unknown => match api::meant_within(&address.path) {
            Some(meant) => reply.with_hint(hint(request, &meant)),
            None => reply,
        },
        _ => reply,
    }
}

/// What is likely to be wrong where a path is one of the API's but for what stands before it.
fn hint(request: &Request, meant: &str) -> String {
    let Request { method, path, .. } = request;
    let host = request.headers.get("host").unwrap_or("HOST:PORT");
    format!(
        "{method} {path} got a 404, and {meant} is there: the client's base URL should be http://{host}/v1"
    )
}

/// Captures a request, has it answered, and describes it in the reply's headers.
fn capturing(
    state: &State,
    request: &Arc<Request>,
    kind: &'static str,
    asks: bool,
    account: Account,
    run: impl FnOnce(&str, KeyId, &Credentials<'_>, &RefCell<Verdict>) -> Result<Reply, ApiError>,
) -> Reply {
    let credentials = request.credentials();
    let key = KeyId::of(match &credentials {
        Credentials::Key(key) => key,
        _ => "",
    });
    let ticket = state.capture(key, kind, asks, Arc::clone(request));
    let request_id = ticket.request_id();
    let verdict: RefCell<Verdict> = RefCell::default();
    let mut reply = guarded(&request_id, || run(&request_id, key, &credentials, &verdict));
    reply.play.pace.between = state.config.pace;
    if !verdict.borrow().faults.is_empty() {
        let verdict = &mut *verdict.borrow_mut();
        reply = guarded(&request_id, || Ok(faulting::disturb(reply, request, kind, &request_id, verdict)));
    }
    describe(&mut reply, state, key, account, &request_id);
    if let Some(advice) = reply.retry_advice() {
        state.advised(ticket.place, advice);
    }
    if state.config.log != Log::Off {
        let verdict = verdict.borrow();
        reply.line = Some(Box::new(LogLine::of(request, verdict.rules().next(), verdict.fault())));
    }
    let (status, ended) = reply.keep(ticket.place);
    state.answered(ticket.place, status, ended, verdict.take());
    reply
}

/// Turns an error into its reply, and a panic into the API's 500.
fn guarded(request_id: &str, run: impl FnOnce() -> Result<Reply, ApiError>) -> Reply {
    // What a panic can leave half done is the log, which stays a log.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => Reply::refusal(&error),
        Err(_) => Reply::refusal(&error::internal(request_id)),
    }
}

/// A request on its way to an operation.
struct Passage<'a> {
    state: &'a State,
    request: &'a Request,
    /// None on a control call without one.
    key: Option<&'a str>,
    owner: KeyId,
    /// Empty on a control call.
    request_id: &'a str,
    address: &'a Address<'a>,
    /// What rules make of it.
    verdict: &'a RefCell<Verdict>,
    /// Whether it is only to be heard what it asks.
    listens: bool,
}

impl<'a> Passage<'a> {
    /// The occasion on which it is asked what this body says.
    fn occasion(&self, body: &'a Map<String, Value>) -> Occasion<'a> {
        let key = self.key.unwrap_or_default();
        let Request { method, headers, .. } = self.request;
        let sent = Sent { method, path: &self.address.path, headers, body, key };
        Occasion {
            created: self.state.created(self.owner),
            request_id: self.request_id,
            key: self.owner,
            sent,
            book: &self.state.rules,
            ledger: &self.state.faults,
            strict: self.state.config.strict_rules,
            listens: self.listens,
            verdict: self.verdict,
        }
    }
}

fn operate(call: &Passage<'_>, found: &Found) -> Result<Reply, ApiError> {
    match &call.request.unread {
        Some(Unread::TooLarge(limit)) => return Err(error::body_too_large(limit)),
        Some(Unread::BadFraming(why)) => return Err(error::bad_framing(why)),
        Some(Unread::UnknownCoding(given)) => return Err(error::unknown_coding(given)),
        Some(Unread::BrokenCoding(coding)) => return Err(error::broken_coding(coding)),
        None => {}
    }
    let body = match found {
        Found::Route(Route { params: Some(declared), body_is_optional, .. }, _) => {
            body_of(call, declared, *body_is_optional)
        }
        _ => Ok(Map::new()),
    };
    let in_flight = limits::enter(call, found, body.as_ref().ok())?;
    let answered = proceed(call, found, body);
    if in_flight.is_none() {
        return answered;
    }
    let mut reply = answered.unwrap_or_else(|error| Reply::refusal(&error));
    reply.effects.leave(in_flight);
    Ok(reply)
}

/// The same, its body having been read, and the limits having let it in.
fn proceed(
    call: &Passage<'_>,
    found: &Found,
    mut body: Result<Map<String, Value>, ApiError>,
) -> Result<Reply, ApiError> {
    let Passage { state, request, address, .. } = *call;
    faulting::strike(call, found.kind(), body.as_mut().ok())?;
    let (route, [id, item]) = match found {
        Found::Route(route, matched) => (route, matched),
        Found::WrongMethod(allowed) if offers_websocket(request) && allowed.contains(&"POST") => {
            return Err(error::no_websocket(&request.path));
        }
        Found::WrongMethod(allowed) => {
            return Err(error::wrong_method(&request.method, &request.path, allowed));
        }
        Found::Unknown => {
            ruled(call, "unknown", &json_object(request).unwrap_or_default())?;
            return Err(match api::unserved(&address.path) {
                Some(known) => error::not_served(&request.method, &request.path, known),
                None => error::unknown_url(&request.method, &request.path),
            });
        }
    };
    let mut body = body?;
    let declared = match route.params {
        Some(declared) => {
            let admit = |model: &str| (route.admit)(model, state.config.strict_models);
            params::check(&mut body, declared, admit)?
        }
        None => &[],
    };
    if !route.asks {
        ruled(call, route.kind, &body)?;
    }
    let (args, occasion) = (Args::new(&body, declared), call.occasion(&body));
    let (key, request_id) = (call.key.map(|_| occasion.key), call.request_id);
    (route.call)(&Context { state, request, key, id, item, args, request_id, occasion, overhear })
}

/// The parameters that a request brings.
fn body_of(
    call: &Passage<'_>,
    declared: &Declared,
    is_optional: bool,
) -> Result<Map<String, Value>, ApiError> {
    let left_out = is_optional && call.request.body.is_empty();
    let mut body = if left_out { Map::new() } else { json_object(call.request)? };
    if let Some(deployment) = &call.address.deployment {
        name_model(&mut body, declared, deployment);
    }
    Ok(body)
}

/// Has the rules answer a request that no model is asked by: what they say is its reply.
fn ruled(call: &Passage<'_>, kind: &'static str, body: &Map<String, Value>) -> Result<(), ApiError> {
    // The server's own operations are nobody's to change.
    if call.request_id.is_empty() || !call.state.rules.is_in_use() {
        return Ok(());
    }
    let heard = unasked(kind, body);
    let refusal = call.occasion(body).ruled(heard, |ruling| ruling.refusal(UNKNOWN_WINDOW))?;
    refusal.flatten().map_or(Ok(()), Err)
}

/// What rules hear of a request that no model is asked by.
fn unasked<'a>(kind: &'static str, body: &'a Map<String, Value>) -> Heard<'a> {
    let model = body.get("model").and_then(Value::as_str);
    Heard { endpoint: kind, model: model.map(Cow::Borrowed).into_iter().collect(), ..Heard::default() }
}

/// Gives a body the model that its path has named, where it has none itself and takes one.
fn name_model(body: &mut Map<String, Value>, declared: &Declared, deployment: &str) {
    let takes_one = declared.params(body).iter().any(|param| param.name == "model");
    if takes_one && body.get("model").is_none_or(Value::is_null) {
        body.insert("model".to_owned(), deployment.into());
    }
}

/// Whether a client wants to go on in WebSocket. Those that know of both go on in HTTP after a 426.
fn offers_websocket(request: &Request) -> bool {
    let offered = request.headers.get("upgrade").unwrap_or_default();
    request.method == "GET" && offered.split(',').any(|one| one.trim().eq_ignore_ascii_case("websocket"))
}

fn json_object(request: &Request) -> Result<Map<String, Value>, ApiError> {
    let content_type = request.headers.get("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let nothing_sent = essence.is_empty() && request.body.is_empty();
    if !essence.eq_ignore_ascii_case("application/json") && !nothing_sent {
        return Err(error::unsupported_content_type(content_type));
    }
    serde_json::from_slice(&request.body).map_err(|_| error::not_json())
}

fn preflight(request: &Request) -> Reply {
    let mut reply = Reply::empty(204);
    let mut allowed = ALLOWED_HEADERS.to_owned();
    let asked = request.headers.get("access-control-request-headers").unwrap_or_default();
    for name in asked.split(',').map(|name| name.trim().to_ascii_lowercase()) {
        let new = !allowed.split(", ").any(|known| known == name);
        if new && !name.is_empty() {
            let _ = write!(allowed, ", {name}");
        }
    }
    reply.header("access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
    reply.header("access-control-allow-headers", allowed);
    reply.header("access-control-max-age", 86_400);
    if request.headers.get("access-control-request-private-network").is_some() {
        reply.header("access-control-allow-private-network", "true");
    }
    reply
}

/// The API's own headers. Put together by hand: `format!` would cost as much as the reply's body.
fn describe(reply: &mut Reply, state: &State, key: KeyId, account: Account, request_id: &str) {
    let head = &mut reply.head;
    for text in ["x-request-id: ", request_id, ALWAYS] {
        head.push_str(text);
    }
    if account == Account::Untold || reply.status == 401 {
        return;
    }
    head.push_str(NAMES);
    if account == Account::Limited {
        limits::tell(reply, state, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_reply_and_the_next_request_is_served() {
        let state = State::new(crate::config::Config::default());
        let ticket = state.capture(KeyId::of("k"), "chat", true, Arc::new(Request::new("POST", "/v1/x")));
        let reply = guarded("req_1", || -> Result<Reply, ApiError> { panic!("on purpose") });
        let body: Value = serde_json::from_slice(reply.bytes()).expect("JSON");
        assert_eq!((reply.status, &body["error"]["type"]), (500, &"server_error".into()));
        assert!(body["error"]["message"].as_str().expect("a message").contains("req_1"));
        assert_eq!(body["error"].as_object().expect("an object").len(), 4);
        state.answered(ticket.place, Some(reply.status), None, Verdict::default());
        assert_eq!(state.requests()[0]["status"], 500);
        let next = Arc::new(Request::new("GET", "/v1/models").with_header("authorization", "Bearer k"));
        assert_eq!(answer(&state, &next).status, 200);
    }
}
