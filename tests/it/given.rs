//! What a rule gives beside the words: every shape tells it, whole and streamed.

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

/// A server with this rule.
#[track_caller]
fn with(rule: &Value) -> Fake {
    let fake = Fake::new();
    let reply = fake.post("/__parlel/rules", &rule.to_string());
    assert_eq!(reply.status, 200, "{}", json(&reply));
    fake
}

/// What is answered, whatever its shape: what is given need not be what the API would say.
fn send(fake: &Fake, request: Request) -> Reply {
    let mut reply = answer(&fake.state, &Arc::new(request.with_header("authorization", "Bearer sk-test")));
    std::mem::take(&mut reply.effects).run(&fake.state);
    reply
}

fn post(fake: &Fake, path: &str, body: &Value) -> Reply {
    send(fake, Request::new("POST", path).with_json(&body.to_string()))
}

fn get(fake: &Fake, path: &str) -> Reply {
    send(fake, Request::new("GET", path))
}

/// The data of the events of a stream.
fn events(reply: &Reply) -> Vec<Value> {
    let text = String::from_utf8_lossy(reply.bytes()).into_owned();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

/// Asks for a response, whole and streamed, which must be the same; its output.
#[track_caller]
fn responds(fake: &Fake, body: &Value) -> Value {
    let mut streamed = body.clone();
    streamed["stream"] = true.into();
    let whole = json(&post(fake, "/v1/responses", body));
    let events = events(&post(fake, "/v1/responses", &streamed));
    assert_eq!(events.last().expect("an event")["response"]["output"], whole["output"]);
    let items = events.iter().filter(|event| event["type"] == "response.output_item.done");
    assert_eq!(items.map(|event| event["item"].clone()).collect::<Value>(), whole["output"]);
    whole
}

fn kinds(response: &Value) -> Vec<&str> {
    let items = response["output"].as_array().into_iter().flatten();
    items.filter_map(|item| item["type"].as_str()).collect()
}

#[test]
fn items_stand_before_what_is_said_or_wait_for_the_client() {
    let computer = json!({"type": "computer_call", "call_id": "call_1", "action": {"type": "screenshot"}});
    let search =
        json!({"type": "web_search_call", "id": "ws_mine", "action": {"type": "search", "query": "x"}});
    let ask = json!({"model": "gpt-4o", "input": "Hello"});
    for (answer, expected) in [
        (json!({"items": [search], "text": "Sunny."}), vec!["web_search_call", "message"]),
        (json!({"items": [search]}), vec!["web_search_call", "message"]),
        (json!({"items": [search, computer]}), vec!["web_search_call", "computer_call"]),
        (json!({"items": [computer], "text": "Look."}), vec!["computer_call", "message"]),
        (
            json!({"reasoning": "Hm.", "items": [search], "text": "So."}),
            vec!["reasoning", "web_search_call", "message"],
        ),
        (
            json!({"text": "Let me see.", "calls": [{"name": "one", "arguments": {}}]}),
            vec!["message", "function_call"],
        ),
    ] {
        let fake = with(&json!({"match": {}, "answer": answer}));
        let response = responds(&fake, &ask);
        assert_eq!(kinds(&response), expected, "{answer}");
        let of_search = response["output"].as_array().into_iter().flatten();
        let mut of_search = of_search.filter(|item| item["type"] == "web_search_call");
        assert!(of_search.all(|item| item["id"] == "ws_mine" && item["status"] == "completed"));
        // A chat passes over what it cannot tell.
        assert_eq!(fake.chat(CHAT).status, 200, "{answer}");
    }
}

#[test]
fn a_response_of_a_given_id_is_gone_on_from() {
    let fake = with(&json!({"match": {}, "answer": {"text": "Hi.", "id": "mine", "usage": {"cached": 2}}}));
    let response = responds(&fake, &json!({"model": "gpt-4o", "input": "Hello"}));
    assert_eq!(
        (&response["id"], &response["usage"]["input_tokens_details"]["cached_tokens"]),
        (&json!("mine"), &json!(2))
    );
    assert_eq!(json(&get(&fake, "/v1/responses/mine")), response);
    let item = &response["output"][0]["id"];
    for more in [
        json!({"model": "gpt-4o", "input": [{"type": "item_reference", "id": item}]}),
        json!({"model": "gpt-4o", "input": "Again", "previous_response_id": "mine"}),
        json!({"model": "gpt-4o", "input": "Again", "previous_response_id": "mine"}),
    ] {
        let next = json(&post(&fake, "/v1/responses", &more));
        assert_eq!(next["id"], "mine", "{next}");
    }
}

#[test]
fn pages_are_cited_in_the_shape_of_each_operation() {
    let page = json!({"type": "url_citation", "end_index": 3, "start_index": 0, "title": "T", "url": "https://a.test"});
    for text in ["Sunny.", ""] {
        let fake = with(&json!({"match": {}, "answer": {"text": text, "annotations": [page]}}));
        let response = responds(&fake, &json!({"model": "gpt-4o", "input": "Hello"}));
        assert_eq!(response["output"][0]["content"][0]["annotations"], json!([page]));
    }
    let fake = with(&json!({"match": {}, "answer": {"text": "Sunny.", "annotations": [page]}}));
    let message = json(&fake.chat(CHAT));
    assert_eq!(message["choices"][0]["message"]["annotations"][0]["url_citation"]["title"], "T");
}

#[test]
fn the_probabilities_of_an_older_completion_stand_behind_its_prompt() {
    let tokens = json!([
        {"token": "Üb", "logprob": -0.5, "top": [{"token": "Ab", "logprob": -1.5}]},
        {"token": "er", "logprob": -0.25},
    ]);
    let fake = with(&json!({"match": {}, "answer": {"text": "Über", "logprobs": tokens}}));
    let body = r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Say","echo":true,"logprobs":1}"#;
    let told = &json(&fake.post("/v1/completions", body))["choices"][0]["logprobs"];
    assert_eq!(told["tokens"], json!(["Say", "Üb", "er"]));
    assert_eq!(told["text_offset"], json!([0, 3, 5]));
    assert_eq!(told["token_logprobs"], json!([null, -0.5, -0.25]));
    assert_eq!(told["top_logprobs"], json!([null, {"Ab": -1.5}, {}]));
}

#[test]
fn a_picture_is_told_as_it_is_given() {
    let image = |image: Value| with(&json!({"match": {}, "answer": {"image": image}}));
    let ask = |fake: &Fake, model: &str| {
        let body = json!({"model": model, "prompt": "A cat"});
        json(&post(fake, "/v1/images/generations", &body))["data"][0].clone()
    };
    let fake = image("R0lGODlh".into());
    assert_eq!(ask(&fake, "gpt-image-1")["b64_json"], "R0lGODlh");
    let linked = ask(&fake, "dall-e-3");
    let url = linked["url"].as_str().expect("an address");
    let (_, path) = url.split_once("4747").expect("a path");
    let reply = get(&fake, path);
    assert_eq!((reply.status, reply.bytes()), (200, &b"GIF89a"[..]));
    let fake = image(json!({"url": "https://a.test/cat.png"}));
    for model in ["gpt-image-1", "dall-e-3"] {
        assert_eq!(ask(&fake, model)["url"], "https://a.test/cat.png");
    }
}
