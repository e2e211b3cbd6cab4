//! What a fixture of aimock answers, as the answer of a rule. Never looks at what it asks for.

use crate::rules::aimock::findings::Findings;
use crate::rules::aimock::findings::unknown;
use crate::rules::aimock::said;
use crate::rules::aimock::written::literally;
use crate::rules::aimock::written::untemplated;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What kind of answer a response is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ResponseKind {
    /// A text, calls or both.
    Said,
    Error,
    Embedding,
    Image,
    Sound,
    Transcription,
    Video,
    Json,
    /// A session of sound both ways.
    Live,
}

impl ResponseKind {
    /// Of a response; none where it is nothing that aimock would answer.
    pub(super) fn of(response: &Map<String, Value>) -> Option<ResponseKind> {
        let has = |name: &str, is: fn(&Value) -> bool| response.get(name).is_some_and(is);
        let is_sound = |value: &Value| value.is_string() || value.get("b64Json").is_some();
        let is_content = |value: &Value| value.is_string() || value.is_object() || value.is_array();
        let is_filled = |value: &Value| value.as_array().is_some_and(|blocks| !blocks.is_empty());
        let is_error = |value: &Value| value.get("message").is_some_and(Value::is_string);
        let first = [
            (has("live", |_| true), ResponseKind::Live),
            (has("error", is_error), ResponseKind::Error),
            (has("audio", is_sound), ResponseKind::Sound),
            (has("blocks", is_filled) || has("content", is_content), ResponseKind::Said),
            (has("toolCalls", Value::is_array), ResponseKind::Said),
            (has("embedding", Value::is_array), ResponseKind::Embedding),
            (has("image", Value::is_object) || has("images", Value::is_array), ResponseKind::Image),
            (has("transcription", Value::is_object), ResponseKind::Transcription),
            (has("video", Value::is_object), ResponseKind::Video),
            (has("json", |_| true), ResponseKind::Json),
        ];
        first.into_iter().find(|(is, _)| *is).map(|(_, given)| given)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            ResponseKind::Said => "a text or a call",
            ResponseKind::Error => "an error",
            ResponseKind::Embedding => "an embedding",
            ResponseKind::Image => "an image",
            ResponseKind::Sound => "audio",
            ResponseKind::Transcription => "a transcription",
            ResponseKind::Video => "a video",
            ResponseKind::Json => "json",
            ResponseKind::Live => "a live session",
        }
    }

    /// The names that mean something in such a response.
    fn names(self) -> &'static [&'static str] {
        match self {
            ResponseKind::Said => &[
                "content",
                "toolCalls",
                "blocks",
                "reasoning",
                "webSearches",
                "id",
                "created",
                "model",
                "usage",
                "finishReason",
                "systemFingerprint",
                "role",
            ],
            ResponseKind::Error => &["error", "status", "retryAfter"],
            ResponseKind::Embedding => &["embedding"],
            ResponseKind::Image => &["image", "images"],
            ResponseKind::Transcription => &["transcription"],
            ResponseKind::Json => &["json", "status"],
            ResponseKind::Sound | ResponseKind::Video | ResponseKind::Live => &[],
        }
    }
}

/// What is of other APIs than this one; aimock itself passes over it here.
const OF_OTHERS: &[&str] = &[
    "provider",
    "nativeFinishReason",
    "fallthrough",
    "reasoningSignature",
    "redactedThinking",
    "billableUnits",
];

/// The answer, as far as nothing is wrong with it.
pub(super) fn answer(given: ResponseKind, response: &Map<String, Value>, findings: &mut Findings) -> Value {
    for (name, meant) in unknown(response, given.names()) {
        if OF_OTHERS.contains(&name) {
            findings.note(&format!("{name} is of another API, and passed over"));
        } else {
            findings.note(&format!("{name} is not known of {}, and passed over{meant}", given.name()));
        }
    }
    let answer = match given {
        ResponseKind::Said => said::answer(response, findings),
        ResponseKind::Error => error(response, findings),
        ResponseKind::Embedding => embedding(response, findings),
        ResponseKind::Image => images(response, findings),
        ResponseKind::Transcription => transcription(response, findings),
        ResponseKind::Json => literal(response, findings),
        ResponseKind::Sound | ResponseKind::Video | ResponseKind::Live => Map::new(),
    };
    Value::Object(answer)
}

