//! What a fixture of aimock asks for, as the conditions of a rule. Never looks at what it answers, only at the kind of that.

use crate::rules::aimock::findings::Findings;
use crate::rules::aimock::findings::unknown;
use crate::rules::aimock::response::ResponseKind;
use crate::rules::problem::did_you_mean;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

pub(super) const NAMES: &[&str] = &[
    "userMessage",
    "systemMessage",
    "inputText",
    "toolCallId",
    "toolResultContains",
    "toolName",
    "model",
    "responseFormat",
    "sequenceIndex",
    "turnIndex",
    "hasToolResult",
    "endpoint",
    "context",
];

/// Only what has messages can have these. `hasToolResult` is one of them where it is true.
const OF_MESSAGES: &[&str] =
    &["systemMessage", "toolCallId", "toolResultContains", "toolName", "responseFormat"];

/// Endpoints of aimock that are none of this server's.
const ELSEWHERE: &[&str] = &[
    "speech",
    "video",
    "audio-gen",
    "elevenlabs-tts",
    "elevenlabs-voice-design",
    "elevenlabs-voice",
    "elevenlabs-voice-get",
    "elevenlabs-voice-delete",
    "fal-audio",
    "fal",
    "realtime",
    "realtime-transcription",
    "realtime-translation",
    "openai-live",
];

const HERE: &[&str] = &["chat", "embedding", "image", "transcription", "translation"];

/// Where a fixture answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Surface {
    Chat,
    Embeddings,
    Images,
    Transcriptions,
    Translations,
    /// Each of the two before.
    Sounds,
    /// Chat and embeddings: an error that asks for nothing that only one of them has.
    Both,
}

impl Surface {
    pub(super) fn endpoints(self) -> &'static [&'static str] {
        match self {
            Surface::Chat => &["chat", "responses", "completion"],
            Surface::Embeddings => &["embeddings"],
            Surface::Images => &["images"],
            Surface::Transcriptions => &["/v1/audio/transcriptions"],
            Surface::Translations => &["/v1/audio/translations"],
            Surface::Sounds => &["/v1/audio/transcriptions", "/v1/audio/translations"],
            Surface::Both => &["chat", "responses", "completion", "embeddings"],
        }
    }

    fn has_messages(self) -> bool {
        matches!(self, Surface::Chat | Surface::Both)
    }
}

/// Where it answers; else why it does nowhere here.
pub(super) fn surface(
    asked: &Map<String, Value>,
    given: ResponseKind,
    findings: &mut Findings,
) -> Result<Surface, String> {
    let endpoint = findings.text(asked, "/match", "endpoint");
    if let Some(name) = endpoint.filter(|name| ELSEWHERE.contains(name)) {
        return Err(format!("the endpoint {name} is not served here"));
    }
    let surface = match (endpoint, given) {
        (None | Some("chat"), ResponseKind::Said | ResponseKind::Json)
        | (Some("chat"), ResponseKind::Error) => Surface::Chat,
        (None, ResponseKind::Error) if asked.contains_key("inputText") => Surface::Embeddings,
        (None, ResponseKind::Error) if needs_messages(asked) => Surface::Chat,
        (None, ResponseKind::Error) => Surface::Both,
        (None, ResponseKind::Embedding)
        | (Some("embedding"), ResponseKind::Embedding | ResponseKind::Error) => Surface::Embeddings,
        (None, ResponseKind::Image) | (Some("image"), ResponseKind::Image | ResponseKind::Error) => {
            Surface::Images
        }
        (None, ResponseKind::Transcription) => Surface::Sounds,
        (Some("transcription"), ResponseKind::Transcription | ResponseKind::Error) => Surface::Transcriptions,
        (Some("translation"), ResponseKind::Transcription | ResponseKind::Error) => Surface::Translations,
        (None, ResponseKind::Sound | ResponseKind::Video | ResponseKind::Live) => {
            return Err(format!("{} is not served here", given.name()));
        }
        (Some(name), _) => {
            if !HERE.contains(&name) {
                let known = [HERE, ELSEWHERE].concat();
                findings
                    .wrong("/match/endpoint", format!("'{name}' is not known{}", did_you_mean(name, known)));
            }
            return Err(format!("{} is no answer of the endpoint {name}", given.name()));
        }
    };
    Ok(surface)
}

fn needs_messages(asked: &Map<String, Value>) -> bool {
    asked.contains_key("userMessage")
        || asked.contains_key("turnIndex")
        || asked.get("hasToolResult") == Some(&Value::Bool(true))
        || OF_MESSAGES.iter().any(|name| asked.contains_key(*name))
}

