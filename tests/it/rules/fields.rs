//! What stands around what is said: names, numbers, thoughts, probabilities, hosted items.

use crate::rules::answers::answering;
use crate::rules::asking::SHAPES;
use crate::rules::asking::Shape;
use crate::rules::asking::data;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::json;
use openai_fake::Reply;
use serde_json::Value;
use serde_json::json;

/// The object of a reply: that of the last event that has one, or of the first chunk.
fn object(shape: Shape, reply: &Reply) -> Value {
    match shape {
        Shape::ResponseStream => {
            data(reply).iter().rev().find_map(|event| event.get("response")).expect("a response").clone()
        }
        shape if shape.streams() => data(reply)[0].clone(),
        _ => json(reply),
    }
}

#[track_caller]
fn told(answer: &str, shape: Shape, fields: &Value, pointer: &str) -> Value {
    // Ids and models need not look like the API's.
    let reply = unchecked(&answering(answer), shape.request("Hi", fields));
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
    object(shape, &reply).pointer(pointer).cloned().unwrap_or_default()
}

#[test]
fn names_are_overridden() {
    for shape in SHAPES {
        let created =
            if matches!(shape, Shape::Response | Shape::ResponseStream) { "/created_at" } else { "/created" };
        let ours = r#"{"text":"x","id":"my_id","created":7,"model":"my-model"}"#;
        assert_eq!(told(ours, *shape, &json!({}), "/id"), "my_id", "{shape:?}");
        assert_eq!(told(ours, *shape, &json!({}), created), 7, "{shape:?}");
        assert_eq!(told(ours, *shape, &json!({}), "/model"), "my-model", "{shape:?}");
        let generated = r#"{"id":"my_{{user}}","created":7}"#;
        assert_eq!(told(generated, *shape, &json!({}), "/id"), "my_Hi", "{shape:?}");
    }
    let ours = r#"{"text":"x","system_fingerprint":"fp_mine"}"#;
    for shape in [Shape::Chat, Shape::ChatStream] {
        assert_eq!(told(ours, shape, &json!({}), "/system_fingerprint"), "fp_mine", "{shape:?}");
    }
}

