//! Reads the parameters of a chat completion: what the model is asked.

use crate::ask::Ask;
use crate::ask::Calling;
use crate::ask::Endpoint;
use crate::ask::Format;
use crate::ask::Structure;
use crate::ask::Thinking;
use crate::ask::Tool;
use crate::ask::Turn;
use crate::ask::Wish;
use crate::ask::Wording;
use crate::ask::call;
use crate::ask::stops;
use crate::params::Args;
use crate::params::field;
use crate::rules::Occasion;
use serde_json::Value;

/// What the model is asked, these being the messages.
pub(super) fn ask<'a>(args: &Args<'a>, messages: &'a [Turn<'a>], occasion: Occasion<'a>) -> Ask<'a> {
    let model = args.text("model").unwrap_or_default();
    let new = Ask::new(Endpoint::Chat, model, messages.iter().collect(), occasion);
    let (wish, allowed) = wish(args);
    let format = match args.field("response_format", "type").as_str() {
        Some("json_object") => Format::Object,
        Some("json_schema") => Format::Schema(Structure::read(args.field("response_format", "json_schema"))),
        _ => Format::Text,
    };
    let wording = Wording {
        choices: args.count("n").unwrap_or(1) as usize,
        limit: args.count("max_completion_tokens").or(args.count("max_tokens")),
        stops: stops(args.get("stop")),
        biases: args.get("logit_bias").and_then(Value::as_object),
        guesses: args.flag("logprobs").then(|| args.count("top_logprobs").unwrap_or(0) as usize),
        format,
        verbosity: args.text("verbosity"),
        speech: args.field("audio", "format").as_str().filter(|_| speaks(args)),
        ..Wording::default()
    };
    let calling = Calling {
        tools: tools(args),
        wish,
        allowed,
        parallel: args.get("parallel_tool_calls").is_none_or(|parallel| parallel != false),
        older: args.get("functions").is_some(),
    };
    let effort = args.text("reasoning_effort").unwrap_or(new.abilities.default_effort);
    Ask {
        wording,
        calling,
        thinking: Thinking { effort, ..Thinking::default() },
        moderator: args.field("moderation", "model").as_str(),
        ..new
    }
}

/// Whether an answer that can be heard is asked for.
pub(super) fn speaks(args: &Args<'_>) -> bool {
    args.list("modalities").iter().any(|word| word == "audio")
}

/// The declared tools, or the functions of the older form.
fn tools<'a>(args: &Args<'a>) -> Vec<Tool<'a>> {
    let functions = args.list("functions").iter().map(|function| Tool::read(function, false));
    let tools = args.list("tools").iter().map(|given| {
        let custom = field(given, "type") == "custom";
        Tool::read(field(given, if custom { "custom" } else { "function" }), custom)
    });
    tools.chain(functions).collect()
}

/// What was asked for, and the names of the tools that may be called; `None` where all may.
fn wish<'a>(args: &Args<'a>) -> (Wish<'a>, Option<Vec<&'a str>>) {
    let choice = args.get("tool_choice").or_else(|| args.get("function_call"));
    match choice {
        None => (Wish::Auto, None),
        Some(Value::String(word)) => (Wish::of_word(word), None),
        Some(choice) => match field(choice, "type").as_str() {
            Some("allowed_tools") => {
                let allowed = field(choice, "allowed_tools");
                let names = field(allowed, "tools").as_array().into_iter().flatten();
                let names = names.map(|tool| call(tool).name).collect();
                (Wish::of_word(field(allowed, "mode").as_str().unwrap_or_default()), Some(names))
            }
            // A named tool of either kind, or the older form, which is but a name.
            _ => (Wish::Named(call(choice).name), None),
        },
    }
}
