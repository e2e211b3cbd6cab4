//! What a legacy completion's parameters do, one case a line, and the options of streams.

use super::Answer;
use super::Case;
use crate::refusals::with;
use crate::support::CHAT;
use crate::support::Fake;
use crate::support::chunks;
use crate::support::json;
use openai_fake::Body;
use serde_json::Value;

const COMPLETION: &str = r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello"}"#;

fn complete(fields: &str) -> Answer {
    let reply = Fake::new().post("/v1/completions", &with(COMPLETION, fields));
    assert_eq!(reply.status, 200, "{fields}: {}", String::from_utf8_lossy(reply.bytes()));
    Answer { body: json(&reply) }
}

fn text(answer: &Answer, index: usize) -> &str {
    answer.choices()[index]["text"].as_str().expect("a text")
}

fn plain() -> Answer {
    complete("{}")
}

/// Whether the four lists of each choice's probabilities belong together.
fn are_parallel(answer: &Answer, top: usize) -> bool {
    answer.choices().iter().all(|choice| {
        let list = |name: &str| choice["logprobs"][name].as_array().expect("a list");
        let tokens: String = list("tokens").iter().filter_map(Value::as_str).collect();
        let lengths = ["token_logprobs", "top_logprobs", "text_offset"].map(|name| list(name).len());
        tokens == choice["text"]
            && lengths.iter().all(|length| *length == list("tokens").len())
            && list("text_offset").windows(2).all(|pair| pair[0].as_u64() < pair[1].as_u64())
            && list("top_logprobs")
                .iter()
                .skip(1)
                .all(|one| one.as_object().is_some_and(|map| map.len() >= top))
    })
}

