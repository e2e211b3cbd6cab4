//! The rules that span the parameters of a response: what needs what, and what excludes what. Which items
//! may stand together is checked in `items::rules`, what a model can do in `limits`.

use crate::api::images;
use crate::api::items::rules::kind;
use crate::api::responses::reading;
use crate::api::responses::reading::is_web_search;
use crate::api::schemas;
use crate::ask::Turn;
use crate::error;
use crate::error::ApiError;
use crate::error::abridged;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;

/// Checks the parameters of `POST /v1/responses` against each other.
pub(super) fn check(args: &Args<'_>) -> Result<(), ApiError> {
    let given = |name: &str| args.get(name).is_some();
    check_tools(args)?;
    let asks = |item: &Value| kind(item) == "compaction_trigger";
    if args.list("input").iter().rev().skip(1).any(asks) {
        return Err(error::trigger_not_last());
    }
    check_background(args)?;
    check_format(args)?;
    if given("stream_options") && !args.flag("stream") {
        return Err(error::needs_stream("stream_options"));
    }
    if args.flag("background") && !reading::stores(args) {
        return Err(error::background_needs_store());
    }
    if given("previous_response_id") && given("conversation") {
        return Err(error::previous_and_conversation());
    }
    Ok(())
}

/// Checks that what is to be done later is in the background, and is not streamed.
fn check_background(args: &Args<'_>) -> Result<(), ApiError> {
    let window = args.field("background_options", "completion_window").as_str();
    match window.filter(|window| *window != "soonest") {
        Some(window) if !args.flag("background") || args.flag("stream") => {
            Err(error::window_needs_background(window))
        }
        _ => Ok(()),
    }
}

/// Checks that there is something to answer. The API does so after it has looked up what came before.
pub(super) fn check_input(args: &Args<'_>) -> Result<(), ApiError> {
    let empty = match args.get("input") {
        None => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(items) => items.as_array().is_some_and(Vec::is_empty),
    };
    let others = ["previous_response_id", "prompt", "conversation"];
    if empty && others.iter().all(|name| args.get(name).is_none()) {
        return Err(error::nothing_to_answer());
    }
    Ok(())
}

/// Checks that JSON mode is spoken of, in the input or in the messages that are carried over.
pub(super) fn check_json(args: &Args<'_>, earlier: &[Turn<'_>], input: &[Turn<'_>]) -> Result<(), ApiError> {
    let mentions = |text: &str| text.to_ascii_lowercase().contains("json");
    let wanted = field(args.field("text", "format"), "type") == "json_object";
    let messages = earlier.iter().chain(input).filter(|item| item.kind == "message");
    let mut texts = messages.flat_map(Turn::texts);
    if wanted && !texts.any(mentions) { Err(error::json_not_in_input()) } else { Ok(()) }
}

/// Checks the tools, those that the items of the input add as well.
fn check_tools(args: &Args<'_>) -> Result<(), ApiError> {
    check_declared(args.list("tools"), "tools")?;
    for (at, item) in args.list("input").iter().enumerate() {
        if kind(item) == "additional_tools" {
            let tools = field(item, "tools").as_array().map_or(&[][..], Vec::as_slice);
            check_declared(tools, &format!("input[{at}].tools"))?;
        }
    }
    Ok(())
}

/// Checks that the tool that is chosen is among those that are offered.
pub(super) fn check_choice(args: &Args<'_>, tools: &[Value]) -> Result<(), ApiError> {
    match args.get("tool_choice") {
        Some(Value::String(word)) if word == "required" && tools.is_empty() => {
            Err(error::choice_needs_tools(word))
        }
        Some(choice @ Value::Object(_)) => {
            let chosen = match field(choice, "type").as_str() {
                Some("allowed_tools") => field(choice, "tools").as_array().map_or(&[][..], Vec::as_slice),
                _ => std::slice::from_ref(choice),
            };
            match chosen.iter().find(|choice| !tools.iter().any(|tool| is_chosen(tool, choice))) {
                Some(missing) => {
                    Err(error::no_such_tool(field(missing, "type").as_str().unwrap_or_default()))
                }
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Checks the names and the schemas of tools; those of a namespace have names of their own.
fn check_declared(tools: &[Value], path: &str) -> Result<(), ApiError> {
    for (at, tool) in tools.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let name = field(tool, "name").as_str().unwrap_or_default();
        if !name.is_empty() && tools[..at].iter().any(|other| field(other, "name") == name) {
            return Err(error::duplicate_name(format!("{path}.name"), name));
        }
        if let Some(inner) = field(tool, "tools").as_array() {
            check_declared(inner, &format!("{path}.tools"))?;
        }
        if field(tool, "type") == "mcp" {
            check_server(tool, &path)?;
        }
        if field(tool, "type") == "image_generation" {
            images::order_of_tool(tool).map_err(|refusal| refusal.of_drawing_tool(&path))?;
        }
        if field(tool, "type") == "function" {
            schemas::check_function(&path, name, reading::parameters(tool), reading::strictness(tool))?;
        }
    }
    Ok(())
}

/// Checks that an MCP tool says where its server is.
fn check_server(tool: &Value, path: &str) -> Result<(), ApiError> {
    if ["server_url", "connector_id", "tunnel_id"].iter().all(|name| field(tool, name).is_null()) {
        return Err(error::no_server(path));
    }
    let is_url = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    match field(tool, "server_url").as_str().filter(|url| !is_url(url)) {
        Some(url) => Err(error::bad_server_url(format!("{path}.server_url"), abridged(url))),
        None => Ok(()),
    }
}

fn is_chosen(tool: &Value, choice: &Value) -> bool {
    let same = |name: &str| field(tool, name) == field(choice, name);
    match (field(tool, "type").as_str(), field(choice, "type").as_str()) {
        (Some("namespace"), Some("function" | "custom")) => {
            field(tool, "tools").as_array().into_iter().flatten().any(|inner| is_chosen(inner, choice))
        }
        (Some("function" | "custom"), _) => same("type") && same("name"),
        (Some("mcp"), Some("mcp")) => same("server_label"),
        (Some(one), Some(other)) => undated(one) == undated(other),
        _ => false,
    }
}

/// What a hosted tool is called without its version; its preview is as good.
fn undated(kind: &str) -> &str {
    match kind {
        kind if is_web_search(kind) => "web_search",
        "computer_use" | "computer_use_preview" => "computer",
        other => other,
    }
}

/// Checks the schema that the text is held to.
fn check_format(args: &Args<'_>) -> Result<(), ApiError> {
    let format = args.field("text", "format");
    if field(format, "type") != "json_schema" {
        return Ok(());
    }
    let name = field(format, "name").as_str().unwrap_or_default();
    schemas::check_text_format(name, field(format, "schema"), reading::strictness(format))
}
