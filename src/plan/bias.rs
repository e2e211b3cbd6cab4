//! Keeps to a `logit_bias`.

use crate::tokens::Encoding;
use serde_json::Map;
use serde_json::Value;

/// From here on a bias decides: a token is never said, or nothing else is.
const DECISIVE: f64 = 100.0;

/// The text under biases: tokens at -100 are left out, and where there are tokens at 100 the answer
/// is made of these alone, in turn, one or as many as `limit` says. Between -100 and 100 a bias is
/// but a part of what the answer is drawn from.
pub(crate) fn biased(
    encoding: Encoding,
    text: String,
    biases: &Map<String, Value>,
    limit: Option<u64>,
) -> String {
    /// Nobody waits for more.
    const MOST: u64 = 4096;
    let with = |wanted: fn(f64) -> bool| -> Vec<u32> {
        let chosen = biases.iter().filter(|(_, bias)| bias.as_f64().is_some_and(wanted));
        chosen.filter_map(|(id, _)| id.parse().ok()).collect()
    };
    let forced = with(|bias| bias >= DECISIVE);
    let words: Vec<Vec<u8>> = forced.iter().filter_map(|id| encoding.bytes(*id)).collect();
    if !words.is_empty() {
        // One more than the limit, so that the limit is what ends it.
        let count = limit.map_or(1, |limit| limit.min(MOST) + 1);
        let said: Vec<u8> = words.iter().cycle().take(count as usize).flatten().copied().collect();
        return String::from_utf8_lossy(&said).into_owned();
    }
    let banned = with(|bias| bias <= -DECISIVE);
    if banned.is_empty() {
        return text;
    }
    without(encoding, text, &banned)
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
