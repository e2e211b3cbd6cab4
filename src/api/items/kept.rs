//! The form in which an item is kept and told again, which is not the one in which it was sent.

use crate::api::items::rules::kind;
use crate::params::field;
use crate::plan::kind_of_item;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// An item as it is kept: with id, type and status, which stand first; the other keys follow by name, as
/// the API has them. `new_id` makes an id that begins with the given prefix.
pub(in crate::api) fn kept(item: &Value, new_id: impl FnOnce(&str) -> String) -> Value {
    let kind = kind(item);
    let (_, has_status) = kind_of_item(kind);
    let mut fields = Map::new();
    fields.insert("id".to_owned(), id_of(item, new_id).into());
    fields.insert("type".to_owned(), kind.into());
    match field(item, "status").as_str() {
        Some(status) => drop(fields.insert("status".to_owned(), status.into())),
        None if has_status => drop(fields.insert("status".to_owned(), "completed".into())),
        None => {}
    }
    for (name, value) in sorted(item) {
        let value = match (kind, name.as_str()) {
            ("message", "content") => content(value, field(item, "role").as_str() == Some("assistant")),
            _ => value.clone(),
        };
        fields.entry(name.clone()).or_insert(value);
    }
    Value::Object(fields)
}

/// The id that it is kept with: its own, or one that `new_id` makes.
pub(in crate::api) fn id_of(item: &Value, new_id: impl FnOnce(&str) -> String) -> String {
    field(item, "id").as_str().map_or_else(|| new_id(kind_of_item(kind(item)).0), str::to_owned)
}

/// The fields that have a value, by name.
fn sorted(value: &Value) -> Vec<(&String, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    let mut fields: Vec<_> = fields.filter(|(_, value)| !value.is_null()).collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    fields
}

/// The content of a message: always parts.
fn content(content: &Value, of_model: bool) -> Value {
    match content {
        Value::String(text) if of_model => json!([part(&json!({"type": "output_text", "text": text}))]),
        Value::String(text) => json!([{"type": "input_text", "text": text}]),
        Value::Array(parts) => parts.iter().map(part).collect(),
        other => other.clone(),
    }
}

/// A part with what it may leave out: its type first, the other keys by name.
fn part(part: &Value) -> Value {
    let kind = field(part, "type").as_str().unwrap_or_default();
    // Where a picture comes from is told even where it does not.
    let defaults = match kind {
        "output_text" => json!({"annotations": [], "logprobs": []}),
        "input_image" => json!({"detail": "auto", "file_id": null, "image_url": null}),
        _ => json!({}),
    };
    let left_out = |(name, _): &(&String, &Value)| field(part, name).is_null();
    let mut all = sorted(part);
    all.extend(defaults.as_object().into_iter().flatten().filter(left_out));
    all.sort_unstable_by_key(|(name, _)| *name);
    let mut fields = Map::new();
    fields.insert("type".to_owned(), kind.into());
    for (name, value) in all {
        fields.entry(name.clone()).or_insert_with(|| value.clone());
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_in_the_form_of_the_api() {
        for (sent, told) in [
            (
                r#"{"role":"user","content":"Hi"}"#,
                r#"{"id":"msg_1","type":"message","status":"completed","content":[{"type":"input_text","text":"Hi"}],"role":"user"}"#,
            ),
            (
                r#"{"type":"message","role":"assistant","content":"Hi","phase":"final_answer"}"#,
                r#"{"id":"msg_1","type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Hi"}],"phase":"final_answer","role":"assistant"}"#,
            ),
            (
                r#"{"role":"assistant","content":[{"type":"refusal","refusal":"No"},{"text":"Hi","type":"output_text","logprobs":null}],"status":"incomplete","id":"msg_a"}"#,
                r#"{"id":"msg_a","type":"message","status":"incomplete","content":[{"type":"refusal","refusal":"No"},{"type":"output_text","annotations":[],"logprobs":[],"text":"Hi"}],"role":"assistant"}"#,
            ),
            (
                r#"{"role":"user","content":[{"type":"input_image","image_url":"https://a/b.png"},{"type":"input_file","filename":"a.pdf","file_data":"QQ=="}]}"#,
                r#"{"id":"msg_1","type":"message","status":"completed","content":[{"type":"input_image","detail":"auto","file_id":null,"image_url":"https://a/b.png"},{"type":"input_file","file_data":"QQ==","filename":"a.pdf"}],"role":"user"}"#,
            ),
            (
                r#"{"type":"function_call","name":"f","call_id":"call_a","arguments":"{}","status":null}"#,
                r#"{"id":"fc_1","type":"function_call","status":"completed","arguments":"{}","call_id":"call_a","name":"f"}"#,
            ),
            (
                r#"{"type":"function_call_output","call_id":"call_a","output":"7"}"#,
                r#"{"id":"fco_1","type":"function_call_output","status":"completed","call_id":"call_a","output":"7"}"#,
            ),
            (r#"{"type":"reasoning","summary":[]}"#, r#"{"id":"rs_1","type":"reasoning","summary":[]}"#),
            (r#"{"type":"came_later","a":1}"#, r#"{"id":"item_1","type":"came_later","a":1}"#),
        ] {
            let sent: Value = serde_json::from_str(sent).expect("JSON");
            let kept = kept(&sent, |prefix| format!("{prefix}1"));
            assert_eq!(kept.to_string(), told);
            let again = super::kept(&kept, |_| unreachable!("it has an id"));
            assert_eq!(again.to_string(), told, "kept twice");
        }
    }
}
