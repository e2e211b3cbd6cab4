//! Places in an answer that are filled in with what was asked.

use crate::rules::asking::CHATS;
use crate::rules::asking::COMPLETIONS;
use crate::rules::asking::RESPONSES;
use crate::rules::asking::Shape;
use crate::rules::asking::refusal;
use crate::rules::asking::request;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::json;
use serde_json::Value;
use serde_json::json;

const CHAT: &str = r#"{"model":"gpt-4o","temperature":0.5,"metadata":{"who":"Ann \"A\""},"store":true,
    "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Weather in \"Oslo\"\nnow?"}]}"#;

/// What a rule of this match says for its text, to that chat.
fn text(wanted: &str, template: &str) -> Value {
    let rule = json!({"match": serde_json::from_str::<Value>(wanted).expect("a match"), "answer": {"text": template}});
    let reply = unchecked(&ruled(&rule.to_string()), request(CHATS, CHAT).with_header("x-test", "alpha"));
    assert_eq!(reply.status, 200, "{template}: {}", String::from_utf8_lossy(reply.bytes()));
    json(&reply)["choices"][0]["message"]["content"].clone()
}

#[test]
fn places_are_filled_in() {
    for (wanted, template, expected) in [
        ("{}", "plain", "plain"),
        ("{}", "You said: {{user}}", "You said: Weather in \"Oslo\"\nnow?"),
        ("{}", "{{ user }}{{user}}", "Weather in \"Oslo\"\nnow?Weather in \"Oslo\"\nnow?"),
        ("{}", "{{system}}", "Be brief."),
        ("{}", "{{model}}", "gpt-4o"),
        ("{}", "{{key}}", "sk-test"),
        ("{}", "{{turn}}", "1"),
        ("{}", "{{count}}", "1"),
        ("{}", "{{header \"x-test\"}}", "alpha"),
        ("{}", "{{header \"X-Test\"}}", "alpha"),
        ("{}", "{{body \"/temperature\"}}", "0.5"),
        ("{}", "{{body \"/metadata/who\"}}", "Ann \"A\""),
        ("{}", "{{body \"/metadata\"}}", "{\"who\":\"Ann \\\"A\\\"\"}"),
        ("{}", "{{body \"/messages/0/role\"}}", "system"),
        ("{}", "{{\"{{\"}}user}}", "{{user}}"),
        ("{}", "{{\"a\\n\\\"b\\\"\"}}", "a\n\"b\""),
        ("{}", "{ {user} }", "{ {user} }"),
        ("{}", "}} {", "}} {"),
        (r#"{"user":{"regex":"in \"(\\w+)\""}}"#, "{{match 1}}", "Oslo"),
        (r#"{"user":{"regex":"in \"(\\w+)\""}}"#, "{{match 0}}", "in \"Oslo\""),
        (
            r#"{"user":{"regex":"(?P<what>\\w+) in \"(?P<city>\\w+)\""}}"#,
            "{{match city}}: {{match what}}",
            "Oslo: Weather",
        ),
        (r#"{"user":{"regex":"(Weather)|(Time)"}}"#, "[{{match 1}}{{match 2}}]", "[Weather]"),
        (r#"{"user":{"regex":"(weather)","fold":true}}"#, "{{match 1}}", "Weather"),
        (r#"{"model":{"regex":"gpt-(\\w+)"},"user":{"regex":"(O\\w+)"}}"#, "{{match 1}}", "4o"),
        (r#"{"user":{"any":["x",{"regex":"(O\\w+)"}]}}"#, "{{match 1}}", "Oslo"),
        (r#"{"header":{"x-test":{"regex":"^(al)"}}}"#, "{{match 1}}", "al"),
        (r#"{"body":{"/temperature":{"regex":"\\.(\\d)"}}}"#, "{{match 1}}", "5"),
    ] {
        assert_eq!(text(wanted, template), expected, "{wanted} {template}");
    }
}

#[test]
fn in_json_they_are_escaped_or_keep_their_type() {
    let told = |answer: Value| {
        let reply = unchecked(
            &ruled(&json!({"match": {"user": {"regex": "in (.*)"}}, "answer": answer}).to_string()),
            request(CHATS, CHAT),
        );
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
        json(&reply)
    };
    let arguments = |arguments: Value| {
        told(json!({"calls": [{"name": "f", "arguments": arguments}]}))["choices"][0]["message"]["tool_calls"]
            [0]["function"]["arguments"]
            .clone()
    };
    assert_eq!(arguments(json!({"city": "{{match 1}}"})), r#"{"city":"\"Oslo\""}"#);
    assert_eq!(arguments(json!(r#"{"city":"{{match 1}}"}"#)), r#"{"city":"\"Oslo\""}"#);
    assert_eq!(arguments(json!(r#"{"said":"{{user}}"}"#)), r#"{"said":"Weather in \"Oslo\"\nnow?"}"#);
    assert_eq!(arguments(json!({"t": "{{body \"/temperature\"}}"})), r#"{"t":0.5}"#);
    assert_eq!(arguments(json!({"t": "it is {{body \"/temperature\"}}"})), r#"{"t":"it is 0.5"}"#);
    assert_eq!(
        arguments(json!({"m": "{{body \"/metadata\"}}", "n": ["{{turn}}"]})),
        r#"{"m":{"who":"Ann \"A\""},"n":["1"]}"#
    );
    let content = told(json!({"content": {"a": "{{user}}", "b": ["{{body \"/store\"}}"]}}))["choices"][0]["message"]["content"].clone();
    assert_eq!(content, r#"{"a":"Weather in \"Oslo\"\nnow?","b":[true]}"#);
    assert_eq!(
        told(json!({"json": {"echo": "{{body \"/messages\"}}", "t": "{{match 1}}"}}))["echo"][0]["role"],
        "system"
    );
}

#[test]
fn what_else_has_templates() {
    let asked = |answer: Value, path: &str, body: &str| {
        let reply =
            unchecked(&ruled(&json!({"match": {}, "answer": answer}).to_string()), request(path, body));
        (reply.status, json(&reply))
    };
    let (status, error) = asked(
        json!({"error": {"status": 418, "message": "No {{user}}"}}),
        COMPLETIONS,
        r#"{"model":"gpt-3.5-turbo-instruct","prompt":"tea"}"#,
    );
    assert_eq!((status, &error["error"]["message"]), (418, &json!("No tea")));
    let (_, chat) = asked(json!({"refusal": "Not {{model}}"}), CHATS, CHAT);
    assert_eq!(chat["choices"][0]["message"]["refusal"], "Not gpt-4o");
    let (_, chat) = asked(
        json!({"calls": [{"name": "s", "custom": true, "input": "say {{user}}", "id": "call_{{turn}}"}]}),
        CHATS,
        CHAT,
    );
    let call = chat["choices"][0]["message"]["tool_calls"][0].clone();
    assert_eq!(
        (&call["id"], &call["custom"]["input"]),
        (&json!("call_1"), &json!("say Weather in \"Oslo\"\nnow?"))
    );
    let (_, response) =
        asked(json!({"choices": [{"text": "{{input}}"}]}), RESPONSES, r#"{"model":"gpt-4o","input":"a"}"#);
    assert_eq!(response["error"]["code"], "rule_template");
    let outputs = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}},
        {"id":"b","type":"function","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"a","content":"20"},{"role":"tool","tool_call_id":"b","content":"30"}]}"#;
    let (_, chat) = asked(json!({"text": "It is {{tool_result}} ({{turn}})."}), CHATS, outputs);
    assert_eq!(chat["choices"][0]["message"]["content"], "It is 20\n30 (2).");
}

#[test]
fn what_is_not_there_is_refused_with_the_rules_name() {
    for (template, place) in [
        ("{{tool_result}}", "tool_result"),
        ("{{input}}", "input"),
        ("{{header \"x-none\"}}", "header \"x-none\""),
        ("{{body \"/none\"}}", "body \"/none\""),
        ("{{body \"/messages/7/content\"}}", "body \"/messages/7/content\""),
    ] {
        let fake = ruled(&json!({"name": "mine", "match": {}, "answer": {"text": template}}).to_string());
        for shape in [Shape::Chat, Shape::ChatStream] {
            let reply = shape.ask(&fake, "Hi", &json!({}));
            let error = json(&reply)["error"].clone();
            let message = error["message"].as_str().expect("a message");
            assert_eq!((reply.status, &error["code"]), (400, &json!("rule_template")), "{template}");
            assert!(message.contains("'mine'") && message.contains(&format!("{{{{{place}}}}}")), "{message}");
        }
    }
}

#[test]
fn what_can_never_be_there_is_refused_on_load() {
    for (wanted, template, why) in [
        ("{}", "{{match 1}}", "needs a 'regex'"),
        (r#"{"user":{"regex":"a(b)"}}"#, "{{match 2}}", "has 1 groups"),
        (r#"{"user":{"regex":"a(?P<b>b)"}}"#, "{{match c}}", "no group of this name"),
        (r#"{"user":{"not":{"regex":"a(b)"}}}"#, "{{match 1}}", "needs a 'regex'"),
        ("{}", "{{usr}}", "did you mean 'user'"),
        ("{}", "{{}}", "a template has no ''"),
        ("{}", "{{user", "not closed"),
        ("{}", "{{\"}}", "not closed"),
        ("{}", "{{user x}}", "followed by nothing"),
        ("{}", "{{header}}", "a name in quotation marks"),
        ("{}", "{{header x}}", "a name in quotation marks"),
        ("{}", "{{body}}", "a JSON pointer in quotation marks"),
        ("{}", "{{body \"model\"}}", "a JSON pointer in quotation marks"),
    ] {
        let answer = |answer: Value| {
            refusal(
                &json!({"match": serde_json::from_str::<Value>(wanted).expect("a match"), "answer": answer})
                    .to_string(),
            )
        };
        for message in [
            answer(json!({"text": template})),
            answer(json!({"content": {"a": [template]}})),
            answer(json!({"calls": [{"name": "f", "arguments": template}]})),
            answer(json!({"calls": [{"name": "f", "arguments": {"a": template}}]})),
            answer(json!({"json": {"a": template}})),
            answer(json!({"error": {"message": template}})),
            answer(json!({"reasoning": [template]})),
            answer(json!({"like": template})),
            answer(json!({"id": template, "text": "x"})),
        ] {
            assert!(message.contains(why), "{template}: {message}");
        }
    }
}
