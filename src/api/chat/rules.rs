//! The rules that span fields: what needs what, and which message may follow which. What a model can do
//! is checked in `limits`.

use crate::api::chat::files;
use crate::api::media;
use crate::api::schemas;
use crate::ask::Ask;
use crate::ask::Part;
use crate::ask::Role;
use crate::ask::Turn;
use crate::ask::Wish;
use crate::error;
use crate::error::ApiError;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;
use crate::structured::Strictness;
use serde_json::Value;

/// Checks the parameters against each other.
pub(super) fn check(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let abilities = ask.abilities;
    let absent = |name: &str| args.get(name).is_none();
    if !absent("functions") && (!absent("tools") || !absent("tool_choice")) {
        return Err(error::tools_and_functions());
    }
    // The older models mind an empty list, the newer ones do not.
    if !absent("tools") && args.list("tools").is_empty() && !abilities.takes_empty_tools {
        return Err(error::empty_array("tools", 1));
    }
    check_tools(args, ask)?;
    if !absent("top_logprobs") && !args.flag("logprobs") {
        return Err(error::needs_logprobs());
    }
    if args.text("prompt_cache_retention").is_some_and(|word| !matches!(word, "in_memory" | "24h")) {
        return Err(error::bad_retention());
    }
    check_format(args, ask)?;
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

fn check_tools(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    let (tools, older) = (&ask.calling.tools, ask.calling.older);
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
        schemas::check_function(&path, tool.name, tool.parameters, strictness(tool.strict))?;
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
    let named = match &ask.calling.wish {
        Wish::Named(name) => std::slice::from_ref(name),
        _ => ask.calling.allowed.as_deref().unwrap_or_default(),
    };
    match named.iter().find(|name| !tools.iter().any(|tool| tool.name == **name)) {
        Some(name) => Err(error::no_such_function(name)),
        None => Ok(()),
    }
}

/// What is not strict by its own word is loose.
fn strictness(strict: bool) -> Strictness {
    if strict { Strictness::Strict } else { Strictness::Loose }
}

fn check_format(args: &Args<'_>, ask: &Ask<'_>) -> Result<(), ApiError> {
    match args.field("response_format", "type").as_str() {
        Some("json_object") => {
            let mentions = |text: &str| text.to_ascii_lowercase().contains("json");
            if ask.turns.iter().flat_map(|turn| turn.texts()).any(mentions) {
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
                schema => schemas::check_response_format(name, schema, strictness(strict)),
            }
        }
        _ => Ok(()),
    }
}

/// Checks what each message holds, and that calls and their answers fit together.
pub(super) fn check_messages(messages: &[Turn<'_>], abilities: &Abilities) -> Result<(), ApiError> {
    for (at, message) in messages.iter().enumerate() {
        check_content(at, message)?;
        check_parts(at, message, abilities)?;
    }
    check_calls(messages)
}

fn check_content(at: usize, message: &Turn<'_>) -> Result<(), ApiError> {
    let has_other = !message.calls.is_empty()
        || message.function_call.is_some()
        || message.refusal.is_some()
        || message.has_audio;
    let fine = message.has_content || message.role == Role::Assistant && has_other;
    if fine { Ok(()) } else { Err(error::content_is_null(at)) }
}

fn check_parts(at: usize, message: &Turn<'_>, abilities: &Abilities) -> Result<(), ApiError> {
    for (place, part) in message.parts.iter().enumerate() {
        let path = || format!("messages[{at}].content[{place}]");
        match part {
            Part::Image(_) if message.role != Role::User => {
                return Err(error::image_of_other_role(at, message.role.name()));
            }
            Part::Image(_) if !abilities.sees => return Err(error::no_images(at, place)),
            Part::Image(image) => {
                let address = image.url.unwrap_or_default();
                if media::is_bare_base64(address) {
                    return Err(error::bare_base64(format!("{}.image_url.url", path())));
                }
                media::check_address(address)?;
            }
            Part::Sound(_) if !abilities.hears => return Err(error::no_audio_input(at)),
            Part::Sound(sound) => media::check_sound(*sound, &path())?,
            Part::File(file) => files::check(*file, &format!("{}.file", path()))?,
            _ => {}
        }
    }
    Ok(())
}

/// Every call is answered by the tool messages right behind it, and every tool message answers a call.
fn check_calls(messages: &[Turn<'_>]) -> Result<(), ApiError> {
    let mut open: Vec<&str> = Vec::new();
    let mut all: Vec<&str> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        if message.role == Role::Tool {
            let id = message.call_id;
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
        let ids = message.calls.iter().filter_map(|call| call.id);
        all = if message.role == Role::Assistant { ids.collect() } else { Vec::new() };
        open.clone_from(&all);
    }
    if open.is_empty() { Ok(()) } else { Err(error::unanswered_calls(messages.len(), open.join(", "))) }
}
