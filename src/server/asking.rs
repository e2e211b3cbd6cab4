//! What a test in Rust asks of its server: whether requests have come, and to wait until they have. It is answered as
//! over HTTP.

use crate::http::Request;
use crate::http::encode;
use crate::pipeline;
use crate::state::State;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The most that is waited for.
const MOST: Duration = Duration::from_secs(600);

/// Waits as `GET /__parlel/wait` does.
pub(super) fn wait(state: &State, wanted: &Value, at_most: Duration) -> Result<Vec<Value>, String> {
    let Value::Object(fields) = wanted else {
        return Err("what is waited for is an object, such as {\"kind\": \"chat\", \"count\": 2}".to_owned());
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(&text(value))));
    let mut query: Vec<String> = pairs.collect();
    query.push(format!("timeout={}", at_most.min(MOST).as_secs_f64()));
    let request = Request::new("GET", &format!("/__parlel/wait?{}", query.join("&")));
    let reply = pipeline::answer(state, &Arc::new(request));
    if let Some(awaited) = &reply.awaited {
        // Whatever it is that ends the wait, the reply says what has come by then.
        let _ = awaited.came().recv_timeout(awaited.at_most());
    }
    let reply = reply.settled(state);
    match told(reply.status, reply.bytes())?["requests"].take() {
        Value::Array(requests) => Ok(requests),
        _ => Ok(Vec::new()),
    }
}

/// Says what `POST /__parlel/verify` says.
pub(super) fn verify(state: &State, expected: &Value) -> Result<(), String> {
    let request = Request::new("POST", "/__parlel/verify").with_json(&expected.to_string());
    let reply = pipeline::answer(state, &Arc::new(request));
    told(reply.status, reply.bytes()).map(drop)
}

/// The body of a good reply, or else its message.
fn told(status: u16, body: &[u8]) -> Result<Value, String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        200 => Ok(body),
        _ => Err(body["error"]["message"].as_str().unwrap_or_default().to_owned()),
    }
}
