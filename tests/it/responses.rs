//! What responses promise beyond the reply to one request.

use crate::support::Fake;
use crate::support::json;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;

const ASKED: &str = r#"{"model":"gpt-4o","input":"What is a fjord?"}"#;

#[test]
fn an_input_is_counted_as_a_response_counts_it() {
    let fake = Fake::new();
    let counted = json(&fake.post("/v1/responses/input_tokens", ASKED));
    let response = json(&fake.post("/v1/responses", ASKED));
    assert_eq!(counted["input_tokens"], response["usage"]["input_tokens"]);
}

#[test]
fn an_input_is_compacted() {
    let compacted = json(&Fake::new().post("/v1/responses/compact", ASKED));
    assert_eq!(compacted["object"], "response.compaction");
    assert_eq!(compacted["output"][0]["content"][0]["text"], "What is a fjord?");
    assert_eq!(compacted["output"][1]["type"], "compaction");
}

#[test]
fn a_custom_tool_is_given_what_its_grammar_allows() {
    let grammar = r#""type":"grammar","syntax":"regex","definition":"[A-F][0-9]{2}""#;
    let asked = format!(
        r#"{{"model":"gpt-4o","input":"Use berth","tools":[{{"type":"custom","name":"berth","format":{{{grammar}}}}}]}}"#
    );
    let response = json(&Fake::new().post("/v1/responses", &asked));
    let given = response["output"][0]["input"].as_str().expect("a text");
    assert!(given.len() == 3 && given.starts_with(|c: char| ('A'..='F').contains(&c)), "{given}");
}

