//! What a reply says, decided once, before anyone asks whether it is sent whole or as events.

use crate::json::Json;
use crate::tokens;
use serde_json::Value;

/// Why a choice ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FinishReason {
    Stop,
    Length,
}

impl FinishReason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) text: String,
    pub(crate) finish_reason: FinishReason,
}

impl Choice {
    /// A text that ends by itself, before the first of `stops` that it contains, or after `limit`
    /// tokens, whichever comes first.
    pub(crate) fn new(mut text: String, stops: &[&str], limit: Option<u64>) -> Choice {
        let stop = stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop)).min();
        if let Some(at) = stop {
            text.truncate(at);
        }
        let mut finish_reason = FinishReason::Stop;
        if let Some(limit) = limit {
            let kept = tokens::first(&text, usize::try_from(limit).unwrap_or(usize::MAX)).len();
            if kept < text.len() {
                text.truncate(kept);
                finish_reason = FinishReason::Length;
            }
        }
        Choice { text, finish_reason }
    }

    /// The text as a stream sends it, a token at a time.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        tokens::pieces(&self.text)
    }
}

/// The texts of a `stop` parameter, which is one string or several.
pub(crate) fn stops(stop: Option<&Value>) -> Vec<&str> {
    match stop {
        Some(Value::Array(stops)) => stops.iter().filter_map(Value::as_str).collect(),
        stop => stop.and_then(Value::as_str).into_iter().collect(),
    }
}

/// The whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) created: u64,
    /// The model as replies name it.
    pub(crate) model: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) prompt_tokens: usize,
    pub(crate) completion_tokens: usize,
}

impl Plan {
    /// Appends `usage`, as chat and legacy completions have it.
    pub(crate) fn write_usage(&self, json: &mut Json) {
        json.raw(r#"{"prompt_tokens":"#).number(self.prompt_tokens as u64);
        json.raw(r#","completion_tokens":"#).number(self.completion_tokens as u64);
        json.raw(r#","total_tokens":"#).number((self.prompt_tokens + self.completion_tokens) as u64);
        json.raw(concat!(
            r#","prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"#,
            r#""completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"#,
            r#""accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"#,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(stops: &[&str], limit: Option<u64>, text: &str, reason: FinishReason) {
        let choice = Choice::new("One two, three.".to_owned(), stops, limit);
        assert_eq!((choice.text.as_str(), choice.finish_reason), (text, reason));
        assert_eq!(choice.pieces().collect::<String>(), choice.text);
    }

    #[test]
    fn a_choice_ends_where_it_is_told_to() {
        ends(&[], None, "One two, three.", FinishReason::Stop);
        ends(&["three", "two"], None, "One ", FinishReason::Stop);
        ends(&["", "four"], None, "One two, three.", FinishReason::Stop);
        ends(&[], Some(2), "One two", FinishReason::Length);
        ends(&[], Some(5), "One two, three.", FinishReason::Stop);
        ends(&[], Some(0), "", FinishReason::Length);
        ends(&["two"], Some(1), "One", FinishReason::Length);
        ends(&[" two"], Some(1), "One", FinishReason::Stop);
    }
}
