//! `cargo bench`: how near openai-fake comes to the limit, which is a bare tiny_http that says hello,
//! built with the same settings and measured in the same run. Compare ratios, never absolute numbers.
//!
//!     cargo bench                           the table
//!     cargo bench -- --quick                the same in a quarter of the time, with more noise
//!     cargo bench -- --check                exits with 1 when a target is missed
//!     cargo bench -- --against URL [--key KEY]   openai-fake beside another server's base URL

#[path = "ratios/client.rs"]
mod client;
#[path = "ratios/load.rs"]
mod load;
#[path = "ratios/process.rs"]
mod process;
#[path = "ratios/rules.rs"]
mod rules;
#[path = "ratios/table.rs"]
mod table;

use client::Call;
use client::Connection;
use client::Expected;
use load::Effort;
use load::Load;
use load::Measured;
use load::Rounds;
use load::interleave;
use load::median;
use load::millis;
use load::quantile;
use process::Server;
use rules::RulesFile;
use std::net::SocketAddr;
use std::net::ToSocketAddrs;
use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use table::Table;
use table::Target::AtLeast;
use table::Target::AtMost;
use table::Target::None as Untargeted;
use table::Unit;
use table::per_second;

const USAGE: &str = "cargo bench -- [--quick] [--check] [--against URL [--key KEY]]";

/// 15 tokens, so that a stream has 18 events: the role, the tokens, the end and `[DONE]`.
const CHAT: &str = r#"{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Tell me in one sentence what a lighthouse is for."}],"max_tokens":15}"#;
const STREAM: &str = r#"{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Tell me in one sentence what a lighthouse is for."}],"max_tokens":15,"stream":true}"#;
const EVENTS: usize = 18;
/// The same as a response. Its text is as long, and it is stored, as all are unless told otherwise.
const RESPONSE: &str = r#"{"model":"gpt-4o","instructions":"You are a helpful assistant.","input":"Tell me in one sentence what a lighthouse is for."}"#;
const RESPONSE_STREAM: &str = r#"{"model":"gpt-4o","instructions":"You are a helpful assistant.","input":"Tell me in one sentence what a lighthouse is for.","stream":true}"#;
/// 20 words.
const EMBEDDINGS: &str = r#"{"model":"text-embedding-3-small","encoding_format":"base64","input":"The lighthouse keeper climbs the spiral stairs each evening to light the lamp that guides fishing boats past hidden rocks."}"#;

