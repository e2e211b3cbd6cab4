//! The rules that span fields: what needs what, and which message may follow which. What a model can do
//! is checked in `limits`.

use crate::api::ask::Tool;
use crate::api::ask::Wish;
use crate::api::ask::calls;
use crate::api::ask::check_file;
use crate::api::ask::check_image;
use crate::api::ask::check_sound;
use crate::api::ask::kind;
use crate::api::ask::parts;
use crate::api::ask::role;
use crate::api::ask::texts;
use crate::api::chat::tools::wish;
use crate::error;
use crate::error::ApiError;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;
use crate::structured;
use serde_json::Value;

/// Checks the parameters against each other.
pub(super) fn check(args: &Args<'_>, abilities: &Abilities, tools: &[Tool<'_>]) -> Result<(), ApiError> {
    let absent = |name: &str| args.get(name).is_none();
    if !absent("functions") && (!absent("tools") || !absent("tool_choice")) {
        return Err(error::tools_and_functions());
    }
    // The older models mind an empty list, the newer ones do not.
    if !absent("tools") && args.list("tools").is_empty() && !abilities.takes_empty_tools {
        return Err(error::empty_array("tools", 1));
    }
    check_tools(args, tools)?;
    if !absent("top_logprobs") && !args.flag("logprobs") {
        return Err(error::needs_logprobs());
    }
    if args.text("prompt_cache_retention").is_some_and(|word| !matches!(word, "in_memory" | "24h")) {
        return Err(error::bad_retention());
    }
    check_format(args)?;
    if !absent("max_tokens") && !absent("max_completion_tokens") {
        return Err(error::both_token_limits());
    }
    if !absent("stream_options") && !args.flag("stream") {
        return Err(error::needs_stream("stream_options"));
    }
    let pairs = args.get("metadata").and_then(Value::as_object).map_or(0, serde_json::Map::len);
    if pairs > 0 && !args.flag("store") && abilities.stores_for_metadata {
        return Err(error::needs_store());
    }
    Ok(())
}

fn check_tools(args: &Args<'_>, tools: &[Tool<'_>]) -> Result<(), ApiError> {
    let older = args.get("functions").is_some();
    let none = args.list("tools").is_empty();
    for (at, tool) in tools.iter().enumerate() {
        let path = match (older, tool.custom) {
            (true, _) => format!("functions[{at}]"),
            (false, true) => format!("tools[{at}].custom"),
            (false, false) => format!("tools[{at}].function"),
        };
        if tools[..at].iter().any(|other| other.name == tool.name) {
            return Err(error::duplicate_name(format!("{path}.name"), tool.name));
        }
        if !tool.parameters.is_null() {
            structured::check(tool.parameters, tool.strict).map_err(|problem| {
                error::bad_function_schema(format!("{path}.parameters"), tool.name, problem)
            })?;
        }
    }
    if older && args.get("function_call").is_none() && args.get("tool_choice").is_none() {
        return Ok(());
    }
    if !older && args.get("function_call").is_some() {
        return Err(error::needs_functions());
    }
    if none && args.get("tool_choice").is_some() {
        return Err(error::needs_tools("tool_choice"));
    }
    if none && args.get("parallel_tool_calls").is_some() {
        return Err(error::needs_tools("parallel_tool_calls"));
    }
    let (wish, allowed) = wish(args);
    let named = match wish {
        Wish::Named(name) => vec![name],
        _ => allowed.unwrap_or_default(),
    };
    match named.iter().find(|name| !tools.iter().any(|tool| tool.name == **name)) {
        Some(name) => Err(error::no_such_function(name)),
        None => Ok(()),
    }
}

fn check_format(args: &Args<'_>) -> Result<(), ApiError> {
    match args.field("response_format", "type").as_str() {
        Some("json_object") => {
            let mentions = |text: &str| text.to_ascii_lowercase().contains("json");
            if args.list("messages").iter().flat_map(texts).any(mentions) {
                Ok(())
            } else {
                Err(error::json_not_mentioned())
            }
        }
        Some("json_schema") => {
            let format = args.field("response_format", "json_schema");
            let schema = field(format, "schema");
            let strict = field(format, "strict") == true;
            let name = field(format, "name").as_str().unwrap_or_default();
            match schema {
                Value::Null if strict => Err(error::missing("response_format.json_schema.schema")),
                Value::Null => Ok(()),
                schema => structured::check(schema, strict)
                    .map_err(|problem| error::bad_response_schema(name, problem)),
            }
        }
        _ => Ok(()),
    }
}

/// Checks what each message holds, and that calls and their answers fit together.
pub(super) fn check_messages(messages: &[Value], abilities: &Abilities) -> Result<(), ApiError> {
    for (at, message) in messages.iter().enumerate() {
        check_content(at, message)?;
        check_parts(at, message, abilities)?;
    }
    check_calls(messages)
}

fn check_content(at: usize, message: &Value) -> Result<(), ApiError> {
    let instead = ["tool_calls", "function_call", "refusal", "audio"];
    let says = |name: &&str| !field(message, name).is_null();
    let fine = says(&"content") || role(message) == "assistant" && instead.iter().any(says);
    if fine { Ok(()) } else { Err(error::content_is_null(at)) }
}

fn check_parts(at: usize, message: &Value, abilities: &Abilities) -> Result<(), ApiError> {
    for (place, part) in parts(message).iter().enumerate() {
        let path = format!("messages[{at}].content[{place}]");
        match kind(part) {
            "image_url" if role(message) != "user" => {
                return Err(error::image_of_other_role(at, role(message)));
            }
            "image_url" if !abilities.sees => return Err(error::no_images(at, place)),
            "image_url" => check_image(part)?,
            "input_audio" if !abilities.hears => return Err(error::no_audio_input(at)),
            "input_audio" => check_sound(field(part, "input_audio"), &path)?,
            "file" => check_file(field(part, "file"), &format!("{path}.file"))?,
            _ => {}
        }
    }
    Ok(())
}

/// Every call is answered by the tool messages right behind it, and every tool message answers a call.
fn check_calls(messages: &[Value]) -> Result<(), ApiError> {
    let mut open: Vec<&str> = Vec::new();
    let mut all: Vec<&str> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        if role(message) == "tool" {
            let id = field(message, "tool_call_id").as_str().unwrap_or_default();
            if all.is_empty() {
                return Err(error::tool_without_calls(at));
            }
            if !all.contains(&id) {
                return Err(error::unknown_call_id(at, id));
            }
            open.retain(|other| *other != id);
            continue;
        }
        if !open.is_empty() {
            return Err(error::unanswered_calls(at, open.join(", ")));
        }
        let ids = calls(message).iter().filter_map(|call| field(call, "id").as_str());
        all = if role(message) == "assistant" { ids.collect() } else { Vec::new() };
        open.clone_from(&all);
    }
    if open.is_empty() { Ok(()) } else { Err(error::unanswered_calls(messages.len(), open.join(", "))) }
}
