//! What follows from a parameter, beyond the values that `honours` reads off: fields put into a good body,
//! and what must be true of the reply. Each case is streamed as well, and the stream must say, to the last
//! logprob, what the whole reply says.

mod counts;
mod legacy;
mod models;
mod responses;
mod schemas;
mod strays;
mod texts;
mod tools;

use crate::refusals::with;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::chunks;
use crate::support::json;
use serde_json::Value;

/// The fields, and what is true of the reply.
type Case = (&'static str, fn(&Answer) -> bool);

/// A reply, with short names for what the cases look at.
struct Answer {
    body: Value,
}

/// What a chat with these fields is answered.
fn ask(fields: &str) -> Answer {
    let reply = Fake::new().chat(&with(CHAT, fields));
    assert_eq!(reply.status, 200, "{fields}: {}", String::from_utf8_lossy(reply.bytes()));
    Answer { body: json(&reply) }
}

/// What a user who says this is answered, with these fields besides.
fn say(text: &str, fields: &str) -> Answer {
    let messages = serde_json::json!({"messages": [{"role": "user", "content": text}]});
    ask(&with(&messages.to_string(), fields))
}

impl Answer {
    fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    fn choices(&self) -> &[Value] {
        self.body["choices"].as_array().expect("choices")
    }

    fn message(&self) -> &Value {
        &self.body["choices"][0]["message"]
    }

    /// The text; empty where there is none.
    fn text(&self) -> &str {
        self.message()["content"].as_str().unwrap_or_default()
    }

    fn texts(&self) -> Vec<&str> {
        self.choices().iter().filter_map(|choice| choice["message"]["content"].as_str()).collect()
    }

    fn ends(&self, reason: &str) -> bool {
        self.choices().iter().all(|choice| choice["finish_reason"] == reason)
    }

    /// A number of the usage, or of one of its details.
    fn count(&self, name: &str) -> u64 {
        let usage = &self.body["usage"];
        let details = ["prompt_tokens_details", "completion_tokens_details"].map(|part| &usage[part]);
        let found = [usage].into_iter().chain(details).find_map(|part| part[name].as_u64());
        found.unwrap_or_else(|| panic!("no {name}: {usage}"))
    }

    fn prompt(&self) -> u64 {
        self.count("prompt_tokens")
    }

    fn completion(&self) -> u64 {
        self.count("completion_tokens")
    }

    fn reasoning(&self) -> u64 {
        self.count("reasoning_tokens")
    }

    fn calls(&self) -> &[Value] {
        self.message()["tool_calls"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The names of the tools that are called.
    fn called(&self) -> Vec<&str> {
        let name = |call: &'_ Value| ["function", "custom"].iter().position(|kind| call[*kind].is_object());
        let named = self.calls().iter().map(|call| match name(call) {
            Some(0) => &call["function"]["name"],
            _ => &call["custom"]["name"],
        });
        named.map(|name| name.as_str().expect("a name")).collect()
    }

    /// The guesses at the first choice's tokens.
    fn guesses(&self) -> &[Value] {
        self.body["choices"][0]["logprobs"]["content"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The text as JSON; null where it is none.
    fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or_default()
    }

    fn keys(&self, pointer: &str) -> String {
        self.at(pointer).as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// Holds the cases, whole and streamed.
#[track_caller]
fn hold(cases: &[Case]) {
    let mut broken = Vec::new();
    for (fields, holds) in cases {
        let answer = ask(fields);
        if !holds(&answer) {
            broken.push(format!("{fields}\n  {:.900}\n", answer.body.to_string()));
        }
        if let Err(difference) = streamed(fields, &answer) {
            broken.push(format!("{fields}\n  streamed: {difference:.900}\n"));
        }
    }
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), cases.len(), broken.concat());
}

/// Whether the same as a stream says the same.
fn streamed(fields: &str, answer: &Answer) -> Result<(), String> {
    let fields = with(fields, r#"{"stream":true,"stream_options":{"include_usage":true}}"#);
    // The usage and what a moderation model says come in events of their own.
    let all = chunks(&Fake::new().chat(&with(CHAT, &fields))).into_iter();
    let (chunks, apart): (Vec<Value>, Vec<Value>) = all.partition(|chunk| chunk["choices"].get(0).is_some());
    let usage = apart.iter().find(|chunk| chunk["usage"].is_object()).expect("the usage");
    let moderation = apart.iter().find_map(|chunk| chunk.get("moderation"));
    if moderation != answer.body.get("moderation") {
        return Err(format!("moderation: {moderation:?}"));
    }
    let mut joined = vec![Value::Null; answer.choices().len()];
    for chunk in &chunks {
        let choice = &chunk["choices"][0];
        let into = &mut joined[choice["index"].as_u64().expect("an index") as usize];
        if !into["finish_reason"].is_null() {
            return Err(format!("goes on: {chunk}"));
        }
        join(&mut into["message"], &choice["delta"]);
        join_logprobs(&mut into["logprobs"], &choice["logprobs"]);
        into["finish_reason"] = choice["finish_reason"].clone();
    }
    for (whole, joined) in answer.choices().iter().zip(&joined) {
        for name in ["role", "content", "refusal", "tool_calls", "function_call", "audio"] {
            let of = |choice: &Value| choice["message"].get(name).cloned().unwrap_or_default();
            if of(whole) != of(joined) {
                return Err(format!("{name}: {} is not {}", of(joined), of(whole)));
            }
        }
        for name in ["finish_reason", "logprobs"] {
            if whole.get(name).cloned().unwrap_or_default() != joined[name] {
                return Err(format!("{name}: {} is not {}", joined[name], whole[name]));
            }
        }
    }
    for name in ["id", "created", "model", "service_tier", "system_fingerprint", "usage"] {
        if usage.get(name) != answer.body.get(name) {
            return Err(format!("{name}: {usage}"));
        }
    }
    Ok(())
}

/// As the clients do it: texts are appended, lists go by index, the rest is set.
fn join(into: &mut Value, delta: &Value) {
    match (into, delta) {
        (Value::String(into), Value::String(more)) => into.push_str(more),
        (into, Value::Object(fields)) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "index") {
                join(&mut into[name], value);
            }
        }
        (into, Value::Array(items)) => {
            if into.is_null() {
                *into = Value::Array(Vec::new());
            }
            let list = into.as_array_mut().expect("a list");
            for item in items {
                let at = item["index"].as_u64().expect("an index") as usize;
                list.resize(list.len().max(at + 1), Value::Null);
                join(&mut list[at], item);
            }
        }
        (_, Value::Null) => {}
        (into, value) => *into = value.clone(),
    }
}

fn join_logprobs(into: &mut Value, more: &Value) {
    for name in ["content", "refusal"] {
        let Some(more) = more[name].as_array() else { continue };
        // The first chunk of a refusal has an empty list of the content's.
        if !into.is_object() {
            *into = serde_json::json!({"content": null, "refusal": null});
        }
        match &mut into[name] {
            Value::Array(list) => list.extend(more.iter().cloned()),
            place => *place = more.clone().into(),
        }
    }
}

/// The tables of chats.
const CHATS: &[&[Case]] = &[
    texts::LENGTHS,
    texts::CONTENTS,
    texts::BESIDES,
    texts::PROBABILITIES,
    tools::CHOICES,
    tools::LOOPS,
    tools::OLDER,
    tools::SCHEMAS,
    models::NAMES,
    models::SHAPES,
    models::THOUGHTS,
    models::OVERHEADS,
    counts::COUNTS,
    counts::SOUNDS,
    counts::FILES,
    counts::EXACT,
];

/// The fields that the cases of chats put into a body.
pub(crate) fn of_chats() -> impl Iterator<Item = &'static str> {
    CHATS.iter().copied().flatten().map(|(fields, _)| *fields).chain(texts::OTHERS.iter().copied())
}

/// The same of responses.
pub(crate) fn of_responses() -> impl Iterator<Item = &'static str> {
    responses::CASES.iter().copied().flatten().map(|(fields, _)| *fields)
}

#[test]
fn what_is_said_and_how_long() {
    hold(texts::LENGTHS);
    hold(texts::CONTENTS);
    hold(texts::BESIDES);
}

#[test]
fn what_is_passed_over_changes_nothing() {
    strays::hold();
}

#[test]
fn what_is_said_of_probabilities() {
    hold(texts::PROBABILITIES);
}

#[test]
fn which_tools_are_called() {
    hold(tools::CHOICES);
    hold(tools::LOOPS);
    hold(tools::OLDER);
}

#[test]
fn schemas_are_kept_to() {
    hold(tools::SCHEMAS);
}

#[test]
fn what_each_model_does_and_tells() {
    hold(models::NAMES);
    hold(models::SHAPES);
    hold(models::THOUGHTS);
    hold(models::OVERHEADS);
    models::hold_efforts();
}

#[test]
fn how_many_tokens_are_counted() {
    hold(counts::COUNTS);
    hold(counts::SOUNDS);
    hold(counts::FILES);
}

#[test]
fn how_many_tokens_are_counted_exactly() {
    hold(counts::EXACT);
}
