//! The tools of a request whose calls the client answers, and which of them are called.

use crate::ask::Ask;
use crate::ask::turn::Turn;
use crate::ask::turn::since_user;
use crate::params::field;
use serde_json::Value;

/// A tool whose calls the client answers: a function, or one that takes any text.
#[derive(Clone, Copy)]
pub(crate) struct Tool<'a> {
    pub(crate) name: &'a str,
    /// The name of the namespace that it is in.
    pub(crate) namespace: Option<&'a str>,
    pub(crate) description: &'a str,
    /// The JSON Schema of its arguments; `null` where there is none.
    pub(crate) parameters: &'a Value,
    pub(crate) strict: bool,
    /// Whether it takes any text; `format` says which.
    pub(crate) custom: bool,
    pub(crate) format: &'a Value,
}

impl<'a> Tool<'a> {
    /// Reads a tool from the object that has its name.
    pub(crate) fn read(given: &'a Value, custom: bool) -> Tool<'a> {
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
}

/// What the client offers to run, and what it wants of that.
pub(crate) struct Calling<'a> {
    pub(crate) tools: Vec<Tool<'a>>,
    pub(crate) wish: Wish<'a>,
    /// The names of the tools that may be called; `None` where all may.
    pub(crate) allowed: Option<Vec<&'a str>>,
    /// Whether several tools may be called at once.
    pub(crate) parallel: bool,
    /// Whether a call is told in the older form, which has one call and no id.
    pub(crate) older: bool,
}

impl Default for Calling<'_> {
    fn default() -> Self {
        Calling { tools: Vec::new(), wish: Wish::Auto, allowed: None, parallel: true, older: false }
    }
}

/// What a request asks of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish<'a> {
    None,
    /// Whatever the last message names.
    Auto,
    Required,
    /// This one.
    Named(&'a str),
}

impl Wish<'_> {
    /// What a word of `tool_choice` asks.
    pub(crate) fn of_word(word: &str) -> Wish<'static> {
        match word {
            "none" => Wish::None,
            "required" => Wish::Required,
            _ => Wish::Auto,
        }
    }
}

/// The tools that are called, in order.
pub(super) fn called<'a>(ask: &Ask<'a>) -> Vec<Tool<'a>> {
    let may = |tool: &&Tool<'a>| ask.calling.allowed.as_ref().is_none_or(|names| names.contains(&tool.name));
    let open: Vec<Tool<'a>> = ask.calling.tools.iter().filter(may).copied().collect();
    let (asked, since) = since_user(&ask.turns);
    let mut named = match asked {
        Some(message) if since.is_empty() => mentioned(message, &open),
        _ => Vec::new(),
    };
    // The older form has one call, and so has a request that wants no parallel ones.
    if !ask.calling.parallel || ask.calling.older {
        named.truncate(1);
    }
    match ask.calling.wish {
        Wish::None => Vec::new(),
        Wish::Auto => named,
        Wish::Named(name) => open.iter().filter(|tool| tool.name == name).take(1).copied().collect(),
        Wish::Required if !named.is_empty() => named,
        Wish::Required => {
            let done: Vec<&str> = since.iter().flat_map(|turn| &turn.calls).map(|call| call.name).collect();
            let next = open.iter().find(|tool| !done.contains(&tool.name)).or(open.last());
            next.into_iter().copied().collect()
        }
    }
}

/// The tools that a message names, each as often as it does, in the order of the mentions.
fn mentioned<'a>(message: &Turn<'_>, tools: &[Tool<'a>]) -> Vec<Tool<'a>> {
    const MOST: usize = 128;
    if tools.is_empty() {
        return Vec::new();
    }
    words(message)
        .filter_map(|(word, bare)| tools.iter().find(|tool| tool.name == word || tool.name == bare))
        .take(MOST)
        .copied()
        .collect()
}

/// Whether a message has a word that is this name.
pub(super) fn mentions(message: &Turn<'_>, name: &str) -> bool {
    words(message).any(|(word, bare)| name == word || name == bare)
}

/// The words of a message that may be names, each also without the dash that it has before or behind it
/// at the end of a line of a list.
fn words<'a>(message: &Turn<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    message
        .texts()
        .flat_map(move |text| text.split(move |c| !in_name(c)))
        .map(|word| (word, word.trim_matches('-')))
}
