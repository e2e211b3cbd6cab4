//! Writes texts that match a pattern: letters and digits where they will do, and as long as asked for.

use crate::generate::schema::pattern::node::Class;
use crate::generate::schema::pattern::node::Node;
use crate::generate::schema::pattern::node::NodeKind;
use crate::generate::seed::Draws;
use std::cell::Cell;

/// No text is longer, whatever a pattern asks for.
const LONGEST: usize = 100_000;
/// So many nodes are written before the rest is left out.
const PATIENCE: usize = 300_000;

const LOWER: (u32, u32) = (0x61, 0x7A);
const UPPER: (u32, u32) = (0x41, 0x5A);
const DIGITS: (u32, u32) = (0x30, 0x39);
/// The other characters that are drawn, the plainest first.
const SIGNS: &str = "-_. @#/:,+!?*&%$=~^'\"()[]{}<>|;\\`";

pub(super) fn sample(
    node: &Node,
    draws: &mut Draws,
    (least, most): (usize, usize),
    wild: bool,
    effort: &Cell<usize>,
) -> String {
    let patience = effort.get().min(PATIENCE);
    let mut writer = Writer { out: Vec::new(), draws, groups: Vec::new(), wild, patience };
    writer.write(node, least, most);
    effort.set(effort.get() - (patience - writer.patience));
    writer.out.into_iter().collect()
}

struct Writer<'d> {
    out: Vec<char>,
    draws: &'d mut Draws,
    /// What each group took last.
    groups: Vec<(usize, usize, usize)>,
    wild: bool,
    patience: usize,
}

impl Writer<'_> {
    fn write(&mut self, node: &Node, least: usize, most: usize) {
        if self.patience == 0 || self.out.len() > LONGEST {
            return;
        }
        self.patience -= 1;
        match &node.kind {
            NodeKind::Class(class) => {
                let letter = self.letter(class);
                self.out.extend(letter);
            }
            NodeKind::Sequence(nodes) => self.write_all(nodes.iter(), least, most),
            NodeKind::Choice(nodes) => {
                let fits = |node: &&Node| node.shortest <= most && node.longest >= least;
                let fitting: Vec<&Node> = nodes.iter().filter(fits).collect();
                let chosen = match fitting.len() {
                    0 => &nodes[self.draws.below(nodes.len())],
                    count => fitting[self.draws.below(count)],
                };
                self.write(chosen, least, most);
            }
            NodeKind::Repeat { node, least: fewest, most: greatest } => {
                let count = self.count(node, (*fewest, *greatest), least, most);
                self.write_all(std::iter::repeat_n(&**node, count), least, most);
            }
            NodeKind::Group(number, node) => {
                let start = self.out.len();
                self.write(node, least, most);
                self.groups.push((*number, start, self.out.len()));
            }
            NodeKind::Same(number) => {
                let found = self.groups.iter().rev().find(|(known, ..)| known == number).copied();
                if let Some((_, start, end)) = found {
                    self.out.extend_from_within(start..end);
                }
            }
            // What must stand before the match can only be written there.
            NodeKind::Look { ahead: false, holds: true, node } if self.out.is_empty() => {
                self.write(node, node.shortest, node.longest);
            }
            NodeKind::Nothing
            | NodeKind::Start
            | NodeKind::End
            | NodeKind::Edge(_)
            | NodeKind::Look { .. } => {}
        }
    }

    /// Each takes what the ones after it cannot, and leaves what they need.
    fn write_all<'n>(
        &mut self,
        nodes: impl Iterator<Item = &'n Node> + Clone,
        mut least: usize,
        mut most: usize,
    ) {
        let mut rest_shortest = 0_usize;
        let mut rest_longest = 0_usize;
        let mut endless = 0_usize;
        for node in nodes.clone() {
            rest_shortest = rest_shortest.saturating_add(node.shortest);
            match node.longest {
                usize::MAX => endless += 1,
                longest => rest_longest = rest_longest.saturating_add(longest),
            }
        }
        for node in nodes {
            if self.patience == 0 {
                return;
            }
            rest_shortest = rest_shortest.saturating_sub(node.shortest);
            match node.longest {
                usize::MAX => endless -= 1,
                longest => rest_longest = rest_longest.saturating_sub(longest),
            }
            let others = if endless > 0 { usize::MAX } else { rest_longest };
            let from = node.shortest.max(least.saturating_sub(others));
            let to = node.longest.min(most.saturating_sub(rest_shortest)).max(from);
            let before = self.out.len();
            self.write(node, from, to);
            let written = self.out.len() - before;
            least = least.saturating_sub(written);
            most = most.saturating_sub(written);
        }
    }

    fn count(&mut self, node: &Node, counts: (usize, usize), least: usize, most: usize) -> usize {
        if node.longest == 0 {
            return counts.0.min(1);
        }
        let fewest = counts.0.max(least.div_ceil(node.longest));
        let greatest = counts.1.min(most.checked_div(node.shortest).unwrap_or(usize::MAX)).max(fewest);
        // One of what may be left out, unless it is only one: that is left out half of the time.
        let from = if fewest == 0 && counts.1 > 1 { 1.min(greatest) } else { fewest };
        let spread = if node.longest == 1 { 6 } else { 2 };
        let to = greatest.min(from.saturating_add(spread));
        (from + self.draws.below(to - from + 1)).min(LONGEST)
    }

    fn letter(&mut self, class: &Class) -> Option<char> {
        let readable = [LOWER, DIGITS, UPPER].map(|alphabet| within(class, alphabet));
        let signs = || SIGNS.chars().filter(|sign| class.iter().any(|(from, to)| holds(*from, *to, *sign)));
        // Of seven letters four are small, two are digits and one is a capital.
        let turn = if self.wild {
            [0, 1, 2, 3][self.draws.below(4)]
        } else {
            [0, 0, 0, 0, 1, 1, 2][self.draws.below(7)]
        };
        let order = [turn, 0, 1, 2];
        if turn == 3 {
            let count = signs().count();
            if count > 0 {
                let at = self.draws.below(count);
                return signs().nth(at);
            }
        }
        for alphabet in order {
            if let Some(ranges) = readable.get(alphabet).filter(|ranges| !ranges.is_empty()) {
                return self.one_of(ranges);
            }
        }
        let count = signs().count();
        if count > 0 {
            // The plainest, unless others are wanted.
            let at = if self.wild { self.draws.below(count) } else { 0 };
            return signs().nth(at);
        }
        self.one_of(class)
    }

    fn one_of(&mut self, ranges: &[(u32, u32)]) -> Option<char> {
        let total: u32 = ranges.iter().map(|(from, to)| to - from + 1).sum();
        let mut at = self.draws.below(total as usize) as u32;
        for (from, to) in ranges {
            let size = to - from + 1;
            if at < size {
                // Halves of characters are not characters.
                return char::from_u32(from + at).or_else(|| char::from_u32(*from));
            }
            at -= size;
        }
        None
    }
}

fn holds(from: u32, to: u32, letter: char) -> bool {
    (from..=to).contains(&u32::from(letter))
}

fn within(class: &Class, (start, end): (u32, u32)) -> Class {
    let clipped = class.iter().map(|(from, to)| ((*from).max(start), (*to).min(end)));
    clipped.filter(|(from, to)| from <= to).collect()
}
