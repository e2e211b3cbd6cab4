//! The command line and the environment, read by the table of settings; and the help text, printed from it.

use crate::config::Config;
use crate::config::SETTINGS;
use crate::config::Setting;
use crate::config::health_address;
use crate::config::is_address;
use crate::config::own_url;
use crate::config::whole;
use pico_args::Arguments;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Serve, as configured.
    Serve(Config),
    /// Ask a running server whether it is well.
    Healthcheck {
        /// A URL or a port.
        target: String,
        /// How long to ask again where nobody answers yet.
        wait: Duration,
    },
    /// Ask a running server what its clients did badly.
    Verdict {
        /// A URL or a port.
        target: String,
    },
    /// Print the JSON Schema of files of rules.
    Schema,
    /// Print what can be made to go wrong.
    Faults,
    /// Say whether these files of rules, and those in these folders, can be served.
    Check(Vec<PathBuf>),
    /// Print the rules that recorded traffic makes.
    Import(Vec<PathBuf>),
    /// Print this and leave.
    Print(String),
}

const HEALTHCHECK: &str = "healthcheck";
const VERDICT: &str = "verdict";
const SCHEMA: &str = "schema";
const FAULTS: &str = "faults";
const CHECK: &str = "check";
const IMPORT: &str = "import";
const COMMANDS: [&str; 8] = [HEALTHCHECK, VERDICT, SCHEMA, FAULTS, CHECK, IMPORT, "help", "version"];
const WAIT: &str = "--wait";
const MOST_WAIT: u64 = 3600;

/// Flags and words that are no settings, and what they lead to.
const HELP: &[&str] = &["--help", "-h", "help"];
const VERSION: &[&str] = &["--version", "-V", "version"];

