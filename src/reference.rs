//! Writes docs/errors.md from the tables that refusals come from, and holds the page to them.
//! `UPDATE_DOCS=1 cargo test --lib` writes it anew.

use crate::declared;
use crate::declared::ParameterList;
use crate::declared::named;
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
- `dall-e-2` and `dall-e-3`, which are retired, and image requests without a model.
";

const ASKED: &str = "
## Errors by name

What can be asked for by name. Status and words are those that a chat gets; operations that have words of their own
for it use them. The messages stand above.

| Name | Also | What it stands for | Status | `type` | `param` | `code` | Headers |
| --- | --- | --- | --- | --- | --- | --- | --- |
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(
        "\n## Refusals\n\nBraces stand for what the request gave, or for a limit of its parameter.\n",
    );
    for (heading, rows) in declared::refusals() {
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
    page.push_str(ASKED);
    for error in declared::errors() {
        let aliases: Vec<String> = error.aliases.iter().map(|name| quoted(name)).collect();
        let word = |key: &str| match error.words.as_ref().map(|words| &words[key]) {
            Some(word) => word.as_str().map_or("null".to_owned(), quoted),
            None => String::new(),
        };
        let headers: Vec<String> =
            error.headers.iter().map(|(name, value)| quoted(&format!("{name}: {value}"))).collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
            error.name,
            aliases.join(", "),
            error.what,
            error.status,
            word("type"),
            word("param"),
            word("code"),
            headers.join(", "),
        );
    }
    page.push_str(
        "\n## Parameters\n\nWhat each operation takes, in the order in which it is checked. A name that is not \
         here is unknown, unless it stands where such names are passed over: then the request is what it would be \
         without it. A parameter that need not be there may be `null`. One that is deprecated is taken all the same; \
         [the verdict](inspection.md#what-a-client-did-badly) tells who sends it.\n",
    );
    let mut parameters = Parameters::default();
    for operation in declared::operations() {
        for list in &operation.lists {
            parameters.write(&operation.name(), list);
        }
    }
    page + &parameters.text
}

/// As code in a cell of a table.
fn quoted(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    // One at the end would be taken for a part of the fence.
    let space = if text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

/// The part of the page on what each operation takes.
#[derive(Default)]
struct Parameters {
    text: String,
    /// The cases of objects that have very many, and the operation that what they take was told of under:
    /// it is told once.
    told: Vec<(Vec<&'static str>, String)>,
}

/// So many cases are many.
const MANY: usize = 16;

impl Parameters {
    fn write(&mut self, operation: &str, list: &ParameterList) {
        let _ = write!(self.text, "\n### `{operation}`");
        if !list.models.is_empty() {
            let _ = write!(self.text, ", {}", list.models);
        }
        self.text.push_str("\n\n| Parameter | Takes |\n| --- | --- |\n");
        let mut left_out: Vec<String> = Vec::new();
        for parameter in &list.parameters {
            if left_out.iter().any(|above| parameter.path.starts_with(above)) {
                continue;
            }
            let must = match (parameter.required, parameter.unless) {
                (false, _) => String::new(),
                (true, []) => ", required".to_owned(),
                (true, others) => format!(", required unless {} is given", named(others)),
            };
            let takes = parameter.takes.replace('|', "\\|");
            let open = if parameter.open { "; names in it that are not here are passed over" } else { "" };
            let deprecated = match parameter.deprecated {
                None => String::new(),
                Some([]) => "; deprecated".to_owned(),
                Some(instead) => format!("; deprecated, {} takes its place", named(instead)),
            };
            let _ = writeln!(self.text, "| `{}` | {takes}{must}{open}{deprecated} |", parameter.path);
            for cases in parameter.cases.iter().filter(|cases| cases.words.len() > MANY) {
                let path = format!("{}({}=", cases.path, cases.tag);
                if let Some((_, first)) = self.told.iter().find(|(told, _)| *told == cases.words) {
                    let _ = writeln!(self.text, "| `{path}...)` | the same as in `{first}` |");
                    left_out.push(path);
                } else {
                    self.told.push((cases.words.clone(), operation.to_owned()));
                }
            }
        }
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
