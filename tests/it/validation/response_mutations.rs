//! The checks of responses and of their events notice what is broken.

use super::Exchange;
use super::responses;
use super::responses::Watched;
use super::rules;
use super::shapes;
use super::streams;
use openai_fake::Request;
use serde_json::Value;
use serde_json::json;

const SEARCH: &str = include_str!("streams/search.sse");
const CALLS: &str = include_str!("streams/calls.sse");
const TOOLS: &str = include_str!("streams/tools.sse");
const INCOMPLETE: &str = include_str!("streams/incomplete.sse");
const FAILED: &str = include_str!("streams/failed.sse");

const ALL: &[&str] = &[SEARCH, CALLS, TOOLS, INCOMPLETE, FAILED];

fn events(text: &str) -> Vec<Value> {
    let events = streams::named(text).expect("good framing");
    for event in &events {
        shapes::check("response_event", event).expect("a good event");
    }
    events
}

/// Checks a stream whose padding is taken as it comes in its first delta.
fn check(events: &[Value], asked: &Value, after: Option<u64>) -> Result<(), String> {
    let is_padded = events.iter().any(|event| event.get("obfuscation").is_some());
    responses::check(events, &Watched { asked, after, is_padded })
}

fn renumbered(mut events: Vec<Value>) -> Vec<Value> {
    for (number, event) in events.iter_mut().enumerate() {
        event["sequence_number"] = number.into();
    }
    events
}

/// Whether an event may be missing, or stand twice: what only tells more.
fn is_free(event: &Value) -> bool {
    let kind = event["type"].as_str().unwrap_or_default();
    ["response.queued", "error"].contains(&kind)
        || kind.ends_with("partial_image") && event["partial_image_index"] == 1
}

/// Whether nothing else tells the value of a key.
fn is_told_once(key: &str) -> bool {
    ["partial_image_b64", "message", "param", "code"].contains(&key)
}

#[test]
fn a_broken_stream_of_a_response_is_noticed() {
    for text in ALL {
        let good = events(text);
        check(&good, &Value::Null, None).unwrap_or_else(|wrong| panic!("{wrong}"));
        let broken = |what: &str, events: Vec<Value>| {
            let told = renumbered(events);
            assert!(check(&told, &Value::Null, None).is_err(), "{what}: {told:#?}");
        };
        // What failed may have been cut anywhere.
        let failed = good.last().is_some_and(|end| end["type"] == "response.failed");
        for (at, event) in good.iter().enumerate() {
            let mut events = good.clone();
            events.remove(at);
            if at + 1 < good.len() {
                check(&events, &Value::Null, None).expect_err("a number is missing");
            }
            if !is_free(event) && !failed {
                broken(&format!("{event} is missing"), events);
            }
            events = good.clone();
            events.insert(at, event.clone());
            if event.get("delta").is_none() || !failed {
                broken(&format!("{event} comes twice"), events);
            }
            if at > 0 && !failed {
                events = good.clone();
                events.swap(at - 1, at);
                if event.get("annotation").is_none() && events[at].get("annotation").is_none() {
                    broken(&format!("{event} comes too early"), events);
                }
            }
            for (key, value) in event.as_object().expect("an event") {
                let mut events = good.clone();
                events[at][key] = if value.is_u64() { json!(99) } else { json!("other") };
                let is_wrong = shapes::check("response_event", &events[at]).is_err()
                    || check(&events, &Value::Null, None).is_err();
                assert!(is_wrong || is_told_once(key) || failed, "{key} of {}", events[at]);
            }
        }
        broken("nothing", vec![]);
    }
}

