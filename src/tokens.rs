//! Cuts text into a model's tokens, exactly as the model's own tokenizer does. Counts, limits and
//! stream events all use these same tokens, so that they agree with each other.

mod classes;
mod layout;
mod merge;
mod split;
mod vocabulary;

use crate::tokens::merge::Parts;
use crate::tokens::vocabulary::CL100K;
use crate::tokens::vocabulary::O200K;
use crate::tokens::vocabulary::Vocabulary;
use std::cell::Cell;
use std::ops::Range;

/// Which tokens a model has. The text of a special token is ordinary text to all of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `o200k_base`: GPT-4o and whatever came after it.
    O200k,
    /// `cl100k_base`: GPT-4, GPT-3.5, the base models and the embeddings.
    Cl100k,
}

/// A token of a text. Its bytes need not be whole characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: u32,
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
}

impl Encoding {
    /// How many tokens a text has. Most pieces are one, which is seen at once.
    pub(crate) fn count(self, text: &str) -> usize {
        let vocabulary = self.vocabulary();
        let (mut rest, mut count) = (text, 0);
        let mut window = SPARE.take();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(self.piece(rest));
            rest = after;
            if piece.len() > WINDOW {
                count += Tokens::new(self, piece, WINDOW).count();
            } else if vocabulary.whole(piece.as_bytes()).is_some() {
                count += 1;
            } else {
                window.encode(vocabulary, piece.as_bytes());
                count += window.count();
            }
        }
        if window.is_small() {
            SPARE.set(window);
        }
        count
    }

    /// The tokens of a text, in order.
    pub(crate) fn tokens(self, text: &str) -> impl Iterator<Item = Token> {
        Tokens::new(self, text, WINDOW)
    }

    /// The text as a stream sends it: a token at a time, but a character that is cut by the end of a
    /// token is held back until it is whole.
    pub(crate) fn pieces(self, text: &str) -> impl Iterator<Item = &str> {
        let mut tokens = self.tokens(text);
        let mut start = 0;
        std::iter::from_fn(move || {
            let whole = tokens.find(|token| text.is_char_boundary(token.range.end))?;
            let piece = &text[start..whole.range.end];
            start = whole.range.end;
            Some(piece)
        })
    }

    /// The text of the first `limit` tokens, less a character that the last of them cuts.
    pub(crate) fn first(self, text: &str, limit: usize) -> &str {
        if text.len() <= limit {
            return text;
        }
        let mut end = self.tokens(text).take(limit).last().map_or(0, |token| token.range.end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        &text[..end]
    }

    /// The bytes of a token, unless the id is not one.
    pub(crate) fn bytes(self, id: u32) -> Option<Vec<u8>> {
        self.vocabulary().bytes(id)
    }

    /// Where the piece ends that a text starts with.
    fn piece(self, text: &str) -> usize {
        match self {
            Encoding::O200k => split::o200k(text),
            Encoding::Cl100k => split::cl100k(text),
        }
    }

    fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Encoding::O200k => &O200K,
            Encoding::Cl100k => &CL100K,
        }
    }
}

/// How much of a long piece is encoded at once. No token is longer than an eighth of it.
const WINDOW: usize = 1024;

/// Cuts a text into pieces and those into tokens.
///
/// Long pieces, such as a megabyte of spaces, are encoded a window at a time, in bounded memory. What
/// makes that exact: tokens are the encoding of their text if every two neighbours are the encoding of
/// theirs. So windows can be joined where two of them have a token in common, as all neighbours stand
/// in one or the other. Only who has gone through all windows knows that, as what merges can depend on
/// what comes long after it, so there are two passes.
struct Tokens<'t> {
    encoding: Encoding,
    text: &'t str,
    /// Where in the text the window starts.
    start: usize,
    piece_end: usize,
    window: Parts,
    /// The length of windows in this piece, and in most.
    length: usize,
    usual_length: usize,
    /// Where in the window the next token starts.
    at: usize,
    /// Where in the window the next window starts, or the piece ends.
    end: usize,
}

