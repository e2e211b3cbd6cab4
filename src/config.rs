//! What can be set, and the one table that flags, environment and help text are read from.
//! Never opens a socket or a file.

mod webhook;

pub(crate) use webhook::HttpUrl;
pub(crate) use webhook::signing_key;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Duration;

/// Where the `created` of a reply comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Always 1700000000 (2023-11-14T22:13:20Z), so that a reply is the same every time.
    Fixed,
    /// The machine's clock.
    Real,
}

/// How a server behaves. `Config::default()` is what the binary does without arguments.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on: an IP address or a name. `127.0.0.1` by default.
    pub host: String,
    /// The port to listen on; 0 picks a free one. 4747 by default.
    pub port: u16,
    /// The time that replies carry.
    pub clock: Clock,
    /// The pause before each event of a stream after the first. None by default.
    pub pace: Duration,
    /// How many bytes of captured requests are kept; the oldest go first. 256 MiB by default.
    pub log_limit: usize,
    /// The largest request body in bytes; a larger one is answered with 413. 64 MiB by default.
    pub body_limit: usize,
    /// Whether models that the API does not have, or has retired, are refused. Not by default.
    pub strict_models: bool,
    /// The URL that events are posted to, `http` only. None by default.
    pub webhook: Option<String>,
    /// What they are signed with: `whsec_` and base64. A constant by default.
    pub webhook_secret: String,
    /// How long `stop` waits for requests in flight. 5 s by default.
    pub grace: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            host: "127.0.0.1".to_owned(),
            port: 4747,
            clock: Clock::Fixed,
            pace: Duration::ZERO,
            log_limit: 256 << 20,
            body_limit: 64 << 20,
            strict_models: false,
            webhook: None,
            webhook_secret: webhook::DEFAULT_SECRET.to_owned(),
            grace: Duration::from_secs(5),
        }
    }
}

/// One thing that can be set, by flag or by environment.
pub(crate) struct Setting {
    pub(crate) flag: &'static str,
    /// Environment variables, the first that is set and not empty wins.
    pub(crate) env: &'static [&'static str],
    /// What the flag is followed by; empty where it stands alone and means `on`.
    value: &'static str,
    pub(crate) default: &'static str,
    help: &'static str,
    set: fn(&mut Config, &str) -> Result<(), String>,
}

pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        flag: "--host",
        env: &["OPENAI_FAKE_HOST", "HOST"],
        value: "ADDRESS",
        default: "127.0.0.1",
        help: "address to listen on; 0.0.0.0 for every interface",
        set: |config, text| {
            text.clone_into(&mut config.host);
            Ok(())
        },
    },
    Setting {
        flag: "--port",
        env: &["OPENAI_FAKE_PORT", "PORT"],
        value: "PORT",
        default: "4747",
        help: "port to listen on; 0 picks a free one",
        set: |config, text| {
            config.port = text.parse().map_err(|_| "a port is a whole number from 0 to 65535".to_owned())?;
            Ok(())
        },
    },
    Setting {
        flag: "--clock",
        env: &["OPENAI_FAKE_CLOCK"],
        value: "fixed|real",
        default: "fixed",
        help: "what `created` says: always 1700000000, or the time",
        set: |config, text| {
            config.clock = match text {
                "fixed" => Clock::Fixed,
                "real" => Clock::Real,
                _ => return Err("a clock is fixed or real".to_owned()),
            };
            Ok(())
        },
    },
    Setting {
        flag: "--pace",
        env: &["OPENAI_FAKE_PACE"],
        value: "MS",
        default: "0",
        help: "milliseconds between the events of a stream",
        set: |config, text| {
            config.pace = Duration::from_millis(whole(text, 60_000)?);
            Ok(())
        },
    },
    Setting {
        flag: "--log-mb",
        env: &["OPENAI_FAKE_LOG_MB"],
        value: "MIB",
        default: "256",
        help: "MiB of captured requests to keep; the oldest go first",
        set: |config, text| {
            config.log_limit = mebibytes(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--max-body-mb",
        env: &["OPENAI_FAKE_MAX_BODY_MB"],
        value: "MIB",
        default: "64",
        help: "largest request body in MiB",
        set: |config, text| {
            config.body_limit = mebibytes(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--strict-models",
        env: &["OPENAI_FAKE_STRICT_MODELS"],
        value: "",
        default: "off",
        help: "refuse models that the API lacks or has retired",
        set: |config, text| {
            config.strict_models = match text {
                "on" | "1" | "true" => true,
                "off" | "0" | "false" => false,
                _ => return Err("expected on or off".to_owned()),
            };
            Ok(())
        },
    },
    Setting {
        flag: "--webhook",
        env: &["OPENAI_FAKE_WEBHOOK"],
        value: "URL",
        default: "off",
        help: "where to post events, such as response.completed; http only",
        set: |config, text| {
            config.webhook = match text {
                "off" => None,
                _ => HttpUrl::parse(text).map(|_| Some(text.to_owned()))?,
            };
            Ok(())
        },
    },
    Setting {
        flag: "--webhook-secret",
        env: &["OPENAI_FAKE_WEBHOOK_SECRET"],
        value: "SECRET",
        default: webhook::DEFAULT_SECRET,
        help: "what events are signed with: whsec_ and base64",
        set: |config, text| {
            signing_key(text)?;
            text.clone_into(&mut config.webhook_secret);
            Ok(())
        },
    },
];

/// Whether a plain `HOST` can be meant for a server: some shells and compilers keep the name of the
/// machine there.
fn is_address(text: &str) -> bool {
    text == "localhost" || text.parse::<IpAddr>().is_ok()
}

/// Where a server so configured is asked for its health.
fn own_url(config: &Config) -> String {
    let host = match config.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) if ip.is_unspecified() => "127.0.0.1".to_owned(),
        Ok(IpAddr::V6(ip)) if ip.is_unspecified() => "[::1]".to_owned(),
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => config.host.clone(),
    };
    format!("http://{host}:{}", config.port)
}

fn whole(text: &str, most: u64) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if number <= most => Ok(number),
        _ => Err(format!("expected a whole number from 0 to {most}")),
    }
}

fn mebibytes(text: &str) -> Result<usize, String> {
    Ok((whole(text, 4095)? as usize) << 20)
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Serve, as configured.
    Serve(Config),
    /// Ask a running server whether it is well; the text is a URL or a port.
    Healthcheck(String),
    /// Print this and leave.
    Print(String),
}

