//! What a recorded body says, however the recorder packed it: as text, as base64, as what gzip makes of it. Never
//! knows what it is for.

use crate::http::Coding;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What a body says.
#[derive(Debug)]
pub(super) enum Unpacked {
    None,
    Json(Value),
    /// The data of a stream's events.
    Events(Vec<Value>),
    /// What it is instead.
    Other(&'static str),
}

/// No recorded body is unpacked to more.
const MOST: usize = 256 << 20;

impl Unpacked {
    /// What was told as a value: JSON, or the text of a body.
    pub(super) fn of(value: &Value) -> Unpacked {
        match value {
            Value::Null => Unpacked::None,
            Value::String(text) => Unpacked::of_text(text),
            json => Unpacked::Json(json.clone()),
        }
    }

    /// A body as text. Recorders write as base64 what is none.
    pub(super) fn of_text(text: &str) -> Unpacked {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Unpacked::None;
        }
        if trimmed.starts_with(['{', '['])
            && let Ok(json) = serde_json::from_str(trimmed)
        {
            return Unpacked::Json(json);
        }
        if let Some(events) = events(text) {
            return Unpacked::Events(events);
        }
        match Unpacked::of_base64(text) {
            Unpacked::Other(_) => Unpacked::Other("neither JSON nor a stream of it"),
            content => content,
        }
    }

    pub(super) fn of_base64(text: &str) -> Unpacked {
        let text: String = text.chars().filter(|one| !one.is_ascii_whitespace()).collect();
        match STANDARD.decode(text) {
            Ok(bytes) => Unpacked::of_bytes(bytes),
            Err(_) => Unpacked::Other("no base64"),
        }
    }

    /// A body as it came over the wire. How it is packed shows in how it begins.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Unpacked {
        let coding = match bytes.as_slice() {
            [0x1F, 0x8B, ..] => Some(Coding::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Coding::Zstd),
            [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => Some(Coding::Deflate),
            _ => None,
        };
        let unpacked = match coding {
            Some(coding) => coding.decode(&bytes, MOST).ok(),
            None => Some(bytes),
        };
        let Some(text) = unpacked.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return Unpacked::Other("binary");
        };
        let trimmed = text.trim();
        match serde_json::from_str(trimmed) {
            _ if trimmed.is_empty() => Unpacked::None,
            Ok(json) => Unpacked::Json(json),
            Err(_) => {
                events(&text).map_or(Unpacked::Other("neither JSON nor a stream of it"), Unpacked::Events)
            }
        }
    }
}

/// The data of a stream of server-sent events; none where a text is no such stream.
fn events(text: &str) -> Option<Vec<Value>> {
    let fields = ["data:", "event:", "id:", "retry:", ":"];
    if !fields.iter().any(|field| text.trim_start().starts_with(field)) {
        return None;
    }
    let mut events = Vec::new();
    let mut data = String::new();
    for line in text.lines().chain([""]) {
        if let Some(more) = line.strip_prefix("data:") {
            data.push_str(more);
            data.push('\n');
        } else if line.is_empty() && !data.is_empty() {
            if data.trim() != "[DONE]" {
                events.push(serde_json::from_str(data.trim()).ok()?);
            }
            data.clear();
        }
    }
    Some(events)
}
