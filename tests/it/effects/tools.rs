//! Which tools a chat calls, and with what, one case a line.

use super::Answer;
use super::Case;
use super::ask;
use super::counts::tokens;
use serde_json::Value;

/// Two functions, and what a user says who wants the first of them.
macro_rules! two {
    ($text:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},{"type":"function","function":{"name":"time"}}],"messages":[{"role":"user","content":""#,
            $text, r#""}]"# $(, ",", $more)?, "}"
        )
    };
}

/// The same, of the older form.
macro_rules! older {
    ($text:literal $($more:literal)?) => {
        concat!(
            r#"{"functions":[{"name":"weather","parameters":{"type":"object","properties":{}}},{"name":"time"}],"messages":[{"role":"user","content":""#,
            $text, r#""}]"# $(, ",", $more)?, "}"
        )
    };
}

/// A tool that takes any text.
macro_rules! custom {
    ($text:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"custom","custom":{"name":"shell"}},{"type":"function","function":{"name":"time"}}],"messages":[{"role":"user","content":""#,
            $text, r#""}]"# $(, ",", $more)?, "}"
        )
    };
}

/// A conversation in which these calls were answered, about the same two functions.
macro_rules! after {
    ($messages:literal $($more:literal)?) => {
        concat!(
            r#"{"tools":[{"type":"function","function":{"name":"weather"}},{"type":"function","function":{"name":"time"}}],"messages":[{"role":"user","content":"Use weather and time"},"#,
            $messages, "]" $(, ",", $more)?, "}"
        )
    };
}

fn says(answer: &Answer) -> bool {
    answer.calls().is_empty()
        && answer.message().get("tool_calls").is_none()
        && !answer.text().is_empty()
        && answer.ends("stop")
}

fn calls(answer: &Answer, names: &[&str]) -> bool {
    answer.called() == names && answer.message()["content"].is_null() && answer.calls().iter().all(is_call)
}

fn is_call(call: &Value) -> bool {
    let id = call["id"].as_str().expect("an id");
    let arguments = call["function"]["arguments"].as_str();
    id.len() == 29
        && id.starts_with("call_")
        && arguments
            .is_none_or(|text| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()))
}

fn differ(answer: &Answer) -> bool {
    answer.calls().windows(2).all(|pair| pair[0]["id"] != pair[1]["id"])
}

