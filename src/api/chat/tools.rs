//! The tools of a chat: `tools`, or the older `functions`.

use crate::api::ask::Tool;
use crate::api::ask::Wish;
use crate::api::ask::call;
use crate::api::ask::tool;
use crate::api::ask::word_of;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;

/// The declared tools, or the functions of the older form.
pub(super) fn declared<'a>(args: &Args<'a>) -> Vec<Tool<'a>> {
    let functions = args.list("functions").iter().map(|function| tool(function, false));
    let tools = args.list("tools").iter().map(|given| {
        let custom = field(given, "type") == "custom";
        tool(field(given, if custom { "custom" } else { "function" }), custom)
    });
    tools.chain(functions).collect()
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
