//! Counts the tokens of a prompt as the models do: messages, tools, images, sounds and files. The numbers
//! were measured on recorded requests; those of tools are right within a few tokens.

use crate::api::ask::Ask;
use crate::api::ask::Format;
use crate::api::ask::media;
use crate::api::ask::messages::call;
use crate::api::ask::messages::calls;
use crate::api::ask::messages::kind;
use crate::api::ask::messages::parts;
use crate::api::ask::messages::role;
use crate::api::ask::messages::texts;
use crate::api::ask::tools::Tool;
use crate::model::Abilities;
use crate::params::field;
use crate::tokens::Encoding;
use serde_json::Value;

/// Tokens around each message.
const PER_MESSAGE: usize = 4;
/// What a schema costs besides its text.
const PER_SCHEMA: usize = 15;

/// The tokens of the whole prompt.
pub(in crate::api) fn tokens(ask: &Ask<'_>) -> usize {
    let abilities = ask.abilities;
    let all: usize = ask.turns.iter().map(|turn| of_turn(turn, abilities)).sum();
    let schema = match ask.format {
        Format::Schema(schema) if !schema.is_null() => {
            abilities.encoding.count(&schema.to_string()) + PER_SCHEMA
        }
        _ => 0,
    };
    (all + ask.overheads().priming + schema + of_tools(ask)).saturating_sub(abilities.prompt_discount)
}

fn of_turn(turn: &Value, abilities: &Abilities) -> usize {
    let encoding = abilities.encoding;
    let texts: usize = texts(turn).map(|text| encoding.count(text)).sum();
    let text = |name: &str| field(turn, name).as_str().map_or(0, |text| encoding.count(text));
    let thought = if role(turn) == "assistant" { abilities.remembered } else { 0 };
    let parts: usize = parts(turn).iter().map(|part| of_part(part, abilities)).sum();
    // An item that is a call has the call's name, not its author's.
    let author = if field(turn, "role").is_null() { 0 } else { text("name") };
    texts + author + text("refusal") + parts + of_calls(turn, encoding) + thought + PER_MESSAGE
}

/// The tokens of a message that are sound.
pub(in crate::api) fn tokens_of_sound(message: &Value) -> usize {
    let sounds = parts(message).iter().filter(|part| kind(part) == "input_audio");
    sounds.map(|part| media::sound_tokens(field(part, "input_audio"))).sum()
}

fn of_part(part: &Value, abilities: &Abilities) -> usize {
    match kind(part) {
        "image_url" | "input_image" => media::image_tokens(part, abilities),
        "input_audio" => media::sound_tokens(field(part, "input_audio")),
        "file" => media::file_tokens(field(part, "file")),
        "input_file" => media::file_tokens(part),
        "refusal" => field(part, "refusal").as_str().map_or(0, |text| abilities.encoding.count(text)),
        _ => 0,
    }
}

fn of_calls(message: &Value, encoding: Encoding) -> usize {
    let older = field(message, "function_call");
    let all = calls(message).iter().chain((!older.is_null()).then_some(older));
    let each = |one: &Value| {
        let (name, arguments) = call(one);
        encoding.count(name) + encoding.count(arguments)
    };
    let counts: Vec<usize> = all.map(each).collect();
    let around = match counts.len() {
        0 => 0,
        1 => 7,
        many => 29 + 6 * (many - 2),
    };
    counts.iter().sum::<usize>() + around
}

/// Tools reach the model as TypeScript, in the system message.
fn of_tools(ask: &Ask<'_>) -> usize {
    let Ask { tools, abilities, .. } = ask;
    if tools.is_empty() {
        return 0;
    }
    let bare = |tool: &&Tool<'_>| {
        let properties = field(tool.parameters, "properties").as_object();
        let first = properties.and_then(|properties| properties.values().next());
        first.is_some_and(|first| field(first, "description").is_null())
    };
    let rendered = abilities.encoding.count(&typescript(tools));
    let told = ask.turns.iter().any(|turn| matches!(role(turn), "system" | "developer"));
    let around = if told { ask.overheads().tools_in_system } else { ask.overheads().tools };
    (rendered + around).saturating_sub(tools.iter().filter(bare).count())
}

fn typescript(tools: &[Tool<'_>]) -> String {
    let mut text = String::from("namespace functions {\n\n");
    for tool in tools {
        comment(&mut text, tool.description);
        text.push_str("type ");
        text.push_str(tool.name);
        if field(tool.parameters, "properties").as_object().is_some_and(|fields| !fields.is_empty()) {
            text.push_str(" = (_: ");
            object(&mut text, tool.parameters, 0);
            text.push_str(") => any;\n\n");
        } else {
            text.push_str(" = () => any;\n\n");
        }
    }
    text.push_str("} // namespace functions");
    text
}

fn comment(text: &mut String, comment: &str) {
    for line in comment.lines() {
        text.push_str("// ");
        text.push_str(line);
        text.push('\n');
    }
}

/// Deeper schemas are cut: the JSON of a request ends at a depth of 128.
fn object(text: &mut String, schema: &Value, depth: usize) {
    text.push_str("{\n");
    let required = field(schema, "required").as_array().map_or(&[][..], Vec::as_slice);
    for (name, property) in field(schema, "properties").as_object().into_iter().flatten() {
        comment(text, field(property, "title").as_str().unwrap_or_default());
        comment(text, field(property, "description").as_str().unwrap_or_default());
        text.push_str(name);
        text.push_str(if required.iter().any(|one| one == name) { ": " } else { "?: " });
        kind_of(text, property, depth + 1);
        text.push_str(",\n");
    }
    text.push('}');
}

fn kind_of(text: &mut String, schema: &Value, depth: usize) {
    if let Some(values) = field(schema, "enum").as_array() {
        for (at, value) in values.iter().enumerate() {
            text.push_str(if at > 0 { " | " } else { "" });
            text.push_str(&value.to_string());
        }
        return;
    }
    match field(schema, "type").as_str() {
        Some("string") => text.push_str("string"),
        Some("number" | "integer") => text.push_str("number"),
        Some("boolean") => text.push_str("boolean"),
        Some("array") => {
            kind_of(text, field(schema, "items"), depth + 1);
            text.push_str("[]");
        }
        Some("object") if !field(schema, "properties").is_null() && depth < 64 => {
            object(text, schema, depth);
        }
        Some("object") => text.push_str("object"),
        _ => text.push_str("any"),
    }
}
