//! The flaw: tiny_http's accept thread ends with the first failure to accept, for lack of descriptors or
//! threads most likely, and a `tiny_http::Server` whose accept thread has ended stays deaf. Its place is
//! then taken by another on the same listener, while the connections that the first one has live on.

use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::handover::Aside;
use crate::server::listener;
use crate::server::tiny::handshake;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;
use tiny_http::Request;
use tiny_http::Server;

/// The first wait before accepting again after a failure; each further one is twice as long.
const FIRST_RETRY: Duration = Duration::from_millis(20);
const LAST_RETRY: Duration = Duration::from_millis(200);
/// Descriptors that must be free before accepting again, so that it is worth it.
const SPARE: usize = 16;
/// How often the queues of servers that have failed are looked at.
const STRAGGLER_ROUND: Duration = Duration::from_millis(5);

pub(in crate::server) struct Acceptor {
    listener: TcpListener,
    current: Mutex<Current>,
    /// Servers whose accept thread has ended: their connections live on.
    failed: Mutex<Vec<Arc<Server>>>,
    /// How often the current one was replaced.
    replaced: AtomicU64,
}

/// Where new connections are accepted, and since when.
#[derive(Clone)]
struct Current {
    server: Arc<Server>,
    opened: Instant,
    retry: Duration,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(listener: &TcpListener) -> io::Result<Arc<Server>> {
    let server = Server::from_listener(listener.try_clone()?, None);
    server.map(Arc::new).map_err(io::Error::other)
}

impl Acceptor {
    /// Starts to accept what comes in on `listener`.
    pub(in crate::server) fn new(listener: TcpListener) -> io::Result<Acceptor> {
        handshake::hold_back(&listener);
        let current = Current { server: open(&listener)?, opened: Instant::now(), retry: FIRST_RETRY };
        let (failed, replaced) = (Mutex::default(), AtomicU64::new(0));
        Ok(Acceptor { listener, current: Mutex::new(current), failed, replaced })
    }

    /// For a worker: where it takes requests from.
    pub(in crate::server) fn requests(&self) -> Requests<'_> {
        // The count first: a server replaced in between is then fetched once too often, not never.
        let known = self.replaced.load(Ordering::Acquire);
        Requests { acceptor: self, known, server: self.server() }
    }

    fn server(&self) -> Arc<Server> {
        Arc::clone(&lock(&self.current).server)
    }

    /// Accepts again after the accept thread has ended; until that works, new clients wait. Says whether
    /// there are failed servers now that nobody [looks after](Acceptor::serve_stragglers) yet. Never by two
    /// threads at once.
    pub(in crate::server) fn reopen(&self, halt: &Halt, aside: &Aside) -> bool {
        // One that lasted is no reason to wait long.
        let Current { opened, retry, .. } = *lock(&self.current);
        let mut retry = if opened.elapsed() > LAST_RETRY { FIRST_RETRY } else { retry };
        let server = loop {
            if !halt.pause(aside, retry) || halt.phase() != Phase::Running {
                return false;
            }
            retry = (retry * 2).min(LAST_RETRY);
            let spare: io::Result<Vec<TcpListener>> = (0..SPARE).map(|_| self.listener.try_clone()).collect();
            let has_spare = spare.is_ok();
            drop(spare);
            if has_spare && let Ok(server) = open(&self.listener) {
                break server;
            }
        };
        let current = Current { server, opened: Instant::now(), retry };
        let failed = std::mem::replace(&mut *lock(&self.current), current).server;
        self.replaced.fetch_add(1, Ordering::AcqRel);
        // Workers who wait there are called away, and who is connected there is looked after.
        let mut all_failed = lock(&self.failed);
        all_failed.push(failed);
        all_failed.len() == 1
    }

    /// Calls workers away from servers that have failed, and passes on the requests that still come there,
    /// until all is over.
    pub(in crate::server) fn serve_stragglers(&self, halt: &Halt, aside: &Aside, serve: impl Fn(Request)) {
        while halt.pause(aside, STRAGGLER_ROUND) {
            let failed = lock(&self.failed).clone();
            for server in failed {
                while let Ok(Some(request)) = server.try_recv() {
                    serve(request);
                }
                // Again each time: the look takes a call that nobody has heeded yet, and on a busy machine
                // a worker can be late for any number of them.
                server.unblock();
            }
        }
    }

    /// Accepts no more.
    pub(in crate::server) fn close(&self) {
        listener::close(&self.listener);
    }

    /// Calls so many workers away, wherever they wait for requests.
    pub(in crate::server) fn unblock(&self, workers: usize) {
        let mut servers = lock(&self.failed).clone();
        servers.push(self.server());
        for server in servers.iter().cycle().take(workers * servers.len()) {
            server.unblock();
        }
    }

    /// Lets go of the servers that have failed.
    pub(in crate::server) fn forget_failed(&self) {
        lock(&self.failed).clear();
    }
}

/// The requests that come in, as a worker takes them.
pub(in crate::server) struct Requests<'a> {
    acceptor: &'a Acceptor,
    known: u64,
    server: Arc<Server>,
}

/// Why a worker came back without a request.
pub(in crate::server) enum NoRequest {
    /// It was called away.
    Called,
    /// The accept thread has ended.
    Broken,
}

impl Requests<'_> {
    /// Waits for a request.
    pub(in crate::server) fn next(&mut self) -> Result<Request, NoRequest> {
        // Who was busy while the server was replaced must not wait at the old one: nobody calls there.
        let replaced = self.acceptor.replaced.load(Ordering::Acquire);
        if replaced != self.known {
            self.known = replaced;
            self.server = self.acceptor.server();
        }
        self.server.recv().map_err(|error| {
            // Who waits at the broken one comes back to it: those who are connected are still served there.
            self.server = self.acceptor.server();
            if error.to_string() == "thread unblocked" { NoRequest::Called } else { NoRequest::Broken }
        })
    }
}
