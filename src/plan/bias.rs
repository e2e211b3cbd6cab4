//! Keeps to a `logit_bias`.

use crate::plan::Choice;
use crate::plan::Ends;
use crate::plan::FinishReason;
use crate::tokens::Encoding;
use serde_json::Map;
use serde_json::Value;

/// From here on a bias decides: a token is never said, or nothing else is.
const DECISIVE: f64 = 100.0;

fn chosen(biases: &Map<String, Value>, wanted: fn(f64) -> bool) -> Vec<u32> {
    let fitting = biases.iter().filter(|(_, bias)| bias.as_f64().is_some_and(wanted));
    fitting.filter_map(|(id, _)| id.parse().ok()).collect()
}

/// The answer where there are tokens at 100: these alone, in turn, one or as many as the limit says.
pub(crate) fn forced(ends: Ends<'_>, biases: &Map<String, Value>) -> Option<Choice> {
    /// Nobody waits for more.
    const MOST: u64 = 4096;
    let ids = chosen(biases, |bias| bias >= DECISIVE);
    let words: Vec<Vec<u8>> = ids.into_iter().filter_map(|id| ends.encoding.bytes(id)).collect();
    if words.is_empty() {
        return None;
    }
    let count = ends.limit.map_or(1, |limit| limit.min(MOST)) as usize;
    // Not encoded again: side by side the tokens may be the text of others.
    let mut bytes = Vec::new();
    let mut borders = Vec::with_capacity(count);
    for word in words.iter().cycle().take(count) {
        bytes.extend_from_slice(word);
        borders.push(bytes.len());
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        // Parts of characters alone. Each byte becomes a character, so no border is right.
        borders.clear();
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
    let mut choice = Choice::of_text(text, Ends { limit: None, ..ends }, 0, 0);
    let whole = borders.last() == Some(&choice.text().len());
    if whole {
        choice.pieces = borders.into_iter().filter(|end| choice.text().is_char_boundary(*end)).collect();
    }
    if whole {
        choice.tokens = count;
        if ends.limit.is_some() {
            choice.finish_reason = FinishReason::Length;
        }
    }
    Some(choice)
}

/// The text without the tokens at -100. Between -100 and 100 a bias is but a part of what the answer
/// is drawn from.
pub(crate) fn biased(encoding: Encoding, text: String, biases: &Map<String, Value>) -> String {
    let banned = chosen(biases, |bias| bias <= -DECISIVE);
    if banned.is_empty() { text } else { without(encoding, text, &banned) }
}

/// What is left when banned tokens are taken out. What then stands side by side may make such a token
/// again, so this goes on until there is none.
fn without(encoding: Encoding, mut text: String, banned: &[u32]) -> String {
    // The sentences here are ASCII, where each round leaves less to do.
    for _ in 0..16 {
        let mut kept = Vec::with_capacity(text.len());
        for token in encoding.tokens(&text) {
            if !banned.contains(&token.id) {
                kept.extend_from_slice(&text.as_bytes()[token.range]);
            }
        }
        if kept.len() == text.len() {
            return text;
        }
        text = String::from_utf8_lossy(&kept).into_owned();
    }
    text
}
