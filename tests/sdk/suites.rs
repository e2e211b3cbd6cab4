//! The official Python and Node clients and the frameworks on top of them, as their users call them,
//! against a server in this process.
//!
//! The tests themselves are in the folders of `tests/sdk/` and in the examples of the README and of
//! `docs/`; this file runs them, each with the packages that are pinned for it in `tests/sdk/pins`.

#[path = "environments.rs"]
pub(crate) mod environments;
#[path = "../it/examples/fences.rs"]
pub(crate) mod fences;
#[path = "runner.rs"]
mod runner;
#[path = "setups.rs"]
mod setups;
#[path = "../it/examples/shell.rs"]
mod shell;
#[path = "../it/examples/stage.rs"]
mod stage;

use fences::Fence;
use openai_fake::Config;
use openai_fake::OpenaiServer;
use runner::Trial;
use runner::trial;
use serde_json::Value;
use stage::Stage;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;
use std::time::Duration;

pub(crate) const SKIP: &str = "OPENAI_FAKE_SKIP_SDK";

/// Variables that clients and frameworks read. A developer's own accounts have no part in this.
const READ_BY_CLIENTS: &[&str] =
    &["OPENAI_", "LANGCHAIN_", "LANGSMITH_", "LITELLM_", "LLAMA_", "LOGFIRE_", "OTEL_", "AI_SDK_", "CODEX_"];

/// The tests: one for each folder, with its pins and what its requests say that they are sent by; and those of the
/// examples.
const TRIALS: &[Trial] = &[
    trial("openai_python", || pytest("python", "openai.txt", "OpenAI/Python")),
    trial("openai_node", || node_test("node", "package.json", "OpenAI/JS")),
    trial("langchain", || pytest("langchain", "apps.txt", "OpenAI/Python")),
    trial("agents_sdk", || pytest("agents", "apps.txt", "Agents/Python")),
    trial("pydantic_ai", || pytest("pydantic-ai", "apps.txt", "pydantic-ai/")),
    trial("instructor", || pytest("instructor", "instructor.txt", "OpenAI/Python")),
    trial("llama_index", || pytest("llama-index", "llama-index.txt", "OpenAI/Python")),
    trial("litellm", || pytest("litellm", "litellm.txt", "OpenAI/Python")),
    trial("ai_sdk", || node_test("ai-sdk", "package.json", "ai/")),
    trial("codex", || node_test("codex", "codex.json", "codex_exec/")),
    trial("aimock", || node_test("aimock", "package.json", "aimock-fixtures/")),
    trial("python_examples", python_examples),
    trial("node_examples", node_examples),
    trial("yaml_examples", yaml_examples),
    trial("pytest_setup", setups::pytest),
    trial("vitest_setup", setups::vitest),
];

pub(crate) fn main() -> ExitCode {
    let skips = env::var(SKIP).is_ok_and(|value| value == "1");
    runner::run(TRIALS, skips.then_some("OPENAI_FAKE_SKIP_SDK=1"))
}

/// The folders whose tests meet each fault that there is.
const MEET_FAULTS: &[&str] = &["python", "node", "langchain", "agents", "ai-sdk"];

/// The modules that an example may import, and the pins of the environment that has them. The first that
/// fits is taken.
const MODULES: &[(&str, &str)] = &[
    ("langchain_openai", "apps.txt"),
    ("agents", "apps.txt"),
    ("pydantic_ai", "apps.txt"),
    ("instructor", "instructor.txt"),
    ("llama_index", "llama-index.txt"),
    ("litellm", "litellm.txt"),
    ("openai", "openai.txt"),
];

fn pytest(folder: &str, pins: &str, agent: &str) {
    // As a module: the scripts in `bin` name the folder that they were installed to.
    let mut pytest = environments::python(pins);
    pytest.args(["-m", "pytest", "-q", "--disable-warnings", "-p", "no:cacheprovider"]).arg(sources(folder));
    let ran = passes(&mut pytest, folder, agent);
    assert!(ran.passed, "the tests in tests/sdk/{folder} failed:\n{}", ran.printed);
}

fn node_test(folder: &str, pins: &str, agent: &str) {
    let (mut runner, installed) = environments::node(pins);
    // Node looks for packages in the folders above a file, so the tests must lie beside them; in a
    // folder of their own, because another checkout may be running its tests from the same place.
    let beside = installed.join(format!("run-{folder}-{}", process::id()));
    fs::create_dir_all(&beside).expect("a folder");
    runner.arg("--test");
    let tests = fs::read_dir(sources(folder)).expect("the tests").map(|entry| entry.expect("a file").path());
    for file in tests.chain([sources("rules").join("met.mjs"), sources("faults").join("struck.mjs")]) {
        let copy = beside.join(file.file_name().expect("a name"));
        fs::copy(&file, &copy).expect("a copy");
        if copy.to_string_lossy().ends_with(".test.mjs") {
            runner.arg(copy);
        }
    }
    let ran = passes(&mut runner, folder, agent);
    fs::remove_dir_all(&beside).expect("an end");
    assert!(ran.passed, "the tests in tests/sdk/{folder} failed:\n{}", ran.printed);
}

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
        let mut python = environments::python(pins);
        example_passes(&example, |body, folder| {
            // Its tests are to be found and run.
            if body.contains("import pytest\n") {
                let file = folder.join("test_example.py");
                fs::write(&file, body).expect("a file");
                python.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(file)
            } else {
                python.args(["-c", body])
            }
        });
    }
}

