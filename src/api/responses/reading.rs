//! Reads the parameters of a response: what the model is asked, and what else was chosen.

use crate::api::images::order_of_tool;
use crate::api::items::rules::kind;
use crate::ask::Approval;
use crate::ask::Ask;
use crate::ask::Calling;
use crate::ask::Compacting;
use crate::ask::Endpoint;
use crate::ask::Format;
use crate::ask::HostedKind;
use crate::ask::HostedTool;
use crate::ask::Hosting;
use crate::ask::McpTool;
use crate::ask::Structure;
use crate::ask::Thinking;
use crate::ask::Tool;
use crate::ask::Turn;
use crate::ask::Wish;
use crate::ask::Wording;
use crate::model;
use crate::model::Abilities;
use crate::params::Args;
use crate::params::field;
use crate::rules::Occasion;
use crate::structured::Strictness;
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
fn tools(offered: &[Value]) -> Vec<Tool<'_>> {
    let runs = |given: &&Value| matches!(kind(given), "function" | "custom");
    let inner = |given| {
        let (namespace, inner) = match kind(given) {
            "namespace" => (
                field(given, "name").as_str(),
                field(given, "tools").as_array().map_or(&[][..], Vec::as_slice),
            ),
            _ => (None, std::slice::from_ref(given)),
        };
        let read = move |given| Tool { namespace, ..Tool::read(given, kind(given) == "custom") };
        inner.iter().filter(runs).map(read)
    };
    offered.iter().flat_map(inner).collect()
}

/// The tools that run on the server, and that `tool_choice` lets be used.
fn hosted<'a>(args: &Args<'_>, offered: &'a [Value]) -> Vec<HostedTool<'a>> {
    let choice = args.get("tool_choice");
    let may = |tool: &&Value| choice.is_none_or(|choice| permits(choice, tool));
    offered.iter().filter(may).filter_map(hosted_tool).collect()
}

fn hosted_tool(given: &Value) -> Option<HostedTool<'_>> {
    let kind = kind(given);
    let (name, what) = match kind {
        "file_search" => (kind, HostedKind::FileSearch),
        "code_interpreter" => {
            (kind, HostedKind::CodeInterpreter { container: field(given, "container").as_str() })
        }
        // What it was declared with is checked elsewhere.
        "image_generation" => (kind, HostedKind::ImageGeneration(order_of_tool(given).ok()?)),
        "mcp" => {
            let tool = mcp_tool(given);
            (tool.label, HostedKind::Mcp(tool))
        }
        kind if is_web_search(kind) => ("web_search", HostedKind::WebSearch),
        _ => return None,
    };
    Some(HostedTool { kind, name, what })
}

/// The schema of a function's parameters, `null` where it says nothing.
pub(super) fn parameters(tool: &Value) -> &Value {
    match field(tool, "parameters") {
        Value::Object(empty) if empty.is_empty() => &Value::Null,
        schema => schema,
    }
}

/// What a function or a format says of `strict`. Where it is left out, a schema that cannot be strict is used as
/// it is; `null` says false.
pub(super) fn strictness(given: &Value) -> Strictness {
    match given.get("strict") {
        None => Strictness::IfPossible,
        Some(strict) if strict == true => Strictness::Strict,
        Some(_) => Strictness::Loose,
    }
}

pub(super) fn is_web_search(kind: &str) -> bool {
    kind.starts_with("web_search")
}

/// Whether `tool_choice` lets a hosted tool be used.
fn permits(choice: &Value, tool: &Value) -> bool {
    let is = |chosen: &Value| {
        let same = kind(chosen) == kind(tool) || is_web_search(kind(chosen)) && is_web_search(kind(tool));
        same && (kind(tool) != "mcp" || field(chosen, "server_label") == field(tool, "server_label"))
    };
    match choice {
        Value::String(word) => word != "none",
        choice if kind(choice) == "allowed_tools" => {
            field(choice, "tools").as_array().is_some_and(|allowed| allowed.iter().any(is))
        }
        choice => is(choice),
    }
}

