//! Reads what a model says in an answer. Never looks at other kinds of answers.

use crate::plan::GivenToken;
use crate::rules::answer::CallArguments;
use crate::rules::answer::ModelWords;
use crate::rules::answer::Pieces;
use crate::rules::answer::Spoken;
use crate::rules::answer::SpokenCall;
use crate::rules::answer::SpokenText;
use crate::rules::problem::within;
use crate::rules::read::entry::AnswerEntry;
use crate::rules::template::JsonTemplate;
use crate::rules::template::Template;
use serde_json::Value;

pub(super) fn words(entry: &mut AnswerEntry<'_, '_>) -> Option<ModelWords> {
    let choices = match entry.fields.get("choices").and_then(Value::as_array) {
        Some(choices) => {
            let place = within(entry.place, "choices");
            let mut read = Vec::new();
            for (at, choice) in choices.iter().enumerate() {
                let place = within(&place, at);
                let fields = choice.as_object()?;
                let mut inner =
                    AnswerEntry { fields, regex: entry.regex, place: &place, problems: entry.problems };
                check_alone(&mut inner);
                read.push(spoken(&mut inner)?);
            }
            read
        }
        None => vec![spoken(entry)?],
    };
    for name in ["items", "annotations"] {
        check_types(entry, name);
    }
    let mut words = ModelWords {
        reasoning: reasoning(entry),
        items: entry.json_list("items"),
        annotations: entry.json_list("annotations"),
        pieces: pieces(entry),
        raw: entry.fields.get("raw") == Some(&Value::Bool(true)),
        choices,
    };
    if let Some(Pieces::Texts(texts)) = &words.pieces {
        let told = choice_text(&words.choices).map(str::to_owned);
        let joined = texts.concat();
        match (words.choices.as_mut_slice(), told) {
            ([choice], None) if choice.text.is_none() => {
                choice.text = Some(SpokenText::Text(Template::literal(&joined)));
            }
            (_, Some(text)) if text == joined => {}
            _ => entry.add("pieces", "the pieces together are not the text, or it is not known before"),
        }
    }
    Some(words)
}

/// One of several choices says one thing, as a whole answer does.
fn check_alone(entry: &mut AnswerEntry<'_, '_>) {
    let said: Vec<&str> =
        ["refusal", "text", "content", "calls"].into_iter().filter(|name| entry.has(name)).collect();
    if let [one, other, ..] = said.as_slice()
        && (*one == "refusal" || *other == "content")
    {
        entry.problems.add(entry.place, format!("'{one}' and '{other}' do not go together"));
    }
}

/// Who reads an item asks for its type first.
fn check_types(entry: &mut AnswerEntry<'_, '_>, name: &str) {
    let given = entry.fields.get(name).and_then(Value::as_array);
    for (at, one) in given.into_iter().flatten().enumerate() {
        if !one.get("type").is_some_and(Value::is_string) {
            entry.problems.add(&within(&within(entry.place, name), at), "'type' is missing, or no text");
        }
    }
}

/// The text of the one choice, where it is known before.
fn choice_text(choices: &[Spoken]) -> Option<&str> {
    match choices {
        [Spoken { text: Some(SpokenText::Text(text) | SpokenText::Refusal(text)), .. }] => text.fixed(),
        _ => None,
    }
}

fn spoken(entry: &mut AnswerEntry<'_, '_>) -> Option<Spoken> {
    let mut text = if entry.has("text") {
        Some(SpokenText::Text(entry.template("text")?))
    } else if entry.has("content") {
        let content = entry.json("content")?;
        if matches!(content, JsonTemplate::Fixed(Value::String(_))) {
            entry.add(
                "content",
                "this would be said in quotation marks, as JSON; what is said as it is is a 'text'",
            );
        }
        Some(SpokenText::Json(content))
    } else if entry.has("refusal") {
        Some(SpokenText::Refusal(entry.template("refusal")?))
    } else {
        None
    };
    let logprobs = logprobs(entry);
    if let Some(logprobs) = &logprobs {
        let joined: String = logprobs.iter().map(|((token, _), _)| token.as_str()).collect();
        match &text {
            None => text = Some(SpokenText::Text(Template::literal(&joined))),
            Some(SpokenText::Text(text) | SpokenText::Refusal(text)) if text.fixed() == Some(&joined) => {}
            Some(_) => {
                entry.add("logprobs", "the tokens together are not the text, or it is not known before");
            }
        }
    }
    Some(Spoken {
        text,
        calls: calls(entry),
        finish_reason: entry.text("finish_reason").map(str::to_owned),
        logprobs,
    })
}

fn reasoning(entry: &mut AnswerEntry<'_, '_>) -> Vec<Template> {
    let place = within(entry.place, "reasoning");
    let texts = match entry.fields.get("reasoning") {
        Some(Value::Array(texts)) => texts.as_slice(),
        Some(text) => std::slice::from_ref(text),
        None => &[],
    };
    let read = |text: &str| Template::read(text, entry.regex);
    let read: Vec<_> = texts.iter().filter_map(Value::as_str).map(read).collect();
    read.into_iter().filter_map(|text| entry.problems.take(&place, text)).collect()
}

fn pieces(entry: &AnswerEntry<'_, '_>) -> Option<Pieces> {
    match entry.fields.get("pieces")? {
        Value::Array(texts) => {
            Some(Pieces::Texts(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
        }
        chars => chars.as_u64().map(|chars| Pieces::Chars(chars as usize)),
    }
}

fn calls(entry: &mut AnswerEntry<'_, '_>) -> Vec<SpokenCall> {
    let place = within(entry.place, "calls");
    let mut calls = Vec::new();
    for (at, call) in entry.fields.get("calls").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let place = within(&place, at);
        let Some(fields) = call.as_object() else { continue };
        let mut inner = AnswerEntry { fields, regex: entry.regex, place: &place, problems: entry.problems };
        calls.extend(self::call(&mut inner));
    }
    calls
}

fn call(entry: &mut AnswerEntry<'_, '_>) -> Option<SpokenCall> {
    let is_custom = entry.fields.get("custom") == Some(&Value::Bool(true));
    match (is_custom, entry.has("input"), entry.has("arguments")) {
        (true, true, false) | (false, false, _) => {}
        (true, ..) => entry.add("input", "a custom tool is given an 'input' and no 'arguments'"),
        (false, true, _) => entry.add("input", "'input' is what a tool with \"custom\": true is given"),
    }
    let given = if is_custom {
        CallArguments::Input(entry.template("input")?)
    } else if entry.text("arguments").is_some() {
        CallArguments::Text(entry.template("arguments")?)
    } else if entry.has("arguments") {
        CallArguments::Json(entry.json("arguments")?)
    } else {
        CallArguments::Text(Template::literal("{}"))
    };
    let id = if entry.has("id") { Some(entry.template("id")?) } else { None };
    Some(SpokenCall { name: entry.text("name")?.to_owned(), id, given })
}

fn logprobs(entry: &AnswerEntry<'_, '_>) -> Option<Vec<(GivenToken, Vec<GivenToken>)>> {
    let pair =
        |given: &Value| Some((given.get("token")?.as_str()?.to_owned(), given.get("logprob")?.as_f64()?));
    let one = |given: &Value| {
        let top = given.get("top").and_then(Value::as_array).into_iter().flatten().filter_map(pair);
        Some((pair(given)?, top.collect()))
    };
    Some(entry.fields.get("logprobs")?.as_array()?.iter().filter_map(one).collect())
}
