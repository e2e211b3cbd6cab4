//! What is told of requests that did not come: those that came closest, and by what they differ.

use crate::rules::Difference;
use crate::state::CapturedRequest;
use serde_json::Value;
use serde_json::json;

/// The requests that are closest to what was wanted.
#[derive(Default)]
pub(super) struct Nearest {
    /// The closest first; of equals the one that came last.
    found: Vec<(Vec<Difference>, CapturedRequest)>,
}

impl Nearest {
    /// Shows it a request, which may be one of the `most` closest.
    pub(super) fn add(&mut self, kept: CapturedRequest, differences: Vec<Difference>, most: usize) {
        let at = self.found.partition_point(|(others, _)| others.len() < differences.len());
        if at < most {
            self.found.insert(at, (differences, kept));
            self.found.truncate(most);
        }
    }

    /// Each in a sentence.
    pub(super) fn told(&self) -> Vec<String> {
        self.found.iter().map(|(differences, kept)| sentence(kept, differences.first())).collect()
    }

    /// The closest as data; `null` where there is none.
    pub(super) fn value(&self) -> Value {
        let Some((differences, kept)) = self.found.first() else { return Value::Null };
        let request = kept.request();
        let mut told = json!({
            "n": kept.number(),
            "kind": kept.kind(),
            "method": request.method,
            "path": request.path,
            "model": kept.model(),
            "status": kept.status(),
        });
        if let Some(first) = differences.first() {
            told["field"] = first.field.as_str().into();
            told["wanted"] = first.wanted.clone();
            told["got"] = abridged(&first.got);
        }
        told
    }
}

/// `request 2 (chat, POST /v1/chat/completions, model 'gpt-4o', 200), whose status is 200 instead of 429`
fn sentence(kept: &CapturedRequest, first: Option<&Difference>) -> String {
    let request = kept.request();
    let model = match kept.model() {
        model if model.is_empty() => String::new(),
        model => format!(", model '{model}'"),
    };
    let status = kept.status().map_or("not answered yet".to_owned(), |status| status.to_string());
    let (number, kind) = (kept.number(), kept.kind());
    let told = format!("request {number} ({kind}, {} {}{model}, {status})", request.method, request.path);
    let Some(Difference { field, wanted, got }) = first else { return told };
    // A text is wanted as a part of a longer one.
    let got = match abridged(got) {
        Value::Null => "nothing".to_owned(),
        got => got.to_string(),
    };
    format!("{told}, whose {field} was to be {wanted} and is {got}")
}

/// A value, a long text in it shortened.
fn abridged(value: &Value) -> Value {
    const MOST: usize = 120;
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &text[..at]).into(),
        None => value.clone(),
    }
}

/// `request 3`, `requests 1, 2`, `requests 1, 2, 3 and 97 more`
pub(super) fn numbers(numbers: impl IntoIterator<Item = u64>) -> String {
    const MOST: usize = 10;
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    match numbers.len() {
        1 => format!("request {}", numbers[0]),
        count if count > MOST => format!("requests {} and {} more", numbers[..MOST].join(", "), count - MOST),
        _ => format!("requests {}", numbers.join(", ")),
    }
}
