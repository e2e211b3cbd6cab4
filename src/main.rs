//! Command line, server, signal, exit code. Nothing else.

use openai_fake::Config;
use openai_fake::Invocation;
use openai_fake::OpenaiServer;
use openai_fake::check;
use openai_fake::command;
use openai_fake::fault_list;
use openai_fake::healthcheck;
use openai_fake::import;
use openai_fake::schema;
use openai_fake::verdict;
use std::io;
use std::io::ErrorKind;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).collect();
    match command(arguments, &|name| std::env::var(name).ok()) {
        Ok(Invocation::Serve(config)) => serve(config),
        Ok(Invocation::Healthcheck { target, wait }) => match healthcheck(&target, wait) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => fail(1, &why),
        },
        Ok(Invocation::Verdict { target }) => match verdict(&target) {
            Ok(findings) if findings.is_empty() => {
                say("nothing is wrong\n");
                ExitCode::SUCCESS
            }
            Ok(findings) => {
                say(&findings);
                ExitCode::FAILURE
            }
            Err(why) => fail(2, &why),
        },
        Ok(Invocation::Schema) => {
            say(&schema());
            ExitCode::SUCCESS
        }
        Ok(Invocation::Faults) => {
            say(&fault_list());
            ExitCode::SUCCESS
        }
        Ok(Invocation::Check(paths)) => match check(&paths) {
            Ok(files) => {
                say(&(files.join("\n") + "\n"));
                ExitCode::SUCCESS
            }
            Err(problems) => {
                complain(&(problems.join("\n") + "\n"));
                ExitCode::FAILURE
            }
        },
        Ok(Invocation::Import(files)) => import(&files),
        Ok(Invocation::Print(text)) => {
            say(&text);
            ExitCode::SUCCESS
        }
        Err(why) => fail(2, &why),
    }
}

fn serve(config: Config) -> ExitCode {
    // Before anything is served, so that no signal is missed; as PID 1 the default is to ignore them.
    let mut wants_reload = match signals() {
        Ok(signals) => signals,
        Err(error) => return fail(1, &format!("cannot listen for signals: {error}")),
    };
    let has_rules = !config.rules.is_empty();
    let (host, port) = (config.host.clone(), config.port);
    let mut server = OpenaiServer::with(config);
    match server.start() {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            return fail(
                1,
                &format!(
                    "port {port} on {host} is taken; stop what listens there, or pass another port (0 picks a free one)"
                ),
            );
        }
        Err(error) if error.kind() == ErrorKind::InvalidInput => return fail(2, &error.to_string()),
        Err(error) => return fail(1, &format!("cannot listen on {host} port {port}: {error}")),
    }
    let url = server.url();
    say(&format!(
        "openai-fake {} on {url}  OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY=sk-test\n",
        env!("CARGO_PKG_VERSION")
    ));
    while wants_reload() && has_rules {
        // The server itself says what came of it.
        let _ = server.reload();
    }
    server.stop();
    ExitCode::SUCCESS
}

fn import(files: &[PathBuf]) -> ExitCode {
    let mut texts = Vec::new();
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => {
                texts.push((file.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
            Err(error) => return fail(1, &format!("{}: {error}", file.display())),
        }
    }
    let imported = import::turn(&texts);
    say(&format!("{:#}\n", imported.rules));
    for line in imported.left_out {
        complain(&format!("{line}\n"));
    }
    ExitCode::SUCCESS
}

/// What waits for a signal, and says whether it is the one that has rules read again.
#[cfg(unix)]
fn signals() -> io::Result<impl FnMut() -> bool> {
    use signal_hook::consts::SIGHUP;
    use signal_hook::consts::SIGINT;
    use signal_hook::consts::SIGTERM;
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    Ok(move || signals.forever().next() == Some(SIGHUP))
}

/// The same where none of them has rules read again.
#[cfg(not(unix))]
fn signals() -> io::Result<impl FnMut() -> bool> {
    let (signal, signalled) = std::sync::mpsc::channel();
    ctrlc::set_handler(move || signal.send(()).unwrap_or_default()).map_err(io::Error::other)?;
    Ok(move || {
        // An error means that the handler is gone, which it never is.
        let _ = signalled.recv();
        false
    })
}

/// A closed pipe on the other side is no reason to stop.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn fail(code: u8, why: &str) -> ExitCode {
    complain(&format!("openai-fake: {}\n", why.replace('\n', "\nopenai-fake: ")));
    ExitCode::from(code)
}
