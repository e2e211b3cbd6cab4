//! What a text must be like. Never knows where the text is from.

use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::within;
use regex_lite::Regex;
use regex_lite::RegexBuilder;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Reverse;

/// The texts of one place.
pub(crate) type Texts<'s> = Vec<Cow<'s, str>>;

/// What one of several texts must be like.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// What must hold of one and the same text.
    wanted: Vec<TextTest>,
    /// What must hold of none.
    unwanted: Vec<Matcher>,
    /// Whether capital letters are as small ones.
    fold: bool,
}

#[derive(Debug)]
enum TextTest {
    /// There is no text.
    Absent,
    Contains(String),
    Equals(String),
    Starts(String),
    Ends(String),
    Regex(Regex),
    Any(Vec<Matcher>),
    All(Vec<Matcher>),
}

/// What the groups of a regular expression have taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Groups {
    texts: Vec<String>,
    names: Vec<(String, usize)>,
}

impl Groups {
    pub(crate) fn of(regex: &Regex, text: &str) -> Option<Groups> {
        let captures = regex.captures(text)?;
        // One that took no part is empty.
        let taken =
            |found: Option<regex_lite::Match<'_>>| found.map_or("", |found| found.as_str()).to_owned();
        let names = regex.capture_names().enumerate().filter_map(|(at, name)| Some((name?.to_owned(), at)));
        Some(Groups { texts: captures.iter().map(taken).collect(), names: names.collect() })
    }

    pub(crate) fn number(&self, number: usize) -> &str {
        self.texts.get(number).map_or("", String::as_str)
    }

    pub(crate) fn named(&self, name: &str) -> &str {
        self.names.iter().find(|(known, _)| known == name).map_or("", |(_, number)| self.number(*number))
    }
}

/// A text without which a matcher does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needle {
    pub(crate) text: String,
    /// Whether it is to be sought in small letters.
    pub(crate) fold: bool,
}

impl Matcher {
    /// Reads one that has the right shape. A bare text is all of a name, and a part of any other text.
    pub(crate) fn read(
        given: &Value,
        whole: bool,
        place: &RulePlace<'_>,
        problems: &mut Problems,
    ) -> Matcher {
        let mut matcher = Matcher { wanted: Vec::new(), unwanted: Vec::new(), fold: false };
        match given {
            Value::Null => matcher.wanted.push(TextTest::Absent),
            Value::String(text) if whole => matcher.wanted.push(TextTest::Equals(text.clone())),
            Value::String(text) => {
                check_part(text, place, problems);
                matcher.wanted.push(TextTest::Contains(text.clone()));
            }
            Value::Object(keys) => {
                matcher.fold = keys.get("fold") == Some(&Value::Bool(true));
                for (name, value) in keys {
                    matcher.add(name, value, whole, &within(place, name), problems);
                }
                if matcher.wanted.is_empty() && matcher.unwanted.is_empty() {
                    problems.add(place, "this asks for nothing; name 'contains', 'equals' or another test");
                }
            }
            _ => {}
        }
        matcher
    }

    fn add(
        &mut self,
        name: &str,
        value: &Value,
        whole: bool,
        place: &RulePlace<'_>,
        problems: &mut Problems,
    ) {
        let fold = self.fold;
        let cased = |text: &str| if fold { text.to_lowercase() } else { text.to_owned() };
        let pattern = match (name, value) {
            ("contains" | "starts" | "ends", Value::String(text)) => {
                check_part(text, place, problems);
                match name {
                    "contains" => TextTest::Contains(cased(text)),
                    "starts" => TextTest::Starts(cased(text)),
                    _ => TextTest::Ends(cased(text)),
                }
            }
            ("equals", Value::String(text)) => TextTest::Equals(cased(text)),
            ("regex", Value::String(text)) => match RegexBuilder::new(text).case_insensitive(fold).build() {
                Ok(regex) => TextTest::Regex(regex),
                Err(error) => return problems.add(place, format!("this is no regular expression: {error}")),
            },
            ("not", inner) => {
                return self.unwanted.push(Matcher::read(inner, whole, place, problems));
            }
            ("any" | "all", Value::Array(several)) => {
                let one =
                    |(at, one): (usize, &Value)| Matcher::read(one, whole, &within(place, at), problems);
                let several = several.iter().enumerate().map(one).collect();
                if name == "any" { TextTest::Any(several) } else { TextTest::All(several) }
            }
            _ => return,
        };
        self.wanted.push(pattern);
    }

