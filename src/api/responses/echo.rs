//! What a response repeats of its request, with the defaults that the API fills in.

mod tools;

use crate::api::responses::reading;
use crate::api::text_params;
use crate::json::Json;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;
use crate::plan::Echo;
use crate::structured::Strictness;
use crate::structured::strictened;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;

/// The JSON of the echo; `tool_usage` and what depends on the status are added elsewhere.
pub(super) fn echo(
    args: &Args<'_>,
    offered: &[Value],
    abilities: &Abilities,
    model: &str,
    tool_usage: Cow<'static, str>,
) -> Echo {
    Echo {
        after_status: match asked(args, "access_programs", access_programs) {
            none if none.is_empty() && abilities.tells_access => r#","access_programs":null"#.to_owned(),
            told => told,
        },
        after_background: asked(args, "background_options", Value::clone),
        before_incomplete: asked(args, "image", image),
        before_moderation: before_moderation(args, model),
        moderation: None,
        before_tier: before_tier(args, abilities),
        service_tier: text_params::served_tier(args.text("service_tier")),
        before_tool_usage: before_tool_usage(args),
        tool_usage,
        before_usage: before_usage(args, offered, abilities),
        after_usage: after_usage(args),
    }
}

/// Writes a part of the object.
fn part(write: impl FnOnce(&mut Json)) -> String {
    let mut json = Json::default();
    write(&mut json);
    let mut part = json.into_text();
    // It may be kept for long.
    part.shrink_to_fit();
    part
}

/// A field that is told only where it was asked for, a comma before it.
fn asked(args: &Args<'_>, name: &str, told: fn(&Value) -> Value) -> String {
    args.get(name).map_or(String::new(), |given| {
        part(|json| {
            json.raw(",").text(name).raw(":").value(&told(given));
        })
    })
}

/// The program that is used, which is none where none is named.
fn access_programs(given: &Value) -> Value {
    match field(given, "cyber") {
        Value::Null => Value::Null,
        cyber => json!({"cyber": cyber}),
    }
}

/// Nothing is compressed unless it must be.
pub(super) fn image(given: &Value) -> Value {
    let enabled = field(given, "context_compression") == "enabled";
    json!({"context_compression": if enabled { "enabled" } else { "disabled" }})
}

/// What the prompt cache goes by.
fn cache_options(given: &Value) -> Value {
    let mut told = Map::new();
    let or = |name: &str, default: &str| match field(given, name) {
        Value::Null => default.into(),
        given => given.clone(),
    };
    if !field(given, "comparison_response_id").is_null() {
        told.insert("comparison_response_id".to_owned(), field(given, "comparison_response_id").clone());
    }
    told.insert("mode".to_owned(), or("mode", "implicit"));
    told.insert("ttl".to_owned(), or("ttl", "30m"));
    told.into()
}

/// Appends a parameter as it was given, or `null`.
fn given(json: &mut Json, args: &Args<'_>, name: &str) {
    json.value(args.get(name).unwrap_or(&Value::Null));
}

/// Appends a number with its fraction, `1.0` for 1.
fn decimal(json: &mut Json, number: f64) {
    json.value(&number.into());
}

