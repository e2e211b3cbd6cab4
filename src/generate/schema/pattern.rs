//! Regular expressions as JSON Schema has them (ECMA-262): whether a text matches one, and readable
//! texts that do. The `regex` crates cannot do the second, and would be a fifth of the binary.

mod class;
mod node;
mod parse;
mod program;
mod sample;

use crate::generate::schema::pattern::node::Node;
use crate::generate::schema::pattern::program::Program;
use crate::generate::seed::Draws;
use std::cell::Cell;

/// A pattern, ready to match and to be written from.
pub(super) struct RegExp {
    node: Node,
    program: Program,
}

impl RegExp {
    /// `None` when the pattern is not one, or too large to be meant.
    pub(super) fn parse(text: &str) -> Option<RegExp> {
        let node = parse::parse(text)?;
        let program = Program::compile(&node)?;
        Some(RegExp { node, program })
    }

    /// How many steps the pattern makes.
    pub(super) fn size(&self) -> usize {
        self.program.size()
    }

    /// Whether the pattern is found anywhere in the text. Takes its steps from `effort`; a text that costs
    /// more than is left counts as a match.
    pub(super) fn matches(&self, text: &str, effort: &Cell<usize>) -> bool {
        self.program.matches(text, effort)
    }

    /// A text that should match, with as many characters as asked for where the pattern lets it. What
    /// looks ahead or back is not heeded: the caller checks, and asks again with other draws. `wild`
    /// draws rarer characters too.
    pub(super) fn sample(
        &self,
        draws: &mut Draws,
        lengths: (usize, usize),
        wild: bool,
        effort: &Cell<usize>,
    ) -> String {
        sample::sample(&self.node, draws, lengths, wild, effort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::seed::Seed;
    use fancy_regex::Regex;

    fn effort() -> Cell<usize> {
        Cell::new(1_000_000)
    }

    fn draws(number: usize) -> Draws {
        Seed::of_bytes(&[]).part("test", number).draws()
    }

    /// Patterns as they are met in schemas, and odd ones.
    const PATTERNS: &[&str] = &[
        "^[a-z]+$",
        "^[A-Z]{2}-\\d{4}$",
        "^\\d{3}-\\d{2}-\\d{4}$",
        "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
        "^#[0-9a-fA-F]{6}$",
        "^#(?:[0-9a-f]{3}){1,2}$",
        "^[a-z0-9]+(?:-[a-z0-9]+)*$",
        "^(red|green|blue)$",
        "red|green|^blue$",
        "^v\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$",
        "^@[a-zA-Z0-9_]+$",
        "\\d",
        "colou?r",
        "^.*$",
        "^.{3,5}$",
        "^[^/]+/[^/]+$",
        "^\\S+@\\S+\\.\\S+$",
        "^\\s*$",
        "^\\w+\\s\\w+$",
        "^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$",
        "^(?!.*--)[a-z-]{4,9}$",
        "^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d]{8,}$",
        "^(?=.*[A-Z])(?=.*\\d)(?=.*[@$!%*?&])[A-Za-z\\d@$!%*?&]{8,}$",
        "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
        "^[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$",
        "^(a|b|cd){3}$",
        "^(\\w)\\1$",
        "^(?<quote>['\"])\\w+\\k<quote>$",
        "^\\u0041[\\u0061-\\u0063]\\x64$",
        "\\bcat\\b",
        "^[\\]\\-^]$",
        "^[-a]$",
        "^$",
        "",
        "^(|x)$",
        "^\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\\\\\/$",
        "^[0-9]{1,3}(,[0-9]{3})*$",
        "^\\p{L}+$",
        "^\\p{Lu}\\p{Ll}*$",
        "^[^a-zA-Z0-9]$",
        "^[\\D]\\W\\S$",
        "^(?:(?:a+)+b?)*c$",
        "^[😀-😂]$",
        "^[\\s\\S]{2}$",
        "^(?i)abc$",
        "^x{0}y$",
        "^(?:https?|ftp)://[^\\s/$.?#].[^\\s]*$",
        "(?<=a)b",
        "(?<!a)b",
        "^a(?=b)b$",
    ];

    #[test]
    fn every_sample_matches_here_and_by_another_engine() {
        for pattern in PATTERNS {
            let other = Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            let ours = RegExp::parse(pattern).unwrap_or_else(|| panic!("{pattern}"));
            let mut found = 0;
            for number in 0..200 {
                let mut draws = Seed::of_bytes(pattern.as_bytes()).part("test", number).draws();
                let text = ours.sample(&mut draws, (0, 40), number % 2 == 1, &effort());
                let matches = other.is_match(&text).expect("within its limits");
                assert_eq!(ours.matches(&text, &effort()), matches, "{pattern} {text:?}");
                found += usize::from(matches);
            }
            assert!(found >= 20, "{pattern}: {found} of 200 samples match");
        }
    }

    #[test]
    fn other_texts_match_as_another_engine_says() {
        let alphabet: Vec<char> = "abcdAB01-_./@ #:'\"😁é\n".chars().collect();
        for pattern in PATTERNS {
            let other = Regex::new(pattern).expect("a pattern");
            let ours = RegExp::parse(pattern).expect("a pattern");
            for number in 0..300 {
                let mut draws = Seed::of_bytes(pattern.as_bytes()).part("other", number).draws();
                let length = draws.below(8);
                let text: String = (0..length).map(|_| alphabet[draws.below(alphabet.len())]).collect();
                // Word characters are the ASCII ones here, as ECMA-262 has it.
                if text.contains('é') && (pattern.contains("\\w") || pattern.contains("\\W")) {
                    continue;
                }
                let matches = other.is_match(&text).expect("within its limits");
                assert_eq!(ours.matches(&text, &effort()), matches, "{pattern} {text:?}");
            }
        }
    }

    #[test]
    fn samples_have_the_length_asked_for_where_the_pattern_lets_them() {
        for (pattern, least, most) in [
            ("^[a-z]+$", 20, 20),
            ("^[a-z]*$", 5, 6),
            ("^[a-z]+-[a-z]+$", 30, 31),
            ("^(ab|cde)+$", 10, 12),
            ("^[A-Z]{2,9}\\d*$", 2, 3),
            ("^(?:[a-z]{2,4} ?)+$", 25, 25),
            ("^.{1,100}$", 64, 64),
        ] {
            let ours = RegExp::parse(pattern).expect("a pattern");
            for number in 0..50 {
                let text = ours.sample(&mut draws(number), (least, most), false, &effort());
                assert!((least..=most).contains(&text.len()), "{pattern} {text:?}");
                assert!(ours.matches(&text, &effort()), "{pattern} {text:?}");
            }
        }
    }

    #[test]
    fn what_is_not_a_pattern_is_refused() {
        for pattern in ["(", ")", "[", "[z-a]", "a**", "*", "(?<a", "\\", "a{3,2}", "(?z)", "\\u{110000}"] {
            assert!(RegExp::parse(pattern).is_none(), "{pattern}");
        }
        assert!(RegExp::parse(&"(".repeat(100_000)).is_none());
        assert!(RegExp::parse(&format!("{}a{}", "(".repeat(2_000), ")".repeat(2_000))).is_none());
        assert!(RegExp::parse("((a{1000}){1000}){1000}").is_none(), "a program without end");
    }

    #[test]
    fn hostile_patterns_end() {
        let slow = RegExp::parse("^(a+)+$").expect("a pattern");
        assert!(!slow.matches(&format!("{}b", "a".repeat(2_000)), &effort()));
        let long = "ab ".repeat(30_000);
        assert!(RegExp::parse("^[ab ]+$").expect("a pattern").matches(&long, &effort()));
        let nested = RegExp::parse("^((((((a?){9}){9}){9}){9})?)*$")
            .map(|pattern| pattern.sample(&mut draws(0), (0, 10), false, &effort()));
        assert!(nested.is_none_or(|text| text.len() < 200_000));
    }
}