/// An MCP server. The client is asked before a tool runs, unless the request says otherwise.
fn mcp_tool(given: &Value) -> McpTool<'_> {
    let allowed = field(given, "allowed_tools");
    let approval = field(given, "require_approval");
    McpTool {
        label: field(given, "server_label").as_str().unwrap_or_default(),
        allowed: words(if allowed.is_object() { field(allowed, "tool_names") } else { allowed }),
        approval: match approval {
            Value::String(word) if word == "never" => Approval::Never,
            Value::Object(_) => Approval::Unless(words(field(field(approval, "never"), "tool_names"))),
            _ => Approval::Always,
        },
    }
}

fn words(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What was asked of the tools that the client runs, and the names of those that may be called; `None` where
/// all may.
fn wish<'a>(choice: Option<&'a Value>) -> (Wish<'a>, Option<Vec<&'a str>>) {
    let name = |tool: &'a Value| field(tool, "name").as_str();
    match choice {
        None => (Wish::Auto, None),
        Some(Value::String(word)) => (Wish::of_word(word), None),
        Some(choice) => match kind(choice) {
            "function" | "custom" => (Wish::Named(name(choice).unwrap_or_default()), None),
            "allowed_tools" => {
                let allowed = field(choice, "tools").as_array().into_iter().flatten().filter_map(name);
                (Wish::of_word(field(choice, "mode").as_str().unwrap_or_default()), Some(allowed.collect()))
            }
            // Another tool, which runs on the server.
            _ => (Wish::None, None),
        },
    }
}

/// When the conversation is compacted: where the last item says so, or once it is as long as this.
fn compacting(args: &Args<'_>) -> Compacting {
    if args.list("input").last().is_some_and(|item| kind(item) == "compaction_trigger") {
        return Compacting::Now;
    }
    let thresholds = args.list("context_management").iter();
    let least = thresholds.filter_map(|entry| field(entry, "compact_threshold").as_u64()).min();
    least.map_or(Compacting::Never, Compacting::Above)
}

/// What the model is asked, these being the tools that it is offered, and the items: so many of them tell it
/// what to do, and are of this request alone; the others are what came before and what is said now.
pub(super) fn ask<'a>(
    args: &Args<'a>,
    offered: &'a [Value],
    items: &'a [Turn<'a>],
    told: usize,
    occasion: Occasion<'a>,
) -> Ask<'a> {
    let read = items.iter().enumerate().filter(|(at, turn)| *at < told || turn.is_read());
    let turns = read.map(|(_, turn)| turn).collect();
    let new = Ask::new(Endpoint::Responses, model(args), turns, occasion);
    let (wish, allowed) = wish(args.get("tool_choice"));
    let updated = items.iter().rev().map(|item| item.update);
    let format = updated.clone().find_map(|update| update.format);
    let format = format.unwrap_or_else(|| args.field("text", "format"));
    let most = args.count("max_tool_calls");
    let wording = Wording {
        limit: args.count("max_output_tokens"),
        guesses: includes(args, "message.output_text.logprobs")
            .then(|| args.count("top_logprobs").unwrap_or(0) as usize),
        format: match field(format, "type").as_str() {
            Some("json_object") => Format::Object,
            Some("json_schema") => Format::Schema(Structure::read(format)),
            _ => Format::Text,
        },
        verbosity: args.field("text", "verbosity").as_str(),
        ..Wording::default()
    };
    let hosting = Hosting {
        tools: hosted(args, offered),
        most: most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX)),
        include: args.list("include").iter().filter_map(Value::as_str).collect(),
        declared: offered.iter().map(kind).collect(),
    };
    let thinking = Thinking {
        effort: updated
            .clone()
            .find_map(|update| update.effort)
            .unwrap_or_else(|| effort(args, new.abilities)),
        summary_parts: match summary(args) {
            None => 0,
            Some("concise") => 1,
            Some(_) => 2,
        },
        // Whether or not `include` asks for it.
        is_told: true,
        is_pro: args.field("reasoning", "mode") == "pro",
    };
    Ask {
        items: &items[told..],
        wording,
        calling: Calling { tools: tools(offered), wish, allowed, parallel: parallel(args), older: false },
        hosting,
        thinking,
        compacting: compacting(args),
        moderator: args.field("moderation", "model").as_str(),
        ..new
    }
}
