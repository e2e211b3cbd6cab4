//! What one event cannot tell: how events are framed, and what they say together.

use super::rules;
use serde_json::Value;
use std::collections::BTreeMap;

/// The events of a `data:` stream, which ends in `[DONE]`. An event that hides the length of its text has
/// one character more than a multiple of 16.
pub(super) fn data(text: &str) -> Result<Vec<Value>, String> {
    let text = text.strip_suffix("data: [DONE]\n\n").ok_or("the last event is not [DONE]")?;
    let padded = |line: &str| {
        let value = event(line)?;
        let length = line.chars().count() - "data: ".len();
        if value.get("obfuscation").is_some() && length % 16 != 1 {
            return Err(format!("the obfuscation has the wrong length: {line}"));
        }
        Ok(value)
    };
    blocks(text)?.into_iter().map(padded).collect()
}

/// The events of a stream that names them in a line of their own.
pub(super) fn named(text: &str) -> Result<Vec<Value>, String> {
    let named = |block: &str| {
        let (name, data) = block.split_once('\n').ok_or_else(|| format!("no name: {block}"))?;
        let name = name.strip_prefix("event: ").ok_or_else(|| format!("no name: {block}"))?;
        let event = event(data)?;
        if event["type"] == name { Ok(event) } else { Err(format!("its name is {name}: {event}")) }
    };
    blocks(text)?.into_iter().map(named).collect()
}

fn blocks(text: &str) -> Result<Vec<&str>, String> {
    let text = text.strip_suffix("\n\n").ok_or("the last event has no end")?;
    Ok(text.split("\n\n").collect())
}

/// `data: ` and compact JSON in one line.
fn event(line: &str) -> Result<Value, String> {
    let json = line.strip_prefix("data: ").ok_or_else(|| format!("no data: {line}"))?;
    let value: Value = serde_json::from_str(json).map_err(|error| format!("{error}: {line}"))?;
    rules::compact(json, &value).map_err(|wrong| format!("{wrong}: {line}"))?;
    Ok(value)
}

/// Checks the chunks of a chat or of a legacy completion against one another, and against what was
/// asked for.
pub(super) fn check(chunks: &[Value], asked: &Value) -> Result<(), String> {
    let first = chunks.first().ok_or("there are no chunks")?;
    let mut choices: BTreeMap<u64, Choice> = BTreeMap::new();
    for chunk in chunks {
        let see = |choices: &mut BTreeMap<u64, Choice>| {
            for name in ["id", "object", "created", "model", "service_tier", "system_fingerprint"] {
                if chunk.get(name) != first.get(name) {
                    return Err(format!("{name} has changed"));
                }
            }
            padding(chunk, asked)?;
            rules::usage(&chunk["usage"])?;
            let Some(choice) = chunk["choices"].get(0) else { return Ok(()) };
            rules::logprobs(choice, chunk, asked)?;
            let index = choice["index"].as_u64().unwrap_or_default();
            if index > choices.len() as u64 {
                return Err("a choice before it is missing".to_owned());
            }
            let is_new = !choices.contains_key(&index);
            if chunk["object"] == "chat.completion.chunk" && is_new != choice["delta"].get("role").is_some() {
                return Err("the role belongs in the first chunk and in no other".to_owned());
            }
            choices.entry(index).or_default().see(choice)
        };
        see(&mut choices).map_err(|wrong| format!("{wrong}: {chunk}"))?;
    }
    if first["object"] == "chat.completion.chunk" && choices.len() as u64 != asked["n"].as_u64().unwrap_or(1)
    {
        return Err("there are not as many choices as were asked for".to_owned());
    }
    for (index, choice) in &choices {
        if !choice.finished {
            return Err(format!("choice {index} does not finish"));
        }
    }
    usage_is_last(chunks, asked["stream_options"]["include_usage"] == true)
}

