//! Who takes the next request. Two workers wait for requests; one that is about to wait for something
//! else, its client or the time, first sends another in its place. It gets an [`Aside`] for that, and what
//! may wait asks for one: a wait that nobody has stepped aside for does not compile. Idle workers park,
//! and end after a while. Starts threads, and knows nothing of what they do.

use std::io;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// Workers that wait for requests. Handing on before each request, so that one always waits, cost a third
/// of the throughput and made the slowest replies three times slower.
pub(super) const WAITING: usize = 2;
/// What serving needs: requests are parsed and written on the heap.
const STACK: usize = 256 * 1024;
/// A parked worker ends after so long.
const PARKED: Duration = Duration::from_secs(10);

/// What a thread has to show before it may wait: either it has seen to it that requests are taken
/// meanwhile, or it is none of those that take them.
pub(super) struct Aside(());

#[cfg(test)]
impl Aside {
    /// For tests, whose threads take no requests.
    pub(super) const OF_TEST: Aside = Aside(());
}

/// Starts a worker's thread.
pub(super) fn start(run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = std::thread::Builder::new().name("openai-fake".to_owned()).stack_size(STACK);
    builder.spawn(run).map(drop)
}

/// Starts a thread that takes no requests, and so may wait whenever it likes.
pub(super) fn start_aside(run: impl FnOnce(&Aside) + Send + 'static) -> io::Result<()> {
    start(move || run(&Aside(())))
}

pub(super) struct Handover {
    /// Workers that wait for a request, or are on their way there.
    waiting: AtomicUsize,
    /// Requests taken so far; while it grows, not all workers are stuck.
    taken: AtomicU64,
    parked: Mutex<Parked>,
    unpark: Condvar,
}

#[derive(Default)]
struct Parked {
    workers: usize,
    /// How many of them are called.
    called: usize,
}

impl Handover {
    /// With [`WAITING`] workers on their way.
    pub(super) fn new() -> Handover {
        Handover {
            waiting: AtomicUsize::new(WAITING),
            taken: AtomicU64::new(0),
            parked: Mutex::default(),
            unpark: Condvar::new(),
        }
    }

    /// A worker has taken a request; says whether it was the last that waited for one.
    pub(super) fn take(&self) -> bool {
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.waiting.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether there is no worker to take the next request.
    pub(super) fn nobody_waits(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }

    /// A worker is done with its request; says whether it is to take the next one. Otherwise it is to park.
    pub(super) fn come_back(&self) -> bool {
        let is_wanted = self.waiting.fetch_add(1, Ordering::AcqRel) < WAITING;
        if !is_wanted {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        is_wanted
    }

    /// Called by a worker that is about to wait for something: sees to it that requests are taken.
    pub(super) fn step_aside(&self, start: impl FnOnce() -> io::Result<()>) -> Aside {
        if self.nobody_waits() {
            self.hand_on(start);
        }
        Aside(())
    }

    /// Sends a worker to take requests: a parked one, or one that `start` starts.
    pub(super) fn hand_on(&self, start: impl FnOnce() -> io::Result<()>) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        if parked.workers > parked.called {
            parked.called += 1;
            self.unpark.notify_one();
            return;
        }
        drop(parked);
        if start().is_err() {
            // No more threads to be had: those there are come back when they are done.
            self.waiting.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Waits to be called to take requests again; says whether that happened.
    pub(super) fn park(&self, is_over: impl Fn() -> bool) -> bool {
        let end = Instant::now() + PARKED;
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        parked.workers += 1;
        while parked.called == 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || is_over() {
                parked.workers -= 1;
                return false;
            }
            parked = self.unpark.wait_timeout(parked, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        parked.called -= 1;
        parked.workers -= 1;
        true
    }

    /// Has everybody who is parked look whether all is over.
    pub(super) fn wake(&self) {
        self.unpark.notify_all();
    }
}
