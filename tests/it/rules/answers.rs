//! What is said, in every shape that can say it: one answer, told alike by chat, Responses and legacy
//! completions, whole and in a stream.

use crate::rules::asking::EMBEDDINGS;
use crate::rules::asking::IMAGES;
use crate::rules::asking::MODERATIONS;
use crate::rules::asking::SHAPES;
use crate::rules::asking::Shape;
use crate::rules::asking::request;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use crate::support::json;
use openai_fake::declared;
use serde_json::Value;
use serde_json::json;

/// A server that answers so.
pub(super) fn answering(answer: &str) -> Fake {
    ruled(&format!(r#"{{"rules":[{{"match":{{}},"answer":{answer}}}]}}"#))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What an answer is in chat and Responses, and what in a legacy completion; empty where it is the same.
const TEXTS: &[(&str, &str, &str)] = &[
    (r#"{"text":"Sunny."}"#, r#"{"text":"Sunny.","finish":"stop"}"#, ""),
    (r#"{"text":""}"#, r#"{"finish":"stop"}"#, ""),
    (r#"{"text":"Grüße 👋\n\"x\"\\"}"#, r#"{"text":"Grüße 👋\n\"x\"\\","finish":"stop"}"#, ""),
    (r#"{"text":"a {{\"{{\"}} b }}"}"#, r#"{"text":"a {{ b }}","finish":"stop"}"#, ""),
    (
        r#"{"content":{"b":[1,2.5,null,true],"a":"x"}}"#,
        r#"{"text":"{\"b\":[1,2.5,null,true],\"a\":\"x\"}","finish":"stop"}"#,
        "",
    ),
    (r#"{"content":[]}"#, r#"{"text":"[]","finish":"stop"}"#, ""),
    (r#"{"text":"One.","pieces":["On","e."]}"#, r#"{"text":"One.","finish":"stop"}"#, ""),
    (r#"{"text":"One, two.","pieces":3}"#, r#"{"text":"One, two.","finish":"stop"}"#, ""),
    (r#"{"pieces":["On","e."]}"#, r#"{"text":"One.","finish":"stop"}"#, ""),
    (r#"{"choices":[{"text":"A"},{"text":"B"}]}"#, r#"{"text":"A","finish":"stop"}"#, ""),
    (r#"{"text":"Cut","finish_reason":"length"}"#, r#"{"text":"Cut","finish":"length"}"#, ""),
    (r#"{"text":"Cut","finish_reason":"content_filter"}"#, r#"{"text":"Cut","finish":"content_filter"}"#, ""),
    (
        r#"{"refusal":"I cannot."}"#,
        r#"{"refusal":"I cannot.","finish":"stop"}"#,
        r#"{"text":"I cannot.","finish":"stop"}"#,
    ),
    (
        r#"{"calls":[{"name":"f"}]}"#,
        r#"{"calls":[["f","{}"]],"finish":"tool_calls"}"#,
        r#"{"finish":"stop"}"#,
    ),
    (
        r#"{"calls":[{"name":"f","arguments":{"a":1,"b":"x"}}]}"#,
        r#"{"calls":[["f","{\"a\":1,\"b\":\"x\"}"]],"finish":"tool_calls"}"#,
        r#"{"finish":"stop"}"#,
    ),
    (
        r#"{"calls":[{"name":"f","arguments":"{\"a\": "}]}"#,
        r#"{"calls":[["f","{\"a\": "]],"finish":"tool_calls"}"#,
        r#"{"finish":"stop"}"#,
    ),
    (
        r#"{"calls":[{"name":"f","arguments":{}},{"name":"g","arguments":{"x":[]}}]}"#,
        r#"{"calls":[["f","{}"],["g","{\"x\":[]}"]],"finish":"tool_calls"}"#,
        r#"{"finish":"stop"}"#,
    ),
    (
        r#"{"calls":[{"name":"s","custom":true,"input":"SELECT 1"}]}"#,
        r#"{"calls":[["s","SELECT 1"]],"finish":"tool_calls"}"#,
        r#"{"finish":"stop"}"#,
    ),
    (
        r#"{"text":"Let me see.","calls":[{"name":"f"}]}"#,
        r#"{"text":"Let me see.","calls":[["f","{}"]],"finish":"tool_calls"}"#,
        r#"{"text":"Let me see.","finish":"stop"}"#,
    ),
];

#[test]
fn every_shape_says_the_same() {
    let mut wrong = Vec::new();
    for (answer, spoken, legacy) in TEXTS {
        let fake = answering(answer);
        for shape in SHAPES {
            let is_legacy = matches!(shape, Shape::Completion | Shape::CompletionStream);
            let expected = if is_legacy && !legacy.is_empty() { legacy } else { spoken };
            let found = shape.said(&shape.ask(&fake, "Hi", &json!({})));
            if found != parsed(expected) {
                wrong.push(format!("{shape:?} {answer}\n  {found}\n  {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a request with these fields is told of the answer.
const LIMITED: &[(Shape, &str, &str, &str)] = &[
    (
        Shape::Chat,
        r#"{"text":"One. Two. Three."}"#,
        r#"{"stop":"Two"}"#,
        r#"{"text":"One. ","finish":"stop"}"#,
    ),
    (
        Shape::Chat,
        r#"{"text":"One. Two. Three.","raw":true}"#,
        r#"{"stop":"Two"}"#,
        r#"{"text":"One. Two. Three.","finish":"stop"}"#,
    ),
    (
        Shape::ChatStream,
        r#"{"text":"One. Two. Three."}"#,
        r#"{"stop":["x","Two"]}"#,
        r#"{"text":"One. ","finish":"stop"}"#,
    ),
    (
        Shape::Completion,
        r#"{"text":"One. Two. Three."}"#,
        r#"{"stop":"Two"}"#,
        r#"{"text":"One. ","finish":"stop"}"#,
    ),
    (
        Shape::Chat,
        r#"{"text":"one two three four five"}"#,
        r#"{"max_tokens":2}"#,
        r#"{"text":"one two","finish":"length"}"#,
    ),
    (
        Shape::ChatStream,
        r#"{"text":"one two three four five"}"#,
        r#"{"max_tokens":2}"#,
        r#"{"text":"one two","finish":"length"}"#,
    ),
    (
        Shape::Completion,
        r#"{"text":"one two three four five"}"#,
        r#"{"max_tokens":2}"#,
        r#"{"text":"one two","finish":"length"}"#,
    ),
    (
        Shape::CompletionStream,
        r#"{"text":"one two three four five"}"#,
        r#"{"max_tokens":2}"#,
        r#"{"text":"one two","finish":"length"}"#,
    ),
    (
        Shape::Chat,
        r#"{"text":"one two three four five","raw":true}"#,
        r#"{"max_tokens":2}"#,
        r#"{"text":"one two three four five","finish":"stop"}"#,
    ),
    (
        Shape::ResponseStream,
        r#"{"text":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"}"#,
        r#"{"max_output_tokens":16}"#,
        r#"{"text":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen","finish":"length"}"#,
    ),
    (Shape::Chat, r#"{"text":"a","finish_reason":"length"}"#, r#"{"stop":"a"}"#, r#"{"finish":"length"}"#),
];

#[test]
fn limits_are_kept_unless_it_is_raw() {
    for (shape, answer, fields, expected) in LIMITED {
        let found = shape.said(&shape.ask(&answering(answer), "Hi", &parsed(fields)));
        assert_eq!(found, parsed(expected), "{shape:?} {answer} {fields}");
    }
}

#[test]
fn what_says_nothing_leaves_what_is_generated() {
    let plain = Fake::new();
    for answer in [
        r#"{"pass":true}"#,
        r#"{"id":"mine"}"#,
        r#"{"usage":{"input":1}}"#,
        r#"{"reasoning":"Hm."}"#,
        r#"{"created":5}"#,
    ] {
        let fake = answering(answer);
        for shape in SHAPES {
            let said = |fake: &Fake| shape.said(&unchecked(fake, shape.request("Hi", &json!({}))));
            assert_eq!(said(&fake), said(&plain), "{shape:?} {answer}");
        }
    }
    for shape in SHAPES {
        let bytes = |fake: &Fake| shape.ask(fake, "Hi", &json!({})).bytes().to_vec();
        assert_eq!(bytes(&answering(r#"{"pass":true}"#)), bytes(&plain), "{shape:?}");
    }
}

#[test]
fn each_of_n_has_its_choice() {
    let fake = answering(
        r#"{"choices":[{"text":"A"},{"text":"B","finish_reason":"length"},{"calls":[{"name":"f"}]}]}"#,
    );
    let reply = Shape::Chat.ask(&fake, "Hi", &json!({"n": 4}));
    let choices = json(&reply)["choices"].clone();
    let told = |at: usize| (choices[at]["message"]["content"].clone(), choices[at]["finish_reason"].clone());
    assert_eq!(told(0), ("A".into(), "stop".into()));
    assert_eq!(told(1), ("B".into(), "length".into()));
    assert_eq!(told(2), (Value::Null, "tool_calls".into()));
    assert_eq!(told(3), ("A".into(), "stop".into()));
}

/// Words with which an error of this name is refused, whatever the shape.
#[test]
fn every_error_that_has_a_name_is_an_answer() {
    for known in declared::errors() {
        for name in std::iter::once(&known.name).chain(known.aliases) {
            let fake = answering(&format!(r#"{{"error":"{name}"}}"#));
            for shape in SHAPES {
                let reply = unchecked(&fake, shape.request("Hi", &json!({})));
                let responds = matches!(shape, Shape::Response | Shape::ResponseStream);
                let status = if responds && known.name == "model_not_found" { 400 } else { known.status };
                assert_eq!(reply.status, status, "{shape:?} {name}");
                for (header, value) in &known.headers {
                    assert_eq!(reply.get(header), Some(value.as_str()), "{shape:?} {name} {header}");
                    let lines =
                        reply.head.split("\r\n").filter(|line| line.starts_with(&format!("{header}: ")));
                    assert_eq!(lines.count(), 1, "{shape:?} {name} {header}");
                }
                let Some(words) = &known.words else {
                    assert_eq!(reply.get("content-type"), Some("text/html"), "{name}");
                    continue;
                };
                let told = json(&reply)["error"].clone();
                for key in ["message", "type", "param", "code"] {
                    assert!(told.get(key).is_some(), "{name} {told}");
                }
                if matches!(shape, Shape::Chat | Shape::ChatStream) {
                    let id = reply.get("x-request-id").expect("an id");
                    let words = Value::from(words.clone()).to_string();
                    let words = words
                        .replace("a-model", "gpt-4o")
                        .replace("req_00000000000000000000000000000001", id);
                    assert_eq!(told.to_string(), words, "{name}");
                }
            }
        }
    }
}

/// An answer, and the status and the body of the reply of any operation.
const LITERAL: &[(&str, u16, &str)] = &[
    (r#"{"json":{"a":[1,"b"]}}"#, 200, r#"{"a":[1,"b"]}"#),
    (r#"{"json":null}"#, 200, "null"),
    (r#"{"json":"x"}"#, 200, r#""x""#),
    (r#"{"json":{"a":1},"status":418}"#, 418, r#"{"a":1}"#),
    (r#"{"json":[],"status":599}"#, 599, "[]"),
    (
        r#"{"error":{"status":409,"message":"Later"}}"#,
        409,
        r#"{"error":{"message":"Later","type":"invalid_request_error","param":null,"code":null}}"#,
    ),
    (
        r#"{"error":{"message":"No"}}"#,
        400,
        r#"{"error":{"message":"No","type":"invalid_request_error","param":null,"code":null}}"#,
    ),
    (
        r#"{"error":{"status":500,"message":"M","type":"t","param":"p","code":"c"}}"#,
        500,
        r#"{"error":{"message":"M","type":"t","param":"p","code":"c"}}"#,
    ),
    (
        r#"{"error":{"name":"insufficient_quota","message":"M"}}"#,
        429,
        r#"{"error":{"message":"M","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
    ),
    (
        r#"{"error":{"name":"insufficient_quota","status":402,"message":"M","code":null}}"#,
        402,
        r#"{"error":{"message":"M","type":"insufficient_quota","param":null,"code":null}}"#,
    ),
    (
        r#"{"error":{"name":"conflict","type":null,"message":"M"}}"#,
        409,
        r#"{"error":{"message":"M","type":null,"param":null,"code":"conflict"}}"#,
    ),
];

const ANY: &[(&str, &str)] = &[
    (EMBEDDINGS, r#"{"model":"text-embedding-3-small","input":"a"}"#),
    (MODERATIONS, r#"{"input":"a"}"#),
    (IMAGES, r#"{"model":"gpt-image-1","prompt":"a"}"#),
    ("/v1/conversations", "{}"),
    ("/v1/nowhere", "{}"),
];

#[test]
fn any_operation_answers_literally() {
    for (answer, status, body) in LITERAL {
        let fake = answering(answer);
        let talks = SHAPES.iter().map(|shape| (shape.path(), shape.body("Hi", &json!({})).to_string()));
        let others = ANY.iter().map(|(path, body)| (*path, (*body).to_owned()));
        for (path, asked) in talks.chain(others) {
            let reply = unchecked(&fake, request(path, &asked));
            assert_eq!(
                (reply.status, String::from_utf8_lossy(reply.bytes()).as_ref()),
                (*status, *body),
                "{path} {answer}"
            );
            assert_eq!(reply.get("content-type"), Some("application/json"), "{path} {answer}");
        }
    }
}

#[test]
fn headers_take_the_place_of_those_that_every_reply_has() {
    let fake = answering(
        r#"{"json":{},"headers":{"X-Request-Id":"mine","x-other":"a: b","content-type":"text/x","x-ratelimit-remaining-requests":"0"}}"#,
    );
    let reply = unchecked(&fake, Shape::Chat.request("Hi", &json!({})));
    for (name, value) in [
        ("x-request-id", "mine"),
        ("x-other", "a: b"),
        ("content-type", "text/x"),
        ("x-ratelimit-remaining-requests", "0"),
    ] {
        let lines: Vec<&str> =
            reply.head.split("\r\n").filter(|line| line.starts_with(&format!("{name}: "))).collect();
        assert_eq!(lines, [format!("{name}: {value}")]);
    }
    assert!(reply.get("openai-version").is_some());
    let fake = answering(r#"{"error":{"name":"overloaded","headers":{"retry-after":"7","x-a":"b"}}}"#);
    let reply = Shape::Chat.ask(&fake, "Hi", &json!({}));
    assert_eq!((reply.status, reply.get("retry-after"), reply.get("x-a")), (503, Some("7"), Some("b")));
}

/// The vectors of the inputs.
fn vectors(fake: &Fake, input: &str) -> Vec<Value> {
    let body = format!(r#"{{"model":"text-embedding-3-small","input":{input},"dimensions":3}}"#);
    let reply = unchecked(fake, request(EMBEDDINGS, &body));
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
    json(&reply)["data"].as_array().expect("data").iter().map(|one| one["embedding"].clone()).collect()
}

#[test]
fn vectors_are_given_or_those_of_other_texts() {
    let plain = Fake::new();
    let of = |text: &str| vectors(&plain, &format!(r#""{text}""#))[0].clone();
    assert_eq!(vectors(&answering(r#"{"embedding":[1,0.5,-2]}"#), r#""a""#), [json!([1.0, 0.5, -2.0])]);
    assert_eq!(
        vectors(&answering(r#"{"embedding":[1,0,0]}"#), r#"["a","b"]"#),
        [json!([1.0, 0.0, 0.0]), json!([1.0, 0.0, 0.0])]
    );
    assert_eq!(vectors(&answering(r#"{"like":"feline"}"#), r#""cat""#), [of("feline")]);
    assert_eq!(
        vectors(&answering(r#"{"like":"the {{input}}"}"#), r#"["cat","dog"]"#),
        [of("the cat"), of("the dog")]
    );
    assert_eq!(vectors(&answering(r#"{"pass":true}"#), r#""cat""#), [of("cat")]);
    let fake = ruled(
        r#"[{"match":{"input":"cat"},"answer":{"like":"feline"}},{"match":{"input":{"equals":"dog"}},"answer":{"embedding":[0,0,1]}}]"#,
    );
    assert_eq!(vectors(&fake, r#"["a cat","dog","hen"]"#), [of("feline"), json!([0.0, 0.0, 1.0]), of("hen")]);
    // A text is no answer to this, and the rule is passed over.
    assert_eq!(vectors(&answering(r#"{"text":"no"}"#), r#""cat""#), [of("cat")]);
}

#[test]
fn flags_are_raised() {
    let asked = |answer: &str, input: &str| {
        let reply = unchecked(&answering(answer), request(MODERATIONS, &format!(r#"{{"input":{input}}}"#)));
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
        json(&reply)["results"].clone()
    };
    let results = asked(r#"{"flags":["violence","hate"]}"#, r#""a""#);
    assert_eq!(
        (
            &results[0]["flagged"],
            &results[0]["categories"]["violence"],
            &results[0]["categories"]["hate"],
            &results[0]["categories"]["sexual"]
        ),
        (&json!(true), &json!(true), &json!(true), &json!(false))
    );
    let results = asked(r#"{"flags":{"violence":0.9}}"#, r#"["a","b"]"#);
    for at in 0..2 {
        assert_eq!(
            (&results[at]["flagged"], &results[at]["category_scores"]["violence"]),
            (&json!(true), &json!(0.9))
        );
    }
    let results = asked(r#"{"flags":[]}"#, r#""[flagged] I will kill you""#);
    assert_eq!(results[0]["flagged"], json!(false));
}

#[test]
fn pictures_are_given() {
    const PICTURE: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let asked = |answer: &str, body: &str| {
        let reply = unchecked(&answering(answer), request(IMAGES, body));
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
        json(&reply)["data"].clone()
    };
    let body = r#"{"model":"gpt-image-1","prompt":"a"}"#;
    for answer in [
        format!(r#"{{"image":"{PICTURE}"}}"#),
        format!(r#"{{"image":{{"base64":"{PICTURE}"}}}}"#),
        format!(r#"{{"image":["{PICTURE}"]}}"#),
    ] {
        assert_eq!(asked(&answer, body)[0]["b64_json"], PICTURE, "{answer}");
    }
    let two = format!(r#"{{"image":["{PICTURE}","AAAA"]}}"#);
    let data = asked(&two, r#"{"model":"gpt-image-1","prompt":"a","n":3}"#);
    assert_eq!(
        (&data[0]["b64_json"], &data[1]["b64_json"], &data[2]["b64_json"]),
        (&json!(PICTURE), &json!("AAAA"), &json!(PICTURE))
    );
    let data = asked(
        r#"{"image":{"url":"https://x.test/a.png","revised_prompt":"A fox."}}"#,
        r#"{"model":"dall-e-3","prompt":"a"}"#,
    );
    assert_eq!(
        (&data[0]["url"], &data[0]["revised_prompt"]),
        (&json!("https://x.test/a.png"), &json!("A fox."))
    );
}
