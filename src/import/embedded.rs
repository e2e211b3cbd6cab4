//! Vectors, what a moderation found, and pictures, as answers of rules. Nothing is read where a rule cannot say it.

use crate::import::question::Question;
use crate::import::secrets::without;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

/// A vector for each input.
pub(super) fn vectors(question: &Question, reply: &Value) -> Option<Vec<Value>> {
    let vector = |entry: &Value| {
        let numbers = match &entry["embedding"] {
            numbers @ Value::Array(_) => numbers.clone(),
            Value::String(packed) => unpacked(packed)?,
            _ => return None,
        };
        Some(json!({ "embedding": numbers }))
    };
    each(question, &reply["data"], vector)
}

/// The categories that were raised for each input.
pub(super) fn flags(question: &Question, reply: &Value) -> Option<Vec<Value>> {
    let raised = |result: &Value| {
        let categories = result["categories"].as_object()?;
        let raised = categories.iter().filter(|(_, raised)| **raised == true).map(|(name, _)| name.as_str());
        Some(json!({ "flags": raised.collect::<Vec<_>>() }))
    };
    each(question, &reply["results"], raised)
}

/// An answer for each input. Several can only be told apart where they are texts.
fn each(question: &Question, given: &Value, one: impl Fn(&Value) -> Option<Value>) -> Option<Vec<Value>> {
    let given = given.as_array()?;
    let are_told = given.len() == 1 || question.inputs.iter().all(Option::is_some);
    (are_told && given.len() == question.inputs.len()).then_some(())?;
    given.iter().map(one).collect()
}

pub(super) fn images(reply: &Value) -> Option<Value> {
    let image = |entry: &Value| {
        let revised = entry["revised_prompt"].as_str().map(without);
        let told = match (entry["b64_json"].as_str(), entry["url"].as_str()) {
            (Some(base64), _) if revised.is_none() => base64.into(),
            (Some(base64), _) => json!({"base64": base64, "revised_prompt": revised}),
            (None, Some(url)) if revised.is_none() => json!({"url": url}),
            (None, Some(url)) => json!({"url": url, "revised_prompt": revised}),
            (None, None) => return None,
        };
        Some(told)
    };
    let mut images: Vec<Value> = reply["data"].as_array()?.iter().map(image).collect::<Option<_>>()?;
    let image = if images.len() == 1 { images.pop()? } else { images.into() };
    Some(json!({ "image": image }))
}

/// Numbers of four bytes each, in base64.
fn unpacked(packed: &str) -> Option<Value> {
    let bytes = STANDARD.decode(packed).ok()?;
    let number = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().ok()?;
        // As short as it can be said: the same number of four bytes is read from it.
        f32::from_le_bytes(four).to_string().parse::<f64>().ok()
    };
    bytes.chunks(4).map(|four| number(four).map(Value::from)).collect()
}
