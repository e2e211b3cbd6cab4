//! What is told about values that are no schemas, a case a line, as the library tells it; and that anything gets
//! an answer, soon.

use crate::structured;
use crate::structured::Strictness;
use crate::structured::meta::check;
use crate::structured::regex;
use proptest::prelude::*;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

#[rustfmt::skip]
const CASES: &[(&str, Option<&str>)] = &[
    (r"5", Some("5 is not of type 'object', 'boolean'")),
    (r"[]", Some("[] is not of type 'object', 'boolean'")),
    (r"null", Some("None is not of type 'object', 'boolean'")),
    (r#""x""#, Some("'x' is not of type 'object', 'boolean'")),
    (r#"{"required":null}"#, Some("None is not of type 'array'")),
    (r#"{"required":{}}"#, Some("{} is not of type 'array'")),
    (r#"{"required":[1]}"#, Some("1 is not of type 'string'")),
    (r#"{"required":["a","a"]}"#, Some("['a', 'a'] has non-unique elements")),
    (r#"{"required":[1,1.0]}"#, Some("[1, 1.0] has non-unique elements")),
    (r#"{"required":[1,true]}"#, Some("True is not of type 'string'")),
    (r#"{"type":"int"}"#, Some("'int' is not valid under any of the given schemas")),
    (r#"{"type":null}"#, Some("None is not valid under any of the given schemas")),
    (r#"{"type":[]}"#, Some("[] should be non-empty")),
    (r#"{"type":["string","int"]}"#, Some("'int' is not one of ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']")),
    (r#"{"type":["string","string"]}"#, Some("['string', 'string'] has non-unique elements")),
    (r#"{"type":[["string"]]}"#, Some("['string'] is not one of ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']")),
    (r#"{"type":{"a":true}}"#, Some("{'a': True} is not valid under any of the given schemas")),
    (r#"{"properties":[]}"#, Some("[] is not of type 'object'")),
    (r#"{"properties":null}"#, Some("None is not of type 'object'")),
    (r#"{"properties":{"a":null}}"#, Some("None is not of type 'object', 'boolean'")),
    (r#"{"properties":{"a":"string"}}"#, Some("'string' is not of type 'object', 'boolean'")),
    (r#"{"properties":{"a":{"type":"str"}}}"#, Some("'str' is not valid under any of the given schemas")),
    (r#"{"properties":{"a":{"items":[{"type":"number"},{"type":"number"}]}}}"#, Some("[{'type': 'number'}, {'type': 'number'}] is not of type 'object', 'boolean'")),
    (r#"{"items":[]}"#, Some("[] is not of type 'object', 'boolean'")),
    (r#"{"additionalProperties":null}"#, Some("None is not of type 'object', 'boolean'")),
    (r#"{"anyOf":[]}"#, Some("[] should be non-empty")),
    (r#"{"anyOf":{}}"#, Some("{} is not of type 'array'")),
    (r#"{"allOf":[5]}"#, Some("5 is not of type 'object', 'boolean'")),
    (r#"{"oneOf":[{"type":"x"}]}"#, Some("'x' is not valid under any of the given schemas")),
    (r#"{"prefixItems":[]}"#, Some("[] should be non-empty")),
    (r#"{"enum":null}"#, Some("None is not of type 'array'")),
    (r#"{"enum":"a"}"#, Some("'a' is not of type 'array'")),
    (r#"{"examples":{}}"#, Some("{} is not of type 'array'")),
    (r#"{"const":null,"default":[{}],"foo":5,"nullable":"yes"}"#, None),
    (r#"{"enum":[]}"#, None),
    (r#"{"minLength":-1}"#, Some("-1 is less than the minimum of 0")),
    (r#"{"minLength":1.5}"#, Some("1.5 is not of type 'integer'")),
    (r#"{"minLength":-1.5}"#, Some("-1.5 is not of type 'integer'")),
    (r#"{"minLength":"1"}"#, Some("'1' is not of type 'integer'")),
    (r#"{"minLength":true}"#, Some("True is not of type 'integer'")),
    (r#"{"maxItems":2.0}"#, None),
    (r#"{"minimum":"0"}"#, Some("'0' is not of type 'number'")),
    (r#"{"exclusiveMinimum":true}"#, Some("True is not of type 'number'")),
    (r#"{"multipleOf":0}"#, Some("0 is less than or equal to the minimum of 0")),
    (r#"{"multipleOf":-0.5}"#, Some("-0.5 is less than or equal to the minimum of 0")),
    (r#"{"multipleOf":"1"}"#, Some("'1' is not of type 'number'")),
    (r#"{"pattern":"("}"#, Some("'(' is not a 'regex'")),
    (r#"{"pattern":5}"#, Some("5 is not of type 'string'")),
    (r#"{"pattern":"^\\p{L}+$"}"#, Some("'^\\\\p{L}+$' is not a 'regex'")),
    (r#"{"pattern":"(?<n>a)"}"#, Some("'(?<n>a)' is not a 'regex'")),
    (r#"{"pattern":"^(?!a)b(?<=c)"}"#, None),
    (r#"{"pattern":"it's ["}"#, Some("\"it's [\" is not a 'regex'")),
    (r#"{"patternProperties":{"[":{}}}"#, Some("'[' is not a 'regex'")),
    (r#"{"patternProperties":{"a":5,"(":{}}}"#, Some("'(' is not a 'regex'")),
    (r#"{"title":1}"#, Some("1 is not of type 'string'")),
    (r#"{"description":null}"#, Some("None is not of type 'string'")),
    (r#"{"format":null}"#, Some("None is not of type 'string'")),
    (r#"{"uniqueItems":"true"}"#, Some("'true' is not of type 'boolean'")),
    (r#"{"deprecated":1}"#, Some("1 is not of type 'boolean'")),
    (r#"{"readOnly":null}"#, Some("None is not of type 'boolean'")),
    (r#"{"$comment":{}}"#, Some("{} is not of type 'string'")),
    (r#"{"$id":"a#b"}"#, Some("'a#b' does not match '^[^#]*#?$'")),
    (r#"{"$id":"a#"}"#, None),
    (r#"{"$anchor":"1a"}"#, Some("'1a' does not match '^[A-Za-z_][-A-Za-z0-9._]*$'")),
    (r#"{"$anchor":"a\n"}"#, None),
    (r#"{"$dynamicAnchor":""}"#, Some("'' does not match '^[A-Za-z_][-A-Za-z0-9._]*$'")),
    (r#"{"$ref":5}"#, Some("5 is not of type 'string'")),
    (r#"{"$vocabulary":{"x":1}}"#, Some("1 is not of type 'boolean'")),
    (r#"{"contentMediaType":[]}"#, Some("[] is not of type 'string'")),
    (r#"{"$defs":{"a":5}}"#, Some("5 is not of type 'object', 'boolean'")),
    (r#"{"definitions":{"a":{"type":"None"}}}"#, Some("'None' is not valid under any of the given schemas")),
    (r#"{"dependentSchemas":{"a":[]}}"#, Some("[] is not of type 'object', 'boolean'")),
    (r#"{"dependentRequired":{"a":"b"}}"#, Some("'b' is not of type 'array'")),
    (r#"{"dependentRequired":{"a":["b","b"]}}"#, Some("['b', 'b'] has non-unique elements")),
    (r#"{"dependencies":{"a":["b"],"b":{},"c":true}}"#, None),
    (r#"{"dependencies":{"a":5}}"#, Some("5 is not valid under any of the given schemas")),
    (r#"{"dependencies":{"a":["b",1]}}"#, Some("1 is not of type 'string'")),
    (r#"{"dependencies":{"a":["b","b"]}}"#, Some("['b', 'b'] has non-unique elements")),
    (r#"{"dependencies":{"a":{"type":"int"}}}"#, Some("'int' is not valid under any of the given schemas")),
    (r#"{"dependencies":{"a":{"properties":{"x":5}}}}"#, Some("{'properties': {'x': 5}} is not valid under any of the given schemas")),
    (r#"{"dependencies":{"a":{"minLength":-1,"properties":{"x":{"title":1}}}}}"#, Some("1 is not of type 'string'")),
    (r#"{"not":5,"if":{},"then":null,"else":true}"#, Some("None is not of type 'object', 'boolean'")),
    (r#"{"minLength":-1,"maxLength":-2}"#, Some("-1 is less than the minimum of 0")),
    (r#"{"title":1,"properties":{"a":5}}"#, Some("1 is not of type 'string'")),
    (r#"{"contains":{"propertyNames":{"contentSchema":{"unevaluatedItems":{"unevaluatedProperties":{"type":"any"}}}}}}"#, Some("'any' is not valid under any of the given schemas")),
    (r#"{"type":{"a":[true,false,null,1.0,1e+22,"\u00e9\u200b","it's"]}}"#, Some("{'a': [True, False, None, 1.0, 1e+22, 'é\\u200b', \"it's\"]} is not valid under any of the given schemas")),
];

#[test]
fn what_is_no_schema_is_told_in_the_words_of_the_library() {
    for (schema, sentence) in CASES {
        let schema: Value = serde_json::from_str(schema).expect("JSON");
        assert_eq!(check(&schema).err().as_deref(), *sentence, "{schema}");
    }
}

/// JSON in which keywords and types are often right, and values often wrong.
fn json_value() -> impl Strategy<Value = Value> {
    const WORDS: &[&str] = &[
        "type",
        "properties",
        "items",
        "required",
        "enum",
        "anyOf",
        "dependencies",
        "pattern",
        "minLength",
        "a",
        "patternProperties",
        "prefixItems",
        "additionalProperties",
        "$id",
        "object",
        "string",
        "(",
        "^a?",
    ];
    let word = proptest::sample::select(WORDS);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..5).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_gets_an_answer(value in json_value()) {
        for strictness in [Strictness::Loose, Strictness::Strict, Strictness::IfPossible] {
            let _ = structured::check(&value, strictness);
        }
        let _ = structured::strictened(&value);
    }

    #[test]
    fn any_text_is_a_regular_expression_or_not(text in r"[ab(){}\[\]|*+?^$.,:<>=!PiNxu0-9 -]{0,12}|\PC*") {
        let _ = regex::read(&text);
    }
}

/// As deep as a body may be, on a stack of half the size of that of a connection's thread.
#[test]
fn a_deep_schema_fits_a_small_stack() {
    let deep = (0..60).fold(json!({"type": "int"}), |inner, _| json!({"properties": {"a": inner}}));
    let depended = (0..60).fold(json!({"type": "int"}), |inner, _| json!({"dependencies": {"a": inner}}));
    let items = (0..120).fold(json!({"type": "int"}), |inner, _| json!({"items": inner}));
    // Frames are larger without optimisation.
    let size = if cfg!(debug_assertions) { 1024 } else { 128 } * 1024;
    let check = move || [deep, depended, items].map(|schema| check(&schema));
    let thread = std::thread::Builder::new().stack_size(size).spawn(check).expect("a thread");
    for told in thread.join().expect("no panic") {
        assert_eq!(told.expect_err("a fault"), "'int' is not valid under any of the given schemas");
    }
}

/// If any of these took time that grows with the square of the size, this would take hours.
#[test]
fn hostile_schemas_take_time_that_grows_with_their_size() {
    let many = 300_000;
    let names: Vec<Value> = (0..many).map(|at| Value::from(format!("p{at}"))).collect();
    assert_eq!(check(&json!({"required": names})), Ok(()));
    let mut mixed = names;
    mixed.push(json!({"a": 1.0}));
    let sentence = check(&json!({"required": mixed})).expect_err("a fault");
    assert_eq!(sentence, "{'a': 1.0} is not of type 'string'");
    let faults: Map<String, Value> = (0..many).map(|at| (format!("p{at:06}"), Value::Null)).collect();
    let sentence = check(&json!({"properties": faults})).expect_err("a fault");
    assert_eq!(sentence, "None is not of type 'object', 'boolean'");
    let depended = (0..30).fold(json!({"type": "int"}), |inner, _| json!({"dependencies": {"a": inner}}));
    assert_eq!(check(&depended).expect_err("a fault"), "'int' is not valid under any of the given schemas");
    for pattern in ["(", "(?:", "(?=", "[", "(a|", "((?P<a>b)"] {
        assert!(regex::read(&pattern.repeat(many)).is_none(), "{pattern}");
    }
    for pattern in ["a", "(a)", "\\1x|(?:b)", "[a-z]", "a{2}{"] {
        assert!(regex::read(&format!("(z){}", pattern.repeat(many))).is_some(), "{pattern}");
    }
    let deep = format!("{}{}", "(?:".repeat(many), ")".repeat(many));
    assert!(regex::read(&deep).is_some_and(|pattern| !pattern.looks_around));
}
