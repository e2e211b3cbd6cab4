//! Calls that were made, and what came out of them, in the forms in which they reach the model. Those that were
//! made at once are one call of a tool that runs others.

use crate::ask::Endpoint;
use crate::ask::count::Counter;
use crate::ask::count::PER_MESSAGE;
use crate::ask::turn::CallRef;
use crate::ask::turn::Part;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use crate::model::Frame;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::borrow::Cow;

/// What the id of a call adds that was made alone: by it, the call is found as the model made it.
const FOUND: usize = 3;

impl Counter<'_, '_> {
    /// The first of these turns, which calls, and what belongs to it: how many turns, and how many tokens beside
    /// what else the first one says.
    pub(super) fn calls(&mut self, turns: &[&Turn<'_>]) -> (usize, usize) {
        let [first, after @ ..] = turns else { return (0, 0) };
        if self.ask.endpoint == Endpoint::Chat {
            let calls: Vec<&CallRef<'_>> = first.calls.iter().chain(&first.function_call).collect();
            return match calls[..] {
                [call] => (1, self.call(call)),
                _ => self.at_once(&calls, 1, after),
            };
        }
        let calling = turns.iter().take_while(|turn| !turn.calls.is_empty()).count();
        let calls: Vec<&CallRef<'_>> = turns[..calling].iter().flat_map(|turn| &turn.calls).collect();
        match calls[..] {
            [call] if self.ask.abilities.frame == Frame::Older => {
                let found = if first.id.is_some() { FOUND } else { 0 };
                (1, self.call(call) + found)
            }
            [call] => (1, self.call(call)),
            _ if self.ask.abilities.frame == Frame::Newer => self.at_once(&calls, calling, &turns[calling..]),
            _ => {
                let tokens: usize = calls.iter().map(|call| self.call(call)).sum();
                (calling, tokens + PER_MESSAGE * (calling - 1))
            }
        }
    }

    /// A call by itself. Its output comes from who was called.
    fn call(&mut self, call: &CallRef<'_>) -> usize {
        self.sheet.clear();
        self.sheet.push_str("functions.");
        self.sheet.push_str(call.name);
        let called = self.encoding.count(&self.sheet);
        let is_chat = self.ask.endpoint == Endpoint::Chat;
        let is_older = self.ask.abilities.frame == Frame::Older;
        let answers = if is_chat || is_older { self.encoding.count(call.name) } else { called };
        let arguments = if is_chat && is_older { compact(call.arguments) } else { call.arguments.into() };
        // Any text needs no word that it is JSON.
        let around = self.overheads.call.saturating_sub(if call.custom { 2 } else { 0 });
        called + answers + self.encoding.count(&arguments) + around
    }

    /// Calls that were made at once in so many turns, and their outputs: how many turns, and how many tokens.
    fn at_once(&mut self, calls: &[&CallRef<'_>], calling: usize, after: &[&Turn<'_>]) -> (usize, usize) {
        let sheet = &mut self.sheet;
        sheet.clear();
        sheet.push_str(r#"{"tool_uses":["#);
        for (at, call) in calls.iter().enumerate() {
            sheet.push_str(if at > 0 { "," } else { "" });
            sheet.push_str(r#"{"recipient_name":"functions."#);
            sheet.push_str(call.name);
            sheet.push_str(r#"","parameters":"#);
            let arguments = compact(call.arguments);
            sheet.push_str(if arguments.is_empty() { "{}" } else { &arguments });
            sheet.push('}');
        }
        sheet.push_str("]}");
        let mut tokens = self.overheads.calls + self.encoding.count(&self.sheet);
        let answering = after.iter().take_while(|turn| turn.role == Role::Tool).count();
        if answering > 0 {
            tokens += self.outputs(&after[..answering]) + PER_MESSAGE;
        }
        (calling + answering, tokens)
    }

    /// Several outputs reach the model as one list.
    fn outputs(&mut self, turns: &[&Turn<'_>]) -> usize {
        let mut list = Vec::with_capacity(256);
        let mut others = 0;
        for (at, turn) in turns.iter().enumerate() {
            list.extend_from_slice(if at > 0 { b", " } else { b"[" });
            let text = joined(turn);
            // Writing into a Vec cannot fail.
            let _ = serde_json::to_writer(&mut list, &*text);
            let is_text = |part: &&Part<'_>| matches!(part, Part::Text(_));
            others +=
                turn.parts.iter().filter(|part| !is_text(part)).map(|part| self.part(part)).sum::<usize>();
        }
        list.push(b']');
        // JSON is UTF-8.
        others + self.encoding.count(&String::from_utf8(list).unwrap_or_default())
    }
}

/// What an output says.
pub(super) fn joined<'a>(turn: &Turn<'a>) -> Cow<'a, str> {
    let mut texts = turn.texts();
    let first = texts.next().unwrap_or_default();
    match texts.next() {
        None => first.into(),
        Some(second) => [first, second].into_iter().chain(texts).collect::<Vec<_>>().join("\n\n").into(),
    }
}

/// JSON without the spaces that stand between its parts, and with no more escapes than it needs; any other text
/// as it is.
fn compact(text: &str) -> Cow<'_, str> {
    let mut is_quoted = false;
    let (mut has_spaces, mut has_escapes) = (false, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\\' => has_escapes |= matches!(bytes.next(), Some(b'u' | b'/')),
            b' ' | b'\n' | b'\r' | b'\t' => has_spaces |= !is_quoted,
            _ => {}
        }
    }
    if has_escapes {
        return serde_json::from_str::<Value>(text).map_or(text.into(), |value| value.to_string().into());
    }
    if !has_spaces || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return text.into();
    }
    let mut compact = String::with_capacity(text.len());
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in text.chars() {
        if is_quoted || !matches!(character, ' ' | '\n' | '\r' | '\t') {
            compact.push(character);
        }
        if character == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    compact.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_compacted_and_other_text_is_not() {
        for (text, expected) in [
            (r#"{"a": "b c", "d":[1, 2]}"#, r#"{"a":"b c","d":[1,2]}"#),
            (r#"{"a": "\" \\"}"#, r#"{"a":"\" \\"}"#),
            (r#" {"a":1.50}"#, r#"{"a":1.50}"#),
            ("{\"a\": \"\\u00e9\\/\"}", "{\"a\":\"é/\"}"),
            ("{\"a\": ", "{\"a\": "),
            ("two words", "two words"),
            ("", ""),
        ] {
            assert_eq!(compact(text), expected);
        }
    }
}
