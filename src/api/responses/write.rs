//! A response as JSON: the object, and the items in it.

use crate::api::logprobs::write_guesses;
use crate::error;
use crate::json::Json;
use crate::plan::Answer;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Output;
use crate::plan::OutputItem;
use crate::plan::Status;
use crate::plan::Thought;
use crate::plan::Usage;
use serde_json::Map;
use serde_json::Value;

/// How much of an item is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It has but begun.
    Begun,
    /// It has ended, and its probabilities were told by the way.
    Ended,
    Done,
}

/// The whole response, as far as this status has it.
pub(super) fn whole(answer: &Answer, status: Status) -> Json {
    let mut json = Json::with_capacity(4096);
    write_response(&mut json, answer, status, true);
    json
}

/// Appends the response. The bill is told in whole replies only, not in events.
pub(super) fn write_response(json: &mut Json, answer: &Answer, status: Status, billing: bool) {
    let echo = &answer.echo;
    // What is under way, was cancelled or failed has said nothing.
    let says = matches!(status, Status::Completed | Status::Incomplete(_));
    json.raw(r#"{"id":"#).text(&answer.id);
    json.raw(r#","object":"response","created_at":"#).number(answer.created);
    json.raw(r#","status":"#).text(status.name());
    json.raw(&echo.after_status).raw(r#","background":"#).flag(answer.background);
    json.raw(&echo.after_background);
    json.raw(if billing { r#","billing":{"payer":"developer"}"# } else { "" });
    json.raw(r#","completed_at":"#);
    if status == Status::Completed {
        json.number(answer.created);
    } else {
        json.raw("null");
    }
    if let Some(conversation) = &answer.conversation {
        json.raw(r#","conversation":{"id":"#).text(conversation).raw("}");
    }
    json.raw(r#","error":"#);
    if status == Status::Failed {
        let failure = error::response_error();
        json.raw(r#"{"code":"#).optional(failure.code).raw(r#","message":"#).text(&failure.message).raw("}");
    } else {
        json.raw("null");
    }
    json.raw(r#","frequency_penalty":0.0"#).raw(&echo.before_incomplete).raw(r#","incomplete_details":"#);
    match status {
        Status::Incomplete(reason) => json.raw(r#"{"reason":"#).text(reason).raw("}"),
        _ => json.raw("null"),
    };
    json.raw(",").raw(&echo.before_moderation).raw(r#","moderation":"#);
    json.raw(echo.moderation.as_deref().filter(|_| says).unwrap_or("null")).raw(r#","output":["#);
    if says {
        json.list(&answer.items, |json, item| write_item(json, item, Form::Done));
    }
    json.raw("],").raw(&echo.before_tier).raw(r#","service_tier":"#);
    json.text(if status.is_open() { "auto" } else { echo.service_tier });
    json.raw(",").raw(&echo.before_tool_usage).raw(r#","tool_usage":"#);
    json.raw(if says { &echo.tool_usage } else { UNUSED });
    json.raw(",").raw(&echo.before_usage).raw(r#","usage":"#);
    if says {
        write_usage(json, &answer.usage);
    } else {
        json.raw("null");
    }
    json.raw(",").raw(&echo.after_usage).raw("}");
}

/// The `tool_usage` of a response that used none.
pub(super) const UNUSED: &str = concat!(
    r#"{"image_gen":{"input_tokens":0,"input_tokens_details":{"image_tokens":0,"text_tokens":0},"#,
    r#""output_tokens":0,"output_tokens_details":{"image_tokens":0,"text_tokens":0},"total_tokens":0},"#,
    r#""web_search":{"num_requests":0}}"#
);

pub(super) fn write_usage(json: &mut Json, usage: &Usage) {
    json.raw(r#"{"input_tokens":"#).number(usage.input);
    json.raw(r#","input_tokens_details":{"cache_write_tokens":0,"cached_tokens":"#).number(usage.cached);
    json.raw(r#"},"output_tokens":"#).number(usage.output);
    json.raw(r#","output_tokens_details":{"reasoning_tokens":"#).number(usage.reasoning);
    json.raw(r#"},"total_tokens":"#).number(usage.total).raw("}");
}

pub(super) fn write_item(json: &mut Json, item: &OutputItem, form: Form) {
    let begun = form == Form::Begun;
    let status = match item.cut {
        _ if begun => "in_progress",
        true => "incomplete",
        false => "completed",
    };
    json.raw(r#"{"id":"#).text(&item.id);
    match &item.output {
        Output::Reasoning(Thought { summary, encrypted }) => {
            json.raw(r#","type":"reasoning","content":[]"#);
            if let Some(encrypted) = encrypted {
                json.raw(r#","encrypted_content":"#).text(encrypted);
            }
            json.raw(r#","summary":["#);
            json.list(summary.iter().filter(|_| !begun), |json, text| write_summary(json, text));
            json.raw("]");
        }
        Output::Message { choice, phase, .. } => {
            json.raw(r#","type":"message","status":"#).text(status).raw(r#","content":["#);
            if !begun {
                write_part(json, item, choice, Form::Done);
            }
            json.raw("]");
            if let Some(phase) = phase {
                json.raw(r#","phase":"#).text(phase);
            }
            json.raw(r#","role":"assistant""#);
        }
        Output::Call(call) => {
            let given = if begun { "" } else { &call.arguments };
            let (kind, name) = (call_kind(call.custom), &call.name);
            json.raw(r#","type":"#).text(kind).raw(r#","status":"#).text(status);
            if call.custom {
                json.raw(r#","call_id":"#).text(&call.id).raw(r#","input":"#).text(given);
            } else {
                json.raw(r#","arguments":"#).text(given).raw(r#","call_id":"#).text(&call.id);
            }
            json.raw(r#","name":"#).text(name);
            if let Some(namespace) = &call.namespace {
                json.raw(r#","namespace":"#).text(namespace);
            }
        }
        Output::Hosted(hosted) => write_fields(json, if begun { &hosted.begun } else { &hosted.done }),
    }
    json.raw("}");
}

fn call_kind(custom: bool) -> &'static str {
    if custom { "custom_tool_call" } else { "function_call" }
}

/// Appends fields behind others.
pub(super) fn write_fields(json: &mut Json, fields: &Map<String, Value>) {
    for (name, value) in fields {
        json.raw(",").text(name).raw(":").value(value);
    }
}

pub(super) fn write_summary(json: &mut Json, text: &str) {
    json.raw(r#"{"type":"summary_text","text":"#).text(text).raw("}");
}

/// Appends the one content part of a message.
pub(super) fn write_part(json: &mut Json, item: &OutputItem, choice: &Choice, form: Form) {
    let begun = form == Form::Begun;
    let words = if begun { "" } else { choice.words() };
    if let Content::Refusal(_) = choice.content {
        json.raw(r#"{"type":"refusal","refusal":"#).text(words).raw("}");
        return;
    }
    json.raw(r#"{"type":"output_text","annotations":["#);
    if let (false, Output::Message { annotations, .. }) = (begun, &item.output) {
        json.list(annotations, |json, annotation| {
            json.value(&annotation.value);
        });
    }
    json.raw(r#"],"logprobs":["#);
    if form == Form::Done {
        write_guesses(json, choice.guesses.as_deref().unwrap_or_default());
    }
    json.raw(r#"],"text":"#).text(words).raw("}");
}

/// The output as the items that a later request goes on from.
pub(super) fn output(answer: &Answer) -> Vec<Value> {
    answer.items.iter().map(output_item).collect()
}

pub(super) fn output_item(item: &OutputItem) -> Value {
    let mut json = Json::default();
    write_item(&mut json, item, Form::Done);
    serde_json::from_slice(json.as_bytes()).unwrap_or_default()
}
