//! What the events of a response say together: its items come one after the other, each opened, told piece
//! by piece and closed; and the last event tells all of it once more.

use super::rules;
use super::rules::list;
use serde_json::Value;
use std::collections::BTreeMap;

/// What was asked for.
pub(super) struct Watched<'a> {
    pub(super) asked: &'a Value,
    /// The number of the event after which an old stream is taken up again.
    pub(super) after: Option<u64>,
    pub(super) is_padded: bool,
}

/// In this order, as far as they come; one of the last three ends it.
const LIFE: [&str; 6] = ["created", "queued", "in_progress", "completed", "incomplete", "failed"];

/// The keys in which a response may change while it is made.
const CHANGES: [&str; 9] = [
    "status",
    "completed_at",
    "error",
    "incomplete_details",
    "moderation",
    "output",
    "service_tier",
    "tool_usage",
    "usage",
];

/// Events that tell a text in pieces, then whole under a key: which items have it and where. `{}` stands
/// for the number of the part.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    ("output_text", "message", "text", "/content/{}/text"),
    ("refusal", "message", "refusal", "/content/{}/refusal"),
    ("reasoning_summary_text", "reasoning", "text", "/summary/{}/text"),
    ("function_call_arguments", "function_call", "arguments", "/arguments"),
    ("custom_tool_call_input", "custom_tool_call", "input", "/input"),
    ("mcp_call_arguments", "mcp_call", "arguments", "/arguments"),
    ("code_interpreter_call_code", "code_interpreter_call", "code", "/code"),
];

/// Events that tell a part of an item: which items have them and where.
const PARTS: &[(&str, &str, &str)] =
    &[("content_part", "message", "content"), ("reasoning_summary_part", "reasoning", "summary")];

/// The steps of items whose events tell nothing else, in order; the last may also be `failed`.
const STEPS: &[(&str, &[&str])] = &[
    ("compaction", &["compacting"]),
    ("web_search_call", &["in_progress", "searching", "completed"]),
    ("file_search_call", &["in_progress", "searching", "completed"]),
    ("code_interpreter_call", &["in_progress", "interpreting", "completed"]),
    ("image_generation_call", &["in_progress", "generating", "completed"]),
    ("mcp_list_tools", &["in_progress", "completed"]),
    ("mcp_call", &["in_progress", "completed"]),
];

pub(super) fn check(events: &[Value], watched: &Watched<'_>) -> Result<(), String> {
    let first = watched.after.map_or(0, |after| after + 1);
    let mut stream = Stream { is_resumed: watched.after.is_some(), ..Stream::default() };
    for (number, event) in (first..).zip(events) {
        frame(event, number, watched.is_padded)
            .and_then(|()| stream.see(event))
            .map_err(|wrong| format!("{wrong}: {event}"))?;
    }
    if events.last().is_some_and(|last| last["type"] == "response.queued") {
        // It was cancelled, of which no event tells.
        return Ok(());
    }
    let end = stream.end.or(stream.error).ok_or("nothing ends it")?;
    if end["type"] == "error" { Ok(()) } else { rules::response(&end["response"], watched.asked) }
}

/// The type comes first, the other keys as in a dictionary. What is padded has a length that is a multiple
/// of 16.
fn frame(event: &Value, number: u64, is_padded: bool) -> Result<(), String> {
    let keys: Vec<&String> = event.as_object().into_iter().flatten().map(|(key, _)| key).collect();
    if keys.first().is_none_or(|key| *key != "type") || !keys[1..].is_sorted() {
        return Err("the keys are out of order".to_owned());
    }
    if event["sequence_number"] != number {
        return Err(format!("this is number {number}"));
    }
    let length = |name: &str| event[name].as_str().map(|text| text.chars().count());
    let pads = event.get("delta").is_some() && event["type"] != "response.refusal.delta";
    match (length("obfuscation"), is_padded && pads) {
        (Some(_), false) => Err("nobody asked for obfuscation".to_owned()),
        (None, true) => Err("there is no obfuscation".to_owned()),
        (Some(pad), true) if pad > 15 || (pad + length("delta").unwrap_or(0)) % 16 != 0 => {
            Err("the obfuscation has the wrong length".to_owned())
        }
        _ => Ok(()),
    }
}

