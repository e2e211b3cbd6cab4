//! Whether the expected requests came: counts, order, and what is told where they did not.

use crate::asking::fake;
use crate::asking::request;
use crate::asking::send;
use crate::support::Fake;
use crate::support::json as json_of;
use openai_fake::Config;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::State;
use serde_json::Value;
use serde_json::json;

#[track_caller]
fn verify(fake: &Fake, body: &Value) -> Reply {
    fake.send(Request::new("POST", "/__parlel/verify").with_json(&body.to_string()))
}

/// The requests that met each expectation, or which were not met and why: `0 count, 2 before`.
#[track_caller]
fn outcome(fake: &Fake, expect: &str, order: bool) -> String {
    let expect: Value = serde_json::from_str(expect).unwrap_or_else(|error| panic!("{error}: {expect}"));
    let reply = verify(fake, &json!({"expect": expect, "order": order}));
    let body = json_of(&reply);
    match reply.status {
        200 => {
            let all = body["expect"].as_array().expect("a list");
            let each = all.iter().map(|one| {
                assert_eq!(one["count"], one["requests"].as_array().expect("a list").len());
                one["requests"].to_string()
            });
            each.collect::<Vec<_>>().join(" ")
        }
        417 => {
            assert_eq!(body["error"]["code"], "expectation_failed");
            assert_eq!(body["error"]["param"], format!("expect[{}]", body["unmet"][0]["expect"]));
            let unmet = body["unmet"].as_array().expect("a list");
            let each = unmet
                .iter()
                .map(|one| format!("{} {}", one["expect"], one["reason"].as_str().expect("a word")));
            each.collect::<Vec<_>>().join(", ")
        }
        status => panic!("{status}: {body}"),
    }
}

