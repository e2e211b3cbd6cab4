//! The only sockets, threads and waits. Knows no JSON and no operation.

mod asking;
mod ending;
mod exchange;
mod halt;
mod handover;
mod listener;
mod message;
mod outbound;
mod play;
mod recording;
mod reload;
mod report;
mod ruling;
mod tiny;
mod watchdog;
mod workers;

pub use outbound::healthcheck;
pub use outbound::verdict;
pub use ruling::RuleBuilder;

use crate::config::Config;
use crate::pipeline;
use crate::state::State;
use outbound::Webhook;
use reload::RuleFiles;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use workers::Workers;

/// A fake OpenAI API on a port of this machine.
///
/// Several can live in one process, each with its own memory. Dropping one stops it.
pub struct OpenaiServer {
    state: Arc<State>,
    files: Arc<RuleFiles>,
    running: Option<Running>,
}

struct Running {
    workers: Arc<Workers>,
    address: SocketAddr,
}

impl OpenaiServer {
    /// A server for `http://127.0.0.1:port`, not started yet; port 0 means any free one.
    pub fn new(port: u16) -> OpenaiServer {
        OpenaiServer::with(Config { port, ..Config::default() })
    }

    /// A server as configured, not started yet.
    pub fn with(config: Config) -> OpenaiServer {
        OpenaiServer { state: Arc::new(State::new(config)), files: Arc::default(), running: None }
    }

    /// Starts to listen and to serve; returns when connections are accepted. Does nothing on a server
    /// that runs. Raises the process's soft limit of open files to its hard limit.
    ///
    /// # Errors
    /// The address cannot be listened on, most often because the port is taken
    /// ([`io::ErrorKind::AddrInUse`]); the webhook's URL or secret cannot be read, or something is wrong with
    /// the files of rules ([`io::ErrorKind::InvalidInput`], with a line for each thing that is); or no thread
    /// could be started.
    pub fn start(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        // A connection takes two. Where the limit cannot be raised, the server is just smaller.
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        tiny::quiet();
        let config = &self.state.config;
        let webhook = Webhook::of(config)?;
        self.files.load(&self.state).map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        let listener = listener::bind(&config.host, config.port)?;
        let address = listener.local_addr()?;
        let state = Arc::clone(&self.state);
        let reachable = listener::reachable(address);
        let is_watched = config.watch && !config.rules.is_empty();
        let watched = is_watched.then(|| Arc::clone(&self.files));
        let workers = Workers::start(state, pipeline::answer, listener, reachable, webhook, watched)?;
        self.running = Some(Running { workers, address });
        Ok(())
    }

    /// Stops accepting, finishes what is in flight for up to [`Config::grace`], delivers the events that
    /// wait for up to a second, and waits for every thread of the server. What was captured stays readable;
    /// `start` starts again. Does nothing on a server that does not run.
    ///
    /// tiny_http keeps up to four idle threads without connections for five more seconds.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.workers.stop(self.state.config.grace);
        }
    }

    /// Reads the files of rules again, and tells how many rules are in them. Says on standard error what came of
    /// it, as it does when it sees by itself that they have changed ([`Config::watch`]).
    ///
    /// # Errors
    /// Tells what is wrong with the files, a line for each thing. The rules stay as they were.
    pub fn reload(&self) -> Result<usize, String> {
        self.files.reload(&self.state)
    }

    /// The address listened on; before `start`, 127.0.0.1 and the configured port.
    pub fn address(&self) -> SocketAddr {
        let configured = || SocketAddr::from(([127, 0, 0, 1], self.state.config.port));
        self.running.as_ref().map_or_else(configured, |running| running.address)
    }

    /// Where the server is reached from this machine: `http://127.0.0.1:4747`. Clients want `/v1`
    /// appended.
    pub fn url(&self) -> String {
        format!("http://{}", listener::reachable(self.address()))
    }

    /// Forgets everything, of every key.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// A rule for all keys, to be given its conditions and, at the end, its answer.
    ///
    /// ```
    /// let server = openai_fake::OpenaiServer::new(0);
    /// server.rule().user("weather").says("Sunny")?;
    /// # Ok::<(), String>(())
    /// ```
    pub fn rule(&self) -> RuleBuilder<'_> {
        RuleBuilder::new(&self.state)
    }

    /// Adds rules in the form of a rules file: a whole one, a list of rules, or one. Tells their names.
    ///
    /// # Errors
    /// Tells what is wrong, and where.
    pub fn add_rules(&self, rules: &Value) -> Result<Vec<String>, String> {
        self.state.add_rules(rules)
    }

    /// Has something go wrong with the requests of all keys: a text such as `"429; times=2"`, or an object as
    /// `POST /__parlel/faults` takes it. [`fault_list`](crate::fault_list) tells what there is.
    ///
    /// ```
    /// let server = openai_fake::OpenaiServer::new(0);
    /// server.fault("500; times=2")?;
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub fn fault(&self, fault: impl Into<Value>) -> Result<(), String> {
        self.state.add_fault(&fault.into())
    }

    /// Waits until requests have come that pass a filter: the fields are those that `GET /__parlel/wait` takes, `count` among
    /// them. Returns those that have passed, each as the list of captured requests has it.
    ///
    /// ```
    /// # use std::io::{Read, Write};
    /// use serde_json::json;
    /// use std::time::Duration;
    ///
    /// let mut server = openai_fake::OpenaiServer::new(0);
    /// server.start()?;
    /// let address = server.address();
    /// let client = std::thread::spawn(move || {
    /// #     let mut stream = std::net::TcpStream::connect(address).unwrap();
    /// #     stream.write_all(b"GET /v1/models HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n").unwrap();
    /// #     stream.read_to_end(&mut Vec::new()).unwrap();
    ///     // what is tested asks the server
    /// });
    /// let came = server.wait(&json!({"path": "/v1/models", "count": 1}), Duration::from_secs(10))?;
    /// assert_eq!(came[0]["method"], "GET");
    /// # client.join().unwrap();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Tells how many came in time, and what came instead; or what is wrong with the fields.
    pub fn wait(&self, wanted: &Value, at_most: Duration) -> Result<Vec<Value>, String> {
        asking::wait(&self.state, wanted, at_most)
    }

    /// Whether the requests that were expected have come; `expected` is the body of `POST /__parlel/verify`.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let server = openai_fake::OpenaiServer::new(0);
    /// server.verify(&json!({"expect": [{"kind": "chat", "count": 0}]}))?;
    /// let why = server.verify(&json!({"expect": [{"kind": "chat"}]})).unwrap_err();
    /// assert_eq!(why, "expect[0]: wanted at least 1 request with kind \"chat\", and none came.");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Tells for each expectation that was not met what was wanted, what came, and the nearest request; or what is wrong
    /// with the expectations.
    pub fn verify(&self, expected: &Value) -> Result<(), String> {
        asking::verify(&self.state, expected)
    }

    /// The captured requests, oldest first, each as `GET /__parlel/requests` lists it.
    pub fn requests(&self) -> Vec<Value> {
        self.state.requests()
    }
}

impl Drop for OpenaiServer {
    fn drop(&mut self) {
        self.stop();
    }
}
