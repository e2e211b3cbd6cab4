//! Which hosted tools a response uses, and what it tells of them, one case a line.

use super::Case;
use super::Response;
use super::Story;
use super::events;
use super::of_type;
use crate::effects::counts::tokens;
use serde_json::Value;
use serde_json::json;

/// Three hosted tools and a function, and what the user says.
macro_rules! all {
    ($text:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"web_search"},{"type":"file_search","vector_store_ids":["vs_1"]},{"type":"code_interpreter","container":{"type":"auto"}},{"type":"function","name":"weather"}],"input":""#,
            $text, r#"""# $(, ",", $more)?, "}"
        )
    };
}

/// An MCP server, and how it asks for approval.
macro_rules! mcp {
    ($approval:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"mcp","server_label":"docs","server_url":"https://a.b/mcp","require_approval":"#,
            $approval, "}]" $(, ",", $more)?, "}"
        )
    };
}

/// Whether these kinds of tools were used before something was said.
fn uses(response: &Response, kinds: &str) -> bool {
    let hosted =
        response.items().iter().all(|item| item["status"] == "completed" || item["type"] == "mcp_list_tools");
    response.is("completed") && response.kinds() == format!("{kinds} message") && hosted
}

fn starts(value: &Value, start: &str) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(start))
}

#[rustfmt::skip]
pub(super) const USED: &[Case] = &[
    (all!("Hello"), |r| uses(r, "web_search_call file_search_call code_interpreter_call")),
    (all!("Use web_search"), |r| uses(r, "web_search_call")),
    (all!("Use file_search and code_interpreter"), |r| uses(r, "file_search_call code_interpreter_call")),
    (all!("Use weather"), |r| r.kinds() == "function_call"),
    (all!("Use web_search and weather"), |r| r.kinds() == "web_search_call function_call"),
    (all!("Use web_search and weather" r#""tool_choice":"required""#), |r| r.kinds() == "web_search_call function_call"),
    (r#"{"tools":[{"type":"mcp","server_label":"a","server_url":"https://a.test"},{"type":"mcp","server_label":"b","server_url":"https://b.test"}],"tool_choice":{"type":"mcp","server_label":"b"}}"#, |r| r.items().iter().all(|item| item["server_label"] == "b") && !r.items().is_empty()),
    (mcp!(r#""never""#), |r| r.output() == 1 + tokens(r.text()) + tokens("search") + tokens(r.item("mcp_call")["arguments"].as_str().expect("arguments"))),
    // What tools cost counts against the limit as well.
    (r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}],"max_output_tokens":16}"#, |r| r.output() == 16),
    (all!("Hello" r#""tool_choice":"none""#), Response::says),
    (all!("Hello" r#""tool_choice":"required""#), |r| uses(r, "web_search_call file_search_call code_interpreter_call")),
    (all!("Hello" r#""tool_choice":{"type":"file_search"}"#), |r| uses(r, "file_search_call")),
    (all!("Hello" r#""tool_choice":{"type":"function","name":"weather"}"#), |r| r.kinds() == "function_call"),
    (all!("Hello" r#""tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"web_search"}]}"#), |r| uses(r, "web_search_call")),
    (all!("Hello" r#""max_tool_calls":1"#), |r| uses(r, "web_search_call")),
    (all!("Hello" r#""max_tool_calls":2"#), |r| uses(r, "web_search_call file_search_call")),
    (all!("Use web_search" r#""model":"gpt-5""#), |r| r.kinds() == "reasoning web_search_call message"),
    (r#"{"tools":[{"type":"web_search_preview"}]}"#, |r| uses(r, "web_search_call")),
    (r#"{"tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search_2025_08_26"}}"#, |r| uses(r, "web_search_call")),
    (r#"{"tools":[{"type":"web_search"},{"type":"function","name":"f"}],"input":[{"role":"user","content":"f"},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"1"}]}"#, Response::says),
    (r#"{"tools":[{"type":"web_search"}],"input":"[refusal]"}"#, |r| r.kinds() == "web_search_call message" && r.part()["type"] == "refusal"),
    (r#"{"tools":[{"type":"image_generation"}],"input":"A cat"}"#, |r| uses(r, "image_generation_call") && starts(&r.items()[0]["result"], "iVBORw0KGgo") && r.items()[0]["revised_prompt"] == "A cat" && r.at("/tool_usage/image_gen/output_tokens").as_u64() > Some(0)),
    (r#"{"tools":[{"type":"image_generation","size":"1024x1536","quality":"low","output_format":"jpeg"}],"input":"A cat"}"#, |r| r.items()[0]["size"] == "1024x1536" && r.items()[0]["quality"] == "low" && starts(&r.items()[0]["result"], "/9j/")),
    (r#"{"tools":[{"type":"image_generation","output_format":"gif","frame_count":2}],"input":"A cat"}"#, |r| r.items()[0]["output_format"] == "gif" && starts(&r.items()[0]["result"], "R0lGODlh") && r.items()[0].get("svg_usage").is_none()),
    (r#"{"tools":[{"type":"image_generation","output_format":"svg","svg":{"model":"gpt-5.5","reasoning":{"effort":"low"}}}],"input":"A cat"}"#, |r| starts(&r.items()[0]["result"], "PHN2Zy") && r.items()[0]["svg_usage"]["model"] == "gpt-5.5" && r.items()[0]["svg_usage"]["reasoning_tokens"] == 128),
    // A model that does not know of it does not heed it.
    (r#"{"tools":[{"type":"image_generation","model":"gpt-image-1","frame_count":2,"complexity":"high"}],"input":"A cat"}"#, |r| r.items()[0]["output_format"] == "png"),
    (r#"{"tools":[{"type":"code_interpreter","container":"cntr_0123456789abcdef0123456789abcdef0123456789abcdef"}]}"#, |r| r.items()[0]["container_id"] == "cntr_0123456789abcdef0123456789abcdef0123456789abcdef" && starts(&r.items()[0]["code"], "values = [")),
    (r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"#, |r| starts(&r.items()[0]["container_id"], "cntr_") && starts(&r.items()[0]["id"], "ci_")),
    (mcp!(r#""never""#), |r| uses(r, "mcp_list_tools mcp_call") && r.items()[1]["server_label"] == "docs" && r.items()[1]["output"].is_string()),
    (mcp!(r#""never""# r#""input":"Ask docs""#), |r| uses(r, "mcp_list_tools mcp_call")),
    (mcp!(r#""always""#), |r| r.kinds() == "mcp_list_tools mcp_approval_request" && r.is("completed")),
    (mcp!(r#"{"never":{"tool_names":["search"]}}"#), |r| uses(r, "mcp_list_tools mcp_call")),
    (mcp!(r#"{"always":{"tool_names":["search"]}}"#), |r| r.kinds() == "mcp_list_tools mcp_approval_request"),
    (r#"{"tools":[{"type":"mcp","server_label":"docs","server_url":"https://a.b/mcp","allowed_tools":["find","read"],"require_approval":"never"}]}"#, |r| r.items()[0]["tools"].as_array().is_some_and(|tools| tools.len() == 2) && r.items()[1]["name"] == "find"),
    (mcp!(r#""never""# r#""input":[{"role":"user","content":"Hi"},{"type":"mcp_list_tools","id":"mcpl_1","server_label":"docs","tools":[]},{"role":"user","content":"Go on"}]"#), |r| uses(r, "mcp_call")),
    (r#"{"tools":[{"type":"shell"},{"type":"apply_patch"},{"type":"local_shell"}],"input":"Use shell, apply_patch and local_shell"}"#, Response::says),
    (r#"{"tools":[{"type":"computer_use_preview","environment":"linux","display_width":800,"display_height":600}],"input":"Use computer_use_preview","model":"computer-use-preview","truncation":"auto"}"#, |r| !r.kinds().contains("computer")),
];

#[rustfmt::skip]
pub(super) const INCLUDED: &[Case] = &[
    (r#"{"tools":[{"type":"web_search"}],"input":"What is new?"}"#, |r| r.items()[0]["action"] == json!({"type": "search", "queries": ["What is new?"], "query": "What is new?"}) && r.at("/tool_usage/web_search/num_requests") == 1),
    (r#"{"tools":[{"type":"web_search"}],"input":"<<100*x>>"}"#, |r| r.items()[0]["action"]["query"].as_str().is_some_and(|query| query.len() == 96)),
    (r#"{"tools":[{"type":"web_search"}],"include":["web_search_call.action.sources"]}"#, |r| r.items()[0]["action"]["sources"][0]["url"] == r.annotations()[0]["url"]),
    (r#"{"tools":[{"type":"web_search"}]}"#, |r| r.annotations().len() == 1 && r.annotations()[0]["type"] == "url_citation" && r.annotations()[0]["start_index"] == 0),
    (r#"{"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}"#, |r| r.items()[0]["results"].is_null() && r.items()[0]["queries"] == json!(["Hello"]) && r.annotations()[0]["type"] == "file_citation"),
    (r#"{"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}],"include":["file_search_call.results"]}"#, |r| r.items()[0]["results"][0]["file_id"] == r.annotations()[0]["file_id"]),
    (r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"#, |r| r.items()[0]["outputs"].is_null()),
    (r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}],"include":["code_interpreter_call.outputs"]}"#, |r| r.items()[0]["outputs"][0]["type"] == "logs"),
    (r#"{"tools":[{"type":"web_search"}],"text":{"format":{"type":"json_object"}},"input":"JSON"}"#, |r| r.annotations().is_empty() && r.json().is_object()),
];

#[rustfmt::skip]
pub(super) const STORIES: &[Story] = &[
    ("a tool runs once it was approved", |talk| {
        let asked = talk.ask(mcp!(r#""always""#));
        let request = asked.item("mcp_approval_request")["id"].clone();
        let input = json!({"input": [{"type": "mcp_approval_response", "approval_request_id": request, "approve": true}]});
        let answer = talk.after(&asked, &crate::refusals::with(mcp!(r#""always""#), &input.to_string()));
        uses(&answer, "mcp_call") && answer.items()[0]["approval_request_id"] == request && answer.items()[0]["arguments"] == asked.item("mcp_approval_request")["arguments"]
    }),
    ("a tool that is not approved does not run", |talk| {
        let asked = talk.ask(mcp!(r#""always""#));
        let request = asked.item("mcp_approval_request")["id"].clone();
        let input = json!({"input": [{"type": "mcp_approval_response", "approval_request_id": request, "approve": false}]});
        talk.after(&asked, &crate::refusals::with(mcp!(r#""always""#), &input.to_string())).says()
    }),
    ("the tools of a server are listed once in a chain", |talk| {
        let first = talk.ask(mcp!(r#""never""#));
        uses(&talk.after(&first, mcp!(r#""never""#)), "mcp_call")
    }),
    ("a search tells each of its steps", |_| {
        let events = events(r#"{"tools":[{"type":"web_search"}]}"#);
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
        kinds[2..7] == ["response.output_item.added", "response.web_search_call.in_progress", "response.web_search_call.searching", "response.web_search_call.completed", "response.output_item.done"]
            && of_type(&events, "response.output_text.annotation.added").len() == 1
    }),
    ("code is told in pieces", |_| of_type(&events(r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"#), "response.code_interpreter_call_code.delta").len() > 5),
    ("arguments of a server's tool are told in pieces", |_| of_type(&events(mcp!(r#""never""#)), "response.mcp_call_arguments.delta").len() > 1),
    ("as many partial pictures come as were asked for", |_| {
        let pictures = |partial: u64| of_type(&events(&json!({"tools": [{"type": "image_generation", "partial_images": partial}]}).to_string()), "response.image_generation_call.partial_image").len() as u64;
        (0..=3).all(|partial| pictures(partial) == partial)
    }),
];
