//! `/__parlel/clock`: what time it is, and how tests move it

use crate::error;
use crate::error::ApiError;
use crate::json::Json;
use crate::reply::Reply;
use crate::route::Context;
use crate::route::Route;
use crate::route::get;
use crate::state::MOST_CLOCKS;
use crate::state::ToldTime;
use crate::state::Unmoved;
use serde_json::Map;
use serde_json::Value;
use std::time::Duration;

pub(crate) const ROUTES: &[Route] = &[
    get("/__parlel/clock", "control", tell),
    Route { method: "POST", ..get("/__parlel/clock", "control", change) },
];

const EXPECTED: &str =
    "how far the clock goes on, such as '30s', '500ms', '1h' or a number of seconds, and 100 years at most";

fn tell(context: &Context<'_>) -> Result<Reply, ApiError> {
    let ToldTime { now, advanced, is_frozen } = context.state.told_time(context.key);
    let mut json = Json::default();
    json.raw(r#"{"now":"#).text(&now);
    json.raw(r#","advanced_ms":"#).number(u64::try_from(advanced.as_millis()).unwrap_or(u64::MAX));
    json.raw(r#","frozen":"#).raw(if is_frozen { "true}" } else { "false}" });
    Ok(Reply::json(200, json))
}

/// The caller's clock alone, or everybody's where no key is sent.
fn change(context: &Context<'_>) -> Result<Reply, ApiError> {
    let body: Map<String, Value> =
        serde_json::from_slice(&context.request.body).map_err(|_| error::not_json())?;
    if let Some(name) = body.keys().find(|name| !["advance", "freeze"].contains(&name.as_str())) {
        return Err(error::unknown(name, ""));
    }
    let freeze = match body.get("freeze") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(freeze)) => Some(*freeze),
        Some(_) => return Err(error::bad_query("freeze", "true or false")),
    };
    let advance = match body.get("advance") {
        None | Some(Value::Null) if freeze.is_some() => Some(Duration::ZERO),
        given => given.and_then(duration),
    };
    let advance = advance.ok_or_else(|| error::bad_query("advance", EXPECTED))?;
    match context.state.change_time(context.key, advance, freeze) {
        Ok(()) => tell(context),
        Err(Unmoved::TooFar) => Err(error::bad_query("advance", EXPECTED)),
        Err(Unmoved::TooManyKeys) => Err(error::too_many_clocks(MOST_CLOCKS)),
    }
}

fn duration(given: &Value) -> Option<Duration> {
    match given {
        Value::Number(seconds) => Duration::try_from_secs_f64(seconds.as_f64()?).ok(),
        Value::String(text) => humantime::parse_duration(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::http::Request;
    use crate::pipeline::answer;
    use crate::state::KeyId;
    use crate::state::State;
    use std::sync::Arc;

    #[test]
    fn a_key_too_many_has_no_clock_of_its_own() {
        let state = State::new(Config::default());
        for number in 0..MOST_CLOCKS {
            let key = KeyId::of(&number.to_string());
            assert_eq!(state.change_time(Some(key), Duration::ZERO, Some(true)), Ok(()));
        }
        let change = |key: &str| {
            let request = Request::new("POST", "/__parlel/clock").with_json(r#"{"advance":1}"#);
            answer(&state, &Arc::new(request.with_header("api-key", key)))
        };
        let refused = change("one more");
        let body: Value = serde_json::from_slice(refused.bytes()).expect("JSON");
        assert_eq!(
            (refused.status, &body["error"]["message"]),
            (
                400,
                &"A server moves the clocks of 65536 keys at most. POST /__parlel/reset puts them back."
                    .into()
            )
        );
        assert_eq!(change("7").status, 200);
    }
}