/// Chunks of a chat are padded unless that was not wanted.
fn padding(chunk: &Value, asked: &Value) -> Result<(), String> {
    let wanted =
        chunk["object"] == "chat.completion.chunk" && asked["stream_options"]["include_obfuscation"] != false;
    match chunk.get("obfuscation") {
        Some(_) if !wanted => Err("nobody asked for obfuscation".to_owned()),
        None if wanted => Err("there is no obfuscation".to_owned()),
        _ => Ok(()),
    }
}

/// Where it was asked for, every chunk has the key, and the last one its value; only the moderation
/// may follow.
fn usage_is_last(chunks: &[Value], asked: bool) -> Result<(), String> {
    let (mut seen_end, mut usages) = (false, 0);
    for chunk in chunks {
        if chunk.get("usage").is_some() != asked {
            return Err(format!("usage was {}: {chunk}", if asked { "asked for" } else { "not asked for" }));
        }
        let is_end = chunk["choices"].get(0).is_none();
        if seen_end && (!is_end || chunk.get("moderation").is_none()) {
            return Err(format!("this comes after the end: {chunk}"));
        }
        seen_end |= is_end;
        usages += usize::from(chunk["usage"].is_object());
    }
    if usages == usize::from(asked) { Ok(()) } else { Err(format!("usage comes {usages} times")) }
}

/// What the chunks of one choice have said so far.
#[derive(Default)]
struct Choice {
    finished: bool,
    /// The ids of the tool calls that were opened.
    calls: Vec<String>,
    /// The names of the keys that deltas had.
    keys: Vec<String>,
}

impl Choice {
    fn see(&mut self, choice: &Value) -> Result<(), String> {
        if self.finished {
            return Err("the choice has finished before".to_owned());
        }
        let delta = &choice["delta"];
        for call in delta["tool_calls"].as_array().map_or(&[][..], Vec::as_slice) {
            self.see_call(call)?;
        }
        for (key, value) in delta.as_object().into_iter().flatten() {
            let opens = delta.get("role").is_some();
            let opened = self.keys.contains(key);
            if ["refusal", "function_call", "audio"].contains(&key.as_str()) && !opens && !opened {
                return Err(format!("the role's chunk did not open {key}"));
            }
            if !value.is_null() && !opened {
                self.keys.push(key.clone());
            }
        }
        let reason = choice["finish_reason"].as_str();
        for (name, key) in [("tool_calls", "tool_calls"), ("function_call", "function_call")] {
            if reason == Some(name) && !self.keys.iter().any(|known| known == key) {
                return Err(format!("there was no {key}"));
            }
        }
        self.finished = reason.is_some();
        Ok(())
    }

    /// Calls come one after the other, each opened before its arguments.
    fn see_call(&mut self, call: &Value) -> Result<(), String> {
        let index = call["index"].as_u64();
        let opened = self.calls.len() as u64;
        match call["id"].as_str() {
            Some(_) if index != Some(opened) => Err(format!("the next tool call is number {opened}")),
            Some(id) if self.calls.iter().any(|known| known == id) => Err("two calls have one id".to_owned()),
            Some(id) => {
                self.calls.push(id.to_owned());
                Ok(())
            }
            None if index.map(|index| index + 1) != Some(opened) => Err("that call is not open".to_owned()),
            None => Ok(()),
        }
    }
}

/// Each picture gets better and better, until it is completed.
pub(super) fn check_images(events: &[Value], asked: &Value) -> Result<(), String> {
    let (mut partial, mut completed) = (0, 0);
    for event in events {
        if event.get("usage").is_some() {
            (partial, completed) = (0, completed + 1);
        } else if event["partial_image_index"] == partial {
            partial += 1;
        } else {
            return Err(format!("the next partial picture is number {partial}: {event}"));
        }
        if partial > asked["partial_images"].as_u64().unwrap_or(0) {
            return Err(format!("more partial pictures than were asked for: {event}"));
        }
    }
    if partial == 0 && completed == asked["n"].as_u64().unwrap_or(1) {
        Ok(())
    } else {
        Err(format!("{completed} pictures are completed"))
    }
}
