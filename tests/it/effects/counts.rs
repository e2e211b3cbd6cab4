//! How many tokens a prompt has, one case a line.

use super::Answer;
use super::Case;
use super::ask;
use super::say;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The tokens of a prompt of one empty message.
fn empty(model: &str) -> u64 {
    say("", &format!(r#"{{"model":"{model}"}}"#)).prompt()
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> u64 {
    say(text, "{}").prompt() - empty("gpt-4o")
}

/// The tokens that an image in the only message adds to it.
fn of_image(answer: &Answer, model: &str) -> u64 {
    answer.prompt() - empty(model)
}

/// The tool of one of the cases, as it reaches the model.
const RENDERED: &str = "namespace functions {

// Of f
type f = (_: {
// A
//
// Of a
a: string,
b?: \"x\" | 1,
c?: number[][],
d?: {
e: boolean,
},
g?: object,
h?: any,
}) => any;

} // namespace functions";

#[rustfmt::skip]
pub(super) const COUNTS: &[Case] = &[
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-4","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-5.4","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"model":"o3-mini","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":""}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 11),
    (r#"{"messages":[{"role":"system","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 15),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 16),
    (r#"{"model":"gpt-5.5","messages":[{"role":"assistant","content":""},{"role":"assistant","content":""},{"role":"user","content":""}]}"#, |a| a.prompt() == 18),
    (r#"{"model":"o4-mini","messages":[{"role":"user","content":""},{"role":"assistant","content":""}]}"#, |a| a.prompt() == 12),
    (r#"{"model":"o3-mini","messages":[{"role":"user","content":""},{"role":"assistant","content":""}]}"#, |a| a.prompt() == 10),
    (r#"{"messages":[{"role":"user","content":[]}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"Hi"}]}]}"#, |a| a.prompt() == 9),
    (r#"{"messages":[{"role":"user","content":"One and two, three."},{"role":"user","content":"One and two, three."}]}"#, |a| a.prompt() - 3 == 2 * (say("One and two, three.", "{}").prompt() - 3)),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":"One and two, three."},{"role":"user","content":"One and two, three."}]}"#, |a| a.prompt() - 2 == 2 * (say("One and two, three.", r#"{"model":"gpt-5"}"#).prompt() - 2)),
    (r#"{"messages":[{"role":"user","content":"","name":"Hi"}]}"#, |a| a.prompt() == 8),
    (r#"{"model":"gpt-4o-search-preview","messages":[{"role":"user","content":"One, two, three, four, five, six, seven."}]}"#, |a| a.prompt() + 7 == say("One, two, three, four, five, six, seven.", "{}").prompt()),
    (r#"{"model":"gpt-4o-search-preview","messages":[{"role":"system","content":"One, two, three, four, five, six, seven."},{"role":"user","content":"Hi"}]}"#, |a| a.prompt() + 11 == 5 + say("One, two, three, four, five, six, seven.", "{}").prompt()),
    (r#"{"model":"gpt-4o-mini-search-preview","messages":[{"role":"user","content":"One, two, three, four, five, six, seven."}]}"#, |a| a.prompt() + 7 == say("One, two, three, four, five, six, seven.", "{}").prompt()),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o") == 85),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4o") == 765),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"high"}}]}]}"#, |a| of_image(a, "gpt-4o") == 765),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}},{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o") == 170),
    (r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}}]}]}"#, |a| of_image(a, "gpt-4o") == 255),
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-4o-mini") == 2833),
    (r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4o-mini") == 2833 + 4 * 5667),
    (r#"{"model":"gpt-5","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]}"#, |a| of_image(a, "gpt-5") == 70),
    (r#"{"model":"o1","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "o1") == 75 + 4 * 150),
    (r#"{"model":"gpt-4.1-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4.1-mini") == 1662),
    (r#"{"model":"gpt-4.1-nano","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4.1-nano") == 2521),
    (r#"{"model":"o4-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "o4-mini") == 1763),
    (r#"{"model":"gpt-5-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-5-mini") == 1230),
    (r#"{"model":"gpt-5-nano","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-5-nano") == 1537),
    (r#"{"model":"gpt-4-turbo","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-4-turbo") == 765),
    (r#"{"model":"o3","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "o3") == 675),
    (r#"{"model":"gpt-5.1","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.b/c.png"}}]}]}"#, |a| of_image(a, "gpt-5.1") == 630),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}]}"#, |a| a.prompt() > ask("{}").prompt() + 9),
    (r#"{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}"#, |a| a.prompt() == 1 + ask(r#"{"tools":[{"type":"function","function":{"name":"f"}}]}"#).prompt()),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{}}}}}"#, |a| a.prompt() > ask("{}").prompt() + 9),
    (r#"{"model":"chat-latest","messages":[{"role":"user","content":"Hi"}]}"#, |a| a.prompt() == 7),
    (r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":""}]}"#, |a| a.prompt() == 5 + (4 + 2 + 1 + 1 + 4) + 4 + 3),
    (r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":""},{"role":"tool","tool_call_id":"b","content":""},{"role":"tool","tool_call_id":"c","content":""}]}"#, |a| a.prompt() == 5 + (4 + 12 + tokens(r#"{"tool_uses":[{"recipient_name":"functions.f","parameters":{}},{"recipient_name":"functions.f","parameters":{}},{"recipient_name":"functions.f","parameters":{}}]}"#)) + (4 + tokens(r#"["", "", ""]"#)) + 3),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{}}}}}"#, |a| a.prompt() - 8 == tokens("## a\n\n{\"type\":\"object\",\"properties\":{}}") + 1 + 10),
    (r#"{"response_format":{"type":"json_schema","json_schema":{"name":"a","description":" One.\n Two. ","schema":{"$schema":"x","type":"object","properties":{"required":{"type":"number","minimum":1,"maximum":2,"default":1,"description":"É – \"😀\""}},"required":["required"],"additionalProperties":false}}}}"#, |a| a.prompt() - 8 == tokens("## a\n\n// One.\n// Two.\n{\"type\":\"object\",\"properties\":{\"required\":{\"type\":\"number\",\"description\":\"\\u00c9 \\u2013 \\\"\\ud83d\\ude00\\\"\"}}}") + 1 + 10),
    (r#"{"tools":[{"type":"function","function":{"name":"f","description":"Of f","parameters":{"type":"object","properties":{"a":{"type":"string","title":"A","description":"Of a"},"b":{"enum":["x",1]},"c":{"type":"array","items":{"type":"array","items":{"type":"integer"}}},"d":{"type":"object","properties":{"e":{"type":"boolean"}},"required":["e"]},"g":{"type":"object"},"h":{}},"required":["a"]}}}]}"#, |a| a.prompt() - 8 == tokens(RENDERED) + 9),
    ("{}", |a| a.count("cached_tokens") == 0 && a.count("audio_tokens") == 0),
];

/// What an image of so many pixels costs: tiles of 512 after it was made to fit into 2,048 and the shorter
/// side into 768, or patches of 32, of which there are 1,536 at most, and one more.
#[rustfmt::skip]
const IMAGES: &[(&str, u32, u32, u64)] = &[
    ("gpt-4o", 1, 1, 85 + 170),
    ("gpt-4o", 512, 512, 85 + 170),
    ("gpt-4o", 513, 512, 85 + 2 * 170),
    ("gpt-4o", 2000, 500, 85 + 4 * 170),
    ("gpt-4o", 500, 2000, 85 + 4 * 170),
    ("gpt-4o", 2049, 100, 85 + 4 * 170),
    ("gpt-4o", 8192, 512, 85 + 4 * 170),
    ("gpt-4o", 768, 768, 85 + 4 * 170),
    ("gpt-4o", 1538, 769, 85 + 6 * 170),
    ("gpt-4o", 2048, 1024, 85 + 6 * 170),
    ("gpt-4o", 4096, 4096, 85 + 4 * 170),
    ("came-out-yesterday", 513, 512, 85 + 2 * 170),
    ("gpt-4-turbo", 513, 512, 85 + 2 * 170),
    ("gpt-4.1", 513, 512, 85 + 2 * 170),
    ("gpt-5", 513, 512, 70 + 2 * 140),
    ("gpt-5.4", 60, 30, 4),
    ("gpt-5.4", 240, 278, 88),
    ("gpt-5.6-sol", 513, 512, 328),
    ("o1", 513, 512, 75 + 2 * 150),
    ("o3", 513, 512, 75 + 2 * 150),
    ("gpt-4o-mini", 513, 512, 2833 + 2 * 5667),
    ("gpt-4.1-mini", 1, 1, 3),
    ("gpt-4.1-mini", 640, 480, 488),
    ("gpt-4.1-mini", 1024, 1024, 1662),
    ("gpt-4.1-mini", 4096, 4096, 2493),
    ("gpt-5-mini", 640, 480, 361),
    ("gpt-4.1-nano", 540, 360, 503),
    ("gpt-5-nano", 640, 480, 451),
    ("o4-mini", 640, 480, 517),
    ("o4-mini", 1024, 1024, 1763),
];

/// As much of a PNG file as tells its size.
fn png(width: u32, height: u32) -> String {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let file = [&head[..], &width.to_be_bytes(), &height.to_be_bytes()].concat();
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}

#[test]
fn what_an_image_costs_follows_from_its_size() {
    let broken: Vec<String> = IMAGES
        .iter()
        .filter_map(|(model, width, height, tokens)| {
            let part = serde_json::json!({"type": "image_url", "image_url": {"url": png(*width, *height)}});
            let messages = serde_json::json!([{"role": "user", "content": [part]}]);
            let answer = ask(&serde_json::json!({"model": model, "messages": messages}).to_string());
            let found = of_image(&answer, model);
            (found != *tokens).then(|| format!("{model} {width}x{height}: {found}, not {tokens}\n"))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.concat());
}

/// Ten tokens a second of sound, each begun one whole where its head does not tell how long it is. Around each are
/// four of text. Text that is not said costs nothing.
#[rustfmt::skip]
pub(super) const SOUNDS: &[Case] = &[
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}"#, |a| of_sound(a) == 1),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"<<6400*A>>","format":"wav"}}]}]}"#, |a| of_sound(a) == 1),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"<<6404*A>>","format":"wav"}}]}]}"#, |a| of_sound(a) == 2),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"<<2132*A>>","format":"mp3"}}]}]}"#, |a| of_sound(a) == 1),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"<<2136*A>>","format":"mp3"}}]}]}"#, |a| of_sound(a) == 2),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}]}]}"#, |a| of_sound(a) == 2),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"UklGRiQZAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAZAAAA<<8532*A>>","format":"wav"}}]}]}"#, |a| of_sound(a) == 2),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"//t0xAAA<<15992*A>>","format":"mp3"}}]}]}"#, |a| of_sound(a) == 10),
    (r#"{"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"SUQzBAAAAAACDQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA//t0xAAA<<15992*A>>","format":"mp3"}}]}]}"#, |a| of_sound(a) == 10),
];

/// The tokens of sound in the prompt, which are told apart and are part of the whole.
fn of_sound(answer: &Answer) -> u64 {
    let details = answer.at("/usage/prompt_tokens_details");
    let told = |name: &str| details[name].as_u64().expect("a count");
    let spoken = answer.at("/usage/completion_tokens_details/audio_tokens");
    assert_eq!(told("audio_tokens") + told("text_tokens"), answer.prompt(), "{details}");
    let around = answer.prompt() - told("audio_tokens") - 7;
    assert!(around == 4 || around == 8, "{details}");
    assert_eq!(spoken, &Value::from(0), "{details}");
    told("audio_tokens")
}

/// What a file costs: a token for 100 bytes; one that only an id names counts as one of 10,000.
#[rustfmt::skip]
pub(super) const FILES: &[Case] = &[
    (r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}"#, |a| a.prompt() == 7 + 100),
    (r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,<<104*A>>"}}]}]}"#, |a| a.prompt() == 7 + 1),
    (r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,<<108*A>>"}}]}]}"#, |a| a.prompt() == 7 + 2),
];

/// Counts that only the models' own vocabularies give.
#[rustfmt::skip]
pub(super) const EXACT: &[Case] = &[
    (r#"{"model":"gpt-5-nano","messages":[{"role":"user","content":"howdy"}]}"#, |a| a.prompt() == 8),
    (r#"{"messages":[{"role":"user","content":"Hello, world!"}]}"#, |a| a.prompt() == 11),
    // Not one special token, but what it is spelt with.
    (r#"{"messages":[{"role":"user","content":"<|endoftext|>"}]}"#, |a| a.prompt() == 14),
    (r#"{"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"Hello, world!"}]}"#, |a| a.prompt() == 11),
    (r#"{"messages":[{"role":"user","content":"antidisestablishmentarianism"}]}"#, |a| a.prompt() == 13),
    (r#"{"model":"gpt-4","messages":[{"role":"user","content":"antidisestablishmentarianism"}]}"#, |a| a.prompt() == 13),
];