#[test]
fn what_the_events_tell_is_told_again() {
    let broken = |text: &str, what: &str, change: &dyn Fn(&mut Vec<Value>)| {
        let mut events = events(text);
        change(&mut events);
        assert!(check(&events, &Value::Null, None).is_err(), "{what}");
    };
    let at = |text: &str, kind: &str| {
        events(text).iter().position(|event| event["type"] == kind).unwrap_or_else(|| panic!("no {kind}"))
    };
    for (text, kind, place) in [
        (SEARCH, "response.output_text.annotation.added", "/annotation/title"),
        (SEARCH, "response.output_item.added", "/item/id"),
        (SEARCH, "response.reasoning_summary_part.done", "/part/text"),
        (SEARCH, "response.completed", "/response/output/2/content/0/text"),
        (SEARCH, "response.completed", "/response/metadata/a"),
        (SEARCH, "response.completed", "/response/status"),
        (SEARCH, "response.created", "/response/status"),
        (SEARCH, "response.created", "/response/service_tier"),
        (SEARCH, "response.in_progress", "/response/id"),
        (CALLS, "response.output_item.added", "/item/arguments"),
        (CALLS, "response.output_item.added", "/item/call_id"),
        (CALLS, "response.output_item.done", "/item/arguments"),
        (TOOLS, "response.created", "/response/background"),
        (TOOLS, "response.code_interpreter_call_code.done", "/code"),
        (INCOMPLETE, "response.content_part.added", "/part/refusal"),
        (INCOMPLETE, "response.output_text.delta", "/logprobs/0/token"),
        (INCOMPLETE, "response.output_text.done", "/logprobs/0/logprob"),
    ] {
        broken(text, &format!("{place} of {kind}"), &|events| {
            *events[at(text, kind)].pointer_mut(place).expect("a place") = "other".into();
        });
    }
    broken(SEARCH, "the keys in another order", &|events| {
        let event = events[at(SEARCH, "response.output_text.done")].as_object_mut().expect("an event");
        let item = event.shift_remove("content_index").expect("a key");
        event.insert("content_index".to_owned(), item);
    });
    broken(SEARCH, "the response's keys in another order", &|events| {
        let response = events[0]["response"].as_object_mut().expect("a response");
        let id = response.shift_remove("id").expect("a key");
        response.insert("id".to_owned(), id);
    });
    broken(SEARCH, "a whole block of padding", &|events| {
        events[at(SEARCH, "response.output_text.delta")]["obfuscation"] = "a".repeat(27).into();
    });
    let mut paying = events(SEARCH)[0].clone();
    paying["response"]["billing"] = json!({"payer": "developer"});
    shapes::check("response_event", &paying).expect_err("no event tells who pays");
    let watched = |is_padded| Watched { asked: &Value::Null, after: None, is_padded };
    responses::check(&events(SEARCH), &watched(false)).expect_err("padding was not wanted");
    responses::check(&events(INCOMPLETE), &watched(true)).expect_err("padding was wanted");
}

#[test]
fn a_stream_is_taken_up_again_anywhere() {
    for text in ALL {
        let whole = events(text);
        for after in 0..whole.len() - 1 {
            let rest = &whole[after + 1..];
            check(rest, &Value::Null, Some(after as u64)).unwrap_or_else(|wrong| panic!("{wrong}"));
            check(rest, &Value::Null, None).expect_err("the beginning is missing");
            check(rest, &Value::Null, Some(after as u64 + 1)).expect_err("another number");
        }
    }
}