    /// Whether one of the texts is so, and none as it must not be.
    pub(crate) fn holds(&self, texts: &[Cow<'_, str>]) -> bool {
        let fits = match texts {
            [] => self.fits(None),
            texts => texts.iter().any(|text| self.fits(Some(text))),
        };
        fits && self.unwanted.iter().all(|unwanted| !unwanted.holds(texts))
    }

    fn fits(&self, text: Option<&str>) -> bool {
        let cased =
            text.map(|text| if self.fold { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) });
        self.wanted.iter().all(|pattern| match (pattern, text, cased.as_deref()) {
            (TextTest::Absent, text, _) => text.is_none(),
            (TextTest::Any(several), text, _) => several.iter().any(|one| one.holds(&alone(text))),
            (TextTest::All(several), text, _) => several.iter().all(|one| one.holds(&alone(text))),
            (TextTest::Contains(part), _, Some(text)) => text.contains(part),
            (TextTest::Equals(whole), _, Some(text)) => text == whole,
            (TextTest::Starts(start), _, Some(text)) => text.starts_with(start),
            (TextTest::Ends(end), _, Some(text)) => text.ends_with(end),
            (TextTest::Regex(regex), Some(text), _) => regex.is_match(text),
            _ => false,
        })
    }

    /// The first of its regular expressions.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.wanted.iter().find_map(|pattern| match pattern {
            TextTest::Regex(regex) => Some(regex),
            TextTest::Any(several) | TextTest::All(several) => several.iter().find_map(Matcher::regex),
            _ => None,
        })
    }

    /// Texts of which one must be there for this to hold, wherever it stands; `None` where it may hold without.
    pub(crate) fn needles(&self) -> Option<Vec<Needle>> {
        let of_pattern = |pattern: &TextTest| match pattern {
            TextTest::Contains(text)
            | TextTest::Equals(text)
            | TextTest::Starts(text)
            | TextTest::Ends(text) => {
                (!text.is_empty()).then(|| vec![Needle { text: text.clone(), fold: self.fold }])
            }
            TextTest::Regex(regex) => {
                let (pattern, fold) = match regex.as_str().strip_prefix("(?i)") {
                    Some(rest) => (rest, true),
                    None => (regex.as_str(), self.fold),
                };
                let needle = |text: String| if fold { text.to_lowercase() } else { text };
                literal(pattern).map(|text| vec![Needle { text: needle(text), fold }])
            }
            TextTest::Any(several) => {
                let each: Option<Vec<_>> = several.iter().map(Matcher::needles).collect();
                each.map(|each| each.into_iter().flatten().collect())
            }
            TextTest::All(several) => fewest(several.iter().filter_map(Matcher::needles)),
            TextTest::Absent => None,
        };
        fewest(self.wanted.iter().filter_map(of_pattern))
    }
}

/// One text, or none, as the texts of a place.
fn alone(text: Option<&str>) -> Texts<'_> {
    text.map(Cow::Borrowed).into_iter().collect()
}

/// Those that are found the least often, as it seems: the fewest, and of these the longest.
fn fewest(found: impl Iterator<Item = Vec<Needle>>) -> Option<Vec<Needle>> {
    found.min_by_key(|needles| rarity(needles))
}

/// How rare it is that one of these is found: the lower, the rarer.
pub(crate) fn rarity(needles: &[Needle]) -> (usize, Reverse<usize>) {
    (needles.len(), Reverse(needles.iter().map(|needle| needle.text.len()).min().unwrap_or(0)))
}

/// What everything contains tells nothing apart.
fn check_part(text: &str, place: &RulePlace<'_>, problems: &mut Problems) {
    if text.is_empty() {
        problems.add(place, "an empty text is part of every text; leave it out to match everything");
    }
}

/// The longest text that whatever this matches must contain, as far as it can be told by a look: letters on
/// the outermost level, none of them optional or repeated.
fn literal(pattern: &str) -> Option<String> {
    // Flags and alternatives may change what a letter means.
    if pattern.contains("(?") || pattern.contains('|') {
        return None;
    }
    let (mut longest, mut run) = (String::new(), String::new());
    let mut depth = 0_usize;
    let mut end = |run: &mut String| {
        if run.len() > longest.len() {
            longest.clone_from(run);
        }
        run.clear();
    };
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        let letter = match char {
            '\\' => match chars.next() {
                Some(escaped) if escaped.is_ascii_punctuation() => Some(escaped),
                // A letter by its number, or a class by its name: what follows is part of it.
                Some('x' | 'u' | 'U' | 'p' | 'P') | None => return None,
                Some(_) => None,
            },
            '[' => {
                skip_class(&mut chars);
                None
            }
            '(' => {
                depth += 1;
                None
            }
            ')' => {
                depth = depth.saturating_sub(1);
                None
            }
            '{' => {
                chars.by_ref().find(|char| *char == '}');
                None
            }
            '.' | '^' | '$' | '*' | '+' | '?' | '}' | ']' => None,
            letter => Some(letter),
        };
        match letter {
            Some(letter) if depth == 0 => match chars.peek() {
                Some('?' | '*' | '{') => end(&mut run),
                _ => run.push(letter),
            },
            _ => end(&mut run),
        }
    }
    end(&mut run);
    (!longest.is_empty()).then_some(longest)
}

/// Goes on behind a class of letters.
fn skip_class(chars: &mut impl Iterator<Item = char>) {
    let mut is_first = true;
    let mut depth = 1;
    while let Some(char) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '[' => depth += 1,
            ']' if !is_first => depth -= 1,
            '^' if is_first => continue,
            _ => {}
        }
        is_first = false;
        if depth == 0 {
            return;
        }
    }
}
