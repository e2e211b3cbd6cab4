//! The text of a regular expression, character by character, an escaped one with its backslash.

use crate::structured::regex::UNLIMITED;

/// What is left of the text.
pub(super) struct Letters<'t> {
    rest: &'t str,
}

/// What stands behind `{`.
pub(super) enum Counts {
    /// No number of repetitions: the brace is a character like others.
    Absent,
    Limits(u64, u64),
}

/// What an escaped character stands for in a class.
pub(super) enum Escaped {
    One(u32),
    Several,
}

impl Escaped {
    fn one(self) -> Option<u32> {
        match self {
            Escaped::One(code) => Some(code),
            Escaped::Several => None,
        }
    }
}

impl<'t> Letters<'t> {
    /// `None` for a text that ends with a backslash of its own.
    pub(super) fn of(text: &'t str) -> Option<Letters<'t>> {
        let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
        (backslashes % 2 == 0).then_some(Letters { rest: text })
    }

    /// The next character, and whether a backslash is before it.
    pub(super) fn next(&mut self) -> Option<(char, bool)> {
        let mut letters = self.rest.chars();
        let mut letter = letters.next()?;
        let escaped = letter == '\\';
        if escaped {
            letter = letters.next()?;
        }
        self.rest = letters.as_str();
        Some((letter, escaped))
    }

    pub(super) fn next_plain(&mut self) -> Option<char> {
        self.next().filter(|(_, escaped)| !escaped).map(|(letter, _)| letter)
    }

    pub(super) fn eat(&mut self, letter: char) -> bool {
        let rest = self.rest.strip_prefix(letter);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Passes by everything to the character, and says whether it came.
    pub(super) fn skip_to(&mut self, end: char) -> bool {
        while let Some(next) = self.next() {
            if next == (end, false) {
                return true;
            }
        }
        false
    }

    /// What is before the character, which must come, and not at once.
    pub(super) fn until(&mut self, end: char) -> Option<&'t str> {
        let text = self.rest;
        let found = self.skip_to(end);
        let length = text.len() - self.rest.len();
        let name = &text[..length.checked_sub(end.len_utf8())?];
        (found && !name.is_empty()).then_some(name)
    }

    /// Takes digits of a base, at most so many.
    pub(super) fn digits(&mut self, base: u32, most: usize) -> &'t str {
        let count = self.rest.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(base)).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits
    }

    pub(super) fn peek_digit(&self, base: u32) -> bool {
        self.rest.bytes().next().is_some_and(|byte| char::from(byte).is_digit(base))
    }

    /// `None` if the numbers are no limits.
    pub(super) fn counts(&mut self) -> Option<Counts> {
        let before = self.rest;
        if before.starts_with('}') {
            return Some(Counts::Absent);
        }
        let least = self.digits(10, usize::MAX);
        let most = if self.eat(',') { self.digits(10, usize::MAX) } else { least };
        if !self.eat('}') {
            self.rest = before;
            return Some(Counts::Absent);
        }
        let number = |digits: &str, absent: u64| match digits {
            "" => Some(absent),
            digits => digits.parse().ok().filter(|number| *number < UNLIMITED),
        };
        let (least, most) = (number(least, 0)?, number(most, UNLIMITED)?);
        (least <= most).then_some(Counts::Limits(least, most))
    }

    /// What stands behind `[`, to its end.
    pub(super) fn class(&mut self) -> Option<()> {
        self.eat('^');
        let mut is_empty = true;
        loop {
            let from = match self.next()? {
                (']', false) if !is_empty => return Some(()),
                (letter, false) => Escaped::One(u32::from(letter)),
                (letter, true) => self.class_escape(letter)?,
            };
            is_empty = false;
            if !self.eat('-') {
                continue;
            }
            let to = match self.next()? {
                (']', false) => return Some(()),
                (letter, false) => Escaped::One(u32::from(letter)),
                (letter, true) => self.class_escape(letter)?,
            };
            if from.one()? > to.one()? {
                return None;
            }
        }
    }
}
