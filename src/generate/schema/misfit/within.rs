//! Where in a value something stands, and what is said of it there. Never decides what.

use std::fmt;
use std::fmt::Display;

/// Whether a value fits for sure, or why it does not.
pub(super) type Fit = Result<bool, String>;

/// Where in the value something stands.
pub(super) enum Within<'p> {
    Root,
    Field(&'p Within<'p>, &'p str),
    Item(&'p Within<'p>, usize),
}

impl Display for Within<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Within::Root => Ok(()),
            Within::Field(above, name) => {
                write!(to, "{above}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Within::Item(above, at) => write!(to, "{above}/{at}"),
        }
    }
}

impl Within<'_> {
    pub(super) fn is_not(&self, why: impl Display) -> Fit {
        Err(match self {
            Within::Root => why.to_string(),
            place => format!("{place}: {why}"),
        })
    }

    pub(super) fn expects(&self, what: impl Display, given: impl Display) -> Fit {
        self.is_not(format_args!("expected {what}, got {given}"))
    }
}
