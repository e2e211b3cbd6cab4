//! The tools of a request, and which of them are called.

use crate::api::ask::Api;
use crate::api::ask::Ask;
use crate::api::ask::messages::call;
use crate::api::ask::messages::calls;
use crate::api::ask::messages::since_user;
use crate::api::ask::messages::texts;
use crate::params::field;
use serde_json::Value;

/// A tool whose calls the client answers: a function, or one that takes any text.
#[derive(Clone, Copy)]
pub(in crate::api) struct Tool<'a> {
    pub(in crate::api) name: &'a str,
    /// The name of the namespace that it is in.
    pub(in crate::api) namespace: Option<&'a str>,
    pub(in crate::api) description: &'a str,
    /// The JSON Schema of its arguments; `null` where there is none.
    pub(in crate::api) parameters: &'a Value,
    pub(in crate::api) strict: bool,
    /// Whether it takes any text; `format` says which.
    pub(in crate::api) custom: bool,
    pub(in crate::api) format: &'a Value,
}

/// Reads a tool from the object that has its name.
pub(in crate::api) fn tool(given: &Value, custom: bool) -> Tool<'_> {
    let text = |name: &str| field(given, name).as_str().unwrap_or_default();
    Tool {
        name: text("name"),
        namespace: None,
        description: text("description"),
        parameters: field(given, "parameters"),
        strict: field(given, "strict") == true,
        custom,
        format: field(given, "format"),
    }
}

/// What a request asks of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Wish<'a> {
    None,
    /// Whatever the last message names.
    Auto,
    Required,
    /// This one.
    Named(&'a str),
}

/// What a word of `tool_choice` asks.
pub(in crate::api) fn word_of(word: &str) -> Wish<'_> {
    match word {
        "none" => Wish::None,
        "required" => Wish::Required,
        _ => Wish::Auto,
    }
}

/// The tools that are called, in order.
pub(in crate::api) fn called<'a>(ask: &Ask<'a>) -> Vec<Tool<'a>> {
    let may = |tool: &&Tool<'a>| ask.allowed.as_ref().is_none_or(|names| names.contains(&tool.name));
    let open: Vec<Tool<'a>> = ask.tools.iter().filter(may).copied().collect();
    let (asked, since) = since_user(&ask.turns);
    let mut named = match asked {
        Some(message) if since.is_empty() => mentioned(message, &open),
        _ => Vec::new(),
    };
    // The older form has one call, and so has a request that wants no parallel ones.
    if !ask.parallel || ask.api == Api::Functions {
        named.truncate(1);
    }
    match ask.wish {
        Wish::None => Vec::new(),
        Wish::Auto => named,
        Wish::Named(name) => open.iter().filter(|tool| tool.name == name).take(1).copied().collect(),
        Wish::Required if !named.is_empty() => named,
        Wish::Required => {
            let done: Vec<&str> = since.iter().flat_map(|turn| calls(turn)).map(|one| call(one).0).collect();
            let next = open.iter().find(|tool| !done.contains(&tool.name)).or(open.last());
            next.into_iter().copied().collect()
        }
    }
}

/// The tools that a message names, each as often as it does, in the order of the mentions.
fn mentioned<'a>(message: &Value, tools: &[Tool<'a>]) -> Vec<Tool<'a>> {
    const MOST: usize = 128;
    words(message)
        .filter_map(|(word, bare)| tools.iter().find(|tool| tool.name == word || tool.name == bare))
        .take(MOST)
        .copied()
        .collect()
}

/// Whether a message has a word that is this name.
pub(in crate::api) fn mentions(message: &Value, name: &str) -> bool {
    words(message).any(|(word, bare)| name == word || name == bare)
}

/// The words of a message that may be names, each also without the dash that it has before or behind it
/// at the end of a line of a list.
fn words(message: &Value) -> impl Iterator<Item = (&str, &str)> {
    let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    texts(message)
        .flat_map(move |text| text.split(move |c| !in_name(c)))
        .map(|word| (word, word.trim_matches('-')))
}
