//! What kinds of answers there are. Never knows one.

/// What kind of operation can give an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    /// Any: where no model is asked, a whole reply alone.
    #[default]
    Any,
    /// One that talks.
    Words,
    Vectors,
    Flags,
    Images,
}

impl AnswerKind {
    /// What is said of an answer of this kind.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            AnswerKind::Any => "anything",
            AnswerKind::Words => "words",
            AnswerKind::Vectors => "vectors",
            AnswerKind::Flags => "flags",
            AnswerKind::Images => "pictures",
        }
    }

    /// Whether what is of this kind answers where the other is asked for.
    pub(crate) fn answers(self, asked: AnswerKind) -> bool {
        self == AnswerKind::Any || self == asked
    }
}
