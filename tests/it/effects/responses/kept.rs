//! What is kept of responses: chains of them, conversations, items, and their ids.

use super::Response;
use super::Story;
use super::Talk;
use super::events;
use super::respond;
use super::told;
use crate::support::json;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json as object;

#[rustfmt::skip]
pub(super) const CHAINS: &[Story] = &[
    ("a turn names the one before", |talk| { let first = talk.ask("{}"); talk.after(&first, "{}").at("/previous_response_id") == first.id() }),
    ("what is said depends on what came before", |talk| {
        let (one, other) = (talk.ask(r#"{"input":"One"}"#), talk.ask(r#"{"input":"Two"}"#));
        let texts = [talk.after(&one, "{}"), talk.after(&other, "{}"), talk.ask("{}")].map(|response| response.text().to_owned());
        texts[0] != texts[1] && texts[1] != texts[2]
    }),
    ("not on the ids of what came before", |talk| {
        let (one, other) = (talk.ask("{}"), talk.ask(r#"{"metadata":{"a":"b"}}"#));
        let (one, other) = (talk.after(&one, "{}"), talk.after(&other, "{}"));
        one.text() == other.text() && one.id() != other.id()
    }),
    ("nor on where their code ran", |talk| {
        let code = r#"{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"#;
        let (one, other) = (talk.ask(code), talk.ask(&crate::refusals::with(code, r#"{"metadata":{"a":"b"}}"#)));
        let differ = one.items()[0]["container_id"] != other.items()[0]["container_id"];
        differ && talk.after(&one, "{}").text() == talk.after(&other, "{}").text()
    }),
    ("one may go on from a response twice", |talk| {
        let first = talk.ask("{}");
        let (one, other) = (talk.after(&first, r#"{"input":"One"}"#), talk.after(&first, r#"{"input":"Two"}"#));
        one.id() != other.id() && one.input() == other.input()
    }),
    ("instructions are not inherited", |talk| { let first = talk.ask(r#"{"instructions":"Be brief"}"#); talk.after(&first, "{}").at("/instructions").is_null() }),
    ("tools are not inherited", |talk| { let first = talk.ask(r#"{"tools":[{"type":"function","name":"f"}]}"#); talk.after(&first, r#"{"input":"f"}"#).says() }),
    ("a call is answered in the next turn", |talk| {
        let first = talk.ask(r#"{"tools":[{"type":"function","name":"f"}],"input":"f"}"#);
        let output = object!({"input": [{"type": "function_call_output", "call_id": first.items()[0]["call_id"], "output": "1"}]});
        talk.after(&first, &output.to_string()).says()
    }),
    ("an input is not needed to go on", |talk| { let first = talk.ask("{}"); talk.after(&first, r#"{"-input":0}"#).says() }),
    ("where one is deleted, what came before it is forgotten", |talk| {
        let first = talk.ask(r#"{"input":"One and two and three and four"}"#);
        let second = talk.after(&first, "{}");
        let third = talk.after(&second, "{}");
        talk.delete(&second);
        talk.after(&third, "{}").input() == 5 + (third.output() - 1 + 4) + 5 + 3
    }),
    ("what is deleted cannot be gone on from", |talk| { let first = talk.ask("{}"); talk.delete(&first); talk.send(&object!({"previous_response_id": first.id()}).to_string()).status == 400 && talk.status(&first) == 404 }),
    ("what is not stored cannot be gone on from", |talk| { let first = talk.ask(r#"{"store":false}"#); talk.send(&object!({"previous_response_id": first.id()}).to_string()).status == 400 }),
    ("a turn that is not stored can go on from one that is", |talk| { let first = talk.ask("{}"); talk.after(&first, r#"{"store":false}"#).says() }),
    ("another key finds nothing", |talk| {
        let first = talk.ask("{}");
        let other = Request::new("GET", &first.path("")).with_header("authorization", "Bearer sk-other");
        talk.fake.send(other).status == 404 && talk.status(&first) == 200
    }),
    ("a reset forgets", |talk| { let first = talk.ask("{}"); talk.fake.post("/__parlel/reset", ""); talk.status(&first) == 404 }),
    ("a response is found as often as it is looked for", |talk| { let first = talk.ask("{}"); (0..3).all(|_| talk.found(&first).body == first.body) }),
    ("with truncation, the oldest turns go", |talk| {
        let long = r#"{"model":"gpt-4","input":[<<900*{"role":"user","content":"one two three four five six seven eight"},>>]"#;
        let refused = talk.send(&format!("{long}}}"));
        let cut = talk.ask(&format!(r#"{long},"truncation":"auto"}}"#));
        refused.status == 400 && json(&refused)["error"]["code"] == "context_length_exceeded" && cut.says() && (8000..=8192).contains(&cut.input())
    }),
];

/// The ids of the items in a conversation, the newest first.
fn ids(talk: &Talk, conversation: &str) -> Vec<Value> {
    let page = talk.page(&format!("/v1/conversations/{conversation}/items"));
    page["data"].as_array().expect("items").iter().map(|item| item["id"].clone()).collect()
}

#[rustfmt::skip]
pub(super) const CONVERSATIONS: &[Story] = &[
    ("a response names its conversation", |talk| { let conversation = talk.conversation(); talk.within(&conversation, "{}").at("/conversation/id") == &*conversation }),
    ("an object may name it", |talk| { let conversation = talk.conversation(); talk.ask(&object!({"conversation": {"id": conversation}}).to_string()).at("/conversation/id") == &*conversation }),
    ("input and output are added to it", |talk| {
        let conversation = talk.conversation();
        let first = talk.within(&conversation, "{}");
        let page = talk.page(&format!("/v1/conversations/{conversation}/items"));
        told(&page) == "assistant user" && page["data"][0] == first.items()[0] && page["data"][1]["content"][0]["text"] == "Hello"
    }),
    ("the next response goes on from there", |talk| {
        let conversation = talk.conversation();
        let first = talk.within(&conversation, "{}");
        let second = talk.within(&conversation, "{}");
        second.text() != first.text() && second.input() > first.input() && ids(talk, &conversation).len() == 4
    }),
    ("the same is said in each conversation that holds the same", |talk| {
        let texts = [talk.conversation(), talk.conversation()].map(|conversation| {
            talk.within(&conversation, "{}");
            talk.within(&conversation, "{}").text().to_owned()
        });
        texts[0] == texts[1]
    }),
    ("without an input as well", |talk| {
        let conversation = talk.conversation();
        talk.within(&conversation, "{}");
        talk.within(&conversation, r#"{"-input":0}"#).says() && ids(talk, &conversation).len() == 3
    }),
    ("items are added where the response is not stored", |talk| {
        let conversation = talk.conversation();
        let first = talk.within(&conversation, r#"{"store":false}"#);
        talk.status(&first) == 404 && ids(talk, &conversation).len() == 2
    }),
    ("streamed as well", |talk| {
        let conversation = talk.conversation();
        talk.events(&object!({"conversation": conversation}).to_string());
        ids(talk, &conversation).len() == 2
    }),
    ("a conversation holds calls and their outputs", |talk| {
        let conversation = talk.conversation();
        let first = talk.within(&conversation, r#"{"tools":[{"type":"function","name":"f"}],"input":"f"}"#);
        let output = object!({"input": [{"type": "function_call_output", "call_id": first.items()[0]["call_id"], "output": "1"}]});
        let page = |talk: &Talk| talk.page(&format!("/v1/conversations/{conversation}/items?order=asc"));
        talk.within(&conversation, &output.to_string()).says() && told(&page(talk)) == "user function_call function_call_output assistant"
    }),
];

/// Three messages, whose response has them as its input.
const THREE: &str = r#"{"input":[{"role":"user","content":"One"},{"role":"assistant","content":"Two"},{"role":"user","content":"Three"}]}"#;

fn items(talk: &Talk, response: &Response, query: &str) -> Value {
    talk.page(&response.path(&format!("/input_items{query}")))
}

/// The texts of the messages in a page.
fn texts(page: &Value) -> Vec<&str> {
    page["data"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["content"][0]["text"].as_str())
        .collect()
}

#[rustfmt::skip]
pub(super) const ITEMS: &[Story] = &[
    ("a text is a message of the user", |talk| {
        let page = items(talk, &talk.ask("{}"), "");
        let mut item = page["data"][0].clone();
        let id = item.as_object_mut().expect("an item").shift_remove("id").expect("an id");
        item == object!({"type": "message", "status": "completed", "content": [{"type": "input_text", "text": "Hello"}], "role": "user"}) && id.as_str().is_some_and(|id| id.starts_with("msg_"))
    }),
    ("the newest comes first", |talk| texts(&items(talk, &talk.ask(THREE), "")) == ["Three", "Two", "One"]),
    ("or the oldest", |talk| texts(&items(talk, &talk.ask(THREE), "?order=asc")) == ["One", "Two", "Three"]),
    ("so many to a page", |talk| { let page = items(talk, &talk.ask(THREE), "?limit=2"); texts(&page) == ["Three", "Two"] && page["has_more"] == true }),
    ("and then the others", |talk| {
        let response = talk.ask(THREE);
        let first = items(talk, &response, "?limit=2&order=asc");
        let second = items(talk, &response, &format!("?limit=2&order=asc&after={}", first["last_id"].as_str().expect("an id")));
        texts(&second) == ["Three"] && second["has_more"] == false
    }),
    ("twenty unless said otherwise", |talk| {
        let response = talk.ask(r#"{"input":[<<25*{"role":"user","content":"Hi"},>>]}"#);
        texts(&items(talk, &response, "")).len() == 20 && texts(&items(talk, &response, "?limit=100")).len() == 25
    }),
    ("an item keeps the id that it has", |talk| {
        let response = talk.ask(r#"{"input":[{"id":"msg_mine","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]},{"role":"user","content":"Bye"}]}"#);
        items(talk, &response, "?order=asc")["first_id"] == "msg_mine"
    }),
    ("an item of an output can be referred to", |talk| {
        let first = talk.ask("{}");
        let input = object!({"input": [{"type": "item_reference", "id": first.items()[0]["id"]}, {"role": "user", "content": "Hi"}]});
        let second = talk.ask(&input.to_string());
        second.input() == (first.output() - 1 + 4) + 5 + 3 && told(&items(talk, &second, "?order=asc")) == "assistant user"
    }),
    ("without its type as well", |talk| {
        let first = talk.ask("{}");
        talk.ask(&object!({"input": [{"id": first.items()[0]["id"]}, {"role": "user", "content": "Hi"}]}).to_string()).says()
    }),
    ("an item of an input can be referred to", |talk| {
        let first = talk.ask("{}");
        let id = items(talk, &first, "")["first_id"].clone();
        talk.ask(&object!({"input": [{"type": "item_reference", "id": id}]}).to_string()).input() == first.input()
    }),
    ("output can be sent back as it came", |talk| {
        let first = talk.ask(r#"{"model":"gpt-5","tools":[{"type":"function","name":"f"}],"input":"f"}"#);
        let mut input = vec![object!({"role": "user", "content": "f"})];
        input.extend(first.items().iter().cloned());
        input.push(object!({"type": "function_call_output", "call_id": first.item("function_call")["call_id"], "output": "1"}));
        talk.ask(&object!({"model": "gpt-5", "input": input}).to_string()).kinds() == "reasoning message"
    }),
];

#[rustfmt::skip]
pub(super) const IDS: &[Story] = &[
    ("the same request has the same bytes", |talk| talk.send("{}").bytes() == talk.send("{}").bytes() && talk.ask("{}").body == respond("{}").body),
    ("metadata change the id and not the text", |_| { let other = respond(r#"{"metadata":{"a":"b"}}"#); other.id() != respond("{}").id() && other.text() == respond("{}").text() }),
    ("so does every parameter that does not change the text", |_| {
        let plain = respond("{}");
        let inert = [r#"{"user":"a"}"#, r#"{"safety_identifier":"a"}"#, r#"{"prompt_cache_key":"a"}"#, r#"{"service_tier":"flex"}"#, r#"{"truncation":"auto"}"#, r#"{"max_output_tokens":5000}"#, r#"{"max_tool_calls":9}"#, r#"{"store":false}"#, r#"{"include":["file_search_call.results"]}"#, r#"{"top_logprobs":2}"#, r#"{"prompt_cache_retention":"24h"}"#];
        inert.iter().map(|fields| respond(fields)).all(|other| other.id() != plain.id() && other.text() == plain.text())
    }),
    ("parameters with their defaults may be left out or null", |_| respond(r#"{"metadata":null,"tools":null,"temperature":null,"user":null}"#).body == respond("{}").body),
    ("streamed or not, the ids are the same", |_| { let events = events("{}"); events[0]["response"]["id"] == respond("{}").id() && events[3]["item_id"] == respond("{}").items()[0]["id"] }),
    ("items share the beginning of their response's id", |_| {
        let response = respond(r#"{"model":"gpt-5","tools":[{"type":"web_search"}]}"#);
        let digits = |id: &Value| id.as_str().expect("an id").split_once('_').expect("a prefix").1[..18].to_owned();
        let own = digits(&response.body["id"]);
        response.items().iter().all(|item| digits(&item["id"]) == own)
    }),
    ("the ids have their lengths", |_| {
        let length = |id: &Value, prefix: &str| id.as_str().and_then(|id| id.strip_prefix(prefix)).is_some_and(|digits| digits.len() == 50 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let response = respond(r#"{"tools":[{"type":"function","name":"f"}],"input":"f"}"#);
        length(&response.body["id"], "resp_") && length(&response.items()[0]["id"], "fc_") && response.items()[0]["call_id"].as_str().is_some_and(|id| id.len() == 29)
    }),
    ("a response that goes on has another id", |talk| { let first = talk.ask("{}"); talk.after(&first, "{}").id() != first.id() }),
];