#[test]
fn a_tool_that_was_allowed_runs_and_is_not_asked_for_again() {
    let fake = Fake::new();
    let tools = r#""tools":[{"type":"mcp","server_label":"tides","server_url":"https://a.example/mcp"}]"#;
    let first = json(&fake.post("/v1/responses", &format!(r#"{{"model":"gpt-4o","input":"Go",{tools}}}"#)));
    assert_eq!(first["output"][0]["type"], "mcp_list_tools");
    assert_eq!(first["output"][0].get("error"), None, "a client takes null for a mistake");
    for (approve, expected) in [(true, &["mcp_call", "message"][..]), (false, &["message"])] {
        let input = serde_json::json!([{
            "type": "mcp_approval_response", "approval_request_id": first["output"][1]["id"], "approve": approve,
        }]);
        let asked =
            format!(r#"{{"model":"gpt-4o","previous_response_id":{},"input":{input},{tools}}}"#, first["id"]);
        let second = json(&fake.post("/v1/responses", &asked));
        let output = second["output"].as_array().expect("items");
        assert_eq!(output.iter().map(|item| &item["type"]).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_item_of_a_response_can_be_put_into_a_conversation() {
    let fake = Fake::new();
    let response = json(&fake.post("/v1/responses", r#"{"model":"gpt-4o","input":"Hello"}"#));
    let id = response["output"][0]["id"].as_str().expect("an id");
    let body = format!(r#"{{"items":[{{"type":"item_reference","id":"{id}"}}]}}"#);
    let conversation = json(&fake.post("/v1/conversations", &body));
    let path = format!("/v1/conversations/{}/items/{id}", conversation["id"].as_str().expect("an id"));
    assert_eq!(json(&fake.get(&path))["content"], response["output"][0]["content"]);
}

#[test]
fn of_items_with_the_same_id_the_newest_is_meant() {
    let fake = Fake::new();
    let ask = |path: &str, body: Value| json(&fake.post(path, &body.to_string()));
    let item = |text: &str| json!({"id": "msg_mine", "role": "user", "content": text});
    let meant = || {
        let body = json!({"items": [{"type": "item_reference", "id": "msg_mine"}]});
        let path = ask("/v1/conversations", body)["id"].as_str().map(|id| format!("/v1/conversations/{id}"));
        let path = path.expect("an item that is meant");
        let text = json(&fake.get(&format!("{path}/items")))["data"][0]["content"][0]["text"].clone();
        // It has the item as well now.
        let request = Request::new("DELETE", &path).with_header("authorization", "Bearer sk-test");
        assert_eq!(fake.send(request).status, 200);
        text
    };
    let respond = |text: &str| {
        let response = ask("/v1/responses", json!({"model": "gpt-4o", "input": [item(text)]}));
        format!("/v1/responses/{}", response["id"].as_str().expect("an id"))
    };
    let converse = |text: &str| {
        let conversation = ask("/v1/conversations", json!({"items": [item(text)]}));
        format!("/v1/conversations/{}", conversation["id"].as_str().expect("an id"))
    };
    let mut made = vec![converse("1"), converse("2")];
    assert_eq!(meant(), "2", "of conversations");
    made.extend([respond("3"), respond("4")]);
    assert_eq!(meant(), "4", "of responses");
    made.push(converse("5"));
    made.push(respond("6"));
    // Responses before conversations, whichever is newer.
    for expected in ["6", "4", "3", "5", "2", "1"] {
        assert_eq!(meant(), expected);
        let path = &made[expected.parse::<usize>().expect("a number") - 1];
        let request = Request::new("DELETE", path).with_header("authorization", "Bearer sk-test");
        assert_eq!(fake.send(request).status, 200);
    }
    // An item that a conversation no longer has is not found in it.
    let path = converse("7");
    assert_eq!(meant(), "7");
    ask(&format!("{path}/items"), json!({"items": [{"role": "user", "content": "8"}]}));
    let one = format!("{path}/items/msg_mine");
    fake.send(Request::new("DELETE", &one).with_header("authorization", "Bearer sk-test"));
    let body = json!({"items": [{"type": "item_reference", "id": "msg_mine"}]});
    assert_eq!(fake.post("/v1/conversations", &body.to_string()).status, 404);
}

#[test]
fn what_a_response_was_given_can_be_referred_to_by_the_id_that_it_got() {
    let fake = Fake::new();
    let input = json!([{"role": "user", "content": "One"}, {"role": "assistant", "content": "Two"}]);
    let body = json!({"model": "gpt-4o", "input": input}).to_string();
    let response = json(&fake.post("/v1/responses", &body));
    let path = format!("/v1/responses/{}/input_items", response["id"].as_str().expect("an id"));
    let told = json(&fake.get(&path))["data"].clone();
    for item in told.as_array().expect("items") {
        let body = json!({"items": [{"type": "item_reference", "id": item["id"]}]});
        let conversation = json(&fake.post("/v1/conversations", &body.to_string()));
        let path = format!("/v1/conversations/{}/items", conversation["id"].as_str().expect("an id"));
        assert_eq!(json(&fake.get(&path))["data"], json!([item]));
    }
}

#[test]
fn whatever_a_response_gave_can_be_referred_to() {
    let fake = Fake::new();
    let tools = json!([
        {"type": "web_search"},
        {"type": "file_search", "vector_store_ids": ["vs_1"]},
        {"type": "code_interpreter", "container": {"type": "auto"}},
        {"type": "image_generation"},
        {"type": "mcp", "server_label": "tides", "server_url": "https://a.example/mcp", "require_approval": "never"},
    ]);
    let first = json!({"model": "gpt-5", "input": "Go", "tools": tools});
    let first = json(&fake.post("/v1/responses", &first.to_string()));
    let output = first["output"].as_array().expect("items");
    assert_eq!(output.len(), 8);
    let input: Vec<Value> =
        output.iter().map(|item| json!({"type": "item_reference", "id": item["id"]})).collect();
    let second = fake.post("/v1/responses", &json!({"model": "gpt-5", "input": input}).to_string());
    assert_eq!(second.status, 200, "{}", json(&second));
}

#[test]
fn the_same_turns_are_answered_alike_however_they_are_sent() {
    let fake = Fake::new();
    let ask = |body: Value| json(&fake.post("/v1/responses", &body.to_string()));
    let first = ask(json!({"model": "gpt-4o", "input": "Hello"}));
    let text = |response: &Value| response["output"][0]["content"][0]["text"].clone();
    for input in [
        json!([{"role": "user", "content": "Hello"}]),
        json!([{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}]),
    ] {
        assert_eq!(text(&ask(json!({"model": "gpt-4o", "input": input}))), text(&first));
    }
    let told = text(&first);
    let on = ask(json!({"model": "gpt-4o", "input": "And?", "previous_response_id": first["id"]}));
    let hello = json!({"role": "user", "content": "Hello"});
    let and = json!({"role": "user", "content": "And?"});
    for answer in [first["output"][0].clone(), json!({"role": "assistant", "content": told})] {
        let whole = ask(json!({"model": "gpt-4o", "input": [hello, answer, and]}));
        assert_eq!((text(&whole), &whole["usage"]), (text(&on), &on["usage"]));
    }
    let items = json!({"items": [hello, first["output"][0]]}).to_string();
    let conversation = json(&fake.post("/v1/conversations", &items));
    let within = ask(json!({"model": "gpt-4o", "input": "And?", "conversation": conversation["id"]}));
    assert_eq!(text(&within), text(&on));
}

#[test]
fn a_response_in_the_background_joins_its_conversation_when_it_ends() {
    let fake = Fake::new();
    let conversation = json(&fake.post("/v1/conversations", "{}"))["id"].clone();
    let body = json!({"model": "gpt-4o", "input": "Hi", "background": true, "conversation": conversation});
    let path = format!("/v1/conversations/{}/items", conversation.as_str().expect("an id"));
    let count = || json(&fake.get(&path))["data"].as_array().expect("items").len();
    let begin = || {
        let response = json(&fake.post("/v1/responses", &body.to_string()));
        format!("/v1/responses/{}", response["id"].as_str().expect("an id"))
    };
    assert_eq!(json(&fake.post(&format!("{}/cancel", begin()), ""))["status"], "cancelled");
    let response = begin();
    let counts: Vec<usize> = (0..4)
        .map(|_| {
            let before = count();
            fake.get(&response);
            before
        })
        .collect();
    assert_eq!(counts, [0, 0, 2, 2]);
}

#[test]
fn what_tools_found_can_be_asked_for_later() {
    let fake = Fake::new();
    let tools = json!([
        {"type": "web_search"},
        {"type": "file_search", "vector_store_ids": ["vs_1"]},
        {"type": "code_interpreter", "container": {"type": "auto"}},
    ]);
    let mut body = json!({"model": "gpt-4o", "input": "Hello", "tools": tools});
    let plain = json(&fake.post("/v1/responses", &body.to_string()));
    assert!(plain["output"][0]["action"]["sources"].is_null());
    let path = format!("/v1/responses/{}", plain["id"].as_str().expect("an id"));
    let query = "include[]=web_search_call.action.sources&include[]=file_search_call.results\
        &include[]=code_interpreter_call.outputs";
    let later = json(&fake.get(&format!("{path}?{query}")));
    assert_eq!(json(&fake.get(&path)), plain, "what was asked for once is not kept");
    body["include"] = json!([
        "web_search_call.action.sources",
        "file_search_call.results",
        "code_interpreter_call.outputs",
    ]);
    let at_once = json(&fake.post("/v1/responses", &body.to_string()));
    for (at, found) in [(0, "/action/sources/0/url"), (1, "/results/0/text"), (2, "/outputs/0/logs")] {
        let found = |response: &Value| response["output"][at].pointer(found).cloned();
        assert!(found(&later).is_some());
        assert_eq!(found(&later), found(&at_once));
    }
}

#[test]
fn a_conversation_needs_no_body() {
    let request = openai_fake::Request::new("POST", "/v1/conversations");
    let reply = Fake::new().send(request.with_header("authorization", "Bearer sk-test"));
    assert_eq!(json(&reply)["metadata"], json!({}));
}

#[test]
fn truncation_leaves_what_the_model_is_told() {
    let fake = Fake::new();
    let told = json!({"id": "pmpt_1", "variables": {"tone": "Be kind, brief and clear."}});
    let ask = |input: Value| {
        let body = json!({
            "model": "gpt-4", "prompt": told, "instructions": "Speak plainly.", "input": input,
            "truncation": "auto",
        });
        json(&fake.post("/v1/responses", &body.to_string()))["usage"]["input_tokens"].clone()
    };
    let last = json!({"role": "user", "content": "Hi"});
    let long = json!({"role": "user", "content": "x ".repeat(9000)});
    assert_eq!(ask(json!([long, last])), ask(json!([last])));
}

#[test]
fn what_tools_cost_is_told_at_the_end() {
    let body = r#"{"model":"gpt-4o","input":"Hi","tools":[{"type":"web_search"}],"stream":true}"#;
    let reply = Fake::new().post("/v1/responses", body);
    let text = String::from_utf8_lossy(reply.bytes()).into_owned();
    let searches: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str::<Value>(data).expect("JSON"))
        .filter_map(|event| event.pointer("/response/tool_usage/web_search/num_requests").cloned())
        .collect();
    assert_eq!(searches, [0, 0, 1], "created, in progress, completed");
}