/// Reads a command line (without the program's name) and the environment.
///
/// # Errors
/// One line that says which argument or variable is wrong, and what it should be.
pub fn command(
    arguments: Vec<OsString>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Invocation, String> {
    if let Some(text) = printed(&arguments) {
        return Ok(Invocation::Print(text));
    }
    let Line { given, wait, words } = Line::read(arguments)?;

    let mut config = configured(&given, environment)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let paths = |words: &[&str]| words.iter().map(PathBuf::from).collect::<Vec<_>>();
    let is_given = |flag: &str| given.iter().any(|(setting, _)| setting.flag == flag);
    match words[..] {
        [HEALTHCHECK] => Ok(Invocation::Healthcheck { target: own_url(&config), wait: seconds(wait)? }),
        [HEALTHCHECK, target] => {
            health_address(target)?;
            Ok(Invocation::Healthcheck { target: target.to_owned(), wait: seconds(wait)? })
        }
        [HEALTHCHECK | VERDICT, _, word, ..] | [SCHEMA | FAULTS, word, ..] => Err(unexpected(word)),
        _ if wait.is_some() => Err(format!("{WAIT} belongs to {HEALTHCHECK}; see --help")),
        [VERDICT] => Ok(Invocation::Verdict { target: own_url(&config) }),
        [VERDICT, target] => {
            health_address(target)?;
            Ok(Invocation::Verdict { target: target.to_owned() })
        }
        [SCHEMA] => Ok(Invocation::Schema),
        [FAULTS] => Ok(Invocation::Faults),
        [CHECK] if config.rules.is_empty() => Err(format!("{CHECK} wants a path: {CHECK} PATH...")),
        [CHECK] => Ok(Invocation::Check(config.rules)),
        [CHECK, ref given @ ..] => Ok(Invocation::Check(paths(given))),
        [IMPORT] => Err(format!("{IMPORT} wants a file: {IMPORT} FILE...")),
        [IMPORT, ref given @ ..] => Ok(Invocation::Import(paths(given))),
        [first, _, ..] if first.parse::<u16>().is_err() => Err(unknown_command(first)),
        [_, word, ..] => Err(unexpected(word)),
        [] | [_] if is_given("--watch") && config.watch && config.rules.is_empty() => {
            Err("--watch looks at the files of --rules, and none are given".to_owned())
        }
        [] => Ok(Invocation::Serve(config)),
        [port] => {
            if is_given("--port") {
                return Err(format!("the port is given twice: --port and '{port}'"));
            }
            config.port = port.parse().map_err(|_| unknown_command(port))?;
            Ok(Invocation::Serve(config))
        }
    }
}

/// What flags set, and what the environment sets where no flag does.
fn configured(
    given: &[(&'static Setting, String)],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, String> {
    let mut config = Config::default();
    for setting in SETTINGS {
        let from_environment = || {
            setting.env.iter().find_map(|&name| {
                let text = environment(name)?;
                let meant = !text.is_empty() && (name != "HOST" || is_address(&text));
                meant.then_some((name, text))
            })
        };
        let flags = given.iter().filter(|(of, _)| of.flag == setting.flag);
        let mut found: Vec<_> = flags.map(|(_, text)| (setting.flag, text.clone())).collect();
        if found.is_empty()
            && let Some((name, text)) = from_environment()
        {
            found = if setting.repeats { several(name, &text) } else { vec![(name, text)] };
        }
        for (source, text) in found {
            (setting.set)(&mut config, &text)
                .map_err(|why| format!("{source}: '{text}' is not valid: {why}"))?;
        }
    }
    Ok(config)
}

/// The values of a variable that may have several, separated as those of `PATH` are.
fn several(name: &'static str, text: &str) -> Vec<(&'static str, String)> {
    let parts = std::env::split_paths(text).map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| !part.is_empty()).map(|part| (name, part)).collect()
}

fn unknown_command(word: &str) -> String {
    let meant = did_you_mean(word, COMMANDS);
    format!("'{word}' is not a port (0 to 65535) and not a command; {meant}")
}

fn unexpected(word: &str) -> String {
    format!("unexpected argument '{word}'; see --help")
}

/// Help and version are printed whatever else is asked, as words only in the first place.
fn printed(arguments: &[OsString]) -> Option<String> {
    let asks = |names: &[&str]| {
        let words = arguments.iter().enumerate().filter_map(|(at, word)| Some((at, word.to_str()?)));
        words.filter(|(_, word)| names.contains(word)).any(|(at, word)| at == 0 || word.starts_with('-'))
    };
    if asks(HELP) {
        return Some(help());
    }
    asks(VERSION).then(|| format!("openai-fake {}\n", env!("CARGO_PKG_VERSION")))
}

/// How long to wait, as `--wait` has it.
fn seconds(given: Option<String>) -> Result<Duration, String> {
    let Some(text) = given else { return Ok(Duration::ZERO) };
    let read = whole(&text, MOST_WAIT);
    read.map(Duration::from_secs).map_err(|why| format!("{WAIT}: '{text}' is not valid: {why}"))
}

/// A command line taken apart: settings and the texts given for them, and what is none.
#[derive(Default)]
struct Line {
    given: Vec<(&'static Setting, String)>,
    wait: Option<String>,
    words: Vec<String>,
}

impl Line {
    fn read(arguments: Vec<OsString>) -> Result<Line, String> {
        let mut line = Line::default();
        // What is no UTF-8 is no value of any option; it is refused by name.
        let lossy = arguments.into_iter().map(|word| word.to_string_lossy().into_owned().into());
        let mut arguments = Arguments::from_vec(lossy.collect());
        for setting in SETTINGS {
            let values = options(&mut arguments, setting.short, setting.flag, setting.value)?;
            if values.len() > 1 && !setting.repeats {
                return Err(twice(setting.flag));
            }
            line.given.extend(values.into_iter().map(|value| (setting, value)));
        }
        let mut waits = options(&mut arguments, "", WAIT, "SECONDS")?;
        if waits.len() > 1 {
            return Err(twice(WAIT));
        }
        line.wait = waits.pop();
        line.words = arguments.finish().into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
        match line.words.iter().find(|word| word.starts_with('-') && *word != "-") {
            Some(flag) => Err(unknown(flag.split('=').next().unwrap_or(flag))),
            None => Ok(line),
        }
    }
}

/// What is given for an option, each time; one that wants no value is `on` where it stands alone.
fn options(
    arguments: &mut Arguments,
    short: &'static str,
    flag: &'static str,
    expected: &str,
) -> Result<Vec<String>, String> {
    let wants = || format!("{flag} wants a value: {flag} {expected}");
    let mut next = || {
        if expected.is_empty() && arguments.contains(flag) {
            return Ok(Some("on".to_owned()));
        }
        let value: Result<Option<String>, _> = if short.is_empty() {
            arguments.opt_value_from_str(flag)
        } else {
            arguments.opt_value_from_str([short, flag])
        };
        match value {
            // What begins with one dash may be a value, if a wrong one: `--pace -1`.
            Ok(Some(value)) if value.starts_with("--") => Err(wants()),
            value => value.map_err(|_| wants()),
        }
    };
    let mut values = Vec::new();
    while let Some(value) = next()? {
        values.push(value);
    }
    Ok(values)
}

fn twice(flag: &str) -> String {
    format!("{flag} is given twice")
}

fn unknown(flag: &str) -> String {
    let known = SETTINGS.iter().map(|setting| setting.flag).chain([WAIT, "--help", "--version"]);
    format!("unknown option '{flag}'; {}", did_you_mean(flag, known))
}

/// `did you mean '--port'?` where one of the known is so close that it may be meant, and where there is help.
fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let letters = |word: &str| word.trim_start_matches('-').to_lowercase();
    let given = letters(given);
    let distance = |known: &str| strsim::osa_distance(&given, &letters(known));
    let nearest = known.into_iter().map(|known| (distance(known), known)).min();
    // A third of the letters may be others.
    let close = nearest.filter(|(distance, known)| distance * 3 <= letters(known).len());
    close.map_or("see --help".to_owned(), |(_, known)| format!("did you mean '{known}'? See --help"))
}

fn help() -> String {
    let mut text = format!(
        "openai-fake {}: a fake OpenAI API for test suites\n\n\
         Usage:\n  openai-fake [PORT] [options]\n  openai-fake {HEALTHCHECK} [URL|PORT] [{WAIT} SECONDS]\n  \
         openai-fake {VERDICT} [URL]    tell what the clients of a server did badly\n  \
         openai-fake {CHECK} PATH...    say whether files of rules can be served\n  \
         openai-fake {SCHEMA}           print the JSON Schema of such files\n  \
         openai-fake {FAULTS}           list what can be made to go wrong\n  \
         openai-fake {IMPORT} FILE...   print the rules that recorded traffic makes\n  \
         openai-fake help | version\n\nOptions:\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut tell = |short: &str, flag: &str, value: &str, help: &str| {
        let comma = if short.is_empty() { "  " } else { ", " };
        let left = format!("{short:2}{comma}{flag} {value}");
        let _ = writeln!(text, "  {left:<29} {help}");
    };
    for setting in SETTINGS {
        let help = format!("{} [{}]", setting.help, setting.default);
        tell(setting.short, setting.flag, setting.value, &help);
        tell("", "", "", &format!("also by {}", setting.env.join(" or ")));
    }
    tell("", WAIT, "SECONDS", &format!("{HEALTHCHECK} alone: how long to ask until one answers [0]"));
    tell("-h", "--help", "", "print this");
    tell("-V", "--version", "", "print the version");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Clock;

    fn read(words: &str, environment: &[(&str, &str)]) -> Result<Invocation, String> {
        let words = words.split_whitespace().map(OsString::from).collect();
        command(words, &|name| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn config(words: &str, environment: &[(&str, &str)]) -> Config {
        match read(words, environment) {
            Ok(Invocation::Serve(config)) => config,
            other => panic!("{words}: {other:?}"),
        }
    }

    fn refusal(words: &str) -> String {
        read(words, &[]).map(|_| ()).expect_err(words)
    }

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_beats_the_default() {
        assert_eq!(config("", &[]).port, 4747);
        assert_eq!(config("", &[("PORT", "80")]).port, 80);
        assert_eq!(config("", &[("PORT", "80"), ("OPENAI_FAKE_PORT", "81")]).port, 81);
        assert_eq!(config("--port 82", &[("OPENAI_FAKE_PORT", "81")]).port, 82);
        assert_eq!(config("83", &[("OPENAI_FAKE_PORT", "81")]).port, 83);
        for words in ["--port=84", "-p 84", "-p84", "-p=84", "--port 84 --pace=5", "--pace 5 84"] {
            assert_eq!(config(words, &[]).port, 84, "{words}");
        }
        assert!(!config("--strict-models=off", &[("OPENAI_FAKE_STRICT_MODELS", "on")]).strict_models);
        assert_eq!(config("--webhook=http://a/?b=c", &[]).webhook.as_deref(), Some("http://a/?b=c"));
        assert_eq!(config("", &[("PORT", "")]).port, 4747);
        assert_eq!(config("--host ::1", &[]).host, "::1");
        assert_eq!(config("--clock real", &[]).clock, Clock::Real);
        assert_eq!(config("--pace 50", &[]).pace, Duration::from_millis(50));
        assert_eq!(config("", &[("OPENAI_FAKE_LOG_MB", "1")]).log_limit, 1 << 20);
        assert!(config("--strict-models 84", &[("OPENAI_FAKE_STRICT_MODELS", "off")]).strict_models);
        assert!(config("", &[("OPENAI_FAKE_STRICT_MODELS", "1")]).strict_models);
        assert!(!config("", &[]).strict_models);
        let hook = Some("http://127.0.0.1:8000/hook");
        assert_eq!(config("--webhook http://127.0.0.1:8000/hook", &[]).webhook.as_deref(), hook);
        assert_eq!(
            config("", &[("OPENAI_FAKE_WEBHOOK", "http://127.0.0.1:8000/hook")]).webhook.as_deref(),
            hook
        );
        assert_eq!(config("--webhook off", &[("OPENAI_FAKE_WEBHOOK", "http://a")]).webhook, None);
        assert_eq!(config("--webhook-secret whsec_c2VjcmV0", &[]).webhook_secret, "whsec_c2VjcmV0");
        assert!(!config("", &[]).strict_rules && config("--strict-rules", &[]).strict_rules);
        assert!(config("", &[("OPENAI_FAKE_STRICT_RULES", "on")]).strict_rules);
    }

    #[test]
    fn rules_are_given_again_and_again() {
        let joined =
            |paths: &[&str]| std::env::join_paths(paths).expect("paths").into_string().expect("UTF-8");
        let two = joined(&["a.json", "b"]);
        let rules = |words, value: &str| config(words, &[("OPENAI_FAKE_RULES", value)]).rules;
        assert_eq!(rules("", ""), [""; 0].map(PathBuf::from));
        assert_eq!(rules("", "a.json"), ["a.json"].map(PathBuf::from));
        assert_eq!(rules("", &two), ["a.json", "b"].map(PathBuf::from));
        assert_eq!(rules("", &joined(&["", "b", ""])), ["b"].map(PathBuf::from));
        assert_eq!(rules("--rules c --rules=d", &two), ["c", "d"].map(PathBuf::from));
        assert_eq!(rules("--rules off", &two), [""; 0].map(PathBuf::from));
        assert!(config("--rules a --watch", &[]).watch);
        assert!(config("--watch", &[("OPENAI_FAKE_RULES", "a")]).watch);
        // For all servers that an image starts, also for those without rules.
        assert!(config("", &[("OPENAI_FAKE_WATCH", "on")]).watch);
        assert!(!config("--watch=off", &[("OPENAI_FAKE_WATCH", "on")]).watch);
    }

    #[test]
    fn commands_of_rules_take_paths() {
        let asked = |words, rules: &str| match read(words, &[("OPENAI_FAKE_RULES", rules)]) {
            Ok(Invocation::Check(paths)) => ("check", paths),
            Ok(Invocation::Import(paths)) => ("import", paths),
            Ok(Invocation::Schema) => ("schema", Vec::new()),
            Ok(Invocation::Faults) => ("faults", Vec::new()),
            other => panic!("{words}: {other:?}"),
        };
        assert_eq!(asked("check a", "c"), ("check", ["a"].map(PathBuf::from).to_vec()));
        assert_eq!(asked("check a b", ""), ("check", ["a", "b"].map(PathBuf::from).to_vec()));
        assert_eq!(asked("check", "c"), ("check", ["c"].map(PathBuf::from).to_vec()));
        assert_eq!(asked("check --rules=d", "c"), ("check", ["d"].map(PathBuf::from).to_vec()));
        assert_eq!(asked("import a b", "c"), ("import", ["a", "b"].map(PathBuf::from).to_vec()));
        assert_eq!(asked("schema", ""), ("schema", Vec::new()));
    }

    #[test]
    fn bad_arguments_are_named() {
        for (words, told) in [
            ("--port 99999", "--port: '99999' is not valid: a port is a whole number from 0 to 65535"),
            ("--port", "--port wants a value: --port PORT"),
            ("--port --pace 5", "--port wants a value: --port PORT"),
            ("--host --port 5", "--host wants a value: --host ADDRESS"),
            ("--port=", "--port wants a value: --port PORT"),
            ("--pace -1", "--pace: '-1' is not valid: expected a whole number from 0 to 60000"),
            ("http", "'http' is not a port (0 to 65535) and not a command; see --help"),
            (
                "healthchek",
                "'healthchek' is not a port (0 to 65535) and not a command; did you mean 'healthcheck'? See --help",
            ),
            ("--colour", "unknown option '--colour'; see --help"),
            // The flag, not what follows it, is what is wrong.
            ("--prot 5351", "unknown option '--prot'; did you mean '--port'? See --help"),
            ("--prot=5351", "unknown option '--prot'; did you mean '--port'? See --help"),
            ("5351 --Port 1", "unknown option '--Port'; did you mean '--port'? See --help"),
            ("-strict-models", "unknown option '-strict-models'; did you mean '--strict-models'? See --help"),
            ("--strict-model", "unknown option '--strict-model'; did you mean '--strict-models'? See --help"),
            (
                "--webhook-secrets x",
                "unknown option '--webhook-secrets'; did you mean '--webhook-secret'? See --help",
            ),
            ("-x", "unknown option '-x'; see --help"),
            ("1 2", "unexpected argument '2'; see --help"),
            ("--port 1 2", "the port is given twice: --port and '2'"),
            ("--port 1 -p 2", "--port is given twice"),
            ("--wait 1", "--wait belongs to healthcheck; see --help"),
            ("80 --wait 1", "--wait belongs to healthcheck; see --help"),
            ("healthcheck --wait", "--wait wants a value: --wait SECONDS"),
            (
                "healthcheck --wait long",
                "--wait: 'long' is not valid: expected a whole number from 0 to 3600",
            ),
            ("healthcheck 80 81", "unexpected argument '81'; see --help"),
            ("verdict 80 81", "unexpected argument '81'; see --help"),
            ("verdict --wait 1", "--wait belongs to healthcheck; see --help"),
            (
                "verdcit",
                "'verdcit' is not a port (0 to 65535) and not a command; did you mean 'verdict'? See --help",
            ),
            ("schema rules.json", "unexpected argument 'rules.json'; see --help"),
            ("import", "import wants a file: import FILE..."),
            ("import a --wait 1", "--wait belongs to healthcheck; see --help"),
            ("check", "check wants a path: check PATH..."),
            (
                "chekc a.json",
                "'chekc' is not a port (0 to 65535) and not a command; did you mean 'check'? See --help",
            ),
            ("check a --rule b", "unknown option '--rule'; did you mean '--rules'? See --help"),
            ("--watch", "--watch looks at the files of --rules, and none are given"),
            ("--rules a --wach", "unknown option '--wach'; did you mean '--watch'? See --help"),
            ("--rules --watch", "--rules wants a value: --rules PATH"),
            ("--strict-rule", "unknown option '--strict-rule'; did you mean '--strict-rules'? See --help"),
            ("--watch --watch", "--watch is given twice"),
            ("healthcheck --wait 1 --wait 2", "--wait is given twice"),
            ("--clock sun", "--clock: 'sun' is not valid: a clock is fixed or real"),
        ] {
            assert_eq!(refusal(words), told, "{words}");
        }
        assert!(
            refusal("healthcheck foo").ends_with(
                "nor a URL: expected a URL that begins with http://, such as http://127.0.0.1:8000"
            )
        );
        assert!(refusal("healthcheck 70000").starts_with("'70000' is neither a port nor a URL"));
        assert!(refusal("healthcheck https://fake").contains("TLS is not spoken"));
        assert!(refusal("--webhook https://a/").contains("such as http://127.0.0.1:8000"));
        assert!(refusal("--webhook 8000").contains("--webhook: '8000' is not valid"));
        assert!(refusal("--webhook-secret secret").contains("whsec_ and base64"));
    }

    #[test]
    fn help_and_version_are_flags_and_words() {
        let printed = |words| match read(words, &[]) {
            Ok(Invocation::Print(text)) => text,
            other => panic!("{words}: {other:?}"),
        };
        for words in ["help", "--help", "-h", "help healthcheck", "healthcheck --help", "--prot -h"] {
            assert_eq!(printed(words), help(), "{words}");
        }
        for words in ["version", "--version", "-V"] {
            assert_eq!(printed(words), format!("openai-fake {}\n", env!("CARGO_PKG_VERSION")), "{words}");
        }
        assert_eq!(config("--host help", &[]).host, "help");
    }

    #[test]
    fn help_names_every_flag_and_variable() {
        let text = help();
        for setting in SETTINGS {
            assert!(text.contains(setting.flag) && text.contains(setting.short));
            assert!(setting.env.iter().all(|name| text.contains(name)));
        }
    }

    #[test]
    fn a_plain_host_that_is_no_address_is_not_meant() {
        assert_eq!(config("", &[("HOST", "0.0.0.0")]).host, "0.0.0.0");
        assert_eq!(config("", &[("HOST", "localhost")]).host, "localhost");
        assert_eq!(config("", &[("HOST", "x86_64-conda-linux-gnu")]).host, "127.0.0.1");
        assert_eq!(config("", &[("OPENAI_FAKE_HOST", "my-name")]).host, "my-name");
    }

    #[test]
    fn a_verdict_is_asked_for_where_a_health_check_would_be() {
        let target = |words, environment: &[(&str, &str)]| match read(words, environment) {
            Ok(Invocation::Verdict { target }) => target,
            other => panic!("{words}: {other:?}"),
        };
        assert_eq!(target("verdict", &[]), "http://127.0.0.1:4747");
        assert_eq!(target("verdict", &[("PORT", "80"), ("HOST", "0.0.0.0")]), "http://127.0.0.1:80");
        assert_eq!(target("verdict 80", &[]), "80");
        assert_eq!(target("verdict http://localhost:1/", &[]), "http://localhost:1/");
        assert!(refusal("verdict foo").starts_with("'foo' is neither a port nor a URL"));
    }

    #[test]
    fn healthcheck_takes_a_target_or_asks_where_the_server_would_be() {
        let asked = |words, environment: &[(&str, &str)]| match read(words, environment) {
            Ok(Invocation::Healthcheck { target, wait }) => (target, wait.as_secs()),
            other => panic!("{words}: {other:?}"),
        };
        let target = |words, environment: &[(&str, &str)]| asked(words, environment).0;
        assert_eq!(target("healthcheck", &[]), "http://127.0.0.1:4747");
        assert_eq!(target("healthcheck", &[("PORT", "80"), ("HOST", "0.0.0.0")]), "http://127.0.0.1:80");
        assert_eq!(target("healthcheck --host ::", &[]), "http://[::1]:4747");
        assert_eq!(target("healthcheck --host ::1", &[]), "http://[::1]:4747");
        assert_eq!(target("healthcheck --host fake", &[]), "http://fake:4747");
        assert_eq!(target("healthcheck 80", &[]), "80");
        assert_eq!(target("healthcheck http://localhost:1/", &[]), "http://localhost:1/");
        assert_eq!(asked("healthcheck --wait 10", &[]), ("http://127.0.0.1:4747".to_owned(), 10));
        for words in ["healthcheck 80 --wait=10", "--wait 10 healthcheck 80"] {
            assert_eq!(asked(words, &[]), ("80".to_owned(), 10), "{words}");
        }
        assert_eq!(asked("healthcheck -p 80", &[]), ("http://127.0.0.1:80".to_owned(), 0));
    }
}
