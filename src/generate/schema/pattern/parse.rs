//! Reads a pattern into nodes: ECMA-262, and the few spellings of Python and Rust that reach schemas.

use crate::generate::schema::pattern::class;
use crate::generate::schema::pattern::class::DIGITS;
use crate::generate::schema::pattern::class::LAST;
use crate::generate::schema::pattern::class::LINE_ENDS;
use crate::generate::schema::pattern::class::SPACE;
use crate::generate::schema::pattern::class::WORD;
use crate::generate::schema::pattern::class::complement;
use crate::generate::schema::pattern::class::ordered;
use crate::generate::schema::pattern::node::Class;
use crate::generate::schema::pattern::node::Node;
use crate::generate::schema::pattern::node::NodeKind;

/// Longer patterns, and deeper groups, are not meant to be read.
const LONGEST: usize = 10_000;
const DEEPEST: usize = 40;
/// "Any number", and the most repetitions that are counted.
const ENDLESS: usize = usize::MAX;
const MOST_COUNTED: usize = 100_000;

/// `None` when the text is not a pattern.
pub(super) fn parse(text: &str) -> Option<Node> {
    let text: Vec<char> = text.chars().collect();
    if text.len() > LONGEST {
        return None;
    }
    let names = group_names(&text);
    let mut parser = Parser { text: &text, at: 0, depth: 0, groups: 0, names, any_case: false };
    let node = parser.choice()?;
    (parser.at == text.len()).then_some(node)
}

struct Parser<'t> {
    text: &'t [char],
    at: usize,
    depth: usize,
    groups: usize,
    names: Vec<String>,
    any_case: bool,
}

/// What an escape stands for.
enum Escape {
    Letter(u32),
    Class(Class),
    Node(NodeKind),
}

