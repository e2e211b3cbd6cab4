//! Which captured requests are meant. Never looks a request up: it is shown one, and says whether that is one of them.

use crate::http::Request;
use crate::rules::Verdict;
use crate::state::KeyId;
use crate::state::captured::entry::Entry;
use serde_json::Value;

/// What all of the requests that are meant have in common. The default lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) kind: Option<String>,
    pub(crate) path: Option<String>,
    /// What the body names, or else the path.
    pub(crate) model: Option<String>,
    pub(crate) status: Option<u16>,
    /// The name of a rule that answered, one of several or the only one.
    pub(crate) rule: Option<String>,
    /// A part of what is told of the faults.
    pub(crate) fault: Option<String>,
    /// A part of the body.
    pub(crate) text: Option<String>,
    pub(crate) key: Option<KeyId>,
    pub(crate) ended: Option<bool>,
    /// Only requests with a higher number.
    pub(crate) above: u64,
    /// Only requests with a lower number.
    pub(crate) below: Option<u64>,
    /// Only requests that a model was asked and that no rule has answered.
    pub(crate) unmatched: bool,
}

impl Filter {
    /// Whether nothing can fail to pass.
    pub(in crate::state) fn selects_all(&self) -> bool {
        *self == Filter::default()
    }

    /// Whether it looks at what became of a request: until it was answered, none passes.
    pub(super) fn asks_for_reply(&self) -> bool {
        self.status.is_some()
            || self.rule.is_some()
            || self.fault.is_some()
            || self.ended.is_some()
            || self.unmatched
    }

    /// Whether a request is meant; `number` is the one that whoever asks knows it by. May read its whole body.
    pub(in crate::state) fn lets_pass(&self, entry: &Entry, number: u64) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|text| text == found);
        let verdict = entry.verdict.as_deref();
        // What takes its time comes last.
        number > self.above
            && self.below.is_none_or(|below| number < below)
            && self.key.is_none_or(|key| entry.key == key)
            && is(&self.kind, entry.kind)
            && is(&self.path, &entry.request.path)
            && self.status.is_none_or(|status| entry.status == Some(status))
            && (!self.unmatched || entry.is_unmatched())
            && self.ended.is_none_or(|ended| entry.ended == Some(ended))
            && self.rule.as_deref().is_none_or(|rule| answered(verdict, rule))
            && self.fault.as_deref().is_none_or(|fault| failed(verdict, fault))
            && self.text.as_deref().is_none_or(|text| contains(&entry.request.body, text))
            && self.model.as_deref().is_none_or(|model| model_of(&entry.request) == model)
    }
}

fn answered(verdict: Option<&Verdict>, rule: &str) -> bool {
    verdict.is_some_and(|verdict| verdict.rules().any(|name| name == rule))
}

pub(super) fn failed(verdict: Option<&Verdict>, fault: &str) -> bool {
    verdict.and_then(Verdict::fault).is_some_and(|told| told.contains(fault))
}

/// Whether a body has a text in it. What is not UTF-8 in the body is no part of any text.
pub(super) fn contains(body: &[u8], text: &str) -> bool {
    text.is_empty() || body.utf8_chunks().any(|chunk| chunk.valid().contains(text))
}

/// The model that the body names, or else the path.
pub(crate) fn model_of(request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match body["model"].as_str() {
        Some(model) => model.to_owned(),
        None => request.address().and_then(|address| address.deployment).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_text_is_found_wherever_its_bytes_are(
            parts in proptest::collection::vec(("[aé\u{10348}]{0,3}", proptest::num::u8::ANY), 0..6),
            text in "[aé\u{10348}]{0,3}",
        ) {
            let body: Vec<u8> =
                parts.iter().flat_map(|(part, byte)| part.bytes().chain([*byte])).collect();
            let is_there = text.is_empty() || body.windows(text.len()).any(|part| part == text.as_bytes());
            proptest::prop_assert_eq!(contains(&body, &text), is_there);
        }
    }
}
