//! Arguments that are cut where half of a character is told.

use crate::faults::kind::Fault;
use crate::faults::kind::FaultEffect;
use crate::faults::kind::FaultKind;
use crate::faults::value::FaultTakes;
use crate::plan::Said;
use serde_json::Value;
use std::fmt::Write as _;

pub(in crate::faults) const FAULT: FaultKind = FaultKind {
    name: "args_escape",
    takes: FaultTakes::Nothing,
    otherwise: None,
    behind: &[],
    help: "Cut the arguments of a call within an escape such as \\u00fc, with which a character is told for that.",
    effect: FaultEffect::Said(change),
};

fn change(_: &Fault, said: &mut Said) -> bool {
    let mut is_any = false;
    for call in said.calls_mut() {
        // What a custom tool is given has no escapes.
        let is_json = serde_json::from_str::<Value>(&call.arguments).is_ok();
        let Some(escaped) =
            Some(call.arguments.as_str()).filter(|_| is_json && !call.custom).and_then(escaped)
        else {
            continue;
        };
        let EscapedArguments { text, start, end } = escaped;
        call.arguments = text;
        // After the backslash, and then every second character: also between two that are one.
        call.cut_at([start].into_iter().chain((start + 1..end).step_by(2)).chain([end]));
        is_any = true;
    }
    is_any
}

/// JSON, and where the escape stands that is to be cut.
struct EscapedArguments {
    text: String,
    start: usize,
    end: usize,
}

/// The same JSON with one of its characters escaped: one that is not ASCII, or else a letter. What is escaped
/// already will do.
fn escaped(json: &str) -> Option<EscapedArguments> {
    let mut letter = None;
    let mut is_in_text = false;
    for (at, character) in json.char_indices() {
        match character {
            '"' => is_in_text = !is_in_text,
            '\\' => {
                let length = if json[at..].starts_with("\\u") { 6 } else { 2 };
                return Some(EscapedArguments { text: json.to_owned(), start: at, end: at + length });
            }
            _ if !is_in_text => {}
            _ if !character.is_ascii() => return Some(respelled(json, at, character)),
            _ if character.is_ascii_alphabetic() => letter = letter.or(Some((at, character))),
            _ => {}
        }
    }
    letter.map(|(at, character)| respelled(json, at, character))
}

fn respelled(json: &str, start: usize, character: char) -> EscapedArguments {
    let mut units = String::new();
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(units, "\\u{unit:04x}");
    }
    let text = format!("{}{units}{}", &json[..start], &json[start + character.len_utf8()..]);
    EscapedArguments { text, start, end: start + units.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_the_same() {
        for (json, text, cut) in [
            (r#"{"a":"Zürich"}"#, r#"{"a":"Z\u00fcrich"}"#, r"\u00fc"),
            (r#"{"a":"🙂!"}"#, r#"{"a":"\ud83d\ude42!"}"#, r"\ud83d\ude42"),
            (r#"{"city":"x"}"#, r#"{"\u0063ity":"x"}"#, r"\u0063"),
            (r#"{"1":"a\nb"}"#, r#"{"1":"a\nb"}"#, r"\n"),
            (r#"{"1":"\"é"}"#, r#"{"1":"\"é"}"#, r#"\""#),
            (r#"{"1":"\u00e9"}"#, r#"{"1":"\u00e9"}"#, r"\u00e9"),
        ] {
            let told = escaped(json).expect(json);
            assert_eq!((told.text.as_str(), &told.text[told.start..told.end]), (text, cut), "{json}");
            assert_eq!(
                serde_json::from_str::<Value>(&told.text).expect("JSON"),
                serde_json::from_str::<Value>(json).expect("JSON")
            );
        }
        for json in ["{}", r#"{"1":2}"#, "true", ""] {
            assert!(escaped(json).is_none(), "{json}");
        }
    }
}
