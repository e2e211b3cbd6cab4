//! Cuts text into pieces about the size of a model's tokens. Counts, limits and stream events all
//! use these same pieces, so that they agree with each other.

/// How a text becomes tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    O200k,
    Cl100k,
}

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: u32,
    /// Its bytes in the text; they may be part of a character.
    pub(crate) range: std::ops::Range<usize>,
}

impl Encoding {
    pub(crate) fn count(self, text: &str) -> usize {
        count(text)
    }

    pub(crate) fn tokens(self, text: &str) -> impl Iterator<Item = Token> {
        let mut end = 0;
        pieces(text).map(move |piece| {
            let start = end;
            end += piece.len();
            Token { id: piece.len() as u32 % self.size(), range: start..end }
        })
    }

    pub(crate) fn pieces(self, text: &str) -> impl Iterator<Item = &str> {
        pieces(text)
    }

    pub(crate) fn first(self, text: &str, limit: usize) -> &str {
        first(text, limit)
    }

    pub(crate) fn bytes(self, id: u32) -> Option<Vec<u8>> {
        Some(format!("t{id}").into_bytes())
    }

    pub(crate) fn size(self) -> u32 {
        match self {
            Encoding::O200k => 199_998,
            Encoding::Cl100k => 100_256,
        }
    }
}

/// The pieces of a text, in order; joined, they are the text.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(piece_length(rest));
        rest = after;
        Some(piece)
    })
}

/// How many pieces a text has.
pub(crate) fn count(text: &str) -> usize {
    pieces(text).count()
}

/// The longest beginning of a text that has at most `limit` pieces.
pub(crate) fn first(text: &str, limit: usize) -> &str {
    let end: usize = pieces(text).take(limit).map(str::len).sum();
    &text[..end]
}

/// The byte length of the first piece: a word of up to 10 letters or a number of up to 3 digits,
/// either with one space before it; else one character, or a run of white space.
fn piece_length(text: &str) -> usize {
    let space = usize::from(text.starts_with(' '));
    let body = &text[space..];
    let Some(first) = body.chars().next() else { return space };
    // Most text is plain words, for which bytes will do.
    if first.is_ascii_alphabetic() {
        let letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'\'';
        return space + body.as_bytes().iter().take(10).take_while(letter).count();
    }
    let run = |limit: usize, belongs: fn(char) -> bool| {
        body.chars().take(limit).take_while(|c| belongs(*c)).map(char::len_utf8).sum::<usize>()
    };
    let length = if first.is_ascii_digit() {
        run(3, |c| c.is_ascii_digit())
    } else if first.is_whitespace() {
        // Of several spaces the last one belongs to the word that follows.
        let spaces = run(usize::MAX, char::is_whitespace);
        let followed = body.len() > spaces && body[..spaces].ends_with(' ');
        if followed { spaces - 1 } else { spaces }
    } else if first.is_alphabetic() && (first as u32) < 0x2E80 {
        run(3, |c| c.is_alphabetic() && (c as u32) < 0x2E80)
    } else {
        first.len_utf8()
    };
    space + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_about_tokens() {
        let list = |text| pieces(text).collect::<Vec<_>>();
        assert_eq!(list("Hello, world! 12345"), ["Hello", ",", " world", "!", " 123", "45"]);
        assert_eq!(list("a   b\n"), ["a", "  ", " b", "\n"]);
        assert_eq!(list("日本 grün"), ["日", "本", " gr", "ün"]);
        assert_eq!(first("one two three", 2), "one two");
        assert_eq!(count(""), 0);
    }

    proptest::proptest! {
        #[test]
        fn joined_pieces_are_the_text(text in "\\PC*|[ a\n]*") {
            proptest::prop_assert_eq!(pieces(&text).collect::<String>(), text.clone());
            proptest::prop_assert!(pieces(&text).all(|piece| !piece.is_empty()));
        }
    }
}