/// The conditions, without those that count; else why they never hold.
pub(super) fn conditions(
    asked: &Map<String, Value>,
    surface: Surface,
    findings: &mut Findings,
) -> Result<Map<String, Value>, String> {
    for (name, meant) in unknown(asked, NAMES) {
        // It would be passed over, and the fixture would match more than it says.
        findings.wrong(&format!("/match/{name}"), format!("is not known{meant}"));
    }
    let mut conditions = Map::new();
    conditions.insert("endpoint".to_owned(), json!(surface.endpoints()));
    if let Some(text) = findings.text(asked, "/match", "userMessage") {
        let name = match surface {
            Surface::Images => "input",
            _ if surface.has_messages() => "user",
            _ => return Err("userMessage: there is no message where it answers".to_owned()),
        };
        conditions.insert(name.to_owned(), part(text));
    }
    if let Some(text) = findings.text(asked, "/match", "inputText") {
        if surface != Surface::Embeddings {
            return Err("inputText: only embeddings have such".to_owned());
        }
        conditions.insert("input".to_owned(), part(text));
    }
    of_messages(asked, surface, findings, &mut conditions)?;
    if let Some(name) = whole(findings.text(asked, "/match", "model"), "model")? {
        if let Surface::Transcriptions | Surface::Translations | Surface::Sounds = surface {
            return Err("model: it is not read of sounds".to_owned());
        }
        conditions.insert("model".to_owned(), model(name));
    }
    if let Some(name) = whole(findings.text(asked, "/match", "context"), "context")? {
        conditions.insert("header".to_owned(), json!({"x-aimock-context": {"equals": name}}));
    }
    Ok(conditions)
}

/// What only conversations have.
fn of_messages(
    asked: &Map<String, Value>,
    surface: Surface,
    findings: &mut Findings,
    conditions: &mut Map<String, Value>,
) -> Result<(), String> {
    let given = OF_MESSAGES.iter().find(|name| asked.contains_key(**name));
    let has_result = findings.flag(asked, "/match", "hasToolResult");
    if !surface.has_messages() {
        let given = given.or((has_result == Some(true)).then_some(&"hasToolResult"));
        return given.map_or(Ok(()), |name| Err(format!("{name}: there is no message where it answers")));
    }
    if let Some(system) = asked.get("systemMessage").and_then(|value| system(value, findings)) {
        conditions.insert("system".to_owned(), system);
    }
    let result = findings.text(asked, "/match", "toolResultContains");
    if result == Some("") {
        findings.wrong("/match/toolResultContains", "must not be empty");
    }
    let id = whole(findings.text(asked, "/match", "toolCallId"), "toolCallId")?;
    if has_result == Some(false) && (result.is_some() || id.is_some()) {
        return Err("hasToolResult: it is false, and another condition asks for a result".to_owned());
    }
    if let Some(id) = id {
        conditions.insert("tool_call_id".to_owned(), id.into());
    }
    let result = result.filter(|text| !text.is_empty()).map(Value::from);
    if let Some(result) = result.or(has_result.map(|has| if has { any_text() } else { Value::Null })) {
        conditions.insert("tool_result".to_owned(), result);
    }
    if let Some(name) = whole(findings.text(asked, "/match", "toolName"), "toolName")? {
        conditions.insert("tools".to_owned(), name.into());
    }
    if let Some(name) = whole(findings.text(asked, "/match", "responseFormat"), "responseFormat")? {
        // Theirs is of chat alone.
        conditions.insert("body".to_owned(), json!({"/response_format/type": {"equals": name}}));
    }
    Ok(())
}

/// A text that must be contained: there may be any text where it is empty.
fn part(text: &str) -> Value {
    if text.is_empty() { any_text() } else { text.into() }
}

fn any_text() -> Value {
    json!({"regex": "^"})
}

/// A name that must be the same; nothing has an empty one.
fn whole<'a>(name: Option<&'a str>, key: &str) -> Result<Option<&'a str>, String> {
    if name == Some("") { Err(format!("{key}: nothing has an empty one")) } else { Ok(name) }
}

/// One text or several, all of which the system text must contain. An empty one asks that there is any.
fn system(given: &Value, findings: &mut Findings) -> Option<Value> {
    let texts: Option<Vec<&str>> = match given {
        Value::String(text) => Some(vec![text]),
        Value::Array(texts) => texts.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(mut texts) = texts.filter(|texts| !texts.is_empty()) else {
        findings.wrong("/match/systemMessage", "must be a string, or a list of strings that is not empty");
        return None;
    };
    texts.retain(|text| !text.is_empty());
    Some(match texts.as_slice() {
        [] => json!({"regex": "(?s)."}),
        [text] => json!(text),
        texts => json!({"all": texts}),
    })
}

/// The model of this name, or one of its snapshots.
fn model(name: &str) -> Value {
    let mut pattern = String::from("^");
    for letter in name.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    json!({"any": [{"equals": name}, {"regex": pattern + "-[0-9]"}]})
}
