//! Writes docs/errors.md from the tables that refusals come from, and holds the page to them.
//! `UPDATE_DOCS=1 cargo test --lib` writes it anew.

use crate::api;
use crate::error;
use crate::params::Kind;
use crate::params::Param;
use crate::params::expected;
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Errors

Everything that openai-fake refuses, and how. An error is a JSON object with the one key `error`, which always has four
keys: `message`, `type`, `param` and `code`; what is not told is `null`. A stream that is refused is answered with
the same JSON, not with events. This page is written from the tables in the code, and a test holds it to them.

Only the first thing that is wrong is reported. The order is the API's: the key, the JSON, the model, what is
missing, what is unknown, each parameter's value in the order of the lists below, parameters against each other,
parameters against the model, the messages, the length of the prompt.

## Models

A name that is not known is served and refused nothing, so that a model that came out yesterday can be tested. A
known name brings its limits: context window, most tokens of an answer, reasoning efforts, images, parameters that it
does not take, and the operations that it is for. `--strict-models` (or `OPENAI_FAKE_STRICT_MODELS=on`) refuses what
today's API refuses and what would break much code that is still in use:

- names that `GET /v1/models` does not list;
- `dall-e-2` and `dall-e-3`, which are retired, and image requests without a model;
- function tools on gpt-5.6 and gpt-6 in chat while they reason, which they do unless told otherwise.
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(
        "\n## Refusals\n\nBraces stand for what the request gave, or for a limit of its parameter.\n",
    );
    for (heading, rows) in error::TABLES {
        let _ = write!(page, "\n### {heading}\n\n| When | Status | Message | `type` | `param` | `code` |\n");
        page.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for row in *rows {
            let _ = writeln!(
                page,
                "| {} | {} | {} | `{}` | {} | {} |",
                row.when.trim(),
                row.status,
                quoted(row.message),
                row.kind,
                row.param.map_or("null".to_owned(), quoted),
                row.code.map_or("null".to_owned(), quoted),
            );
        }
    }
    page.push_str(
        "\n## Parameters\n\nWhat each operation takes, in the order in which it is checked. A name that is not \
         here is unknown. A parameter that need not be there may be `null`.\n",
    );
    let mut parameters = Parameters { text: page, operation: String::new(), told: Vec::new() };
    for route in api::TABLES.iter().copied().flatten() {
        let Some(declared) = route.params else { continue };
        for (models, params) in declared.lists {
            parameters.operation = format!("`{} {}`", route.method, route.path);
            let page = &mut parameters.text;
            let _ = write!(page, "\n### {}", parameters.operation);
            if !models.is_empty() {
                let _ = write!(page, ", {models}");
            }
            page.push_str("\n\n| Parameter | Takes |\n| --- | --- |\n");
            parameters.write(params, "");
        }
    }
    parameters.text
}

/// As code in a cell of a table.
fn quoted(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|"))
}

/// The part of the page on what each operation takes.
struct Parameters {
    text: String,
    /// The one that is written about.
    operation: String,
    /// What objects of very many cases take, and the operation that they were told of under: they are
    /// told of once.
    told: Vec<(String, String)>,
}

/// So many cases are many.
const MANY: usize = 16;

impl Parameters {
    fn write(&mut self, params: &[Param], path: &str) {
        for param in params {
            let path = if path.is_empty() { param.name.to_owned() } else { format!("{path}.{}", param.name) };
            let must = match (param.required, param.instead) {
                (false, _) => String::new(),
                (true, []) => ", required".to_owned(),
                (true, others) => format!(", required unless {} is given", named(others)),
            };
            let takes = takes(&param.kind).replace('|', "\\|");
            let _ = writeln!(self.text, "| `{path}` | {takes}{must} |");
            self.write_inner(&param.kind, &path);
        }
    }