#[rustfmt::skip]
pub(super) const CHOICES: &[Case] = &[
    (two!("<<127*time >>"), |a| calls(a, &["time"; 127])),
    (two!("<<128*time >>"), |a| calls(a, &["time"; 128])),
    (two!("<<129*time >>"), |a| calls(a, &["time"; 128])),
    (two!("Hello"), |a| says(a)),
    (two!("What is the weather?"), |a| calls(a, &["weather"]) && a.ends("tool_calls")),
    (two!("Weather"), |a| says(a)),
    (two!("the weathers"), |a| says(a)),
    (two!("forget_weather"), |a| says(a)),
    (two!("-weather, time-"), |a| calls(a, &["weather", "time"])),
    // The function was chosen by the request, so the arguments alone are said.
    (two!("Hello" r#""tool_choice":{"type":"function","function":{"name":"weather"}}"#), |a| a.completion() + 1 == tokens(a.calls()[0]["function"]["arguments"].as_str().expect("arguments"))),
    // The limit is of the arguments.
    (two!("time" r#""max_tokens":1"#), |a| calls(a, &["time"]) && a.ends("tool_calls")),
    (two!("(weather)"), |a| calls(a, &["weather"])),
    (two!("Hello" r#""messages":[{"role":"user","content":[{"type":"text","text":"Use"},{"type":"text","text":"weather"}]}]"#), |a| calls(a, &["weather"])),
    (two!("weather" r#""model":"gpt-5.6-luna","reasoning_effort":"none""#), |a| calls(a, &["weather"]) && a.ends("tool_calls")),
    (two!("Hello" r#""tool_choice":"required","max_tokens":2"#), |a| a.ends("length") && a.completion() == 2),
    (two!("weather, then time."), |a| calls(a, &["weather", "time"]) && differ(a) && a.ends("tool_calls")),
    (two!("time weather time"), |a| calls(a, &["time", "weather", "time"]) && differ(a)),
    (two!("weather weather"), |a| calls(a, &["weather", "weather"]) && differ(a)),
    (two!("<<128*time >>"), |a| calls(a, &["time"; 128]) && differ(a)),
    (two!("<<130*time >>"), |a| calls(a, &["time"; 128])),
    (two!("weather" r#""n":2"#), |a| a.choices().iter().all(|choice| choice["message"]["tool_calls"][0]["function"]["name"] == "weather")),
    (two!("weather time" r#""parallel_tool_calls":false"#), |a| calls(a, &["weather"])),
    (two!("weather time" r#""parallel_tool_calls":true"#), |a| calls(a, &["weather", "time"])),
    (two!("weather time" r#""tool_choice":"auto""#), |a| calls(a, &["weather", "time"]) && a.ends("tool_calls")),
    (two!("weather" r#""tool_choice":"none""#), |a| says(a)),
    (two!("Hello" r#""tool_choice":"none""#), |a| says(a)),
    (two!("Hello" r#""tool_choice":"auto""#), |a| says(a)),
    (two!("Hello" r#""tool_choice":"required""#), |a| calls(a, &["weather"]) && a.ends("tool_calls")),
    (two!("time" r#""tool_choice":"required""#), |a| calls(a, &["time"])),
    (two!("time weather" r#""tool_choice":"required""#), |a| calls(a, &["time", "weather"])),
    (two!("time weather" r#""tool_choice":"required","parallel_tool_calls":false"#), |a| calls(a, &["time"])),
    (two!("Hello" r#""tool_choice":{"type":"function","function":{"name":"time"}}"#), |a| calls(a, &["time"]) && a.ends("stop")),
    (two!("weather" r#""tool_choice":{"type":"function","function":{"name":"time"}}"#), |a| calls(a, &["time"])),
    (two!("Hello" r#""model":"gpt-4.1","tool_choice":{"type":"function","function":{"name":"weather"}}"#), |a| calls(a, &["weather"]) && a.ends("stop")),
    (two!("Hello" r#""model":"gpt-3.5-turbo","tool_choice":{"type":"function","function":{"name":"weather"}}"#), |a| a.ends("stop")),
    (two!("Hello" r#""model":"gpt-5-mini","tool_choice":{"type":"function","function":{"name":"weather"}}"#), |a| calls(a, &["weather"]) && a.ends("tool_calls")),
    (two!("Hello" r#""model":"gpt-5","tool_choice":"required""#), |a| calls(a, &["weather"]) && a.ends("tool_calls") && a.reasoning() > 0),
    (two!("Hello" r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"time"}}]}}"#), |a| calls(a, &["time"]) && a.ends("tool_calls")),
    (two!("weather" r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"time"}}]}}"#), |a| says(a)),
    (two!("weather time" r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"time"}}]}}"#), |a| calls(a, &["time"])),
    (two!("Hello" r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"time"}}]}}"#), |a| says(a)),
    (two!("weather"), |a| a.keys("/choices/0/message") == "role content tool_calls refusal annotations"),
    (two!("weather"), |a| a.keys("/choices/0/message/tool_calls/0") == "id type function" && a.keys("/choices/0/message/tool_calls/0/function") == "name arguments"),
    (two!("time"), |a| a.calls()[0]["function"]["arguments"] == "{}"),
    (two!("weather"), |a| a.prompt() > ask(r#"{"messages":[{"role":"user","content":"weather"}]}"#).prompt() && a.completion() > 7),
    (custom!("shell"), |a| calls(a, &["shell"]) && a.ends("tool_calls")),
    (custom!("shell"), |a| a.keys("/choices/0/message/tool_calls/0") == "id type custom" && a.keys("/choices/0/message/tool_calls/0/custom") == "name input"),
    (custom!("shell"), |a| a.calls()[0]["type"] == "custom" && a.calls()[0]["custom"]["input"].as_str().is_some_and(|input| !input.is_empty())),
    (custom!("shell time"), |a| calls(a, &["shell", "time"])),
    (custom!("Hello" r#""tool_choice":{"type":"custom","custom":{"name":"shell"}}"#), |a| calls(a, &["shell"])),
    (custom!("Hello" r#""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"custom","custom":{"name":"shell"}}]}}"#), |a| calls(a, &["shell"])),
    (custom!("time" r#""tool_choice":"none""#), |a| says(a)),
];

#[rustfmt::skip]
pub(super) const LOOPS: &[Case] = &[
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"}"#), |a| says(a)),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"time","arguments":"{}"}}]},{"role":"tool","tool_call_id":"b","content":"Noon"},{"role":"tool","tool_call_id":"a","content":"Rain"}"#), |a| says(a)),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"}"# r#""tool_choice":"required""#), |a| calls(a, &["time"])),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"time","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Noon"}"# r#""tool_choice":"required""#), |a| calls(a, &["weather"])),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"},{"role":"assistant","tool_calls":[{"id":"b","type":"function","function":{"name":"time","arguments":"{}"}}]},{"role":"tool","tool_call_id":"b","content":"Noon"}"# r#""tool_choice":"required""#), |a| calls(a, &["time"])),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"},{"role":"user","content":"Now time"}"#), |a| calls(a, &["time"])),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"},{"role":"user","content":"Thanks"}"#), |a| says(a)),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Rain"}"#), |a| a.text() != ask(after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"Sun"}"#)).text()),
    (after!(r#"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"Rain"}]}"#), |a| says(a)),
];

fn calls_function(answer: &Answer, name: &str) -> bool {
    let call = &answer.message()["function_call"];
    call["name"] == name
        && answer.message()["content"].is_null()
        && call["arguments"].is_string()
        && answer.ends("function_call")
}

#[rustfmt::skip]
pub(super) const OLDER: &[Case] = &[
    (older!("Hello"), |a| says(a) && a.message().get("function_call").is_none()),
    (older!("weather"), |a| calls_function(a, "weather")),
    (older!("time, weather"), |a| calls_function(a, "time")),
    (older!("time time weather"), |a| calls_function(a, "time") && a.message().get("tool_calls").is_none()),
    (older!("weather" r#""function_call":"auto""#), |a| calls_function(a, "weather")),
    (older!("weather" r#""function_call":"none""#), |a| says(a)),
    (older!("Hello" r#""function_call":{"name":"time"}"#), |a| calls_function(a, "time")),
    (older!("weather" r#""model":"gpt-3.5-turbo""#), |a| calls_function(a, "weather")),
    (older!("weather"), |a| a.keys("/choices/0/message") == "role content function_call refusal annotations" && a.keys("/choices/0/message/function_call") == "name arguments"),
    (r#"{"functions":[{"name":"time"}],"messages":[{"role":"user","content":"time"},{"role":"assistant","content":null,"function_call":{"name":"time","arguments":"{}"}},{"role":"function","name":"time","content":"Noon"}]}"#, |a| says(a)),
];

/// A forced call of a function whose parameters are this schema.
macro_rules! forced {
    ($schema:literal) => {
        concat!(
            r#"{"tools":[{"type":"function","function":{"name":"f","parameters":"#,
            $schema,
            r#"}}],"tool_choice":"required"}"#
        )
    };
}

/// An answer in the form of this schema.
macro_rules! formed {
    ($schema:literal) => {
        concat!(
            r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":"#,
            $schema,
            "}}}"
        )
    };
}

fn arguments(answer: &Answer) -> Value {
    let arguments = answer.calls()[0]["function"]["arguments"].as_str().expect("arguments");
    serde_json::from_str(arguments).unwrap_or_default()
}

fn is_spaced(answer: &Answer) -> bool {
    answer
        .calls()
        .iter()
        .all(|call| call["function"]["arguments"].as_str().is_some_and(|text| text.contains("\": ")))
}

#[rustfmt::skip]
pub(super) const SCHEMAS: &[Case] = &[
    (two!("weather"), |a| arguments(a)["city"].is_string()),
    (two!("weather"), |a| a.calls()[0]["function"]["arguments"].as_str().is_some_and(|text| text.starts_with("{\"city\":\""))),
    (two!("weather weather"), |a| is_spaced(a)),
    (forced!(r#"{"type":"object","properties":{"a":{"type":"integer","minimum":3,"maximum":5}},"required":["a"]}"#), |a| (3..=5).contains(&arguments(a)["a"].as_i64().unwrap_or(0))),
    (forced!(r#"{"type":"object","properties":{"a":{"enum":["x","y"]}},"required":["a"]}"#), |a| ["x", "y"].contains(&arguments(a)["a"].as_str().unwrap_or_default())),
    (forced!(r#"{"type":"object","properties":{"a":{"type":"array","items":{"type":"boolean"},"minItems":2}},"required":["a"]}"#), |a| arguments(a)["a"].as_array().is_some_and(|list| list.len() >= 2 && list.iter().all(Value::is_boolean))),
    (forced!(r#"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"null"}},"required":["b"]}},"required":["a"]}"#), |a| arguments(a)["a"].get("b") == Some(&Value::Null)),
    (forced!(r#"{"type":"object","properties":{"a":{"type":"string","pattern":"^[a-c]{4}$"}},"required":["a"]}"#), |a| arguments(a)["a"].as_str().is_some_and(|text| text.len() == 4 && text.chars().all(|c| "abc".contains(c)))),
    (formed!(r#"{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}"#), |a| a.json()["answer"].is_string() && a.ends("stop")),
    (formed!(r#"{"type":"object","properties":{"n":{"type":"integer"},"b":{"type":"boolean"}},"required":["n","b"],"additionalProperties":false}"#), |a| a.json()["n"].is_i64() && a.json()["b"].is_boolean() && a.json().as_object().is_some_and(|fields| fields.len() == 2)),
    (formed!(r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"required":["a"],"additionalProperties":false,"$defs":{"x":{"type":"number"}}}"##), |a| a.json()["a"].is_number()),
    (formed!(r#"{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["a"],"additionalProperties":false}"#), |a| a.json()["a"].is_string() || a.json().get("a") == Some(&Value::Null)),
    (formed!(r#"{"type":"object","properties":{"a":{"type":"string","const":"x"}},"required":["a"],"additionalProperties":false}"#), |a| a.json()["a"] == "x"),
    (r#"{"tools":[{"type":"custom","custom":{"name":"f","format":{"type":"grammar","grammar":{"syntax":"regex","definition":"^[0-9]{3}$"}}}}],"tool_choice":"required"}"#, |a| a.calls()[0]["custom"]["input"].as_str().is_some_and(|text| text.len() == 3 && text.parse::<u16>().is_ok())),
];
