//! What is wrong with rules: each slip is refused, with its place, and nothing of what it stands in is taken.

use crate::rules::asking::give;
use crate::rules::asking::listed;
use crate::rules::asking::posted;
use crate::rules::asking::refusal;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use crate::support::json;

/// Rules, and a part of what is said of them.
const SLIPS: &[(&str, &str)] = &[
    // The file.
    ("{}", "'rules' is missing"),
    (r#"{"rules":[],"rule":[]}"#, "/rule: unknown key 'rule'; did you mean 'rules'?"),
    (r#"{"rules":{}}"#, "/rules: expected a list, got an object"),
    (r#"{"rules":[1]}"#, "/rules/0: expected an object, got a number"),
    ("5", "expected an object, got a number"),
    (r#""x""#, "expected an object, got a text"),
    ("null", "expected an object, got null"),
    // A rule.
    (r#"[{"answer":{"text":"x"}}]"#, "/rules/0: 'match' is missing"),
    (r#"[{"match":{}}]"#, "/rules/0: 'answer' is missing"),
    (r#"[{"match":{},"answer":{"text":"x"},"answers":[{"text":"x"}]}]"#, "'answer' or 'answers', not both"),
    (r#"[{"match":{},"answers":[]}]"#, "/rules/0/answers: expected one entry at least"),
    (r#"[{"match":{},"answer":[]}]"#, "/rules/0/answer: expected an object, got a list"),
    (r#"[{"match":[],"answer":{"text":"x"}}]"#, "/rules/0/match: expected an object, got a list"),
    (
        r#"[{"match":{},"answer":{"text":"x"},"time":1}]"#,
        "/rules/0/time: unknown key 'time'; did you mean 'times'?",
    ),
    (
        r#"[{"match":{},"answer":{"text":"x"},"times":0}]"#,
        "/rules/0/times: expected a whole number from 1, got 0",
    ),
    (
        r#"[{"match":{},"answer":{"text":"x"},"times":1.5}]"#,
        "/rules/0/times: expected a whole number from 1, got a number",
    ),
    (
        r#"[{"match":{},"answer":{"text":"x"},"priority":"high"}]"#,
        "/rules/0/priority: expected a whole number, got a text",
    ),
    (r#"[{"match":{},"answer":{"text":"x"},"name":5}]"#, "/rules/0/name: expected a text, got a number"),
    (r#"[{"match":{},"answer":{"text":"x"},"key":["k"]}]"#, "/rules/0/key: expected a text, got a list"),
    (
        r#"[{"match":{},"answer":{"text":"x"}},{"match":{},"answer":{"txt":"x"}}]"#,
        "/rules/1/answer/txt: unknown key 'txt'; did you mean 'text'?",
    ),
    (
        r#"[{"match":{},"answers":[{"text":"x"},{"embedding":[1]}]}]"#,
        "one answer gives words and another vectors",
    ),
    // A match.
    (
        r#"[{"match":{"usr":"x"},"answer":{"text":"x"}}]"#,
        "/rules/0/match/usr: unknown key 'usr'; did you mean 'user'?",
    ),
    (r#"[{"match":{"message":"x"},"answer":{"text":"x"}}]"#, "/rules/0/match/message: unknown key 'message'"),
    (
        r#"[{"match":{"user":""},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user: an empty text is part of every text",
    ),
    (
        r#"[{"match":{"user":{"contains":""}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/contains: an empty text",
    ),
    (
        r#"[{"match":{"user":{"starts":""}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/starts: an empty text",
    ),
    (
        r#"[{"match":{"user":{"any":["a",""]}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/any/1: an empty text",
    ),
    (r#"[{"match":{"user":{}},"answer":{"text":"x"}}]"#, "/rules/0/match/user: this asks for nothing"),
    (
        r#"[{"match":{"user":{"fold":true}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user: this asks for nothing",
    ),
    (
        r#"[{"match":{"user":5},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user: expected a text or an object or null, got a number",
    ),
    (
        r#"[{"match":{"user":{"contain":"x"}},"answer":{"text":"x"}}]"#,
        "unknown key 'contain'; did you mean 'contains'?",
    ),
    (
        r#"[{"match":{"user":{"regex":"("}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/regex: this is no regular expression",
    ),
    (
        r#"[{"match":{"user":{"regex":"(?=a)"}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/regex: this is no regular expression",
    ),
    (
        r#"[{"match":{"user":{"not":{"regex":"["}}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/not/regex: this is no regular expression",
    ),
    (
        r#"[{"match":{"user":{"any":[]}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/any: expected one entry at least",
    ),
    (
        r#"[{"match":{"user":{"fold":1}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/user/fold: expected true or false, got a number",
    ),
    (r#"[{"match":{"user":{"exists":true}},"answer":{"text":"x"}}]"#, "unknown key 'exists'"),
    (r#"[{"match":{"turn":"1"},"answer":{"text":"x"}}]"#, "/rules/0/match/turn: expected"),
    (
        r#"[{"match":{"turn":-1},"answer":{"text":"x"}}]"#,
        "/rules/0/match/turn: expected a whole number from 0, got -1",
    ),
    (r#"[{"match":{"turn":{"mni":1}},"answer":{"text":"x"}}]"#, "unknown key 'mni'; did you mean 'min'?"),
    (
        r#"[{"match":{"count":[]},"answer":{"text":"x"}}]"#,
        "/rules/0/match/count: expected one entry at least",
    ),
    (
        r#"[{"match":{"endpoint":"chats"},"answer":{"text":"x"}}]"#,
        "/rules/0/match/endpoint: 'chats' is no endpoint and no path that begins with '/'; did you mean 'chat'?",
    ),
    (r#"[{"match":{"endpoint":["chat","respones"]},"answer":{"text":"x"}}]"#, "did you mean 'responses'?"),
    (
        r#"[{"match":{"header":"x"},"answer":{"text":"x"}}]"#,
        "/rules/0/match/header: expected an object, got a text",
    ),
    (
        r#"[{"match":{"body":{"model":"x"}},"answer":{"text":"x"}}]"#,
        "/rules/0/match/body/model: 'model' is no JSON pointer",
    ),
    (r#"[{"match":{"body":{"/a":{"exists":true,"contains":"x"}}},"answer":{"text":"x"}}]"#, "stand alone"),
    (r#"[{"match":{"body":{"/a":[]}},"answer":{"text":"x"}}]"#, "/rules/0/match/body/~1a: expected"),
    // An answer.
    (r#"[{"match":{},"answer":{}}]"#, "/rules/0/answer: this says nothing"),
    (r#"[{"match":{},"answer":{"pass":false}}]"#, "/rules/0/answer: this says nothing"),
    (r#"[{"match":{},"answer":{"text":5}}]"#, "/rules/0/answer/text: expected a text, got a number"),
    (r#"[{"match":{},"answer":{"text":"a","content":{}}}]"#, "'text' and 'content' do not go together"),
    (
        r#"[{"match":{},"answer":{"content":"a"}}]"#,
        "/rules/0/answer/content: this would be said in quotation marks",
    ),
    (r#"[{"match":{},"answer":{"tool_calls":[]}}]"#, "unknown key 'tool_calls'; did you mean 'calls'?"),
    (r#"[{"match":{},"answer":{"text":"a","refusal":"b"}}]"#, "'refusal' and 'text' do not go together"),
    (r#"[{"match":{},"answer":{"text":"a","error":"rate_limit"}}]"#, "do not go together"),
    (r#"[{"match":{},"answer":{"text":"a","json":{}}}]"#, "do not go together"),
    (r#"[{"match":{},"answer":{"text":"a","pass":true}}]"#, "do not go together"),
    (r#"[{"match":{},"answer":{"embedding":[1],"like":"a"}}]"#, "do not go together"),
    (
        r#"[{"match":{},"answer":{"embedding":[1],"finish_reason":"stop"}}]"#,
        "'finish_reason' has no place beside 'embedding'",
    ),
    (r#"[{"match":{},"answer":{"json":{},"id":"x"}}]"#, "'id' has no place beside 'json'"),
    (r#"[{"match":{},"answer":{"text":"a","status":201}}]"#, "'status' has no place beside 'text'"),
    (r#"[{"match":{},"answer":{"status":201}}]"#, "'status' stands beside 'json' alone"),
    (
        r#"[{"match":{},"answer":{"json":{},"status":600}}]"#,
        "/rules/0/answer/status: expected a whole number from 200 to 599, got 600",
    ),
    (
        r#"[{"match":{},"answer":{"json":{},"headers":{"a b":"c"}}}]"#,
        "/rules/0/answer/headers: 'a b: c' cannot be a header",
    ),
    (r#"[{"match":{},"answer":{"json":{},"headers":{"a":"b\r\nc: d"}}}]"#, "cannot be a header"),
    (
        r#"[{"match":{},"answer":{"json":{},"headers":{"Content-Length":"5"}}}]"#,
        "'Content-Length' is for the server to say",
    ),
    (
        r#"[{"match":{},"answer":{"json":{},"headers":{"a":5}}}]"#,
        "/rules/0/answer/headers/a: expected a text, got a number",
    ),
    (
        r#"[{"match":{},"answer":{"error":"rate_limits"}}]"#,
        "'rate_limits' is none of the API's errors; did you mean 'rate_limit'?",
    ),
    (r#"[{"match":{},"answer":{"error":{"name":"server_eror"}}}]"#, "did you mean 'server_error'?"),
    (
        r#"[{"match":{},"answer":{"error":{"status":500}}}]"#,
        "an error has a 'name', or a 'message' of its own",
    ),
    (
        r#"[{"match":{},"answer":{"error":{"message":"x","status":200}}}]"#,
        "/rules/0/answer/error/status: expected a whole number from 400 to 599, got 200",
    ),
    (r#"[{"match":{},"answer":{"error":{"message":"x","kind":"t"}}}]"#, "unknown key 'kind'"),
    (
        r#"[{"match":{},"answer":{"finish_reason":"end"}}]"#,
        "/rules/0/answer/finish_reason: 'end' is not known here",
    ),
    (r#"[{"match":{},"answer":{"calls":[]}}]"#, "/rules/0/answer/calls: expected one entry at least"),
    (r#"[{"match":{},"answer":{"calls":[{"arguments":{}}]}}]"#, "/rules/0/answer/calls/0: 'name' is missing"),
    (r#"[{"match":{},"answer":{"calls":[{"name":"f","args":{}}]}}]"#, "unknown key 'args'"),
    (
        r#"[{"match":{},"answer":{"calls":[{"name":"f","input":"x"}]}}]"#,
        r#"'input' is what a tool with "custom": true is given"#,
    ),
    (
        r#"[{"match":{},"answer":{"calls":[{"name":"f","custom":true}]}}]"#,
        "a custom tool is given an 'input'",
    ),
    (r#"[{"match":{},"answer":{"choices":[]}}]"#, "/rules/0/answer/choices: expected one entry at least"),
    (
        r#"[{"match":{},"answer":{"choices":[{"txt":"a"}]}}]"#,
        "/rules/0/answer/choices/0/txt: unknown key 'txt'",
    ),
    (
        r#"[{"match":{},"answer":{"choices":[{"text":"a"}],"finish_reason":"stop"}}]"#,
        "'finish_reason' has no place beside 'choices'",
    ),
    (r#"[{"match":{},"answer":{"choices":[{"text":"a","refusal":"b"}]}}]"#, "do not go together"),
    (r#"[{"match":{},"answer":{"text":"ab","pieces":["a","c"]}}]"#, "the pieces together are not the text"),
    (
        r#"[{"match":{},"answer":{"text":"ab","pieces":0}}]"#,
        "/rules/0/answer/pieces: expected a whole number from 1, got 0",
    ),
    (
        r#"[{"match":{},"answer":{"text":"a","logprobs":[{"token":"b","logprob":-1}]}}]"#,
        "the tokens together are not the text",
    ),
    (
        r#"[{"match":{},"answer":{"text":"a","usage":{"input":-1}}}]"#,
        "/rules/0/answer/usage/input: expected a whole number from 0, got -1",
    ),
    (
        r#"[{"match":{},"answer":{"text":"a","usage":{"inputs":1}}}]"#,
        "unknown key 'inputs'; did you mean 'input'?",
    ),
    (r#"[{"match":{},"answer":{"embedding":[]}}]"#, "/rules/0/answer/embedding: expected one entry at least"),
    (
        r#"[{"match":{},"answer":{"embedding":["a"]}}]"#,
        "/rules/0/answer/embedding/0: expected a number, got a text",
    ),
    (r#"[{"match":{},"answer":{"flags":["violent"]}}]"#, "did you mean 'violence'?"),
    (r#"[{"match":{},"answer":{"flags":{"violence":1.5}}}]"#, "/rules/0/answer/flags"),
    (r#"[{"match":{},"answer":{"image":"no base64!"}}]"#, "/rules/0/answer/image: this is no base64"),
    (r#"[{"match":{},"answer":{"image":{"file":"a.png"}}}]"#, "a file can be named in a rules file alone"),
    (
        r#"[{"match":{},"answer":{"image":{"url":"u","base64":"AAAA"}}}]"#,
        "a picture has one of 'base64', 'file' and 'url'",
    ),
    (r#"[{"match":{},"answer":{"items":[{"a":1}]}}]"#, "/rules/0/answer/items/0"),
];

#[test]
fn a_slip_is_refused_with_its_place() {
    let wrong: Vec<String> = SLIPS
        .iter()
        .filter_map(|(rules, why)| {
            let reply = give(&Fake::new(), None, rules);
            let told = json(&reply)["error"]["message"].as_str().unwrap_or_default().to_owned();
            (reply.status != 400 || !told.contains(why))
                .then(|| format!("{rules}\n  {why}\n  {} {told}", reply.status))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_slips_are_told_at_once_and_nothing_is_taken() {
    let fake = Fake::new();
    let reply = give(
        &fake,
        None,
        r#"[{"match":{"usr":"a"},"answer":{"text":"x"}},{"match":{},"answer":{"text":"x"}},{"match":{},"answer":{"txt":"x"},"times":0}]"#,
    );
    let message = json(&reply)["error"]["message"].as_str().expect("a message").to_owned();
    for place in ["/rules/0/match/usr", "/rules/2/answer/txt", "/rules/2/times"] {
        assert!(message.contains(place), "{message}");
    }
    assert_eq!(json(&reply)["error"]["param"], "/rules/0/match/usr");
    assert_eq!(listed(&fake, None)["count"], 0);
}

#[test]
fn what_is_no_json_is_refused() {
    for text in ["", "{", "[1,", "{'a':1}", "\u{0}"] {
        assert_eq!(give(&Fake::new(), None, text).status, 400, "{text:?}");
    }
    assert_eq!(unchecked(&Fake::new(), posted("application/json", &[0xFF, 0xFE, b'{'])).status, 400);
}

#[test]
fn a_rule_comes_alone_in_a_list_or_in_a_file() {
    for rules in [
        r#"{"match":{},"answer":{"text":"x"}}"#,
        r#"[{"match":{},"answer":{"text":"x"}}]"#,
        r#"{"rules":[{"match":{},"answer":{"text":"x"}}]}"#,
        r#"{"$schema":"rules.schema.json","rules":[{"match":{},"answer":{"text":"x"}}]}"#,
    ] {
        assert_eq!(listed(&ruled(rules), None)["count"], 1, "{rules}");
    }
    for nothing in ["[]", r#"{"rules":[]}"#] {
        assert_eq!(listed(&ruled(nothing), None)["count"], 0, "{nothing}");
    }
    assert!(refusal(r#"{"match":{}}"#).contains("'answer' is missing"));
}

#[test]
fn yaml_says_the_same() {
    const RULES: &str = "rules:\n  - name: hello\n    match: {user: hello}\n    answer:\n      text: |\n        Hi\n        there\n  - match:\n      user: {regex: 'a(\\w+)'}\n    answers:\n      - error: rate_limit\n      - text: '{{match 1}}'\n    times: 2\n";
    let yaml = |text: &str| {
        let fake = Fake::new();
        (unchecked(&fake, posted("application/yaml", text.as_bytes())), fake)
    };
    let (reply, fake) = yaml(RULES);
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
    let list = listed(&fake, None);
    assert_eq!(
        (&list["rules"][0]["name"], &list["rules"][0]["rule"]["answer"]["text"]),
        (&"hello".into(), &"Hi\nthere\n".into())
    );
    assert_eq!(
        (&list["rules"][1]["name"], &list["rules"][1]["rule"]["times"]),
        (&"run-time#2".into(), &2.into())
    );
    for (text, why) in [
        ("rules:\n  - match: {usr: a}\n    answer: {text: x}\n", "did you mean 'user'"),
        ("rules: [\n", ""),
        ("rules:\n\t- a\n", ""),
        ("- match: {}\n  match: {}\n  answer: {text: x}\n", ""),
    ] {
        let (reply, _) = yaml(text);
        let message = json(&reply)["error"]["message"].as_str().expect("a message").to_owned();
        assert!(reply.status == 400 && message.contains(why), "{text}: {message}");
    }
}
