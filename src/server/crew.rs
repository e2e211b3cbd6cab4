//! The threads that take requests from tiny_http and serve them. A few wait for requests; one that is
//! about to wait for its client or for the time sends another in its place, and a guard does so when
//! all of them are stuck, so that nothing slow can starve the server. Idle ones park, and end after a
//! while.

use crate::server::doorbell::Doorbell;
use crate::server::exchange;
use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::hangup;
use crate::server::hangup::Connection;
use crate::server::webhook::Webhook;
use crate::state::State;
use std::io;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread::Thread;
use std::time::Duration;
use std::time::Instant;

/// Threads that take requests. Handing on before each request, so that one always waits, cost a third
/// of the throughput and made the slowest replies three times slower.
const WAITING: usize = 2;
/// How often the guard looks whether all of them are stuck. Nobody waits longer than two rounds.
const GUARD_ROUND: Duration = Duration::from_millis(2);
/// After so many rounds in which somebody waited, the guard sleeps until called.
const QUIET_ROUNDS: u32 = 50;
/// What serving needs: requests are parsed and written on the heap.
const STACK: usize = 256 * 1024;
/// A parked thread ends after so long.
const PARKED: Duration = Duration::from_secs(10);
/// The first wait before accepting again after a failure; each further one is twice as long.
const FIRST_RETRY: Duration = Duration::from_millis(20);
const LAST_RETRY: Duration = Duration::from_millis(200);
/// Descriptors that must be free before accepting again, so that it is worth it.
const SPARE: usize = 16;
/// How often the queues of accept threads that have failed are looked at.
const STRAGGLER_ROUND: Duration = Duration::from_millis(5);
/// How long the end waits for events that are still to be delivered.
const FAREWELL: Duration = Duration::from_secs(1);

pub(super) struct Crew {
    pub(super) state: Arc<State>,
    pub(super) halt: Arc<Halt>,
    pub(super) doorbell: Doorbell,
    webhook: Option<Webhook>,
    listener: TcpListener,
    /// The port, by which connections are found at the end.
    port: u16,
    /// Where new connections are accepted, and since when.
    desk: Mutex<Desk>,
    /// Desks whose accept thread has failed: their connections live on.
    old_desks: Mutex<Vec<Arc<tiny_http::Server>>>,
    /// How often the desk has moved.
    moves: AtomicU64,
    /// Threads that wait at the desk, or are on their way there.
    waiting: AtomicUsize,
    /// Requests taken so far; while it grows, nobody is stuck.
    taken: AtomicU64,
    guard: Guard,
    parked: Mutex<Parked>,
    unpark: Condvar,
}

/// The thread that looks after the others, awake while all of them are busy.
#[derive(Default)]
struct Guard {
    awake: AtomicBool,
    thread: OnceLock<Thread>,
}

impl Guard {
    fn call(&self) {
        if !self.awake.swap(true, Ordering::AcqRel) {
            self.unpark();
        }
    }

    fn unpark(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}

#[derive(Clone)]
struct Desk {
    server: Arc<tiny_http::Server>,
    opened: Instant,
    retry: Duration,
}

#[derive(Default)]
struct Parked {
    threads: usize,
    /// How many of them are called.
    called: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(listener: &TcpListener) -> io::Result<Arc<tiny_http::Server>> {
    let server = tiny_http::Server::from_listener(listener.try_clone()?, None);
    server.map(Arc::new).map_err(io::Error::other)
}

impl Crew {
    /// Starts serving what comes in on `listener`.
    pub(super) fn start(
        state: Arc<State>,
        listener: TcpListener,
        doorbell: Doorbell,
        webhook: Option<Webhook>,
    ) -> io::Result<Arc<Crew>> {
        let server = open(&listener)?;
        let crew = Arc::new(Crew {
            state,
            halt: Arc::new(Halt::new()),
            doorbell,
            webhook,
            port: listener.local_addr()?.port(),
            listener,
            desk: Mutex::new(Desk { server, opened: Instant::now(), retry: FIRST_RETRY }),
            old_desks: Mutex::default(),
            moves: AtomicU64::new(0),
            waiting: AtomicUsize::new(WAITING),
            taken: AtomicU64::new(0),
            guard: Guard::default(),
            parked: Mutex::default(),
            unpark: Condvar::new(),
        });
        for _ in 0..WAITING {
            crew.spawn(Crew::receive)?;
        }
        crew.spawn(Crew::watch)?;
        crew.spawn(|crew| crew.doorbell.run(|| crew.reopen()))?;
        if crew.webhook.is_some() {
            crew.spawn(|crew| crew.webhook.iter().for_each(|webhook| webhook.run(&crew.halt)))?;
        }
        Ok(crew)
    }

