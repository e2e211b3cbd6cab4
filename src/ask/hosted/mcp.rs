//! Tools of MCP servers. No server is spoken to: each is taken to have the tools that the request allows
//! by name, or one that searches.

use crate::ask::hosted::Room;
use crate::ask::hosted::Used;
use crate::ask::hosted::deltas;
use crate::ask::hosted::step;
use crate::ask::hosted::steps;
use crate::ask::hosted::told;
use crate::ask::turn::McpRef;
use crate::ask::turn::Turn;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::plan::HostedStep;
use crate::tokens::Encoding;
use serde_json::Value;
use serde_json::json;

/// What a server is taken to have where the request allows no tools by name.
const SEARCH: &str = "search";

/// A server and what may be done with it.
pub(crate) struct McpTool<'a> {
    pub(crate) label: &'a str,
    /// The names of the tools that may be used; none where none is named.
    pub(crate) allowed: Vec<&'a str>,
    pub(crate) approval: Approval<'a>,
}

/// Whether the client is asked before a tool runs.
pub(crate) enum Approval<'a> {
    Always,
    Never,
    /// For all but these.
    Unless(Vec<&'a str>),
}

impl McpTool<'_> {
    fn tools(&self) -> &[&str] {
        if self.allowed.is_empty() { &[SEARCH] } else { &self.allowed }
    }

    fn asks_first(&self, name: &str) -> bool {
        match &self.approval {
            Approval::Always => true,
            Approval::Never => false,
            Approval::Unless(names) => !names.contains(&name),
        }
    }
}

/// Runs what the client has allowed since the last answer.
pub(super) fn go_on(room: &Room<'_>, used: &mut Used) {
    let items = room.ask.items;
    let answered = items.iter().rev().take_while(|item| item.kind == "mcp_approval_response").count();
    for (at, answer) in items[items.len() - answered..].iter().enumerate() {
        let id = answer.mcp.request;
        let is_asked = |item: &&Turn<'_>| item.kind == "mcp_approval_request" && item.id == Some(id);
        if let Some(asked) = items.iter().find(is_asked).filter(|_| answer.mcp.approves) {
            let McpRef { server, name, arguments, .. } = asked.mcp;
            run(
                server,
                &Run { name, arguments, request: Some(id) },
                room,
                room.seed.part("allowed", at),
                used,
            );
        }
    }
}

/// Lists a server's tools, unless that was done before, and calls the first, or asks whether it may.
pub(super) fn call(room: &Room<'_>, tool: &McpTool<'_>, seed: Seed, used: &mut Used) {
    let label = tool.label;
    let lists_it = |item: &Turn<'_>| item.kind == "mcp_list_tools" && item.mcp.server == label;
    if !room.ask.items.iter().any(lists_it) {
        list(tool, used);
    }
    let Some(name) = tool.tools().first().copied() else { return };
    let arguments = schema::instance(&input_schema(), seed).to_string();
    used.done.tokens += room.count(name) + room.count(&arguments);
    if tool.asks_first(name) {
        let item = json!({
            "type": "mcp_approval_request",
            "arguments": arguments,
            "name": name,
            "server_label": label,
        });
        used.add("mcpr_", item, json!({}), Vec::new());
        used.done.waits = true;
    } else {
        run(label, &Run { name, arguments: &arguments, request: None }, room, seed, used);
    }
}

fn list(tool: &McpTool<'_>, used: &mut Used) {
    let tools: Vec<Value> = tool
        .tools()
        .iter()
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
        "server_label": tool.label,
        "tools": tools,
    });
    used.add("mcpl_", item, json!({"tools": []}), listing(false));
}

/// How a server lists its tools.
pub(super) fn listing(fails: bool) -> Vec<HostedStep> {
    steps(&[
        "mcp_list_tools.in_progress",
        if fails { "mcp_list_tools.failed" } else { "mcp_list_tools.completed" },
    ])
}

/// How a tool is given its arguments, and runs.
pub(super) fn running(encoding: Encoding, arguments: &str, fails: bool) -> Vec<HostedStep> {
    let mut steps = vec![step("mcp_call.in_progress")];
    steps.extend(deltas(encoding, "mcp_call_arguments.delta", arguments));
    steps.push(told("mcp_call_arguments.done", json!({"arguments": arguments})));
    steps.push(step(if fails { "mcp_call.failed" } else { "mcp_call.completed" }));
    steps
}

/// A tool that runs.
struct Run<'a> {
    name: &'a str,
    arguments: &'a str,
    /// The request that the client has allowed it by.
    request: Option<&'a str>,
}

fn run(label: &str, run: &Run<'_>, room: &Room<'_>, seed: Seed, used: &mut Used) {
    let Run { name, arguments, request } = *run;
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
    let begun = json!({"status": "in_progress", "arguments": "", "output": null});
    used.add("mcp_", item, begun, running(room.ask.encoding, arguments, false));
}

fn input_schema() -> Value {
    json!({
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": ["query"],
        "additionalProperties": false,
    })
}