#[test]
fn counts_are_exact_or_within_limits() {
    let fake = fake("chat mini models chat:sk-other hot");
    for (expect, told) in [
        ("[]", ""),
        ("[{}]", "[1,2,3,4,5]"),
        (r#"[{"kind":"chat"}]"#, "[1,2,4,5]"),
        (r#"[{"kind":"chat","count":4}]"#, "[1,2,4,5]"),
        (r#"[{"kind":"chat","count":3}]"#, "0 count"),
        (r#"[{"kind":"chat","count":5}]"#, "0 count"),
        (r#"[{"kind":"chat","count":{"min":2}}]"#, "[1,2,4,5]"),
        (r#"[{"kind":"chat","count":{"min":5}}]"#, "0 count"),
        (r#"[{"kind":"chat","count":{"max":4}}]"#, "[1,2,4,5]"),
        (r#"[{"kind":"chat","count":{"max":3}}]"#, "0 count"),
        (r#"[{"kind":"chat","count":{"min":1,"max":4}}]"#, "[1,2,4,5]"),
        (r#"[{"kind":"images","count":0}]"#, "[]"),
        (r#"[{"kind":"images","count":{"max":2}}]"#, "[]"),
        (r#"[{"kind":"images"}]"#, "0 count"),
        (r#"[{"kind":"models","count":0}]"#, "0 count"),
        (r#"[{"model":"gpt-4o","status":200},{"status":400,"count":1}]"#, "[1,4] [5]"),
        (r#"[{"kind":"images"},{"kind":"models"},{"status":500}]"#, "0 count, 2 count"),
        (r#"[{"key":"sk-other","count":1},{"text":"weather"},{"after":2,"count":3}]"#, "[4] [2] [3,4,5]"),
        (r#"[{"path":"/v1/models","count":null,"name":null,"before":null}]"#, "[3]"),
        (r#"[{"path":"/v1/models"},{"kind":"models"},{}]"#, "[3] [3] [1,2,3,4,5]"),
    ] {
        assert_eq!(outcome(&fake, expect, false), told, "{expect}");
    }
    let other = Request::new("POST", "/__parlel/verify")
        .with_header("authorization", "Bearer sk-other")
        .with_json(r#"{"expect":[{"count":1}]}"#);
    assert_eq!(json_of(&fake.send(other))["expect"], json!([{"count": 1, "requests": [1]}]));
}

#[test]
fn a_match_hears_what_rules_hear() {
    let names = "chat mini models hot response embed complete";
    let (without, with) = (fake(names), Fake { state: State::new(Config::default()) });
    // Where rules are in force it is kept what they heard, and nothing is heard again.
    with.state.add_rules(&json!({"match": {"user": "never said"}, "answer": {"text": "x"}})).expect("a rule");
    send(&with, names);
    for (expect, told) in [
        (r#"{"user":"Hello"}"#, "[1,5]"),
        (r#"{"user":"weather","model":"gpt-4o-mini"}"#, "[2]"),
        (r#"{"model":"gpt-4o-mini-2024-07-18"}"#, "[2]"),
        (r#"{"system":"brief"}"#, "[2]"),
        (r#"{"any":"brief"}"#, "[2]"),
        (r#"{"turn":1}"#, "[1,2,5,7]"),
        (r#"{"endpoint":"responses"}"#, "[5]"),
        (r#"{"endpoint":["chat","models"]}"#, "[1,2,3,4]"),
        (r#"{"input":"cat"}"#, "[6]"),
        (r#"{"input":{"ends":"ran."}}"#, "[6]"),
        (r#"{"input":{"all":["cat","dog"]}}"#, "0 count"),
        (r#"{"user":"green"}"#, "[7]"),
        (r#"{"user":"One"}"#, "[7]"),
        // Refused before it was heard, so that nothing is known but what was sent.
        (r#"{"body":{"/temperature":9}}"#, "[4]"),
        (r#"{"model":"gpt-4o"}"#, "[1,4,5]"),
        (r#"{"key":"sk-test"}"#, "[1,2,3,4,5,6,7]"),
        (r#"{"header":{"content-type":"json"},"endpoint":"/v1/responses"}"#, "[5]"),
        ("{}", "[1,2,3,4,5,6,7]"),
    ] {
        let expect = format!(r#"[{{"match":{expect}}}]"#);
        assert_eq!(outcome(&without, &expect, false), told, "{expect}");
        assert_eq!(outcome(&with, &expect, false), told, "{expect}, with rules");
    }
    let fault = r#"{"model":"gpt-4o:fault-429","messages":[{"role":"user","content":"Hello"}]}"#;
    assert_eq!(without.chat(fault).status, 429);
    send(&without, "astray");
    for (expect, told) in [
        (r#"{"user":"Hello","model":"gpt-4o"}"#, "[1,5,8]"),
        // Nobody knows what was meant by a path that leads nowhere.
        (r#"{"endpoint":"unknown","model":"gpt-4o"}"#, "[9]"),
    ] {
        assert_eq!(outcome(&without, &format!(r#"[{{"match":{expect}}}]"#), false), told, "{expect}");
    }
    let both = r#"[{"kind":"chat","match":{"user":"Hello"}}]"#;
    assert_eq!(outcome(&without, both, false), "[1,8]");
}

#[test]
fn hearing_again_leaves_everything_as_it_is() {
    let fake = Fake::new();
    let key = |request: Request| request.with_header("authorization", "Bearer sk-test");
    let conversation =
        json_of(&fake.post("/v1/conversations", "{}"))["id"].as_str().expect("an id").to_owned();
    let body = json!({"model": "gpt-4o", "input": "Hello", "conversation": conversation, "store": true});
    let response =
        json_of(&fake.post("/v1/responses", &body.to_string()))["id"].as_str().expect("an id").to_owned();
    let stored = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}],"store":true}"#;
    assert_eq!(fake.chat(stored).status, 200);
    assert_eq!(fake.post("/v1/images/generations", r#"{"model":"dall-e-3","prompt":"A cat"}"#).status, 200);
    let seen = || {
        let paths = [
            "/v1/chat/completions".to_owned(),
            format!("/v1/conversations/{conversation}/items"),
            format!("/v1/responses/{response}"),
        ];
        paths.map(|path| json_of(&fake.send(key(Request::new("GET", &path)))))
    };
    let before = seen();
    assert_eq!(before[0]["data"].as_array().expect("a list").len(), 1);
    assert_eq!(fake.send(key(Request::new("DELETE", "/v1/models/ft:x"))).status, 200);
    for _ in 0..3 {
        let expect =
            r#"[{"match":{"user":"Hello"}},{"match":{"input":"cat"}},{"match":{"endpoint":"models"}}]"#;
        assert_eq!(outcome(&fake, expect, false).split(' ').next(), Some("[2,3]"));
    }
    assert_eq!(seen(), before);
    let list = fake.captured("", None);
    assert_eq!(list["count"], 11, "nothing was captured but what was sent");
}

#[test]
fn expectations_are_met_one_after_the_other() {
    for (names, expect, told) in [
        ("chat models", r#"[{"kind":"chat"},{"kind":"models"}]"#, "[1] [2]"),
        ("models chat", r#"[{"kind":"chat"},{"kind":"models"}]"#, "1 order"),
        (
            "chat models chat",
            r#"[{"kind":"chat","count":1},{"kind":"models","count":1},{"kind":"chat","count":1}]"#,
            "[1] [2] [3]",
        ),
        ("chat models", r#"[{"kind":"chat"},{"kind":"models"},{"kind":"chat"}]"#, "2 order"),
        ("chat chat models", r#"[{"kind":"chat"},{"kind":"models"}]"#, "[1,2] [3]"),
        ("chat chat models", r#"[{"kind":"chat","count":1},{"kind":"models"}]"#, "0 order"),
        ("chat chat models", r#"[{"kind":"chat","count":2},{"kind":"models"}]"#, "[1,2] [3]"),
        ("chat models chat", r#"[{"kind":"chat","count":2},{"kind":"models"}]"#, "1 order"),
        ("chat chat", r#"[{"kind":"chat","count":1},{"kind":"chat","count":1}]"#, "[1] [2]"),
        ("chat", r#"[{"kind":"chat"},{"kind":"chat"}]"#, "1 order"),
        (
            "chat embed models",
            r#"[{"kind":"chat"},{"kind":"images","count":0},{"kind":"models"}]"#,
            "[1] [] [3]",
        ),
        (
            "chat embed models",
            r#"[{"kind":"chat"},{"kind":"embeddings","count":0},{"kind":"models"}]"#,
            "1 order",
        ),
        (
            "embed chat models embed",
            r#"[{"kind":"chat"},{"kind":"embeddings","count":0},{"kind":"models"}]"#,
            "[2] [] [3]",
        ),
        ("", r#"[{"kind":"chat"}]"#, "0 order"),
        ("", "[]", ""),
    ] {
        assert_eq!(outcome(&fake(names), expect, true), told, "{names}: {expect}");
    }
}

#[test]
fn some_come_before_others() {
    for (names, expect, told) in [
        ("chat models", r#"[{"kind":"chat","before":1},{"kind":"models"}]"#, "[1] [2]"),
        (
            "chat models",
            r#"[{"kind":"chat","before":"listed"},{"kind":"models","name":"listed"}]"#,
            "[1] [2]",
        ),
        ("models chat", r#"[{"kind":"chat","before":1},{"kind":"models"}]"#, "0 before"),
        ("chat models chat", r#"[{"kind":"chat","before":1},{"kind":"models"}]"#, "0 before"),
        ("chat models models", r#"[{"kind":"models"},{"kind":"chat","before":0}]"#, "[2,3] [1]"),
        ("chat", r#"[{"kind":"chat","before":1},{"kind":"models","count":0}]"#, "[1] []"),
        // One request cannot come before itself.
        ("chat", r#"[{"kind":"chat","before":1},{}]"#, "0 before"),
    ] {
        assert_eq!(outcome(&fake(names), expect, false), told, "{names}: {expect}");
    }
}

#[test]
fn what_was_not_met_is_told_to_people() {
    let fake = fake("chat mini models");
    for (expect, order, message) in [
        (
            r#"[{"kind":"chat","model":"gpt-5","count":1}]"#,
            false,
            "expect[0]: wanted exactly 1 request with kind \"chat\", model \"gpt-5\", and none came. The nearest is request 2 \
             (chat, POST /v1/chat/completions, model 'gpt-4o-mini', 200), whose model was to be \"gpt-5\" and is \"gpt-4o-mini\".",
        ),
        (
            r#"[{"name":"asked","match":{"user":"weather","system":"long"}}]"#,
            false,
            "expect[0] ('asked'): wanted at least 1 request with match {\"user\":\"weather\",\"system\":\"long\"}, and none came. \
             The nearest is request 2 (chat, POST /v1/chat/completions, model 'gpt-4o-mini', 200), whose system was to be \
             \"long\" and is \"Be brief.\".",
        ),
        (
            r#"[{"match":{"tools":"get_weather"}}]"#,
            false,
            "expect[0]: wanted at least 1 request with match {\"tools\":\"get_weather\"}, and none came. The nearest is request 3 \
             (models, GET /v1/models, 200), whose tools was to be \"get_weather\" and is nothing.",
        ),
        (
            r#"[{"kind":"chat","count":{"max":1}}]"#,
            false,
            "expect[0]: wanted at most 1 request with kind \"chat\", and 2 came (requests 1, 2).",
        ),
        (
            r#"[{"count":{"min":4,"max":6}}]"#,
            false,
            "expect[0]: wanted 4 to 6 requests, and 3 came (requests 1, 2, 3).",
        ),
        (
            r#"[{"key":"sk-secret","count":2}]"#,
            false,
            "expect[0]: wanted exactly 2 requests with key \"...\", and none came. The nearest is request 3 (models, GET \
             /v1/models, 200), whose key was to be \"this key\" and is \"another key\".",
        ),
        (
            r#"[{"kind":"models"},{"kind":"chat"}]"#,
            true,
            "expect[1]: wanted at least 1 request with kind \"chat\" behind those of the expectations before it, and none came.",
        ),
        (
            r#"[{"kind":"models","before":"talk"},{"kind":"chat","name":"talk"},{"kind":"images","count":0},{"status":429}]"#,
            false,
            "expect[0]: wanted at least 1 request with kind \"models\" before expect[1] ('talk'), whose first is request 1; \
             request 3 did not come before it. expect[3]: wanted at least 1 request with status 429, and none came. The nearest \
             is request 3 (models, GET /v1/models, 200), whose status was to be 429 and is 200.",
        ),
    ] {
        let expect: Value = serde_json::from_str(expect).expect("JSON");
        let reply = verify(&fake, &json!({"expect": expect, "order": order}));
        assert_eq!(
            (reply.status, json_of(&reply)["error"]["message"].as_str()),
            (417, Some(message)),
            "{expect}"
        );
    }
}

#[test]
fn the_same_is_told_as_data() {
    let fake = fake("chat models");
    let reply = verify(
        &fake,
        &json!({"expect": [{"kind": "models"}, {"name": "said", "kind": "chat", "text": "weather", "count": 2}]}),
    );
    assert_eq!(
        json_of(&reply)["unmet"],
        json!([{
            "expect": 1,
            "name": "said",
            "reason": "count",
            "wanted": {"min": 2, "max": 2, "kind": "chat", "text": "weather"},
            "count": 0,
            "requests": [],
            "nearest": {
                "n": 1,
                "kind": "chat",
                "method": "POST",
                "path": "/v1/chat/completions",
                "model": "gpt-4o",
                "status": 200,
                "field": "text",
                "wanted": "weather",
                "got": crate::support::CHAT,
            },
        }])
    );
}

#[test]
fn expectations_that_cannot_be_read_are_refused() {
    let fake = fake("chat");
    for (body, message, param) in [
        ("{}", "Missing required parameter: 'expect'.", "expect"),
        (
            r#"{"expect":{}}"#,
            "Invalid type for 'expect': expected an array of objects, but got an object instead.",
            "expect",
        ),
        (
            r#"{"expect":[1]}"#,
            "Invalid type for 'expect[0]': expected an object, but got an integer instead.",
            "expect[0]",
        ),
        (
            r#"{"expect":[],"order":1}"#,
            "Invalid type for 'order': expected a boolean, but got an integer instead.",
            "order",
        ),
        (r#"{"expect":[],"oder":1}"#, "Unknown parameter: 'oder'. Did you mean 'order'?", "oder"),
        ("[]", "Invalid type for 'body': expected an object, but got an array instead.", "body"),
        (
            r#"{"expect":[{"kin":"chat"}]}"#,
            "Unknown parameter: 'expect[0].kin'. Did you mean 'key' or 'kind'?",
            "expect[0].kin",
        ),
        (
            r#"{"expect":[{},{"cuont":1}]}"#,
            "Unknown parameter: 'expect[1].cuont'. Did you mean 'count'?",
            "expect[1].cuont",
        ),
        (
            r#"{"expect":[{"mach":{}}]}"#,
            "Unknown parameter: 'expect[0].mach'. Did you mean 'match' or 'path'?",
            "expect[0].mach",
        ),
        (
            r#"{"expect":[{"status":"x"}]}"#,
            "Invalid 'expect[0].status': expected a status code such as 400.",
            "expect[0].status",
        ),
        (
            r#"{"expect":[{"name":1}]}"#,
            "Invalid type for 'expect[0].name': expected a string, but got an integer instead.",
            "expect[0].name",
        ),
        (r#"{"expect":[{"count":-1}]}"#, COUNT, "expect[0].count"),
        (r#"{"expect":[{"count":{}}]}"#, COUNT, "expect[0].count"),
        (r#"{"expect":[{"count":{"min":2,"max":1}}]}"#, COUNT, "expect[0].count"),
        (r#"{"expect":[{"count":{"least":2}}]}"#, COUNT, "expect[0].count"),
        (
            r#"{"expect":[{"match":{"usr":"x"}}]}"#,
            "Invalid 'expect[0].match': /usr: unknown key 'usr'; did you mean 'user'?",
            "expect[0].match.usr",
        ),
        (
            r#"{"expect":[{"match":{"user":{"contains":"x","regex":"("}}}]}"#,
            "Invalid 'expect[0].match': /user/regex: this is no regular expression: found open group without closing ')'",
            "expect[0].match.user.regex",
        ),
        (
            r#"{"expect":[{"match":{"count":1}}]}"#,
            "Invalid 'expect[0].match': /count: only a rule counts how often it is met; 'count' stands beside 'match'",
            "expect[0].match.count",
        ),
        (
            r#"{"expect":[{"match":"x"}]}"#,
            "Invalid 'expect[0].match': expected an object, got a text",
            "expect[0].match",
        ),
        (
            r#"{"expect":[{"before":"secnd"},{"name":"second"}]}"#,
            "Invalid 'expect[0].before': \"secnd\" is neither the name nor the number of another expectation. Did you mean 'second'?",
            "expect[0].before",
        ),
        (
            r#"{"expect":[{"before":1}]}"#,
            "Invalid 'expect[0].before': 1 is neither the name nor the number of another expectation.",
            "expect[0].before",
        ),
        (
            r#"{"expect":[{"before":0}]}"#,
            "Invalid 'expect[0].before': 0 is neither the name nor the number of another expectation. That is this one itself.",
            "expect[0].before",
        ),
    ] {
        let reply = fake.send(Request::new("POST", "/__parlel/verify").with_json(body));
        let told = json_of(&reply);
        assert_eq!((reply.status, told["error"]["message"].as_str()), (400, Some(message)), "{body}");
        assert_eq!(told["error"]["param"], param, "{body}");
    }
    let many = json!({"expect": vec![json!({}); 1001]});
    assert_eq!(json_of(&verify(&fake, &many))["error"]["code"], "array_above_max_length");
    assert_eq!(fake.send(request("chat")).status, 200);
}

const COUNT: &str = "Invalid 'expect[0].count': expected a whole number, or an object of 'min' and 'max' with the least first.";
