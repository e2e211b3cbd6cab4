//! What is refused of stored objects and of the pages of their lists.

use super::http::Case;
use super::http::JSON;
use super::http::KEY;
use super::http::refuses;
use crate::support::CHAT;
use crate::support::Fake;

const ITEM: &str = "{\"items\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
const NO_KEY: &str = "Missing bearer or basic authentication in header";
const NO_COMPLETION: &str = "Completion chatcmpl-none not found";
const NO_CONVERSATION: &str = "Conversation with id 'conv_none' not found.";
const NO_METADATA: &str = "Missing required parameter: 'metadata'.";
const INCLUDABLE: &str = "Invalid value: 'x'. Supported values are: 'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', 'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'.";

/// The key has the first conversation, with one item.
#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    (("GET /v1/chat/completions/chatcmpl-none", &[KEY], ""), 404, NO_COMPLETION, "completion_id", "not_found"),
    (("DELETE /v1/chat/completions/chatcmpl-none", &[KEY], ""), 404, NO_COMPLETION, "completion_id", "not_found"),
    (("GET /v1/chat/completions/chatcmpl-none/messages", &[KEY], ""), 404, NO_COMPLETION, "completion_id", "not_found"),
    (("POST /v1/chat/completions/chatcmpl-none", &[KEY, JSON], r#"{"metadata":{}}"#), 404, NO_COMPLETION, "completion_id", "not_found"),
    (("POST /v1/chat/completions/chatcmpl-none", &[KEY, JSON], "{}"), 400, NO_METADATA, "metadata", "missing_required_parameter"),
    (("POST /v1/chat/completions/chatcmpl-none", &[KEY, JSON], r#"{"metadata":{},"model":"gpt-4o"}"#), 400, "Unknown parameter: 'model'.", "model", "unknown_parameter"),
    (("GET /v1/chat/completions?limit=0", &[KEY], ""), 400, "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead.", "limit", "integer_below_min_value"),
    (("GET /v1/chat/completions?limit=-99999999999999999999", &[KEY], ""), 400, "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got -99999999999999999999 instead.", "limit", "integer_below_min_value"),
    (("GET /v1/chat/completions?limit=101", &[KEY], ""), 400, "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.", "limit", "integer_above_max_value"),
    (("GET /v1/chat/completions?limit=99999999999999999999", &[KEY], ""), 400, "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 99999999999999999999 instead.", "limit", "integer_above_max_value"),
    (("GET /v1/chat/completions?limit=ten", &[KEY], ""), 400, "Invalid type for 'limit': expected an integer, but got a string instead.", "limit", "invalid_type"),
    (("GET /v1/chat/completions?limit=", &[KEY], ""), 400, "Invalid type for 'limit': expected an integer, but got a string instead.", "limit", "invalid_type"),
    (("GET /v1/chat/completions?order=up", &[KEY], ""), 400, "Invalid value: 'up'. Supported values are: 'asc' and 'desc'.", "order", "invalid_value"),
    (("GET /v1/chat/completions?after=chatcmpl-none", &[KEY], ""), 404, "There is nothing with id 'chatcmpl-none' in this list.", "after", ""),
    (("GET /v1/conversations/conv_none", &[], ""), 401, NO_KEY, "", ""),
    (("POST /v1/conversations", &[JSON], "{}"), 401, NO_KEY, "", ""),
    (("GET /v1/conversations/conv_none", &[KEY], ""), 404, NO_CONVERSATION, "", ""),
    (("DELETE /v1/conversations/conv_none", &[KEY], ""), 404, NO_CONVERSATION, "", ""),
    (("POST /v1/conversations/conv_none", &[KEY, JSON], r#"{"metadata":{}}"#), 404, NO_CONVERSATION, "", ""),
    (("GET /v1/conversations/conv_none/items", &[KEY], ""), 404, NO_CONVERSATION, "", ""),
    (("POST /v1/conversations/conv_none/items", &[KEY, JSON], ITEM), 404, NO_CONVERSATION, "", ""),
    (("GET /v1/conversations/conv_none/items/msg_1", &[KEY], ""), 404, NO_CONVERSATION, "", ""),
    (("DELETE /v1/conversations/conv_none/items/msg_1", &[KEY], ""), 404, NO_CONVERSATION, "", ""),
    (("GET /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items/msg_1", &[KEY], ""), 404, "Item with id 'msg_1' not found in conversation with id 'conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c'.", "", ""),
    (("DELETE /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items/msg_1", &[KEY], ""), 404, "Item with id 'msg_1' not found in conversation with id 'conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c'.", "", ""),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], r#"{"items":[{"type":"item_reference","id":"msg_1"}]}"#), 404, "Item with id 'msg_1' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", "input", ""),
    (("GET /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items?limit=101", &[KEY], ""), 400, "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.", "limit", "integer_above_max_value"),
    (("GET /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items?after=msg_1", &[KEY], ""), 404, "There is nothing with id 'msg_1' in this list.", "after", ""),
    (("GET /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items?include[]=message.output_text.logprobs&include[]=x", &[KEY], ""), 400, INCLUDABLE, "include[1]", "invalid_value"),
    (("GET /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items/msg_1?include=x", &[KEY], ""), 400, INCLUDABLE, "include[0]", "invalid_value"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items?include[0]=x", &[KEY, JSON], ITEM), 400, INCLUDABLE, "include[0]", "invalid_value"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c", &[KEY, JSON], "{}"), 400, NO_METADATA, "metadata", "missing_required_parameter"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], "{}"), 400, "Missing required parameter: 'items'.", "items", "missing_required_parameter"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], r#"{"items":["x"]}"#), 400, "Invalid type for 'items[0]': expected an input item, but got a string instead.", "items[0]", "invalid_type"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], r#"{"items":[{"id":"abc","role":"user","content":"x"}]}"#), 400, "Invalid 'items[0].id': 'abc'. Expected an ID that begins with 'msg'.", "items[0].id", "invalid_value"),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], r#"{"items":[{"id":"msg_a","role":"user","content":"x"},{"id":"msg_a","role":"user","content":"y"}]}"#), 400, "Duplicate item found with id msg_a. Remove duplicate items from your input and try again.", "items", ""),
    (("POST /v1/conversations/conv_c9a76f65822ebf9aa67ae8c74bdb3d4ad87226f23126d67c/items", &[KEY, JSON], r#"{"items":[{"id":"msg_80a77bba9f8e46f1463bdfeb2a65c002d87226f23126d67c","role":"user","content":"x"}]}"#), 400, "Duplicate item found with id msg_80a77bba9f8e46f1463bdfeb2a65c002d87226f23126d67c. Remove duplicate items from your input and try again.", "items", ""),
    (("POST /v1/conversations", &[KEY, JSON], r#"{"items":[{"id":"msg_a","role":"user","content":"x"},{"id":"msg_a","role":"user","content":"y"}]}"#), 400, "Duplicate item found with id msg_a. Remove duplicate items from your input and try again.", "items", ""),
    (("POST /v1/conversations", &[KEY, JSON], r#"{"metadata":{"a":1}}"#), 400, "Invalid type for 'metadata.a': expected a string, but got an integer instead.", "metadata.a", "invalid_type"),
    (("POST /v1/conversations", &[KEY, JSON], r#"{"name":"x"}"#), 400, "Unknown parameter: 'name'.", "name", "unknown_parameter"),
];

#[test]
fn of_what_is_stored() {
    let fake = Fake::new();
    assert_eq!(fake.post("/v1/conversations", ITEM).status, 200);
    assert_eq!(fake.chat(&super::with(CHAT, r#"{"store":true}"#)).status, 200);
    refuses(&fake, CASES);
    // A refused request stores nothing and is not counted.
    let next = fake.post("/v1/conversations", "{}");
    let second = String::from_utf8_lossy(next.bytes()).into_owned();
    assert!(second.contains(r#""id":"conv_ccf5c49f9328a42b275989ff3778633c2a1e124194328441""#), "{second}");
}

#[test]
fn so_many_items_at_a_time() {
    let fake = Fake::new();
    let items = |count: usize| {
        format!(r#"{{"items":[{}]}}"#, vec![r#"{"role":"user","content":"x"}"#; count].join(","))
    };
    assert_eq!(fake.post("/v1/conversations", &items(20)).status, 200);
    let reply = fake.post("/v1/conversations", &items(21));
    let message = crate::support::refuses(&reply, 400, Some("items"), Some("array_above_max_length"));
    assert!(message.contains("maximum length 20, but got an array with length 21"), "{message}");
}
