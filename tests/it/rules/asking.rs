//! How rules are given and requests are asked in tests, whatever the shape of the reply.

use crate::support::Fake;
use crate::support::json;
use openai_fake::Body;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

pub(super) const CHATS: &str = "/v1/chat/completions";
pub(super) const RESPONSES: &str = "/v1/responses";
pub(super) const COMPLETIONS: &str = "/v1/completions";
pub(super) const EMBEDDINGS: &str = "/v1/embeddings";
pub(super) const MODERATIONS: &str = "/v1/moderations";
pub(super) const IMAGES: &str = "/v1/images/generations";

/// A request with a body of JSON.
pub(super) fn request(path: &str, body: &str) -> Request {
    Request::new("POST", path).with_header("authorization", "Bearer sk-test").with_json(body)
}

/// Gives these bytes as rules.
pub(super) fn posted(content_type: &str, body: &[u8]) -> Request {
    Request {
        body: body.to_vec(),
        ..Request::new("POST", "/__parlel/rules").with_header("content-type", content_type)
    }
}

/// What rules say need not have a shape that is known.
pub(super) fn unchecked(fake: &Fake, request: Request) -> Reply {
    let mut reply = answer(&fake.state, &Arc::new(request));
    reply.run(&fake.state);
    reply
}

/// Gives rules, to a key or to all.
pub(super) fn give(fake: &Fake, key: Option<&str>, rules: &str) -> Reply {
    let request = Request::new("POST", "/__parlel/rules").with_json(rules);
    unchecked(
        fake,
        match key {
            Some(key) => request.with_header("authorization", &format!("Bearer {key}")),
            None => request,
        },
    )
}

/// A server with these rules for all keys.
#[track_caller]
pub(super) fn ruled(rules: &str) -> Fake {
    let fake = Fake::new();
    let reply = give(&fake, None, rules);
    assert_eq!(reply.status, 200, "{}\n{rules}", String::from_utf8_lossy(reply.bytes()));
    fake
}

/// Why rules are refused.
#[track_caller]
pub(super) fn refusal(rules: &str) -> String {
    let reply = give(&Fake::new(), None, rules);
    assert_eq!(reply.status, 400, "{}\n{rules}", String::from_utf8_lossy(reply.bytes()));
    json(&reply)["error"]["message"].as_str().expect("a message").to_owned()
}

/// `GET /__parlel/rules`
pub(super) fn listed(fake: &Fake, key: Option<&str>) -> Value {
    let request = Request::new("GET", "/__parlel/rules");
    json(&unchecked(
        fake,
        match key {
            Some(key) => request.with_header("authorization", &format!("Bearer {key}")),
            None => request,
        },
    ))
}

/// A captured request.
pub(super) fn captured(fake: &Fake, number: usize) -> Value {
    let list = json(&unchecked(fake, Request::new("GET", "/__parlel/requests")));
    list["requests"][number - 1].clone()
}

/// Where a text can be asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    Chat,
    ChatStream,
    Response,
    ResponseStream,
    Completion,
    CompletionStream,
}

pub(super) const SHAPES: &[Shape] = &[
    Shape::Chat,
    Shape::ChatStream,
    Shape::Response,
    Shape::ResponseStream,
    Shape::Completion,
    Shape::CompletionStream,
];

impl Shape {
    pub(super) fn streams(self) -> bool {
        matches!(self, Shape::ChatStream | Shape::ResponseStream | Shape::CompletionStream)
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Shape::Chat | Shape::ChatStream => CHATS,
            Shape::Response | Shape::ResponseStream => RESPONSES,
            Shape::Completion | Shape::CompletionStream => COMPLETIONS,
        }
    }

    /// The body that asks this, with the fields put in.
    pub(super) fn body(self, user: &str, fields: &Value) -> Value {
        let mut body = match self {
            Shape::Chat | Shape::ChatStream => {
                json!({"model": "gpt-4o", "messages": [{"role": "user", "content": user}]})
            }
            Shape::Response | Shape::ResponseStream => json!({"model": "gpt-4o", "input": user}),
            Shape::Completion | Shape::CompletionStream => {
                json!({"model": "gpt-3.5-turbo-instruct", "prompt": user, "max_tokens": 100})
            }
        };
        if self.streams() {
            body["stream"] = true.into();
        }
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        body
    }

    #[track_caller]
    pub(super) fn ask(self, fake: &Fake, user: &str, fields: &Value) -> Reply {
        fake.send(self.request(user, fields))
    }

    pub(super) fn request(self, user: &str, fields: &Value) -> Request {
        request(self.path(), &self.body(user, fields).to_string())
    }

    /// What was said: `text`, `refusal`, `calls` as names and what they are given, and `finish`, whatever the
    /// shape.
    #[track_caller]
    pub(super) fn said(self, reply: &Reply) -> Value {
        assert_eq!(reply.status, 200, "{self:?}: {}", String::from_utf8_lossy(reply.bytes()));
        match self {
            Shape::Chat => of_message(&json(reply)["choices"][0]),
            Shape::ChatStream => of_message(&joined(&data(reply))),
            Shape::Response => of_response(&json(reply)),
            Shape::ResponseStream => {
                let events = data(reply);
                let end = events.iter().rev().find(|event| event["response"].is_object()).expect("an end");
                let said = of_response(&end["response"]);
                let text: String = events
                    .iter()
                    .filter(|event| {
                        event["type"] == "response.output_text.delta"
                            || event["type"] == "response.refusal.delta"
                    })
                    .filter_map(|event| event["delta"].as_str())
                    .collect();
                let told = said["text"].as_str().or(said["refusal"].as_str()).unwrap_or_default();
                assert_eq!(text, told, "deltas");
                said
            }
            Shape::Completion => of_completion(&json(reply)["choices"][0]),
            Shape::CompletionStream => {
                let events = data(reply);
                let text: String =
                    events.iter().filter_map(|event| event["choices"][0]["text"].as_str()).collect();
                let finish = events
                    .iter()
                    .map(|event| &event["choices"][0]["finish_reason"])
                    .find(|reason| !reason.is_null());
                of_completion(&json!({"text": text, "finish_reason": finish}))
            }
        }
    }
}

