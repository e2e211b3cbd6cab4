//! What can be set, and the one table that flags, environment and help text are read from.
//! Never opens a socket or a file.

mod command;
mod webhook;

pub use command::Invocation;
pub use command::command;
pub(crate) use webhook::HttpUrl;
pub(crate) use webhook::signing_key;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the `created` of a reply comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Always 1700000000 (2023-11-14T22:13:20Z), so that a reply is the same every time.
    Fixed,
    /// The machine's clock.
    Real,
}

/// What is told of each request on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// Nothing.
    Off,
    /// A line of words.
    Text,
    /// A line of JSON.
    Json,
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
    /// What is told of each request on standard error. Nothing by default.
    pub log: Log,
    /// How many bytes of captured requests are kept; the oldest go first. 256 MiB by default.
    pub log_limit: usize,
    /// The largest request body in bytes; a larger one is answered with 413. 64 MiB by default.
    pub body_limit: usize,
    /// Whether models that the API does not have, or has retired, are refused. Not by default.
    pub strict_models: bool,
    /// The files that say what is answered, and folders of them. None by default.
    pub rules: Vec<PathBuf>,
    /// Whether they are read again when they change. Not by default.
    pub watch: bool,
    /// Whether requests that no rule fits are refused. Not by default.
    pub strict_rules: bool,
    /// How many requests a key may make in a minute, of the operations whose replies tell rate limits; 0: any number.
    /// No limit by default.
    pub rpm: u64,
    /// How many tokens it may use in a minute; 0: any number. No limit by default.
    pub tpm: u64,
    /// How many of those requests it may have answered at once; 0: any number. No limit by default.
    pub concurrency: u64,
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
            log: Log::Off,
            log_limit: 256 << 20,
            body_limit: 64 << 20,
            strict_models: false,
            rules: Vec::new(),
            watch: false,
            strict_rules: false,
            rpm: 0,
            tpm: 0,
            concurrency: 0,
            webhook: None,
            webhook_secret: webhook::DEFAULT_SECRET.to_owned(),
            grace: Duration::from_secs(5),
        }
    }
}

/// One thing that can be set, by flag or by environment.
pub(crate) struct Setting {
    pub(crate) flag: &'static str,
    /// The flag in one letter; empty for most.
    short: &'static str,
    /// Environment variables, the first that is set and not empty wins.
    pub(crate) env: &'static [&'static str],
    /// What the flag is followed by; empty where it stands alone and means `on`.
    value: &'static str,
    pub(crate) default: &'static str,
    help: &'static str,
    /// Whether the flag may be given again, and the variable have several values, separated as those of `PATH` are.
    repeats: bool,
    /// Reads a value; of one that repeats, each in turn.
    set: fn(&mut Config, &str) -> Result<(), String>,
}

pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        flag: "--host",
        short: "",
        env: &["OPENAI_FAKE_HOST", "HOST"],
        value: "ADDRESS",
        default: "127.0.0.1",
        help: "address to listen on; 0.0.0.0 for every interface",
        repeats: false,
        set: |config, text| {
            text.clone_into(&mut config.host);
            Ok(())
        },
    },
    Setting {
        flag: "--port",
        short: "-p",
        env: &["OPENAI_FAKE_PORT", "PORT"],
        value: "PORT",
        default: "4747",
        help: "port to listen on; 0 picks a free one",
        repeats: false,
        set: |config, text| {
            config.port = text.parse().map_err(|_| "a port is a whole number from 0 to 65535".to_owned())?;
            Ok(())
        },
    },
    Setting {
        flag: "--clock",
        short: "",
        env: &["OPENAI_FAKE_CLOCK"],
        value: "fixed|real",
        default: "fixed",
        help: "what `created` says: always 1700000000, or the time",
        repeats: false,
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
        short: "",
        env: &["OPENAI_FAKE_PACE"],
        value: "MS",
        default: "0",
        help: "milliseconds between the events of a stream",
        repeats: false,
        set: |config, text| {
            config.pace = Duration::from_millis(whole(text, 60_000)?);
            Ok(())
        },
    },
    Setting {
        flag: "--log",
        short: "",
        env: &["OPENAI_FAKE_LOG"],
        value: "text|json",
        default: "off",
        help: "tell each request on standard error, in words or in JSON",
        repeats: false,
        set: |config, text| {
            config.log = match text {
                "off" => Log::Off,
                "text" => Log::Text,
                "json" => Log::Json,
                _ => return Err("a log is text, json or off".to_owned()),
            };
            Ok(())
        },
    },
    Setting {
        flag: "--log-mb",
        short: "",
        env: &["OPENAI_FAKE_LOG_MB"],
        value: "MIB",
        default: "256",
        help: "MiB of captured requests to keep; the oldest go first",
        repeats: false,
        set: |config, text| {
            config.log_limit = mebibytes(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--max-body-mb",
        short: "",
        env: &["OPENAI_FAKE_MAX_BODY_MB"],
        value: "MIB",
        default: "64",
        help: "largest request body in MiB",
        repeats: false,
        set: |config, text| {
            config.body_limit = mebibytes(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--strict-models",
        short: "",
        env: &["OPENAI_FAKE_STRICT_MODELS"],
        value: "",
        default: "off",
        help: "refuse models that the API lacks or has retired",
        repeats: false,
        set: |config, text| {
            config.strict_models = switch(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--rules",
        short: "",
        env: &["OPENAI_FAKE_RULES"],
        value: "PATH",
        default: "off",
        help: "file that says what is answered, or a folder of them; repeatable",
        repeats: true,
        set: |config, text| {
            match text {
                "off" => config.rules.clear(),
                _ => config.rules.push(text.into()),
            }
            Ok(())
        },
    },
    Setting {
        flag: "--watch",
        short: "",
        env: &["OPENAI_FAKE_WATCH"],
        value: "",
        default: "off",
        help: "read rules again when their files change",
        repeats: false,
        set: |config, text| {
            config.watch = switch(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--strict-rules",
        short: "",
        env: &["OPENAI_FAKE_STRICT_RULES"],
        value: "",
        default: "off",
        help: "refuse requests that no rule fits",
        repeats: false,
        set: |config, text| {
            config.strict_rules = switch(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--rpm",
        short: "",
        env: &["OPENAI_FAKE_RPM"],
        value: "N",
        default: "off",
        help: "requests a minute that each key may make",
        repeats: false,
        set: |config, text| {
            config.rpm = limit(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--tpm",
        short: "",
        env: &["OPENAI_FAKE_TPM"],
        value: "N",
        default: "off",
        help: "tokens a minute that each key may use",
        repeats: false,
        set: |config, text| {
            config.tpm = limit(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--concurrency",
        short: "",
        env: &["OPENAI_FAKE_CONCURRENCY"],
        value: "N",
        default: "off",
        help: "requests that each key may make at once",
        repeats: false,
        set: |config, text| {
            config.concurrency = limit(text)?;
            Ok(())
        },
    },
    Setting {
        flag: "--webhook",
        short: "",
        env: &["OPENAI_FAKE_WEBHOOK"],
        value: "URL",
        default: "off",
        help: "where to post events, such as response.completed; http only",
        repeats: false,
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
        short: "",
        env: &["OPENAI_FAKE_WEBHOOK_SECRET"],
        value: "SECRET",
        default: webhook::DEFAULT_SECRET,
        help: "what events are signed with: whsec_ and base64",
        repeats: false,
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

/// `host:port` of where a server is asked for its health: at a port of this machine, or at a URL.
pub(crate) fn health_address(target: &str) -> Result<String, String> {
    if let Ok(port) = target.parse::<u16>() {
        return Ok(format!("127.0.0.1:{port}"));
    }
    let url = HttpUrl::parse(target);
    url.map(|url| url.address).map_err(|why| format!("'{target}' is neither a port nor a URL: {why}"))
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

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" | "1" | "true" => Ok(true),
        "off" | "0" | "false" => Ok(false),
        _ => Err("expected on or off".to_owned()),
    }
}

fn whole(text: &str, most: u64) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if number <= most => Ok(number),
        _ => Err(format!("expected a whole number from 0 to {most}")),
    }
}

/// 0 where there is none.
fn limit(text: &str) -> Result<u64, String> {
    if text == "off" { Ok(0) } else { whole(text, 1_000_000_000) }
}

fn mebibytes(text: &str) -> Result<usize, String> {
    Ok((whole(text, 4095)? as usize) << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_states_the_real_defaults() {
        let mut from_table = Config::default();
        for setting in SETTINGS {
            (setting.set)(&mut from_table, setting.default).expect(setting.flag);
        }
        assert_eq!(format!("{from_table:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_servers_health_is_asked_for_at_a_port_or_a_url() {
        assert_eq!(health_address("4747").as_deref(), Ok("127.0.0.1:4747"));
        assert_eq!(health_address("http://fake:1/v1").as_deref(), Ok("fake:1"));
        assert_eq!(health_address("http://fake").as_deref(), Ok("fake:80"));
        assert_eq!(health_address("http://[::1]:9/").as_deref(), Ok("[::1]:9"));
        assert!(health_address("https://fake").is_err());
        assert!(health_address("70000").is_err());
    }
}
