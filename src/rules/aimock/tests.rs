//! What each part of a fixture becomes, a case a line.

use crate::rules;
use crate::rules::aimock::Translated;
use crate::rules::aimock::translate;
use crate::rules::read::RuleSource;
use proptest::prelude::any;
use proptest::sample::select;
use proptest::strategy::Just;
use proptest::strategy::Strategy;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Fixtures, written one after the other.
fn file(fixtures: &str) -> Translated {
    translate(&read(&format!(r#"{{"fixtures": [{fixtures}]}}"#)))
}

/// The only rule of one fixture, which can be read as one.
#[track_caller]
fn rule(fixture: &str) -> Value {
    let read = file(fixture);
    let open = |_: &str| Err(String::new());
    let source =
        RuleSource { name: "file", key: None, numbers: Some(&read.of), weight: Some(1), open: &open };
    let rules = rules::read::read(&Arc::new(json!({"rules": read.rules})), &source);
    let rules = rules.unwrap_or_else(|problems| panic!("{fixture}: {problems:?}"));
    assert_eq!(rules.iter().map(rules::Rule::shown).collect::<Vec<_>>(), ["file#1"], "{fixture}");
    assert_eq!(read.problems, [], "{fixture}");
    assert_eq!((read.rules.len(), read.of), (1, vec![0]), "{fixture} {:?}", read.notes);
    read.rules[0].clone()
}

#[test]
fn each_condition_becomes_one_of_a_rule() {
    const CHAT: &str = r#"{"content": "x"}"#;
    const VECTOR: &str = r#"{"embedding": [1]}"#;
    const IMAGE: &str = r#"{"image": {"url": "u"}}"#;
    for (asked, response, expected) in [
        (r"{}", CHAT, r"{}"),
        (r#"{"userMessage": "hello"}"#, CHAT, r#"{"user": "hello"}"#),
        (r#"{"userMessage": ".*"}"#, CHAT, r#"{"user": ".*"}"#),
        (r#"{"userMessage": ""}"#, CHAT, r#"{"user": {"regex": "^"}}"#),
        (r#"{"systemMessage": "kind"}"#, CHAT, r#"{"system": "kind"}"#),
        (r#"{"systemMessage": ["kind"]}"#, CHAT, r#"{"system": "kind"}"#),
        (r#"{"systemMessage": ["a", "b", ""]}"#, CHAT, r#"{"system": {"all": ["a", "b"]}}"#),
        (r#"{"systemMessage": ""}"#, CHAT, r#"{"system": {"regex": "(?s)."}}"#),
        (r#"{"toolCallId": "call_1"}"#, CHAT, r#"{"tool_call_id": "call_1"}"#),
        (r#"{"toolResultContains": "ok"}"#, CHAT, r#"{"tool_result": "ok"}"#),
        (r#"{"toolResultContains": "ok", "hasToolResult": true}"#, CHAT, r#"{"tool_result": "ok"}"#),
        (r#"{"hasToolResult": true}"#, CHAT, r#"{"tool_result": {"regex": "^"}}"#),
        (r#"{"hasToolResult": false}"#, CHAT, r#"{"tool_result": null}"#),
        (r#"{"toolName": "get_weather"}"#, CHAT, r#"{"tools": "get_weather"}"#),
        (
            r#"{"model": "gpt-4.1"}"#,
            CHAT,
            r#"{"model": {"any": [{"equals": "gpt-4.1"}, {"regex": "^gpt-4\\.1-[0-9]"}]}}"#,
        ),
        (
            r#"{"responseFormat": "json_object"}"#,
            CHAT,
            r#"{"body": {"/response_format/type": {"equals": "json_object"}}}"#,
        ),
        (r#"{"context": "blue"}"#, CHAT, r#"{"header": {"x-aimock-context": {"equals": "blue"}}}"#),
        (r#"{"endpoint": "chat"}"#, CHAT, r"{}"),
        (r#"{"inputText": "cat"}"#, VECTOR, r#"{"endpoint": ["embeddings"], "input": "cat"}"#),
        (r#"{"endpoint": "embedding"}"#, VECTOR, r#"{"endpoint": ["embeddings"]}"#),
        (r#"{"hasToolResult": false}"#, VECTOR, r#"{"endpoint": ["embeddings"]}"#),
        (r#"{"userMessage": "cat"}"#, IMAGE, r#"{"endpoint": ["images"], "input": "cat"}"#),
        (
            r#"{"endpoint": "translation"}"#,
            r#"{"transcription": {"text": "x"}}"#,
            r#"{"endpoint": ["/v1/audio/translations"]}"#,
        ),
    ] {
        let mut expected = read(expected);
        if expected.get("endpoint").is_none() {
            expected["endpoint"] = json!(["chat", "responses", "completion"]);
        }
        let fixture = format!(r#"{{"match": {asked}, "response": {response}}}"#);
        assert_eq!(rule(&fixture)["match"], expected, "{fixture}");
    }
}

#[test]
fn an_error_answers_where_its_conditions_can_hold() {
    const CHAT: &[&str] = &["chat", "responses", "completion"];
    for (asked, expected) in [
        (r"{}", &["chat", "responses", "completion", "embeddings"][..]),
        (r#"{"model": "gpt-4o"}"#, &["chat", "responses", "completion", "embeddings"]),
        (r#"{"userMessage": "x"}"#, CHAT),
        (r#"{"hasToolResult": true}"#, CHAT),
        (r#"{"turnIndex": 0}"#, CHAT),
        (r#"{"endpoint": "chat"}"#, CHAT),
        (r#"{"inputText": "x"}"#, &["embeddings"]),
        (r#"{"endpoint": "embedding"}"#, &["embeddings"]),
        (r#"{"endpoint": "image"}"#, &["images"]),
        (r#"{"endpoint": "transcription"}"#, &["/v1/audio/transcriptions"]),
    ] {
        let fixture = format!(r#"{{"match": {asked}, "response": {{"error": {{"message": "no"}}}}}}"#);
        assert_eq!(rule(&fixture)["match"]["endpoint"], json!(expected), "{fixture}");
    }
}

#[test]
fn each_response_becomes_an_answer() {
    for (response, expected) in [
        (r#"{"content": "Hello"}"#, r#"{"text": "Hello", "raw": true}"#),
        (r#"{"content": ""}"#, r#"{"text": "", "raw": true}"#),
        (r#"{"content": "a {{b}} {{{c"}"#, r#"{"text": "a {{\"{{\"}}b}} {{\"{{\"}}{c", "raw": true}"#),
        (r#"{"content": {"a": [72.0, 0.5, "x"]}}"#, r#"{"text": "{\"a\":[72,0.5,\"x\"]}", "raw": true}"#),
        (
            r#"{"toolCalls": [{"name": "f", "arguments": {"b": 1.0, "a": "{{x}}"}, "id": "call_1"}]}"#,
            r#"{"calls": [{"name": "f", "arguments": "{\"b\":1,\"a\":\"{{\"{{\"}}x}}\"}", "id": "call_1"}], "raw": true}"#,
        ),
        (
            r#"{"content": "So:", "toolCalls": [{"name": "f", "arguments": "{}"}]}"#,
            r#"{"text": "So:", "calls": [{"name": "f", "arguments": "{}"}], "raw": true}"#,
        ),
        (
            r#"{"content": null, "toolCalls": [{"name": "f", "arguments": []}]}"#,
            r#"{"calls": [{"name": "f", "arguments": "[]"}], "raw": true}"#,
        ),
        (
            r#"{"content": "old", "blocks": [{"type": "text", "text": "a"}, {"type": "toolCall", "name": "f", "arguments": "{}"}]}"#,
            r#"{"text": "a", "calls": [{"name": "f", "arguments": "{}"}], "raw": true}"#,
        ),
        (
            r#"{"blocks": [{"type": "toolCall", "name": "f", "arguments": {}}, {"type": "text", "text": "a"}]}"#,
            r#"{"text": "a", "calls": [{"name": "f", "arguments": "{}"}], "raw": true}"#,
        ),
        (
            r#"{"content": "x", "reasoning": "Hm.", "webSearches": ["a b"]}"#,
            r#"{"text": "x", "reasoning": "Hm.", "raw": true,
                "items": [{"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "a b"}}]}"#,
        ),
        (
            r#"{"content": "x", "id": "i", "created": 7, "model": "m", "systemFingerprint": "fp", "finishReason": "length", "role": "assistant"}"#,
            r#"{"text": "x", "raw": true, "id": "i", "created": 7, "model": "m", "system_fingerprint": "fp", "finish_reason": "length"}"#,
        ),
        (
            r#"{"content": "x", "usage": {"prompt_tokens": 3, "total_tokens": 9}}"#,
            r#"{"text": "x", "raw": true, "usage": {"input": 3, "output": 0, "total": 9}}"#,
        ),
        (
            r#"{"content": "x", "usage": {"input_tokens": 3, "output_tokens": 4, "prompt_tokens_details": {"cached_tokens": 2}, "completion_tokens_details": {"reasoning_tokens": 1}}}"#,
            r#"{"text": "x", "raw": true, "usage": {"input": 3, "output": 4, "cached": 2, "reasoning": 1}}"#,
        ),
        (r#"{"json": {"a": "{{"}, "status": 418}"#, r#"{"json": {"a": "{{\"{{\"}}"}, "status": 418}"#),
        (
            r#"{"error": {"message": "no", "code": "c"}, "status": 429, "retryAfter": 30}"#,
            r#"{"error": {"status": 429, "message": "no", "type": "server_error", "param": null, "code": "c", "headers": {"retry-after": "30"}}}"#,
        ),
        (
            r#"{"error": {"message": "no", "type": "t", "param": "p"}}"#,
            r#"{"error": {"status": 500, "message": "no", "type": "t", "param": "p", "code": null}}"#,
        ),
        (
            r#"{"error": {"message": "moved"}, "status": 307}"#,
            r#"{"json": {"error": {"message": "moved", "type": "server_error", "param": null, "code": null}}, "status": 307}"#,
        ),
        (r#"{"embedding": [0.5, -1]}"#, r#"{"embedding": [0.5, -1]}"#),
        (r#"{"image": {"b64Json": "iVBO"}}"#, r#"{"image": [{"base64": "iVBO"}]}"#),
        (
            r#"{"images": [{"url": "u", "revisedPrompt": "p"}, {"b64Json": "iVBO"}]}"#,
            r#"{"image": [{"url": "u", "revised_prompt": "p"}, {"base64": "iVBO"}]}"#,
        ),
        (
            r#"{"transcription": {"text": "hi", "usage": {"seconds": 1}}}"#,
            r#"{"json": {"text": "hi", "usage": {"seconds": 1}}}"#,
        ),
    ] {
        let fixture = format!(r#"{{"match": {{}}, "response": {response}}}"#);
        assert_eq!(rule(&fixture)["answer"], read(expected), "{fixture}");
    }
}

#[test]
fn pieces_are_of_the_size_of_chunks() {
    let fixture = r#"{"match": {}, "response": {"content": "x"}, "chunkSize": 5}"#;
    assert_eq!(rule(fixture)["answer"], json!({"text": "x", "raw": true, "pieces": 5}));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (fixture, place, why) in [
        (r"[]", "/fixtures/0", "must be an object"),
        (r#"{"response": {"content": "x"}}"#, "/fixtures/0/match", "there must be one"),
        (r#"{"match": {}}"#, "/fixtures/0/response", "there must be one"),
        (r#"{"match": {}, "response": {}}"#, "/fixtures/0/response", "of no known kind"),
        (r#"{"match": {}, "response": {"content": 7}}"#, "/fixtures/0/response", "of no known kind"),
        (r#"{"match": {}, "response": {"error": "no"}}"#, "/fixtures/0/response", "of no known kind"),
        (
            r#"{"match": {"usermessage": "x"}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/usermessage",
            "is not known; did you mean 'userMessage'?",
        ),
        (
            r#"{"match": {"userMessage": {"$regex": "x"}}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/userMessage",
            "must be a string",
        ),
        (
            r#"{"match": {"systemMessage": []}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/systemMessage",
            "not empty",
        ),
        (
            r#"{"match": {"toolResultContains": ""}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/toolResultContains",
            "must not be empty",
        ),
        (
            r#"{"match": {"hasToolResult": "yes"}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/hasToolResult",
            "true or false",
        ),
        (
            r#"{"match": {"turnIndex": -1}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/turnIndex",
            "a whole number",
        ),
        (
            r#"{"match": {"endpoint": "chats"}, "response": {"content": "x"}}"#,
            "/fixtures/0/match/endpoint",
            "'chats' is not known; did you mean 'chat'?",
        ),
        (
            r#"{"match": {}, "response": {"content": "x", "role": "tool"}}"#,
            "/fixtures/0/response/role",
            "assistant alone",
        ),
        (
            r#"{"match": {}, "response": {"content": "x", "finishReason": "done"}}"#,
            "/fixtures/0/response/finishReason",
            "'done' cannot be told",
        ),
        (
            r#"{"match": {}, "response": {"toolCalls": [{"arguments": {}}]}}"#,
            "/fixtures/0/response/toolCalls/0/name",
            "there must be one",
        ),
        (
            r#"{"match": {}, "response": {"toolCalls": [{"name": "f"}]}}"#,
            "/fixtures/0/response/toolCalls/0/arguments",
            "must be JSON",
        ),
        (
            r#"{"match": {}, "response": {"blocks": [{"type": "image"}]}}"#,
            "/fixtures/0/response/blocks/0/type",
            "'text' or 'toolCall'",
        ),
        (
            r#"{"match": {}, "response": {"content": "x", "usage": {"prompt_tokens": "3"}}}"#,
            "/fixtures/0/response/usage/prompt_tokens",
            "a whole number",
        ),
        (
            r#"{"match": {}, "response": {"error": {"message": "no"}, "status": 100}}"#,
            "/fixtures/0/response/status",
            "from 200",
        ),
        (r#"{"match": {}, "response": {"embedding": []}}"#, "/fixtures/0/response/embedding", "not empty"),
        (r#"{"match": {}, "response": {"embedding": ["a"]}}"#, "/fixtures/0/response/embedding", "numbers"),
        (r#"{"match": {}, "response": {"image": {}}}"#, "/fixtures/0/response/image", "a url or b64Json"),
        (r#"{"match": {}, "response": {"images": []}}"#, "/fixtures/0/response", "must be an image"),
        (
            r#"{"match": {}, "response": {"content": "x", "webSearches": [1]}}"#,
            "/fixtures/0/response/webSearches",
            "list of strings",
        ),
    ] {
        let found = file(fixture).problems;
        let is_told = found.iter().any(|(at, what)| at == place && what.contains(why));
        assert!(is_told, "{fixture}: {found:?}");
    }
    assert_eq!(translate(&json!({"fixtures": {}})).problems[0].0, "/fixtures");
}

#[test]
fn waits_ends_and_chaos_become_faults() {
    for (more, faults) in [
        (r#""chunkSize": 5"#, "null"),
        (r#""latency": 0"#, "null"),
        (r#""latency": 5"#, r#"["ttft=5ms; between=5ms; stream=true"]"#),
        (r#""latency": 2.5"#, r#"["ttft=2500us; between=2500us; stream=true"]"#),
        (r#""latency": 1e300"#, r#"["ttft=86400000ms; between=86400000ms; stream=true"]"#),
        (r#""latency": 30, "replaySpeed": 3"#, r#"["ttft=10ms; between=10ms; stream=true"]"#),
        (r#""latency": 30, "replaySpeed": 0"#, r#"["ttft=30ms; between=30ms; stream=true"]"#),
        (r#""streamingProfile": {"ttft": 800, "tps": 50}"#, r#"["ttft=800ms; between=20ms; stream=true"]"#),
        (r#""streamingProfile": {"ttft": 800}"#, r#"["ttft=800ms; stream=true"]"#),
        (r#""streamingProfile": {"tps": 3}"#, r#"["ttft=333333us; between=333333us; stream=true"]"#),
        (
            r#""streamingProfile": {"ttft": 0, "tps": 20, "jitter": 0.25}, "latency": 7"#,
            r#"["between=50ms; jitter=25%; stream=true"]"#,
        ),
        (r#""streamingProfile": {"ttft": 3}, "latency": 7"#, r#"["ttft=3ms; between=7ms; stream=true"]"#),
        (r#""streamingProfile": {"jitter": 1}"#, "null"),
        (
            r#""recordedTimings": {"ttftMs": 40, "interChunkDelaysMs": [10, 20, -1, "x"], "totalDurationMs": 70}"#,
            r#"["ttft=40ms; between=15ms; gaps=10ms,20ms; stream=true"]"#,
        ),
        (
            r#""recordedTimings": {"ttftMs": 40, "interChunkDelaysMs": [10, 20]}, "replaySpeed": 2, "latency": 3"#,
            r#"["ttft=20ms; between=7500us; gaps=5ms,10ms; stream=true"]"#,
        ),
        (
            r#""recordedTimings": {"ttftMs": 40}, "streamingProfile": {"ttft": 1}"#,
            r#"["ttft=1ms; stream=true"]"#,
        ),
        (r#""truncateAfterChunks": 3"#, r#"["cut=3; stream=true"]"#),
        (r#""disconnectAfterMs": 150"#, r#"["cut=150ms; stream=true"]"#),
        // What comes first ends it.
        (r#""truncateAfterChunks": 3, "disconnectAfterMs": 0"#, r#"["cut=3; stream=true"]"#),
        (
            r#""latency": 10, "truncateAfterChunks": 3, "disconnectAfterMs": 30"#,
            r#"["ttft=10ms; between=10ms; cut=3; stream=true"]"#,
        ),
        (
            r#""latency": 10, "truncateAfterChunks": 3, "disconnectAfterMs": 29"#,
            r#"["ttft=10ms; between=10ms; cut=29ms; stream=true"]"#,
        ),
        (
            r#""recordedTimings": {"ttftMs": 1, "interChunkDelaysMs": [3]}, "truncateAfterChunks": 4, "disconnectAfterMs": 9"#,
            r#"["ttft=1ms; between=3ms; gaps=3ms; cut=9ms; stream=true"]"#,
        ),
        (r#""chaos": {"dropRate": 0, "malformedRate": 0}"#, "null"),
        (
            r#""chaos": {"dropRate": 0.1, "malformedRate": 1, "rateLimitRate": 1e-7, "disconnectRate": 0.5, "latencyMs": 20}, "latency": 1"#,
            r#"["ttft=1ms; between=1ms; stream=true", "delay=20ms", "server_error; seed=1; probability=0.1", "bad_json; seed=2; probability=1", "rate_limit; seed=3; probability=0.0000001", "close; seed=4; probability=0.5"]"#,
        ),
    ] {
        let fixture = format!(r#"{{"match": {{}}, "response": {{"content": "x"}}, {more}}}"#);
        assert_eq!(rule(&fixture)["answer"]["faults"], read(faults), "{more}");
    }
    // aimock streams nothing else.
    for response in [r#"{"error": {"message": "x"}}"#, r#"{"embedding": [1]}"#, r#"{"json": {}}"#] {
        let more = r#""latency": 5, "truncateAfterChunks": 1, "chaos": {"dropRate": 1}"#;
        let asked = if response.contains("json") { r#"{"endpoint": "chat"}"# } else { "{}" };
        let fixture = format!(r#"{{"match": {asked}, "response": {response}, {more}}}"#);
        assert_eq!(
            rule(&fixture)["answer"]["faults"],
            json!(["server_error; seed=1; probability=1"]),
            "{response}"
        );
    }
    // As long as it is, a recording is followed to its end.
    let delays = vec!["1"; 5000].join(",");
    let fixture = format!(
        r#"{{"match": {{}}, "response": {{"content": "x"}}, "recordedTimings": {{"interChunkDelaysMs": [{delays}]}}}}"#
    );
    assert!(rule(&fixture)["answer"]["faults"][0].as_str().is_some_and(|faults| faults.len() > 20_000));
}

#[test]
fn waits_ends_and_chaos_that_cannot_be_are_wrong() {
    for (more, place, why) in [
        (r#""latency": -1"#, "/latency", "a number from 0 on"),
        (r#""latency": "a""#, "/latency", "a number from 0 on"),
        (r#""truncateAfterChunks": 0"#, "/truncateAfterChunks", "at least 1"),
        (r#""truncateAfterChunks": 1.5"#, "/truncateAfterChunks", "a whole number"),
        (r#""disconnectAfterMs": -1"#, "/disconnectAfterMs", "a number from 0 on"),
        (r#""streamingProfile": 5"#, "/streamingProfile", "an object"),
        (r#""streamingProfile": {"ttft": -1}"#, "/streamingProfile/ttft", "a number from 0 on"),
        (r#""streamingProfile": {"tps": 0}"#, "/streamingProfile/tps", "above 0"),
        (r#""streamingProfile": {"jitter": 1.5}"#, "/streamingProfile/jitter", "from 0 to 1"),
        (r#""recordedTimings": []"#, "/recordedTimings", "an object"),
        (r#""chaos": true"#, "/chaos", "an object"),
        (r#""chaos": {"dropRate": 2}"#, "/chaos/dropRate", "from 0 to 1"),
        (r#""chaos": {"disconnectRate": "1"}"#, "/chaos/disconnectRate", "a number from 0 on"),
        (r#""chaos": {"latencyMs": -5}"#, "/chaos/latencyMs", "a number from 0 on"),
    ] {
        let found = file(&format!(r#"{{"match": {{}}, "response": {{"content": "x"}}, {more}}}"#)).problems;
        let place = format!("/fixtures/0{place}");
        assert!(found.iter().any(|(at, what)| *at == place && what.contains(why)), "{more}: {found:?}");
    }
}

#[test]
fn what_has_no_effect_is_named() {
    const SAID: &str = r#"{"content": "x"}"#;
    for (asked, response, more, note) in [
        (
            "{}",
            SAID,
            r#", "chunksize": 5"#,
            "fixtures[0]: chunksize is not known, and passed over; did you mean 'chunkSize'?",
        ),
        (
            "{}",
            r#"{"content": "x", "provider": "y"}"#,
            "",
            "fixtures[0]: provider is of another API, and passed over",
        ),
        (
            "{}",
            r#"{"content": "x", "finish_reason": "stop"}"#,
            "",
            "fixtures[0]: finish_reason is not known of a text or a call, and passed over; did you mean 'finishReason'?",
        ),
        (
            "{}",
            r#"{"content": "x", "usage": {"cost": 1}}"#,
            "",
            "fixtures[0]: usage.cost is not of this API, and passed over",
        ),
        ("{}", r#"{"image": {"url": "u", "size": "r"}}"#, "", "fixtures[0]: size of an image is passed over"),
        (
            "{}",
            r#"{"blocks": [{"type": "text", "text": "a"}, {"type": "toolCall", "name": "f", "arguments": {}}, {"type": "text", "text": "b"}]}"#,
            "",
            "fixtures[0]: the texts of blocks are said as one, and before the calls",
        ),
        ("{}", r#"{"audio": "AAAA"}"#, "", "fixtures[0]: is left out: audio is not served here"),
        (
            r#"{"endpoint": "fal"}"#,
            r#"{"json": {}}"#,
            "",
            "fixtures[0]: is left out: the endpoint fal is not served here",
        ),
        (
            r#"{"endpoint": "image"}"#,
            SAID,
            "",
            "fixtures[0]: is left out: a text or a call is no answer of the endpoint image",
        ),
        (r#"{"inputText": "x"}"#, SAID, "", "fixtures[0]: is left out: inputText: only embeddings have such"),
        (
            r#"{"userMessage": "x"}"#,
            r#"{"embedding": [1]}"#,
            "",
            "fixtures[0]: is left out: userMessage: there is no message where it answers",
        ),
        (
            r#"{"toolCallId": "c", "hasToolResult": false}"#,
            SAID,
            "",
            "fixtures[0]: is left out: hasToolResult: it is false, and another condition asks for a result",
        ),
        (r#"{"model": ""}"#, SAID, "", "fixtures[0]: is left out: model: nothing has an empty one"),
        (
            r#"{"sequenceIndex": 1}"#,
            SAID,
            "",
            "fixtures[0]: is left out: sequenceIndex: its turn never comes",
        ),
    ] {
        let fixture = format!(r#"{{"match": {asked}, "response": {response}{more}}}"#);
        let read = file(&fixture);
        assert_eq!((read.notes, read.problems), (vec![note.to_owned()], vec![]), "{fixture}");
        assert_eq!(read.rules.is_empty(), note.contains("left out"), "{fixture}");
    }
}

#[test]
fn comments_are_no_names() {
    let fixture =
        r#"{"$comment": "x", "match": {"_why": "y"}, "response": {"content": "x", "_warning": "z"}}"#;
    let read = file(fixture);
    assert_eq!((read.problems.len(), read.notes.len(), read.rules.len()), (0, 0, 1));
}

/// Fixtures as `user/sequence/turn`, with `-` for what they do not ask for; each answers with its place in the file.
fn fixtures(written: &str) -> String {
    let one = |(at, fixture): (usize, &str)| {
        let parts: Vec<&str> = fixture.split('/').collect();
        let names = ["userMessage", "sequenceIndex", "turnIndex"];
        let asked = names.iter().zip(&parts).filter(|(_, given)| **given != "-").map(|(name, given)| {
            if *name == "userMessage" {
                format!(r#""{name}": "{given}""#)
            } else {
                format!(r#""{name}": {given}"#)
            }
        });
        let asked: Vec<String> = asked.collect();
        format!(r#"{{"match": {{{}}}, "response": {{"content": "{at}"}}}}"#, asked.join(","))
    };
    written.split_whitespace().enumerate().map(one).collect::<Vec<_>>().join(",")
}

/// The rules as `answers*times@turn`.
fn order(written: &str) -> String {
    let read = file(&fixtures(written));
    assert_eq!(read.problems, [], "{written}");
    let told = read.rules.iter().map(|rule| {
        let answers = rule["answers"].as_array().cloned().unwrap_or_else(|| vec![rule["answer"].clone()]);
        let answers: Vec<&str> = answers.iter().filter_map(|answer| answer["text"].as_str()).collect();
        let times = rule.get("times").map(|times| format!("*{times}")).unwrap_or_default();
        let turn = rule["match"].get("turn").map(|turn| format!("@{turn}")).unwrap_or_default();
        format!("{}{times}{turn}", answers.join("+")).replace('"', "")
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_sequence_is_one_rule() {
    for (written, expected) in [
        ("a/0 a/1 a/2", "0+1+2*3"),
        ("a/1 a/0", "1+0*2"),
        ("a/0", "0*1"),
        ("a/0 b/0 a/1 b/1 c", "0+2*2 1+3*2 4"),
        ("a/0 a/0 a/2 a", "0*1 3"),
        ("-/0 -/1 -", "0+1*2 2"),
        ("a/0/0 a/1/0", "0+1*2@{min:1}"),
    ] {
        assert_eq!(order(written), expected, "{written}");
    }
}

#[test]
fn an_error_is_part_of_a_sequence() {
    let both = r#"{"match": {"sequenceIndex": 0}, "response": {"error": {"message": "no"}}},
        {"match": {"sequenceIndex": 1}, "response": {"content": "yes"}}"#;
    let read = file(both);
    assert_eq!(read.rules[0]["answers"][1]["text"], "yes");
    assert_eq!(read.rules[0]["match"], json!({"endpoint": ["chat", "responses", "completion"]}));
    assert_eq!(read.rules.len(), 1);
}

#[test]
fn the_turn_that_is_reached_is_tried_first() {
    for (written, expected) in [
        ("a b", "0 1"),
        ("a/-/0", "0@{min:1}"),
        ("a/-/0 a/-/1", "1@{min:2} 0@{min:1} 1@{max:1}"),
        ("a/-/2 a/-/1 a", "0@{min:3} 1@{min:2} 2 1@{max:1} 0@{max:2}"),
        // A fixture without a turn that stands before one with it takes that very turn, and no later one.
        ("a a/-/1", "0@[2] 1@[2] 1@{min:3} 0 1@{max:1}"),
        ("a/-/0 a a/-/1", "1@[2] 2@[2] 2@{min:3} 0@{min:1} 1 2@{max:1}"),
        ("b a/-/1", "1@{min:2} 0 1@{max:1}"),
    ] {
        assert_eq!(order(written), expected, "{written}");
    }
}

/// JSON out of what may stand in fixtures, rarely where it belongs.
fn anything() -> impl Strategy<Value = Value> {
    const TEXTS: &[&str] = &["", "x", "{{", "chat", "image", "text", "toolCall", "stop", "assistant"];
    const NAMES: &[&str] = &[
        "match",
        "response",
        "userMessage",
        "systemMessage",
        "inputText",
        "toolCallId",
        "toolResultContains",
        "toolName",
        "model",
        "responseFormat",
        "sequenceIndex",
        "turnIndex",
        "hasToolResult",
        "endpoint",
        "context",
        "content",
        "toolCalls",
        "blocks",
        "reasoning",
        "webSearches",
        "error",
        "message",
        "status",
        "retryAfter",
        "embedding",
        "image",
        "images",
        "url",
        "b64Json",
        "audio",
        "transcription",
        "text",
        "json",
        "usage",
        "prompt_tokens",
        "type",
        "name",
        "arguments",
        "chunkSize",
        "latency",
        "truncateAfterChunks",
        "disconnectAfterMs",
        "streamingProfile",
        "ttft",
        "tps",
        "jitter",
        "recordedTimings",
        "ttftMs",
        "interChunkDelaysMs",
        "replaySpeed",
        "chaos",
        "dropRate",
        "latencyMs",
    ];
    let leaf = proptest::prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3_u64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(TEXTS).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let fields = proptest::collection::vec((select(NAMES), inner.clone()), 0..6);
        proptest::prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            fields.prop_map(|fields| fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn each_fixture_is_a_rule_or_told(asked in anything(), response in anything(), rest in anything()) {
        let fixtures = json!([{"match": asked, "response": response}, {"match": {}, "response": rest}]);
        let read = translate(&json!({"fixtures": fixtures}));
        proptest::prop_assert_eq!(read.rules.len(), read.of.len());
        for at in 0..2 {
            let is_named = |told: &str| told.contains(&format!("fixtures[{at}]")) || told.starts_with(&format!("/fixtures/{at}"));
            let is_told = read.notes.iter().any(|note| is_named(note)) || read.problems.iter().any(|(place, _)| is_named(place));
            proptest::prop_assert!(read.of.contains(&at) || is_told, "{fixtures}");
        }
    }
}
