//! The harness of these tests, which reads its arguments and prints as Rust's own does. That one knows only when it
//! is compiled whether a test is left out, and would call one that looked at the environment and did nothing `ok`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

/// A test and how it is run. It fails by panicking, and prints nothing.
pub(crate) struct Trial {
    pub(crate) name: &'static str,
    pub(crate) run: fn(),
}

pub(crate) const fn trial(name: &'static str, run: fn()) -> Trial {
    Trial { name, run }
}

/// What the arguments of Rust's own harness ask for, those that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    filters: Vec<String>,
    skipped: Vec<String>,
    exact: bool,
    list: bool,
    ignored: Ignored,
    threads: Option<usize>,
}

/// Which tests are run, of those that are left out and the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ignored {
    #[default]
    Not,
    Only,
    Too,
}

impl Arguments {
    fn read(words: impl IntoIterator<Item = String>) -> Arguments {
        const WITH_VALUE: [&str; 7] =
            ["--skip", "--test-threads", "--format", "--color", "--logfile", "--shuffle-seed", "-Z"];
        let mut read = Arguments::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            let mut value = || value.clone().or_else(|| words.next()).unwrap_or_default();
            match flag.as_str() {
                "--exact" => read.exact = true,
                "--list" => read.list = true,
                "--ignored" => read.ignored = Ignored::Only,
                "--include-ignored" => read.ignored = Ignored::Too,
                "--skip" => read.skipped.push(value()),
                "--test-threads" => read.threads = value().parse().ok(),
                // How something is printed is the same here whatever is asked.
                other if WITH_VALUE.contains(&other) => drop(value()),
                other if other.starts_with('-') => {}
                _ => read.filters.push(flag),
            }
        }
        read
    }

    fn choose(&self, name: &str) -> bool {
        let fits = |filter: &String| if self.exact { name == filter } else { name.contains(filter) };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.skipped.iter().any(fits)
    }
}

thread_local! {
    /// Why this thread has panicked.
    static WHY: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs the tests that the arguments ask for, unless there is a reason to leave them all out.
pub(crate) fn run(trials: &[Trial], left_out: Option<&str>) -> ExitCode {
    let arguments = Arguments::read(std::env::args().skip(1));
    let mut chosen: Vec<&Trial> = trials.iter().filter(|trial| arguments.choose(trial.name)).collect();
    if arguments.ignored == Ignored::Only && left_out.is_none() {
        chosen.clear();
    }
    if arguments.list {
        for trial in &chosen {
            println!("{}: test", trial.name);
        }
        return ExitCode::SUCCESS;
    }
    let (started, filtered) = (Instant::now(), trials.len() - chosen.len());
    println!("\nrunning {} tests", chosen.len());
    let mut ignored = 0;
    let mut failures = Vec::new();
    match left_out.filter(|_| arguments.ignored == Ignored::Not) {
        None => failures = all(&chosen, arguments.threads),
        Some(why) => {
            for trial in &chosen {
                println!("test {} ... ignored, {why}", trial.name);
            }
            ignored = chosen.len();
        }
    }
    for (name, why) in &failures {
        println!("\n---- {name} ----\n{why}");
    }
    if !failures.is_empty() {
        let names: BTreeSet<&str> = failures.iter().map(|(name, _)| *name).collect();
        println!("\nfailures:\n    {}", names.into_iter().collect::<Vec<_>>().join("\n    "));
    }
    println!(
        "\ntest result: {}. {} passed; {} failed; {ignored} ignored; 0 measured; {filtered} filtered out; finished in {:.2}s\n",
        if failures.is_empty() { "ok" } else { "FAILED" },
        chosen.len() - failures.len() - ignored,
        failures.len(),
        started.elapsed().as_secs_f64()
    );
    // As Rust's own does.
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

/// Runs tests side by side; returns those that fail, and why.
fn all(trials: &[&Trial], threads: Option<usize>) -> Vec<(&'static str, String)> {
    let usual = || std::env::var("RUST_TEST_THREADS").ok()?.parse().ok();
    let at_hand = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.or_else(usual).unwrap_or_else(at_hand).max(1);
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // That of a test is told with the test; the names of other threads are not ours.
        if thread::current().name() == Some(RUNNER) {
            WHY.set(info.to_string());
        } else {
            report(info);
        }
    }));
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads.min(trials.len()) {
            let work = || {
                while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let passed = panic::catch_unwind(trial.run).is_ok();
                    println!("test {} ... {}", trial.name, if passed { "ok" } else { "FAILED" });
                    if !passed {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        failures.push((trial.name, WHY.take()));
                    }
                }
            };
            let builder = thread::Builder::new().name(RUNNER.to_owned());
            builder.spawn_scoped(scope, work).expect("a thread");
        }
    });
    failures.into_inner().unwrap_or_else(PoisonError::into_inner)
}

const RUNNER: &str = "sdk-test";

#[cfg(test)]
mod tests {
    // Where this is the harness itself, no test is compiled.
    #[allow(unused_imports)]
    use super::*;

    #[test]
    fn arguments_are_those_of_rusts_own_harness() {
        let read = |words: &str| Arguments::read(words.split_whitespace().map(str::to_owned));
        let chosen = |words: &str| {
            let arguments = read(words);
            let names = ["openai_node", "openai_python", "langchain"];
            names.into_iter().filter(|name| arguments.choose(name)).collect::<Vec<_>>().join(" ")
        };
        for (words, expected) in [
            ("", "openai_node openai_python langchain"),
            ("--nocapture -q --format terse --color=never", "openai_node openai_python langchain"),
            ("openai", "openai_node openai_python"),
            ("node lang", "openai_node langchain"),
            ("openai --exact", ""),
            ("--exact openai_node", "openai_node"),
            ("--skip openai", "langchain"),
            ("openai --skip=node", "openai_python"),
        ] {
            assert_eq!(chosen(words), expected, "{words}");
        }
        for (words, expected) in [
            ("", Arguments::default()),
            ("--list --format terse", Arguments { list: true, ..Arguments::default() }),
            ("--ignored", Arguments { ignored: Ignored::Only, ..Arguments::default() }),
            ("--include-ignored", Arguments { ignored: Ignored::Too, ..Arguments::default() }),
            ("--test-threads=3", Arguments { threads: Some(3), ..Arguments::default() }),
            ("--test-threads 3", Arguments { threads: Some(3), ..Arguments::default() }),
        ] {
            assert_eq!(read(words), expected, "{words}");
        }
    }
}
