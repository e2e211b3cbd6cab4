//! Whether a text is a regular expression as Python's `re` reads it, with which the API does: `\p{L}` and
//! `(?<name>x)` are none, `(?P<name>x)` and `(?i:x)` are. It is read once, from left to right, and groups stand
//! on a list: whatever is nested how deep costs no stack.

mod escape;
mod letters;

use crate::structured::regex::letters::Counts;
use crate::structured::regex::letters::Letters;
use std::collections::HashMap;

/// What is of interest about a regular expression.
pub(super) struct Expression {
    pub(super) looks_around: bool,
}

/// `None` for a text that is none.
pub(super) fn read(text: &str) -> Option<Expression> {
    let mut reader = Reader {
        letters: Letters::of(text)?,
        groups: vec![None],
        names: HashMap::new(),
        before_lookbehind: None,
        greatest: 0,
        types: 0,
        looks_around: false,
        open: vec![Group::new(Enclosure::Root, false)],
    };
    while let Some((letter, escaped)) = reader.letters.next() {
        reader.take(letter, escaped)?;
    }
    // Conditions may name a group that comes later.
    let fine = reader.open.len() == 1 && reader.greatest < reader.groups.len();
    fine.then_some(Expression { looks_around: reader.looks_around })
}

/// How few and how many characters something matches.
type Width = (u64, u64);

/// From so many repetitions on there is no limit; it is no number that may be written.
const UNLIMITED: u64 = 0xFFFF_FFFF;

struct Reader<'t> {
    letters: Letters<'t>,
    /// The widths of the groups that capture, `None` while they are open. The first is the whole.
    groups: Vec<Option<Width>>,
    names: HashMap<&'t str, usize>,
    /// The groups that there were before the lookbehind that is being read, which it may refer to.
    before_lookbehind: Option<usize>,
    /// The greatest number that a condition asked for.
    greatest: usize,
    /// Which of the flags `a` and `u` is set for the whole.
    types: u16,
    looks_around: bool,
    open: Vec<Group>,
}

/// A group that is open.
struct Group {
    kind: Enclosure,
    /// Whether blanks mean nothing.
    verbose: bool,
    /// The alternatives that ended.
    alternatives: Option<Width>,
    bars: usize,
    /// What was read of this alternative, but for its last piece.
    width: Width,
    last: Option<Atom>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enclosure {
    Root,
    Plain,
    Capture(usize),
    Ahead,
    /// It must match a fixed number of characters. Holds what the reader knew of the lookbehind around it.
    Behind(Option<usize>),
    Condition,
}

#[derive(Clone, Copy)]
struct Atom {
    width: Width,
    how: Repeated,
}

/// Whether a piece can be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeated {
    May,
    Is,
    Never,
}

impl Atom {
    /// One character.
    const ONE: Atom = Atom::of((1, 1));
    /// A place between characters.
    const PLACE: Atom = Atom { width: (0, 0), how: Repeated::Never };

    const fn of(width: Width) -> Atom {
        Atom { width, how: Repeated::May }
    }
}

impl Group {
    fn new(kind: Enclosure, verbose: bool) -> Group {
        Group { kind, verbose, alternatives: None, bars: 0, width: (0, 0), last: None }
    }

    fn is_empty(&self) -> bool {
        self.bars == 0 && self.last.is_none()
    }

    fn push(&mut self, piece: Atom) {
        if let Some(last) = self.last.replace(piece) {
            self.width =
                (self.width.0.saturating_add(last.width.0), self.width.1.saturating_add(last.width.1));
        }
    }

    fn end_alternative(&mut self) {
        self.push(Atom::of((0, 0)));
        let (least, most) = self.alternatives.unwrap_or(self.width);
        self.alternatives = Some((least.min(self.width.0), most.max(self.width.1)));
        self.width = (0, 0);
        self.last = None;
    }

    /// The width of all of it.
    fn end(mut self) -> Width {
        self.end_alternative();
        let (least, most) = self.alternatives.unwrap_or_default();
        // Where the condition does not hold, nothing is matched.
        if self.kind == Enclosure::Condition && self.bars == 0 { (0, most) } else { (least, most) }
    }
}

impl<'t> Reader<'t> {
    /// The innermost open group. There is always one: the root is never closed.
    fn group(&mut self) -> Option<&mut Group> {
        self.open.last_mut()
    }

    fn push(&mut self, piece: Atom) -> Option<()> {
        self.group()?.push(piece);
        Some(())
    }

