//! The files of rules: finds them, reads them, and tells all that is wrong with them. Never keeps one.

use crate::json;
use crate::rules::aimock;
use crate::rules::load::read_file;
use crate::rules::problem::Problem;
use crate::rules::read::RuleSource;
use crate::rules::rule::Rule;
use crate::rules::text;
use crate::yaml;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What is in a folder is read where it ends so.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// More problems of one file would not be read.
const MOST_PROBLEMS: usize = 100;

/// What files have to say.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// In the order of the files; to be used where there is no problem alone.
    pub(crate) rules: Vec<Rule>,
    pub(crate) problems: Vec<Problem>,
    /// Each file without a problem, and how many rules are from it.
    pub(crate) files: Vec<(PathBuf, usize)>,
    /// What has no effect, with its file.
    pub(crate) notes: Vec<String>,
    /// The files that answers name.
    pub(crate) named: Vec<PathBuf>,
}

/// Reads files, and those of folders, in the order in which they are given.
pub(crate) fn load_files(paths: &[PathBuf]) -> Loaded {
    let (files, problems) = find_files(paths);
    let mut loaded = Loaded { problems, ..Loaded::default() };
    for path in files {
        // What is named itself is meant.
        let is_named = paths.contains(&path);
        match read_path(&path, is_named, &mut loaded) {
            Ok(rules) => {
                loaded.files.push((path, rules.len()));
                loaded.rules.extend(rules);
            }
            Err(problems) => loaded.problems.extend(problems),
        }
    }
    loaded
}

/// Says of files, and of those of folders, how many rules are in each.
///
/// # Errors
/// Each thing that is wrong, a line each: the file and the line, the place, and what is wrong there.
pub fn check(paths: &[PathBuf]) -> Result<Vec<String>, Vec<String>> {
    let loaded = load_files(paths);
    if !loaded.problems.is_empty() {
        return Err(loaded.problems.iter().map(ToString::to_string).collect());
    }
    let files = loaded.files.iter().map(|(path, rules)| format!("{}: {}", path.display(), counted(*rules)));
    Ok(files.chain(loaded.notes).collect())
}

/// `1 rule`, `2 rules`
pub(crate) fn counted(rules: usize) -> String {
    if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") }
}

/// The files, each once; those of folders in the order of their names. And what is not there.
pub(crate) fn find_files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Problem>) {
    let mut search = FileSearch::default();
    for path in paths {
        if search.walk(path) == 0 {
            search.problems.push(problem(path, "no file in this folder ends in .json, .yaml or .yml"));
        }
    }
    (search.files, search.problems)
}

#[derive(Default)]
struct FileSearch {
    files: Vec<PathBuf>,
    problems: Vec<Problem>,
    /// Files and folders under the one name that each has, links aside.
    known: BTreeSet<PathBuf>,
}

impl FileSearch {
    /// Adds a file, or those of a folder; says how many things it came to, new or not.
    fn walk(&mut self, path: &Path) -> usize {
        let entries = path.canonicalize().and_then(|known| match self.known.insert(known) {
            true if path.is_dir() => std::fs::read_dir(path)?.collect::<io::Result<Vec<_>>>().map(Some),
            true => {
                self.files.push(path.to_owned());
                Ok(None)
            }
            false => Ok(None),
        });
        match entries {
            Ok(Some(entries)) => {
                let mut inner: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
                inner.sort();
                inner.iter().filter(|path| is_meant(path)).map(|path| self.walk(path)).sum()
            }
            Ok(None) => 1,
            Err(error) => {
                self.problems.push(problem(path, &told(&error)));
                1
            }
        }
    }
}

/// Whether what is in a folder may hold rules: neither what is hidden nor what is of another kind.
fn is_meant(path: &Path) -> bool {
    let is_hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && (path.is_dir() || ENDINGS.contains(&ending(path).as_str()))
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn read_path(path: &Path, is_named: bool, loaded: &mut Loaded) -> Result<Vec<Rule>, Vec<Problem>> {
    let alone = |line: Option<usize>, what: &str| vec![Problem { line, ..problem(path, what) }];
    let bytes = std::fs::read(path).map_err(|error| alone(None, &told(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| alone(None, "this is no UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let (value, line_of) = parsed(path, text).map_err(|(line, what)| alone(Some(line), &what))?;
    if !is_named && aimock::is_settings(&value) {
        loaded.notes.push(format!("{}: settings of aimock and no rules: passed over", path.display()));
        return Ok(Vec::new());
    }
    read_value(path, value, loaded).map_err(|problems| {
        let more = problems.len().saturating_sub(MOST_PROBLEMS);
        let mut told: Vec<Problem> = problems.into_iter().take(MOST_PROBLEMS).collect();
        for one in &mut told {
            one.source = path.display().to_string();
            one.line = line_of(text, &one.place);
        }
        if more > 0 {
            told.push(problem(path, &format!("and {more} more")));
        }
        told
    })
}

/// Finds the line of a place in a text.
type LineOf = fn(&str, &str) -> Option<usize>;

/// The value of a text, by the ending of its file: JSON, YAML, or whichever of the two it is.
fn parsed(path: &Path, text: &str) -> Result<(Value, LineOf), (usize, String)> {
    let as_json = || text::json(text).map(|value| (value, json::line_of as LineOf));
    let as_yaml = || text::yaml(text).map(|value| (value, yaml::line_of as LineOf));
    match ending(path).as_str() {
        "json" => as_json(),
        "yaml" | "yml" => as_yaml(),
        // What begins as JSON does is not told to be wrong YAML.
        _ if text.trim_start().starts_with(['{', '[']) => {
            as_json().or_else(|wrong| as_yaml().map_err(|_| wrong))
        }
        _ => as_yaml(),
    }
}

fn read_value(path: &Path, value: Value, loaded: &mut Loaded) -> Result<Vec<Rule>, Vec<Problem>> {
    let name = path.display().to_string();
    let named = RefCell::new(Vec::new());
    let open = |file: &str| {
        let file = path.parent().unwrap_or(Path::new("")).join(file);
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {}", file.display(), told(&error)));
        named.borrow_mut().push(file);
        bytes
    };
    let source = RuleSource { name: &name, key: None, numbers: None, weight: None, open: &open };
    let mut notes = Vec::new();
    let rules = read_file(&Arc::new(value), &source, &mut notes);
    loaded.notes.extend(notes.into_iter().map(|note| format!("{name}: {note}")));
    loaded.named.append(&mut named.borrow_mut());
    rules
}

fn problem(path: &Path, what: &str) -> Problem {
    let source = path.display().to_string();
    Problem { source, line: None, place: String::new(), what: what.to_owned() }
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        _ => error.to_string(),
    }
}
