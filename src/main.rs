//! Command line, server, signal, exit code. Nothing else.

use openai_fake::Config;
use openai_fake::Invocation;
use openai_fake::OpenaiServer;
use openai_fake::command;
use openai_fake::healthcheck;
use std::io::ErrorKind;
use std::io::Write;
use std::process::ExitCode;
use std::sync::mpsc;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).collect();
    match command(arguments, &|name| std::env::var(name).ok()) {
        Ok(Invocation::Serve(config)) => serve(config),
        Ok(Invocation::Healthcheck { target, wait }) => match healthcheck(&target, wait) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => fail(1, &why),
        },
        Ok(Invocation::Print(text)) => {
            say(&text);
            ExitCode::SUCCESS
        }
        Err(why) => fail(2, &why),
    }
}

fn serve(config: Config) -> ExitCode {
    // Before anything is served, so that no signal is missed; as PID 1 the default is to ignore them.
    let (signal, signalled) = mpsc::channel();
    if let Err(error) = ctrlc::set_handler(move || signal.send(()).unwrap_or_default()) {
        return fail(1, &format!("cannot listen for signals: {error}"));
    }
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
        Err(error) => return fail(1, &format!("cannot listen on {host} port {port}: {error}")),
    }
    let url = server.url();
    say(&format!(
        "openai-fake {} on {url}  OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY=sk-test\n",
        env!("CARGO_PKG_VERSION")
    ));
    // An error means that the handler is gone, which it never is.
    let _ = signalled.recv();
    server.stop();
    ExitCode::SUCCESS
}

/// A closed pipe on the other side is no reason to stop.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

fn fail(code: u8, why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "openai-fake: {why}");
    ExitCode::from(code)
}
