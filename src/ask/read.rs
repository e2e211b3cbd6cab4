//! Reads turns out of JSON that has been checked: one reader for the messages of a chat, one for the items
//! of a response. Never refuses anything.

mod items;
mod messages;

pub(crate) use items::item;
pub(crate) use items::kind_of;
pub(crate) use messages::message;

use crate::ask::turn::CallRef;
use crate::ask::turn::FileRef;
use crate::ask::turn::ImageRef;
use crate::ask::turn::Part;
use crate::ask::turn::SoundRef;
use crate::params::field;
use serde_json::Value;

/// A part of a content, in the names of either API.
pub(crate) fn part(given: &Value) -> Part<'_> {
    let text = |name: &str| field(given, name).as_str();
    match text("type").unwrap_or_default() {
        "image_url" | "input_image" => Part::Image(image(given)),
        "input_audio" => Part::Sound(sound(field(given, "input_audio"))),
        "file" => Part::File(file(field(given, "file"))),
        "input_file" => Part::File(file(given)),
        "refusal" => Part::Refusal(text("refusal").unwrap_or_default()),
        _ => text("text").map_or(Part::Other, Part::Text),
    }
}

/// A chat has address and detail in an object of their own, an item has them beside its type.
fn image(part: &Value) -> ImageRef<'_> {
    let given = field(part, "image_url");
    let inner = if given.is_object() { given } else { part };
    ImageRef {
        url: given.as_str().or_else(|| field(given, "url").as_str()),
        has_file_id: !field(part, "file_id").is_null(),
        in_low_detail: field(inner, "detail") == "low",
    }
}

fn sound(given: &Value) -> SoundRef<'_> {
    SoundRef {
        data: field(given, "data").as_str().unwrap_or_default(),
        is_wav: field(given, "format") == "wav",
    }
}

fn file(given: &Value) -> FileRef<'_> {
    let text = |name: &str| field(given, name).as_str();
    let url = text("file_url");
    FileRef { data: text("file_data"), url, is_named: text("file_id").is_some() || url.is_some() }
}

/// A call, whatever its kind: what names it stands in an object of its own, or beside its type.
pub(crate) fn call(given: &Value) -> CallRef<'_> {
    let inner = ["function", "custom"].iter().map(|kind| field(given, kind)).find(|inner| inner.is_object());
    let inner = inner.unwrap_or(given);
    let text = |name: &str| field(inner, name).as_str().unwrap_or_default();
    let arguments = if text("arguments").is_empty() { text("input") } else { text("arguments") };
    let custom = field(given, "custom").is_object();
    CallRef { id: field(given, "id").as_str(), name: text("name"), arguments, custom }
}

/// The texts of a `stop` parameter, which is one string or several.
pub(crate) fn stops(stop: Option<&Value>) -> Vec<&str> {
    match stop {
        Some(Value::Array(stops)) => stops.iter().filter_map(Value::as_str).collect(),
        stop => stop.and_then(Value::as_str).into_iter().collect(),
    }
}
