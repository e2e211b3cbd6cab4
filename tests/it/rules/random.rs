//! Rules that nobody wrote: whatever is given, the server takes it or says why not; what it takes it tells again;
//! and of many rules it finds the one that looking at each would find.

use crate::rules::asking::CHATS;
use crate::rules::asking::Shape;
use crate::rules::asking::captured;
use crate::rules::asking::give;
use crate::rules::asking::listed;
use crate::rules::asking::posted;
use crate::rules::asking::request;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Request;
use proptest::prelude::*;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A file with something of everything.
const GOOD: &str = r#"{"rules":[
    {"name":"n","match":{"user":{"regex":"in (?P<city>\\w+)","not":"x","fold":true},"system":null,"any":{"any":["a",{"starts":"b"}]},"turn":[1,2],"tools":"f","model":{"contains":"gpt"},
        "endpoint":["chat","/v1/x"],"header":{"x-a":"b"},"body":{"/a":5,"/b":{"exists":true},"/c":{"equals":[1]}},"count":{"min":2,"max":4}},
        "answer":{"text":"{{match city}} {{user}} {{\"{{\"}}","finish_reason":"length","usage":{"input":1},"id":"x","created":5,"pieces":3},"times":2,"priority":-5},
    {"match":{"schema":"s","key":"k","tool_result":"r","tool_called":{"not":null},"input":{"ends":"e"}},"answers":[{"calls":[{"name":"f","arguments":{"a":["{{body \"/model\"}}"]},"id":"i"},{"name":"g","custom":true,"input":"{{turn}}"}]},
        {"error":{"name":"rate_limit","message":"{{count}}","headers":{"x-b":"c"}}},{"json":{"a":null},"status":201},{"refusal":"no","reasoning":["a","b"]},{"choices":[{"text":"a"},{"content":{"b":1}}]},{"pass":true}]},
    {"match":{"user":"p"},"answer":{"text":"ab","logprobs":[{"token":"a","logprob":-1},{"token":"b","logprob":-0.5,"top":[{"token":"c","logprob":-2}]}],"raw":true,"annotations":[],"items":[]}},
    {"match":{"endpoint":"embeddings"},"answer":{"embedding":[1,0.5]}},{"match":{},"answer":{"like":"{{input}}"}},
    {"match":{},"answer":{"flags":{"violence":0.5}}},{"match":{},"answer":{"image":[{"url":"u"},"AAAA"]}}]}"#;

fn draw<T: Clone + std::fmt::Debug>(list: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(list)
}

/// Words that mean something in a rules file, and some that do not.
const WORDS: &[&str] = &[
    "rules",
    "match",
    "answer",
    "answers",
    "user",
    "system",
    "any",
    "not",
    "contains",
    "regex",
    "equals",
    "starts",
    "fold",
    "exists",
    "count",
    "turn",
    "min",
    "max",
    "body",
    "header",
    "/a",
    "/",
    "",
    "text",
    "content",
    "calls",
    "name",
    "arguments",
    "input",
    "custom",
    "error",
    "json",
    "status",
    "headers",
    "embedding",
    "like",
    "flags",
    "image",
    "pieces",
    "usage",
    "choices",
    "logprobs",
    "token",
    "logprob",
    "times",
    "priority",
    "key",
    "endpoint",
    "{{user}}",
    "{{match 1}}",
    "{{",
    "(a)",
    "[",
    "(?i)x",
    "\u{0}",
    "é",
];

/// Any JSON, made of those.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        draw(WORDS).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((draw(WORDS), inner), 0..6).prop_map(|fields| fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

/// Changes what stands at one of the places of a value, counted from the top.
fn change(value: &mut Value, at: &mut usize, how: &dyn Fn(&mut Value)) {
    if *at == 0 {
        how(value);
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, at, how)),
        Value::Object(fields) => fields.values_mut().for_each(|field| change(field, at, how)),
        _ => {}
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        _ => 0,
    }
}

/// The good file with a few changes.
fn mutated() -> impl Strategy<Value = Value> {
    let good: Value = serde_json::from_str(GOOD).expect("JSON");
    let places = size(&good);
    let one = (0..places, 0..5_usize, any_json(), draw(WORDS));
    proptest::collection::vec(one, 1..4).prop_map(move |changes| {
        let mut value = good.clone();
        for (mut at, how, other, word) in changes {
            change(&mut value, &mut at, &|place| match (how, &mut *place) {
                (0, Value::Object(fields)) => drop(fields.shift_remove(word)),
                (1, Value::Object(fields)) => drop(fields.insert(word.to_owned(), other.clone())),
                (2, Value::Array(items)) => items.push(other.clone()),
                (3, Value::Array(items)) => drop(items.pop()),
                (_, place) => *place = other.clone(),
            });
        }
        value
    })
}