/// The names of the groups by number; unnamed ones are empty. Names may be used before they are given.
fn group_names(text: &[char]) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut at = 0;
    let mut in_class = false;
    while at < text.len() {
        match text[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let rest: String = text[at + 1..].iter().take(80).collect();
                let name = rest.strip_prefix("?<").or_else(|| rest.strip_prefix("?P<"));
                match name {
                    Some(name) if !name.starts_with(['=', '!']) => {
                        names.push(name.split('>').next().unwrap_or_default().to_owned());
                    }
                    _ if !rest.starts_with('?') => names.push(String::new()),
                    _ => {}
                }
            }
            _ => {}
        }
        at += 1;
    }
    names
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = expected.chars().enumerate().all(|(at, c)| self.text.get(self.at + at) == Some(&c));
        if found {
            self.at += expected.chars().count();
        }
        found
    }

    fn choice(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut nodes = vec![self.sequence()?];
        while self.take("|") {
            nodes.push(self.sequence()?);
        }
        self.depth -= 1;
        Some(if nodes.len() == 1 { nodes.remove(0) } else { Node::new(NodeKind::Choice(nodes)) })
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        while let Some(letter) = self.peek() {
            if letter == '|' || letter == ')' {
                break;
            }
            let atom = self.atom()?;
            nodes.push(self.repeated(atom)?);
        }
        Some(if nodes.len() == 1 { nodes.remove(0) } else { Node::new(NodeKind::Sequence(nodes)) })
    }

    fn atom(&mut self) -> Option<Node> {
        let kind = match self.next()? {
            '^' => NodeKind::Start,
            '$' => NodeKind::End,
            '.' => NodeKind::Class(complement(LINE_ENDS.to_vec())),
            '[' => NodeKind::Class(self.class()?),
            '(' => return self.group(),
            '\\' => match self.escape(false)? {
                Escape::Letter(letter) => self.letter(letter),
                Escape::Class(class) => NodeKind::Class(class),
                Escape::Node(kind) => kind,
            },
            '*' | '+' | '?' => return None,
            letter => self.letter(u32::from(letter)),
        };
        Some(Node::new(kind))
    }

    fn letter(&self, letter: u32) -> NodeKind {
        NodeKind::Class(self.cased(vec![(letter, letter)]))
    }

    fn group(&mut self) -> Option<Node> {
        let case_before = self.any_case;
        let kind = if self.take("?:") || self.take("?>") {
            self.choice()?.kind
        } else if self.take("?=") {
            NodeKind::Look { ahead: true, holds: true, node: Box::new(self.choice()?) }
        } else if self.take("?!") {
            NodeKind::Look { ahead: true, holds: false, node: Box::new(self.choice()?) }
        } else if self.take("?<=") {
            NodeKind::Look { ahead: false, holds: true, node: Box::new(self.choice()?) }
        } else if self.take("?<!") {
            NodeKind::Look { ahead: false, holds: false, node: Box::new(self.choice()?) }
        } else if self.take("?<") || self.take("?P<") {
            while self.next()? != '>' {}
            self.captured()?
        } else if self.take("?") {
            return self.flags(case_before);
        } else {
            self.captured()?
        };
        self.any_case = case_before;
        self.take(")").then(|| Node::new(kind))
    }

    fn captured(&mut self) -> Option<NodeKind> {
        self.groups += 1;
        let number = self.groups;
        Some(NodeKind::Group(number, Box::new(self.choice()?)))
    }

    /// `(?i)` for the rest of the group around it, or `(?i:...)`. The other flags change nothing for
    /// the texts that are met here.
    fn flags(&mut self, case_before: bool) -> Option<Node> {
        let mut on = true;
        loop {
            match self.next()? {
                '-' => on = false,
                'i' => self.any_case = on,
                'm' | 's' | 'u' | 'a' | 'U' | 'L' => {}
                ')' => return Some(Node::new(NodeKind::Nothing)),
                ':' => {
                    let node = self.choice()?;
                    self.any_case = case_before;
                    return self.take(")").then_some(node);
                }
                _ => return None,
            }
        }
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, ENDLESS),
            Some('+') => (1, ENDLESS),
            Some('?') => (0, 1),
            Some('{') => match self.counts() {
                Some(counts) => counts,
                None => return Some(node),
            },
            _ => return Some(node),
        };
        if least > most {
            return None;
        }
        // Past the sign, or the closing brace, and a sign for lazy or possessive repetition.
        self.at += 1;
        if matches!(self.peek(), Some('?' | '+')) {
            self.at += 1;
        }
        if matches!(self.peek(), Some('*' | '+' | '?')) {
            return None;
        }
        Some(Node::new(NodeKind::Repeat { node: Box::new(node), least, most }))
    }

    /// `{2}`, `{2,}`, `{2,3}` up to the closing brace. Anything else after a brace is plain text.
    fn counts(&mut self) -> Option<(usize, usize)> {
        let length = self.text[self.at..].iter().take(20).position(|letter| *letter == '}')?;
        let inside: String = self.text[self.at + 1..self.at + length].iter().collect();
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<usize>().map_or(MOST_COUNTED, |number| number.min(MOST_COUNTED)))
        };
        let counts = match inside.split_once(',') {
            None => (number(&inside)?, number(&inside)?),
            Some((least, "")) => (number(least)?, ENDLESS),
            Some((least, most)) => (number(least)?, number(most)?),
        };
        self.at += length;
        Some(counts)
    }

    /// Characters in brackets, after the opening one.
    fn class(&mut self) -> Option<Class> {
        let negated = self.take("^");
        let mut class = Class::new();
        loop {
            let first = match self.next()? {
                ']' => break,
                '\\' => match self.escape(true)? {
                    Escape::Letter(letter) => letter,
                    Escape::Class(inner) => {
                        class.extend(inner);
                        continue;
                    }
                    Escape::Node(_) => return None,
                },
                letter => u32::from(letter),
            };
            let ranged = self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']');
            if !ranged {
                class.push((first, first));
                continue;
            }
            self.at += 1;
            let last = match self.next()? {
                '\\' => match self.escape(true)? {
                    Escape::Letter(letter) => letter,
                    // `[\w-\d]`: the dash is itself.
                    Escape::Class(inner) => {
                        class.extend(inner);
                        class.extend([(first, first), (0x2D, 0x2D)]);
                        continue;
                    }
                    Escape::Node(_) => return None,
                },
                letter => u32::from(letter),
            };
            if last < first {
                return None;
            }
            class.push((first, last));
        }
        let class = self.cased(class);
        Some(if negated { complement(class) } else { class })
    }

    /// In order, and with both cases where case does not matter.
    fn cased(&self, mut class: Class) -> Class {
        if self.any_case {
            for (from, to) in class.clone() {
                for (start, end, other) in [(0x41_u32, 0x5A_u32, 0x61_u32), (0x61, 0x7A, 0x41)] {
                    let (from, to) = (from.max(start), to.min(end));
                    if from <= to {
                        class.push((from - start + other, to - start + other));
                    }
                }
            }
        }
        ordered(class)
    }

    fn escape(&mut self, in_class: bool) -> Option<Escape> {
        let letter = self.next()?;
        Some(match letter {
            'd' => Escape::Class(DIGITS.to_vec()),
            'D' => Escape::Class(complement(DIGITS.to_vec())),
            'w' => Escape::Class(WORD.to_vec()),
            'W' => Escape::Class(complement(WORD.to_vec())),
            's' => Escape::Class(SPACE.to_vec()),
            'S' => Escape::Class(complement(SPACE.to_vec())),
            'p' | 'P' => Escape::Class(self.property(letter == 'P')?),
            'b' if in_class => Escape::Letter(8),
            'b' | 'B' => Escape::Node(NodeKind::Edge(letter == 'b')),
            'A' if !in_class => Escape::Node(NodeKind::Start),
            'z' | 'Z' if !in_class => Escape::Node(NodeKind::End),
            't' => Escape::Letter(9),
            'n' => Escape::Letter(10),
            'v' => Escape::Letter(11),
            'f' => Escape::Letter(12),
            'r' => Escape::Letter(13),
            '0' => Escape::Letter(0),
            'c' => Escape::Letter(u32::from(self.next()?) % 32),
            'x' => Escape::Letter(self.hex(2)?),
            'u' => Escape::Letter(self.unicode()?),
            'k' if !in_class => {
                let mut name = String::new();
                if !self.take("<") {
                    return None;
                }
                while self.peek()? != '>' {
                    name.push(self.next()?);
                }
                self.at += 1;
                Escape::Node(NodeKind::Same(self.names.iter().position(|known| *known == name)?))
            }
            '1'..='9' if !in_class => {
                let number = letter as usize - '0' as usize;
                (number < self.names.len()).then_some(Escape::Node(NodeKind::Same(number)))?
            }
            letter => Escape::Letter(u32::from(letter)),
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.text.get(self.at..self.at + digits)?.iter().collect();
        self.at += digits;
        u32::from_str_radix(&text, 16).ok()
    }

    /// `\u0041`, `\u{1F600}`, and two halves of one character.
    fn unicode(&mut self) -> Option<u32> {
        if self.take("{") {
            let length = self.text[self.at..].iter().position(|letter| *letter == '}')?;
            let letter = self.hex(length.min(8))?;
            return (self.take("}") && letter <= LAST).then_some(letter);
        }
        let letter = self.hex(4)?;
        if (0xD800..0xDC00).contains(&letter) && self.take("\\u") {
            let low = self.hex(4)?.checked_sub(0xDC00)?;
            return Some(0x1_0000 + ((letter - 0xD800) << 10) + low);
        }
        Some(letter)
    }

    /// `\p{L}` and `\P{L}`.
    fn property(&mut self, negated: bool) -> Option<Class> {
        if !self.take("{") {
            return None;
        }
        let mut name = String::new();
        while self.peek()? != '}' {
            name.push(self.next()?);
        }
        self.at += 1;
        let class = class::property(&name)?;
        Some(if negated { complement(class) } else { class })
    }
}
