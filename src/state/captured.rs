//! The log of captured requests: one log, bounded by bytes, oldest out first. A key is a filter on it.

use crate::http::Request;
use crate::http::shown;
use crate::json::Hex;
use crate::json::Json;
use crate::rules::Verdict;
use crate::state::KeyId;
use crate::state::digest;
use crate::state::time::iso8601;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

/// More keys than this, and those without a captured request are forgotten.
const KEYS: usize = 65_536;

/// What a captured request got.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    /// Its place in the log, by which it is found again.
    pub(crate) place: u64,
    /// The number in its `x-request-id`.
    id: u128,
}

impl Ticket {
    /// `req_` and 32 hexadecimal digits.
    pub(crate) fn request_id(self) -> String {
        ["req_", Hex::of(self.id).as_str()].concat()
    }
}

#[derive(Clone)]
pub(super) struct Entry {
    /// Its place is never given twice: a reply that outlives a reset must not be noted on a newer
    /// request.
    ticket: Ticket,
    /// Its number among all requests.
    number: u64,
    key: KeyId,
    /// Its number among the requests of its key.
    number_of_key: u64,
    kind: &'static str,
    request: Arc<Request>,
    at: SystemTime,
    /// `None` until it was answered.
    status: Option<u16>,
    /// For streams: whether all of it was sent.
    ended: Option<bool>,
    /// What rules made of it, where any were asked.
    verdict: Option<Arc<Verdict>>,
}

impl Entry {
    /// Roughly what it takes in memory.
    fn size(&self) -> usize {
        let request = &self.request;
        let texts = request.method.len() + request.path.len() + request.query.len();
        size_of::<Entry>()
            + size_of::<Request>()
            + request.headers.size()
            + request.body.capacity()
            + self.verdict.as_ref().map_or(0, |verdict| verdict.size())
            + texts
            + 64
    }
}

/// What was captured, of one key or of all.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    /// The last number given.
    number: u64,
    /// How many since the log was cleared.
    count: u64,
    /// How many of those had to go.
    dropped: u64,
}

pub(super) struct Captured {
    entries: VecDeque<Entry>,
    bytes: usize,
    limit: usize,
    places: u64,
    all: Totals,
    keys: HashMap<KeyId, Totals>,
    /// Those of them without a captured request.
    idle: BTreeSet<KeyId>,
}

impl Captured {
    pub(super) fn new(limit: usize) -> Captured {
        let (all, keys, idle) = (Totals::default(), HashMap::new(), BTreeSet::new());
        Captured { entries: VecDeque::new(), bytes: 0, limit, places: 0, all, keys, idle }
    }

    pub(super) fn open(
        &mut self,
        key: KeyId,
        kind: &'static str,
        request: Arc<Request>,
        content: u128,
        at: SystemTime,
    ) -> Ticket {
        if self.keys.len() >= KEYS && !self.keys.contains_key(&key) {
            for idle in std::mem::take(&mut self.idle) {
                self.keys.remove(&idle);
            }
        }
        self.idle.remove(&key);
        let of_key = self.keys.entry(key).or_default();
        for totals in [&mut self.all, &mut *of_key] {
            totals.number += 1;
            totals.count += 1;
        }
        let number_of_key = of_key.number;
        // From the key's own numbering, so that tests running side by side get the ids they would
        // get alone.
        let id = digest(&[&key.bytes(), &number_of_key.to_be_bytes(), &content.to_be_bytes()]);
        self.places += 1;
        let ticket = Ticket { place: self.places, id };
        let entry = Entry {
            ticket,
            number: self.all.number,
            key,
            number_of_key,
            kind,
            request,
            at,
            status: None,
            ended: None,
            verdict: None,
        };
        self.bytes += entry.size();
        self.entries.push_back(entry);
        self.drop_what_is_too_much();
        ticket
    }

