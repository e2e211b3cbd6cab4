//! Probabilities for the tokens of a text. Made up, but such that they could be real: the token that was
//! said is the likeliest, the others follow in order, and together they are at most 1.

use crate::tokens::Encoding;

/// A token and how likely it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Likely {
    pub(crate) bytes: Vec<u8>,
    pub(crate) logprob: f64,
}

impl Eq for Likely {}

impl Likely {
    /// The token as text; one that is part of a character as `\xNN` escapes of its bytes.
    pub(crate) fn shown(&self) -> String {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => self.bytes.iter().fold(String::new(), |shown, byte| format!("{shown}\\x{byte:02x}")),
        }
    }
}

/// A token that was said, and the likeliest ones at its place, itself the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    /// Where the token ends in the text, in bytes.
    pub(crate) end: usize,
    pub(crate) said: Likely,
    pub(crate) top: Vec<Likely>,
}

/// A token that is given, and how likely it was.
pub(crate) type GivenToken = (String, f64);

impl Guess {
    /// Those of a text whose tokens are given, each with the likeliest ones at its place, of which `top` are
    /// told. Where the text was cut, what stands behind its end is not told.
    pub(crate) fn given(tokens: &[(GivenToken, Vec<GivenToken>)], text: &str, top: usize) -> Vec<Guess> {
        let likely = |(token, logprob): &GivenToken| {
            let bytes = token.clone().into_bytes();
            Likely { bytes, logprob: *logprob }
        };
        let mut end = 0;
        let guess = |(said, others): &(GivenToken, Vec<GivenToken>)| {
            let start = end;
            end = (end + said.0.len()).min(text.len());
            let top = others.iter().take(top).map(likely).collect();
            (start < text.len()).then(|| Guess { end, said: likely(said), top })
        };
        tokens.iter().filter_map(guess).collect()
    }
}

/// Somewhat more than the natural logarithm of 2, so that halves stay below a half.
const HALVING: f64 = 0.6935;

/// One guess a token of the text, with `top` likely tokens each. `draw` gives numbers.
///
/// A logprob is -(1 + u) / 2^m, which leaves others a probability of at least 1 / 2^(m + 1), since
/// 1 - exp(-x) is at least x / 2 up to 1. The k-th of them gets less than 1 / 2^(m + 1 + k). Only
/// products and sums, no logarithm: a mathematical library's last digit differs between machines.
pub(crate) fn guesses(
    encoding: Encoding,
    text: &str,
    top: usize,
    mut draw: impl FnMut() -> u64,
) -> Vec<Guess> {
    let guess = |token: crate::tokens::Token| {
        let bits = draw();
        let halvings = 1 + (bits & 15) as i32;
        let fraction = ((bits >> 4) & 0xFFF) as f64 / 4096.0;
        let said = Likely {
            bytes: text.as_bytes()[token.range.clone()].to_vec(),
            logprob: -(1.0 + fraction) / f64::from(1 << halvings),
        };
        let mut likely = vec![said.clone()];
        likely.truncate(top);
        let mut id = token.id;
        while likely.len() < top {
            let bits = draw();
            // Common tokens have low ids. A step below their number never comes back to where it was.
            id = (id + 1 + (bits % 97) as u32) % COMMON;
            let bytes = encoding.bytes(256 + id).unwrap_or_default();
            if bytes.is_empty() || likely.iter().any(|other| other.bytes == bytes) {
                continue;
            }
            let place = likely.len() as f64;
            let jitter = ((bits >> 8) & 0xFF) as f64 / 512.0;
            let logprob = -(f64::from(halvings) + 1.0 + place) * HALVING - jitter;
            likely.push(Likely { bytes, logprob });
        }
        Guess { end: token.range.end, said, top: likely }
    };
    encoding.tokens(text).map(guess).collect()
}

/// How many of the tokens are taken for common ones.
const COMMON: u32 = 8000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn together_they_are_at_most_one() {
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 7
        };
        let text = "One two, three. Grüße an die 日本 🙂!";
        for _ in 0..200 {
            let guesses = guesses(Encoding::O200k, text, 20, &mut draw);
            let joined: Vec<u8> = guesses.iter().flat_map(|guess| guess.said.bytes.clone()).collect();
            assert_eq!(joined, text.as_bytes());
            for guess in guesses {
                assert_eq!((guess.top.len(), &guess.top[0]), (20, &guess.said));
                let sum: f64 = guess.top.iter().map(|likely| likely.logprob.exp()).sum();
                assert!(sum <= 1.0, "{sum}");
                assert!(guess.top.windows(2).all(|pair| pair[0].logprob >= pair[1].logprob));
                assert!(guess.said.logprob < 0.0);
            }
        }
    }

    #[test]
    fn given_tokens_never_end_behind_the_text() {
        let token = |text: &str| (text.to_owned(), -0.5);
        let guess = |text: &str| (token(text), vec![token(text), token("x")]);
        let tokens = [guess("One"), guess(" tü"), guess("!")];
        for (text, top, ends) in
            [("One tü!", 2, &[3, 7, 8][..]), ("One tü! More.", 1, &[3, 7, 8]), ("One t", 0, &[3, 5])]
        {
            let guesses = Guess::given(&tokens, text, top);
            assert_eq!(guesses.iter().map(|guess| guess.end).collect::<Vec<_>>(), ends);
            assert!(guesses.iter().all(|guess| guess.top.len() == top));
            assert_eq!(guesses[1].said, Likely { bytes: " tü".into(), logprob: -0.5 });
        }
    }
}
