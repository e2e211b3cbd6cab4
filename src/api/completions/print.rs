//! A legacy completion, whole and as a stream.

use crate::api::completions::ENCODING;
use crate::api::completions::TextCompletion;
use crate::json::Json;
use crate::plan::Choice;
use crate::plan::FinishReason;
use crate::plan::Guess;
use crate::plan::Likely;
use crate::plan::Usage;
use crate::play::Events;
use std::ops::Range;

pub(super) fn whole(completion: &TextCompletion<'_>) -> Json {
    let mut json = begin(completion);
    write_model(&mut json, completion);
    json.raw(r#","choices":["#);
    json.list(completion.said.choices.iter().enumerate(), |json, (index, choice)| {
        let all = 0..choice.guesses.as_ref().map_or(0, Vec::len);
        write_choice(json, index, choice, &joined(choice), all, Some(choice.finish_reason.name()));
    });
    json.raw(r#"],"usage":"#);
    write_usage(&mut json, completion);
    json.raw("}");
    json
}

/// One choice after the other. A choice that was cut ends with its last text, another one with an
/// empty text.
pub(super) fn events(completion: &TextCompletion<'_>, include_usage: bool) -> Events {
    let choices = &completion.said.choices;
    let count = completion.prompt_tokens + completion.tokens() + choices.len() + 2;
    let mut events = Events::with_capacity(count, count * 256);
    for (index, choice) in choices.iter().enumerate() {
        let mut chunk = |piece: &str, covered: Range<usize>, finish_reason: Option<&str>| {
            let mut json = begin(completion);
            json.raw(r#","choices":["#);
            write_choice(&mut json, index, choice, piece, covered, finish_reason);
            json.raw("]");
            write_model(&mut json, completion);
            json.raw(if include_usage { r#","usage":null}"# } else { "}" });
            events.data(json.as_bytes());
        };
        let cut = choice.finish_reason == FinishReason::Length;
        let mut end = 0;
        let mut covered = 0;
        let mut pieces = ENCODING.pieces(&choice.echo).chain(choice.pieces()).peekable();
        while let Some(piece) = pieces.next() {
            end += piece.len();
            let start = covered;
            covered = until(choice, start, end);
            let last = cut && pieces.peek().is_none();
            chunk(piece, start..covered, last.then_some("length"));
        }
        if !cut || end == 0 {
            chunk("", covered..covered, Some(choice.finish_reason.name()));
        }
    }
    if include_usage {
        let mut json = begin(completion);
        write_model(&mut json, completion);
        json.raw(r#","usage":"#);
        write_usage(&mut json, completion);
        json.raw(r#","choices":[]}"#);
        events.data(json.as_bytes());
    }
    events.data(b"[DONE]");
    events
}

/// The first guess behind `start` that ends behind `end`.
fn until(choice: &Choice, start: usize, end: usize) -> usize {
    let rest = choice.guesses.as_deref().unwrap_or_default().iter().skip(start);
    start + rest.take_while(|guess| guess.end <= end).count()
}

/// What is repeated, and the answer.
fn joined(choice: &Choice) -> String {
    [choice.echo.as_str(), choice.text()].concat()
}

fn begin(completion: &TextCompletion<'_>) -> Json {
    let mut json = Json::with_capacity(1024);
    json.raw(r#"{"id":"#).text(&completion.id);
    json.raw(r#","object":"text_completion","created":"#).number(completion.created);
    json
}

/// Appends the model, and the fingerprint that no model of this operation has, where one is given.
fn write_model(json: &mut Json, completion: &TextCompletion<'_>) {
    json.raw(r#","model":"#).text(completion.model());
    if let Some(fingerprint) = &completion.said.given.fingerprint {
        json.raw(r#","system_fingerprint":"#).text(fingerprint);
    }
}

fn write_choice(
    json: &mut Json,
    index: usize,
    choice: &Choice,
    shown: &str,
    covered: Range<usize>,
    finish_reason: Option<&str>,
) {
    json.raw(r#"{"text":"#).text(shown);
    json.raw(r#","index":"#).number(index as u64).raw(r#","logprobs":"#);
    match &choice.guesses {
        Some(guesses) => write_logprobs(json, choice, guesses, covered),
        None => {
            json.raw("null");
        }
    }
    json.raw(r#","finish_reason":"#).optional(finish_reason).raw("}");
}

/// Appends four lists of equal length. Nothing can be said of the very first token of an echo.
fn write_logprobs(json: &mut Json, choice: &Choice, guesses: &[Guess], covered: Range<usize>) {
    let told = |at: usize| at > 0 || choice.echo.is_empty();
    let joined = joined(choice);
    json.raw(r#"{"text_offset":["#);
    // Offsets count characters; a token that begins inside one has that one's.
    let starts = |at: usize| at.checked_sub(1).map_or(0, |before| guesses[before].end);
    let mut characters =
        joined.char_indices().take_while(|(place, _)| *place < starts(covered.start)).count();
    let mut seen = starts(covered.start);
    json.list(covered.clone(), |json, at| {
        let new = joined.as_bytes()[seen..starts(at)].iter();
        characters += new.filter(|byte| **byte & 0xC0 != 0x80).count();
        seen = starts(at);
        json.number(characters as u64);
    });
    json.raw(r#"],"token_logprobs":["#);
    json.list(covered.clone(), |json, at| {
        if told(at) {
            json.value(&guesses[at].said.logprob.into());
        } else {
            json.raw("null");
        }
    });
    json.raw(r#"],"tokens":["#);
    json.list(covered.clone(), |json, at| {
        json.text(&shown(&guesses[at].said));
    });
    json.raw(r#"],"top_logprobs":["#);
    json.list(covered, |json, at| {
        if told(at) {
            json.raw("{");
            json.list(&guesses[at].top, |json, likely| {
                json.text(&shown(likely)).raw(":").value(&likely.logprob.into());
            });
            json.raw("}");
        } else {
            json.raw("null");
        }
    });
    json.raw("]}");
}

/// A token as text; this operation marks one that is part of a character as bytes.
fn shown(token: &Likely) -> String {
    let is_part = std::str::from_utf8(&token.bytes).is_err();
    let text = token.shown();
    if is_part { format!("bytes:{text}") } else { text }
}

/// Three numbers without details, of which the middle one is left out where it is 0.
fn write_usage(json: &mut Json, completion: &TextCompletion<'_>) {
    let Usage { input, output, total, .. } = completion.usage();
    json.raw(r#"{"prompt_tokens":"#).number(input);
    if output > 0 {
        json.raw(r#","completion_tokens":"#).number(output);
    }
    json.raw(r#","total_tokens":"#).number(total).raw("}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Ends;
    use crate::plan::Given;
    use crate::plan::GivenUsage;
    use crate::plan::Said;
    use serde_json::Value;
    use serde_json::json;

    /// A completion in which this is said, whole. Its stream tells the same.
    #[track_caller]
    fn told(choice: Choice, given: Given) -> Value {
        let completion = TextCompletion {
            id: "cmpl-1".to_owned(),
            created: 1,
            snapshot: "m",
            said: Said { choices: vec![choice], given, ..Said::default() },
            prompt_tokens: 5,
        };
        let whole: Value = serde_json::from_slice(whole(&completion).as_bytes()).expect("JSON");
        let events = events(&completion, true);
        let chunk = |event: &[u8]| {
            let event = std::str::from_utf8(event).expect("UTF-8");
            serde_json::from_str::<Value>(event.strip_prefix("data: ").expect("data")).ok()
        };
        let chunks: Vec<Value> = events.iter().filter_map(chunk).collect();
        for chunk in &chunks {
            for name in ["id", "created", "model", "system_fingerprint"] {
                assert_eq!(chunk.get(name), whole.get(name), "{name}");
            }
        }
        let choices = || chunks.iter().filter_map(|chunk| chunk["choices"].get(0));
        let text: String = choices().filter_map(|choice| choice["text"].as_str()).collect();
        assert_eq!(whole["choices"][0]["text"], text);
        for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
            let Some(all) = whole["choices"][0]["logprobs"].get(name) else { continue };
            let lists = choices().filter_map(|choice| choice["logprobs"][name].as_array());
            assert_eq!(all, &lists.flatten().cloned().collect::<Value>(), "{name}");
        }
        assert_eq!(chunks.last().expect("a chunk")["usage"], whole["usage"]);
        whole
    }

    fn text(text: &str) -> Choice {
        Choice::of_text(text.to_owned(), Ends::never(ENCODING), 0, 0)
    }

    #[test]
    fn what_is_given_is_told() {
        let given = Given {
            model: Some("other".to_owned()),
            fingerprint: Some("fp_x".to_owned()),
            usage: GivenUsage { output: Some(9), ..GivenUsage::default() },
            ..Given::default()
        };
        let whole = told(text("One two."), given);
        assert_eq!((&whole["model"], &whole["system_fingerprint"]), (&json!("other"), &json!("fp_x")));
        let usage = json!({"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14});
        assert_eq!(whole["usage"], usage);
        let whole = told(text("One two."), Given::default());
        assert_eq!((&whole["model"], whole.get("system_fingerprint")), (&json!("m"), None));
        assert_eq!(whole["usage"]["total_tokens"], 5 + 3);
    }

    #[test]
    fn given_tokens_and_pieces_are_told() {
        let token = |text: &str| (text.to_owned(), -0.25);
        let tokens = ["Ün", "e tw", "o."].map(|text| (token(text), vec![token("x"), token(text)]));
        // Of a text that was cut, those up to its end.
        for (words, count) in [("Üne two.", 3), ("Ün", 1), ("Üne two. Three.", 3), ("Other", 2)] {
            let choice = Choice { guesses: Some(Guess::given(&tokens, words, 1)), ..text(words) };
            for choice in [choice.clone().in_steps(2), choice.clone().in_pieces(&["Ü".to_owned()]), choice] {
                let whole = told(choice, Given::default());
                let told = &whole["choices"][0]["logprobs"];
                assert_eq!(told["tokens"], json!(["Ün", "e tw", "o."][..count]));
                assert_eq!(told["top_logprobs"][count - 1], json!({"x": -0.25}));
            }
        }
    }
}
