//! Embeddings without a model: each word and each part of a word adds a direction that its hash
//! decides, so that texts which share words lie closer than texts which don't.

use crate::generate::seed::Draws;
use std::cell::RefCell;

/// What makes up one input.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input<'a> {
    Text(&'a str),
    /// Token ids, each taken for a word.
    Tokens(&'a [u32]),
}

/// How much each kind of feature adds.
const WORD: i16 = 16;
/// Words that most texts share say little.
const COMMON_WORD: i16 = 4;
/// Three letters in a row: related forms of a word share them.
const SUB_WORD: i16 = 8;
/// Two words in a row: their order counts a little.
const PAIR: i16 = 5;
/// The whole input, so that no two are the same.
const WHOLE: i16 = 4;

/// So much of a text, and so many token ids, are read for words: some times what a model's input holds, and little
/// enough for sums of 32 bits. What stands behind counts in the whole alone.
const MOST_BYTES: usize = 120_000;

const COMMON: [&str; 48] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from",
    "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "is", "it", "its", "my", "not", "of",
    "on", "or", "she", "that", "the", "their", "they", "this", "to", "was", "we", "what", "when", "which",
    "with", "you", "your",
];

/// A vector of unit length. What is summed up in a dimension does not depend on how many there are,
/// so a shorter vector is a longer one's beginning, made unit again. Each number is a multiple of
/// 1e-8, so that its decimal and its binary form agree.
pub(crate) fn embed(input: Input<'_>, dimensions: usize) -> Vec<f32> {
    SUMS.with_borrow_mut(|sums| {
        sums.clear();
        sums.resize(dimensions.div_ceil(LANES), [0; LANES]);
        match input {
            Input::Text(text) => add_text(sums, text),
            Input::Tokens(tokens) => add_tokens(sums, tokens),
        }
        unit(&sums.as_flattened()[..dimensions])
    })
}

thread_local! {
    /// Memory for the next sums: some allocators take and give back pages each time otherwise.
    static SUMS: RefCell<Vec<Lanes>> = const { RefCell::new(Vec::new()) };
}

fn add_text(sums: &mut Sums, text: &str) {
    let lower = text.to_lowercase();
    let mut marked = String::new();
    let mut previous = None;
    let most = lower.char_indices().map(|(start, _)| start).find(|start| *start >= MOST_BYTES);
    for word in lower[..most.unwrap_or(lower.len())]
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let hash = hash(b"word", word.as_bytes());
        let common = COMMON.binary_search(&word).is_ok();
        add(sums, hash, if common { COMMON_WORD } else { WORD });
        if !common {
            marked.clear();
            marked.extend(["<", word, ">"]);
            add_parts(sums, &marked);
        }
        if let Some(previous) = previous.replace(hash) {
            add(sums, Draws::from_number(previous).next() ^ hash, PAIR);
        }
    }
    add(sums, hash(b"text", text.as_bytes()), WHOLE);
}

/// Every three characters in a row of a word with its ends marked.
fn add_parts(sums: &mut Sums, marked: &str) {
    let mut starts = [0; 3];
    let ends = marked.char_indices().map(|(at, _)| at).chain([marked.len()]);
    for (position, end) in ends.enumerate() {
        if position >= 3 {
            add(sums, hash(b"part", &marked.as_bytes()[starts[0]..end]), SUB_WORD);
        }
        starts = [starts[1], starts[2], end];
    }
}

fn add_tokens(sums: &mut Sums, tokens: &[u32]) {
    let mut whole = hash(b"tokens", b"");
    for token in tokens.iter().take(MOST_BYTES) {
        let hash = hash(b"token", &token.to_be_bytes());
        add(sums, hash, WORD);
        whole = Draws::from_number(whole ^ hash).next();
    }
    add(sums, whole, WHOLE);
}

/// FNV-1a, mixed: a feature needs a good spread, not a digest.
fn hash(kind: &[u8], feature: &[u8]) -> u64 {
    let start: u64 = 0xCBF2_9CE4_8422_2325;
    let bytes = kind.iter().chain(feature);
    let hash = bytes.fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3));
    Draws::from_number(hash).next()
}

/// Adds a feature's direction: in each dimension a byte of what is drawn from its hash, an odd number from
/// -255 to 255 so that none is more likely than its negative. Whole numbers, so that the order of adding
/// cannot show in the sum. 16 bits hold a product, and the compiler takes several at once.
fn add(sums: &mut Sums, hash: u64, weight: i16) {
    let mut rows = Directions::of(hash);
    for lanes in sums {
        for (sum, step) in lanes.iter_mut().zip(rows.next()) {
            let step = i16::from(step.cast_signed()) * 2 + 1;
            *sum += i32::from(step * weight);
        }
    }
}

/// The dimensions that are summed up together.
const LANES: usize = 32;
type Lanes = [i32; LANES];
type Sums = [Lanes];

/// Bytes that follow from a hash: eight generators (Marsaglia's xorshift of 32 bits) side by side, which cost
/// a third of what one of 64 bits does, as no step waits for another.
struct Directions([u32; LANES / 4]);

impl Directions {
    fn of(hash: u64) -> Directions {
        let mut draws = Draws::from_number(hash);
        // None may begin at 0, which is followed by nothing else.
        Directions(std::array::from_fn(|_| draws.next() as u32 | 1))
    }