/// The pause between events in the cell of many streams.
const PACE: u64 = 50;
const STREAMS: usize = 1000;
const STARTS: usize = 30;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("ratios: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let mut arguments = pico_args::Arguments::from_env();
    // Cargo says so to every benchmark.
    let _ = arguments.contains("--bench");
    let quick = arguments.contains("--quick");
    let check = arguments.contains("--check");
    let usage = |error: pico_args::Error| format!("{error}; {USAGE}");
    let against: Option<String> = arguments.opt_value_from_str("--against").map_err(usage)?;
    let key: Option<String> = arguments.opt_value_from_str("--key").map_err(usage)?;
    let rest = arguments.finish();
    match rest.as_slice() {
        [] => {}
        [word] if word == process::HELLO => return process::serve_hello().map(|()| ExitCode::SUCCESS),
        [word, ..] => return Err(format!("unexpected argument {}; {USAGE}", word.display())),
    }
    process::build()?;
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let effort = if quick {
        Effort { rounds: 3, duration: Duration::from_millis(400) }
    } else {
        Effort { rounds: 5, duration: Duration::from_secs(1) }
    };
    let missed = match against {
        Some(url) => compare(effort, &Endpoint::parse(&url, key.as_deref().unwrap_or("sk-test"))?)?,
        None => limits(effort)?,
    };
    Ok(if check && missed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Where the API is, and how it is spoken to.
struct Endpoint {
    address: SocketAddr,
    host: String,
    /// What stands before `/chat/completions`.
    base: String,
    key: String,
}

impl Endpoint {
    fn local(address: SocketAddr) -> Endpoint {
        let (host, base) = (address.to_string(), "/v1".to_owned());
        Endpoint { address, host, base, key: "sk-test".to_owned() }
    }

    /// Reads `http://localhost:8000/v1`; without a path it is `/v1`.
    fn parse(url: &str, key: &str) -> Result<Endpoint, String> {
        let rest = url.strip_prefix("http://").ok_or_else(|| format!("'{url}' is not an http:// URL"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, "v1"));
        let named = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut addresses = named.to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
        let path = path.trim_matches('/');
        Ok(Endpoint {
            address: addresses.next().ok_or_else(|| format!("{host} has no address"))?,
            host: host.to_owned(),
            base: if path.is_empty() { "/v1".to_owned() } else { format!("/{path}") },
            key: key.to_owned(),
        })
    }

    fn get(&self, path: &str) -> Call {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        Call { address: self.address, request: request.into_bytes(), expected: Expected::Object }
    }

    fn post(&self, path: &str, body: &str, headers: &str) -> Call {
        let Endpoint { host, base, key, .. } = self;
        let request = format!(
            "POST {base}{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\naccept: */*\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let expected = match body {
            STREAM => Expected::Events,
            RESPONSE_STREAM => Expected::NamedEvents,
            _ => Expected::Object,
        };
        Call { address: self.address, request: request.into_bytes(), expected }
    }

    fn chat(&self) -> Call {
        self.post("/chat/completions", CHAT, "")
    }

    fn stream(&self) -> Call {
        self.post("/chat/completions", STREAM, "")
    }

    fn response(&self) -> Call {
        self.post("/responses", RESPONSE, "")
    }

    fn response_stream(&self) -> Call {
        self.post("/responses", RESPONSE_STREAM, "")
    }

    fn embeddings(&self) -> Call {
        self.post("/embeddings", EMBEDDINGS, "")
    }
}

fn kept(connections: usize, call: Call) -> Load {
    Load { call, connections, reconnect: false }
}

fn rate(measured: &Measured) -> f64 {
    measured.per_second
}

fn p50(measured: &Measured) -> f64 {
    measured.p50
}

fn p99(measured: &Measured) -> f64 {
    measured.p99
}

fn first_p50(measured: &Measured) -> f64 {
    measured.first_p50
}

/// `30,000/s of 40,000/s`
fn rates(one: &Rounds, other: &Rounds) -> String {
    format!("{} of {}", per_second(one.of(rate)), per_second(other.of(rate)))
}

/// openai-fake beside the limit. Returns how many targets were missed.
fn limits(effort: Effort) -> Result<usize, String> {
    let hello = Server::hello()?;
    let fake = Server::fake(0)?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut table = Table::begin(&format!(
        "openai-fake {} beside a bare tiny_http: {} rounds of {} ms, the median; {cores} cores",
        env!("CARGO_PKG_VERSION"),
        effort.rounds,
        effort.duration.as_millis(),
    ));
    let limit = Endpoint::local(hello.address);
    let api = Endpoint::local(fake.address);
    let mut probe = load::warm(&kept(1, api.stream()))?;
    probe.exchange(&api.stream())?;
    if probe.events() != EVENTS {
        return Err(format!("the stream has {} events instead of {EVENTS}", probe.events()));
    }
    drop(probe);

    throughput(&mut table, effort, &limit, &api)?;
    one_connection(&mut table, effort, &api)?;
    new_connections(&mut table, effort, &limit, &api)?;
    with_rules(&mut table, effort, &api)?;
    drop((hello, fake));
    at_rest(&mut table)?;
    start(&mut table)?;
    many_streams(&mut table)?;
    Ok(table.end())
}

fn throughput(table: &mut Table, effort: Effort, limit: &Endpoint, api: &Endpoint) -> Result<(), String> {
    // The hello is sent the same requests: what a body costs tiny_http is part of the limit.
    let [hello, chat] = interleave(effort, &[kept(8, limit.chat()), kept(8, api.chat())])?;
    table.row(
        "chat, 8 connections: requests/s, of hello's",
        chat.against(rate, &hello, rate),
        Unit::Ratio,
        AtLeast(0.8),
        &rates(&chat, &hello),
    );
    let loads = [
        kept(64, limit.get("/")),
        kept(64, limit.chat()),
        kept(64, api.chat()),
        kept(64, api.stream()),
        kept(64, api.embeddings()),
        kept(64, api.response()),
        kept(64, api.response_stream()),
    ];
    let [hello_get, hello, chat, stream, embeddings, response, response_stream] = interleave(effort, &loads)?;
    table.row(
        "chat, 64 connections: requests/s, of hello's",
        chat.against(rate, &hello, rate),
        Unit::Ratio,
        AtLeast(0.8),
        &rates(&chat, &hello),
    );
    table.row(
        "chat, 64 connections: p99, of hello's",
        chat.against(p99, &hello, p99),
        Unit::Ratio,
        AtMost(3.0),
        &format!("{:.1} ms of {:.1} ms", chat.of(p99), hello.of(p99)),
    );
    table.row(
        "the same, of hello's that is sent a GET without a body",
        chat.against(rate, &hello_get, rate),
        Unit::Ratio,
        AtLeast(0.8),
        &rates(&chat, &hello_get),
    );
    table.row(
        "18-event stream, 64 connections: streams/s, of chat's",
        stream.against(rate, &chat, rate),
        Unit::Ratio,
        AtLeast(0.7),
        &rates(&stream, &chat),
    );
    table.row(
        "embedding of 1,536 as base64, 64: requests/s, of hello's",
        embeddings.against(rate, &hello, rate),
        Unit::Ratio,
        AtLeast(0.3),
        &rates(&embeddings, &hello),
    );
    table.row(
        "response, 64 connections: requests/s, of chat's",
        response.against(rate, &chat, rate),
        Unit::Ratio,
        AtLeast(0.5),
        &rates(&response, &chat),
    );
    table.row(
        "35-event response, 64 connections: streams/s, of response's",
        response_stream.against(rate, &response, rate),
        Unit::Ratio,
        AtLeast(0.5),
        &rates(&response_stream, &response),
    );
    Ok(())
}

fn one_connection(table: &mut Table, effort: Effort, api: &Endpoint) -> Result<(), String> {
    let [chat, stream] = interleave(effort, &[kept(1, api.chat()), kept(1, api.stream())])?;
    table.row(
        "stream, 1 connection: first event p50, of chat's p50",
        stream.against(first_p50, &chat, p50),
        Unit::Ratio,
        AtMost(1.2),
        &format!("{:.3} ms of {:.3} ms", stream.of(first_p50), chat.of(p50)),
    );
    table.row(
        "stream, 1 connection: p99 (no 40 ms stall)",
        stream.of(p99),
        Unit::Millis,
        AtMost(20.0),
        &format!("p50 {:.3} ms", stream.of(p50)),
    );
    Ok(())
}

fn new_connections(
    table: &mut Table,
    effort: Effort,
    limit: &Endpoint,
    api: &Endpoint,
) -> Result<(), String> {
    let one_each = |call: Call| Load { call, connections: 8, reconnect: true };
    let mut bare = limit.get("/");
    bare.request.truncate(bare.request.len() - 2);
    bare.request.extend_from_slice(b"connection: close\r\n\r\n");
    let chat = api.post("/chat/completions", CHAT, "connection: close\r\n");
    let [hello, chat] = interleave(effort, &[one_each(bare), one_each(chat)])?;
    table.row(
        "chat, a connection per request, 8: requests/s, of hello's",
        chat.against(rate, &hello, rate),
        Unit::Ratio,
        Untargeted,
        &rates(&chat, &hello),
    );
    Ok(())
}

/// What rules cost where none of them answers.
fn with_rules(table: &mut Table, effort: Effort, api: &Endpoint) -> Result<(), String> {
    let file = RulesFile::write(rules::COUNT)?;
    let fake = Server::ruled(&file.0)?;
    let ruled = Endpoint::local(fake.address);
    let [without, with] = interleave(effort, &[kept(64, api.chat()), kept(64, ruled.chat())])?;
    table.row(
        "10,000 rules, none answers: chat, 64, of chat's without rules",
        with.against(rate, &without, rate),
        Unit::Ratio,
        AtLeast(0.9),
        &rates(&with, &without),
    );
    drop(fake);
    let one = RulesFile::write(1)?;
    let started = |file: &RulesFile| {
        let begun = Instant::now();
        Server::ruled(&file.0).map(|_| millis(begun.elapsed()))
    };
    let (mut many, mut few) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        many.push(started(&file)?);
        few.push(started(&one)?);
    }
    let (many, few) = (median(many), median(few));
    table.row(
        "10,000 rules: reading them, before the first 200",
        many - few,
        Unit::Millis,
        AtMost(100.0),
        &format!("{many:.1} ms; {few:.1} ms with one rule"),
    );
    Ok(())
}

/// Memory before any load, and the file.
fn at_rest(table: &mut Table) -> Result<(), String> {
    let fake = Server::fake(0)?;
    Connection::open(fake.address)?.exchange(&Endpoint::local(fake.address).get("/health"))?;
    let what = "memory after one /health (resident)";
    match (fake.memory("status", "VmRSS:"), fake.memory("smaps_rollup", "Pss:")) {
        (Some(resident), Some(proportional)) => table.row(
            what,
            resident,
            Unit::Megabytes,
            AtMost(3.0),
            &format!("proportional {proportional:.1} MB"),
        ),
        _ => table.gap(what, "this system does not tell"),
    }
    let file = std::fs::read(process::FAKE).map_err(|error| format!("read {}: {error}", process::FAKE))?;
    table.row("the program's file", file.len() as f64 / 1e6, Unit::Megabytes, AtMost(7.9), "");
    let what = "dynamic loaders that the file names";
    match process::loaders(&file) {
        Some(count) => table.row(what, count as f64, Unit::Count, AtMost(0.0), "0 is a static program"),
        None => table.gap(what, "not a 64-bit ELF"),
    }
    Ok(())
}

/// From exec to the first 200, beside a program that does nothing.
fn start(table: &mut Table) -> Result<(), String> {
    let mut to_first_reply = Vec::new();
    let mut to_nothing = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let fake = Server::fake(0)?;
        Connection::open(fake.address)?.exchange(&Endpoint::local(fake.address).get("/health"))?;
        to_first_reply.push(millis(begun.elapsed()));
        drop(fake);
        let begun = Instant::now();
        let nothing = Command::new("true").stdin(Stdio::null()).stdout(Stdio::null()).status();
        if nothing.is_ok_and(|status| status.success()) {
            to_nothing.push(millis(begun.elapsed()));
        }
    }
    let fake = median(to_first_reply);
    table.row("from exec to the first 200 on /health", fake, Unit::Millis, AtMost(10.0), "");
    let what = "the same, of the time that `true` takes";
    if to_nothing.is_empty() {
        table.gap(what, "there is no `true`");
    } else {
        let nothing = median(to_nothing);
        table.row(
            what,
            fake / nothing,
            Unit::Ratio,
            AtMost(4.0),
            &format!("{fake:.2} ms of {nothing:.2} ms"),
        );
    }
    Ok(())
}