fn before_moderation(args: &Args<'_>, model: &str) -> String {
    part(|json| {
        json.raw(r#""instructions":"#).optional(args.text("instructions"));
        json.raw(r#","max_output_tokens":"#);
        given(json, args, "max_output_tokens");
        json.raw(r#","max_tool_calls":"#);
        given(json, args, "max_tool_calls");
        json.raw(r#","model":"#).text(model);
    })
}

fn before_tier(args: &Args<'_>, abilities: &Abilities) -> String {
    part(|json| {
        json.raw(r#""parallel_tool_calls":"#);
        json.flag(reading::parallel(args));
        json.raw(r#","presence_penalty":0.0,"previous_response_id":"#);
        json.optional(args.text("previous_response_id"));
        json.raw(r#","prompt_cache_key":"#).optional(args.text("prompt_cache_key"));
        json.raw(&asked(args, "prompt_cache_options", cache_options)).raw(r#","prompt_cache_retention":"#);
        json.text(args.text("prompt_cache_retention").unwrap_or(abilities.retention));
        json.raw(r#","reasoning":"#);
        write_reasoning(json, args, abilities);
        json.raw(r#","safety_identifier":"#).optional(args.text("safety_identifier"));
    })
}

fn write_reasoning(json: &mut Json, args: &Args<'_>, abilities: &Abilities) {
    let summary = match reading::summary(args) {
        // The model's own choice, which is told.
        Some("auto") => Some("detailed"),
        other => other,
    };
    if !reading::reasons(args, abilities) {
        json.raw(r#"{"context":null,"effort":null,"summary":"#).optional(summary).raw("}");
        return;
    }
    let context = match args.field("reasoning", "context").as_str() {
        Some(word) if word != "auto" => word,
        _ => abilities.context,
    };
    json.raw(r#"{"context":"#).text(context);
    json.raw(r#","effort":"#).text(reading::effort(args, abilities));
    json.raw(r#","mode":"#).text(args.field("reasoning", "mode").as_str().unwrap_or("standard"));
    json.raw(r#","summary":"#).optional(summary).raw("}");
}

fn before_tool_usage(args: &Args<'_>) -> String {
    part(|json| {
        json.raw(r#""store":"#).flag(reading::stores(args));
        json.raw(r#","temperature":"#);
        decimal(json, args.number("temperature").unwrap_or(1.0));
        json.raw(r#","text":{"format":"#);
        write_format(json, args.field("text", "format"));
        json.raw(r#","verbosity":"#);
        json.text(args.field("text", "verbosity").as_str().unwrap_or("medium"));
        json.raw(r#"},"tool_choice":"#);
        json.value(args.get("tool_choice").unwrap_or(&"auto".into()));
    })
}

fn write_format(json: &mut Json, format: &Value) {
    let kind = field(format, "type").as_str().unwrap_or("text");
    if kind != "json_schema" {
        json.raw(r#"{"type":"#).text(kind).raw("}");
        return;
    }
    json.raw(r#"{"type":"json_schema","description":"#);
    json.optional(field(format, "description").as_str().filter(|text| !text.is_empty()));
    json.raw(r#","name":"#).value(field(format, "name"));
    // A format is strict unless it says otherwise, where its schema can be.
    let mut schema = Cow::Borrowed(field(format, "schema"));
    let strictness = reading::strictness(format);
    let stricter = (strictness == Strictness::IfPossible).then(|| strictened(&schema)).flatten();
    let strict = stricter.is_some() || strictness == Strictness::Strict;
    if let Some(stricter) = stricter {
        schema = Cow::Owned(stricter);
    }
    // Which draft it is of is not told, other than of functions.
    if schema.get("$schema").is_some() {
        schema.to_mut().as_object_mut().and_then(|fields| fields.shift_remove("$schema"));
    }
    json.raw(r#","schema":"#).value(&schema);
    json.raw(r#","strict":"#).flag(strict).raw("}");
}

/// Of the tools that were declared, functions are repeated first.
fn in_order<'a>(args: &Args<'_>, offered: &'a [Value]) -> impl Iterator<Item = &'a Value> {
    let (declared, added) = offered.split_at(args.list("tools").len().min(offered.len()));
    let is_function = |tool: &&Value| field(tool, "type") == "function";
    let others = declared.iter().filter(move |tool| !is_function(tool));
    declared.iter().filter(is_function).chain(others).chain(added)
}

fn before_usage(args: &Args<'_>, offered: &[Value], abilities: &Abilities) -> String {
    part(|json| {
        json.raw(r#""tools":["#);
        json.list(in_order(args, offered), tools::write);
        json.raw(r#"],"top_logprobs":"#).number(args.count("top_logprobs").unwrap_or(0));
        json.raw(r#","top_p":"#);
        decimal(json, args.number("top_p").unwrap_or(abilities.default_top_p));
        json.raw(r#","truncation":"#).text(args.text("truncation").unwrap_or("disabled"));
    })
}

fn after_usage(args: &Args<'_>) -> String {
    part(|json| {
        json.raw(r#""user":"#).optional(args.text("user"));
        json.raw(r#","metadata":"#);
        json.object(&args.map("metadata"));
    })
}