fn node_examples() {
    for example in examples("js") {
        let (mut node, installed) = environments::node("package.json");
        // Packages are looked for in the folder that it runs in.
        node.arg("--input-type=module").current_dir(installed);
        // Testcontainers needs an engine, so of its example only the syntax is checked.
        if example.body.contains(" from \"testcontainers\";\n") {
            // With `--check` the program can only be a file or the input.
            let mut check = node.arg("--check").stdin(Stdio::piped()).spawn().expect("node");
            check.stdin.take().expect("its input").write_all(example.body.as_bytes()).expect("to write");
            assert!(check.wait().expect("an end").success(), "{example}");
        } else {
            example_passes(&example, |body, _| node.args(["--eval", body]));
        }
    }
}

fn yaml_examples() {
    let examples = examples("yaml");
    // Files that other examples read are tried with these.
    let examples = examples.iter().filter(|fence| stage::file("yaml", &fence.body).is_none());
    for example in examples {
        // LangChain brings PyYAML.
        let mut python = environments::python("apps.txt");
        python.args(["-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.argv[1]), sys.stdout)"]);
        let output = python.arg(&example.body).output().expect("python");
        assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
        let content: Value = serde_json::from_slice(&output.stdout).expect("JSON");

        if let Some(steps) = content.as_array() {
            // Steps of GitHub Actions. Building takes minutes, so that of what builds only the words are checked.
            let scripts = steps.iter().filter_map(|step| step["run"].as_str());
            let (building, starting): (Vec<&str>, Vec<&str>) =
                scripts.partition(|script| script.contains("cargo "));
            assert!(building.into_iter().all(shell::checked), "{example}: it can be run");
            assert!(!starting.is_empty(), "{example} starts no server");
            starting.into_iter().for_each(starts);
        } else {
            let service = &content["services"]["openai"];
            assert_eq!(service["healthcheck"]["test"], health_check_of_the_image(), "{example}");
            // Built before, so that it is found wherever the file is.
            assert_eq!(service["image"], "openai-fake", "{example}");
            let url = content["services"]["tests"]["environment"]["OPENAI_BASE_URL"].as_str();
            assert_eq!(url, Some("http://openai:4747/v1"), "{example}");
        }
    }
}

