//! The examples of the README and of `docs/` do what they say: each is run, or checked where it cannot
//! run here. Those in Python, JavaScript and YAML are in `tests/sdk`, those in Rust are doc tests.

// They are for `sh`.
#![cfg(unix)]

mod fences;
mod shell;
mod stage;

use crate::support::server_with;
use fences::Fence;
use stage::Stage;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

#[test]
fn every_example_works() {
    let fences = fences::all();
    assert!(fences.len() > 20, "only {}", fences.len());
    for fence in fences {
        // Seen when it fails.
        println!("{fence}: {}", fence.language);
        if let Some((name, true)) = stage::file(&fence.language, &fence.body) {
            let stage = Stage::of(&fence);
            let file = stage.folder.join(name);
            fs::write(&file, &fence.body).expect("a file");
            openai_fake::check(&[file]).unwrap_or_else(|problems| panic!("{problems:#?}"));
        }
        match fence.language.as_str() {
            "sh" if shell::checked(&fence.body) => {
                // What asks the container can ask a server here.
                let script = fence.body.replace("\\\n", " ");
                let asks: Vec<&str> = script.lines().filter(|line| line.starts_with("curl ")).collect();
                runs(&fence, &asks.join("\n"));
            }
            "sh" => runs(&fence, &fence.body),
            "console" => answers(&fence),
            "json" => drop(serde_json::from_str::<serde_json::Value>(&fence.body).expect("JSON")),
            "rust" => {
                let included = format!("include_str!(\"../{}\")", fence.file);
                assert!(include_str!("../../src/lib.rs").contains(&included), "no doc test");
            }
            "python" | "js" | "yaml" | "text" => {}
            other => panic!("nothing runs an example in '{other}'"),
        }
    }
}

/// Runs a script, every command of which must end well.
fn runs(fence: &Fence, script: &str) {
    // An error's status is a failure, and a proxy has no part in this.
    let curl = "curl() { command curl --fail --show-error --noproxy '*' \"$@\"; }";
    let output = run(&Stage::of(fence), &format!("set -e\n{curl}\n{script}"));
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Types what stands behind each `$`, and sees that the rest is what is printed.
fn answers(fence: &Fence) {
    let (mut script, mut printed) =
        ("exec 2>&1\ncurl() { command curl --noproxy '*' \"$@\"; }\n".to_owned(), String::new());
    let mut goes_on = false;
    for line in fence.body.split_inclusive('\n') {
        let typed = line.strip_prefix("$ ").or(goes_on.then_some(line));
        goes_on = typed.is_some() && line.ends_with("\\\n");
        typed.map_or(&mut printed, |_| &mut script).push_str(typed.unwrap_or(line));
    }
    let stage = Stage::of(fence);
    let output = run(&stage, &script);
    // The server is told the whole path of what readers name as they are in the folder.
    let output = String::from_utf8_lossy(&output.stdout).replace(&format!("{}/", stage.folder.display()), "");
    assert_eq!(output, printed, "{fence}");
}

/// Runs a script beside the files that stand above it, and against a server with the rules among them. `openai-fake`
/// in it is the binary under test.
fn run(stage: &Stage, script: &str) -> Output {
    let server = server_with(stage.config.clone());
    let port = server.address().port().to_string();
    let binary = Path::new(env!("CARGO_BIN_EXE_openai-fake")).parent().expect("a folder").to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).expect("a path");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script.replace("4747", &port)]).current_dir(&stage.folder);
    shell.env("PATH", path).env("OPENAI_FAKE_PORT", port).output().expect("sh")
}

#[test]
fn examples_are_found_where_they_are() {
    let found = fences::fences("a.md", "Text\n\n```sh\nls\n\nls\n```\n- Item:\n  ```\n  ls\n  ```\n");
    let found: Vec<_> =
        found.iter().map(|fence| (fence.to_string(), fence.language.as_str(), fence.body.as_str())).collect();
    assert_eq!(found, [("a.md:3".to_owned(), "sh", "ls\n\nls\n"), ("a.md:9".to_owned(), "", "  ls\n")]);
}

#[test]
fn what_cannot_run_is_checked() {
    for wrong in [
        "cargo run --relase",
        "cargo fly",
        "cargo test --test none",
        "cargo bench -- --slow",
        "cargo run -- --colour",
        "docker build -f None .",
        "docker run -p 80:80 openai-fake",
        "docker run other",
        "docker fly openai-fake",
        "id=$(buildah run \"$container\" -- /openai-fake health)",
        "openai-fake & openai-fake health",
        "openai-fake & if",
    ] {
        assert!(std::panic::catch_unwind(|| shell::checked(wrong)).is_err(), "{wrong}");
    }
    for runs in ["openai-fake healthcheck 4747", "curl -s http://127.0.0.1:4747 | cat # cargo fly"] {
        assert!(!shell::checked(runs), "{runs}");
    }
}
