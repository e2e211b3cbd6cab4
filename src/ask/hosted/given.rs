//! What tools did on the server, given as the items of a response. Never chooses among them, nor holds them against
//! what the request offers.

use crate::ask::hosted::FILE_SEARCH;
use crate::ask::hosted::WEB_SEARCH;
use crate::ask::hosted::images::DRAWING;
use crate::ask::hosted::interpreting;
use crate::ask::hosted::mcp;
use crate::ask::hosted::steps;
use crate::params::field;
use crate::plan::Hosted;
use crate::plan::HostedStep;
use crate::plan::HostedWork;
use crate::plan::kind_of_item;
use crate::tokens::Encoding;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What the client must do, or allow, before an answer goes on.
const WAITED_FOR: &[&str] =
    &["mcp_approval_request", "computer_call", "local_shell_call", "shell_call", "apply_patch_call"];

/// What was done if these are the items. The answer waits where the last of them is up to the client.
pub(in crate::ask) fn given(items: &[Value], encoding: Encoding) -> HostedWork {
    let kinds = || items.iter().map(kind);
    HostedWork {
        items: items.iter().filter_map(Value::as_object).map(|item| hosted(item, encoding)).collect(),
        tokens: items.iter().map(|item| written(item, encoding)).sum(),
        searches: kinds().filter(|kind| *kind == "web_search_call").count(),
        pictures: Vec::new(),
        waits: kinds().next_back().is_some_and(|kind| WAITED_FOR.contains(&kind)),
    }
}

fn kind(item: &Value) -> &str {
    field(item, "type").as_str().unwrap_or_default()
}

/// An item as it is given, with the status that it must have, and whose id is made where it has none.
fn hosted(item: &Map<String, Value>, encoding: Encoding) -> Hosted {
    let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
    let (prefix, has_status) = kind_of_item(kind);
    let mut done = Map::from_iter([("type".to_owned(), kind.into())]);
    if has_status {
        done.insert("status".to_owned(), "completed".into());
    }
    done.extend(
        item.iter().filter(|(name, _)| *name != "id").map(|(name, value)| (name.clone(), value.clone())),
    );
    if kind == "code_interpreter_call" {
        done.entry("container_id").or_insert(Value::Null);
    }
    let mut begun = done.clone();
    for (name, value) in &mut begun {
        if let Some(at_first) = at_first(kind, name, value) {
            *value = at_first;
        }
    }
    let id = item.get("id").and_then(Value::as_str).map(str::to_owned);
    let steps = steps_of(kind, &done, encoding);
    Hosted { id, prefix, begun, done, steps, extra: None }
}

/// What a field is when the item has but begun, where that is something else.
fn at_first(kind: &str, name: &str, value: &Value) -> Option<Value> {
    match (kind, name) {
        (_, "status") => Some("in_progress".into()),
        ("web_search_call", "action") => Some(json!({"type": field(value, "type")})),
        ("code_interpreter_call", "code") | ("mcp_call", "arguments") => Some("".into()),
        ("mcp_list_tools", "tools") => Some(json!([])),
        ("file_search_call", "results")
        | ("code_interpreter_call", "outputs")
        | ("image_generation_call", "result" | "revised_prompt")
        | ("mcp_call", "output" | "error") => Some(Value::Null),
        _ => None,
    }
}

/// The events between its beginning and its end, as the tool has them.
fn steps_of(kind: &str, done: &Map<String, Value>, encoding: Encoding) -> Vec<HostedStep> {
    let text = |name: &str| done.get(name).and_then(Value::as_str).unwrap_or_default();
    let fails = text("status") == "failed" || done.get("error").is_some_and(|error| !error.is_null());
    let mut steps = match kind {
        "web_search_call" => steps(&WEB_SEARCH),
        "file_search_call" => steps(&FILE_SEARCH),
        "image_generation_call" => steps(&DRAWING),
        "code_interpreter_call" => interpreting(encoding, text("code")),
        "mcp_call" => return mcp::running(encoding, text("arguments"), fails),
        "mcp_list_tools" => return mcp::listing(fails),
        _ => Vec::new(),
    };
    // They have no event for a failure, and are not completed.
    if fails || text("status") == "incomplete" {
        steps.pop();
    }
    steps
}