#[test]
fn usage_is_counted_from_what_is_said_or_given() {
    // Answer, input, output, cached, reasoning, total: of a chat and of a response.
    const CASES: &[(&str, [u64; 5])] = &[
        (r#"{"text":"one two three"}"#, [8, 3, 0, 0, 11]),
        (r#"{"text":"one two three","usage":{"input":5}}"#, [5, 3, 0, 0, 8]),
        (r#"{"text":"one two three","usage":{"prompt_tokens":5,"completion_tokens":6}}"#, [5, 6, 0, 0, 11]),
        (
            r#"{"text":"one two three","usage":{"input_tokens":5,"output_tokens":6,"total_tokens":99}}"#,
            [5, 6, 0, 0, 99],
        ),
        (
            r#"{"text":"one","usage":{"input":2000,"output":20,"cached":1024,"reasoning":10}}"#,
            [2000, 20, 1024, 10, 2020],
        ),
        (r#"{"text":"one","usage":{"input":1,"output":0,"total":1}}"#, [1, 0, 0, 0, 1]),
    ];
    for (answer, expected) in CASES {
        let number = |shape, pointer: &str| told(answer, shape, &json!({}), pointer).as_u64().expect(pointer);
        let chat = [
            "prompt_tokens",
            "completion_tokens",
            "prompt_tokens_details/cached_tokens",
            "completion_tokens_details/reasoning_tokens",
            "total_tokens",
        ];
        let response = [
            "input_tokens",
            "output_tokens",
            "input_tokens_details/cached_tokens",
            "output_tokens_details/reasoning_tokens",
            "total_tokens",
        ];
        for (shape, names) in
            [(Shape::Chat, chat), (Shape::Response, response), (Shape::ResponseStream, response)]
        {
            let mut expected = *expected;
            // A response's message costs one more.
            if shape != Shape::Chat && !answer.contains("output") && !answer.contains("completion") {
                expected[1] += 1;
                expected[4] += 1;
            }
            assert_eq!(
                names.map(|name| number(shape, &format!("/usage/{name}"))),
                expected,
                "{shape:?} {answer}"
            );
        }
    }
    let reply = Shape::ChatStream.ask(
        &answering(CASES[4].0),
        "Hi",
        &json!({"stream_options": {"include_usage": true}}),
    );
    let usage = data(&reply).last().expect("a chunk")["usage"].clone();
    assert_eq!((&usage["prompt_tokens"], &usage["completion_tokens"]), (&json!(2000), &json!(20)));
}

#[test]
fn pieces_are_as_given() {
    let deltas = |answer: &str, shape: Shape| -> Vec<String> {
        let reply = shape.ask(&answering(answer), "Hi", &json!({}));
        let text = |event: &Value| {
            let delta = match shape {
                Shape::ResponseStream if event["type"] == "response.output_text.delta" => &event["delta"],
                Shape::ChatStream => &event["choices"][0]["delta"]["content"],
                Shape::CompletionStream => &event["choices"][0]["text"],
                _ => &Value::Null,
            };
            delta.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        data(&reply).iter().filter_map(text).collect()
    };
    for shape in SHAPES.iter().copied().filter(|shape| shape.streams()) {
        assert_eq!(
            deltas(r#"{"text":"Hello","pieces":["He","l","lo"]}"#, shape),
            ["He", "l", "lo"],
            "{shape:?}"
        );
        assert_eq!(deltas(r#"{"text":"Hällo👋","pieces":2}"#, shape), ["Hä", "ll", "o👋"], "{shape:?}");
        assert_eq!(deltas(r#"{"text":"Hello","pieces":100}"#, shape), ["Hello"], "{shape:?}");
        assert_eq!(deltas(r#"{"text":"one two"}"#, shape), ["one", " two"], "{shape:?}");
        assert_eq!(deltas(r#"{"text":"{{user}} you","pieces":1}"#, shape).len(), 6, "{shape:?}");
    }
}

#[test]
fn thoughts_are_told_and_counted() {
    let answer = r#"{"text":"42.","reasoning":["First {{user}}.","Then."]}"#;
    let fake = answering(answer);
    let fields = json!({"model": "gpt-5", "reasoning": {"summary": "auto", "effort": "low"}});
    for shape in [Shape::Response, Shape::ResponseStream] {
        let response = object(shape, &shape.ask(&fake, "Hi", &fields));
        let thought = response["output"]
            .as_array()
            .expect("output")
            .iter()
            .find(|item| item["type"] == "reasoning")
            .expect("thought")
            .clone();
        assert_eq!(thought["summary"][0]["text"], "First Hi.", "{shape:?}");
        assert_eq!(thought["summary"][1]["text"], "Then.", "{shape:?}");
        assert!(response["usage"]["output_tokens_details"]["reasoning_tokens"].as_u64().expect("tokens") > 0);
    }
    let chat = object(Shape::Chat, &Shape::Chat.ask(&fake, "Hi", &json!({"model": "gpt-5"})));
    assert_eq!(chat["choices"][0]["message"]["content"], "42.");
    assert!(chat["usage"]["completion_tokens_details"]["reasoning_tokens"].as_u64().expect("tokens") > 0);
}

#[test]
fn probabilities_are_told_where_they_are_asked_for() {
    let answer = r#"{"text":"Yes.","logprobs":[{"token":"Yes","logprob":-0.1,"top":[{"token":"Yes","logprob":-0.1},{"token":"No","logprob":-2.5}]},{"token":".","logprob":-0.01}]}"#;
    let chat = told(
        answer,
        Shape::Chat,
        &json!({"logprobs": true, "top_logprobs": 2}),
        "/choices/0/logprobs/content",
    );
    assert_eq!(
        (&chat[0]["token"], &chat[0]["logprob"], &chat[0]["top_logprobs"][1]["token"]),
        (&json!("Yes"), &json!(-0.1), &json!("No"))
    );
    assert_eq!((&chat[1]["token"], &chat[1]["logprob"]), (&json!("."), &json!(-0.01)));
    assert_eq!(told(answer, Shape::Chat, &json!({}), "/choices/0/logprobs"), Value::Null);
    assert_eq!(told(answer, Shape::Chat, &json!({}), "/choices/0/message/content"), "Yes.");
    // What a limit cuts off has none.
    let fields = json!({"logprobs": true, "max_tokens": 1});
    assert_eq!(told(answer, Shape::Chat, &fields, "/choices/0/logprobs/content/0/token"), "Yes");
    assert_eq!(told(answer, Shape::Chat, &fields, "/choices/0/logprobs/content/1"), Value::Null);
    let completion = told(answer, Shape::Completion, &json!({"logprobs": 1}), "/choices/0/logprobs");
    assert_eq!(
        (&completion["tokens"], &completion["token_logprobs"]),
        (&json!(["Yes", "."]), &json!([-0.1, -0.01]))
    );
    let fields = json!({"include": ["message.output_text.logprobs"], "top_logprobs": 2});
    let response = told(answer, Shape::Response, &fields, "/output/0/content/0/logprobs");
    assert_eq!((&response[0]["token"], &response[0]["logprob"]), (&json!("Yes"), &json!(-0.1)));
}

#[test]
fn ids_of_calls_are_given_or_made() {
    let answer = r#"{"calls":[{"name":"f","id":"call_mine"},{"name":"g"}]}"#;
    let calls = told(answer, Shape::Chat, &json!({}), "/choices/0/message/tool_calls");
    assert_eq!(calls[0]["id"], "call_mine");
    assert!(calls[1]["id"].as_str().expect("an id").starts_with("call_") && calls[1]["id"] != calls[0]["id"]);
    let response = told(answer, Shape::Response, &json!({}), "/output");
    assert_eq!(response[0]["call_id"], "call_mine");
    let again = told(answer, Shape::Chat, &json!({}), "/choices/0/message/tool_calls/1/id");
    assert_eq!(again, calls[1]["id"]);
}

#[test]
fn hosted_items_and_what_a_text_cites() {
    let answer = r#"{"text":"See there.","items":[{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"{{user}}"}}],
        "annotations":[{"type":"url_citation","start_index":0,"end_index":3,"url":"https://x.test","title":"X"}]}"#;
    for shape in [Shape::Response, Shape::ResponseStream] {
        let output = told(answer, shape, &json!({}), "/output");
        assert_eq!(
            (&output[0]["type"], &output[0]["id"], &output[0]["action"]["query"]),
            (&json!("web_search_call"), &json!("ws_1"), &json!("Hi")),
            "{shape:?}"
        );
        assert_eq!(output[1]["content"][0]["annotations"][0]["url"], "https://x.test", "{shape:?}");
    }
    let message = told(answer, Shape::Chat, &json!({}), "/choices/0/message");
    assert_eq!(
        (&message["content"], &message["annotations"][0]["url_citation"]["url"]),
        (&json!("See there."), &json!("https://x.test"))
    );
}

#[test]
fn what_is_said_is_stored_and_gone_on_from() {
    let fake = ruled(
        r#"[{"match":{"turn":1},"answer":{"text":"First."}},{"match":{"turn":2,"any":"First."},"answer":{"text":"Second."}}]"#,
    );
    let first = json(&Shape::Response.ask(&fake, "Hi", &json!({})));
    let reply = Shape::Response.ask(&fake, "And?", &json!({"previous_response_id": first["id"]}));
    assert_eq!(Shape::Response.said(&reply)["text"], "Second.");
    let stored = json(&fake.get(&format!("/v1/responses/{}", json(&reply)["id"].as_str().expect("an id"))));
    assert_eq!(stored["output"][0]["content"][0]["text"], "Second.");
    let chat = json(&Shape::Chat.ask(&fake, "Hi", &json!({"store": true})));
    let stored = json(&fake.get(&format!("/v1/chat/completions/{}", chat["id"].as_str().expect("an id"))));
    assert_eq!(stored["choices"][0]["message"]["content"], "First.");
}