    /// The rows of what is inside a parameter.
    fn write_inner(&mut self, kind: &Kind, path: &str) {
        match kind {
            Kind::List { of, .. } => self.write_inner(of, &format!("{path}[]")),
            Kind::Object(params) => self.write(params, path),
            Kind::Either { kinds, .. } => kinds.iter().for_each(|kind| self.write_inner(kind, path)),
            Kind::Tagged { tag, cases } => {
                if cases.len() > MANY && self.is_told(kind, tag, path) {
                    return;
                }
                for (case, params) in *cases {
                    self.write(params, &format!("{path}({tag}={case})"));
                }
            }
            Kind::Union { tag, cases, .. } => {
                if cases.len() > MANY && self.is_told(kind, tag, path) {
                    return;
                }
                for (case, kind) in *cases {
                    self.write_inner(kind, &format!("{path}({tag}={case})"));
                }
            }
            _ => {}
        }
    }

    /// Whether a kind was told of before; writes a row that says where.
    fn is_told(&mut self, kind: &Kind, tag: &str, path: &str) -> bool {
        let takes = takes(kind);
        if let Some((_, operation)) = self.told.iter().find(|(told, _)| *told == takes) {
            let _ = writeln!(self.text, "| `{path}({tag}=...)` | the same as in {operation} |");
            return true;
        }
        self.told.push((takes, self.operation.clone()));
        false
    }
}

/// Names as code, with `or` before the last.
fn named(names: &[&str]) -> String {
    error::quoted(names, "or").replace('\'', "`")
}

/// Says in words what a kind takes.
fn takes(kind: &Kind) -> String {
    let length = |noun: &str, min: usize, max: usize| match (min, max) {
        (0, usize::MAX) => String::new(),
        (min, usize::MAX) => format!(" of at least {min} {noun}"),
        (min, max) => format!(" of {min} to {max} {noun}"),
    };
    match kind {
        Kind::Model | Kind::RequestedModel => "the name of a model".to_owned(),
        Kind::Moved(to) => format!("nothing: it is `{to}` here"),
        Kind::Integer { min: i64::MIN, max: i64::MAX } => "an integer".to_owned(),
        Kind::Integer { min, max: i64::MAX } => format!("an integer, at least {min}"),
        Kind::Integer { min, max } => format!("an integer from {min} to {max}"),
        Kind::Number { min, max } => format!("a decimal from {min} to {max}"),
        Kind::Text { min, max } => format!("a string{}", length("characters", *min, *max)),
        Kind::Name { pattern, max } => {
            format!("a string of 1 to {max} characters that matches `{}`", pattern.text)
        }
        Kind::Id(prefix) => format!("a string that begins with `{prefix}`"),
        Kind::OneOf(words) => format!("one of {}", named(words)),
        Kind::List { of, min, max, .. } => {
            format!("an array{}, each {}", length("items", *min, *max), takes(of))
        }
        Kind::Metadata => {
            "up to 16 pairs of strings, names of up to 64 characters and values of up to 512".to_owned()
        }
        Kind::LogitBias => "an object of token ids, each with a decimal from -100 to 100".to_owned(),
        Kind::Tagged { tag, cases } => {
            let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
            format!("an object whose `{tag}` is {}", named(&names))
        }
        Kind::Union { tag, cases, untagged, .. } => {
            let names: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
            let absent = match *untagged {
                [] => String::new(),
                [(_, case), ..] => format!(", or absent for `{case}`"),
            };
            format!("an object whose `{tag}` is {}{absent}", named(&names))
        }
        Kind::Either { kinds, .. } => {
            let all: Vec<String> = kinds.iter().map(takes).collect();
            all.join("; or ")
        }
        other => expected(other),
    }
}

#[test]
fn the_page_on_errors_says_what_the_tables_say() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("to write");
    }
    let written = std::fs::read_to_string(&path).expect("docs/errors.md");
    assert!(written == page, "docs/errors.md is not what the tables say; UPDATE_DOCS=1 writes it");
}
