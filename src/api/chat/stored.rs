//! Chat completions that were asked for with `store`, in the form in which they are told again, which is
//! not the one of the first answer.

use crate::api::chat::Completion;
use crate::api::chat::id;
use crate::api::chat::words;
use crate::api::chat::write_calls;
use crate::api::chat::write_logprobs;
use crate::api::pages;
use crate::api::pages::Keys;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Seed;
use crate::json::Json;
use crate::params::Args;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::field;
use crate::params::required;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Usage;
use crate::reply::Reply;
use crate::route::ANY_MODEL;
use crate::route::Context;
use crate::route::Route;
use crate::route::delete;
use crate::route::get;
use crate::route::post;
use crate::state::StoredCompletion;
use crate::state::StoredItem;
use serde_json::Value;
use serde_json::json;

pub(crate) const ROUTES: &[Route] = &[
    get("/v1/chat/completions", "stored", list).named(),
    get("/v1/chat/completions/{completion_id}", "stored", retrieve).named(),
    post("/v1/chat/completions/{completion_id}", "stored", &UPDATE, ANY_MODEL, update),
    delete("/v1/chat/completions/{completion_id}", "stored", remove),
    get("/v1/chat/completions/{completion_id}/messages", "stored", messages).named(),
];

const UPDATE: Declared = Declared {
    dialect: Dialect::Current,
    lists: &[("", &[required("metadata", Kind::Metadata)])],
    choose: |_| 0,
};

/// Stores a completion if that was asked for. A key that holds one with its id already, as one request
/// sent twice would, gets another id, for the reply as well. One whose id was given takes the place of the one
/// that has it.
pub(super) fn keep(context: &Context<'_>, completion: &mut Completion<'_>, seed: Seed) {
    let args = &context.args;
    if !args.flag("store") {
        return;
    }
    let mut stored = StoredCompletion {
        id: String::new(),
        asked: args.text("model").unwrap_or_default().to_owned(),
        model: completion.model().to_owned(),
        metadata: args.map("metadata"),
        around: [before_metadata(context, completion, seed), behind_metadata(args, completion)],
        messages: args.list("messages").iter().map(message).collect(),
        repeats: 0,
    };
    context.store(|store| {
        let first = completion.id.clone();
        let mut repeats = store.completions.get(&first).map_or(0, |first| first.repeats);
        let is_given = completion.said.given.id.is_some();
        while !is_given && store.completions.get(&completion.id).is_some() {
            repeats += 1;
            completion.id = id(completion.abilities, seed.part("repeat", repeats));
        }
        store.completions.change(&first, |first| first.repeats = repeats);
        stored.id.clone_from(&completion.id);
        for (at, message) in stored.messages.iter_mut().enumerate() {
            message.id = format!("{}-{at}", completion.id);
        }
        store.completions.insert(stored);
    });
}

fn list(context: &Context<'_>) -> Result<Reply, ApiError> {
    // The specification says otherwise, but the API lists the newest first.
    let page = pages::asked(context.request, true)?;
    let model = context.request.query("model");
    let pairs = context.request.pairs().filter_map(|(name, value)| {
        let key = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((key.to_owned(), value))
    });
    let pairs: Vec<(String, String)> = pairs.collect();
    let wanted = |completion: &StoredCompletion| {
        // By the name that was asked for or the one that was answered.
        let of_model = |model: &String| *model == completion.asked || *model == completion.model;
        let has = |(key, value): &(String, String)| {
            completion.metadata.get(key).and_then(Value::as_str) == Some(value)
        };
        model.as_ref().is_none_or(of_model) && pairs.iter().all(has)
    };
    context.store(|store| pages::of_shelf(&store.completions, &page, wanted, Keys::MoreLast, write))
}

fn retrieve(context: &Context<'_>) -> Result<Reply, ApiError> {
    context.store(|store| {
        let completion = store.completions.get(context.id);
        completion.map(told).ok_or_else(|| error::no_such_completion(context.id))
    })
}

fn update(context: &Context<'_>) -> Result<Reply, ApiError> {
    let changed = context.store(|store| {
        store.completions.change(context.id, |completion| {
            completion.metadata = context.args.map("metadata");
            told(completion)
        })
    });
    changed.ok_or_else(|| error::no_such_completion(context.id))
}