/// A thousand streams with pauses, begun together on new connections.
fn many_streams(table: &mut Table) -> Result<(), String> {
    let fake = Server::fake(PACE)?;
    let api = Endpoint::local(fake.address);
    let call = api.stream();
    let health = api.get("/health");
    let mut onlooker = Connection::open(fake.address)?;
    let mut delays = Vec::new();
    // Shut until every thread is there; also a failure on the way opens it.
    let gate = RwLock::new(());
    let over = AtomicBool::new(false);

    let slowest = thread::scope(|scope| {
        let looking = scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                delays.push(millis(onlooker.exchange(&health)?.whole));
                thread::sleep(Duration::from_millis(2));
            }
            Ok::<(), String>(())
        });
        let shut = gate.write();
        let mut threads = Vec::new();
        for _ in 0..STREAMS {
            let follow = || {
                drop(gate.read().unwrap_or_else(PoisonError::into_inner));
                let begun = Instant::now();
                let mut connection = Connection::open(call.address)?;
                connection.exchange(&call)?;
                let events = connection.events();
                let complete = events == EVENTS;
                complete.then(|| millis(begun.elapsed())).ok_or_else(|| format!("{events} events"))
            };
            let thread = thread::Builder::new().stack_size(load::STACK).spawn_scoped(scope, follow);
            threads.push(thread.map_err(|error| format!("a client thread: {error}"))?);
        }
        drop(shut);
        let mut slowest: f64 = 0.0;
        let mut failure = None;
        for thread in threads {
            match thread.join() {
                Ok(Ok(taken)) => slowest = slowest.max(taken),
                Ok(Err(why)) => failure = Some(why),
                Err(_) => failure = Some("a client thread panicked".to_owned()),
            }
        }
        over.store(true, Ordering::Release);
        looking.join().map_err(|_| "the onlooker panicked".to_owned())??;
        failure.map_or(Ok(slowest), Err)
    })?;

    let ideal = ((EVENTS - 1) as u64 * PACE) as f64;
    table.row(
        "1,000 streams with 50 ms pauses: the last's end, of ideal",
        slowest / ideal,
        Unit::Ratio,
        AtMost(1.3),
        &format!("{slowest:.0} ms of {ideal:.0} ms"),
    );
    delays.sort_by(f64::total_cmp);
    table.row(
        "/health meanwhile: p99",
        quantile(&delays, 0.99),
        Unit::Millis,
        AtMost(10.0),
        &format!("p50 {:.1} ms, {} times", quantile(&delays, 0.5), delays.len()),
    );
    let what = "memory at its peak";
    match fake.memory("status", "VmHWM:") {
        Some(peak) => table.row(what, peak, Unit::Megabytes, AtMost(100.0), ""),
        None => table.gap(what, "this system does not tell"),
    }
    Ok(())
}

