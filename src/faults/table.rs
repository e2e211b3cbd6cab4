//! The table of faults: a row each. Never strikes.

use crate::faults::kind::FaultKind;
use crate::faults::kinds;
use std::fmt::Write as _;

/// All faults, in the order in which they are listed.
pub(crate) const TABLE: &[&FaultKind] = &[
    &kinds::status::FAULT,
    &kinds::delay::FAULT,
    &kinds::ttft::FAULT,
    &kinds::between::FAULT,
    &kinds::tps::FAULT,
    &kinds::gaps::FAULT,
    &kinds::jitter::FAULT,
    &kinds::stall::FAULT,
    &kinds::stall::FOR,
    &kinds::cut::FAULT,
    &kinds::truncate::FAULT,
    &kinds::reset::FAULT,
    &kinds::close::FAULT,
    &kinds::short::FAULT,
    &kinds::split::FAULT,
    &kinds::error::FAULT,
    &kinds::failed::FAULT,
    &kinds::as_error::FAULT,
    &kinds::bad_json::FAULT,
    &kinds::bad_utf8::FAULT,
    &kinds::comment::FAULT,
    &kinds::crlf::FAULT,
    &kinds::duplicate::FAULT,
    &kinds::omit::FAULT,
    &kinds::swap::FAULT,
    &kinds::unknown::FAULT,
    &kinds::empty_choices::FAULT,
    &kinds::no_done::FAULT,
    &kinds::no_finish::FAULT,
    &kinds::no_usage::FAULT,
    &kinds::late_name::FAULT,
    &kinds::args_whole::FAULT,
    &kinds::args_chars::FAULT,
    &kinds::args_escape::FAULT,
    &kinds::args_broken::FAULT,
    &kinds::args_null::FAULT,
    &kinds::args_none::FAULT,
    &kinds::interleave::FAULT,
    &kinds::index_gap::FAULT,
    &kinds::same_ids::FAULT,
    &kinds::unknown_tool::FAULT,
];

/// The fault of this name.
pub(crate) fn kind_of(name: &str) -> Option<&'static FaultKind> {
    TABLE.iter().copied().find(|kind| kind.name == name)
}

/// What says when faults strike.
pub(super) struct FaultOption {
    pub(super) name: &'static str,
    takes: &'static str,
    help: &'static str,
}

/// All of it.
pub(super) const OPTIONS: &[FaultOption] = &[
    option("times", "N", "Strike so many requests and no more; a key's end may say once, twice or thrice."),
    option("after", "N", "Let so many requests pass first."),
    option("probability", "SHARE", "Strike so many of them: 0.3, or 30%. Which ones, the seed says."),
    option("seed", "N", "What is drawn is drawn from this; 0 otherwise. The same seed, the same faults."),
    option(
        "endpoint",
        "NAME",
        "Strike these requests: by the kind that captured requests tell, or the path.",
    ),
    option("model", "NAME", "Strike requests for this model."),
    option("stream", "true|false", "Strike requests for streams alone, or all others."),
];

const fn option(name: &'static str, takes: &'static str, help: &'static str) -> FaultOption {
    FaultOption { name, takes, help }
}

/// Where faults are given, and how that looks.
const GIVEN: &[(&str, &str)] = &[
    ("x-parlel-fault: 429; times=2", "A header of the request that it is to strike."),
    ("sk-fault-429, sk-mine-fault-500-twice", "Any key that ends so: no set-up, and a key is a test's own."),
    ("MODEL:fault-stall-3", "The same behind a model's name."),
    ("{\"match\": {}, \"faults\": \"cut=3\"}", "A rule, or one of its answers."),
    (
        "POST /__parlel/faults",
        "At run time: {\"fault\": \"429\", \"times\": 2} for the key that is sent, or for all.",
    ),
];

/// A fault, as it is told.
pub struct FaultRow {
    /// By which it is asked for.
    pub name: &'static str,
    /// With what it takes: `stall[=PLACE]`.
    pub form: String,
    /// The faults that it says more of, if it is none by itself.
    pub behind: &'static [&'static str],
    /// What it does, in a line.
    pub help: &'static str,
}

/// All faults, in the order in which they are listed.
pub fn fault_rows() -> Vec<FaultRow> {
    let form = |kind: &FaultKind| match (kind.takes.shown(), kind.otherwise) {
        ("", _) => kind.name.to_owned(),
        (takes, None) => format!("{}={takes}", kind.name),
        (takes, Some(_)) => format!("{}[={takes}]", kind.name),
    };
    let row = |kind: &&FaultKind| FaultRow {
        name: kind.name,
        form: form(kind),
        behind: kind.behind,
        help: kind.help,
    };
    TABLE.iter().map(row).collect()
}

/// All options, in the same order as always, with what they take and do.
pub fn fault_options() -> Vec<(String, &'static str)> {
    OPTIONS.iter().map(|option| (format!("{}={}", option.name, option.takes), option.help)).collect()
}

/// All faults and what they do, for people: what else may be said of them, and where they are given.
pub fn fault_list() -> String {
    let faults = fault_rows().into_iter().map(|row| (row.form, row.help)).collect();
    let given = GIVEN.iter().map(|(form, help)| ((*form).to_owned(), *help)).collect();
    let mut text = String::new();
    for (heading, rows) in [
        ("Faults, several separated by semicolons:", faults),
        ("When they strike, behind them:", fault_options()),
        ("Where they are given:", given),
    ] {
        let rows: Vec<(String, &str)> = rows;
        let width = rows.iter().map(|(form, _)| form.len()).max().unwrap_or_default();
        let _ = writeln!(text, "{}{heading}", if text.is_empty() { "" } else { "\n" });
        for (form, help) in rows {
            let _ = writeln!(text, "  {form:width$}  {help}");
        }
    }
    text.push_str("\nPLACE is so many events (3), so many bytes (120b) or start, before the head.\n");
    text
}
