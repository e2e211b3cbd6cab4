//! What is stated twice is held equal, and the code keeps to its own rules.

mod bad;
mod rules;
mod source;

use crate::support::Fake;
use crate::tidy::source::Source;
use openai_fake::declared;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&root().join("src"), &mut found);
    let name = |path: &PathBuf| path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
    found.iter().map(|path| (name(path), read(path))).collect()
}

/// The rules see it without what is only for tests.
fn code() -> &'static [Source] {
    static CODE: OnceLock<Vec<Source>> = OnceLock::new();
    CODE.get_or_init(|| source::read(&all_sources()))
}

#[track_caller]
fn clean(found: &[String]) {
    assert!(found.is_empty(), "{} against a rule:\n{}", found.len(), found.join("\n"));
}

#[test]
fn data_flows_one_way() {
    // Each room, and the rooms that it may know.
    const ARROWS: &[(&str, &[&str])] = &[
        ("json", &[]),
        ("yaml", &["json"]),
        ("http", &[]),
        ("config", &[]),
        ("error", &[]),
        ("tokens", &[]),
        ("model", &["error", "tokens"]),
        ("generate", &["json"]),
        ("structured", &["json"]),
        ("plan", &["json", "tokens"]),
        ("params", &["error"]),
        ("store", &[]),
        ("faults", &["error", "http", "plan", "play"]),
        ("rules", &["error", "faults", "http", "json", "plan", "yaml"]),
        ("state", &["config", "error", "faults", "http", "json", "plan", "play", "rules", "store"]),
        ("play", &[]),
        ("reply", &["error", "http", "json", "play", "state"]),
        ("route", &["error", "http", "params", "reply", "rules", "state"]),
        ("ask", &["error", "generate", "json", "model", "params", "plan", "rules", "tokens"]),
        (
            "api",
            &[
                "ask",
                "error",
                "faults",
                "generate",
                "http",
                "json",
                "model",
                "params",
                "plan",
                "play",
                "reply",
                "route",
                "rules",
                "state",
                "store",
                "structured",
                "tokens",
            ],
        ),
        ("import", &["ask", "http", "json", "yaml"]),
        ("declared", &["api", "config", "error", "faults", "params", "route"]),
        (
            "pipeline",
            &[
                "api", "config", "error", "faults", "http", "json", "params", "reply", "route", "rules",
                "state",
            ],
        ),
        ("server", &["config", "http", "json", "pipeline", "play", "reply", "rules", "state"]),
        ("main", &[]),
        ("lib", &[]),
    ];
    clean(&rules::circles_of_rooms(ARROWS));
    clean(&rules::arrows(code(), ARROWS));
    clean(&rules::idle_arrows(code(), ARROWS));
}

#[test]
fn files_of_a_room_know_each_other_one_way() {
    clean(&rules::circles_of_files(code()));
}

#[test]
fn imports_say_where_names_are_from() {
    clean(&rules::imports(code()));
}

#[test]
fn only_the_server_touches_sockets_threads_and_time() {
    clean(&rules::waits(code()));
}

#[test]
fn nothing_panics_on_purpose() {
    clean(&rules::panics(code()));
}