/// What the events have said so far.
#[derive(Default)]
struct Stream<'a> {
    /// It began before the first event, and maybe in the middle of an item.
    is_resumed: bool,
    /// The place in `LIFE`.
    life: Option<usize>,
    created: Option<&'a Value>,
    /// The items that are done, from the first that was seen.
    items: Vec<&'a Value>,
    next: Option<u64>,
    open: Option<Item<'a>>,
    error: Option<&'a Value>,
    end: Option<&'a Value>,
}

impl<'a> Stream<'a> {
    fn see(&mut self, event: &'a Value) -> Result<(), String> {
        let kind = event["type"].as_str().unwrap_or_default();
        let name = kind.strip_prefix("response.").unwrap_or(kind);
        if self.end.is_some() || self.error.is_some() && name != "failed" {
            return Err("this comes after the end".to_owned());
        }
        if name == "error" {
            self.error = Some(event);
            return Ok(());
        }
        if let Some(life) = LIFE.iter().position(|known| *known == name) {
            return self.see_life(life, event);
        }
        if !self.is_resumed && self.life != Some(2) {
            return Err("it is not in progress".to_owned());
        }
        let index = event["output_index"].as_u64().unwrap_or_default();
        let started_before = self.is_resumed && self.next.is_none();
        match (name, &mut self.open) {
            ("output_item.added", Some(_)) => Err("another item is open".to_owned()),
            ("output_item.added", None) if started_before || index == self.next.unwrap_or(0) => {
                self.next = Some(index);
                self.open = Some(Item::open(&event["item"])?);
                Ok(())
            }
            ("output_item.done", Some(open)) if Some(index) == self.next => {
                open.close(&event["item"])?;
                self.finish(index, event);
                Ok(())
            }
            ("output_item.done", None) if started_before => {
                self.finish(index, event);
                Ok(())
            }
            (_, None) if started_before => Ok(()),
            (_, Some(open)) if Some(index) == self.next => open.see(name, event),
            _ => Err(format!("item {index} is not open")),
        }
    }

    fn finish(&mut self, index: u64, event: &'a Value) {
        self.items.push(&event["item"]);
        (self.open, self.next) = (None, Some(index + 1));
    }

    fn see_life(&mut self, life: usize, event: &'a Value) -> Result<(), String> {
        let (name, response) = (LIFE[life], &event["response"]);
        rules::order("response", response)?;
        let begins = !self.is_resumed && self.life.is_none();
        if begins != (name == "created") || self.life.is_some_and(|before| life <= before) {
            return Err("this is not the time for it".to_owned());
        }
        self.life = Some(life);
        let expected = if name == "created" && response["status"] == "queued" { "queued" } else { name };
        let expected = if expected == "created" { "in_progress" } else { expected };
        if response["status"] != expected {
            return Err(format!("its status should be {expected}"));
        }
        let created = *self.created.get_or_insert(response);
        for (key, value) in response.as_object().into_iter().flatten() {
            if !CHANGES.contains(&key.as_str()) && created.get(key) != Some(value) {
                return Err(format!("{key} has changed"));
            }
        }
        if life < 3 {
            let has_begun = response["output"] != Value::Array(vec![]) || response["service_tier"] != "auto";
            return if has_begun { Err("it has not begun".to_owned()) } else { Ok(()) };
        }
        self.end = Some(event);
        let output: Vec<&Value> = list(response, "output").iter().collect();
        let is_told = if self.is_resumed { output.ends_with(&self.items) } else { output == self.items };
        if name != "failed" && (self.open.is_some() || !is_told) {
            return Err("its output is not what the events told".to_owned());
        }
        Ok(())
    }
}

/// A text that is told piece by piece.
#[derive(Default)]
struct Text {
    joined: String,
    /// The tokens and how likely they were.
    tokens: Vec<(Value, Value)>,
    is_done: bool,
}

