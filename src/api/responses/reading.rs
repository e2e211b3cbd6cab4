//! Reads the parameters of a response: what the model is asked, and what else was chosen.

use crate::api::ask::Api;
use crate::api::ask::Ask;
use crate::api::ask::Format;
use crate::api::ask::Tool;
use crate::api::ask::Wish;
use crate::api::ask::kind;
use crate::api::ask::tool;
use crate::api::ask::word_of;
use crate::model;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;

pub(super) fn model<'a>(args: &Args<'a>) -> &'a str {
    args.text("model").unwrap_or(model::OF_PROMPT)
}

/// Whether the response can be found again.
pub(super) fn stores(args: &Args<'_>) -> bool {
    args.get("store").is_none_or(|store| store != false)
}

pub(super) fn parallel(args: &Args<'_>) -> bool {
    args.get("parallel_tool_calls").is_none_or(|parallel| parallel != false)
}

/// How hard the model thinks. One that is not known does so where its thoughts are asked for.
pub(super) fn effort<'a>(args: &Args<'a>, abilities: &'a Abilities) -> &'a str {
    let given = args.field("reasoning", "effort").as_str();
    let asked = summary(args).filter(|_| !abilities.is_known());
    given.or(asked.map(|_| "medium")).unwrap_or(abilities.default_effort)
}

/// Whether it is a model that reasons, as far as is known.
pub(super) fn reasons(args: &Args<'_>, abilities: &Abilities) -> bool {
    abilities.reasons() || effort(args, abilities) != "none"
}

/// Which summary of the thoughts is wanted; the older name as well.
pub(super) fn summary<'a>(args: &Args<'a>) -> Option<&'a str> {
    let word = |name| args.field("reasoning", name).as_str();
    word("summary").or_else(|| word("generate_summary"))
}

pub(super) fn includes(args: &Args<'_>, what: &str) -> bool {
    args.list("include").iter().any(|word| word == what)
}

/// The id of the conversation that the response goes into.
pub(super) fn conversation<'a>(args: &Args<'a>) -> Option<&'a str> {
    let given = args.get("conversation")?;
    given.as_str().or_else(|| field(given, "id").as_str())
}

/// The tools that the client runs, those of namespaces included.
fn tools<'a>(args: &Args<'a>) -> Vec<Tool<'a>> {
    let runs = |given: &&Value| matches!(kind(given), "function" | "custom");
    let inner = |given: &'a Value| {
        let (namespace, inner) = match kind(given) {
            "namespace" => (
                field(given, "name").as_str(),
                field(given, "tools").as_array().map_or(&[][..], Vec::as_slice),
            ),
            _ => (None, std::slice::from_ref(given)),
        };
        let read = move |given| Tool { namespace, ..tool(given, kind(given) == "custom") };
        inner.iter().filter(runs).map(read)
    };
    args.list("tools").iter().flat_map(inner).collect()
}

/// What was asked of these tools, and the names of those that may be called; `None` where all may.
fn wish<'a>(choice: Option<&'a Value>) -> (Wish<'a>, Option<Vec<&'a str>>) {
    let name = |tool: &'a Value| field(tool, "name").as_str();
    match choice {
        None => (Wish::Auto, None),
        Some(Value::String(word)) => (word_of(word), None),
        Some(choice) => match kind(choice) {
            "function" | "custom" => (Wish::Named(name(choice).unwrap_or_default()), None),
            "allowed_tools" => {
                let allowed = field(choice, "tools").as_array().into_iter().flatten().filter_map(name);
                (word_of(field(choice, "mode").as_str().unwrap_or_default()), Some(allowed.collect()))
            }
            // Another tool, which runs on the server.
            _ => (Wish::None, None),
        },
    }
}

/// What the model is asked, these being the messages, calls and outputs.
pub(super) fn ask<'a>(
    args: &Args<'a>,
    abilities: &'a Abilities,
    turns: Vec<&'a Value>,
    created: u64,
) -> Ask<'a> {
    let (wish, allowed) = wish(args.get("tool_choice"));
    let format = args.field("text", "format");
    Ask {
        api: Api::Responses,
        abilities,
        turns,
        tools: tools(args),
        wish,
        allowed,
        parallel: parallel(args),
        format: match kind(format) {
            "json_object" => Format::Object,
            "json_schema" => Format::Schema(field(format, "schema")),
            _ => Format::Text,
        },
        verbosity: args.field("text", "verbosity").as_str(),
        effort: effort(args, abilities),
        biases: None,
        stops: Vec::new(),
        limit: args.count("max_output_tokens"),
        guesses: includes(args, "message.output_text.logprobs")
            .then(|| args.count("top_logprobs").unwrap_or(0) as usize),
        speech: None,
        created,
    }
}
