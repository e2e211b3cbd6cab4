//! What rate limits have to do with a request: whether it is let in, and what its reply's headers tell of them.
//! Never decides what the limits are.

use crate::error::ApiError;
use crate::error::go_duration;
use crate::faults;
use crate::json::Digits;
use crate::pipeline::Passage;
use crate::reply::Reply;
use crate::route::Account;
use crate::route::Found;
use crate::state::InFlight;
use crate::state::KeyId;
use crate::state::RateLevel;
use crate::state::Standing;
use crate::state::State;
use serde_json::Map;
use serde_json::Value;

/// The tokens per minute that the headers speak of where there is no limit.
const TOKENS_PER_MINUTE: u64 = 2_000_000;

/// Every request is the first of its minute there: one of 10,000 is used, and is back after 6 ms.
const LIMITS: &str = "x-ratelimit-limit-requests: 10000\r\nx-ratelimit-limit-tokens: 2000000\r\n\
    x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-remaining-tokens: ";
const RESETS: &str = "\r\nx-ratelimit-reset-requests: 6ms\r\nx-ratelimit-reset-tokens: ";
const UNLIMITED_REQUESTS: RateLevel = RateLevel { limit: 10_000, left: 9999, full_in: 6 };

/// What a refusal calls the model of a body that names none.
const NO_MODEL: &str = "an unnamed model";

/// Lets a request in where requests are limited, whatever is wrong with it, and whether or not its body can be read.
pub(super) fn enter(
    call: &Passage<'_>,
    found: &Found,
    body: Option<&Map<String, Value>>,
) -> Result<Option<InFlight>, ApiError> {
    let is_one = |found: &Found| matches!(found, Found::Route(route, _) if route.account == Account::Limited);
    if !call.state.is_limited() || !is_one(found) {
        return Ok(None);
    }
    let named = body.and_then(|body| body.get("model")).and_then(Value::as_str);
    let model = named.map(|named| faults::of_model(named).map_or(named, |(model, _)| model));
    let key = call.owner;
    call.state.enter(key, model.unwrap_or(NO_MODEL)).map(Some)
}

/// Tells of the limits.
pub(super) fn tell(reply: &mut Reply, state: &State, key: KeyId) {
    let Standing { requests, tokens } =
        if state.is_limited() { state.standing(key) } else { Standing::default() };
    let used = reply.charge.min(TOKENS_PER_MINUTE);
    let (left, full_in) = (TOKENS_PER_MINUTE - used, used * 60_000 / TOKENS_PER_MINUTE);
    let head = &mut reply.head;
    if requests.is_none() && tokens.is_none() {
        for text in [LIMITS, Digits::of(left).as_str(), RESETS, &go_duration(full_in), "\r\n"] {
            head.push_str(text);
        }
        return;
    }
    let requests = requests.unwrap_or(UNLIMITED_REQUESTS);
    let tokens = tokens.unwrap_or(RateLevel { limit: TOKENS_PER_MINUTE, left, full_in });
    for (name, value) in [
        ("limit-requests", requests.limit.to_string()),
        ("limit-tokens", tokens.limit.to_string()),
        ("remaining-requests", requests.left.to_string()),
        ("remaining-tokens", tokens.left.to_string()),
        ("reset-requests", go_duration(requests.full_in)),
        ("reset-tokens", go_duration(tokens.full_in)),
    ] {
        reply.header(&["x-ratelimit-", name].concat(), value);
    }
}