    /// Starts a thread that is waited for at the end.
    fn spawn(self: &Arc<Crew>, run: impl FnOnce(&Arc<Crew>) + Send + 'static) -> io::Result<()> {
        let crew = Arc::clone(self);
        // Counted before it runs, so that the end cannot miss it.
        self.halt.thread_starts();
        let halt = Arc::clone(&self.halt);
        let thread = move || {
            let _alive = halt.thread();
            run(&crew);
            // While it counts as alive: who lets go of the crew last closes its sockets.
            drop(crew);
        };
        let builder = std::thread::Builder::new().name("openai-fake".to_owned()).stack_size(STACK);
        builder.spawn(thread).map(drop).inspect_err(|_| drop(self.halt.thread()))
    }

    fn server(&self) -> Arc<tiny_http::Server> {
        Arc::clone(&lock(&self.desk).server)
    }

    fn receive(self: &Arc<Crew>) {
        // The count first: a desk that moves in between is then fetched once too often, not never.
        let mut known = self.moves.load(Ordering::Acquire);
        let mut server = self.server();
        loop {
            // Who was busy while the desk moved must not wait at the old one: nobody calls it there.
            let moves = self.moves.load(Ordering::Acquire);
            if moves != known {
                known = moves;
                server = self.server();
            }
            match server.recv() {
                Ok(request) => {
                    self.taken.fetch_add(1, Ordering::Relaxed);
                    if self.waiting.fetch_sub(1, Ordering::AcqRel) == 1 {
                        self.guard.call();
                    }
                    self.serve(request);
                    if self.waiting.fetch_add(1, Ordering::AcqRel) >= WAITING {
                        self.waiting.fetch_sub(1, Ordering::AcqRel);
                        if !self.park() {
                            return;
                        }
                    }
                }
                Err(error) => {
                    if self.halt.phase() == Phase::Over {
                        return;
                    }
                    // Those who are inside are still served at this desk.
                    if error.to_string() != "thread unblocked" {
                        self.doorbell.report_broken();
                    }
                    server = self.server();
                }
            }
        }
    }

    /// Sends another thread to the desk whenever all of them are stuck: nobody waits, and none has
    /// taken a request since the last look.
    fn watch(self: &Arc<Crew>) {
        let _ = self.guard.thread.set(std::thread::current());
        let mut taken = 0;
        let mut quiet = 0;
        while self.halt.phase() != Phase::Over {
            if quiet > QUIET_ROUNDS {
                self.guard.awake.store(false, Ordering::Release);
                quiet = 0;
                // Who took the last place just now has not called.
                if self.waiting.load(Ordering::Acquire) > 0 {
                    std::thread::park();
                }
                self.guard.awake.store(true, Ordering::Release);
            }
            std::thread::park_timeout(GUARD_ROUND);
            let now = self.taken.load(Ordering::Relaxed);
            if self.waiting.load(Ordering::Acquire) > 0 {
                quiet += 1;
            } else {
                quiet = 0;
                if now == taken {
                    self.hand_on();
                }
            }
            taken = now;
        }
    }

    /// Called by a thread that is about to wait for something: sees to it that requests are taken.
    fn step_aside(self: &Arc<Crew>) {
        if self.waiting.load(Ordering::Acquire) == 0 {
            self.hand_on();
        }
    }

