//! The fenced blocks of the README and of `docs/`. Both test binaries read them with this.

use std::fmt;
use std::fs;
use std::path::Path;

pub(crate) struct Fence {
    pub(crate) file: String,
    /// Of the opening fence, from 1.
    line: usize,
    pub(crate) language: String,
    pub(crate) body: String,
    /// The languages and bodies of those above it, under the same heading.
    pub(crate) above: Vec<(String, String)>,
}

impl fmt::Display for Fence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

pub(crate) fn all() -> Vec<Fence> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).expect("docs");
    let mut files: Vec<_> = docs.map(|entry| entry.expect("an entry").path()).collect();
    files.push(root.join("README.md"));
    files.sort();
    let pages = files.iter().map(|path| {
        let name = path.strip_prefix(root).expect("inside").to_string_lossy();
        fences(&name, &fs::read_to_string(path).expect("a page"))
    });
    pages.flatten().collect()
}

pub(crate) fn fences(file: &str, text: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open = false;
    let mut above: Vec<(String, String)> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        // Another kind of fence would be an example that nobody runs.
        assert!(!text.trim_start().starts_with("~~~"), "{file}:{line}: fences are written as ```");
        match text.trim_start().strip_prefix("```") {
            None if open => found.last_mut().expect("it is open").body.extend([text, "\n"]),
            None if text.starts_with('#') => above.clear(),
            None => {}
            Some(language) => {
                if !open {
                    let (language, body) = (language.to_owned(), String::new());
                    found.push(Fence { file: file.to_owned(), line, language, body, above: above.clone() });
                } else if let Some(fence) = found.last() {
                    above.push((fence.language.clone(), fence.body.clone()));
                }
                open = !open;
            }
        }
    }
    assert!(!open, "{file}: the last fence is not closed");
    found
}
