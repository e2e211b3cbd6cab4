//! Whom a rule answers: a body that is asked, and matches that hold of it or do not.

use crate::rules::asking::CHATS;
use crate::rules::asking::COMPLETIONS;
use crate::rules::asking::EMBEDDINGS;
use crate::rules::asking::IMAGES;
use crate::rules::asking::MODERATIONS;
use crate::rules::asking::RESPONSES;
use crate::rules::asking::request;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use openai_fake::Request;

/// A rule of this match that answers with what nothing else answers with.
fn rule(wanted: &str) -> Fake {
    ruled(&format!(r#"{{"rules":[{{"match":{wanted},"answer":{{"error":"conflict"}}}}]}}"#))
}

/// Asserts which of the matches hold of a request.
#[track_caller]
fn holds(request: impl Fn() -> Request, matches: &[(&str, bool)]) {
    let mut wrong = Vec::new();
    for (wanted, expected) in matches {
        let status = unchecked(&rule(wanted), request()).status;
        assert!(status == 409 || status < 300 || status == 404, "{wanted}: {status}");
        if (status == 409) != *expected {
            wrong.push(format!("{wanted} should hold: {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const CHAT: &str = r#"{"model":"gpt-4o","temperature":0.5,"top_p":1,"metadata":{"a":"x","b/c":"y"},"store":true,
    "messages":[{"role":"system","content":"You are terse."},{"role":"user","content":"Weather in Paris?"}],
    "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{}}}}]}"#;

#[test]
fn the_last_user_message_in_every_form() {
    holds(
        || request(CHATS, CHAT),
        &[
            ("{}", true),
            (r#"{"user":"Paris"}"#, true),
            (r#"{"user":"paris"}"#, false),
            (r#"{"user":"terse"}"#, false),
            (r#"{"user":{"contains":"Weather"}}"#, true),
            (r#"{"user":{"contains":"weather"}}"#, false),
            (r#"{"user":{"equals":"Weather in Paris?"}}"#, true),
            (r#"{"user":{"equals":"Weather in Paris"}}"#, false),
            (r#"{"user":{"starts":"Weather"}}"#, true),
            (r#"{"user":{"starts":"in"}}"#, false),
            (r#"{"user":{"ends":"Paris?"}}"#, true),
            (r#"{"user":{"ends":"Paris"}}"#, false),
            (r#"{"user":{"regex":"in (\\w+)"}}"#, true),
            (r#"{"user":{"regex":"^in"}}"#, false),
            (r#"{"user":{"regex":"(?i)WEATHER"}}"#, true),
            (r#"{"user":{"regex":"London|Paris"}}"#, true),
            (r#"{"user":{"regex":"^[A-Za-z ]{16}\\?$"}}"#, true),
            (r#"{"user":{"not":"London"}}"#, true),
            (r#"{"user":{"not":"Paris"}}"#, false),
            (r#"{"user":{"not":{"starts":"Paris"}}}"#, true),
            (r#"{"user":{"not":{"not":"Paris"}}}"#, true),
            (r#"{"user":{"not":{"any":["London","Paris"]}}}"#, false),
            (r#"{"user":{"any":["London","Paris"]}}"#, true),
            (r#"{"user":{"any":["London","Rome"]}}"#, false),
            (r#"{"user":{"any":[{"starts":"x"},{"ends":"?"}]}}"#, true),
            (r#"{"user":{"any":[null,"Rome"]}}"#, false),
            (r#"{"user":null}"#, false),
            (r#"{"user":{"not":null}}"#, true),
        ],
    );
}

#[test]
fn several_tests_of_one_text_and_folding() {
    holds(
        || request(CHATS, CHAT),
        &[
            (r#"{"user":{"starts":"Weather","ends":"?"}}"#, true),
            (r#"{"user":{"starts":"Weather","ends":"!"}}"#, false),
            (r#"{"user":{"contains":"Weather","not":"Paris"}}"#, false),
            (r#"{"user":{"contains":"Weather","not":"London"}}"#, true),
            (r#"{"user":{"contains":"in","regex":"P.r","any":["a","b"]}}"#, true),
            (r#"{"user":{"contains":"in","regex":"P.x","any":["a","b"]}}"#, false),
            (r#"{"user":{"contains":"PARIS","fold":true}}"#, true),
            (r#"{"user":{"contains":"PARIS","fold":false}}"#, false),
            (r#"{"user":{"equals":"weather in paris?","fold":true}}"#, true),
            (r#"{"user":{"starts":"weather","fold":true}}"#, true),
            (r#"{"user":{"ends":"PARIS?","fold":true}}"#, true),
            (r#"{"user":{"regex":"in paris","fold":true}}"#, true),
            (r#"{"user":{"regex":"in paris"}}"#, false),
            (r#"{"user":{"all":["Weather","Paris"]}}"#, true),
            (r#"{"user":{"all":["Weather","Rome"]}}"#, false),
        ],
    );
}

#[test]
fn what_else_a_conversation_says() {
    holds(
        || request(CHATS, CHAT),
        &[
            (r#"{"system":"terse"}"#, true),
            (r#"{"system":"Paris"}"#, false),
            (r#"{"system":null}"#, false),
            (r#"{"system":{"equals":"You are terse."}}"#, true),
            (r#"{"any":"terse"}"#, true),
            (r#"{"any":"Paris"}"#, true),
            (r#"{"any":"Rome"}"#, false),
            (r#"{"any":{"not":"terse"}}"#, false),
            (r#"{"any":{"not":"Rome"}}"#, true),
            (r#"{"any":{"starts":"You","ends":"?"}}"#, false),
            (r#"{"tool_result":null}"#, true),
            (r#"{"tool_result":"20"}"#, false),
            (r#"{"tool_called":null}"#, true),
            (r#"{"tool_called":"get_weather"}"#, false),
            (r#"{"turn":1}"#, true),
            (r#"{"turn":2}"#, false),
            (r#"{"turn":[1,3]}"#, true),
            (r#"{"turn":[2,3]}"#, false),
            (r#"{"turn":{"min":1}}"#, true),
            (r#"{"turn":{"min":2}}"#, false),
            (r#"{"turn":{"max":1}}"#, true),
            (r#"{"turn":{"min":1,"max":4}}"#, true),
            (r#"{"input":null}"#, true),
            (r#"{"input":"Paris"}"#, false),
            (r#"{"schema":null}"#, true),
            (r#"{"schema":"report"}"#, false),
        ],
    );
}

#[test]
fn names_are_meant_whole() {
    holds(
        || request(CHATS, CHAT),
        &[
            (r#"{"tools":"get_weather"}"#, true),
            (r#"{"tools":"weather"}"#, false),
            (r#"{"tools":{"contains":"weather"}}"#, true),
            (r#"{"tools":{"starts":"get_"}}"#, true),
            (r#"{"tools":{"regex":"^get_.*"}}"#, true),
            (r#"{"tools":{"any":["search","get_weather"]}}"#, true),
            (r#"{"tools":{"any":["search","weather"]}}"#, false),
            (r#"{"tools":{"not":"get_weather"}}"#, false),
            (r#"{"tools":{"not":"search"}}"#, true),
            (r#"{"tools":null}"#, false),
            (r#"{"model":"gpt-4o"}"#, true),
            (r#"{"model":"gpt-4o-2024-08-06"}"#, true),
            (r#"{"model":"gpt-4"}"#, false),
            (r#"{"model":{"starts":"gpt-4"}}"#, true),
            (r#"{"model":{"not":"gpt-4o"}}"#, false),
            (r#"{"model":{"equals":"GPT-4O","fold":true}}"#, true),
            (r#"{"key":"sk-test"}"#, true),
            (r#"{"key":"sk-"}"#, false),
            (r#"{"key":{"starts":"sk-"}}"#, true),
            (r#"{"endpoint":"chat"}"#, true),
            (r#"{"endpoint":"responses"}"#, false),
            (r#"{"endpoint":["responses","chat"]}"#, true),
            (r#"{"endpoint":"/v1/chat/completions"}"#, true),
            (r#"{"endpoint":"/v1/chat"}"#, false),
            (r#"{"endpoint":["/v1/responses","completions"]}"#, false),
        ],
    );
}

#[test]
fn headers_and_the_body() {
    holds(
        || request(CHATS, CHAT).with_header("x-test", "alpha"),
        &[
            (r#"{"header":{"x-test":"alph"}}"#, true),
            (r#"{"header":{"X-Test":{"equals":"alpha"}}}"#, true),
            (r#"{"header":{"x-test":"beta"}}"#, false),
            (r#"{"header":{"x-none":null}}"#, true),
            (r#"{"header":{"x-none":{"not":"alpha"}}}"#, true),
            (r#"{"header":{"x-none":"alpha"}}"#, false),
            (r#"{"header":{"x-test":"alpha","content-type":{"starts":"application/json"}}}"#, true),
            (r#"{"header":{"x-test":"alpha","content-type":"text"}}"#, false),
            (r#"{"header":{"authorization":{"ends":"sk-test"}}}"#, true),
            (r#"{"body":{"/model":"4o"}}"#, true),
            (r#"{"body":{"/model":{"equals":"gpt-4"}}}"#, false),
            (r#"{"body":{"/temperature":0.5}}"#, true),
            (r#"{"body":{"/temperature":0.50}}"#, true),
            (r#"{"body":{"/temperature":1}}"#, false),
            (r#"{"body":{"/top_p":1.0}}"#, true),
            (r#"{"body":{"/temperature":{"equals":0.5}}}"#, true),
            (r#"{"body":{"/store":true}}"#, true),
            (r#"{"body":{"/store":false}}"#, false),
            (r#"{"body":{"/stream":null}}"#, true),
            (r#"{"body":{"/store":null}}"#, false),
            (r#"{"body":{"/messages/0/role":"system"}}"#, true),
            (r#"{"body":{"/messages/1/content":{"regex":"Paris\\?$"}}}"#, true),
            (r#"{"body":{"/messages/2":{"exists":false}}}"#, true),
            (r#"{"body":{"/tools/0":{"exists":true}}}"#, true),
            (r#"{"body":{"/tools/1":{"exists":true}}}"#, false),
            (r#"{"body":{"/metadata/b~1c":{"equals":"y"}}}"#, true),
            (r#"{"body":{"/metadata":{"equals":{"b/c":"y","a":"x"}}}}"#, true),
            (r#"{"body":{"/metadata":{"equals":{"a":"x"}}}}"#, false),
            (r#"{"body":{"/messages":{"contains":"Paris"}}}"#, true),
            (r#"{"body":{"/temperature":"0.5"}}"#, true),
            (r#"{"body":{"/model":"4o","/temperature":0.5}}"#, true),
            (r#"{"body":{"/model":"4o","/temperature":0.6}}"#, false),
        ],
    );
}

#[test]
fn all_conditions_must_hold() {
    holds(
        || request(CHATS, CHAT),
        &[
            (
                r#"{"user":"Paris","system":"terse","model":"gpt-4o","tools":"get_weather","turn":1,"tool_result":null}"#,
                true,
            ),
            (
                r#"{"user":"Paris","system":"terse","model":"gpt-4o","tools":"get_weather","turn":2,"tool_result":null}"#,
                false,
            ),
            (r#"{"user":"Paris","endpoint":"responses"}"#, false),
            (r#"{"user":"Paris","count":1}"#, true),
            (r#"{"user":"Paris","count":2}"#, false),
            (r#"{"user":"Rome","count":1}"#, false),
        ],
    );
}

/// Two calls of tools and what these put out, behind an answer and a second question.
const LOOP: &str = r#"{"model":"gpt-4o-2024-08-06","messages":[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"},
    {"role":"assistant","content":"Hello!"},{"role":"user","content":[{"type":"text","text":"Weather in Oslo"},{"type":"text","text":"and Rome?"}]},
    {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{}"}},
    {"id":"call_2","type":"function","function":{"name":"get_time","arguments":"{}"}}]},
    {"role":"tool","tool_call_id":"call_1","content":"20 degrees"},{"role":"tool","tool_call_id":"call_2","content":"noon"}]}"#;

/// The same as items.
const ITEMS: &str = r#"{"model":"gpt-4o","instructions":"Be kind.","input":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello!"},
    {"role":"user","content":[{"type":"input_text","text":"Weather in Oslo"},{"type":"input_text","text":"and Rome?"}]},
    {"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{}"},{"type":"function_call","call_id":"call_2","name":"get_time","arguments":"{}"},
    {"type":"function_call_output","call_id":"call_1","output":"20 degrees"},{"type":"function_call_output","call_id":"call_2","output":"noon"}]}"#;

const IN_A_LOOP: &[(&str, bool)] = &[
    (r#"{"tool_result":"20"}"#, true),
    (r#"{"tool_result":"noon"}"#, true),
    (r#"{"tool_result":{"equals":"noon"}}"#, true),
    (r#"{"tool_result":{"starts":"20","ends":"noon"}}"#, false),
    (r#"{"tool_result":{"not":"noon"}}"#, false),
    (r#"{"tool_result":null}"#, false),
    (r#"{"tool_result":"Oslo"}"#, false),
    (r#"{"tool_called":"get_weather"}"#, true),
    (r#"{"tool_called":"get_time"}"#, true),
    (r#"{"tool_called":"get"}"#, false),
    (r#"{"tool_called":{"starts":"get"}}"#, true),
    (r#"{"tool_called":null}"#, false),
    (r#"{"tool_call_id":"call_2"}"#, true),
    (r#"{"tool_call_id":"call_3"}"#, false),
    (r#"{"user":"Oslo\nand Rome"}"#, true),
    (r#"{"user":"Hi"}"#, false),
    (r#"{"system":"kind"}"#, true),
    (r#"{"any":"Hello!"}"#, true),
    (r#"{"any":"20 degrees"}"#, true),
    (r#"{"any":"Hi"}"#, true),
    (r#"{"turn":3}"#, true),
    (r#"{"turn":2}"#, false),
    (r#"{"tools":null}"#, true),
    (r#"{"tools":"get_weather"}"#, false),
    (r#"{"model":"gpt-4o-2024-08-06"}"#, true),
];

#[test]
fn the_end_of_a_tool_loop() {
    holds(|| request(CHATS, LOOP), IN_A_LOOP);
    holds(|| request(RESPONSES, ITEMS), IN_A_LOOP);
}

#[test]
fn a_question_behind_a_tool_loop() {
    let chat = LOOP
        .replace(r#""content":"noon"}"#, r#""content":"noon"},{"role":"user","content":"And in Bergen?"}"#);
    let items = ITEMS
        .replace(r#""output":"noon"}"#, r#""output":"noon"},{"role":"user","content":"And in Bergen?"}"#);
    for (path, body) in [(CHATS, &chat), (RESPONSES, &items)] {
        holds(
            || request(path, body),
            &[
                (r#"{"tool_result":null}"#, true),
                (r#"{"tool_result":"noon"}"#, false),
                (r#"{"tool_called":null}"#, true),
                (r#"{"tool_called":"get_time"}"#, false),
                (r#"{"user":"Bergen"}"#, true),
                (r#"{"user":"Oslo"}"#, false),
                (r#"{"any":"noon"}"#, true),
            ],
        );
    }
}

#[test]
fn formats_and_hosted_tools() {
    const SCHEMA: &str = r#"{"type":"object","properties":{},"additionalProperties":false}"#;
    let chat = format!(
        r#"{{"model":"gpt-4o","messages":[{{"role":"user","content":"Hi"}}],"response_format":{{"type":"json_schema","json_schema":{{"name":"report","schema":{SCHEMA}}}}}}}"#
    );
    let response = format!(
        r#"{{"model":"gpt-4o","input":"Hi","text":{{"format":{{"type":"json_schema","name":"report","schema":{SCHEMA}}}}},"tools":[{{"type":"web_search"}}]}}"#
    );
    for (path, body) in [(CHATS, &chat), (RESPONSES, &response)] {
        holds(
            || request(path, body),
            &[
                (r#"{"schema":"report"}"#, true),
                (r#"{"schema":"rep"}"#, false),
                (r#"{"schema":{"starts":"rep"}}"#, true),
                (r#"{"schema":null}"#, false),
            ],
        );
    }
    holds(
        || request(RESPONSES, &response),
        &[
            (r#"{"tools":"web_search"}"#, true),
            (r#"{"tools":"file_search"}"#, false),
            (r#"{"endpoint":"responses"}"#, true),
            (r#"{"system":null}"#, true),
        ],
    );
}

#[test]
fn operations_without_a_conversation() {
    holds(
        || request(COMPLETIONS, r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Once upon"}"#),
        &[
            (r#"{"user":"upon"}"#, true),
            (r#"{"user":{"equals":"Once upon"}}"#, true),
            (r#"{"endpoint":"completion"}"#, true),
            (r#"{"endpoint":"completions"}"#, true),
            (r#"{"endpoint":"chat"}"#, false),
            (r#"{"model":"gpt-3.5-turbo-instruct"}"#, true),
            (r#"{"turn":1}"#, true),
        ],
    );
    holds(
        || request(EMBEDDINGS, r#"{"model":"text-embedding-3-small","input":["a cat","a dog"]}"#),
        &[
            (r#"{"input":"cat"}"#, true),
            (r#"{"input":"dog"}"#, true),
            (r#"{"input":{"starts":"a","ends":"bird"}}"#, false),
            (r#"{"endpoint":"embeddings"}"#, true),
            (r#"{"user":null}"#, true),
            (r#"{"body":{"/input/1":"dog"}}"#, true),
        ],
    );
    holds(
        || request(MODERATIONS, r#"{"input":"I am happy"}"#),
        &[
            (r#"{"input":"happy"}"#, true),
            (r#"{"input":"sad"}"#, false),
            (r#"{"endpoint":"moderations"}"#, true),
        ],
    );
    holds(
        || request(IMAGES, r#"{"model":"gpt-image-1","prompt":"a red fox"}"#),
        &[(r#"{"input":"fox"}"#, true), (r#"{"input":"hen"}"#, false), (r#"{"endpoint":"images"}"#, true)],
    );
}

#[test]
fn operations_that_no_model_answers() {
    let get = |path: &str| Request::new("GET", path).with_header("authorization", "Bearer sk-test");
    holds(
        || get("/v1/models"),
        &[
            (r#"{"endpoint":"models"}"#, true),
            (r#"{"endpoint":"/v1/models"}"#, true),
            (r#"{"endpoint":"chat"}"#, false),
            (r#"{"user":"a"}"#, false),
            ("{}", true),
        ],
    );
    holds(
        || get("/v1/models/gpt-4o"),
        &[
            (r#"{"endpoint":"models"}"#, true),
            (r#"{"endpoint":"/v1/models/gpt-4o"}"#, true),
            (r#"{"endpoint":"/v1/models"}"#, false),
        ],
    );
    holds(|| get("/v1/nowhere"), &[(r#"{"endpoint":"unknown"}"#, true), (r#"{"endpoint":"models"}"#, false)]);
    holds(|| request("/v1/conversations", "{}"), &[(r#"{"endpoint":"conversations"}"#, true)]);
    holds(
        || get("/v1/chat/completions"),
        &[(r#"{"endpoint":"stored"}"#, true), (r#"{"endpoint":"chat"}"#, false)],
    );
}

#[test]
fn the_server_itself_answers_to_no_rule() {
    let fake = rule("{}");
    for path in ["/", "/health", "/__parlel/requests", "/__parlel/rules"] {
        assert_eq!(unchecked(&fake, Request::new("GET", path)).status, 200, "{path}");
    }
    assert_eq!(unchecked(&fake, Request::new("OPTIONS", CHATS)).status, 204);
    // A wrong key, and what the API refuses, come before.
    assert_eq!(unchecked(&fake, Request::new("POST", CHATS).with_json("{}")).status, 401);
    assert_eq!(unchecked(&fake, request(CHATS, "{")).status, 400);
    assert_eq!(unchecked(&fake, request(CHATS, r#"{"model":"gpt-4o","messages":[]}"#)).status, 400);
    assert_eq!(unchecked(&fake, Request::new("POST", "/__parlel/reset")).status, 200);
}
