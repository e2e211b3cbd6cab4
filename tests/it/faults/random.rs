//! Whatever faults come together, on whatever reply: nothing panics, and what is not meant stays as it is.

use super::shapes::CALLS_STREAM;
use super::shapes::FUNCTION_STREAM;
use super::shapes::RESPONSE_CALLS_STREAM;
use super::shapes::SHAPES;
use super::shapes::Shape;
use super::shapes::data;
use openai_fake::Body;
use openai_fake::declared;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

/// A fault as it may be asked for: a row, and what stands behind its name.
fn fault() -> impl Strategy<Value = String> {
    let forms: Vec<String> = declared::fault_rows().into_iter().map(|row| row.form).collect();
    (proptest::sample::select(forms), 0_usize..30).prop_map(|(form, number)| {
        let name = form.split(['[', '=']).next().unwrap_or_default();
        let value = match form.trim_start_matches(name).trim_matches(['[', ']', '=']) {
            "" => return if name == "jitter" { "between=1ms".to_owned() } else { name.to_owned() },
            "EVENT" | "PLACE" => number.to_string(),
            "PLACE|TIME" => format!("{number}b"),
            "TIME" => format!("{number}ms"),
            "TIME,TIME..." => format!("{number}ms,1ms"),
            "STATUS" => format!("{}", 400 + number),
            "ERROR" => "rate_limit".to_owned(),
            _ => (number + 1).to_string(),
        };
        let before = match name {
            "for" => "stall=1; ",
            "as" => "error=2; ",
            "jitter" => "between=1ms; ",
            _ => "",
        };
        format!("{before}{name}={value}")
    })
}

/// What a call may be given.
fn arguments() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-z]{0,6}", "\\PC{0,6}", Just("🙂\"\\\n\u{1}".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("\\PC{0,4}", inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    vec(("[a-zü]{0,4}", value), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// The arguments of the first call, their pieces joined.
fn joined(events: &[String]) -> String {
    let pieces = events.iter().map(|event| data(event)).filter_map(|event| {
        let delta = &event["choices"][0]["delta"];
        let piece = match event["type"].as_str() {
            Some("response.function_call_arguments.delta") => &event["delta"],
            _ if delta["function_call"].is_object() => &delta["function_call"]["arguments"],
            _ => &delta["tool_calls"][0]["function"]["arguments"],
        };
        piece.as_str().map(str::to_owned)
    });
    pieces.collect()
}

fn rule(arguments: &Value) -> String {
    json!({"match": {}, "answer": {"calls": [{"name": "weather", "arguments": arguments}]}}).to_string()
}

const CALLING: [Shape; 3] = [CALLS_STREAM, RESPONSE_CALLS_STREAM, FUNCTION_STREAM];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_faults_on_any_reply(faults in vec(fault(), 1..6), at in 0..SHAPES.len()) {
        let faults = faults.join("; ");
        let outcome = SHAPES[at].with(&faults);
        let is_answer = outcome.reply.status == 200 || (400..600).contains(&outcome.reply.status);
        prop_assert!(is_answer, "{} {faults}", outcome.reply.status);
        // The pipeline's words for a panic.
        prop_assert!(!String::from_utf8_lossy(outcome.reply.bytes()).contains("internal"), "{faults}");
        if let Body::Events(events) = &outcome.reply.body {
            for event in events.iter() {
                let is_framed = event.ends_with(b"\n\n") || event.ends_with(b"\r\n\r\n");
                prop_assert!(is_framed, "{faults}: {}", String::from_utf8_lossy(event));
            }
        }
    }

    #[test]
    fn joined_pieces_are_the_arguments(arguments in arguments(), at in 0..CALLING.len()) {
        // Not a template.
        prop_assume!(!arguments.to_string().contains("{{"));
        let rule = rule(&arguments);
        for fault in ["", "args_whole", "args_chars", "args_escape", "args_escape; late_name", "args_chars; interleave"] {
            let outcome = CALLING[at].with_rules(&rule, fault);
            let joined = joined(&outcome.events());
            let told: Value = serde_json::from_str(&joined).map_err(|why| TestCaseError::fail(format!("{fault}: {why}: {joined}")))?;
            prop_assert_eq!(&told, &arguments, "{}", fault);
        }
    }
}
