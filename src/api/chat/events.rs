//! A chat completion as a stream of chunks.

use crate::api::chat::Completion;
use crate::api::chat::write_call;
use crate::api::chat::write_logprobs;
use crate::api::chat::write_moderation;
use crate::api::chat::write_usage;
use crate::generate::seed::Draws;
use crate::json::Json;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Guess;
use crate::plan::Speech;
use crate::reply::Events;
use crate::tokens::Encoding;

/// The chunks in the API's order: each choice's role and first token, then the choices' tokens in
/// turn, then how each ends, then the usage where it was asked for.
pub(super) fn events(completion: &Completion<'_>, draws: Draws) -> Events {
    let choices = completion.choices();
    let mut chunks = Chunks::new(completion, draws);
    let mut all: Vec<Vec<Delta<'_>>> =
        choices.iter().map(|choice| deltas(choice, completion.abilities.encoding)).collect();
    let mut turns: Vec<_> = all.iter_mut().map(|deltas| deltas.drain(..).peekable()).collect();
    for (index, deltas) in turns.iter_mut().enumerate() {
        for delta in deltas.by_ref().take(2) {
            chunks.delta(index, &choices[index], &delta);
        }
    }
    while turns.iter_mut().any(|deltas| deltas.peek().is_some()) {
        for (index, deltas) in turns.iter_mut().enumerate() {
            if let Some(delta) = deltas.next() {
                chunks.delta(index, &choices[index], &delta);
            }
        }
    }
    for (index, choice) in choices.iter().enumerate() {
        chunks.choice(
            index,
            Some(choice.finish_reason.name()),
            false,
            |json| {
                json.raw("{}");
            },
            |json| {
                if choice.guesses.is_some() || completion.abilities.tells_logprobs {
                    json.raw(r#","logprobs":null"#);
                }
            },
        );
    }
    if completion.include_usage {
        chunks.usage();
    }
    if completion.moderator.is_some() {
        chunks.moderation();
    }
    chunks.events.data(b"[DONE]");
    chunks.events
}

/// One step of a choice.
enum Delta<'a> {
    /// The role, and what else the first chunk holds.
    Role(&'static str),
    /// A piece of the text or the refusal, and the guesses that it covers.
    Text(&'static str, &'a str, &'a [Guess]),
    /// The beginning of a call; whether the role comes with it.
    Call(usize, &'a Call, bool),
    /// A piece of a call's arguments.
    Arguments(usize, &'a Call, &'a str),
    /// The beginning of a call in the older form.
    Function(&'a Call),
    FunctionArguments(&'a str),
    /// The beginning of a spoken answer.
    Speech(&'a Speech),
    Transcript(&'a str),
    /// A piece of the sound.
    Sound(&'a [u8]),
    /// Until when it can be referred to.
    Expires(u64),
}

fn deltas(choice: &Choice, encoding: Encoding) -> Vec<Delta<'_>> {
    match &choice.content {
        Content::Text(_) => texts(choice, "content", r#","content":"","refusal":null"#),
        Content::Refusal(_) => texts(choice, "refusal", r#","content":null,"refusal":"""#),
        Content::Function(call) => std::iter::once(Delta::Function(call))
            .chain(call.pieces().map(Delta::FunctionArguments))
            .collect(),
        Content::Spoken(speech) => std::iter::once(Delta::Speech(speech))
            .chain(encoding.pieces(&speech.transcript).map(Delta::Transcript))
            // Whole groups of three bytes, so that the pieces of base64 can also be joined.
            .chain(speech.data.chunks(12_000).map(Delta::Sound))
            .chain(std::iter::once(Delta::Expires(speech.expires_at)))
            .collect(),
        Content::Calls(calls) => match calls.as_slice() {
            [call] => std::iter::once(Delta::Call(0, call, true))
                .chain(call.pieces().map(|piece| Delta::Arguments(0, call, piece)))
                .collect(),
            calls => std::iter::once(Delta::Role(r#","content":null"#))
                .chain(calls.iter().enumerate().flat_map(|(at, call)| {
                    std::iter::once(Delta::Call(at, call, false))
                        .chain(fives(&call.arguments).map(move |piece| Delta::Arguments(at, call, piece)))
                }))
                .collect(),
        },
    }
}

fn texts<'a>(choice: &'a Choice, name: &'static str, role: &'static str) -> Vec<Delta<'a>> {
    let pieces = choice.guessed().map(|(piece, guesses)| Delta::Text(name, piece, guesses));
    std::iter::once(Delta::Role(role)).chain(pieces).collect()
}

/// Calls that come several at once are cut in pieces of five characters, whatever the tokens are.
fn fives(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(5).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Writes chunks, all with the same beginning.
struct Chunks<'a> {
    events: Events,
    completion: &'a Completion<'a>,
    /// The beginning, and behind it the chunk being written.
    json: Json,
    beginning: usize,
    /// The characters of the beginning.
    characters: usize,
    draws: Draws,
}

impl<'a> Chunks<'a> {
    fn new(completion: &'a Completion<'a>, draws: Draws) -> Chunks<'a> {
        let mut json = Json::with_capacity(1024);
        json.raw(r#"{"id":"#).text(&completion.id);
        json.raw(r#","object":"chat.completion.chunk","created":"#).number(completion.created);
        json.raw(r#","model":"#).text(completion.model);
        if let Some(tier) = completion.service_tier {
            json.raw(r#","service_tier":"#).text(tier);
        }
        json.raw(r#","system_fingerprint":"#).optional(completion.fingerprint.as_deref());
        let tokens = completion.tokens() - completion.reasoning_tokens();
        let count = tokens + 2 * completion.choices().len() + 2;
        let events = Events::with_capacity(count, count * 400);
        let (beginning, characters) = (json.as_bytes().len(), characters(json.as_bytes()));
        Chunks { events, completion, json, beginning, characters, draws }
    }

    fn delta(&mut self, index: usize, choice: &Choice, delta: &Delta<'_>) {
        // Calls that come several at once have the usage before the choices.
        let parallel = matches!(&choice.content, Content::Calls(calls) if calls.len() > 1);
        let tells_logprobs = self.completion.abilities.tells_logprobs;
        self.choice(
            index,
            None,
            parallel,
            |json| write_delta(json, delta),
            |json| match (&choice.guesses, delta) {
                (Some(_), Delta::Text(_, _, guesses)) => {
                    json.raw(r#","logprobs":"#);
                    write_logprobs(json, guesses, choice);
                }
                (Some(_), Delta::Role(_)) if !parallel => {
                    json.raw(r#","logprobs":"#);
                    write_logprobs(json, &[], choice);
                }
                (None, _) if !tells_logprobs => {}
                _ => {
                    json.raw(r#","logprobs":null"#);
                }
            },
        );
    }

    fn choice(
        &mut self,
        index: usize,
        finish_reason: Option<&str>,
        usage_first: bool,
        delta: impl FnOnce(&mut Json),
        logprobs: impl FnOnce(&mut Json),
    ) {
        let usage = if self.completion.include_usage { r#","usage":null"# } else { "" };
        let (before, behind) = if usage_first { (usage, "") } else { ("", usage) };
        let json = &mut self.json;
        json.raw(before).raw(r#","choices":[{"index":"#).number(index as u64).raw(r#","delta":"#);
        delta(json);
        logprobs(json);
        json.raw(r#","finish_reason":"#).optional(finish_reason).raw("}]").raw(behind);
        self.end();
    }

    fn usage(&mut self) {
        self.json.raw(r#","choices":[],"usage":"#);
        write_usage(&mut self.json, self.completion);
        self.end();
    }

    fn moderation(&mut self) {
        let usage = if self.completion.include_usage { r#","usage":null"# } else { "" };
        self.json.raw(r#","choices":[]"#).raw(usage);
        write_moderation(&mut self.json, self.completion);
        self.end();
    }

    /// Closes a chunk with the padding that hides the length of its content: the text has one
    /// character more than a multiple of 16.
    fn end(&mut self) {
        if self.completion.include_obfuscation {
            self.json.raw(r#","obfuscation":""#);
            // The closing quote and brace are still to come.
            let length = self.characters + characters(&self.json.as_bytes()[self.beginning..]) + 2;
            let padding = (1 + 16 - length % 16) % 16;
            let letters = self.draws.letters(padding);
            self.json.write(|out| out.extend(letters));
            self.json.raw("\"");
        }
        self.json.raw("}");
        self.events.data(self.json.as_bytes());
        self.json.truncate(self.beginning);
    }
}

fn write_delta(json: &mut Json, delta: &Delta<'_>) {
    match delta {
        Delta::Role(more) => {
            json.raw(r#"{"role":"assistant""#).raw(more).raw("}");
        }
        Delta::Text(name, piece, _) => {
            json.raw("{").text(name).raw(":").text(piece).raw("}");
        }
        Delta::Call(at, call, with_role) => {
            json.raw(if *with_role { r#"{"role":"assistant","content":null,"# } else { "{" });
            json.raw(r#""tool_calls":[{"index":"#).number(*at as u64).raw(",");
            write_call(json, call, "");
            json.raw("}]").raw(if *with_role { r#","refusal":null}"# } else { "}" });
        }
        Delta::Arguments(at, call, piece) => {
            let (kind, given) = if call.custom { ("custom", "input") } else { ("function", "arguments") };
            json.raw(r#"{"tool_calls":[{"index":"#).number(*at as u64).raw(",").text(kind);
            json.raw(":{").text(given).raw(":").text(piece).raw("}}]}");
        }
        Delta::Function(call) => {
            json.raw(r#"{"role":"assistant","content":null,"function_call":{"name":"#).text(&call.name);
            json.raw(r#","arguments":""},"refusal":null}"#);
        }
        Delta::FunctionArguments(piece) => {
            json.raw(r#"{"function_call":{"arguments":"#).text(piece).raw("}}");
        }
        Delta::Speech(speech) => {
            json.raw(r#"{"role":"assistant","refusal":null,"audio":{"id":"#).text(&speech.id);
            json.raw(r#","transcript":""}}"#);
        }
        Delta::Transcript(piece) => {
            json.raw(r#"{"audio":{"transcript":"#).text(piece).raw("}}");
        }
        Delta::Sound(bytes) => {
            json.raw(r#"{"audio":{"data":"#).base64(bytes).raw("}}");
        }
        Delta::Expires(at) => {
            json.raw(r#"{"audio":{"expires_at":"#).number(*at).raw("}}");
        }
    }
}

/// How many characters UTF-8 text has.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::chat::whole;
    use crate::model::abilities;
    use crate::plan::Ends;
    use crate::plan::Said;
    use serde_json::Value;

    #[test]
    fn joined_deltas_are_the_whole_message() {
        let call = |name: &str, arguments: &str| {
            let call = Call {
                id: format!("call_{name}"),
                custom: name == "free",
                name: name.to_owned(),
                arguments: arguments.to_owned(),
                ..Call::default()
            };
            call.measured(Encoding::O200k)
        };
        let contents = [
            Content::Text("One, two.".into()),
            Content::Text(String::new()),
            Content::Text("Grüße 🙂 \"quoted\"\n".into()),
            Content::Refusal("I'm sorry.".into()),
            Content::Calls(vec![call("one", r#"{"a":"ü"}"#)]),
            Content::Calls(vec![
                call("one", r#"{"a": "ü 🙂"}"#),
                call("free", "any text"),
                call("two", "{}"),
            ]),
            Content::Function(call("one", r#"{"a":1}"#)),
        ];
        let ends = Ends { encoding: Encoding::O200k, stops: &[], limit: None };
        let choices = contents.map(|content| {
            let text = match &content {
                Content::Text(text) | Content::Refusal(text) => text.clone(),
                _ => String::new(),
            };
            Choice { content, ..Choice::of_text(text, ends, 0, 0) }
        });
        let completion = Completion {
            id: "chatcmpl-1".into(),
            created: 1,
            model: "m",
            abilities: abilities("gpt-4o"),
            said: Said { choices: choices.to_vec(), ..Said::default() },
            prompt_tokens: 1,
            heard: 0,
            prediction: (0, 0),
            service_tier: Some("default"),
            fingerprint: Some("fp_1".into()),
            moderator: None,
            include_usage: true,
            include_obfuscation: true,
        };
        let mut joined = vec![Value::Null; completion.choices().len()];
        for event in events(&completion, Draws::from_number(1)).iter() {
            let text = std::str::from_utf8(event).expect("UTF-8");
            let data = text.strip_prefix("data: ").expect("data").trim_end();
            if data == "[DONE]" {
                continue;
            }
            assert_eq!(data.chars().count() % 16, 1, "{data}");
            let chunk: Value = serde_json::from_str(data).expect("JSON");
            if let Some(choice) = chunk["choices"].get(0) {
                let index = choice["index"].as_u64().expect("an index") as usize;
                join(&mut joined[index], &choice["delta"]);
            }
        }
        let whole: Value = serde_json::from_slice(whole(&completion).as_bytes()).expect("JSON");
        for (choice, joined) in whole["choices"].as_array().expect("choices").iter().zip(joined) {
            let message = &choice["message"];
            for name in ["role", "content", "refusal", "tool_calls", "function_call"] {
                assert_eq!(
                    message.get(name).unwrap_or(&Value::Null),
                    joined.get(name).unwrap_or(&Value::Null),
                    "{name}"
                );
            }
        }
    }

    /// As the clients do it: strings are appended, lists go by index, the rest is set.
    fn join(into: &mut Value, delta: &Value) {
        match (into, delta) {
            (Value::String(into), Value::String(more)) => into.push_str(more),
            (into @ (Value::Null | Value::Object(_)), Value::Object(fields)) => {
                for (name, value) in fields.iter().filter(|(name, _)| *name != "index") {
                    let place = &mut into[name];
                    if name == "role" || name == "id" || name == "type" {
                        *place = value.clone();
                    } else {
                        join(place, value);
                    }
                }
            }
            (into @ (Value::Null | Value::Array(_)), Value::Array(items)) => {
                for item in items {
                    let at = item["index"].as_u64().expect("an index") as usize;
                    let list = into.as_array().cloned().unwrap_or_default();
                    let mut list = list;
                    list.resize(list.len().max(at + 1), Value::Null);
                    join(&mut list[at], item);
                    *into = list.into();
                }
            }
            (into, value) => {
                if !value.is_null() {
                    *into = value.clone();
                }
            }
        }
    }
}