    /// Sends another thread to the desk.
    fn hand_on(self: &Arc<Crew>) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let mut parked = lock(&self.parked);
        if parked.threads > parked.called {
            parked.called += 1;
            self.unpark.notify_one();
            return;
        }
        drop(parked);
        if self.spawn(Crew::receive).is_err() {
            // No more threads to be had: those there are come back when they are done.
            self.waiting.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Waits to be called to the desk; says whether that happened.
    fn park(&self) -> bool {
        let end = Instant::now() + PARKED;
        let mut parked = lock(&self.parked);
        parked.threads += 1;
        while parked.called == 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.halt.phase() == Phase::Over {
                parked.threads -= 1;
                return false;
            }
            parked = self.unpark.wait_timeout(parked, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        parked.called -= 1;
        parked.threads -= 1;
        true
    }

    fn serve(self: &Arc<Crew>, request: tiny_http::Request) {
        let _serving = self.halt.serving();
        let connection = request.remote_addr().map(|&peer| Connection { port: self.port, peer });
        if let Some(connection) = connection {
            self.doorbell.request_from(connection.peer);
        }
        // The pipeline catches its own panics; one in the reading or the writing of a message must
        // end that connection and nothing else.
        let served = catch_unwind(AssertUnwindSafe(|| {
            exchange::serve(&self.state, &self.halt, request, connection, &|| self.step_aside())
        }));
        match (served, &self.webhook, connection) {
            (Ok(notices), Some(webhook), _) => webhook.send(notices),
            (Err(_), _, Some(connection)) => connection.hang_up(),
            _ => {}
        }
    }

    /// Accepts again after the accept thread has ended: out of descriptors or threads, most likely.
    /// Until that works, new clients wait. Only the doorbell's thread gets here.
    fn reopen(self: &Arc<Crew>) {
        // One that lasted is no reason to wait long.
        let Desk { opened, retry, .. } = *lock(&self.desk);
        let mut retry = if opened.elapsed() > LAST_RETRY { FIRST_RETRY } else { retry };
        let server = loop {
            if !self.halt.pause(retry) || self.halt.phase() != Phase::Running {
                return;
            }
            retry = (retry * 2).min(LAST_RETRY);
            let spare: io::Result<Vec<TcpListener>> = (0..SPARE).map(|_| self.listener.try_clone()).collect();
            let has_spare = spare.is_ok();
            drop(spare);
            if has_spare && let Ok(server) = open(&self.listener) {
                break server;
            }
        };
        let desk = Desk { server, opened: Instant::now(), retry };
        let failed = std::mem::replace(&mut *lock(&self.desk), desk).server;
        self.moves.fetch_add(1, Ordering::AcqRel);
        // Those who wait there are called away, and who is inside there is looked after.
        let mut old_desks = lock(&self.old_desks);
        old_desks.push(failed);
        if old_desks.len() == 1 {
            drop(old_desks);
            while self.spawn(Crew::serve_stragglers).is_err() && self.halt.pause(LAST_RETRY) {}
        }
    }

    /// Calls the threads that wait at desks that have failed, and serves the connections there.
    fn serve_stragglers(self: &Arc<Crew>) {
        while self.halt.pause(STRAGGLER_ROUND) {
            let desks = lock(&self.old_desks).clone();
            for desk in desks {
                while let Ok(Some(request)) = desk.try_recv() {
                    // A thread that cannot be started would take the request with it.
                    let request = Arc::new(Mutex::new(Some(request)));
                    let of_thread = Arc::clone(&request);
                    if self.spawn(move |crew| crew.serve_from(&of_thread)).is_err() {
                        self.serve_from(&request);
                    }
                }
                // Again each time: the look takes a call that nobody has heeded yet, and on a busy machine
                // a thread can be late for any number of them.
                desk.unblock();
            }
        }
    }

    fn serve_from(self: &Arc<Crew>, request: &Mutex<Option<tiny_http::Request>>) {
        let request = lock(request).take();
        if let Some(request) = request {
            self.serve(request);
        }
    }

    /// Stops accepting, lets requests finish for up to `grace`, then cuts what is left; returns when
    /// every thread of the crew has ended.
    pub(super) fn stop(&self, grace: Duration) {
        const STEP: Duration = Duration::from_millis(20);
        const STEPS: usize = 250;
        self.halt.enter(Phase::Draining);
        super::listener::close(&self.listener);
        self.halt.await_requests(grace);
        if let Some(webhook) = &self.webhook {
            webhook.close(FAREWELL);
        }
        self.halt.enter(Phase::Over);
        self.doorbell.close();
        self.guard.unpark();
        for _ in 0..STEPS {
            // Again each time: a connection may have been on its way in, and so may a new desk.
            hangup::hang_up_all(self.port);
            self.unpark.notify_all();
            let mut desks = lock(&self.old_desks).clone();
            desks.push(self.server());
            for desk in desks.iter().cycle().take(WAITING * desks.len()) {
                desk.unblock();
            }
            if self.halt.await_threads(STEP) {
                break;
            }
        }
        // tiny_http's own threads end with their connections; until then the port is not free.
        lock(&self.old_desks).clear();
        for _ in 0..STEPS {
            if hangup::hang_up_all(self.port) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
