//! Tools of MCP servers. No server is spoken to: each is taken to have the tools that the request allows
//! by name, or one that searches.

use crate::api::ask::kind;
use crate::api::responses::hosted::Room;
use crate::api::responses::hosted::Used;
use crate::api::responses::hosted::deltas;
use crate::api::responses::hosted::step;
use crate::api::responses::hosted::told;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::params::field;
use serde_json::Value;
use serde_json::json;

/// What a server is taken to have where the request allows no tools by name.
const SEARCH: &str = "search";

/// Runs what the client has allowed since the last answer.
pub(super) fn go_on(room: &Room<'_>, used: &mut Used) {
    let answered = room.items.iter().rev().take_while(|item| kind(item) == "mcp_approval_response");
    let answers: Vec<&&Value> = answered.collect();
    for (at, answer) in answers.into_iter().rev().enumerate() {
        let id = text(answer, "approval_request_id");
        let asked =
            room.items.iter().find(|item| kind(item) == "mcp_approval_request" && text(item, "id") == id);
        if let Some(asked) = asked.filter(|_| field(answer, "approve") == true) {
            let (label, name, arguments) =
                (text(asked, "server_label"), text(asked, "name"), text(asked, "arguments"));
            run(room, label, name, arguments, Some(id), room.seed.part("allowed", at), used);
        }
    }
}

/// Lists a server's tools, unless that was done before, and calls the first, or asks whether it may.
pub(super) fn call(room: &Room<'_>, tool: &Value, seed: Seed, used: &mut Used) {
    let label = text(tool, "server_label");
    let lists_it = |item: &&Value| kind(item) == "mcp_list_tools" && text(item, "server_label") == label;
    if !room.items.iter().any(lists_it) {
        list(room, tool, used);
    }
    let Some(name) = allowed(tool).first().copied() else { return };
    let arguments = schema::instance(&input_schema(), seed).to_string();
    used.tokens += room.count(name) + room.count(&arguments);
    if asks_first(tool, name) {
        let item = json!({
            "type": "mcp_approval_request",
            "arguments": arguments,
            "name": name,
            "server_label": label,
        });
        used.add(room, "mcpr_", item, json!({}), Vec::new());
        used.waits = true;
    } else {
        run(room, label, name, &arguments, None, seed, used);
    }
}

fn list(room: &Room<'_>, tool: &Value, used: &mut Used) {
    let tools: Vec<Value> = allowed(tool)
        .into_iter()
        .map(|name| {
            json!({
                "annotations": {"read_only": true},
                "description": format!("The tool {name} of this server."),
                "input_schema": input_schema(),
                "name": name,
            })
        })
        .collect();
    // Without `error`, which is told only where there was one: clients take null for a mistake.
    let item = json!({
        "type": "mcp_list_tools",
        "server_label": text(tool, "server_label"),
        "tools": tools,
    });
    let steps = vec![step("mcp_list_tools.in_progress"), step("mcp_list_tools.completed")];
    used.add(room, "mcpl_", item, json!({"tools": []}), steps);
}

fn run(
    room: &Room<'_>,
    label: &str,
    name: &str,
    arguments: &str,
    request: Option<&str>,
    seed: Seed,
    used: &mut Used,
) {
    let mut steps = vec![step("mcp_call.in_progress")];
    steps.extend(deltas(room, "mcp_call_arguments.delta", arguments));
    steps.push(told("mcp_call_arguments.done", json!({"arguments": arguments})));
    steps.push(step("mcp_call.completed"));
    let item = json!({
        "type": "mcp_call",
        "status": "completed",
        "approval_request_id": request,
        "arguments": arguments,
        "error": null,
        "name": name,
        "output": words::sentence(seed.part("output", 0)),
        "server_label": label,
    });
    used.add(room, "mcp_", item, json!({"status": "in_progress", "arguments": "", "output": null}), steps);
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    field(value, name).as_str().unwrap_or_default()
}

/// The names of the tools that may be used.
fn allowed(tool: &Value) -> Vec<&str> {
    let allowed = field(tool, "allowed_tools");
    let names = if allowed.is_object() { field(allowed, "tool_names") } else { allowed };
    let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if names.is_empty() { vec![SEARCH] } else { names }
}

fn input_schema() -> Value {
    json!({
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": ["query"],
        "additionalProperties": false,
    })
}

/// Whether the client is asked before a tool runs, which is so unless it says otherwise.
fn asks_first(tool: &Value, name: &str) -> bool {
    let approval = field(tool, "require_approval");
    let lists = |word: &str| {
        let names = field(field(approval, word), "tool_names").as_array();
        names.is_some_and(|names| names.iter().any(|one| one == name))
    };
    match approval {
        Value::String(word) => word != "never",
        Value::Object(_) => !lists("never"),
        _ => true,
    }
}
