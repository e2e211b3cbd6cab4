//! What YAML texts mean, and what is wrong with others: a line per case.

use super::*;
use proptest::prelude::*;
use serde_json::json;

#[track_caller]
fn means(text: &str, value: Value) {
    assert_eq!(read(text), Ok(value), "{text}");
}

#[track_caller]
fn refuses(text: &str, line: usize, column: usize, what: &str) {
    let error = read(text).expect_err(text);
    assert_eq!((error.line, error.column), (line, column), "{error}");
    assert!(error.what.contains(what), "{error}");
}

#[test]
fn plain_values_are_read_by_the_core_schema() {
    means("", Value::Null);
    means("~", Value::Null);
    means(
        "[null, Null, true, FALSE, yes, no, on, off]",
        json!([null, null, true, false, "yes", "no", "on", "off"]),
    );
    means("[0, -7, +7, 007, 0x1F, 0o17, 1_000]", json!([0, -7, 7, 7, 31, 15, "1_000"]));
    means("[1.5, -.5, 1e3, 2., 18446744073709551615]", json!([1.5, -0.5, 1000.0, 2.0, u64::MAX]));
    means(
        "[.inf, .nan, 1.2.3, 1-2, '-', '+', ., e5]",
        json!([".inf", ".nan", "1.2.3", "1-2", "-", "+", ".", "e5"]),
    );
    means("[2024-01-01, 12:30, '1', \"true\", !!str 1]", json!(["2024-01-01", "12:30", "1", "true", "1"]));
    means("{1: a, true: b, null: c}", json!({"1": "a", "true": "b", "null": "c"}));
}

#[test]
fn texts_are_read_as_recorders_write_them() {
    means("a: 'one\n\n  two''s\n  three'\n", json!({"a": "one\ntwo's three"}));
    means("a: \"one \\\n  \\ two\\u00e9\\n\"\n", json!({"a": "one  two\u{e9}\n"}));
    means("a: |-\n  one\n   two\n", json!({"a": "one\n two"}));
    means("a: >\n  one\n  two\n", json!({"a": "one two\n"}));
    means("a: |\n  one", json!({"a": "one"}));
    means("a: !!binary |\n  aGVs\n  bG8=\n", json!({"a": "hello"}));
    means("a: !binary aGVsbG8=", json!({"a": "hello"}));
    means("a: !!binary /w==", json!({"a": "/w=="}));
    means("!ruby/object:Thing\na: !ruby/sym b\n", json!({"a": "b"}));
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    means("- &a {b: 1}\n- *a\n- *a\n", json!([{"b": 1}, {"b": 1}, {"b": 1}]));
    means("a: &n name\n*n : 1\n", json!({"a": "name", "name": 1}));
    means("a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\n", json!({"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}}));
    means("- &a {b: 1}\n- &c {d: 2}\n- {<<: [*a, *c]}\n", json!([{"b": 1}, {"d": 2}, {"b": 1, "d": 2}]));
    means("'<<': 1", json!({"<<": 1}));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    refuses("a: 1\nb: [1\n", 2, 4, "unclosed bracket");
    refuses("a: 1\na: 2\n", 2, 4, "the name 'a' stands twice");
    refuses("? [a]\n: 1\n", 1, 3, "a name is a text");
    refuses("a: &a 1\n*a : 1\n", 2, 1, "a name is a text");
    refuses("a: &a [*a]\n", 1, 8, "inside of what it stands for");
    refuses("a: *b\n", 1, 4, "");
    refuses("<<: 1", 1, 5, "'<<' merges an object");
    refuses("a: !!binary '?'", 1, 13, "not base64");
    refuses("a: 1\n---\nb: 2\n", 2, 1, "a second document");
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let more =
        (1..40).map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(4)));
    let laughs = "a0: &a0 [haha, haha]\n".to_owned() + &more.collect::<String>();
    let error = read(&laughs).expect_err("too many");
    assert!(error.what.contains("64 MB"), "{error}");
    for open in ["[", "{a: ", "- ", "? ", "a:\n "] {
        assert!(read(&open.repeat(100_000)).is_err());
    }
}

#[test]
fn a_pointer_leads_to_its_line() {
    let text =
        "# rules\nrules:\n- match:\n    user: a\n  answer: {text: b,\n    id: c}\n- &r\n  x/y: 1\n- *r\n";
    for (pointer, line) in [
        ("", 2),
        ("/rules", 2),
        ("/rules/0", 3),
        ("/rules/0/match/user", 4),
        ("/rules/0/answer/text", 5),
        ("/rules/0/answer/id", 6),
        ("/rules/1/x~1y", 8),
        ("/rules/2", 9),
        ("/rules/2/x~1y", 9),
        ("/rules/0/none/at/all", 3),
    ] {
        assert_eq!(line_of(text, pointer), Some(line), "{pointer}");
    }
}

/// Any JSON of few values.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        r"[ -~\n\té€]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ -~]{0,6}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in r#"[-{}\[\]",:&*!a0|>'?#%<~ \n\t]{0,60}"#) {
        let _ = read(&text);
        line_of(&text, "/a/0");
    }

    #[test]
    fn json_is_yaml(value in any_value()) {
        prop_assert_eq!(read(&value.to_string()), Ok(value));
    }
}