/// The item that is open.
struct Item<'a> {
    added: &'a Value,
    /// By the name of its events and the number of its part.
    texts: BTreeMap<(&'static str, u64), Text>,
    /// The parts that are done, and whether another is open.
    parts: Vec<&'a Value>,
    part_is_open: bool,
    annotations: BTreeMap<u64, Vec<&'a Value>>,
    steps: Vec<&'a str>,
    pictures: u64,
}

/// What tells one text from another: nothing where an item has a single one.
fn part_of(event: &Value) -> u64 {
    event.get("content_index").or(event.get("summary_index")).and_then(Value::as_u64).unwrap_or(0)
}

fn tokens(value: &Value) -> impl Iterator<Item = (Value, Value)> {
    list(value, "logprobs").iter().map(|token| (token["token"].clone(), token["logprob"].clone()))
}

impl<'a> Item<'a> {
    /// An item is opened empty.
    fn open(added: &'a Value) -> Result<Self, String> {
        let is_empty = ["content", "summary", "arguments", "input"].iter().all(|key| match &added[key] {
            Value::Array(items) => items.is_empty(),
            Value::String(text) => text.is_empty() || added["type"] == "mcp_approval_request",
            _ => true,
        });
        let is_in_progress = added.get("status").is_none_or(|status| status == "in_progress");
        if !is_empty || !is_in_progress {
            return Err("an item begins empty".to_owned());
        }
        Ok(Self {
            added,
            texts: BTreeMap::new(),
            parts: Vec::new(),
            part_is_open: false,
            annotations: BTreeMap::new(),
            steps: Vec::new(),
            pictures: 0,
        })
    }

    fn see(&mut self, name: &'a str, event: &'a Value) -> Result<(), String> {
        if event["item_id"] != self.added["id"] {
            return Err("another item is open".to_owned());
        }
        let (family, step) = name.rsplit_once('.').unwrap_or((name, ""));
        let kind = self.added["type"].as_str().unwrap_or_default();
        if let Some((_, _, place)) = PARTS.iter().find(|row| (row.0, row.1) == (family, kind)) {
            return self.see_part(step, place, event);
        }
        if let Some(row) = TEXTS.iter().find(|row| (row.0, row.1) == (family, kind)) {
            return self.see_text(row.0, row.2, step, event);
        }
        if name == "output_text.annotation.added" && kind == "message" {
            let told = self.annotations.entry(part_of(event)).or_default();
            told.push(&event["annotation"]);
            let is_next = event["annotation_index"] == told.len() as u64 - 1;
            return if is_next && self.is_open(event) { Ok(()) } else { Err("not the next one".to_owned()) };
        }
        if name == "image_generation_call.partial_image" && kind == family {
            self.pictures += 1;
            let is_next = event["partial_image_index"] == self.pictures - 1;
            let is_time = self.steps.last() == Some(&"generating");
            return if is_next && is_time { Ok(()) } else { Err("not the next one".to_owned()) };
        }
        let steps = STEPS.iter().find(|(of, _)| *of == family && family == kind).map(|(_, steps)| *steps);
        let steps = steps.ok_or_else(|| format!("{kind} has no such event"))?;
        let next = steps.get(self.steps.len()).copied();
        let may_fail = self.steps.len() + 1 == steps.len() && step == "failed";
        if next != Some(step) && !may_fail || self.texts.values().any(|text| !text.is_done) {
            return Err(format!("the next step is {next:?}"));
        }
        self.steps.push(step);
        Ok(())
    }

    /// Whether the event is of the part that is open.
    fn is_open(&self, event: &Value) -> bool {
        self.part_is_open && part_of(event) == self.parts.len() as u64
    }

