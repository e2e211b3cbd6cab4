//! The set-ups for test runners that docs/testing.md shows, each run as its readers would: its files in one folder, and
//! `openai-fake` on the `PATH`.

use crate::suites::environments;
use crate::suites::fences;
use crate::suites::fences::Fence;
use crate::suites::undisturbed;
use std::env;
use std::fs;
use std::path::Path;
use std::process;
use std::process::Command;

/// A set-up has fewer lines than this, all of its files together.
const TOO_LONG: usize = 20;

pub(crate) fn pytest() {
    let folder = env::temp_dir().join(format!("openai-fake-pytest-{}", process::id()));
    let mut python = environments::python("openai.txt");
    python.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    passes("python", &folder, &mut python);
}

pub(crate) fn vitest() {
    let (mut node, installed) = environments::node("package.json");
    // Packages are looked for in the folders above.
    let folder = installed.join(format!("run-vitest-{}", process::id()));
    node.arg(installed.join("node_modules/vitest/vitest.mjs")).arg("run");
    passes("js", &folder, &mut node);
}

/// The file that a block says it is in its first line: `# conftest.py`.
pub(crate) fn file(fence: &Fence) -> Option<&str> {
    let (mark, end) = match fence.language.as_str() {
        "python" => ("# ", ".py"),
        "js" => ("// ", ".mjs"),
        _ => return None,
    };
    fence.body.lines().next()?.strip_prefix(mark).filter(|name| name.ends_with(end) && !name.contains(' '))
}

fn passes(language: &str, folder: &Path, tests: &mut Command) {
    fs::create_dir_all(folder).expect("a folder");
    let (mut set_up, mut tested) = (0, 0);
    for fence in fences::all().iter().filter(|fence| fence.language == language) {
        let Some(name) = file(fence) else { continue };
        assert_eq!(fence.file, "docs/testing.md", "{fence}: nothing would run it");
        fs::write(folder.join(name), &fence.body).expect("a file");
        let is_test = name.starts_with("test_") || name.ends_with(".test.mjs");
        *(if is_test { &mut tested } else { &mut set_up }) += fence.body.lines().count();
    }
    assert!((1..TOO_LONG).contains(&set_up) && tested > 0, "{language}: {set_up} and {tested} lines");
    let binary = Path::new(env!("CARGO_BIN_EXE_openai-fake")).parent().expect("a folder").to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).expect("a path");
    undisturbed(tests).current_dir(folder).env("PATH", path);
    let output = tests.output().expect("it runs");
    fs::remove_dir_all(folder).expect("an end");
    let printed = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{language}: {}", String::from_utf8_lossy(&printed));
}