/// Reads a command line (without the program's name) and the environment.
///
/// # Errors
/// One line that says which argument or variable is wrong, and what it should be.
pub fn command(
    arguments: Vec<OsString>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Invocation, String> {
    let mut arguments = pico_args::Arguments::from_vec(arguments);
    if arguments.contains(["-h", "--help"]) {
        return Ok(Invocation::Print(help()));
    }
    if arguments.contains(["-V", "--version"]) {
        return Ok(Invocation::Print(format!("openai-fake {}\n", env!("CARGO_PKG_VERSION"))));
    }

    let mut config = Config::default();
    let mut port_given = false;
    for setting in SETTINGS {
        let given = if setting.value.is_empty() {
            arguments.contains(setting.flag).then(|| "on".to_owned())
        } else {
            arguments
                .opt_value_from_str::<_, String>(setting.flag)
                .map_err(|error| format!("{}: {error}", setting.flag))?
        };
        port_given |= setting.flag == "--port" && given.is_some();
        let from_environment = || {
            setting.env.iter().find_map(|&name| {
                let text = environment(name)?;
                let meant = !text.is_empty() && (name != "HOST" || is_address(&text));
                meant.then_some((name, text))
            })
        };
        let found = given.map(|text| (setting.flag, text)).or_else(from_environment);
        if let Some((source, text)) = found {
            (setting.set)(&mut config, &text)
                .map_err(|why| format!("{source}: '{text}' is not valid: {why}"))?;
        }
    }

    let mut rest = arguments.finish().into_iter();
    let mut next = || rest.next().map(|word| word.to_string_lossy().into_owned());
    match (next(), next(), next()) {
        (None, ..) => {}
        (Some(word), target, None) if word == "healthcheck" => {
            return Ok(Invocation::Healthcheck(target.unwrap_or_else(|| own_url(&config))));
        }
        (Some(word), None, None) if !word.starts_with('-') => {
            if port_given {
                return Err(format!("the port is given twice: --port and '{word}'"));
            }
            config.port = word
                .parse()
                .map_err(|_| format!("'{word}' is not a port (0 to 65535) and not a command; see --help"))?;
        }
        (Some(word), None, None) => return Err(format!("unknown option '{word}'; see --help")),
        (_, Some(word), None) | (_, _, Some(word)) => {
            return Err(format!("unexpected argument '{word}'; see --help"));
        }
    }
    Ok(Invocation::Serve(config))
}

fn help() -> String {
    let mut text = format!(
        "openai-fake {}: a fake OpenAI API for test suites\n\n\
         Usage:\n  openai-fake [PORT] [options]\n  openai-fake healthcheck [URL|PORT]\n\nOptions:\n",
        env!("CARGO_PKG_VERSION")
    );
    for setting in SETTINGS {
        let left = format!("{} {}", setting.flag, setting.value);
        let _ = writeln!(text, "  {left:<21} {} [{}]", setting.help, setting.default);
        let _ = writeln!(text, "  {:<21} also by {}", "", setting.env.join(" or "));
    }
    text.push_str("  -h, --help            print this\n  -V, --version         print the version\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn bad_arguments_are_named() {
        assert!(refusal("--port 99999").contains("--port: '99999'"));
        assert!(refusal("--port").contains("--port"));
        assert!(refusal("http").contains("'http' is not a port"));
        assert!(refusal("--colour").contains("unknown option '--colour'"));
        assert!(refusal("1 2").contains("unexpected argument '2'"));
        assert!(refusal("--port 1 2").contains("given twice"));
        assert!(refusal("--clock sun").contains("fixed or real"));
        assert!(refusal("--webhook https://a/").contains("such as http://127.0.0.1:8000/webhook"));
        assert!(refusal("--webhook 8000").contains("--webhook: '8000' is not valid"));
        assert!(refusal("--webhook-secret secret").contains("whsec_ and base64"));
    }

    #[test]
    fn help_names_every_flag_and_variable() {
        let text = help();
        for setting in SETTINGS {
            assert!(text.contains(setting.flag));
            assert!(setting.env.iter().all(|name| text.contains(name)));
        }
    }

    #[test]
    fn the_table_states_the_real_defaults() {
        let mut from_table = Config::default();
        for setting in SETTINGS {
            (setting.set)(&mut from_table, setting.default).expect(setting.flag);
        }
        assert_eq!(format!("{from_table:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_plain_host_that_is_no_address_is_not_meant() {
        assert_eq!(config("", &[("HOST", "0.0.0.0")]).host, "0.0.0.0");
        assert_eq!(config("", &[("HOST", "localhost")]).host, "localhost");
        assert_eq!(config("", &[("HOST", "x86_64-conda-linux-gnu")]).host, "127.0.0.1");
        assert_eq!(config("", &[("OPENAI_FAKE_HOST", "my-name")]).host, "my-name");
    }

    #[test]
    fn healthcheck_takes_a_target_or_asks_where_the_server_would_be() {
        let target = |words, environment: &[(&str, &str)]| match read(words, environment) {
            Ok(Invocation::Healthcheck(target)) => target,
            other => panic!("{words}: {other:?}"),
        };
        assert_eq!(target("healthcheck", &[]), "http://127.0.0.1:4747");
        assert_eq!(target("healthcheck", &[("PORT", "80"), ("HOST", "0.0.0.0")]), "http://127.0.0.1:80");
        assert_eq!(target("healthcheck --host ::", &[]), "http://[::1]:4747");
        assert_eq!(target("healthcheck --host ::1", &[]), "http://[::1]:4747");
        assert_eq!(target("healthcheck --host fake", &[]), "http://fake:4747");
        assert_eq!(target("healthcheck 80", &[]), "80");
        assert_eq!(target("healthcheck http://localhost:1/", &[]), "http://localhost:1/");
    }
}
