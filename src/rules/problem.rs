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
    pub(crate) fn add(&mut self, place: &RulePlace<'_>, what: impl Into<String>) {
        self.add_at(place.to_string(), what.into());
    }

    /// The same at a place that is a JSON pointer.
    pub(crate) fn add_at(&mut self, place: String, what: String) {
        self.0.push(Problem { source: String::new(), line: None, place, what });
    }

    /// The value, or nothing and a problem.
    pub(super) fn take<T>(&mut self, place: &RulePlace<'_>, found: Result<T, String>) -> Option<T> {
        found.map_err(|what| self.add(place, what)).ok()
    }
}

/// Where a value stands. It becomes a JSON pointer only where there is something wrong: a file has many more
/// places than problems.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RulePlace<'a> {
    outer: Option<&'a RulePlace<'a>>,
    step: PlaceStep<'a>,
}

/// How a value is found in the one around it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PlaceStep<'a> {
    Key(&'a str),
    Entry(usize),
}

/// The place of the whole file.
pub(crate) const WHOLE: RulePlace<'static> = RulePlace { outer: None, step: PlaceStep::Key("") };

/// The place of a key, or of an entry, in another value.
pub(crate) fn within<'a>(outer: &'a RulePlace<'a>, step: impl Into<PlaceStep<'a>>) -> RulePlace<'a> {
    RulePlace { outer: Some(outer), step: step.into() }
}

impl<'a> From<&'a str> for PlaceStep<'a> {
    fn from(key: &'a str) -> PlaceStep<'a> {
        PlaceStep::Key(key)
    }
}

impl<'a> From<&'a String> for PlaceStep<'a> {
    fn from(key: &'a String) -> PlaceStep<'a> {
        PlaceStep::Key(key)
    }
}

impl From<usize> for PlaceStep<'_> {
    fn from(at: usize) -> Self {
        PlaceStep::Entry(at)
    }
}

impl fmt::Display for RulePlace<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(outer) = self.outer else { return Ok(()) };
        match self.step {
            PlaceStep::Key(key) => write!(out, "{outer}/{}", key.replace('~', "~0").replace('/', "~1")),
            PlaceStep::Entry(at) => write!(out, "{outer}/{at}"),
        }
    }
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
