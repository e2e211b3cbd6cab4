//! Captured requests as JSON. Never decides which.

use crate::http::shown;
use crate::json::Json;
use crate::rules::Verdict;
use crate::state::captured::entry::Entry;
use crate::state::captured::parts::print_body;
use crate::state::captured::parts::print_headers;
use crate::state::time::iso8601;

/// A captured request, and its reply if that is wished; `number` is the one that whoever asks knows it by.
pub(super) fn print_entry(json: &mut Json, entry: &Entry, number: u64, with_reply: bool) {
    let request = &entry.request;
    json.raw(r#"{"n":"#).number(number);
    json.raw(r#","kind":"#).text(entry.kind);
    print_body(json, &request.body);
    json.raw(r#","at":"#).text(&iso8601(entry.at));
    json.raw(r#","request_id":"#).text(&entry.ticket.request_id());
    json.raw(r#","method":"#).text(&request.method);
    json.raw(r#","path":"#).text(&request.path);
    json.raw(r#","query":"#).text(&request.query);
    json.raw(r#","headers":"#);
    print_headers(json, request.headers.iter().map(|(name, value)| (name, shown(name, value))));
    json.raw(r#","status":"#);
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
    json.raw("]");
    if with_reply {
        json.raw(r#","reply":"#);
        match &entry.reply {
            Some(reply) => reply.print(json, entry.status),
            None => drop(json.raw("null")),
        }
    }
    json.raw("}");
}
