//! Faults of the calls of tools: what a client that joins the pieces makes of them.

use super::shapes::CALLS;
use super::shapes::CALLS_STREAM;
use super::shapes::FUNCTION;
use super::shapes::FUNCTION_STREAM;
use super::shapes::RESPONSE_CALLS;
use super::shapes::RESPONSE_CALLS_STREAM;
use super::shapes::Shape;
use super::shapes::data;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

const WEATHER: &str = r#"{"city":"Zürich","days":3}"#;
const ESCAPED: &str = r#"{"city":"Z\u00fcrich","days":3}"#;
const CLOCK: &str = r#"{"zone":"Europe/Zurich"}"#;
const CLOCK_ESCAPED: &str = r#"{"\u007aone":"Europe/Zurich"}"#;

const SHAPES: [Shape; 6] =
    [CALLS, CALLS_STREAM, RESPONSE_CALLS, RESPONSE_CALLS_STREAM, FUNCTION, FUNCTION_STREAM];

/// A call as a client has it at the end, and the pieces in which its arguments came.
#[derive(Clone, Debug, Default, PartialEq)]
struct Met {
    index: u64,
    id: String,
    name: String,
    /// `null` where that is what was sent.
    arguments: String,
    pieces: Vec<String>,
}

impl Met {
    fn take(&mut self, call: &Value) {
        for inner in [call, &call["function"], &call["custom"]] {
            self.name.push_str(inner["name"].as_str().unwrap_or_default());
            for given in ["arguments", "input"].iter().filter_map(|name| inner.get(name)) {
                let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
                self.arguments.push_str(&text);
                if !text.is_empty() {
                    self.pieces.push(text);
                }
            }
        }
        let id = call.get("call_id").or(call.get("id")).and_then(Value::as_str);
        self.id.push_str(id.unwrap_or_default());
    }
}

/// Calls by their numbers.
#[derive(Default)]
struct Calls(BTreeMap<u64, Met>);

impl Calls {
    fn take(&mut self, index: u64, call: &Value) {
        self.0.entry(index).or_insert_with(|| Met { index, ..Met::default() }).take(call);
    }

    fn take_event(&mut self, event: &Value) {
        let delta = &event["choices"][0]["delta"];
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.take(call["index"].as_u64().expect("an index"), call);
        }
        if let Some(call) = delta.get("function_call") {
            self.take(0, call);
        }
        let index = event["output_index"].as_u64().unwrap_or_default();
        match event["type"].as_str().unwrap_or_default() {
            "response.function_call_arguments.delta" => {
                self.take(index, &json!({"arguments": event["delta"]}));
            }
            "response.output_item.done" => {
                let mut item = event["item"].clone();
                // It repeats what the pieces said.
                let said = self.0.get(&index).map_or("", |met| met.arguments.as_str());
                if item["arguments"].as_str().is_some_and(|told| told == said) {
                    item["arguments"] = "".into();
                }
                self.take(index, &item);
            }
            _ => {}
        }
    }
}

/// The calls of a reply, whatever its shape.
fn met(shape: Shape, faults: &str) -> Vec<Met> {
    let outcome = shape.with(faults);
    let mut calls = Calls::default();
    if shape.is_stream() {
        outcome.events().iter().for_each(|event| calls.take_event(&data(event)));
    } else {
        let body = crate::support::json(&outcome.reply);
        let message = &body["choices"][0]["message"];
        let items = message["tool_calls"].as_array().or(body["output"].as_array());
        let all = items.into_iter().flatten().chain(message.get("function_call"));
        (0..).zip(all).for_each(|(index, call)| calls.take(index, call));
    }
    calls.0.into_values().collect()
}