    fn take(&mut self, letter: char, escaped: bool) -> Option<()> {
        if escaped {
            let piece = self.escape(letter)?;
            return self.push(piece);
        }
        let verbose = self.group()?.verbose;
        match letter {
            ' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C' if verbose => Some(()),
            '#' if verbose => {
                self.letters.skip_to('\n');
                Some(())
            }
            '|' => {
                let group = self.group()?;
                if group.kind == Enclosure::Condition && group.bars > 0 {
                    return None;
                }
                group.end_alternative();
                group.bars += 1;
                Some(())
            }
            ')' => self.close(),
            '(' => self.open(),
            '[' => {
                self.letters.class()?;
                self.push(Atom::ONE)
            }
            '^' | '$' => self.push(Atom::PLACE),
            '?' => self.repeat(0, 1),
            '*' => self.repeat(0, UNLIMITED),
            '+' => self.repeat(1, UNLIMITED),
            '{' => match self.letters.counts()? {
                Counts::Limits(least, most) => self.repeat(least, most),
                Counts::Absent => self.push(Atom::ONE),
            },
            _ => self.push(Atom::ONE),
        }
    }

    fn repeat(&mut self, least: u64, most: u64) -> Option<()> {
        let piece = self.group()?.last.as_mut().filter(|piece| piece.how == Repeated::May)?;
        let (shortest, longest) = piece.width;
        let limit = if most == UNLIMITED && longest > 0 { u64::MAX } else { longest.saturating_mul(most) };
        *piece = Atom { width: (shortest.saturating_mul(least), limit), how: Repeated::Is };
        // A lazy or a possessive one.
        let _ = self.letters.eat('?') || self.letters.eat('+');
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let group = self.open.pop().filter(|_| !self.open.is_empty())?;
        let kind = group.kind;
        let width = group.end();
        match kind {
            Enclosure::Capture(number) => self.groups[number] = Some(width),
            Enclosure::Behind(around) => {
                self.before_lookbehind = around;
                if width.0 != width.1 {
                    return None;
                }
            }
            _ => {}
        }
        let looks = matches!(kind, Enclosure::Ahead | Enclosure::Behind(_));
        self.push(Atom::of(if looks { (0, 0) } else { width }))
    }

    fn open(&mut self) -> Option<()> {
        let verbose = self.group()?.verbose;
        if !self.letters.eat('?') {
            return self.capture(None);
        }
        let kind = match self.letters.next()? {
            (_, true) => return None,
            ('P', _) => return self.named(),
            ('#', _) => return self.letters.skip_to(')').then_some(()),
            ('(', _) => {
                self.condition()?;
                Enclosure::Condition
            }
            (':' | '>', _) => Enclosure::Plain,
            ('=' | '!', _) => Enclosure::Ahead,
            ('<', _) => {
                if !self.letters.eat('=') && !self.letters.eat('!') {
                    return None;
                }
                let around = self.before_lookbehind;
                self.before_lookbehind = around.or(Some(self.groups.len()));
                Enclosure::Behind(around)
            }
            (letter, _) => return self.flags(letter, verbose),
        };
        self.looks_around |= matches!(kind, Enclosure::Ahead | Enclosure::Behind(_));
        self.open.push(Group::new(kind, verbose));
        Some(())
    }

    fn capture(&mut self, name: Option<&'t str>) -> Option<()> {
        let number = self.groups.len();
        if name.is_some_and(|name| self.names.insert(name, number).is_some()) {
            return None;
        }
        self.groups.push(None);
        let verbose = self.group()?.verbose;
        self.open.push(Group::new(Enclosure::Capture(number), verbose));
        Some(())
    }

    /// `(?P<name>...)` and `(?P=name)`
    fn named(&mut self) -> Option<()> {
        if self.letters.eat('<') {
            let name = self.letters.until('>').filter(|name| is_identifier(name))?;
            return self.capture(Some(name));
        }
        if !self.letters.eat('=') {
            return None;
        }
        let name = self.letters.until(')')?;
        let number = *self.names.get(name)?;
        let piece = self.reference(number)?;
        self.push(piece)
    }

    /// What a group matched before.
    fn reference(&self, number: usize) -> Option<Atom> {
        let width = (*self.groups.get(number)?)?;
        let may = self.before_lookbehind.is_none_or(|before| number < before);
        may.then_some(Atom::of(width))
    }

    /// `(?(1)yes|no)`, `(?(name)yes|no)`
    fn condition(&mut self) -> Option<()> {
        let name = self.letters.until(')')?;
        let number = if is_identifier(name) { *self.names.get(name)? } else { number(name)? };
        self.greatest = self.greatest.max(number);
        if self.before_lookbehind.is_some() { self.reference(number).map(drop) } else { Some(()) }
    }