#[test]
fn a_response_echoes_what_was_asked_for() {
    let whole = events(SEARCH).pop().expect("an end")["response"].take();
    let asked =
        json!({"model": "gpt-5", "instructions": "Be kind.", "metadata": {"a": "b"}, "temperature": 1});
    rules::check(&whole, &asked).expect("a good response");
    rules::check(&whole, &Value::Null).expect("a good response");
    for (name, value) in [
        ("model", json!("gpt-4o")),
        ("instructions", Value::Null),
        ("metadata", json!({})),
        ("temperature", json!(0.5)),
        ("top_p", json!(0.5)),
        ("store", json!(false)),
        ("background", json!(true)),
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!("conv_1")),
        ("conversation", json!({"id": "conv_1"})),
        ("user", json!("a")),
        ("tools", json!([{"type": "custom", "name": "a"}])),
        ("tool_choice", json!("none")),
        ("text", json!({"format": {"type": "json_object"}})),
        ("include", json!(["message.output_text.logprobs"])),
    ] {
        let mut other = asked.clone();
        other[name] = value;
        rules::check(&whole, &other).expect_err(name);
    }
    for (place, value) in [
        ("/usage/total_tokens", json!(5)),
        ("/usage/output_tokens_details/reasoning_tokens", json!(4)),
        ("/usage/input_tokens_details/cached_tokens", json!(9)),
        ("/output/0/id", whole["output"][1]["id"].clone()),
        ("/completed_at", json!(1)),
        ("/max_output_tokens", json!(2)),
    ] {
        let mut other = whole.clone();
        *other.pointer_mut(place).expect("a place") = value;
        rules::check(&other, &Value::Null).expect_err(place);
    }
    let cut = events(INCOMPLETE).pop().expect("an end")["response"].take();
    rules::check(&cut, &Value::Null).expect("a good response");
    let mut other = cut;
    other["max_output_tokens"] = 17.into();
    rules::check(&other, &Value::Null).expect_err("the limit was not reached");
}

#[test]
fn a_page_has_its_keys_in_order_and_names_its_ends() {
    let page = json!({"object": "list", "data": [{"id": "a"}, {"id": "b"}], "first_id": "a", "has_more": false, "last_id": "b"});
    rules::order("input_items", &page).expect("its order");
    rules::order("stored_messages", &page).expect_err("another order");
    rules::check(&page, &Value::Null).expect("a good page");
    for name in ["first_id", "last_id"] {
        let mut other = page.clone();
        other[name] = "c".into();
        rules::check(&other, &Value::Null).expect_err(name);
    }
}

#[test]
fn each_operation_is_told_by_its_path() {
    let exchange = |method: &str, target: &str, body: &str, answer: &str| {
        let mut request = Request::new(method, target);
        request.body = body.as_bytes().to_vec();
        let is_stream = answer.starts_with("event: ");
        let content_type = if is_stream { "text/event-stream; charset=utf-8" } else { "application/json" };
        let content_type = Some(content_type);
        Exchange { request: &request, status: 200, content_type, body: answer.as_bytes() }.check()
    };
    let id = "/v1/responses/resp_1";
    let asked =
        r#"{"model":"gpt-5","input":"a","stream":true,"instructions":"Be kind.","metadata":{"a":"b"}}"#;
    exchange("POST", "/v1/responses", asked, SEARCH).expect("a stream");
    exchange("GET", &format!("{id}?stream=true"), "", SEARCH).expect("a stream");
    exchange("GET", id, "", SEARCH).expect_err("no stream was asked for");
    let whole = r#"{"id":"resp_1"}"#;
    exchange("GET", &format!("{id}?stream=true"), "", whole).expect_err("a stream was asked for");
    let rest = SEARCH.split_inclusive("\n\n").skip(4).collect::<String>();
    exchange("GET", &format!("{id}?stream=true&starting_after=3"), "", &rest).expect("the rest of it");
    exchange("GET", &format!("{id}?stream=true&starting_after=4"), "", &rest).expect_err("another rest");
    let bare = "?stream=true&include_obfuscation=false";
    exchange("GET", &format!("{id}{bare}"), "", SEARCH).expect_err("no padding was asked for");
    exchange("GET", &format!("{id}{bare}"), "", INCOMPLETE).expect("no padding");
    let counted = r#"{"object":"response.input_tokens","input_tokens":1}"#;
    exchange("POST", "/v1/responses/input_tokens", "", counted).expect("a count");
    for (method, target) in [
        ("GET", "/v1/responses/"),
        ("GET", "/v1/responses/resp_1/"),
        ("GET", "/v1/responses/resp_1/unheard-of"),
        ("POST", "/v1/responses/resp_1"),
        ("GET", "/v1/conversations"),
    ] {
        let wrong = exchange(method, target, "", counted).expect_err(target);
        assert!(wrong.contains("does not know this operation"), "{target}: {wrong}");
    }
}
