//! Captured requests as JSON. Never decides which.

use crate::http::Request;
use crate::http::shown;
use crate::json::Json;
use crate::rules::Verdict;
use crate::state::captured::entry::Entry;
use crate::state::time::iso8601;
use serde::de::IgnoredAny;

/// A captured request; `number` is the one that whoever asks knows it by.
pub(super) fn print_entry(json: &mut Json, entry: &Entry, number: u64) {
    let request = &entry.request;
    json.raw(r#"{"n":"#).number(number);
    json.raw(r#","kind":"#).text(entry.kind);
    json.raw(r#","body":"#);
    print_body(json, &request.body);
    if std::str::from_utf8(&request.body).is_err() {
        json.raw(r#","body_base64":"#).base64(&request.body);
    }
    json.raw(r#","at":"#).text(&iso8601(entry.at));
    json.raw(r#","request_id":"#).text(&entry.ticket.request_id());
    json.raw(r#","method":"#).text(&request.method);
    json.raw(r#","path":"#).text(&request.path);
    json.raw(r#","query":"#).text(&request.query);
    json.raw(r#","headers":{"#);
    json.list(joined(request), |json, (name, value)| {
        json.text(name).raw(":").text(&value);
    });
    json.raw(r#"},"status":"#);
    match entry.status {
        Some(status) => json.number(status.into()),
        None => json.raw("null"),
    };
    json.raw(r#","ended":"#).raw(match entry.ended {
        None => "null",
        Some(true) => "true",
        Some(false) => "false",
    });
    let verdict = entry.verdict.as_deref();
    json.raw(r#","rule":"#).optional(verdict.and_then(|verdict| verdict.rules().next()));
    let others: Vec<&str> = verdict.into_iter().flat_map(Verdict::rules).skip(1).collect();
    if !others.is_empty() {
        json.raw(r#","further_rules":["#);
        json.list(others, |json, rule| {
            json.text(rule);
        });
        json.raw("]");
    }
    json.raw(r#","fault":"#).optional(verdict.and_then(Verdict::fault).as_deref());
    json.raw(r#","notes":["#);
    json.list(verdict.into_iter().flat_map(|verdict| &verdict.notes), |json, note| {
        json.text(note);
    });
    json.raw("]}");
}

/// A JSON body stands as it was sent, byte for byte; another one as a string, in which U+FFFD takes
/// the place of what is not UTF-8.
fn print_body(json: &mut Json, body: &[u8]) {
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    match std::str::from_utf8(body) {
        Ok("") => json.raw("null"),
        Ok(text) if is_json => json.raw(text),
        Ok(text) => json.text(text),
        Err(_) => json.text(&String::from_utf8_lossy(body)),
    };
}

/// The headers, those of the same name joined by a comma, the key cut to its last 4 characters.
fn joined(request: &Request) -> Vec<(&str, String)> {
    let mut joined: Vec<(&str, String)> = Vec::new();
    for (name, value) in request.headers.iter() {
        let value = shown(name, value);
        match joined.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            None => joined.push((name, value.into_owned())),
        }
    }
    joined
}
