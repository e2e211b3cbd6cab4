//! Which tools a response calls, and with what, one case a line.

use super::Case;
use super::Response;
use serde_json::Value;

/// Two functions, and what the user says.
macro_rules! two {
    ($text:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},{"type":"function","name":"time"}],"input":""#,
            $text, r#"""# $(, ",", $more)?, "}"
        )
    };
}

/// The same two, and items as input.
macro_rules! after {
    ($items:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"function","name":"weather"},{"type":"function","name":"time"}],"input":[{"role":"user","content":"Use weather and time"},"#,
            $items, "]" $(, ",", $more)?, "}"
        )
    };
}

/// A tool that takes any text of this format.
macro_rules! custom {
    ($format:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"custom","name":"shell""#, $format,
            r#"},{"type":"function","name":"time"}],"input":"Use shell""# $(, ",", $more)?, "}"
        )
    };
}

/// Whether these are called and nothing is said.
fn calls(response: &Response, names: &[&str]) -> bool {
    response.is("completed")
        && response.called() == names
        && response.items().len() == names.len()
        && response.items().iter().all(is_call)
}

fn is_call(item: &Value) -> bool {
    let starts = |name: &str, start: &str| item[name].as_str().is_some_and(|id| id.starts_with(start));
    let custom = item["type"] == "custom_tool_call";
    let given = if custom { &item["input"] } else { &item["arguments"] };
    let sound = custom
        || given
            .as_str()
            .is_some_and(|text| serde_json::from_str::<Value>(text).is_ok_and(|json| json.is_object()));
    starts("id", if custom { "ctc_" } else { "fc_" })
        && starts("call_id", "call_")
        && item["status"] == "completed"
        && sound
}

/// What the first call is given.
fn arguments(response: &Response) -> Value {
    serde_json::from_str(response.items()[0]["arguments"].as_str().expect("arguments")).expect("JSON")
}

fn input(response: &Response) -> &str {
    response.items()[0]["input"].as_str().expect("an input")
}

#[rustfmt::skip]
pub(super) const CHOICES: &[Case] = &[
    (two!("Hello"), Response::says),
    (two!("Use weather"), |r| calls(r, &["weather"]) && arguments(r)["city"].is_string()),
    (two!("Use time"), |r| calls(r, &["time"]) && arguments(r) == serde_json::json!({}) && r.items()[0].get("namespace").is_none()),
    (two!("Use time, then weather"), |r| calls(r, &["time", "weather"])),
    (two!("weather weather"), |r| calls(r, &["weather", "weather"]) && r.items()[0]["call_id"] != r.items()[1]["call_id"]),
    (two!("timeless weathering"), Response::says),
    (two!("weather time" r#""parallel_tool_calls":false"#), |r| calls(r, &["weather"])),
    (two!("weather time" r#""parallel_tool_calls":true"#), |r| calls(r, &["weather", "time"])),
    (two!("Use weather" r#""tool_choice":"auto""#), |r| calls(r, &["weather"])),
    (two!("Use weather" r#""tool_choice":"none""#), Response::says),
    (two!("Hello" r#""tool_choice":"required""#), |r| calls(r, &["weather"])),
    (two!("time" r#""tool_choice":"required""#), |r| calls(r, &["time"])),
    (two!("Hello" r#""tool_choice":{"type":"function","name":"time"}"#), |r| calls(r, &["time"])),
    (two!("Use weather" r#""tool_choice":{"type":"function","name":"time"}"#), |r| calls(r, &["time"])),
    (two!("weather time" r#""tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"time"}]}"#), |r| calls(r, &["time"])),
    (two!("weather" r#""tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"time"}]}"#), Response::says),
    (two!("Hello" r#""tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"time"}]}"#), |r| calls(r, &["time"])),
    (two!("[refusal]" r#""tool_choice":"required""#), |r| calls(r, &["weather"])),
    (two!("Use weather" r#""model":"gpt-5""#), |r| r.kinds() == "reasoning function_call" && r.reasoning() > 0),
    (two!("Use weather" r#""max_tool_calls":1"#), |r| calls(r, &["weather"])),
    // Where the limit cuts, the last call alone is incomplete.
    (r#"{"tools":[{"type":"function","name":"f"}],"input":"<<20*f >>","max_output_tokens":16}"#, |r| r.items().len() == 16 && r.is("incomplete") && r.items().iter().enumerate().all(|(at, item)| (item["status"] == "incomplete") == (at == 15))),
    (r#"{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"n":{"type":"integer","minimum":3,"maximum":4},"word":{"type":"string","enum":["a","b"]}},"required":["n","word"],"additionalProperties":false},"strict":true}],"input":"f"}"#, |r| calls(r, &["f"]) && [3, 4].contains(&arguments(r)["n"].as_i64().unwrap_or_default()) && ["a", "b"].contains(&arguments(r)["word"].as_str().unwrap_or_default())),
    (r#"{"tools":[{"type":"namespace","name":"places","description":"Of places","tools":[{"type":"function","name":"weather"},{"type":"function","name":"time"}]}],"input":"Use weather"}"#, |r| calls(r, &["weather"]) && r.items()[0]["namespace"] == "places"),
    (r#"{"tools":[{"type":"namespace","name":"places","description":"Of places","tools":[{"type":"function","name":"weather"}]}],"input":"Hello","tool_choice":{"type":"function","name":"weather"}}"#, |r| calls(r, &["weather"])),
];

#[rustfmt::skip]
pub(super) const LOOPS: &[Case] = &[
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"rain"}"#), Response::says),
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"rain"}]}"#), Response::says),
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call","call_id":"call_2","name":"time","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"rain"},{"type":"function_call_output","call_id":"call_2","output":"noon"}"#), Response::says),
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"rain"}"# r#""tool_choice":"required""#), |r| calls(r, &["time"])),
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"rain"}"# r#""tool_choice":"none""#), Response::says),
    (after!(r#"{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"rain"},{"role":"user","content":"Now time"}"#), |r| calls(r, &["time"])),
    (after!(r#"{"type":"reasoning","id":"rs_1","summary":[]},{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{}","status":"completed"},{"type":"function_call_output","call_id":"call_1","output":"rain"}"# r#""model":"gpt-5""#), |r| r.kinds() == "reasoning message"),
    (after!(r#"{"type":"custom_tool_call","call_id":"call_1","name":"shell","input":"ls"},{"type":"custom_tool_call_output","call_id":"call_1","output":"a"}"#), Response::says),
];

#[rustfmt::skip]
pub(super) const CUSTOM: &[Case] = &[
    (custom!(""), |r| calls(r, &["shell"]) && input(r).ends_with('.')),
    (custom!(r#","format":{"type":"text"}"#), |r| calls(r, &["shell"]) && input(r).ends_with('.')),
    (custom!(r#","format":{"type":"grammar","syntax":"regex","definition":"[a-c]{3}-[0-9]{2}"}"#), |r| calls(r, &["shell"]) && input(r).len() == 6 && input(r).as_bytes()[3] == b'-'),
    (custom!(r#","format":{"type":"grammar","syntax":"lark","definition":"start: \"a\""}"#), |r| calls(r, &["shell"]) && input(r).ends_with('.')),
    (custom!("" r#""tool_choice":{"type":"custom","name":"shell"}"#), |r| calls(r, &["shell"])),
    (custom!("" r#""tool_choice":{"type":"function","name":"time"}"#), |r| calls(r, &["time"])),
];
