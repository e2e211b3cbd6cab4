//! Which of several rules answers, how often, and whom.

use crate::rules::asking::CHATS;
use crate::rules::asking::Shape;
use crate::rules::asking::give;
use crate::rules::asking::listed;
use crate::rules::asking::ruled;
use crate::rules::asking::unchecked;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Request;
use serde_json::json;

/// What a chat with a key is told: the text, the status of an error, or `-` where it is what a server without
/// rules says.
fn hears(fake: &Fake, key: &str, user: &str) -> String {
    let told = |fake: &Fake| {
        let request = Request::new("POST", CHATS)
            .with_header("authorization", &format!("Bearer {key}"))
            .with_json(&Shape::Chat.body(user, &json!({})).to_string());
        let reply = unchecked(fake, request);
        match reply.status {
            200 => json(&reply)["choices"][0]["message"]["content"].as_str().expect("a text").to_owned(),
            status => status.to_string(),
        }
    };
    let heard = told(fake);
    if heard == told(&Fake::new()) { "-".to_owned() } else { heard }
}

/// Rules, and what one key hears to each question, in order.
#[track_caller]
fn dialogue(rules: &str, said: &[(&str, &str)]) {
    let fake = ruled(rules);
    let heard: Vec<String> = said.iter().map(|(user, _)| hears(&fake, "k", user)).collect();
    assert_eq!(heard, said.iter().map(|(_, answer)| *answer).collect::<Vec<_>>(), "{rules}");
}