fn error(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let told = response.get("error").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, meant) in unknown(&told, &["message", "type", "param", "code"]) {
        findings.note(&format!("error.{name} is not of this API, and passed over{meant}"));
    }
    let status = status(response, findings).unwrap_or(500);
    let message = told.get("message").and_then(Value::as_str).unwrap_or_default();
    let kind = findings.text(&told, "/response/error", "type").unwrap_or("server_error");
    let mut error = json!({"message": literally(message), "type": kind});
    for name in ["param", "code"] {
        let given = told.get(name).filter(|given| !given.is_null());
        error[name] = given.and_then(|_| findings.text(&told, "/response/error", name)).into();
    }
    let wait = findings.count(response, "/response", "retryAfter");
    let mut headers = Map::new();
    if status == 429 {
        headers.insert("retry-after".to_owned(), wait.unwrap_or(1).to_string().into());
    } else if wait.is_some() {
        findings.note("retryAfter is only told where the status is 429");
    }
    if status < 400 {
        // What is told with such a status is none of the API's errors.
        return Map::from_iter([
            ("json".to_owned(), json!({"error": error})),
            ("status".to_owned(), status.into()),
        ]);
    }
    error["status"] = status.into();
    if !headers.is_empty() {
        error["headers"] = Value::Object(headers);
    }
    Map::from_iter([("error".to_owned(), error)])
}

/// One that ends a request.
fn status(response: &Map<String, Value>, findings: &mut Findings) -> Option<u64> {
    let status = findings.count(response, "/response", "status")?;
    if !(200..600).contains(&status) {
        findings.wrong("/response/status", "must be from 200 to 599");
    }
    Some(status)
}

fn embedding(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let vector = findings.list(response, "/response", "embedding").cloned().unwrap_or_default();
    if vector.is_empty() || !vector.iter().all(Value::is_number) {
        findings.wrong("/response/embedding", "must be a list of numbers that is not empty");
    }
    Map::from_iter([("embedding".to_owned(), Value::Array(vector))])
}

fn images(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let several = findings.list(response, "/response", "images").map(Vec::as_slice);
    let one = response.get("image").map(std::slice::from_ref);
    let given = several.or(one).unwrap_or_default();
    let images: Vec<Value> = given.iter().filter_map(|image| picture(image, findings)).collect();
    if images.is_empty() {
        findings.wrong("/response", "there must be an image");
    }
    Map::from_iter([("image".to_owned(), Value::Array(images))])
}

fn picture(image: &Value, findings: &mut Findings) -> Option<Value> {
    let place = "/response/image";
    let Some(image) = image.as_object() else {
        findings.wrong(place, "must be an object");
        return None;
    };
    for (name, meant) in unknown(image, &["url", "b64Json", "revisedPrompt"]) {
        findings.note(&format!("{name} of an image is passed over{meant}"));
    }
    let data = findings.text(image, place, "b64Json").filter(|data| !data.is_empty());
    let url = findings.text(image, place, "url").filter(|url| !url.is_empty());
    let mut picture = match (data, url) {
        (Some(data), _) => json!({"base64": data}),
        (None, Some(url)) => json!({"url": url}),
        (None, None) => {
            findings.wrong(place, "must have a url or b64Json");
            return None;
        }
    };
    if let Some(prompt) = findings.text(image, place, "revisedPrompt").filter(|prompt| !prompt.is_empty()) {
        picture["revised_prompt"] = prompt.into();
    }
    Some(picture)
}

fn transcription(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let told = response.get("transcription").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, _) in unknown(&told, &["text", "usage"]) {
        findings.note(&format!("transcription.{name} is passed over: the text alone is told"));
    }
    let text = findings.text(&told, "/response/transcription", "text").unwrap_or_default();
    let mut body = json!({"text": literally(text)});
    if let Some(usage) = told.get("usage") {
        body["usage"] = untemplated(usage);
    }
    Map::from_iter([("json".to_owned(), body)])
}

fn literal(response: &Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let body = response.get("json").map(untemplated).unwrap_or_default();
    let mut answer = Map::from_iter([("json".to_owned(), body)]);
    if let Some(status) = status(response, findings) {
        answer.insert("status".to_owned(), status.into());
    }
    answer
}