/// The data of each event but `[DONE]`.
pub(super) fn data(reply: &Reply) -> Vec<Value> {
    let Body::Events(events) = &reply.body else {
        panic!("no stream: {}", String::from_utf8_lossy(reply.bytes()))
    };
    let lines = events.iter().flat_map(|event| std::str::from_utf8(event).expect("UTF-8").lines());
    let data = lines.filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
    data.map(|data| serde_json::from_str(data).expect("JSON")).collect()
}

/// The first choice of a chat's chunks, put together.
fn joined(chunks: &[Value]) -> Value {
    let mut message = json!({"content": null, "refusal": null});
    let mut calls: Vec<Value> = Vec::new();
    let mut finish = Value::Null;
    for choice in
        chunks.iter().filter_map(|chunk| chunk["choices"].get(0)).filter(|choice| choice["index"] == 0)
    {
        let delta = &choice["delta"];
        for name in ["content", "refusal"] {
            if let Some(piece) = delta[name].as_str() {
                let before = message[name].as_str().unwrap_or_default();
                message[name] = format!("{before}{piece}").into();
            }
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let at = call["index"].as_u64().expect("an index") as usize;
            if at == calls.len() {
                calls.push(call.clone());
                continue;
            }
            for (kind, name) in [("function", "arguments"), ("custom", "input")] {
                if let Some(piece) = call[kind][name].as_str() {
                    let before = calls[at][kind][name].as_str().unwrap_or_default();
                    calls[at][kind][name] = format!("{before}{piece}").into();
                }
            }
        }
        if !choice["finish_reason"].is_null() {
            finish = choice["finish_reason"].clone();
        }
    }
    if !calls.is_empty() {
        message["tool_calls"] = calls.into();
    }
    json!({"message": message, "finish_reason": finish})
}

fn said(text: &Value, refusal: &Value, calls: Vec<Value>, finish: &Value) -> Value {
    let mut said = json!({});
    // An empty text and none are told apart nowhere.
    if text.as_str().is_some_and(|text| !text.is_empty()) {
        said["text"] = text.clone();
    }
    if refusal.is_string() {
        said["refusal"] = refusal.clone();
    }
    if !calls.is_empty() {
        said["calls"] = calls.into();
    }
    said["finish"] = finish.clone();
    said
}

fn of_message(choice: &Value) -> Value {
    let message = &choice["message"];
    let calls =
        message["tool_calls"].as_array().into_iter().flatten().map(|call| match call["type"].as_str() {
            Some("custom") => json!([call["custom"]["name"], call["custom"]["input"]]),
            _ => json!([call["function"]["name"], call["function"]["arguments"]]),
        });
    said(&message["content"], &message["refusal"], calls.collect(), &choice["finish_reason"])
}

fn of_completion(choice: &Value) -> Value {
    said(&choice["text"], &Value::Null, Vec::new(), &choice["finish_reason"])
}

fn of_response(response: &Value) -> Value {
    let mut text = Value::Null;
    let mut refusal = Value::Null;
    let mut calls = Vec::new();
    for item in response["output"].as_array().expect("output") {
        match item["type"].as_str() {
            Some("message") => {
                for part in item["content"].as_array().expect("content") {
                    match part["type"].as_str() {
                        Some("refusal") => refusal = part["refusal"].clone(),
                        _ => text = part["text"].clone(),
                    }
                }
            }
            Some("function_call") => calls.push(json!([item["name"], item["arguments"]])),
            Some("custom_tool_call") => calls.push(json!([item["name"], item["input"]])),
            _ => {}
        }
    }
    let finish = match (response["status"].as_str(), response["incomplete_details"]["reason"].as_str()) {
        (Some("completed"), _) if !calls.is_empty() => "tool_calls",
        (Some("completed"), _) => "stop",
        (_, Some("max_output_tokens")) => "length",
        (_, Some(reason)) => reason,
        (status, _) => status.expect("a status"),
    };
    said(&text, &refusal, calls, &finish.into())
}
