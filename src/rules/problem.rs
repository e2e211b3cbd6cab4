//! What is wrong with a rules file, and where. Never decides what becomes of it.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file, or what else the rules came from; empty where it is not known yet.
    pub(crate) source: String,
    /// The line, where it is known.
    pub(crate) line: Option<usize>,
    /// A JSON pointer to the value.
    pub(crate) place: String,
    pub(crate) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.source.is_empty() {
            write!(out, "{}:", self.source)?;
            if let Some(line) = self.line {
                write!(out, "{line}:")?;
            }
            write!(out, " ")?;
        }
        if !self.place.is_empty() {
            write!(out, "{}: ", self.place)?;
        }
        write!(out, "{}", self.what)
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, place: &str, what: impl Into<String>) {
        let (source, line) = (String::new(), None);
        self.0.push(Problem { source, line, place: place.to_owned(), what: what.into() });
    }

    /// The value, or nothing and a problem.
    pub(super) fn take<T>(&mut self, place: &str, found: Result<T, String>) -> Option<T> {
        found.map_err(|what| self.add(place, what)).ok()
    }
}

/// The place of a key, or of an entry, in another value.
pub(crate) fn within(place: &str, name: impl fmt::Display) -> String {
    let name = name.to_string().replace('~', "~0").replace('/', "~1");
    format!("{place}/{name}")
}

/// ` Did you mean 'user'?` where one of the known names is close.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let given = given.to_lowercase();
    let distance = |known: &str| strsim::osa_distance(&given, &known.to_lowercase());
    let nearest = known.clone().into_iter().map(|known| (distance(known), known)).min();
    // Two edits, or a third of the letters.
    let close = nearest.filter(|(distance, known)| *distance <= 2.max(known.len() / 3));
    // `tool_calls` for `calls`, `startsWith` for `starts`.
    let part = known.into_iter().filter(|known| known.len() > 3 && given.contains(&known.to_lowercase()));
    let meant = close.map(|(_, known)| known).or_else(|| part.max_by_key(|known| known.len()));
    meant.map_or(String::new(), |known| format!("; did you mean '{known}'?"))
}