/// Runs a script as GitHub does, and asserts that it leaves a server behind and tells the next steps where.
fn starts(script: &str) {
    let folder = env::temp_dir().join(format!("openai-fake-steps-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let told = folder.join("github.env");
    let binary = Path::new(env!("CARGO_BIN_EXE_openai-fake")).parent().expect("a folder").to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([binary].into_iter().chain(env::split_paths(&path))).expect("a path");
    let script = format!("{script}\necho \"server=$!\" >> \"$GITHUB_ENV\"");
    let mut shell = Command::new("bash");
    shell.args(["-e", "-o", "pipefail", "-c", &script]).current_dir(&folder).env("PATH", path);
    // Else a pipe would be held open by what is left behind.
    let status =
        shell.env("GITHUB_ENV", &told).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("bash");
    let told = fs::read_to_string(&told).expect("what it told");
    let value = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let well = openai_fake::healthcheck(value("OPENAI_BASE_URL").expect("a URL"), Duration::ZERO);
    let stopped = Command::new("kill").arg(value("server").expect("its number")).status().expect("kill");
    fs::remove_dir_all(&folder).expect("an end");
    assert!(status.success() && stopped.success(), "{script}\n{told}");
    assert_eq!((well, value("OPENAI_API_KEY")), (Ok(()), Some("sk-test")), "{told}");
}

/// As Compose writes it: the word CMD and the command.
fn health_check_of_the_image() -> Value {
    let line = include_str!("../../Dockerfile").lines().find(|line| line.starts_with("HEALTHCHECK "));
    let (_, command) = line.and_then(|line| line.split_once(" CMD [")).expect("a command");
    serde_json::from_str(&format!("[\"CMD\", {command}")).expect("an array")
}

fn examples(language: &str) -> Vec<Fence> {
    let mut fences = fences::all();
    fences.retain(|fence| fence.language == language && setups::file(fence).is_none());
    assert!(!fences.is_empty(), "no example in {language}");
    fences
}

/// Asserts that an example ends well and that all it asked was answered.
fn example_passes<'a>(example: &Fence, program: impl FnOnce(&str, &Path) -> &'a mut Command) {
    let mut body = example.body.clone();
    let stage = Stage::of(example);
    let mut config = stage.config.clone();
    if body.contains("(\"127.0.0.1\", 8000)") {
        // It receives what `--webhook http://127.0.0.1:8000/webhook` has posted.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port().to_string();
        config.webhook = Some(format!("http://127.0.0.1:{port}/webhook"));
        body = body.replace("8000", &port);
    }
    let mut server = started(config);
    let body = body.replace("4747", &server.address().port().to_string());
    let ran = runs(program(&body, &stage.folder), &mut server, "sk-test");
    assert!(ran.passed, "{example} failed:\n{}", ran.printed);
    let requests = server.requests();
    // A rule may have said that it fails, a fault may have been asked for, and limits may have been set.
    let has_limits =
        [stage.config.rpm, stage.config.tpm, stage.config.concurrency].iter().any(|most| *most > 0);
    let answered = |request: &Value| match request["status"].as_u64() {
        _ if request["fault"].is_string() => true,
        Some(429) if has_limits => true,
        status => status.is_some_and(|status| status < 400 || request["rule"].is_string()),
    };
    assert!(!requests.is_empty() && requests.iter().all(answered), "{example}: {requests:#?}");
}

fn sources(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(folder)
}

/// How a program has ended, and what it has printed: to be seen only where it matters.
struct Ran {
    passed: bool,
    printed: String,
}

/// Runs a folder's tests against a server of their own, which has the rules of `tests/sdk/rules`: they are for what
/// no other test asks.
fn passes(tests: &mut Command, folder: &str, agent: &str) -> Ran {
    let mut server = started(Config { port: 0, rules: vec![sources("rules")], ..Config::default() });
    // Where the tests in Python find what they share.
    tests.env("PYTHONPATH", env::join_paths([sources("rules"), sources("faults")]).expect("paths"));
    let ran = runs(tests, &mut server, &format!("sk-{folder}"));
    let requests = server.requests();
    let sent_by_it = |request: &Value| {
        request["headers"]["user-agent"].as_str().is_some_and(|found| found.contains(agent))
    };
    assert!(requests.iter().any(sent_by_it), "{agent} has not sent anything\n{}", ran.printed);
    let asked_to_fail = |request: &Value| {
        request["body"].to_string().contains("[error]")
            || request["rule"].is_string()
            || request["fault"].is_string()
    };
    let fails = |request: &&Value| request["status"].as_u64() >= Some(500) && !asked_to_fail(request);
    let broken: Vec<_> = requests.iter().filter(fails).collect();
    assert!(broken.is_empty(), "the server failed: {broken:#?}");
    let unmet = unmet_faults(&requests);
    assert!(
        !ran.passed || !MEET_FAULTS.contains(&folder) || unmet.is_empty(),
        "{folder} has not met {unmet:?}"
    );
    ran
}

/// The faults that none of these requests has met.
fn unmet_faults(requests: &[Value]) -> Vec<String> {
    let met: BTreeSet<&str> = requests
        .iter()
        .filter_map(|request| request["fault"].as_str())
        .flat_map(|faults| faults.split(';'))
        .map(|fault| fault.split('=').next().unwrap_or_default().trim())
        .collect();
    let list = openai_fake::fault_list();
    let listed = list.lines().skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.trim().split(['=', '[', ' ']).next());
    // A status alone is the fault of that name.
    names.filter(|name| *name != "status" && !met.contains(name)).map(str::to_owned).collect()
}

fn started(config: Config) -> OpenaiServer {
    let mut server = OpenaiServer::with(config);
    server.start().expect("a free port");
    server
}

/// Runs a program until its end, and stops its server.
fn runs(program: &mut Command, server: &mut OpenaiServer, key: &str) -> Ran {
    undisturbed(program).env("OPENAI_BASE_URL", format!("{}/v1", server.url())).env("OPENAI_API_KEY", key);
    // For tests that need a fake with settings of its own.
    program.env("FAKE_BINARY", env!("CARGO_BIN_EXE_openai-fake"));
    let output = program.output().expect("it runs");
    server.stop();
    let printed = [output.stdout, output.stderr].concat();
    Ran { passed: output.status.success(), printed: String::from_utf8_lossy(&printed).into_owned() }
}

/// Takes a program out of the surroundings of this run.
pub(crate) fn undisturbed(program: &mut Command) -> &mut Command {
    let own = |name: &str| READ_BY_CLIENTS.iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| own(&name.to_string_lossy())) {
        program.env_remove(name);
    }
    // Nothing gets out: what is not for the server goes to a proxy that is not there.
    for (name, value) in [("https_proxy", "http://127.0.0.1:1"), ("no_proxy", "127.0.0.1")] {
        program.env(name, value).env(name.to_uppercase(), value);
    }
    program
}
