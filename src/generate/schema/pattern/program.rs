//! Matches a pattern: a list of steps that is walked with a stack on the heap, since a deep pattern
//! and a long text would not fit on that of a connection's thread.

use crate::generate::schema::pattern::node::Class;
use crate::generate::schema::pattern::node::Node;
use crate::generate::schema::pattern::node::NodeKind;
use std::cell::Cell;
use std::collections::HashSet;

/// More steps than this make a pattern that nobody meant.
const MOST_STEPS: usize = 20_000;
/// So many places of the text are looked at before the text counts as a match.
const PATIENCE: usize = 400_000;

pub(super) struct Program {
    code: Vec<Instruction>,
    slots: usize,
    /// Whether a part must repeat what a group took: then no place of the search can be forgotten.
    refers: bool,
}

enum Instruction {
    Class(Class),
    /// On to the first; to the second when that fails.
    Fork(usize, usize),
    Jump(usize),
    Start,
    End,
    Edge(bool),
    /// The steps from the next one to `Done` must hold, or not, here; then on at `next`.
    Look {
        ahead: bool,
        holds: bool,
        next: usize,
    },
    Save(usize),
    Same(usize),
    Done,
}

impl Program {
    pub(super) fn compile(node: &Node) -> Option<Program> {
        let mut program = Program { code: Vec::new(), slots: 0, refers: false };
        program.write(node)?;
        program.code.push(Instruction::Done);
        Some(program)
    }

    fn write(&mut self, node: &Node) -> Option<()> {
        if self.code.len() > MOST_STEPS {
            return None;
        }
        match &node.kind {
            NodeKind::Nothing => {}
            NodeKind::Class(class) => self.code.push(Instruction::Class(class.clone())),
            NodeKind::Sequence(nodes) => {
                for node in nodes {
                    self.write(node)?;
                }
            }
            NodeKind::Choice(nodes) => self.write_choice(nodes)?,
            NodeKind::Repeat { node, least, most } => self.write_repeat(node, *least, *most)?,
            NodeKind::Group(number, node) => {
                self.slots = self.slots.max(number * 2 + 2);
                self.code.push(Instruction::Save(number * 2));
                self.write(node)?;
                self.code.push(Instruction::Save(number * 2 + 1));
            }
            NodeKind::Same(number) => {
                self.slots = self.slots.max(number * 2 + 2);
                self.refers = true;
                self.code.push(Instruction::Same(*number));
            }
            NodeKind::Start => self.code.push(Instruction::Start),
            NodeKind::End => self.code.push(Instruction::End),
            NodeKind::Edge(is) => self.code.push(Instruction::Edge(*is)),
            NodeKind::Look { ahead, holds, node } => {
                let at = self.code.len();
                self.code.push(Instruction::Done);
                self.write(node)?;
                self.code.push(Instruction::Done);
                self.code[at] = Instruction::Look { ahead: *ahead, holds: *holds, next: self.code.len() };
            }
        }
        Some(())
    }

    fn write_choice(&mut self, nodes: &[Node]) -> Option<()> {
        let mut ends = Vec::new();
        for (number, node) in nodes.iter().enumerate() {
            if number + 1 == nodes.len() {
                self.write(node)?;
                break;
            }
            let fork = self.code.len();
            self.code.push(Instruction::Done);
            self.write(node)?;
            ends.push(self.code.len());
            self.code.push(Instruction::Done);
            self.code[fork] = Instruction::Fork(fork + 1, self.code.len());
        }
        for end in ends {
            self.code[end] = Instruction::Jump(self.code.len());
        }
        Some(())
    }

    fn write_repeat(&mut self, node: &Node, least: usize, most: usize) -> Option<()> {
        for _ in 0..least {
            self.write(node)?;
        }
        if most == usize::MAX {
            let fork = self.code.len();
            self.code.push(Instruction::Done);
            self.write(node)?;
            self.code.push(Instruction::Jump(fork));
            self.code[fork] = Instruction::Fork(fork + 1, self.code.len());
            return Some(());
        }
        let mut forks = Vec::new();
        for _ in least..most {
            forks.push(self.code.len());
            self.code.push(Instruction::Done);
            self.write(node)?;
        }
        for fork in forks {
            self.code[fork] = Instruction::Fork(fork + 1, self.code.len());
        }
        Some(())
    }

