//! Bodies that went wrong at random places: each is answered or refused, in the form that the API has for
//! either, and what is answered can be sent back.

use crate::refusals::RESPONSE;
use crate::refusals::responses;
use crate::refusals::with;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::Config;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use serde_json::json;

/// Numbers that say where and how a body goes wrong.
struct Draws<'a>(std::slice::Iter<'a, u16>);

impl Draws<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.0.next().map_or(0, |number| usize::from(*number) % limit)
    }

    fn value(&mut self) -> Value {
        let values = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(1e30),
            json!(""),
            json!("x"),
            json!("auto"),
            json!("call_1"),
            json!("\u{0}🙂"),
            json!([]),
            json!({}),
            json!([[]]),
            json!([{}]),
            json!({"type": "function"}),
            json!({"type": "message"}),
            json!(u64::MAX),
        ];
        values[self.below(values.len())].clone()
    }

    fn spoil(&mut self, value: &mut Value) {
        let deeper = self.below(4) > 0;
        match value {
            Value::Object(fields) if deeper && !fields.is_empty() => {
                let at = self.below(fields.len());
                let name = fields.keys().nth(at).expect("a name").clone();
                match self.below(8) {
                    0 => drop(fields.shift_remove(&name)),
                    1 => drop(fields.insert(format!("{name}x"), self.value())),
                    _ => self.spoil(&mut fields[&name]),
                }
            }
            Value::Array(items) if deeper && !items.is_empty() => {
                let at = self.below(items.len());
                match self.below(8) {
                    0 => drop(items.remove(at)),
                    1 => items.push(items[at].clone()),
                    _ => self.spoil(&mut items[at]),
                }
            }
            _ => *value = self.value(),
        }
    }
}

/// The same numbers each time: a test that fails now and then tells nobody why.
fn each(body: impl Fn(&[u16])) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner =
        TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::with_cases(3000) }, rng);
    let numbers = vec(any::<u16>(), 24);
    runner
        .run(&numbers, |numbers| {
            body(&numbers);
            Ok(())
        })
        .expect("each is answered or refused");
}

#[test]
fn a_response_is_answered_or_refused_whatever_is_asked() {
    let fake = Fake::new();
    each(|numbers| {
        let mut draws = Draws(numbers.iter());
        let fields = responses::TAKEN[draws.below(responses::TAKEN.len())];
        // Long texts take long and are the same all through.
        if fields.contains("<<") {
            return;
        }
        let mut body: Value = serde_json::from_str(&with(RESPONSE, fields)).expect("a body");
        for _ in 0..draws.below(3) {
            draws.spoil(&mut body);
        }
        let path =
            ["/v1/responses", "/v1/responses/input_tokens", "/v1/responses/compact"][draws.below(5).min(2)];
        let reply = fake.post(path, &body.to_string());
        assert!([200, 400, 404].contains(&reply.status), "{path} {body}");
        if reply.status == 200 && path == "/v1/responses" && body["stream"] != true {
            send_back(&fake, &body, &json(&reply));
        }
    });
}

/// Goes on from an answer without storing it, as clients do.
fn send_back(fake: &Fake, body: &Value, response: &Value) {
    let mut input = match &body["input"] {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        text => vec![json!({"role": "user", "content": text})],
    };
    // What asked for a summary is no part of what goes on.
    input.retain(|item| item["type"] != "compaction_trigger");
    let output = response["output"].as_array().expect("items");
    input.extend(output.iter().cloned());
    for call in output.iter().filter(|item| item["call_id"].is_string()) {
        let kind = format!("{}_output", call["type"].as_str().expect("a type"));
        input.push(json!({"type": kind, "call_id": call["call_id"], "output": "Done."}));
    }
    input.push(json!({"role": "user", "content": "And then?"}));
    let next = json!({"model": body["model"].as_str().unwrap_or("gpt-4o"), "input": input, "store": false});
    let reply = fake.post("/v1/responses", &next.to_string());
    assert_eq!(reply.status, 200, "{next}\n{}", String::from_utf8_lossy(reply.bytes()));
}

#[test]
fn a_chat_is_answered_or_refused_whatever_is_asked() {
    const ASKED: &[&str] = &[
        r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],"tool_choice":"auto"}"#,
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"https://a.test/b.png"}}]}]}"#,
        r#"{"messages":[{"role":"user","content":"f"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_1","content":"x"}]}"#,
        r#"{"response_format":{"type":"json_schema","json_schema":{"name":"X","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}}}"#,
        r#"{"n":2,"logprobs":true,"top_logprobs":2,"stop":["a"],"logit_bias":{"1":1},"store":true,"metadata":{"a":"b"}}"#,
        r#"{"stream":true,"stream_options":{"include_usage":true}}"#,
    ];
    let fake = Fake::new();
    each(|numbers| {
        let mut draws = Draws(numbers.iter());
        let mut body: Value =
            serde_json::from_str(&with(CHAT, ASKED[draws.below(ASKED.len())])).expect("a body");
        for _ in 0..draws.below(3) {
            draws.spoil(&mut body);
        }
        let reply = fake.chat(&body.to_string());
        assert!([200, 400, 404].contains(&reply.status), "{body}");
    });
}
