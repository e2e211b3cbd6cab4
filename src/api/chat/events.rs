//! A chat completion as a stream of chunks.

use crate::api::chat::Completion;
use crate::api::chat::cited;
use crate::api::chat::write_call;
use crate::api::chat::write_cited;
use crate::api::chat::write_logprobs;
use crate::api::chat::write_moderation;
use crate::api::chat::write_usage;
use crate::generate::seed::Draws;
use crate::json::Json;
use crate::plan::Annotation;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Guess;
use crate::plan::Speech;
use crate::play::Events;

/// The chunks in the API's order: each choice's role and first token, then the choices' tokens in
/// turn, then how each ends, then the usage where it was asked for.
pub(super) fn events(completion: &Completion<'_>, draws: Draws) -> Events {
    let choices = completion.choices();
    let mut chunks = Chunks::new(completion, draws);
    let mut all: Vec<Vec<Delta<'_>>> = choices.iter().map(|choice| deltas(choice, completion)).collect();
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
    /// What the text cites, all at once, as the clients join lists by an index that this one has not.
    Cited(&'a Choice, &'a [Annotation]),
    /// The beginning of a call; whether the role comes with it.
    Call(usize, &'a Call, bool),
    /// A piece of a call's arguments.
    Arguments(usize, &'a Call, &'a str),
    /// The beginning of a call in the older form; whether the role comes with it.
    Function(&'a Call, bool),
    FunctionArguments(&'a str),
    /// The beginning of a spoken answer.
    Speech(&'a Speech),
    Transcript(&'a str),
    /// A piece of the sound.
    Sound(&'a [u8]),
    /// Until when it can be referred to.
    Expires(u64),
}

fn deltas<'a>(choice: &'a Choice, completion: &'a Completion<'_>) -> Vec<Delta<'a>> {
    let encoding = completion.abilities.encoding;
    let annotations = completion.said.annotations.as_slice();
    match &choice.content {
        Content::Text(_) => content(choice, annotations),
        Content::Refusal(_) => texts(choice, "refusal", r#","content":null,"refusal":"""#),
        Content::Function { before, call } if before.is_empty() => {
            let arguments = call.pieces().map(Delta::FunctionArguments);
            std::iter::once(Delta::Function(call, true)).chain(arguments).collect()
        }
        Content::Function { call, .. } => {
            let mut deltas = content(choice, annotations);
            deltas.push(Delta::Function(call, false));
            deltas.extend(call.pieces().map(Delta::FunctionArguments));
            deltas
        }
        Content::Spoken(speech) => std::iter::once(Delta::Speech(speech))
            .chain(encoding.pieces(&speech.transcript).map(Delta::Transcript))
            // Whole groups of three bytes, so that the pieces of base64 can also be joined.
            .chain(speech.data.chunks(12_000).map(Delta::Sound))
            .chain(std::iter::once(Delta::Expires(speech.expires_at)))
            .collect(),
        Content::Calls { before, calls } if !before.is_empty() => {
            let mut deltas = content(choice, annotations);
            for (at, call) in calls.iter().enumerate() {
                deltas.push(Delta::Call(at, call, false));
                deltas.extend(call.pieces().map(|piece| Delta::Arguments(at, call, piece)));
            }
            deltas
        }
        Content::Calls { calls, .. } => match calls.as_slice() {
            [call] => std::iter::once(Delta::Call(0, call, true))
                .chain(call.pieces().map(|piece| Delta::Arguments(0, call, piece)))
                .collect(),
            calls => std::iter::once(Delta::Role(r#","content":null"#))
                .chain(calls.iter().enumerate().flat_map(|(at, call)| {
                    let given = call.is_cut.then(|| call.pieces());
                    let fives = given.is_none().then(|| fives(&call.arguments));
                    let pieces = given.into_iter().flatten().chain(fives.into_iter().flatten());
                    std::iter::once(Delta::Call(at, call, false))
                        .chain(pieces.map(move |piece| Delta::Arguments(at, call, piece)))
                }))
                .collect(),
        },
    }
}

/// A text, and at its end what it cites.
fn content<'a>(choice: &'a Choice, annotations: &'a [Annotation]) -> Vec<Delta<'a>> {
    let mut deltas = texts(choice, "content", r#","content":"","refusal":null"#);
    if cited(choice, annotations).next().is_some() {
        deltas.push(Delta::Cited(choice, annotations));
    }
    deltas
}

fn texts<'a>(choice: &'a Choice, name: &'static str, role: &'static str) -> Vec<Delta<'a>> {
    let pieces = choice.guessed().map(|(piece, guesses)| Delta::Text(name, piece, guesses));
    std::iter::once(Delta::Role(role)).chain(pieces).collect()
}

/// Calls that come several at once are cut in pieces of five characters, whatever the tokens are, unless
/// pieces are given.
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
        json.raw(r#","model":"#).text(completion.model());
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
        // Calls that come several at once, and nothing before them, have the usage before the choices.
        let parallel = matches!(
            &choice.content,
            Content::Calls { before, calls } if before.is_empty() && calls.len() > 1
        );
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
        Delta::Cited(choice, annotations) => {
            json.raw(r#"{"annotations":["#);
            write_cited(json, cited(choice, annotations));
            json.raw("]}");
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
        Delta::Function(call, with_role) => {
            json.raw(if *with_role { r#"{"role":"assistant","content":null,"# } else { "{" });
            json.raw(r#""function_call":{"name":"#).text(&call.name).raw(r#","arguments":""}"#);
            json.raw(if *with_role { r#","refusal":null}"# } else { "}" });
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
    use crate::api::chat::DECLARED;
    use crate::api::chat::whole;
    use crate::ask::Ask;
    use crate::ask::Counted;
    use crate::ask::Endpoint;
    use crate::generate::seed::Seed;
    use crate::model::abilities;
    use crate::params::Args;
    use crate::plan::Ends;
    use crate::plan::Given;
    use crate::plan::GivenUsage;
    use crate::plan::Said;
    use crate::rules::Occasion;
    use crate::tokens::Encoding;
    use serde_json::Map;
    use serde_json::Value;
    use serde_json::json;

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
        let calls =
            |before: &str, calls: &[Call]| Content::Calls { before: before.into(), calls: calls.into() };
        let several = [call("one", r#"{"a": "ü 🙂"}"#), call("free", "any text"), call("two", "{}")];
        let contents = [
            Content::Text("One, two.".into()),
            Content::Text(String::new()),
            Content::Text("Grüße 🙂 \"quoted\"\n".into()),
            Content::Refusal("I'm sorry.".into()),
            calls("", &[call("one", r#"{"a":"ü"}"#)]),
            calls("", &several),
            calls("Let me see.", &several[..1]),
            calls("Let me see, ü 🙂.", &several),
            Content::Function { before: String::new(), call: call("one", r#"{"a":1}"#) },
            Content::Function { before: "Let me see.".into(), call: call("one", r#"{"a":1}"#) },
        ];
        let choices = contents.map(|content| {
            let choice = Choice { content, ..Choice::of_text(String::new(), ENDS, 0, 0) };
            Choice { pieces: Choice::of_text(choice.words().to_owned(), ENDS, 0, 0).pieces, ..choice }
        });
        let completion = Completion {
            id: "chatcmpl-1".into(),
            created: 1,
            snapshot: "m",
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
        let (chunks, joined) = streamed(&completion);
        assert!(chunks.iter().all(|chunk| chunk["id"] == "chatcmpl-1" && chunk["model"] == "m"));
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

    /// The chunks, and what a client makes of the deltas of each choice.
    fn streamed(completion: &Completion<'_>) -> (Vec<Value>, Vec<Value>) {
        let mut chunks = Vec::new();
        let mut joined = vec![Value::Null; completion.choices().len()];
        for event in events(completion, Draws::from_number(1)).iter() {
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
            chunks.push(chunk);
        }
        (chunks, joined)
    }

    fn fields(body: &Value) -> Map<String, Value> {
        body.as_object().cloned().expect("an object")
    }

    const ENDS: Ends<'_> = Ends { encoding: Encoding::O200k, stops: &[], limit: None };

    /// A completion in which this is said to a body.
    fn completion(body: &Map<String, Value>, said: Said, check: impl FnOnce(&Completion<'_>)) {
        let args = Args::new(body, DECLARED.params(body));
        let ask = Ask::new(Endpoint::Chat, args.text("model").expect("a model"), Vec::new(), Occasion::at(1));
        let prompt = Counted { all: 5, sound: 0 };
        check(&Completion::of(&args, &ask, said, prompt, Seed::of_bytes(b"seed")));
    }

    #[test]
    fn pages_that_a_text_cites_are_told() {
        let page = json!({"type": "url_citation", "end_index": 3, "start_index": 0, "title": "ü", "url": "https://a.test"});
        let file = json!({"type": "file_citation", "file_id": "file-1", "filename": "a.pdf", "index": 3});
        let told = json!({
            "type": "url_citation",
            "url_citation": {"end_index": 3, "start_index": 0, "title": "ü", "url": "https://a.test"},
        });
        let body = fields(&json!({"model": "gpt-4o", "messages": []}));
        let call = Call { name: "one".into(), arguments: "{}".into(), ..Call::default() };
        let calls = Content::Calls { before: "One two.".into(), calls: vec![call.measured(Encoding::O200k)] };
        let text = Choice::of_text("One two.".into(), ENDS, 0, 0);
        let before = Choice { content: calls, ..text.clone() };
        let silent = Choice::of_text(String::new(), ENDS, 0, 0);
        for (choice, given, expected) in [
            (&text, vec![&page, &file, &page], json!([told, told])),
            (&text, vec![&file], json!([])),
            (&text, vec![], json!([])),
            (&before, vec![&page], json!([told])),
            (&silent, vec![&page], json!([])),
        ] {
            let annotations = given.into_iter().map(|value| Annotation { end: 3, value: value.clone() });
            let annotations = annotations.collect();
            let said = Said { choices: vec![choice.clone()], annotations, ..Said::default() };
            completion(&body, said, |completion| {
                let whole: Value = serde_json::from_slice(whole(completion).as_bytes()).expect("JSON");
                assert_eq!(whole["choices"][0]["message"]["annotations"], expected);
                let (_, joined) = streamed(completion);
                assert_eq!(joined[0].get("annotations").unwrap_or(&json!([])), &expected);
                assert_eq!(joined[0]["content"], choice.words());
            });
        }
    }

    #[test]
    fn what_is_given_is_told_whole_and_streamed() {
        let body =
            fields(&json!({"model": "gpt-5", "messages": [], "stream_options": {"include_usage": true}}));
        let said = |given: Given| {
            let choices = vec![Choice::of_text("One two.".into(), ENDS, 0, 0)];
            Said { choices, given, ..Said::default() }
        };
        let usage =
            GivenUsage { input: Some(7), cached: Some(3), reasoning: Some(2), ..GivenUsage::default() };
        let given = Given {
            id: Some("mine".into()),
            created: Some(9),
            model: Some("other".into()),
            fingerprint: Some("fp_x".into()),
            usage: GivenUsage { output: Some(1), total: Some(100), ..usage },
        };
        completion(&body, said(given), |completion| {
            let whole: Value = serde_json::from_slice(whole(completion).as_bytes()).expect("JSON");
            let (chunks, joined) = streamed(completion);
            assert_eq!(joined[0]["content"], "One two.");
            for told in chunks.iter().chain([&whole]) {
                let fields = ["id", "created", "model", "system_fingerprint"].map(|name| told[name].clone());
                assert_eq!(fields, [json!("mine"), json!(9), json!("other"), json!("fp_x")]);
            }
            assert_eq!(chunks.last().expect("a chunk")["usage"], whole["usage"]);
            let counts = ["prompt_tokens", "completion_tokens", "total_tokens"];
            assert_eq!(counts.map(|name| whole["usage"][name].clone()), [7, 1, 100].map(Value::from));
            assert_eq!(whole["usage"]["prompt_tokens_details"]["cached_tokens"], 3);
            assert_eq!(whole["usage"]["completion_tokens_details"]["reasoning_tokens"], 2);
        });
        completion(&body, said(Given::default()), |completion| {
            let whole: Value = serde_json::from_slice(whole(completion).as_bytes()).expect("JSON");
            assert_eq!((&whole["created"], &whole["system_fingerprint"]), (&json!(1), &Value::Null));
            assert_eq!(whole["usage"]["total_tokens"], 5 + 3);
        });
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
                for (place, item) in items.iter().enumerate() {
                    // A list without one comes all at once.
                    let at = item["index"].as_u64().map_or(place, |index| index as usize);
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