/// A rule in few letters: its match, its answer's text, and more of its keys.
macro_rules! rules {
    ($(($wanted:literal, $text:literal $(, $more:literal)?)),+ $(,)?) => {
        concat!("[", rules!(@list $(concat!(r#"{"match":"#, $wanted, r#","answer":{"text":""#, $text, r#""}"# $(, ",", $more)?, "}")),+), "]")
    };
    (@list $first:expr $(, $rest:expr)*) => { concat!($first $(, ",", $rest)*) };
}

#[test]
fn more_conditions_first_and_then_the_order() {
    dialogue(
        rules![("{}", "all"), (r#"{"user":"a"}"#, "a"), (r#"{"user":"a","model":"gpt-4o"}"#, "both")],
        &[("a", "both"), ("b", "all")],
    );
    dialogue(
        rules![(r#"{"user":"a"}"#, "first"), (r#"{"user":"ab"}"#, "second")],
        &[("ab", "first"), ("b", "-")],
    );
    dialogue(
        rules![
            (r#"{"user":"a"}"#, "one"),
            (r#"{"header":{"authorization":"k","content-type":"json"}}"#, "headers")
        ],
        &[("a", "headers")],
    );
    dialogue(
        rules![(r#"{"user":"a"}"#, "one"), (r#"{"body":{"/model":"gpt","/messages":"a"}}"#, "pointers")],
        &[("a", "pointers")],
    );
    dialogue(
        rules![
            (r#"{"user":{"starts":"a","ends":"b"}}"#, "tests"),
            (r#"{"user":"a","turn":1}"#, "conditions")
        ],
        &[("ab", "conditions")],
    );
    dialogue(
        rules![(r#"{"user":"a","count":{"min":1}}"#, "counted"), (r#"{"user":"a"}"#, "plain")],
        &[("a", "counted"), ("a", "counted")],
    );
}

#[test]
fn a_higher_priority_before_all() {
    dialogue(
        rules![(r#"{"user":"a","turn":1}"#, "two"), ("{}", "high", r#""priority":1"#)],
        &[("a", "high")],
    );
    dialogue(rules![("{}", "low", r#""priority":-1"#), ("{}", "plain")], &[("a", "plain")]);
    dialogue(
        rules![
            ("{}", "five", r#""priority":5"#),
            ("{}", "nine", r#""priority":9"#),
            ("{}", "nine too", r#""priority":9"#)
        ],
        &[("a", "nine")],
    );
    dialogue(
        rules![
            ("{}", "low", r#""priority":-9223372036854775808"#),
            ("{}", "high", r#""priority":9223372036854775807"#)
        ],
        &[("a", "high")],
    );
}

#[test]
fn times_run_out() {
    dialogue(
        rules![("{}", "once", r#""times":1"#), ("{}", "then")],
        &[("a", "once"), ("a", "then"), ("a", "then")],
    );
    dialogue(rules![("{}", "twice", r#""times":2"#)], &[("a", "twice"), ("b", "twice"), ("c", "-")]);
    dialogue(rules![(r#"{"user":"a"}"#, "once", r#""times":1"#)], &[("b", "-"), ("a", "once"), ("a", "-")]);
}

#[test]
fn answers_come_one_after_the_other() {
    dialogue(
        r#"{"match":{},"answers":[{"text":"1"},{"text":"2"},{"text":"3"}]}"#,
        &[("a", "1"), ("a", "2"), ("b", "3"), ("a", "3")],
    );
    dialogue(
        r#"{"match":{"user":"a"},"answers":[{"error":"rate_limit"},{"error":"server_error"},{"pass":true}]}"#,
        &[("a", "429"), ("b", "-"), ("a", "500"), ("a", "-"), ("a", "-")],
    );
    dialogue(
        r#"{"match":{},"answers":[{"text":"1"},{"text":"2"}],"times":3}"#,
        &[("a", "1"), ("a", "2"), ("a", "2"), ("a", "-")],
    );
}

#[test]
fn the_count_of_what_else_held() {
    dialogue(
        r#"{"match":{"user":"a","count":2},"answer":{"text":"second"}}"#,
        &[("a", "-"), ("b", "-"), ("a", "second"), ("a", "-")],
    );
    dialogue(
        r#"{"match":{"count":[1,3]},"answer":{"text":"odd"}}"#,
        &[("a", "odd"), ("a", "-"), ("a", "odd"), ("a", "-")],
    );
    dialogue(
        r#"{"match":{"count":{"min":2,"max":3}},"answer":{"text":"mid"}}"#,
        &[("a", "-"), ("a", "mid"), ("a", "mid"), ("a", "-")],
    );
    dialogue(
        r#"{"match":{"count":{"min":2}},"answer":{"text":"{{count}}"}}"#,
        &[("a", "-"), ("a", "2"), ("a", "3")],
    );
    // It counts what held, also where another rule has answered.
    dialogue(
        rules![(r#"{"user":"a","turn":1}"#, "other"), (r#"{"count":2}"#, "second")],
        &[("a", "other"), ("b", "second"), ("b", "-")],
    );
}

#[test]
fn each_key_counts_for_itself() {
    let fake = ruled(r#"[{"match":{},"answers":[{"text":"1"},{"text":"2"}]}]"#);
    assert_eq!(
        [("k", "1"), ("l", "1"), ("k", "2"), ("l", "2")].map(|(key, _)| hears(&fake, key, "a")),
        ["1", "1", "2", "2"]
    );
    let fake = ruled(r#"[{"match":{"count":2},"answer":{"text":"x"},"times":1}]"#);
    assert_eq!(["k", "l", "k", "l", "k"].map(|key| hears(&fake, key, "a")), ["-", "-", "x", "x", "-"]);
}

#[test]
fn rules_of_a_key_serve_it_alone() {
    let fake = Fake::new();
    assert_eq!(give(&fake, Some("k"), rules![("{}", "of k")]).status, 200);
    assert_eq!(give(&fake, None, rules![("{}", "of all")]).status, 200);
    assert_eq!([hears(&fake, "k", "a"), hears(&fake, "l", "a")], ["of k", "of all"]);
    assert_eq!(give(&fake, None, rules![("{}", "named", r#""key":"m","priority":1"#)]).status, 200);
    assert_eq!(
        [hears(&fake, "m", "a"), hears(&fake, "l", "a"), hears(&fake, "k", "a")],
        ["named", "of all", "of k"]
    );
    assert_eq!(
        listed(&fake, Some("l"))["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .filter(|rule| rule["rule"]["answer"]["text"] == "of k")
            .count(),
        0
    );
    assert_eq!(give(&fake, Some("k"), rules![("{}", "x", r#""key":"l""#)]).status, 400);
}

#[test]
fn what_came_later_stands_behind_what_came_before() {
    let fake = ruled(rules![("{}", "first")]);
    assert_eq!(give(&fake, None, rules![("{}", "second"), (r#"{"user":"b"}"#, "b")]).status, 200);
    assert_eq!([hears(&fake, "k", "a"), hears(&fake, "k", "b")], ["first", "b"]);
}

/// Does it, with a key or without.
fn control(fake: &Fake, method: &str, path: &str, key: Option<&str>) {
    let request = Request::new(method, path);
    let request = match key {
        Some(key) => request.with_header("authorization", &format!("Bearer {key}")),
        None => request,
    };
    assert_eq!(unchecked(fake, request).status, 200);
}

#[test]
fn rules_are_forgotten_of_a_key_or_of_all() {
    let fake = || {
        let fake = ruled(rules![("{}", "all")]);
        give(&fake, Some("k"), rules![("{}", "k")]);
        give(&fake, Some("l"), rules![("{}", "l")]);
        assert_eq!(["k", "l", "m"].map(|key| hears(&fake, key, "a")), ["k", "l", "all"]);
        fake
    };
    for (method, path) in [("DELETE", "/__parlel/rules"), ("POST", "/__parlel/reset")] {
        let one = fake();
        control(&one, method, path, Some("k"));
        assert_eq!(["k", "l", "m"].map(|key| hears(&one, key, "a")), ["all", "l", "all"], "{path}");
        let all = fake();
        control(&all, method, path, None);
        assert_eq!(["k", "l", "m"].map(|key| hears(&all, key, "a")), ["-", "-", "-"], "{path}");
    }
}

#[test]
fn a_reset_forgets_how_often() {
    let fake = ruled(r#"[{"match":{},"answers":[{"text":"1"},{"text":"2"}]}]"#);
    assert_eq!([hears(&fake, "k", "a"), hears(&fake, "k", "a"), hears(&fake, "l", "a")], ["1", "2", "1"]);
    control(&fake, "POST", "/__parlel/reset", Some("k"));
    assert_eq!([hears(&fake, "k", "a"), hears(&fake, "l", "a")], ["1", "2"]);
}

#[test]
fn a_rule_counts_where_its_answer_can_be_given() {
    // An answer in vectors is none to a chat: the one behind it answers.
    let fake = ruled(
        r#"[{"match":{"user":"a","turn":1},"answer":{"embedding":[1]}},{"match":{},"answer":{"text":"words"}}]"#,
    );
    assert_eq!(hears(&fake, "k", "a"), "words");
    let fake = ruled(
        r#"[{"match":{},"answer":{"flags":[]},"priority":1},{"match":{},"answer":{"image":"AAAA"},"priority":1}]"#,
    );
    assert_eq!(hears(&fake, "k", "a"), "-");
}

#[test]
fn thousands_of_rules_are_told_apart() {
    let rules: Vec<String> = (0..5_000)
        .map(|at| format!(r#"{{"match":{{"user":"number {at};"}},"answer":{{"text":"answer {at}"}}}}"#))
        .collect();
    let fake = ruled(&format!("[{}]", rules.join(",")));
    for at in [0, 1, 42, 999, 4_999] {
        assert_eq!(hears(&fake, "k", &format!("the number {at}; please")), format!("answer {at}"));
    }
    assert_eq!(hears(&fake, "k", "the number 5000; please"), "-");
    assert_eq!(hears(&fake, "k", "number 7; and number 3;"), "answer 3");
}
