//! The tools of a request, and which of them are called: the rules of docs/tools.md.

use crate::api::chat::messages::call;
use crate::api::chat::messages::calls;
use crate::api::chat::messages::last_of_user;
use crate::api::chat::messages::texts;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;

/// A tool, or a function of the older form.
#[derive(Clone, Copy)]
pub(super) struct Tool<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    /// The JSON Schema of its arguments; `null` where there is none.
    pub(super) parameters: &'a Value,
    pub(super) strict: bool,
    /// Whether it takes any text; `format` says which.
    pub(super) custom: bool,
    pub(super) format: &'a Value,
}

/// The declared tools, or the functions of the older form.
pub(super) fn declared<'a>(args: &Args<'a>) -> Vec<Tool<'a>> {
    let functions = args.list("functions").iter().map(|function| tool(function, false));
    let tools = args.list("tools").iter().map(|given| {
        let custom = field(given, "type") == "custom";
        tool(field(given, if custom { "custom" } else { "function" }), custom)
    });
    tools.chain(functions).collect()
}

fn tool(inner: &Value, custom: bool) -> Tool<'_> {
    let text = |name: &str| field(inner, name).as_str().unwrap_or_default();
    Tool {
        name: text("name"),
        description: text("description"),
        parameters: field(inner, "parameters"),
        strict: field(inner, "strict") == true,
        custom,
        format: field(inner, "format"),
    }
}

/// What a request asks of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    None,
    /// Whatever the last message names.
    Auto,
    Required,
    /// This one.
    Named(&'a str),
}

/// What was asked for, and the names of the tools that may be called; `None` where all may.
pub(super) fn wish<'a>(args: &Args<'a>) -> (Wish<'a>, Option<Vec<&'a str>>) {
    let choice = args.get("tool_choice").or_else(|| args.get("function_call"));
    match choice {
        None => (Wish::Auto, None),
        Some(Value::String(word)) => (word_of(word), None),
        Some(choice) => match field(choice, "type").as_str() {
            Some("allowed_tools") => {
                let allowed = field(choice, "allowed_tools");
                let names = field(allowed, "tools").as_array().into_iter().flatten();
                let names = names.map(|tool| call(tool).0).collect();
                (word_of(field(allowed, "mode").as_str().unwrap_or_default()), Some(names))
            }
            // A named tool of either kind, or the older form, which is but a name.
            _ => (Wish::Named(call(choice).0), None),
        },
    }
}

fn word_of(word: &str) -> Wish<'_> {
    match word {
        "none" => Wish::None,
        "required" => Wish::Required,
        _ => Wish::Auto,
    }
}

/// The tools that are called, in order.
pub(super) fn called<'a>(args: &Args<'a>, tools: &[Tool<'a>]) -> Vec<Tool<'a>> {
    let (wish, allowed) = wish(args);
    let may = |tool: &&Tool<'a>| allowed.as_ref().is_none_or(|names| names.contains(&tool.name));
    let open: Vec<Tool<'a>> = tools.iter().filter(may).copied().collect();
    let messages = args.list("messages");
    let (asked, since) = last_of_user(messages).unzip();
    let since: &[Value] = since.unwrap_or(messages);
    let mut named = match asked {
        Some(message) if since.is_empty() => mentioned(message, &open),
        _ => Vec::new(),
    };
    // The older form has one call, and so has a request that wants no parallel ones.
    if args.get("parallel_tool_calls").is_some_and(|parallel| parallel == false)
        || !args.list("functions").is_empty()
    {
        named.truncate(1);
    }
    match wish {
        Wish::None => Vec::new(),
        Wish::Auto => named,
        Wish::Named(name) => open.iter().filter(|tool| tool.name == name).take(1).copied().collect(),
        Wish::Required if !named.is_empty() => named,
        Wish::Required => {
            let done: Vec<&str> = since.iter().flat_map(calls).map(|one| call(one).0).collect();
            let next = open.iter().find(|tool| !done.contains(&tool.name)).or(open.last());
            next.into_iter().copied().collect()
        }
    }
}

/// The tools that a message names, each as often as it does, in the order of the mentions.
fn mentioned<'a>(message: &Value, tools: &[Tool<'a>]) -> Vec<Tool<'a>> {
    const MOST: usize = 128;
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    texts(message)
        .flat_map(|text| text.split(|c| !word(c)))
        .filter_map(|word| {
            // A name at the end of a line of a list may have a dash before or behind it.
            let bare = word.trim_matches('-');
            tools.iter().find(|tool| tool.name == word || tool.name == bare)
        })
        .take(MOST)
        .copied()
        .collect()
}
