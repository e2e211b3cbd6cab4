//! What a pattern is made of.

/// A part of a pattern, with the fewest and the most characters that it takes.
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) shortest: usize,
    pub(super) longest: usize,
}

/// Characters, from and to inclusive, in ascending order without overlaps.
pub(super) type Class = Vec<(u32, u32)>;

pub(super) enum NodeKind {
    Nothing,
    Class(Class),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        most: usize,
    },
    Group(usize, Box<Node>),
    Same(usize),
    Start,
    End,
    /// At the edge of a word, or not.
    Edge(bool),
    Look {
        ahead: bool,
        holds: bool,
        node: Box<Node>,
    },
}

impl Node {
    pub(super) fn new(kind: NodeKind) -> Node {
        let (shortest, longest) = match &kind {
            NodeKind::Class(_) => (1, 1),
            NodeKind::Sequence(nodes) => {
                nodes.iter().fold((0, 0), |(shortest, longest): (usize, usize), node| {
                    (shortest.saturating_add(node.shortest), longest.saturating_add(node.longest))
                })
            }
            NodeKind::Choice(nodes) => (
                nodes.iter().map(|node| node.shortest).min().unwrap_or(0),
                nodes.iter().map(|node| node.longest).max().unwrap_or(0),
            ),
            NodeKind::Repeat { node, least, most } => {
                (node.shortest.saturating_mul(*least), node.longest.saturating_mul(*most))
            }
            NodeKind::Group(_, node) => (node.shortest, node.longest),
            // As long as its group, which is not known here.
            NodeKind::Same(_) => (0, usize::MAX),
            NodeKind::Nothing
            | NodeKind::Start
            | NodeKind::End
            | NodeKind::Edge(_)
            | NodeKind::Look { .. } => (0, 0),
        };
        Node { kind, shortest, longest }
    }
}