    fn next(&mut self) -> [u8; LANES] {
        let mut bytes = [0; LANES];
        for (state, four) in self.0.iter_mut().zip(bytes.as_chunks_mut::<4>().0) {
            *state ^= *state << 13;
            *state ^= *state >> 17;
            *state ^= *state << 5;
            *four = state.to_le_bytes();
        }
        bytes
    }
}

/// The sum of 1.5 * 2^52 and a smaller number has no fraction: it is rounded, ties to even.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The sums as a vector of length 1, each number rounded to 8 decimals.
fn unit(sums: &[i32]) -> Vec<f32> {
    let squares: f64 = sums.iter().map(|&sum| f64::from(sum) * f64::from(sum)).sum();
    // Opposite features can cancel out in a few dimensions; a vector of length 0 has no direction.
    if squares == 0.0 {
        let mut first = vec![0.0; sums.len()];
        if let Some(value) = first.first_mut() {
            *value = 1.0;
        }
        return first;
    }
    let scale = 1e8 / squares.sqrt();
    sums.iter().map(|&sum| (((f64::from(sum) * scale + ROUND) - ROUND) / 1e8) as f32).collect()
}

/// Appends a vector as JSON numbers with up to 8 decimals, separated by commas.
pub(crate) fn print(out: &mut Vec<u8>, vector: &[f32]) {
    for (position, value) in vector.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        print_number(out, *value);
    }
}

fn print_number(out: &mut Vec<u8>, value: f32) {
    let scaled = (f64::from(value) * 1e8).round_ties_even() as i64;
    if scaled < 0 {
        out.push(b'-');
    }
    let scaled = scaled.unsigned_abs();
    let mut digits = *b"0.00000000";
    digits[0] += (scaled / 100_000_000) as u8;
    let mut rest = (scaled % 100_000_000) as u32;
    for digit in digits[2..].iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<f32> {
        embed(Input::Text(text), 1536)
    }

    fn cosine(one: &[f32], other: &[f32]) -> f64 {
        one.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    #[test]
    fn common_words_are_sorted() {
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn shared_words_bring_texts_closer() {
        let query = text("How do I reset my password?");
        let near = cosine(&query, &text("To reset a password, open the settings page."));
        let form = cosine(&query, &text("Resetting passwords takes a minute."));
        let far = cosine(&query, &text("The bakery opens at seven on Sundays."));
        assert!(near > form && form > far + 0.1, "{near} {form} {far}");
        assert!(far.abs() < 0.12, "{far}");
        let swapped = cosine(&text("dog bites man"), &text("man bites dog"));
        assert!(swapped > 0.8 && swapped < 0.99, "{swapped}");
    }

    #[test]
    fn a_single_word_has_many_values() {
        for input in ["cat", "a", "日本"] {
            let mut values: Vec<u32> = text(input).iter().map(|value| value.to_bits()).collect();
            values.sort_unstable();
            values.dedup();
            assert!(values.len() > 200, "{input}: {}", values.len());
        }
        let one = embed(Input::Tokens(&[9906]), 1536);
        assert!(one.iter().filter(|value| value.abs() > 0.05).count() < 32, "no dimension stands out");
    }

    #[test]
    fn endless_texts_neither_overflow_nor_look_alike() {
        let tokens = vec![7; 1_000_000];
        let (text, word) = ("b ".repeat(200_000), "b".repeat(200_000));
        for input in [Input::Tokens(&tokens), Input::Text(&text), Input::Text(&word)] {
            let vector = embed(input, 32);
            assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-6);
        }
        assert_ne!(embed(Input::Text(&text), 32), embed(Input::Text(&text[1..]), 32));
    }

    #[test]
    fn every_vector_has_length_one() {
        for input in ["", " ", "a", "Hello", "日本語のテキスト", "🙂"] {
            for dimensions in [1, 2, 7, 256, 1536] {
                let vector = embed(Input::Text(input), dimensions);
                assert_eq!(vector.len(), dimensions);
                let length = cosine(&vector, &vector).sqrt();
                assert!((length - 1.0).abs() < 1e-6, "{input} {dimensions}: {length}");
            }
        }
    }

    #[test]
    fn a_shorter_vector_is_the_beginning_of_the_longer_one() {
        let long = text("prefix");
        let short = embed(Input::Text("prefix"), 100);
        let length = long[..100].iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        for (a, b) in short.iter().zip(&long) {
            assert!((f64::from(*a) - f64::from(*b) / length).abs() < 1e-6);
        }
    }

    #[test]
    fn printed_numbers_are_the_binary_ones() {
        let vector = text("Both forms of a number must agree.");
        let mut out = Vec::new();
        print(&mut out, &vector);
        let printed = String::from_utf8(out).expect("ASCII");
        for (number, value) in printed.split(',').zip(&vector) {
            let parsed: f64 = number.parse().expect("a number");
            assert_eq!((parsed as f32).to_bits(), value.to_bits(), "{number}");
        }
        let mut out = Vec::new();
        print(&mut out, &[1.0, -1.0, 0.0, -0.000_000_01]);
        assert_eq!(out, b"1.00000000,-1.00000000,0.00000000,-0.00000001");
    }
}
