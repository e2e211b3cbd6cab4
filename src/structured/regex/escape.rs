//! What may follow a backslash.

use crate::structured::regex::Atom;
use crate::structured::regex::Reader;
use crate::structured::regex::letters::Escaped;
use crate::structured::regex::letters::Letters;

impl Reader<'_> {
    /// What an escaped character stands for outside of classes.
    pub(super) fn escape(&mut self, letter: char) -> Option<Atom> {
        match letter {
            'A' | 'b' | 'B' | 'Z' => Some(Atom::PLACE),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => Some(Atom::ONE),
            '0' => {
                self.letters.digits(8, 2);
                Some(Atom::ONE)
            }
            '1'..='9' => self.numbered(letter),
            letter => self.letters.character(letter).map(|_| Atom::ONE),
        }
    }

    /// Three octal digits are a character; fewer digits, of which there are two at most, name a group.
    fn numbered(&mut self, first: char) -> Option<Atom> {
        let mut number = first.to_digit(10)?;
        if self.letters.peek_digit(10) {
            let second = self.letters.digits(10, 1).parse::<u32>().ok()?;
            if number < 8 && second < 8 && self.letters.peek_digit(8) {
                let third = self.letters.digits(8, 1).parse::<u32>().ok()?;
                return (number * 64 + second * 8 + third < 256).then_some(Atom::ONE);
            }
            number = number * 10 + second;
        }
        self.reference(number as usize)
    }
}

impl Letters<'_> {
    /// What an escaped character stands for in a class.
    pub(super) fn class_escape(&mut self, letter: char) -> Option<Escaped> {
        let code = match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => return Some(Escaped::Several),
            'b' => 8,
            '0'..='7' => {
                let more = self.digits(8, 2);
                u32::from_str_radix(&format!("{letter}{more}"), 8).ok().filter(|code| *code < 256)?
            }
            letter => self.character(letter)?,
        };
        Some(Escaped::One(code))
    }

    /// The character that an escaped one stands for, wherever it is.
    fn character(&mut self, letter: char) -> Option<u32> {
        let mut code = |length: usize| {
            let digits = self.digits(16, length);
            let code = u32::from_str_radix(digits, 16).ok()?;
            (digits.len() == length && code <= u32::from(char::MAX)).then_some(code)
        };
        match letter {
            'x' => code(2),
            'u' => code(4),
            'U' => code(8),
            'a' => Some(7),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            'N' => self.name(),
            letter if letter.is_ascii_alphanumeric() => None,
            letter => Some(u32::from(letter)),
        }
    }

    /// `\N{EM DASH}`: whether there is such a name is not known here.
    fn name(&mut self) -> Option<u32> {
        let name = if self.eat('{') { self.until('}')? } else { return None };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b" -".contains(&byte);
        name.bytes().all(is_name).then_some(0)
    }
}