    pub(super) fn size(&self) -> usize {
        self.code.len()
    }

    pub(super) fn matches(&self, text: &str, effort: &Cell<usize>) -> bool {
        let text: Vec<char> = text.chars().collect();
        let patience = effort.get().min(PATIENCE);
        let slots = vec![None; self.slots];
        let mut search = Search { program: self, text: &text, seen: HashSet::new(), slots, patience };
        let found = (0..=text.len()).any(|start| search.run(0, start, None));
        effort.set(effort.get() - (patience - search.patience));
        found
    }
}

struct Search<'p> {
    program: &'p Program,
    text: &'p [char],
    /// Steps and places from which there is no way on.
    seen: HashSet<(usize, usize)>,
    slots: Vec<Option<usize>>,
    patience: usize,
}

/// What is left to try, and what to undo before it.
enum Later {
    Try(usize, usize),
    Undo(usize, Option<usize>),
}

impl Search<'_> {
    /// Whether the steps from `step` match at a place, and end at `end` where that is given. Looking
    /// around nests as deep as the groups of a pattern, which the parser limits.
    fn run(&mut self, step: usize, at: usize, end: Option<usize>) -> bool {
        let mut stack = vec![Later::Try(step, at)];
        while let Some(later) = stack.pop() {
            match later {
                Later::Undo(slot, before) => self.slots[slot] = before,
                Later::Try(step, at) => {
                    if self.follow(step, at, end, &mut stack) {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn follow(&mut self, mut step: usize, mut at: usize, end: Option<usize>, stack: &mut Vec<Later>) -> bool {
        loop {
            if self.patience == 0 {
                return true;
            }
            self.patience -= 1;
            // What looks back is searched for each end anew.
            if !self.program.refers && end.is_none() && !self.seen.insert((step, at)) {
                return false;
            }
            let goes_on = match &self.program.code[step] {
                Instruction::Class(class) => {
                    let found = self.text.get(at).is_some_and(|letter| contains(class, *letter));
                    at += 1;
                    found
                }
                Instruction::Fork(first, second) => {
                    stack.push(Later::Try(*second, at));
                    step = *first;
                    continue;
                }
                Instruction::Jump(to) => {
                    step = *to;
                    continue;
                }
                Instruction::Start => at == 0,
                Instruction::End => at == self.text.len(),
                Instruction::Edge(is) => self.edge(at) == *is,
                Instruction::Look { ahead, holds, next } => {
                    if self.look(step + 1, at, *ahead) != *holds {
                        return false;
                    }
                    step = *next;
                    continue;
                }
                Instruction::Save(slot) => {
                    stack.push(Later::Undo(*slot, self.slots[*slot]));
                    self.slots[*slot] = Some(at);
                    true
                }
                Instruction::Same(number) => match (self.slots[number * 2], self.slots[number * 2 + 1]) {
                    (Some(from), Some(to)) if from <= to => {
                        let found = self.text[at..].starts_with(&self.text[from..to]);
                        at += to - from;
                        found
                    }
                    _ => true,
                },
                Instruction::Done => return end.is_none_or(|end| end == at),
            };
            if !goes_on {
                return false;
            }
            step += 1;
        }
    }

    fn look(&mut self, step: usize, at: usize, ahead: bool) -> bool {
        let seen = std::mem::take(&mut self.seen);
        let found = if ahead {
            self.run(step, at, None)
        } else {
            (0..=at).rev().any(|start| self.run(step, start, Some(at)))
        };
        self.seen = seen;
        found
    }

    fn edge(&self, at: usize) -> bool {
        let word = |at: Option<usize>| at.and_then(|at| self.text.get(at)).is_some_and(|c| is_word(*c));
        word(at.checked_sub(1)) != word(Some(at))
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn contains(class: &Class, letter: char) -> bool {
    let letter = u32::from(letter);
    class.iter().any(|(from, to)| (*from..=*to).contains(&letter))
}