    fn drop_what_is_too_much(&mut self) {
        while self.bytes > self.limit {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        self.bytes -= oldest.size();
        self.all.dropped += 1;
        if let Some(totals) = self.keys.get_mut(&oldest.key) {
            totals.dropped += 1;
            if totals.dropped == totals.count {
                self.idle.insert(oldest.key);
            }
        }
    }

    fn find(&mut self, place: u64) -> Option<&mut Entry> {
        // Where no key has been reset, places have no gaps.
        let first = self.entries.front()?.ticket.place;
        let guess = usize::try_from(place.checked_sub(first)?).ok()?;
        let at = match self.entries.get(guess) {
            Some(entry) if entry.ticket.place == place => guess,
            _ => self.entries.binary_search_by_key(&place, |entry| entry.ticket.place).ok()?,
        };
        self.entries.get_mut(at)
    }

    pub(super) fn answered(&mut self, place: u64, status: u16, streams: bool, verdict: Verdict) {
        let Some(entry) = self.find(place) else { return };
        entry.status = Some(status);
        entry.ended = streams.then_some(false);
        if !verdict.is_empty() {
            let before = entry.size();
            entry.verdict = Some(Arc::new(verdict));
            self.bytes += entry.size() - before;
            self.drop_what_is_too_much();
        }
    }

    pub(super) fn stream_ended(&mut self, place: u64, whole: bool) {
        if let Some(entry) = self.find(place) {
            entry.ended = Some(whole);
        }
    }

    /// Forgets the requests of a key, or all; `numbers` too, so that they start again at 1.
    pub(super) fn forget(&mut self, key: Option<KeyId>, numbers: bool) {
        match key {
            None => {
                // Not `clear`: the memory goes back as well.
                self.entries = VecDeque::new();
                self.bytes = 0;
                clear(&mut self.all, numbers);
                if numbers {
                    self.keys.clear();
                    self.idle.clear();
                } else {
                    self.keys.values_mut().for_each(|totals| clear(totals, false));
                    self.idle.extend(self.keys.keys());
                }
            }
            Some(key) => {
                self.entries.retain(|entry| entry.key != key);
                self.bytes = self.entries.iter().map(Entry::size).sum();
                if let Some(totals) = self.keys.get_mut(&key) {
                    self.all.count -= totals.count;
                    self.all.dropped -= totals.dropped;
                    clear(totals, numbers);
                    self.idle.insert(key);
                }
            }
        }
    }

    /// The captured request that a key, or all, knows by this number.
    pub(super) fn judged(&self, key: Option<KeyId>, number: u64) -> Option<Judged> {
        let of_key = self.entries.iter().filter(|entry| key.is_none_or(|key| entry.key == key));
        let is_meant = |entry: &&Entry| match key {
            Some(_) => entry.number_of_key == number,
            None => entry.number == number,
        };
        let Entry { request, status, verdict, key, .. } = of_key.rev().find(is_meant)?;
        let (request, verdict) = (Arc::clone(request), verdict.clone());
        Some(Judged { request, status: *status, verdict, key: *key })
    }

    /// What a key sees; without one, everything.
    pub(super) fn view(&self, key: Option<KeyId>) -> (Vec<Entry>, Totals) {
        match key {
            None => (self.entries.iter().cloned().collect(), self.all),
            Some(key) => (
                self.entries.iter().filter(|entry| entry.key == key).cloned().collect(),
                self.keys.get(&key).copied().unwrap_or_default(),
            ),
        }
    }
}

fn clear(totals: &mut Totals, numbers: bool) {
    let number = if numbers { 0 } else { totals.number };
    *totals = Totals { number, ..Totals::default() };
}

/// Which captured requests to list. The default lists all.
#[derive(Default)]
pub(crate) struct Filter {
    pub(crate) kind: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) status: Option<u16>,
    /// Only requests with a higher number.
    pub(crate) since: u64,
    /// The newest so many.
    pub(crate) limit: Option<usize>,
}

impl Filter {
    fn selects_all(&self) -> bool {
        self.since == 0
            && self.status.is_none()
            && [&self.kind, &self.path, &self.model].into_iter().all(Option::is_none)
    }

    fn lets_pass(&self, entry: &Entry, number: u64) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|text| text == found);
        number > self.since
            && is(&self.kind, entry.kind)
            && is(&self.path, &entry.request.path)
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.model.as_deref().is_none_or(|model| model_of(&entry.request) == model)
    }
}

/// The model that the body names, or else the path.
fn model_of(request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match body["model"].as_str() {
        Some(model) => model.to_owned(),
        None => request.address().and_then(|address| address.deployment).unwrap_or_default(),
    }
}

