//! The tools that a model is offered: those of the request, those that items add on the way, and those that
//! the client has found for it.

use crate::api::items::rules::kind;
use crate::params::Args;
use crate::params::field;
use serde_json::Value;
use serde_json::json;

/// All of them: behind those that were declared stand those that came later.
pub(super) fn tools(args: &Args<'_>, items: &[&Value]) -> Vec<Value> {
    let mut tools = args.list("tools").to_vec();
    for item in items {
        let given = || field(item, "tools").as_array().into_iter().flatten();
        match kind(item) {
            "additional_tools" => tools.extend(given().cloned()),
            // What the server finds was declared to it.
            "tool_search_output" if field(item, "execution") == "client" => tools.extend(given().map(found)),
            _ => {}
        }
    }
    tools
}

/// A tool that was found, which is alone in a namespace of its name.
fn found(tool: &Value) -> Value {
    if !matches!(kind(tool), "function" | "custom") {
        return tool.clone();
    }
    let mut loaded = tool.clone();
    if let Some(fields) = loaded.as_object_mut() {
        fields.shift_remove("defer_loading");
    }
    json!({
        "type": "namespace",
        "description": field(tool, "description"),
        "name": field(tool, "name"),
        "tools": [loaded],
    })
}