#[test]
fn what_a_client_makes_of_it() {
    let (weather, clock) = ("weather", "clock");
    let (one, two) = ("call_1", "call_2");
    for (faults, first, second) in [
        ("", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("late_name", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("interleave", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("index_gap", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("interleave; late_name; index_gap", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("args_whole", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("args_chars", (one, weather, WEATHER), (two, clock, CLOCK)),
        ("args_escape", (one, weather, ESCAPED), (two, clock, CLOCK_ESCAPED)),
        (
            "args_broken",
            (one, weather, &WEATHER[..WEATHER.len() - 1]),
            (two, clock, &CLOCK[..CLOCK.len() - 1]),
        ),
        ("args_null", (one, weather, "null"), (two, clock, "null")),
        ("args_none", (one, weather, ""), (two, clock, "")),
        ("same_ids", (one, weather, WEATHER), (one, clock, CLOCK)),
        ("unknown_tool", (one, "no_such_tool", WEATHER), (two, "no_such_tool", CLOCK)),
        ("unknown_tool; args_none; same_ids", (one, "no_such_tool", ""), (one, "no_such_tool", "")),
    ] {
        for shape in SHAPES {
            let told = met(shape, faults);
            let told: Vec<_> =
                told.iter().map(|met| (met.id.as_str(), met.name.as_str(), met.arguments.as_str())).collect();
            // The older form has one call, and no id.
            let expected = match shape.name {
                "function" | "function stream" => vec![("", first.1, first.2)],
                _ => vec![first, second],
            };
            assert_eq!(told, expected, "{}: {faults}", shape.name);
        }
    }
}

#[test]
fn pieces_are_cut_as_they_should_be() {
    let is_within =
        |pieces: &[String]| pieces.windows(2).any(|two| two[0].ends_with('\\') && two[1].starts_with('u'));
    for shape in SHAPES.into_iter().filter(|shape| shape.is_stream()) {
        for met in met(shape, "args_whole") {
            assert_eq!((met.pieces.len(), &met.pieces[0]), (1, &met.arguments), "{}", shape.name);
        }
        for met in met(shape, "args_chars") {
            let characters: Vec<String> = met.arguments.chars().map(String::from).collect();
            assert_eq!(met.pieces, characters, "{}", shape.name);
        }
        for met in met(shape, "args_escape") {
            assert!(is_within(&met.pieces), "{}: {:?}", shape.name, met.pieces);
        }
    }
}

#[test]
fn calls_are_numbered_with_gaps() {
    for (shape, indexes) in [(CALLS_STREAM, [0, 2]), (RESPONSE_CALLS_STREAM, [0, 2])] {
        let told: Vec<u64> = met(shape, "index_gap").iter().map(|met| met.index).collect();
        assert_eq!(told, indexes, "{}", shape.name);
    }
}

#[test]
fn calls_come_in_turn() {
    for shape in [CALLS_STREAM, RESPONSE_CALLS_STREAM] {
        let index = |event: &String| {
            let event = data(event);
            let call = &event["choices"][0]["delta"]["tool_calls"][0]["index"];
            call.as_u64().or(event["output_index"].as_u64())
        };
        let (plain, events) = (shape.events(""), shape.events("interleave"));
        let indexes: Vec<u64> = events.iter().filter_map(index).collect();
        assert_eq!(indexes[..6], [0, 1, 0, 1, 0, 1], "{}", shape.name);
        // Where they stand among the others stays, and what each says but for its number.
        let without_number = |events: &[String]| -> Vec<Value> {
            let mut events: Vec<Value> = events.iter().map(|event| data(event)).collect();
            events
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|event| drop(event.remove("sequence_number")));
            events.sort_by_key(Value::to_string);
            events
        };
        assert_eq!(without_number(&events), without_number(&plain));
        let numbers: Vec<u64> =
            events.iter().filter_map(|event| data(event)["sequence_number"].as_u64()).collect();
        assert!(numbers.iter().zip(0..).all(|(number, at)| *number == at), "{numbers:?}");
    }
}

#[test]
fn a_name_comes_late() {
    let begins = |event: &Value| event["choices"][0]["delta"]["tool_calls"][0].get("id").is_some();
    let events: Vec<Value> = CALLS_STREAM.events("late_name").iter().map(|event| data(event)).collect();
    let first = events.iter().position(begins).expect("a call");
    let delta = |at: usize| &events[at]["choices"][0]["delta"]["tool_calls"][0];
    assert_eq!(delta(first)["function"], json!({"arguments": ""}));
    assert_eq!(delta(first + 1), &json!({"index": 0, "function": {"name": "weather"}}));
    assert_eq!(events[first]["id"], events[first + 1]["id"]);
    let added = RESPONSE_CALLS_STREAM
        .events("late_name")
        .iter()
        .map(|event| data(event))
        .find(|event| event["type"] == "response.output_item.added")
        .expect("a call");
    assert!(added["item"].get("name").is_none() && added["item"]["call_id"] == "call_1", "{added}");
}

#[test]
fn null_stands_wherever_arguments_stood() {
    for shape in [RESPONSE_CALLS_STREAM, CALLS_STREAM, FUNCTION_STREAM] {
        let text = shape.events("args_null").concat();
        assert!(
            !text.contains("arguments\":\"") && !text.contains("arguments.delta"),
            "{}: {text}",
            shape.name
        );
        assert!(text.contains("\"arguments\":null"));
    }
}
