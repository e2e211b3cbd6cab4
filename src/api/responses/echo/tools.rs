//! The tools of a response as it repeats them.

use crate::api::items::rules::kind;
use crate::api::responses::reading;
use crate::api::schemas;
use crate::json::Json;
use crate::params::field;
use crate::structured;
use crate::structured::Strictness;
use serde_json::Value;
use serde_json::json;

/// Appends a tool with everything that the request left out.
pub(super) fn write(json: &mut Json, tool: &Value) {
    let or = |name: &str, default: Value| overlaid(default, field(tool, name));
    match kind(tool) {
        "function" => write_function(json, tool),
        "custom" => {
            json.raw(r#"{"type":"custom""#);
            write_given(json, tool, &["allowed_callers", "async", "defer_loading", "description"]);
            json.raw(r#","format":"#).value(&or("format", json!({"type": "text"})));
            json.raw(r#","name":"#).value(field(tool, "name")).raw("}");
        }
        "namespace" => write_namespace(json, tool),
        kind if reading::is_web_search(kind) => write_web_search(json, tool),
        "file_search" => {
            let ranking = json!({"ranker": "auto", "score_threshold": 0.0});
            json.value(&json!({
                "type": "file_search",
                "filters": field(tool, "filters"),
                "max_num_results": or("max_num_results", 20.into()),
                "ranking_options": or("ranking_options", ranking),
                "vector_store_ids": field(tool, "vector_store_ids"),
            }));
        }
        "image_generation" => {
            let defaults = json!({
                "type": "image_generation",
                "background": "auto",
                "moderation": "auto",
                "n": 1,
                "output_compression": 100,
                "output_format": "png",
                "quality": "auto",
                "size": "auto",
            });
            json.value(&overlaid(defaults, tool));
        }
        "mcp" => write_server(json, tool),
        "tool_search" => {
            json.raw(r#"{"type":"tool_search""#);
            write_given_or_null(json, tool, &["description"]);
            write_given(json, tool, &["execution"]);
            write_given_or_null(json, tool, &["parameters"]);
            json.raw("}");
        }
        _ => {
            json.value(tool);
        }
    }
}

/// Appends those of these fields that were given.
fn write_given(json: &mut Json, tool: &Value, names: &[&str]) {
    for name in names {
        let given = field(tool, name);
        if !given.is_null() {
            json.raw(",").text(name).raw(":").value(given);
        }
    }
}

/// Appends these fields, as `null` where they were not given.
fn write_given_or_null(json: &mut Json, tool: &Value, names: &[&str]) {
    for name in names {
        json.raw(",").text(name).raw(":").value(field(tool, name));
    }
}

/// Of an MCP server, secrets are not told.
fn write_server(json: &mut Json, tool: &Value) {
    let server = field(tool, "server_url").as_str().map(|url| {
        let end = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
        format!("{}/<redacted>", &url[..end])
    });
    json.raw(r#"{"type":"mcp""#);
    write_given(json, tool, &["allowed_callers"]);
    json.raw(r#","allowed_tools":"#).value(field(tool, "allowed_tools"));
    if !field(tool, "authorization").is_null() {
        json.raw(r#","authorization":"<redacted>""#);
    }
    write_given(json, tool, &["connector_id", "defer_loading"]);
    json.raw(r#","headers":null,"require_approval":"#).value(&approval(tool));
    write_given_or_null(json, tool, &["server_description", "server_label"]);
    json.raw(r#","server_url":"#).optional(server.as_deref());
    write_given(json, tool, &["tunnel_id"]);
    json.raw("}");
}

/// Which tools of a server the client is asked about; where it is told for some, both lists are there.
fn approval(tool: &Value) -> Value {
    match field(tool, "require_approval") {
        Value::Null => "always".into(),
        lists @ Value::Object(_) => json!({"always": field(lists, "always"), "never": field(lists, "never")}),
        word => word.clone(),
    }
}

/// What was given, over what is meant where nothing is. Objects are put together field by field.
fn overlaid(mut default: Value, given: &Value) -> Value {
    match (&mut default, given) {
        (_, Value::Null) => default,
        (Value::Object(fields), Value::Object(given)) => {
            let given = given.iter().filter(|(_, value)| !value.is_null());
            fields.extend(given.map(|(name, value)| (name.clone(), value.clone())));
            default
        }
        (_, given) => given.clone(),
    }
}

fn write_namespace(json: &mut Json, tool: &Value) {
    json.raw(r#"{"type":"namespace","description":"#).value(field(tool, "description"));
    json.raw(r#","name":"#).value(field(tool, "name")).raw(r#","tools":["#);
    json.list(field(tool, "tools").as_array().map_or(&[][..], Vec::as_slice), write).raw("]}");
}

fn write_web_search(json: &mut Json, tool: &Value) {
    let kind = kind(tool);
    let mut echoed = json!({"type": kind});
    if !kind.starts_with("web_search_preview") {
        echoed["return_token_budget"] = "default".into();
    }
    echoed["search_content_types"] = json!(["text"]);
    echoed["search_context_size"] = "medium".into();
    // A place is somewhere in the United States, unless another one is given.
    let country = if field(tool, "user_location").is_null() { json!("US") } else { Value::Null };
    let place = json!({
        "type": "approximate", "city": null, "country": country, "region": null, "timezone": null,
    });
    let place = overlaid(place, field(tool, "user_location"));
    let mut echoed = overlaid(echoed, tool);
    echoed["user_location"] = place;
    json.value(&echoed);
}

/// A function is strict unless it says otherwise, where its schema can be.
fn write_function(json: &mut Json, tool: &Value) {
    let nothing = schemas::of_nothing();
    let given = match reading::parameters(tool) {
        Value::Null => &nothing,
        schema => schema,
    };
    let strictness = reading::strictness(tool);
    let stricter = (strictness == Strictness::IfPossible).then(|| structured::strictened(given)).flatten();
    let strict = stricter.is_some() || strictness == Strictness::Strict;
    json.raw(r#"{"type":"function""#);
    write_given(json, tool, &["allowed_callers", "async", "defer_loading"]);
    // One that says nothing is none.
    let description = field(tool, "description").as_str().filter(|text| !text.is_empty());
    json.raw(r#","description":"#).optional(description);
    json.raw(r#","name":"#).value(field(tool, "name")).raw(r#","output_schema":"#);
    json.value(field(tool, "output_schema")).raw(r#","parameters":"#);
    json.value(stricter.as_ref().unwrap_or(given)).raw(r#","strict":"#).flag(strict).raw("}");
}
