//! What a tool is given that is called.

use crate::ask::tools::Tool;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::json::spaced;
use crate::params::field;
use crate::plan::Call;
use crate::tokens::Encoding;
use serde_json::Value;
use serde_json::json;

/// One call, with arguments that its tool's schema allows.
pub(super) fn call(tool: &Tool<'_>, seed: Seed, space: bool, encoding: Encoding) -> Call {
    let arguments = if tool.custom {
        input(tool.format, seed)
    } else if tool.parameters.is_null() {
        "{}".to_owned()
    } else {
        let instance = schema::instance(tool.parameters, seed);
        if space { spaced(&instance) } else { instance.to_string() }
    };
    Call {
        id: call_id(seed),
        custom: tool.custom,
        name: tool.name.to_owned(),
        namespace: tool.namespace.map(str::to_owned),
        arguments,
        tokens: 0,
        pieces: Vec::new(),
        is_cut: false,
    }
    .measured(encoding)
}

/// The id of a call.
pub(super) fn call_id(seed: Seed) -> String {
    seed.part("id", 0).id("call_", 24)
}

/// What a custom tool is given: a match of its regular expression, or a sentence. A Lark grammar is
/// not followed.
fn input(format: &Value, seed: Seed) -> String {
    // Chat puts it into an object of its own.
    let grammar = match field(format, "grammar") {
        Value::Null => format,
        grammar => grammar,
    };
    if field(grammar, "syntax") == "regex" {
        let schema = json!({"type": "string", "pattern": field(grammar, "definition")});
        if let Some(text) = schema::instance(&schema, seed).as_str() {
            return text.to_owned();
        }
    }
    words::sentence(seed)
}

/// Ends calls after so many tokens of arguments; those that come after the end are left out.
pub(super) fn cut(calls: &mut Vec<Call>, mut room: usize, encoding: Encoding) {
    calls.retain_mut(|call| {
        let begun = room > 0;
        let count = call.tokens;
        if count > room {
            let kept = encoding.first(&call.arguments, room).len();
            call.arguments.truncate(kept);
            // What is left may be other tokens than before.
            *call = std::mem::take(call).measured(encoding);
        }
        room = room.saturating_sub(count);
        begun
    });
}
