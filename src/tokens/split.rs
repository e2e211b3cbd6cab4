//! Splits a text into the pieces that merges stay within. The regular expressions of the two
//! encodings, written out: each function names the part that it stands for.

use crate::tokens::classes::class;
use crate::tokens::layout::LETTER;
use crate::tokens::layout::LOWER;
use crate::tokens::layout::NUMBER;
use crate::tokens::layout::SPACE;
use crate::tokens::layout::UPPER;

/// Where the piece ends that the text starts with. Only an empty text has an empty piece.
///
/// ```text
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// \p{N}{1,3}
///  ?[^\s\p{L}\p{N}]+[\r\n/]*
/// \s*[\r\n]+
/// \s+(?!\S)
/// \s+
/// ```
pub(crate) fn o200k(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let class = class(first);
    let word = if class & LETTER != 0 {
        cased_word(text, 0).or_else(|| capitals(text, 0))
    } else if class & NUMBER != 0 || is_line_end(first) {
        None
    } else {
        // A mark may be what stands before a word, or be the word.
        let after = first.len_utf8();
        cased_word(text, after).or_else(|| cased_word(text, 0)).or_else(|| capitals(text, after))
    };
    if let Some(end) = word {
        return end + contraction(&text[end..]);
    }
    number(text).or_else(|| symbols(text, &['\r', '\n', '/'])).unwrap_or_else(|| {
        let space = Space::of(text);
        space.line_ends.or(space.before_last).unwrap_or(space.end)
    })
}

/// Where the piece ends that the text starts with. Only an empty text has an empty piece.
///
/// ```text
/// '(?i:[sdmt]|ll|ve|re)
/// [^\r\n\p{L}\p{N}]?+\p{L}++
/// \p{N}{1,3}+
///  ?[^\s\p{L}\p{N}]++[\r\n]*+
/// \s++$
/// \s*[\r\n]
/// \s+(?!\S)
/// \s
/// ```
pub(crate) fn cl100k(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let contraction = contraction(text);
    if contraction > 0 {
        return contraction;
    }
    let before =
        if class(first) & (LETTER | NUMBER) != 0 || is_line_end(first) { 0 } else { first.len_utf8() };
    let word = run(text, before, |class| class & LETTER != 0);
    if word > before {
        return word;
    }
    number(text).or_else(|| symbols(text, &['\r', '\n'])).unwrap_or_else(|| {
        let space = Space::of(text);
        if space.end == text.len() {
            return space.end;
        }
        space.line_ends.or(space.before_last).unwrap_or(space.end)
    })
}

/// Where characters that belong together end.
fn run(text: &str, start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let mut rest = text[start..].chars();
    while rest.clone().next().is_some_and(|character| belongs(class(character))) {
        rest.next();
    }
    text.len() - rest.as_str().len()
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`
///
/// What is before the last part takes all that it can, and gives back as little as it must.
fn cased_word(text: &str, start: usize) -> Option<usize> {
    let mut either = None;
    for (at, character) in text[start..].char_indices() {
        let class = class(character);
        if class & UPPER != 0 {
            if class & LOWER != 0 {
                either = Some(start + at + character.len_utf8());
            }
        } else if class & LOWER != 0 {
            return Some(run(text, start + at, |class| class & LOWER != 0));
        } else {
            break;
        }
    }
    either
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` where there is no `cased_word`.
fn capitals(text: &str, start: usize) -> Option<usize> {
    let end = run(text, start, |class| class & UPPER != 0);
    (end > start).then_some(end)
}

/// The length of `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
fn contraction(text: &str) -> usize {
    let Some(letters) = text.as_bytes().strip_prefix(b"'") else { return 0 };
    match letters {
        [b's' | b'S' | b't' | b'T' | b'm' | b'M' | b'd' | b'D', ..] => 2,
        [b'r' | b'R' | b'v' | b'V', b'e' | b'E', ..] | [b'l' | b'L', b'l' | b'L', ..] => 3,
        // The long s is a lower case S.
        letters if letters.starts_with("ſ".as_bytes()) => 3,
        _ => 0,
    }
}

/// `\p{N}{1,3}`
fn number(text: &str) -> Option<usize> {
    let digits = text.chars().take(3).take_while(|character| class(*character) & NUMBER != 0);
    Some(digits.map(char::len_utf8).sum()).filter(|length| *length > 0)
}

/// ` ?[^\s\p{L}\p{N}]+` and whatever there is of some characters after it.
fn symbols(text: &str, after: &[char]) -> Option<usize> {
    let start = usize::from(text.starts_with(' '));
    let end = run(text, start, |class| class & (SPACE | LETTER | NUMBER) == 0);
    (end > start).then(|| text.len() - text[end..].trim_start_matches(after).len())
}

/// White space that a text starts with.
struct Space {
    /// Where the last line end ends: `\s*[\r\n]`
    line_ends: Option<usize>,
    /// Where the last character starts, if it is not the first. The last space belongs to what
    /// follows, if anything does: `\s+(?!\S)`
    before_last: Option<usize>,
    end: usize,
}

impl Space {
    fn of(text: &str) -> Space {
        let end = run(text, 0, |class| class & SPACE != 0);
        let space = &text[..end];
        let before_last = if end == text.len() {
            Some(end)
        } else {
            space.char_indices().next_back().map(|(at, _)| at).filter(|at| *at > 0)
        };
        Space { line_ends: space.rfind(is_line_end).map(|at| at + 1), before_last, end }
    }
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\r' | '\n')
}