/// openai-fake beside another server. Returns how many targets were missed: there are none.
fn compare(effort: Effort, other: &Endpoint) -> Result<usize, String> {
    let fake = Server::fake(0)?;
    let api = Endpoint::local(fake.address);
    let mut table = Table::begin(&format!(
        "openai-fake {} beside {}{}: {} rounds of {} ms, the median; above 1 is more",
        env!("CARGO_PKG_VERSION"),
        other.host,
        other.base,
        effort.rounds,
        effort.duration.as_millis(),
    ));
    let cells = [
        ("chat, 1 connection", kept(1, api.chat()), kept(1, other.chat())),
        ("chat, 8 connections", kept(8, api.chat()), kept(8, other.chat())),
        ("chat, 64 connections", kept(64, api.chat()), kept(64, other.chat())),
        ("18-event stream, 8 connections", kept(8, api.stream()), kept(8, other.stream())),
        ("18-event stream, 64 connections", kept(64, api.stream()), kept(64, other.stream())),
        ("response, 64 connections", kept(64, api.response()), kept(64, other.response())),
        ("embedding as base64, 64 connections", kept(64, api.embeddings()), kept(64, other.embeddings())),
    ];
    for (what, ours, theirs) in cells {
        load::warm(&ours)?;
        match load::warm(&theirs) {
            Err(why) => {
                table.gap(what, &format!("the other server: {}", why.lines().next().unwrap_or_default()));
            }
            Ok(connection) => {
                let events = match theirs.call.expected {
                    Expected::Events | Expected::NamedEvents => {
                        format!("; its streams have {} events", connection.events())
                    }
                    Expected::Object => String::new(),
                };
                drop(connection);
                let [ours, theirs] = interleave(effort, &[ours, theirs])?;
                let detail = format!(
                    "{}; p50 {:.2} of {:.2} ms, p99 {:.2} of {:.2} ms{events}",
                    rates(&ours, &theirs),
                    ours.of(p50),
                    theirs.of(p50),
                    ours.of(p99),
                    theirs.of(p99),
                );
                table.row(what, ours.against(rate, &theirs, rate), Unit::Ratio, Untargeted, &detail);
            }
        }
    }
    Ok(table.end())
}