#[test]
fn files_open_with_what_they_are_for_and_stay_short() {
    clean(&rules::openings(code()));
    clean(&rules::lengths(code()));
    // Those that only tests are built of need not be short, but say what they are for.
    let files = all_sources();
    let silent = files.iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_eq!(silent.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_types_name_is_used_once() {
    clean(&rules::doubles(code()));
}

/// `POST /v1/embeddings` and so on: what is served.
fn operations() -> BTreeSet<String> {
    let served = declared::operations().into_iter().filter(|operation| operation.served);
    served.map(|operation| operation.name()).collect()
}

#[test]
fn the_readme_lists_every_operation_and_no_other() {
    let readme = read("README.md");
    let listed: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .filter(|cell| cell.contains(" /"))
        .map(str::to_owned)
        .collect();
    assert_eq!(listed, operations());
    assert!(readme.contains("OPTIONS *"));
}

/// The cells of a page's tables, without the table's head: a row begins with code.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let section = page.split(&format!("\n## {heading}\n")).nth(1).expect(heading);
    let section = section.split("\n## ").next().expect(heading);
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The names that stand as code in a cell.
fn named(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_readme_tells_every_setting() {
    let told: BTreeSet<String> =
        rows(&read("README.md"), "Settings").iter().map(|row| row[..3].join(" | ")).collect();
    let declared = declared::settings().into_iter().map(|setting| {
        let environment: Vec<String> = setting.environment.iter().map(|name| format!("`{name}`")).collect();
        let default = if setting.name == "--webhook-secret" {
            // Too long for a table, so the page that it leads to tells it.
            assert!(read("docs/webhooks.md").contains(&format!("`{}`", setting.default)));
            "[a constant](docs/webhooks.md)"
        } else {
            setting.default
        };
        format!("`{}` | {} | {default}", setting.name, environment.join(" or "))
    });
    assert_eq!(told, declared.collect());
}

#[test]
fn every_inert_parameter_is_listed_and_no_other() {
    let rows = rows(&read("docs/determinism.md"), "Inert parameters");
    for operation in declared::operations() {
        let parameters = operation.lists.iter().flat_map(|list| &list.parameters);
        let inert: BTreeSet<&str> =
            parameters.filter(|one| one.inert).map(|parameter| parameter.path.as_str()).collect();
        // Only parameters of the body itself are left out of what content is drawn from.
        assert!(inert.iter().all(|path| !path.contains(['.', '[', '('])), "{inert:?}");
        let name = format!("`{}`", operation.name());
        let told = rows.iter().find(|row| row[0] == name).map_or("none", |row| row[1].as_str());
        if let Some(others) = told.strip_prefix("everything but ") {
            assert!(named(others).is_disjoint(&inert), "{name}: {inert:?}");
        } else {
            assert_eq!(named(told), inert, "{name}");
        }
    }
    let known: BTreeSet<String> =
        declared::operations().iter().map(|one| format!("`{}`", one.name())).collect();
    assert!(rows.iter().all(|row| known.contains(&row[0])));
}

#[test]
fn every_operation_has_a_golden() {
    let mut requests = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/it/golden")).expect("the goldens") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a golden");
        let (asked, reply) = text.split_once("\n---\n").expect("a reply");
        let request = asked.rsplit("\n+++\n").next().and_then(|last| last.lines().next());
        // A refusal shows nothing of what an operation does.
        if reply.starts_with("200\n") {
            requests.push(request.expect("a request").to_owned());
        }
    }
    for operation in operations() {
        let fits = |line: &String| {
            let line = line.split('?').next().expect("a path");
            let (mut segments, mut known) = (line.split('/'), operation.split('/'));
            known.all(|known| segments.next().is_some_and(|one| one == known || known.starts_with('{')))
                && segments.next().is_none()
        };
        assert!(requests.iter().any(fits), "{operation} has no golden");
    }
}

#[test]
fn the_port_and_the_health_check_are_the_same_everywhere() {
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).expect("JSON");
    assert_eq!(manifest["name"], "openai");
    assert_eq!(manifest["image"], "parlel/openai:1");
    assert_eq!(manifest["port"], openai_fake::Config::default().port);
    assert_eq!(manifest["protocol"], "http");
    assert_eq!(manifest["startup_time_ms"], 100);
    assert_eq!(manifest["env_vars"]["OPENAI_API_KEY"], "sk-parlel");
    assert_eq!(manifest["env_vars"]["OPENAI_BASE_URL"], "http://127.0.0.1:4747/v1");
    let health = manifest["healthcheck"].as_str().expect("a path");
    assert_eq!(Fake::new().get(health).status, 200);
    let dockerfile = read("Dockerfile");
    for line in ["EXPOSE 4747", "FROM scratch", "HEALTHCHECK", "OPENAI_FAKE_HOST=0.0.0.0", "USER "] {
        assert!(dockerfile.contains(line), "the Dockerfile lacks {line}");
    }
    assert!(read("README.md").contains("4747"));
    assert!(read("CHANGELOG.md").contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn dependencies_say_why_they_are_there() {
    let manifest = read("Cargo.toml");
    let mut section = "";
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains(" = ") {
            assert!(before.starts_with('#'), "no reason for {line}");
        }
        before = line;
    }
}

#[test]
fn only_one_room_knows_models_by_their_names() {
    clean(&rules::models(code()));
}