/// Gives it, and asks what each operation makes of it.
fn taken(text: &str, content_type: &str) -> Result<bool, TestCaseError> {
    let fake = Fake::new();
    let reply = unchecked(&fake, posted(content_type, text.as_bytes()));
    prop_assert!(reply.status == 200 || reply.status == 400, "{}", reply.status);
    if reply.status == 400 {
        prop_assert_eq!(&listed(&fake, None)["count"], 0);
        return Ok(false);
    }
    for shape in [Shape::Chat, Shape::ResponseStream, Shape::Completion] {
        let body = shape.body("weather in Oslo, please", &json!({}));
        let reply = unchecked(&fake, request(shape.path(), &body.to_string()));
        let told = String::from_utf8_lossy(reply.bytes()).into_owned();
        prop_assert!(!told.contains("This is a bug in openai-fake"), "{text}\n{told}");
    }
    let first = listed(&fake, None);
    let sources: Vec<Value> =
        first["rules"].as_array().expect("rules").iter().map(|rule| rule["rule"].clone()).collect();
    let again = ruled(&json!({"rules": sources}).to_string());
    let second = listed(&again, None);
    let told = |list: &Value| -> Vec<(Value, Value)> {
        list["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .map(|rule| (rule["name"].clone(), rule["rule"].clone()))
            .collect()
    };
    prop_assert_eq!(told(&first), told(&second));
    Ok(true)
}

#[test]
fn the_good_file_is_good() {
    assert_eq!(listed(&ruled(GOOD), None)["count"], 7);
    assert!(taken(GOOD, "application/json").is_ok_and(|taken| taken));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_taken_or_refused(value in any_json()) {
        taken(&value.to_string(), "application/json")?;
    }

    #[test]
    fn a_changed_file_is_taken_or_refused(value in mutated()) {
        taken(&value.to_string(), "application/json")?;
    }

    #[test]
    fn any_text_is_taken_or_refused(text in ".{0,60}", yaml in "[-a{}\\[\\]:,&*!|>'\"#%@ \\n\\t?]{0,40}") {
        taken(&text, "application/json")?;
        taken(&yaml, "application/yaml")?;
        taken(&format!("rules:\n{yaml}"), "application/yaml")?;
    }
}

/// A text of few words, so that rules often meet it.
fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(draw(&["ab", "abc", "B", "c", "Ö", " ", "ö", "x.y"]), 1..5)
        .prop_map(|words| words.concat())
}

fn matcher() -> impl Strategy<Value = Value> {
    let key = draw(&["contains", "equals", "starts", "ends"]);
    let leaf = prop_oneof![
        words().prop_map(Value::from),
        Just(Value::Null),
        (key, words(), any::<bool>()).prop_map(|(key, text, fold)| json!({key: text, "fold": fold})),
        draw(&["ab+", "^a", "B|c", "x\\.y", "a.c", "(?i)b", "[a-c]{2}", "ab?c*", "Ö", "b$", "(ab)?c", "abc"])
            .prop_map(|regex| json!({"regex": regex})),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| json!({"not": one})),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|several| json!({"any": several})),
            (words(), inner).prop_map(|(text, not)| json!({"contains": text, "not": not})),
        ]
    })
}

fn a_match() -> impl Strategy<Value = Value> {
    let fields = (
        proptest::option::weighted(0.8, matcher()),
        proptest::option::weighted(0.3, matcher()),
        proptest::option::weighted(0.3, matcher()),
    );
    fields.prop_map(|(user, system, any)| {
        let fields = [("user", user), ("system", system), ("any", any)];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect::<Map<_, _>>()
            .into()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// One rule alone is asked whatever it says; among many it is found by an index.
    #[test]
    fn of_many_rules_the_first_that_holds_is_found(
        matches in proptest::collection::vec(a_match(), 12..40),
        texts in proptest::collection::vec((words(), proptest::option::of(words())), 1..4),
    ) {
        let rule = |(at, wanted): (usize, &Value)| json!({"name": at.to_string(), "match": wanted, "answer": {"text": "x"}});
        let all: Vec<Value> = matches.iter().enumerate().map(rule).collect();
        let fake = ruled(&Value::from(all.clone()).to_string());
        let alone: Vec<Fake> = all.iter().map(|one| ruled(&one.to_string())).collect();
        // More conditions first, and then the order.
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(matches[*at].as_object().map_or(0, Map::len)));
        for (number, (user, system)) in texts.iter().enumerate() {
            let mut messages = vec![json!({"role": "user", "content": user})];
            if let Some(system) = system {
                messages.insert(0, json!({"role": "system", "content": system}));
            }
            let body = json!({"model": "gpt-4o", "messages": messages}).to_string();
            let ask = |fake: &Fake| json(&unchecked(fake, request(CHATS, &body)));
            ask(&fake);
            let found = captured(&fake, number + 1)["rule"].clone();
            let expected = order.iter().find(|at| ask(&alone[**at])["choices"][0]["message"]["content"] == "x");
            prop_assert_eq!(found, expected.map_or(Value::Null, |at| at.to_string().into()), "{}", body);
        }
    }
}

/// `OPENAI_FAKE_RULES_CASES=1000000` tries as many.
#[test]
fn files_with_changed_bytes_are_taken_or_refused() {
    let count = std::env::var("OPENAI_FAKE_RULES_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(20_000_u64);
    let fake = Fake::new();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut took = 0;
    for _ in 0..count {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            match next(4) {
                0 => drop(bytes.remove(at)),
                1 => bytes[at] = br#"{}[]",:0a-\"#[next(11)],
                2 => bytes.insert(at, bytes[next(bytes.len())]),
                _ => {
                    let end = (at + next(30)).min(bytes.len());
                    let part: Vec<u8> = bytes[at..end].to_vec();
                    let to = next(bytes.len());
                    bytes.splice(to..to, part);
                }
            }
        }
        let reply = unchecked(&fake, posted("application/json", &bytes));
        assert!(reply.status == 200 || reply.status == 400, "{}", String::from_utf8_lossy(&bytes));
        if reply.status == 200 {
            took += 1;
            unchecked(&fake, Request::new("DELETE", "/__parlel/rules"));
        }
    }
    assert!(took > count / 50, "{took} of {count} are taken");
    assert_eq!(give(&fake, None, "[]").status, 200);
}