impl<'t> Tokens<'t> {
    fn new(encoding: Encoding, text: &'t str, length: usize) -> Tokens<'t> {
        let window = SPARE.take();
        Tokens { encoding, text, start: 0, piece_end: 0, window, length, usual_length: length, at: 0, end: 0 }
    }

    /// Goes on to the window after this one.
    fn advance(&mut self) {
        self.start += self.end;
        if self.start == self.piece_end {
            self.piece_end += self.encoding.piece(&self.text[self.start..]);
            self.length = self.usual_length;
            while !self.windows_join() {
                self.length *= 2;
            }
        }
        self.at = 0;
        self.end = self.encode(self.start);
    }

    /// Whether every window of the piece starts with the token at which the one before was cut.
    fn windows_join(&mut self) -> bool {
        let mut start = self.start;
        let mut expected = None;
        while expected.is_some() || start + self.length < self.piece_end {
            let end = self.encode(start);
            let first = |window: &Parts, at| window.token(at).map(|(id, _)| id);
            if expected.is_some() && first(&self.window, 0) != expected {
                return false;
            }
            start += end;
            if start == self.piece_end {
                break;
            }
            expected = first(&self.window, end);
            if end == 0 || expected.is_none() {
                return false;
            }
        }
        true
    }

    /// Encodes the window that starts at a place of the text, and says how much of it to keep: all but
    /// the tokens near its end, which might have merged with what comes after it.
    fn encode(&mut self, start: usize) -> usize {
        let end = self.piece_end.min(start + self.length);
        self.window.encode(self.encoding.vocabulary(), &self.text.as_bytes()[start..end]);
        if end == self.piece_end {
            end - start
        } else {
            self.window.start_before(self.length - self.length / 4)
        }
    }
}

thread_local! {
    /// The last text's memory, which serves for the next one: a request has many short texts.
    static SPARE: Cell<Parts> = Cell::default();
}

impl Drop for Tokens<'_> {
    fn drop(&mut self) {
        if self.window.is_small() {
            SPARE.set(std::mem::take(&mut self.window));
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at == self.end {
            if self.start + self.end == self.text.len() {
                return None;
            }
            self.advance();
        }
        let (id, range) = self.window.token(self.at)?;
        self.at = range.end;
        Some(Token { id, range: self.start + range.start..self.start + range.end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiktoken_rs::CoreBPE;
    use tiktoken_rs::cl100k_base_singleton;
    use tiktoken_rs::o200k_base_singleton;

    fn both() -> [(Encoding, &'static CoreBPE); 2] {
        [(Encoding::O200k, o200k_base_singleton()), (Encoding::Cl100k, cl100k_base_singleton())]
    }

    fn ids(encoding: Encoding, text: &str) -> Vec<u32> {
        encoding.tokens(text).map(|token| token.id).collect()
    }

    fn agrees(text: &str) {
        for (encoding, theirs) in both() {
            let expected = theirs.encode_ordinary(text);
            assert_eq!(ids(encoding, text), expected, "{encoding:?} of {text:?}");
            assert_eq!(encoding.count(text), expected.len(), "{encoding:?} of {text:?}");
        }
    }

    /// What random texts are made of, from plain words to whatever a pattern treats in its own way.
    const ALPHABETS: [&str; 10] = [
        "the| of| and|ing| light|house|s|. |, |A| I|'|\n|  |123",
        "'|s|S|t|re|RE|ve|vE|m|ll|LL|d|ſ|K|don| I|\u{2019}",
        " |  |\n|\r|\r\n|\t|\u{b}|\u{85}|\u{a0}|\u{2028}|\u{3000}|x|!",
        "/|//|\n|\r|{|}|();| = |fn| if|_|->|*|#|\t|    |\"",
        "1|23|456|٣|९|Ⅷ|½|²|①|๕|.|,|a| |-|%",
        "a|B|é|É|ß|ẞ|ǅ|ʰ|ª|\u{301}|\u{20dd}|я|Я|ω|Ω| |'|の",
        "你好|世界|的|。|，|日本|語|の|カ|ー|한국|어|々|ㄅ| |\u{3099}",
        "สวัส|ดี|ก|\u{e34}|नम|स्|ते|مر|حبا|\u{64e}|של|ום|ა|Ⴀ|Ꭰ|ꭰ| ",
        "😀|👍🏽|👨\u{200d}👩|\u{fe0f}|\u{200d}|🇩🇪|❤|→|∑|☃|!|?|…| |a|\n",
        "\0|\u{7f}|\u{ad}|\u{feff}|\u{e000}|\u{10ffff}|\u{378}|<endoftext>|a| ",
    ];

    /// Numbers that look random and are always the same.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % limit
        }

        fn text(&mut self) -> String {
            let kind = self.below(ALPHABETS.len() + 2);
            let length = if self.below(50) == 0 { 200 } else { self.below(24) };
            let Some(alphabet) = ALPHABETS.get(kind) else {
                // Either the scripts of the first blocks, or all of Unicode.
                let limit = [0x3000, 0x11_0000][kind - ALPHABETS.len()];
                return (0..length).filter_map(|_| char::from_u32(self.below(limit) as u32)).collect();
            };
            let alphabet: Vec<_> = alphabet.split('|').collect();
            (0..length).map(|_| alphabet[self.below(alphabet.len())]).collect()
        }
    }

    fn random_texts_agree(encoding: Encoding, theirs: &CoreBPE) {
        let mut dice = Dice(1);
        for _ in 0..100_000 {
            let text = dice.text();
            let expected = theirs.encode_ordinary(&text);
            assert_eq!(ids(encoding, &text), expected, "{text:?}");
            assert_eq!(encoding.count(&text), expected.len(), "{text:?}");
        }
    }

    #[test]
    fn random_texts_have_the_tokens_of_o200k() {
        random_texts_agree(Encoding::O200k, o200k_base_singleton());
    }

    #[test]
    fn random_texts_have_the_tokens_of_cl100k() {
        random_texts_agree(Encoding::Cl100k, cl100k_base_singleton());
    }

    #[test]
    fn real_texts_have_the_tokens_of_tiktoken() {
        agrees(include_str!("../README.md"));
        agrees(include_str!("tokens.rs"));
        agrees(include_str!("tokens/layout.rs"));
    }

    #[test]
    fn long_pieces_have_the_tokens_of_tiktoken() {
        for text in ["a", " ", "\n", "\r\n", "ab", "A", "=", "!?", "的", "ก", "😀", "\u{301}", "0", " \n"]
        {
            for length in [1023, 1025, 3000] {
                let run: String = text.chars().cycle().take(length).collect();
                agrees(&run);
                agrees(&format!("x{run}x"));
                agrees(&format!("{run} x"));
            }
        }
        let mut dice = Dice(2);
        for letters in [2, 4, 26] {
            let word: String = (0..5000).map(|_| char::from(b'a' + dice.below(letters) as u8)).collect();
            agrees(&word);
        }
    }

    /// Windows too short for what is in them, which have to grow.
    #[test]
    fn windows_of_any_length_have_the_same_tokens() {
        let mut dice = Dice(3);
        for round in 0..104 {
            let word: String =
                (0..300).map(|_| char::from(b'a' + dice.below(1 + round % 26) as u8)).collect();
            for (encoding, theirs) in both() {
                let expected = theirs.encode_ordinary(&word);
                for length in [1, 2, 5, 16, 64] {
                    let tokens = Tokens::new(encoding, &word, length).map(|token| token.id);
                    assert_eq!(tokens.collect::<Vec<_>>(), expected, "{length} {word}");
                }
            }
        }
    }

    #[test]
    fn tokens_are_the_known_ones() {
        assert_eq!(ids(Encoding::O200k, "hello world"), [24912, 2375]);
        assert_eq!(ids(Encoding::Cl100k, "tiktoken is great!"), [83, 1609, 5963, 374, 2294, 0]);
        assert_eq!(Encoding::O200k.count("Hi"), 1);
        assert_eq!(Encoding::O200k.count("howdy"), 2);
        assert_ne!(ids(Encoding::Cl100k, "<|endoftext|>"), [100_257]);
        agrees("<|endoftext|><|fim_prefix|>");
        for encoding in [Encoding::O200k, Encoding::Cl100k] {
            assert_eq!(encoding.count(""), 0);
            assert_eq!(encoding.tokens("").next(), None);
            let ranges: Vec<_> = encoding.tokens("One 12345").map(|token| token.range).collect();
            assert_eq!(ranges, [0..3, 3..4, 4..7, 7..9]);
        }
    }

    #[test]
    fn every_token_has_its_bytes_and_they_are_it() {
        for (encoding, theirs) in both() {
            let size = if encoding == Encoding::O200k { 199_998 } else { 100_256 };
            let mut parts = Parts::default();
            for id in 0..size {
                let bytes = encoding.bytes(id).unwrap();
                assert_eq!(bytes, theirs.decode_bytes(&[id]).unwrap());
                parts.encode(encoding.vocabulary(), &bytes);
                assert_eq!(parts.token(0), Some((id, 0..bytes.len())));
            }
            assert_eq!(encoding.bytes(size), None);
            assert_eq!(encoding.bytes(u32::MAX), None);
        }
    }

    #[test]
    fn pieces_are_tokens_of_whole_characters() {
        let list = |text| Encoding::O200k.pieces(text).collect::<Vec<_>>();
        assert_eq!(list("Hello, world! 12345"), ["Hello", ",", " world", "!", " ", "123", "45"]);
        assert_eq!(list("a   b\n"), ["a", "  ", " b", "\n"]);
        // Two tokens, neither of them a character.
        assert_eq!(Encoding::Cl100k.count("鬱"), 3);
        assert_eq!(Encoding::Cl100k.pieces("a鬱b").collect::<Vec<_>>(), ["a", "鬱", "b"]);
    }

    #[test]
    fn the_first_tokens_are_whole_characters() {
        assert_eq!(Encoding::O200k.first("one two three", 2), "one two");
        assert_eq!(Encoding::O200k.first("one two three", 0), "");
        assert_eq!(Encoding::O200k.first("one two three", usize::MAX), "one two three");
        assert_eq!(Encoding::Cl100k.first("a鬱b", 3), "a");
        assert_eq!(Encoding::Cl100k.first("a鬱b", 4), "a鬱");
    }

    proptest::proptest! {
        #[test]
        fn tokens_and_pieces_cover_the_text(text in "(?s).{0,60}|[ a\n\u{1F600}-\u{1F64F}]*") {
            agrees(&text);
            for (encoding, _) in both() {
                let mut end = 0;
                for Token { id, range } in encoding.tokens(&text) {
                    proptest::prop_assert_eq!(range.start, end);
                    proptest::prop_assert_eq!(encoding.bytes(id).unwrap(), &text.as_bytes()[range.clone()]);
                    end = range.end;
                }
                proptest::prop_assert_eq!(end, text.len());
                proptest::prop_assert_eq!(encoding.pieces(&text).collect::<String>(), text.clone());
                proptest::prop_assert!(encoding.pieces(&text).all(|piece| !piece.is_empty()));
            }
        }

        #[test]
        fn first_is_a_beginning(text in "(?s).{0,60}", limit in 0..40_usize) {
            for encoding in [Encoding::O200k, Encoding::Cl100k] {
                let first = encoding.first(&text, limit);
                proptest::prop_assert!(text.starts_with(first));
                let end = encoding.tokens(&text).take(limit).last().map_or(0, |token| token.range.end);
                proptest::prop_assert!((end.saturating_sub(3)..=end).contains(&first.len()));
            }
        }
    }
}