/// The tokens that the model wrote for an item: what the tool is given.
fn written(item: &Value, encoding: Encoding) -> usize {
    let count = |value: &Value| match value {
        Value::Null => 0,
        Value::String(text) => encoding.count(text),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).map(|text| encoding.count(text)).sum(),
        other => encoding.count(&other.to_string()),
    };
    let action = field(item, "action");
    let query = field(action, "query");
    let asked = if query.is_null() { action } else { query };
    let names = ["name", "arguments", "code", "queries", "revised_prompt", "operation"];
    count(asked) + names.iter().map(|name| count(field(item, name))).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(item: &Value) -> Hosted {
        let mut work = given(std::slice::from_ref(item), Encoding::O200k);
        work.items.pop().expect("an item")
    }

    /// Holds what is made of an item against what it must be: its id or what that begins with, what it is at first
    /// besides, and its steps, those of pieces left out.
    #[track_caller]
    fn becomes(item: &Value, id: &str, at_first: &Value, steps: &[&str]) {
        let hosted = one(item);
        assert_eq!(hosted.id.as_deref().unwrap_or(hosted.prefix), id);
        for (name, value) in item.as_object().expect("an object").iter().filter(|(name, _)| *name != "id") {
            assert_eq!(hosted.done.get(name), Some(value), "{name}");
        }
        assert_eq!(hosted.done.keys().next().map(String::as_str), Some("type"));
        let changed = hosted.begun.iter().filter(|(name, value)| hosted.done.get(*name) != Some(value));
        let changed: Map<String, Value> =
            changed.map(|(name, value)| (name.clone(), value.clone())).collect();
        assert_eq!(&Value::Object(changed), at_first);
        let told = hosted.steps.iter().filter(|step| !step.told.contains_key("delta"));
        assert_eq!(told.map(|step| step.name).collect::<Vec<_>>(), steps);
    }

    #[test]
    fn an_item_is_told_as_its_tool_tells_it() {
        const BEGUN: &str = "in_progress";
        let action = json!({"type": "search", "query": "cats", "queries": ["cats"]});
        let search =
            json!({"id": "ws_1", "action": action, "status": "completed", "type": "web_search_call"});
        let first = json!({"status": BEGUN, "action": {"type": "search"}});
        becomes(&search, "ws_1", &first, &WEB_SEARCH);
        let failed = json!({"type": "web_search_call", "status": "failed", "action": action});
        becomes(&failed, "ws_", &first, &WEB_SEARCH[..2]);
        let files = json!({"type": "file_search_call", "queries": ["x"], "results": [{"text": "ü"}]});
        becomes(&files, "fs_", &json!({"status": BEGUN, "results": null}), &FILE_SEARCH);
        let code = json!({"type": "code_interpreter_call", "code": "1 + 1", "container_id": "cntr_1"});
        let steps = ["in_progress", "done", "interpreting", "completed"].map(|step| match step {
            "done" => "code_interpreter_call_code.done".to_owned(),
            step => format!("code_interpreter_call.{step}"),
        });
        let steps = steps.each_ref().map(String::as_str);
        becomes(&code, "ci_", &json!({"status": BEGUN, "code": ""}), &steps);
        let picture = json!({"type": "image_generation_call", "result": "AAAA"});
        becomes(&picture, "ig_", &json!({"status": BEGUN, "result": null}), &DRAWING);
        let tools = json!({"type": "mcp_list_tools", "server_label": "s", "tools": [{"name": "x"}]});
        becomes(
            &tools,
            "mcpl_",
            &json!({"tools": []}),
            &["mcp_list_tools.in_progress", "mcp_list_tools.completed"],
        );
        let call =
            json!({"type": "mcp_call", "server_label": "s", "name": "x", "arguments": "{}", "output": "y"});
        let steps = ["mcp_call.in_progress", "mcp_call_arguments.done", "mcp_call.completed"];
        let first = json!({"status": BEGUN, "arguments": "", "output": null});
        becomes(&call, "mcp_", &first, &steps);
        let failed = json!({"type": "mcp_call", "arguments": "{}", "error": "no"});
        let first = json!({"status": BEGUN, "arguments": "", "error": null});
        becomes(&failed, "mcp_", &first, &[steps[0], steps[1], "mcp_call.failed"]);
        for (kind, prefix) in [
            ("computer_call", "cu_"),
            ("local_shell_call", "lsh_"),
            ("shell_call", "sh_"),
            ("apply_patch_call", "apc_"),
        ] {
            let item = json!({"type": kind, "call_id": "call_1", "action": {"commands": ["ls"]}});
            becomes(&item, prefix, &json!({"status": BEGUN}), &[]);
        }
        becomes(&json!({"type": "mcp_approval_request", "name": "x"}), "mcpr_", &json!({}), &[]);
        becomes(&json!({"type": "brand_new", "status": "odd"}), "item_", &json!({"status": BEGUN}), &[]);
    }

    #[test]
    fn pieces_are_the_whole() {
        let code = json!({"type": "code_interpreter_call", "code": "print('ü 🙂')"});
        let call = json!({"type": "mcp_call", "arguments": r#"{"a": "ü 🙂"}"#});
        for (item, name) in [(code, "code"), (call, "arguments")] {
            let hosted = one(&item);
            let pieces = hosted.steps.iter().filter_map(|step| step.told.get("delta")?.as_str());
            assert_eq!(pieces.collect::<String>(), item[name].as_str().expect("a text"));
        }
        assert_eq!(one(&json!({"type": "code_interpreter_call"})).done["container_id"], Value::Null);
    }

    #[test]
    fn work_counts_what_was_written_and_who_is_waited_for() {
        let counted = |items: Value| {
            let items = items.as_array().cloned().expect("a list");
            let work = given(&items, Encoding::O200k);
            (work.items.len(), work.tokens, work.searches, work.waits)
        };
        let action = json!({"type": "search", "query": "one two"});
        let search = json!({"type": "web_search_call", "action": action});
        let shell = json!({"type": "shell_call", "action": "one two three"});
        let output = json!({"type": "shell_call_output", "output": []});
        assert_eq!(counted(json!([])), (0, 0, 0, false));
        assert_eq!(counted(json!([search, search])), (2, 4, 2, false));
        assert_eq!(counted(json!([search, shell])), (2, 5, 1, true));
        assert_eq!(counted(json!([shell, output])), (2, 3, 0, false));
        assert_eq!(
            counted(json!([{"type": "mcp_call", "name": "one", "arguments": "two"}])),
            (1, 2, 0, false)
        );
    }
}
