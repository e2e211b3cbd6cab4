//! What stands above an example under the same heading: files, among them the rules that its server has, and how
//! that is started. Both test binaries set the stage with this.

use super::fences::Fence;
use openai_fake::Config;
use openai_fake::Invocation;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// Blocks that show a file: the language, how it begins, what pages call it, and whether servers are given it.
const FILES: &[(&str, &str, &str, bool)] = &[
    ("json", "{\"rules\": [\n", "rules.json", true),
    ("json", "{\"fixtures\": [\n", "fixtures.json", true),
    ("yaml", "rules:\n", "rules.yaml", true),
    ("yaml", "interactions:\n", "cassette.yaml", false),
];

/// A folder with the files in it, which is gone when this is dropped.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    /// Of the server, on any free port.
    pub(crate) config: Config,
}

impl Stage {
    pub(crate) fn of(fence: &Fence) -> Stage {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("openai-fake-example-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut config = Config::default();
        for (language, body) in &fence.above {
            if let Some(served) = (language == "sh").then(|| served(body)).flatten() {
                config = Config { rules: config.rules, ..served };
            }
            if let Some((name, is_rules)) = file(language, body) {
                fs::write(folder.join(name), body).expect("a file");
                config.rules.extend(is_rules.then(|| folder.join(name)));
            }
        }
        config.port = 0;
        Stage { folder, config }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What pages call the file that a block shows, and whether it is one of rules.
pub(crate) fn file(language: &str, body: &str) -> Option<(&'static str, bool)> {
    let found = FILES.iter().find(|(of, start, ..)| *of == language && body.starts_with(start));
    found.map(|(.., name, is_rules)| (*name, *is_rules))
}

/// What a server is told by the line that starts it.
fn served(script: &str) -> Option<Config> {
    let line = script.lines().find_map(|line| line.strip_prefix("openai-fake --"))?;
    let arguments = format!("--{line}").split_whitespace().map(Into::into).collect();
    match openai_fake::command(arguments, &|_| None) {
        Ok(Invocation::Serve(config)) => Some(config),
        _ => None,
    }
}