/// `{"requests":[...],"count":2,"dropped":0}`
pub(super) fn print(entries: &[Entry], totals: Totals, of_key: bool, filter: &Filter) -> Vec<u8> {
    let number = |entry: &Entry| if of_key { entry.number_of_key } else { entry.number };
    let chosen: Vec<&Entry> = entries.iter().filter(|entry| filter.lets_pass(entry, number(entry))).collect();
    // What was dropped can no longer be asked whether it passes a filter.
    let count = if filter.selects_all() { totals.count } else { chosen.len() as u64 };
    let from = filter.limit.map_or(0, |limit| chosen.len().saturating_sub(limit));
    let mut json = Json::default();
    json.raw(r#"{"requests":["#);
    json.list(&chosen[from..], |json, entry| print_entry(json, entry, number(entry)));
    json.raw(r#"],"count":"#).number(count);
    json.raw(r#","dropped":"#).number(totals.dropped).raw("}");
    json.into_bytes()
}

fn print_entry(json: &mut Json, entry: &Entry, number: u64) {
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
    let faults = verdict.map(|verdict| verdict.faults.join("; ")).filter(|faults| !faults.is_empty());
    json.raw(r#","fault":"#).optional(faults.as_deref());
    json.raw(r#","notes":["#);
    json.list(verdict.into_iter().flat_map(|verdict| &verdict.notes), |json, note| {
        json.text(note);
    });
    json.raw("]}");
}

/// A captured request, and what rules made of it.
pub(crate) struct Judged {
    pub(crate) request: Arc<Request>,
    pub(crate) status: Option<u16>,
    pub(crate) verdict: Option<Arc<Verdict>>,
    pub(crate) key: KeyId,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Request;

    fn open(captured: &mut Captured, key: usize) -> KeyId {
        let key = KeyId::of(&key.to_string());
        captured.open(key, "chat", Arc::new(Request::new("GET", "/v1/models")), 0, SystemTime::UNIX_EPOCH);
        key
    }

    #[test]
    fn each_part_of_a_request_counts_into_the_bytes() {
        let bytes = |request: Request| {
            let mut captured = Captured::new(1_000_000);
            let (key, request) = (KeyId::of("a"), Arc::new(request));
            captured.open(key, "chat", request, 0, SystemTime::UNIX_EPOCH);
            captured.bytes
        };
        let long = "x".repeat(1000);
        let least = bytes(Request::new("GET", "/"));
        assert!(least >= size_of::<Entry>() + size_of::<Request>());
        for request in [
            Request::new(&format!("GET{long}"), "/"),
            Request::new("GET", &format!("/{long}")),
            Request::new("GET", &format!("/?{long}")),
            Request::new("GET", "/").with_header("x", &long),
            Request { body: long.clone().into_bytes(), ..Request::new("GET", "/") },
        ] {
            let more = bytes(request);
            assert!(more >= least + 1000, "{more} after {least}");
        }
        // What just fits is kept.
        for (limit, kept) in [(2 * least, 2), (2 * least - 1, 1), (least, 1), (least - 1, 0)] {
            let mut captured = Captured::new(limit);
            for _ in 0..3 {
                let request = Arc::new(Request::new("GET", "/"));
                captured.open(KeyId::of("a"), "chat", request, 0, SystemTime::UNIX_EPOCH);
            }
            assert_eq!(captured.entries.len(), kept, "{limit}");
        }
    }

    #[test]
    fn what_rules_made_of_a_request_counts_into_the_bytes() {
        let mut captured = Captured::new(1_000_000);
        open(&mut captured, 0);
        let (place, before) = (captured.places, captured.bytes);
        let notes = vec!["x".repeat(1000)];
        captured.answered(place, 200, false, Verdict { notes, ..Verdict::default() });
        assert!(captured.bytes >= before + 1000);
        captured.forget(None, false);
        assert_eq!(captured.bytes, 0);
    }

    #[test]
    fn keys_without_a_request_go_when_there_are_many() {
        let mut captured = Captured::new(1_000_000);
        let first = open(&mut captured, 0);
        for key in 1..KEYS {
            open(&mut captured, key);
        }
        let held: BTreeSet<KeyId> = captured.entries.iter().map(|entry| entry.key).collect();
        let idle: BTreeSet<KeyId> = captured.keys.keys().copied().filter(|key| !held.contains(key)).collect();
        assert_eq!((captured.keys.len(), &captured.idle), (KEYS, &idle));
        assert!(!held.is_empty() && idle.contains(&first));
        // One that is back in time keeps its numbers.
        open(&mut captured, 0);
        open(&mut captured, KEYS);
        assert!(captured.idle.len() <= 2 && captured.keys.len() <= held.len() + 2);
        assert_eq!(captured.keys[&first].number, 2);
        for (forgotten, numbers) in [(Some(first), false), (Some(first), true), (None, false), (None, true)] {
            captured.forget(forgotten, numbers);
            let held: BTreeSet<KeyId> = captured.entries.iter().map(|entry| entry.key).collect();
            assert!(captured.keys.keys().all(|key| held.contains(key) != captured.idle.contains(key)));
            open(&mut captured, 0);
        }
        assert_eq!((captured.keys.len(), captured.idle.len()), (1, 0));
    }
}
