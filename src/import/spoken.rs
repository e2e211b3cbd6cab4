//! What a model said in a chat, a response or a legacy completion, as the answer of a rule: the same whatever the
//! shape it came in. Nothing is read where a rule cannot say it.

use crate::import::secrets::template;
use crate::import::secrets::templates;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The keys of an answer, or of one of its choices.
type Fields = Map<String, Value>;

pub(super) fn chat(reply: &Value) -> Option<Value> {
    let read = reply["choices"].as_array()?.iter().map(choice);
    let mut answer = of_choices(read.collect::<Option<_>>()?)?;
    let message = &reply["choices"][0]["message"];
    let thoughts = message["reasoning_content"].as_str().or_else(|| message["reasoning"].as_str());
    if let Some(thoughts) = thoughts.filter(|text| !text.is_empty()) {
        answer.insert("reasoning".to_owned(), template(thoughts).into());
    }
    // A chat has what is told of a citation in an object by the name of its type.
    let flat = |note: &Value| {
        let kind = note["type"].as_str()?;
        let mut flat = Map::from_iter([("type".to_owned(), json!(kind))]);
        flat.extend(templates(&note[kind]).as_object()?.clone());
        Some(Value::Object(flat))
    };
    let notes: Vec<Value> = list(&message["annotations"]).iter().filter_map(flat).collect();
    if !notes.is_empty() {
        answer.insert("annotations".to_owned(), notes.into());
    }
    put_usage(&mut answer, &reply["usage"]);
    Some(Value::Object(answer))
}

pub(super) fn completion(reply: &Value) -> Option<Value> {
    let read = reply["choices"].as_array()?.iter().map(|choice| {
        let text = choice["text"].as_str()?;
        let mut words = Fields::from_iter([("text".to_owned(), template(text).into())]);
        put_reason(&mut words, &choice["finish_reason"], "stop");
        let tokens = legacy_logprobs(&choice["logprobs"]);
        put_logprobs(&mut words, tokens, text);
        Some(words)
    });
    let mut answer = of_choices(read.collect::<Option<_>>()?)?;
    put_usage(&mut answer, &reply["usage"]);
    Some(Value::Object(answer))
}

pub(super) fn response(reply: &Value) -> Option<Value> {
    let mut output = Gathered::default();
    for item in reply["output"].as_array()? {
        output.add(item)?;
    }
    let mut answer = Fields::new();
    let text = output.texts.join("\n");
    if !output.refusal.is_empty() {
        answer.insert("refusal".to_owned(), template(&output.refusal).into());
    } else if !text.is_empty() || output.calls.is_empty() {
        answer.insert("text".to_owned(), template(&text).into());
    }
    let lists = [
        ("calls", output.calls),
        ("reasoning", output.thoughts),
        ("items", output.items),
        ("annotations", output.annotations),
    ];
    for (name, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        answer.insert(name.to_owned(), values.into());
    }
    if output.refusal.is_empty() {
        put_logprobs(&mut answer, output.logprobs, &text);
    }
    match (reply["status"].as_str(), reply["incomplete_details"]["reason"].as_str()) {
        (Some("incomplete"), Some("content_filter")) => {
            put_reason(&mut answer, &"content_filter".into(), "stop");
        }
        (Some("incomplete"), _) => put_reason(&mut answer, &"length".into(), "stop"),
        (Some("failed" | "cancelled" | "queued" | "in_progress"), _) => return None,
        _ => {}
    }
    put_usage(&mut answer, &reply["usage"]);
    Some(Value::Object(answer))
}

/// What the items of a response come to.
#[derive(Default)]
struct Gathered {
    texts: Vec<String>,
    refusal: String,
    calls: Vec<Value>,
    thoughts: Vec<Value>,
    items: Vec<Value>,
    annotations: Vec<Value>,
    logprobs: Vec<Value>,
}

impl Gathered {
    fn add(&mut self, item: &Value) -> Option<()> {
        match item["type"].as_str()? {
            "message" => {
                let mut text = String::new();
                for part in list(&item["content"]) {
                    match part["type"].as_str()? {
                        "output_text" => {
                            text.push_str(part["text"].as_str()?);
                            self.annotations.extend(list(&part["annotations"]).iter().map(templates));
                            self.logprobs.extend(list(&part["logprobs"]).iter().filter_map(logprob));
                        }
                        "refusal" => self.refusal.push_str(part["refusal"].as_str()?),
                        _ => return None,
                    }
                }
                if !text.is_empty() {
                    self.texts.push(text);
                }
            }
            "function_call" => self.calls.push(call(&item["name"], &item["arguments"], &item["call_id"])?),
            "custom_tool_call" => self.calls.push(custom(&item["name"], &item["input"], &item["call_id"])?),
            "reasoning" => {
                let told = |name: &str| list(&item[name]).iter().filter_map(|part| part["text"].as_str());
                let summary =
                    told("summary").chain(told("content").filter(|_| list(&item["summary"]).is_empty()));
                self.thoughts.extend(summary.map(|text| Value::from(template(text))));
            }
            _ => self.items.push(templates(item)),
        }
        Some(())
    }
}