    /// `(?i)` for the whole, `(?i-s:...)` for a part. The bits of a flag are its place here.
    fn flags(&mut self, first: char, verbose: bool) -> Option<()> {
        const LETTERS: &str = "iLmsxau";
        const LOCALE: u16 = 1 << 1;
        const VERBOSE: u16 = 1 << 4;
        const ASCII: u16 = 1 << 5;
        const UNICODE: u16 = 1 << 6;
        const TYPES: u16 = LOCALE | ASCII | UNICODE;
        let bit = |letter: char| LETTERS.find(letter).map(|at| 1_u16 << at);
        let (mut added, mut removed) = (0, 0);
        let mut letter = Some(first).filter(|letter| *letter == '-' || bit(*letter).is_some())?;
        while letter != '-' && letter != ':' && letter != ')' {
            let flag = bit(letter)?;
            added |= flag;
            if flag == LOCALE || flag & TYPES != 0 && added & TYPES != flag {
                return None;
            }
            letter = self.letters.next_plain()?;
        }
        if letter == ')' {
            self.types |= added & TYPES;
            let whole = self.open.len() == 1 && self.group()?.is_empty() && self.types != ASCII | UNICODE;
            self.group()?.verbose |= added & VERBOSE != 0;
            return whole.then_some(());
        }
        if letter == '-' {
            letter = self.letters.next_plain()?;
            while removed == 0 || letter != ':' {
                removed |= bit(letter).filter(|flag| flag & TYPES == 0)?;
                letter = self.letters.next_plain()?;
            }
        }
        if added & removed != 0 {
            return None;
        }
        let verbose = (verbose || added & VERBOSE != 0) && removed & VERBOSE == 0;
        self.open.push(Group::new(Enclosure::Plain, verbose));
        Some(())
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && letters.all(|letter| letter == '_' || letter.is_alphanumeric())
}

/// A number as Python's `int` reads it.
fn number(text: &str) -> Option<usize> {
    let digits = text.trim();
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let each =
        digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.replace('_', "").parse().ok().filter(|_| each)?;
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads_is_read() {
        for text in [
            "",
            "a|b",
            "^[a-z]+$",
            "a{2,3}?",
            "a{,2}",
            "a{",
            "{}",
            "x{1,y",
            "[]a]",
            "[^]-]",
            r"[\w.-]",
            r"\x41\u0041\07",
            "(?:)*",
            "(?#a)b",
            "(?i)a",
            "(?i-s:a)",
            "(?x) a #",
            "(?P<n>a)(?P=n)",
            r"(a)\1",
            "(a)(?(1)b|c)",
            "(?(1)a)(b)",
            "a++",
            "(?>a)",
            "(?<=ab)c",
            "(?<=a|b)c",
            r"(a)(?<=\1)",
            r"\\",
            "[[]",
        ] {
            assert!(read(text).is_some(), "{text}");
        }
        for text in [
            "(",
            ")",
            "[",
            "[]",
            "a**",
            "*a",
            "^*",
            r"\b+",
            "a{3,2}",
            "a{4294967295}",
            r"\",
            r"\p{L}",
            r"\z",
            r"\u{41}",
            r"\x4",
            r"\1",
            r"(a\1)",
            "(?<n>a)",
            "(?P<n>a)(?P<n>b)",
            "(?P=n)",
            "(?P<1>a)",
            "a(?i)",
            "(?L)a",
            "(?au)a",
            "(?i-i:a)",
            "(?)",
            "(?-:a)",
            "(?",
            "(?#a",
            "[z-a]",
            r"[a-\d]",
            "(?<=a*)b",
            "(?<=a|bc)d",
            r"(?<=(a)\1)",
            "(?(1)a)",
            "(?(2)a)(b)",
            "(a)(?(1)b|c|d)",
            r"\400",
            r"[\8]",
            r"\U00110000",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn looking_around_is_told_from_what_looks_like_it() {
        for (text, around) in [
            ("(?=a)", true),
            ("a(?!b)", true),
            ("(?<=a)b", true),
            ("((?<!a)b)+", true),
            (r"\(?=a", false),
            ("[(?=a]", false),
            (r"[\](?!]", false),
            ("(?:a)(?P<n>b)(?i:c)(?>d)", false),
            ("(?#(?=)", false),
        ] {
            assert_eq!(read(text).map(|read| read.looks_around), Some(around), "{text}");
        }
    }
}
