//! The servers under load, each a process of its own, and what the system tells of them.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;

/// The program that is measured, where cargo puts it.
pub(crate) const FAKE: &str = env!("CARGO_BIN_EXE_openai-fake");

/// Builds it as it is handed out, which is static; cargo built it for this run as programs are built by default.
pub(crate) fn build() -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["--quiet", "static"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let status = command.status().map_err(|error| format!("start {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}

/// The argument that turns this program into the bare server.
pub(crate) const HELLO: &str = "hello";

/// The bare server's receivers.
const RECEIVERS: usize = 4;

/// A server that ends when this is dropped, also by a panic.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts openai-fake on a free port.
    pub(crate) fn fake(pace: u64) -> Result<Server, String> {
        // In so many words, so that the environment has no say.
        let pace = pace.to_string();
        Server::start(Command::new(FAKE).args(["0", "--host", "127.0.0.1", "--pace", &pace]))
    }

    /// Starts openai-fake on a free port, with rules.
    pub(crate) fn ruled(rules: &Path) -> Result<Server, String> {
        Server::start(Command::new(FAKE).args(["0", "--host", "127.0.0.1", "--rules"]).arg(rules))
    }

    /// Starts the bare server on a free port.
    pub(crate) fn hello() -> Result<Server, String> {
        let this = std::env::current_exe().map_err(|error| format!("own path: {error}"))?;
        Server::start(Command::new(this).arg(HELLO))
    }

    /// Returns when the server has said its address.
    fn start(command: &mut Command) -> Result<Server, String> {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let child = spawned.map_err(|error| format!("start {command:?}: {error}"))?;
        let mut server = Server { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        let output = server.child.stdout.as_mut().ok_or("no standard output")?;
        BufReader::new(output).read_line(&mut line).map_err(|error| format!("read its line: {error}"))?;
        let url = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address = url.and_then(|url| url.parse().ok());
        server.address = address.ok_or_else(|| format!("no address in its line '{}'", line.trim()))?;
        Ok(server)
    }

    /// A row of `/proc/PID/status` or `/proc/PID/smaps_rollup` in MB; `None` where there is none.
    pub(crate) fn memory(&self, file: &str, row: &str) -> Option<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).ok()?;
        let line = text.lines().find(|line| line.starts_with(row))?;
        let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kibibytes * 1024.0 / 1e6)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The limit: tiny_http and nothing else. Never returns while it can serve.
pub(crate) fn serve_hello() -> Result<(), String> {
    let server = tiny_http::Server::http("127.0.0.1:0").map_err(|error| format!("listen: {error}"))?;
    println!("http://{}", server.server_addr());
    std::io::stdout().flush().map_err(|error| format!("say the address: {error}"))?;
    let server = Arc::new(server);
    let receive = |server: Arc<tiny_http::Server>| {
        while let Ok(request) = server.recv() {
            let _ = request.respond(tiny_http::Response::from_string(r#"{"hello":"x"}"#));
        }
    };
    let receivers: Vec<_> = (0..RECEIVERS)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || receive(server))
        })
        .collect();
    receivers.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a receiver panicked".to_owned()))
}

/// How many dynamic loaders an ELF file names: none, and it needs no library. `None` where it is not
/// a 64-bit little-endian ELF.
pub(crate) fn loaders(file: &[u8]) -> Option<usize> {
    const PT_INTERP: u64 = 3;
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let number = |at: u64, bytes: usize| {
        let at = usize::try_from(at).ok()?;
        let field = file.get(at..at + bytes)?;
        Some(field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    let (table, size, count) = (number(0x20, 8)?, number(0x36, 2)?, number(0x38, 2)?);
    let kinds: Option<Vec<u64>> = (0..count).map(|entry| number(table + entry * size, 4)).collect();
    Some(kinds?.iter().filter(|kind| **kind == PT_INTERP).count())
}