fn choice(choice: &Value) -> Option<Fields> {
    let message = choice["message"].as_object()?;
    let given = |name: &str| message.get(name).filter(|value| !value.is_null());
    let empty = |value: &Value| value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty);
    // Sound and pictures.
    if ["audio", "images"].iter().any(|name| given(name).is_some_and(|value| !empty(value))) {
        return None;
    }
    let content = match given("content") {
        Some(Value::String(text)) => text.as_str(),
        Some(_) => return None,
        None => "",
    };
    let calls = list(message.get("tool_calls").unwrap_or(&Value::Null));
    let called = calls.iter().map(|call| {
        let (function, tool) = (&call["function"], &call["custom"]);
        if tool.is_object() {
            custom(&tool["name"], &tool["input"], &call["id"])
        } else {
            self::call(&function["name"], &function["arguments"], &call["id"])
        }
    });
    let mut calls: Vec<Value> = called.collect::<Option<_>>()?;
    let mut usual = if calls.is_empty() { "stop" } else { "tool_calls" };
    if let Some(older) = given("function_call") {
        calls.push(call(&older["name"], &older["arguments"], &Value::Null)?);
        usual = "function_call";
    }
    let mut words = Fields::new();
    let refusal = given("refusal").and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(refusal) = refusal {
        words.insert("refusal".to_owned(), template(refusal).into());
    } else if !content.is_empty() || calls.is_empty() {
        words.insert("text".to_owned(), template(content).into());
    }
    if !calls.is_empty() {
        words.insert("calls".to_owned(), calls.into());
    }
    put_reason(&mut words, &choice["finish_reason"], usual);
    if refusal.is_none() {
        put_logprobs(
            &mut words,
            list(&choice["logprobs"]["content"]).iter().filter_map(logprob).collect(),
            content,
        );
    }
    Some(words)
}

/// An answer of one choice has its keys itself.
fn of_choices(mut choices: Vec<Fields>) -> Option<Fields> {
    match choices.len() {
        0 => None,
        1 => choices.pop(),
        _ => Some(Fields::from_iter([("choices".to_owned(), choices.into())])),
    }
}

/// A call of a function. Arguments are told as an object where that says the same to the letter.
fn call(name: &Value, arguments: &Value, id: &Value) -> Option<Value> {
    let text = arguments.as_str().unwrap_or_default();
    let object: Option<Value> = serde_json::from_str(text).ok();
    let object = object.filter(Value::is_object).filter(|object| {
        let printed = object.to_string();
        printed == text
    });
    let given = object.map_or_else(|| template(text).into(), |object| templates(&object));
    Some(with_id(json!({"name": name.as_str()?, "arguments": given}), id))
}

fn custom(name: &Value, input: &Value, id: &Value) -> Option<Value> {
    Some(with_id(json!({"name": name.as_str()?, "custom": true, "input": template(input.as_str()?)}), id))
}

fn with_id(mut call: Value, id: &Value) -> Value {
    if let Some(id) = id.as_str().filter(|id| !id.is_empty()) {
        call["id"] = template(id).into();
    }
    call
}

/// Says why an answer ended where that does not follow from it. What was cut short is not cut again.
fn put_reason(words: &mut Fields, reason: &Value, usual: &str) {
    let known = ["stop", "length", "tool_calls", "function_call", "content_filter"];
    let reason = reason.as_str().filter(|reason| *reason != usual && known.contains(reason));
    if let Some(reason) = reason {
        words.insert("finish_reason".to_owned(), reason.into());
    }
}

fn put_usage(answer: &mut Fields, given: &Value) {
    let number = |names: &[&str]| names.iter().find_map(|name| given.pointer(name)?.as_u64());
    let input = number(&["/prompt_tokens", "/input_tokens"]);
    let output = number(&["/completion_tokens", "/output_tokens"]);
    let (Some(input), Some(output)) = (input, output) else { return };
    let mut usage =
        Map::from_iter([("input".to_owned(), json!(input)), ("output".to_owned(), json!(output))]);
    let cached =
        number(&["/prompt_tokens_details/cached_tokens", "/input_tokens_details/cached_tokens"]).unwrap_or(0);
    if cached > 0 {
        usage.insert("cached".to_owned(), cached.into());
    }
    let reasoning =
        ["/completion_tokens_details/reasoning_tokens", "/output_tokens_details/reasoning_tokens"];
    if let Some(reasoning) = number(&reasoning) {
        usage.insert("reasoning".to_owned(), reasoning.into());
    }
    if let Some(total) = number(&["/total_tokens"]).filter(|total| *total != input + output) {
        usage.insert("total".to_owned(), total.into());
    }
    answer.insert("usage".to_owned(), usage.into());
}

/// Tells the tokens where they are the text: those that are parts of letters are not.
fn put_logprobs(words: &mut Fields, tokens: Vec<Value>, text: &str) {
    let joined: String = tokens.iter().filter_map(|token| token["token"].as_str()).collect();
    if !tokens.is_empty() && joined == text && !text.contains("{{") {
        words.insert("logprobs".to_owned(), tokens.into());
    }
}

fn logprob(given: &Value) -> Option<Value> {
    let one = |given: &Value| {
        Some(json!({"token": given["token"].as_str()?, "logprob": given["logprob"].as_f64()?}))
    };
    let mut told = one(given)?;
    let top: Vec<Value> = list(&given["top_logprobs"]).iter().filter_map(one).collect();
    if !top.is_empty() {
        told["top"] = top.into();
    }
    Some(told)
}

/// The lists of a legacy completion, side by side.
fn legacy_logprobs(given: &Value) -> Vec<Value> {
    let one = |(at, token): (usize, &Value)| {
        let top = given["top_logprobs"][at].as_object().into_iter().flatten();
        let top: Vec<Value> =
            top.map(|(token, logprob)| json!({"token": token, "logprob": logprob})).collect();
        let mut told = json!({"token": token.as_str()?, "logprob": given["token_logprobs"][at].as_f64()?});
        if !top.is_empty() {
            told["top"] = top.into();
        }
        Some(told)
    };
    let tokens = list(&given["tokens"]).iter().enumerate().map(one);
    tokens.collect::<Option<_>>().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