    fn see_part(&mut self, step: &str, place: &str, event: &'a Value) -> Result<(), String> {
        let (number, part) = (part_of(event), &event["part"]);
        let key = if part["type"] == "refusal" { "refusal" } else { "text" };
        if step == "added" {
            let is_next = !self.part_is_open && number == self.parts.len() as u64;
            let is_empty =
                part[key] == "" && ["annotations", "logprobs"].iter().all(|name| list(part, name).is_empty());
            self.part_is_open = true;
            return if is_next && is_empty { Ok(()) } else { Err(format!("not the next {place}")) };
        }
        let family = match (place, key) {
            ("summary", _) => "reasoning_summary_text",
            (_, "refusal") => "refusal",
            _ => "output_text",
        };
        let text = self.texts.get(&(family, number));
        if !self.is_open(event) || text.is_none_or(|text| !text.is_done || part[key] != *text.joined) {
            return Err("that is not what was told of the part".to_owned());
        }
        self.part_is_open = false;
        self.parts.push(part);
        Ok(())
    }

    fn see_text(
        &mut self,
        family: &'static str,
        key: &str,
        step: &str,
        event: &'a Value,
    ) -> Result<(), String> {
        let has_parts = PARTS.iter().any(|(_, kind, _)| self.added["type"] == *kind);
        if has_parts && !self.is_open(event) {
            return Err("that part is not open".to_owned());
        }
        // The text is told in the first step.
        if STEPS.iter().any(|(kind, _)| self.added["type"] == *kind) && self.steps.len() != 1 {
            return Err("this is not the step for it".to_owned());
        }
        let text = self.texts.entry((family, part_of(event))).or_default();
        if text.is_done {
            return Err("that text is done".to_owned());
        }
        if step == "delta" {
            text.joined += event["delta"].as_str().unwrap_or_default();
            text.tokens.extend(tokens(event));
            return Ok(());
        }
        text.is_done = true;
        if event[key] != *text.joined || family == "output_text" && !tokens(event).eq(text.tokens.clone()) {
            return Err("that is not what the pieces told".to_owned());
        }
        Ok(())
    }

    /// The whole item is what was told of it.
    fn close(&self, item: &Value) -> Result<(), String> {
        for name in ["id", "type", "role", "name", "call_id", "server_label", "container_id", "phase"] {
            if item.get(name) != self.added.get(name) {
                return Err(format!("{name} has changed"));
            }
        }
        if item["status"] == "in_progress" || self.part_is_open {
            return Err("it is not done".to_owned());
        }
        let kind = item["type"].as_str().unwrap_or_default();
        for (_, _, place) in PARTS.iter().filter(|(_, of, _)| *of == kind) {
            // The end of a part leaves out the probabilities, which stand in the item.
            let bare = |part: &Value| {
                let mut part = part.clone();
                if let Some(told) = part.get_mut("logprobs") {
                    *told = Value::Array(Vec::new());
                }
                part
            };
            if list(item, place).iter().map(bare).ne(self.parts.iter().map(|part| (*part).clone())) {
                return Err(format!("its {place} is not what was told"));
            }
        }
        for (family, _, _, place) in TEXTS.iter().filter(|(_, of, _, _)| *of == kind) {
            for number in 0..self.parts.len().max(1) as u64 {
                let value = item.pointer(&place.replace("{}", &number.to_string()));
                let told = self.texts.get(&(*family, number));
                let is_told = told
                    .is_some_and(|text| text.is_done && value.is_some_and(|value| *value == *text.joined));
                if !is_told && (told.is_some() || value.is_some_and(Value::is_string)) {
                    return Err(format!("its {family} is not what was told"));
                }
            }
        }
        for (number, part) in (0..).zip(list(item, "content")) {
            let told = self.annotations.get(&number).map_or(&[][..], Vec::as_slice);
            let text = self.texts.get(&("output_text", number));
            if list(part, "annotations").iter().ne(told.iter().copied())
                || text.is_some_and(|text| !tokens(part).eq(text.tokens.clone()))
            {
                return Err(format!("part {number} is not what was told"));
            }
        }
        let steps = STEPS.iter().find(|(of, _)| *of == kind).map_or(0, |(_, steps)| steps.len());
        // A conversation that is compacted by the way tells no step.
        let by_the_way = kind == "compaction" && self.steps.is_empty();
        if self.steps.len() != steps && item["status"] != "incomplete" && !by_the_way {
            return Err("not every step was taken".to_owned());
        }
        Ok(())
    }
}