fn remove(context: &Context<'_>) -> Result<Reply, ApiError> {
    let removed = context.store(|store| store.completions.remove(context.id));
    let completion = removed.ok_or_else(|| error::no_such_completion(context.id))?;
    let mut json = Json::default();
    json.raw(r#"{"object":"chat.completion.deleted","id":"#).text(&completion.id);
    json.raw(r#","deleted":true}"#);
    Ok(Reply::json(200, json))
}

fn messages(context: &Context<'_>) -> Result<Reply, ApiError> {
    let page = pages::asked(context.request, false)?;
    context.store(|store| {
        let completion = store.completions.get(context.id);
        let completion = completion.ok_or_else(|| error::no_such_completion(context.id))?;
        pages::of_list(&completion.messages, &page, Keys::MoreLast, write_stored_message)
    })
}

fn write_stored_message(json: &mut Json, message: &StoredItem) {
    json.raw(r#"{"id":"#).text(&message.id);
    for name in ["role", "content", "content_parts", "name"] {
        json.raw(",").text(name).raw(":").value(field(&message.value, name));
    }
    json.raw("}");
}

/// A message of the request as it is listed; its id follows.
fn message(message: &Value) -> StoredItem {
    let content = field(message, "content");
    let parts = content.as_array().filter(|parts| !parts.is_empty());
    let parts: Option<Vec<Value>> = parts.map(|parts| parts.iter().map(part).collect());
    let value = json!({
        "role": field(message, "role"),
        "content": content.as_str(),
        "content_parts": parts,
        "name": field(message, "name"),
    });
    StoredItem { id: String::new(), value }
}

fn part(part: &Value) -> Value {
    let given = |name: &str| field(part, name);
    let text = if given("text").is_null() { given("refusal") } else { given("text") };
    json!({
        "type": given("type"),
        "text": text,
        "image_url": given("image_url"),
        "input_audio": given("input_audio"),
        "file": given("file"),
    })
}

fn told(completion: &StoredCompletion) -> Reply {
    let mut json = Json::with_capacity(1024);
    write(&mut json, completion);
    Reply::json(200, json)
}

fn write(json: &mut Json, completion: &StoredCompletion) {
    let [before, behind] = &completion.around;
    json.raw(r#"{"object":"chat.completion","id":"#).text(&completion.id);
    json.raw(before).object(&completion.metadata).raw(behind);
}

/// What stands between the id and the metadata.
fn before_metadata(context: &Context<'_>, completion: &Completion<'_>, seed: Seed) -> String {
    let args = &context.args;
    let Usage { input, output, total, .. } = completion.usage();
    let mut json = Json::with_capacity(1024);
    json.raw(r#","model":"#).text(completion.model());
    json.raw(r#","created":"#).number(completion.created);
    json.raw(r#","request_id":"#).text(context.request_id);
    json.raw(r#","tool_choice":"#).value(given(args, "tool_choice"));
    json.raw(r#","usage":{"total_tokens":"#).number(total);
    json.raw(r#","completion_tokens":"#).number(output);
    json.raw(r#","prompt_tokens":"#).number(input);
    // One that was not sent is told all the same.
    let drawn = || seed.part("seed", 0).draws().next().cast_signed().into();
    json.raw(r#"},"seed":"#).value(&args.get("seed").cloned().unwrap_or_else(drawn));
    for (name, default) in
        [("top_p", 1.0), ("temperature", 1.0), ("presence_penalty", 0.0), ("frequency_penalty", 0.0)]
    {
        json.raw(",").text(name).raw(":").value(&args.number(name).unwrap_or(default).into());
    }
    json.raw(r#","system_fingerprint":"#).optional(completion.fingerprint.as_deref());
    json.raw(r#","input_user":"#).optional(args.text("user"));
    json.raw(r#","service_tier":"#).text(completion.service_tier.unwrap_or("default"));
    json.raw(r#","tools":"#).value(given(args, "tools"));
    json.raw(r#","metadata":"#);
    json.into_text()
}

/// What stands behind the metadata.
fn behind_metadata(args: &Args<'_>, completion: &Completion<'_>) -> String {
    let mut json = Json::with_capacity(1024);
    json.raw(r#","choices":["#);
    json.list(completion.choices().iter().enumerate(), |json, (index, choice)| {
        json.raw(r#"{"index":"#).number(index as u64).raw(r#","message":{"content":"#);
        write_message(json, choice);
        json.raw(r#"},"finish_reason":"#).text(choice.finish_reason.name()).raw(r#","logprobs":"#);
        match &choice.guesses {
            Some(guesses) => write_logprobs(json, guesses, choice),
            None => drop(json.raw("null")),
        }
        json.raw("}");
    });
    json.raw(r#"],"response_format":"#).value(given(args, "response_format")).raw("}");
    json.into_text()
}

/// Appends what follows `"content":` in a message.
fn write_message(json: &mut Json, choice: &Choice) {
    let role = r#","role":"assistant","tool_calls":"#;
    match &choice.content {
        Content::Text(text) => json.text(text).raw(role).raw(r#"null,"function_call":null"#),
        Content::Spoken(speech) => {
            json.text(&speech.transcript).raw(role).raw(r#"null,"function_call":null"#)
        }
        Content::Refusal(text) => {
            json.raw("null").raw(role).raw(r#"null,"function_call":null,"refusal":"#).text(text)
        }
        Content::Calls { before, calls } => {
            json.optional(words(before)).raw(role).raw("[");
            write_calls(json, calls);
            json.raw(r#"],"function_call":null"#)
        }
        Content::Function { before, call } => {
            json.optional(words(before)).raw(role).raw(r#"null,"function_call":{"name":"#).text(&call.name);
            json.raw(r#","arguments":"#).text(&call.arguments).raw("}")
        }
    };
}

fn given<'a>(args: &Args<'a>, name: &str) -> &'a Value {
    args.get(name).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Call;
    use crate::plan::Ends;
    use crate::tokens::Encoding;

    #[test]
    fn a_text_before_calls_is_told_again() {
        let call = || Call { name: "one".to_owned(), arguments: "{}".to_owned(), ..Call::default() };
        let told = |content: Content| {
            let mut json = Json::default();
            json.raw(r#"{"content":"#);
            let ends = Ends { encoding: Encoding::O200k, stops: &[], limit: None };
            write_message(&mut json, &Choice { content, ..Choice::of_text(String::new(), ends, 0, 0) });
            let told: Value = serde_json::from_slice(json.raw("}").as_bytes()).expect("JSON");
            (
                told["content"].clone(),
                told["tool_calls"][0]["function"]["name"].clone(),
                told["function_call"].clone(),
            )
        };
        let older = json!({"name": "one", "arguments": "{}"});
        for (before, content) in [("", Value::Null), ("Let me see.", "Let me see.".into())] {
            let calls = Content::Calls { before: before.to_owned(), calls: vec![call()] };
            assert_eq!(told(calls), (content.clone(), "one".into(), Value::Null));
            let function = Content::Function { before: before.to_owned(), call: call() };
            assert_eq!(told(function), (content, Value::Null, older.clone()));
        }
    }
}