/// Whether each token begins at the character that its offset says.
fn are_placed(answer: &Answer) -> bool {
    let list = |name: &str| answer.choices()[0]["logprobs"][name].as_array().expect("a list");
    list("text_offset").iter().zip(list("tokens")).all(|(offset, token)| {
        let behind: String =
            text(answer, 0).chars().skip(offset.as_u64().expect("a number") as usize).collect();
        behind.starts_with(token.as_str().expect("a token"))
    })
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("{}", |a| a.keys("") == "id object created model choices usage"),
    ("{}", |a| a.keys("/choices/0") == "text index logprobs finish_reason" && a.at("/choices/0/logprobs").is_null()),
    ("{}", |a| a.at("/model") == "gpt-3.5-turbo-instruct:20230824-v2" && a.at("/object") == "text_completion"),
    (r#"{"model":"davinci-002"}"#, |a| a.at("/model") == "davinci:2023-07-21-v2"),
    (r#"{"model":"babbage-002"}"#, |a| a.at("/model") == "babbage:2023-07-21-v2"),
    ("{}", |a| a.completion() <= 16),
    (r#"{"prompt":"Tell me. [refusal]"}"#, |a| text(a, 0) == " I'm sorry, but I can't help with that request." && a.ends("stop")),
    (r#"{"prompt":["a","b [refusal]"],"max_tokens":2}"#, |a| text(a, 0) != " I'm" && text(a, 1) == " I'm" && a.ends("length")),
    (r#"{"prompt":["[content_filter]","b"],"max_tokens":99}"#, |a| a.at("/choices/0/finish_reason") == "content_filter" && a.at("/choices/1/finish_reason") == "stop"),
    (r#"{"prompt":"[content_filter]","max_tokens":99}"#, |a| a.ends("content_filter") && !text(a, 0).is_empty() && !text(a, 0).ends_with('.') && a.completion() < 12),
    ("{}", |a| a.keys("/usage") == "prompt_tokens completion_tokens total_tokens"),
    (r#"{"max_tokens":0,"echo":true}"#, |a| a.keys("/usage") == "prompt_tokens total_tokens" && a.at("/usage/total_tokens") == 1),
    (r#"{"prompt":["Hello"]}"#, |a| text(a, 0) == text(&plain(), 0)),
    (r#"{"prompt":["a","Hello"],"n":2}"#, |a| [2, 3].map(|at| text(a, at)) == [0, 1].map(|at| text(&complete(r#"{"n":2}"#), at).to_owned())),
    (r#"{"prompt":["Hello","Hello"],"best_of":3}"#, |a| text(a, 0) == text(a, 1) && a.completion() == 2 * complete(r#"{"best_of":3}"#).completion()),
    (r#"{"prompt":[[9906],[1]]}"#, |a| text(a, 0) == text(&complete(r#"{"prompt":[9906]}"#), 0)),
    (r#"{"prompt":"🦩","echo":true,"max_tokens":0,"logprobs":0}"#, |a| a.at("/choices/0/logprobs/tokens/0") == r"bytes:\xf0\x9f" && a.at("/choices/0/logprobs/text_offset/0") == 0),
    (r#"{"max_tokens":5}"#, |a| a.completion() == 5 && a.ends("length") && text(&plain(), 0).starts_with(text(a, 0))),
    (r#"{"max_tokens":200}"#, |a| a.ends("stop") && text(a, 0).ends_with('.')),
    (r#"{"max_tokens":0,"echo":true}"#, |a| text(a, 0) == "Hello" && a.ends("length")),
    (r#"{"max_tokens":0}"#, |a| text(a, 0).is_empty()),
    (r#"{"echo":true}"#, |a| text(a, 0) == format!("Hello{}", text(&plain(), 0))),
    (r#"{"echo":true,"prompt":["a","b"]}"#, |a| text(a, 0).starts_with('a') && text(a, 1).starts_with('b')),
    (r#"{"stop":"."}"#, |a| !text(a, 0).contains('.')),
    (r#"{"stop":[" "],"n":2}"#, |a| a.choices().iter().all(|choice| choice["text"] == "")),
    (r#"{"n":3}"#, |a| a.choices().len() == 3 && text(a, 0) == text(&plain(), 0) && text(a, 1) != text(a, 0)),
    (r#"{"n":2,"prompt":["a","b","c"]}"#, |a| a.choices().len() == 6 && a.choices().iter().enumerate().all(|(at, choice)| choice["index"] == at)),
    (r#"{"prompt":[1,2,3]}"#, |a| a.prompt() == 3 && a.choices().len() == 1),
    (r#"{"prompt":[[1],[2,3]]}"#, |a| a.prompt() == 3 && a.choices().len() == 2),
    (r#"{"prompt":""}"#, |a| a.prompt() == 0 && a.choices().len() == 1),
    (r#"{"prompt":[3923,374],"max_tokens":0,"echo":true}"#, |a| text(a, 0) == "What is" && a.prompt() == 2),
    (r#"{"prompt":"One two","logprobs":1,"echo":true,"max_tokens":1}"#, |a| a.at("/choices/0/logprobs/text_offset/1") == 3 && are_parallel(a, 1)),
    (r#"{"logprobs":2,"max_tokens":3}"#, |a| a.at("/choices/0/logprobs/tokens").as_array().is_some_and(|tokens| tokens.len() == 3)),
    (r#"{"logit_bias":{"9906":100},"max_tokens":2}"#, |a| text(a, 0) == "HelloHello"),
    (r#"{"prompt":"Hi"}"#, |a| a.prompt() == 1),
    (r#"{"best_of":3,"max_tokens":5}"#, |a| a.choices().len() == 1 && a.completion() == 15),
    (r#"{"best_of":4,"n":2,"max_tokens":5}"#, |a| a.choices().len() == 2 && a.completion() == 20),
    // Those that were tried are others than those that are told: as many are paid for as `n` would give.
    (r#"{"prompt":["a","b"],"best_of":3,"max_tokens":99}"#, |a| a.completion() == complete(r#"{"prompt":["a","b"],"n":3,"max_tokens":99}"#).completion()),
    (r#"{"n":2,"best_of":3,"max_tokens":99}"#, |a| a.completion() == complete(r#"{"n":3,"max_tokens":99}"#).completion()),
    (r#"{"prompt":["a","b"],"n":2,"best_of":3,"max_tokens":99}"#, |a| a.completion() == complete(r#"{"prompt":["a","b"],"n":3,"max_tokens":99}"#).completion()),
    (r#"{"best_of":1}"#, |a| text(a, 0) == text(&plain(), 0)),
    (r#"{"suffix":"end"}"#, |a| text(a, 0) != text(&plain(), 0)),
    (r#"{"seed":1}"#, |a| text(a, 0) != text(&complete(r#"{"seed":2}"#), 0)),
    (r#"{"temperature":0}"#, |a| text(a, 0) != text(&plain(), 0)),
    (r#"{"user":"u"}"#, |a| a.body == plain().body),
    (r#"{"logprobs":0}"#, |a| are_parallel(a, 0)),
    (r#"{"logprobs":1}"#, |a| are_parallel(a, 1)),
    (r#"{"logprobs":5}"#, |a| are_parallel(a, 5)),
    (r#"{"logprobs":2,"n":3}"#, |a| are_parallel(a, 2)),
    (r#"{"logprobs":2}"#, |a| a.keys("/choices/0/logprobs") == "text_offset token_logprobs tokens top_logprobs"),
    (r#"{"logprobs":2,"echo":true}"#, |a| are_parallel(a, 2) && a.at("/choices/0/logprobs/token_logprobs/0").is_null() && a.at("/choices/0/logprobs/top_logprobs/0").is_null()),
    (r#"{"logprobs":2,"echo":true,"max_tokens":0,"prompt":"One two three"}"#, |a| are_parallel(a, 2) && text(a, 0) == "One two three"),
    (r#"{"prompt":"Grüße, Welt","logprobs":0,"echo":true}"#, |a| are_parallel(a, 0) && are_placed(a)),
    (r#"{"logprobs":0,"echo":true}"#, |a| a.at("/choices/0/logprobs/text_offset/0") == 0),
    (r#"{"logit_bias":{"9906":100},"max_tokens":5}"#, |a| a.ends("length") && !text(a, 0).is_empty()),
];

#[test]
fn what_legacy_completions_do() {
    let mut broken = Vec::new();
    for (fields, holds) in CASES {
        let answer = complete(fields);
        if !holds(&answer) {
            broken.push(format!("{fields}\n  {}\n", answer.body));
        }
        if !fields.contains("best_of") && !is_streamed(fields, &answer) {
            broken.push(format!("{fields}\n  is streamed otherwise\n"));
        }
    }
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), CASES.len(), broken.concat());
}

fn is_streamed(fields: &str, answer: &Answer) -> bool {
    let more = with(fields, r#"{"stream":true,"stream_options":{"include_usage":true}}"#);
    let mut chunks = chunks(&Fake::new().post("/v1/completions", &with(COMPLETION, &more)));
    let usage = chunks.pop().expect("the usage");
    let of = |index: usize| -> Vec<&Value> {
        chunks.iter().map(|chunk| &chunk["choices"][0]).filter(|choice| choice["index"] == index).collect()
    };
    let same = |(index, choice): (usize, &Value)| {
        let text: String = of(index).iter().filter_map(|choice| choice["text"].as_str()).collect();
        let last = of(index).last().map(|choice| choice["finish_reason"].clone());
        text == choice["text"] && last.as_ref() == Some(&choice["finish_reason"])
    };
    answer.choices().iter().enumerate().all(same) && usage["usage"] == answer.body["usage"]
}

/// The fields, and what is true of the events as they are written.
type Streamed = (&'static str, fn(&[String]) -> bool);

/// The events as they are written, the last but for `[DONE]`.
fn lines(fields: &str) -> Vec<String> {
    let reply = Fake::new().chat(&with(&with(CHAT, r#"{"stream":true}"#), fields));
    let Body::Events(events) = &reply.body else { panic!("no stream") };
    let text = |event: &[u8]| String::from_utf8(event.to_vec()).expect("UTF-8");
    let mut lines: Vec<String> =
        events.iter().map(|event| text(event).trim_start_matches("data: ").trim_end().to_owned()).collect();
    assert_eq!(lines.pop().as_deref(), Some("[DONE]"));
    lines
}

/// The arguments of calls, as they are cut.
fn pieces(lines: &[String]) -> Vec<String> {
    let chunk = |line: &String| serde_json::from_str::<Value>(line).expect("JSON");
    let piece = |chunk: Value| {
        chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"].as_str().map(str::to_owned)
    };
    lines.iter().filter_map(|line| piece(chunk(line))).collect()
}

#[rustfmt::skip]
const STREAMS: &[Streamed] = &[
    ("{}", |lines| lines.iter().all(|line| line.chars().count() % 16 == 1)),
    ("{}", |lines| lines.iter().all(|line| line.contains(r#","obfuscation":""#) && !line.contains("usage"))),
    ("{}", |lines| lines[0].contains(r#""delta":{"role":"assistant","content":"","refusal":null}"#)),
    ("{}", |lines| lines[lines.len() - 1].contains(r#""delta":{},"logprobs":null,"finish_reason":"stop""#)),
    ("{}", |lines| lines.iter().all(|line| line.starts_with("{\"id\":\"chatcmpl-") && line.contains(r#","object":"chat.completion.chunk","created":"#))),
    ("{}", |lines| lines.iter().all(|line| line.matches("\"index\":").count() == 1)),
    (r#"{"stream_options":{"include_obfuscation":false}}"#, |lines| lines.iter().all(|line| !line.contains("obfuscation"))),
    (r#"{"stream_options":{"include_obfuscation":true}}"#, |lines| lines.iter().all(|line| line.chars().count() % 16 == 1)),
    (r#"{"stream_options":{}}"#, |lines| lines.iter().all(|line| !line.contains("usage"))),
    (r#"{"stream_options":{"include_usage":false}}"#, |lines| lines.iter().all(|line| !line.contains("usage"))),
    (r#"{"stream_options":{"include_usage":true}}"#, |lines| lines.iter().filter(|line| line.contains(r#","usage":null"#)).count() == lines.len() - 1),
    (r#"{"stream_options":{"include_usage":true}}"#, |lines| lines[lines.len() - 1].contains(r#""choices":[],"usage":{"prompt_tokens":"#)),
    (r#"{"stream_options":{"include_usage":true,"include_obfuscation":false}}"#, |lines| lines[lines.len() - 1].ends_with("}}}")),
    (r#"{"model":"gpt-5"}"#, |lines| lines.iter().all(|line| !line.contains("logprobs") && line.contains(r#""system_fingerprint":null"#))),
    (r#"{"logprobs":true}"#, |lines| lines[0].contains(r#""logprobs":{"content":[],"refusal":null}"#)),
    (r#"{"n":2}"#, |lines| lines[0].contains(r#"{"index":0,"#) && lines[2].contains(r#"{"index":1,"#) && lines[2].contains(r#""role":"assistant""#)),
    (r#"{"n":2}"#, |lines| lines[lines.len() - 2].contains(r#""finish_reason":"stop""#) && lines[lines.len() - 1].contains(r#"{"index":1,"delta":{}"#)),
    (r#"{"messages":[{"role":"user","content":"[refusal]"}]}"#, |lines| lines[0].contains(r#""delta":{"role":"assistant","content":null,"refusal":""}"#)),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}"#, |lines| lines[0].contains(r#""delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_"#) && lines[0].contains(r#""function":{"name":"f","arguments":""}}],"refusal":null}"#)),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"f f"}],"stream_options":{"include_usage":true}}"#, |lines| lines[0].contains(r#""usage":null,"choices":[{"index":0,"delta":{"role":"assistant","content":null}"#)),
    (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]}}}],"messages":[{"role":"user","content":"f f"}]}"#, |lines| pieces(lines).len() > 6 && pieces(lines).concat().matches('}').count() == 2 && pieces(lines).iter().all(|piece| piece.chars().count() == 5 || piece.is_empty() || piece.ends_with('}'))),
    (r#"{"functions":[{"name":"f"}],"function_call":{"name":"f"}}"#, |lines| lines[0].contains(r#""delta":{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""},"refusal":null}"#)),
    (r#"{"model":"gpt-4o-search-preview"}"#, |lines| lines.iter().all(|line| !line.contains("service_tier"))),
    (r#"{"service_tier":"flex"}"#, |lines| lines.iter().all(|line| line.contains(r#","service_tier":"flex","system_fingerprint":"fp_"#))),
];

#[test]
fn what_the_options_of_streams_do() {
    for (fields, holds) in STREAMS {
        let lines = lines(fields);
        assert!(holds(&lines), "{fields}\n{}", lines.join("\n"));
    }
}
