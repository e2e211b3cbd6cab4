//! Running, draining, over: what a server's threads wait on when they wait.

use crate::server::handover::Aside;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use std::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    /// No new connections; requests that are being served are finished.
    Draining,
    /// Whatever is not finished is cut.
    Over,
}

/// How long a pause may go on after everything is over.
pub(super) const LOOK_UP: Duration = Duration::from_millis(100);

/// A wait that is longer than anybody waits.
pub(super) const FOREVER: Duration = Duration::from_secs(365 * 86_400);

/// The counts are atomic, since every request passes here; the lock is only for those who wait.
pub(super) struct Halt {
    phase: AtomicU8,
    /// Requests being served.
    serving: AtomicUsize,
    /// Threads alive.
    threads: AtomicUsize,
    waiting: Mutex<()>,
    changed: Condvar,
}

impl Halt {
    pub(super) fn new() -> Halt {
        Halt {
            phase: AtomicU8::new(Phase::Running as u8),
            serving: AtomicUsize::new(0),
            threads: AtomicUsize::new(0),
            waiting: Mutex::new(()),
            changed: Condvar::new(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(SeqCst) {
            0 => Phase::Running,
            1 => Phase::Draining,
            _ => Phase::Over,
        }
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, SeqCst);
        self.tell();
    }

    /// Wakes everybody who waits; with the lock, so that nobody is between a look and the wait.
    fn tell(&self) {
        let _waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.changed.notify_all();
    }

    /// Waits for so long, or until everything is over; says whether there is still time.
    pub(super) fn pause(&self, aside: &Aside, duration: Duration) -> bool {
        self.pause_until(aside, Instant::now() + duration.min(FOREVER))
    }

    /// Waits until then, or until everything is over; says whether there is still time. It sleeps and
    /// looks up now and then: a thousand streams that woke on one condition would queue for its lock.
    pub(super) fn pause_until(&self, _: &Aside, due: Instant) -> bool {
        loop {
            if self.phase() == Phase::Over {
                return false;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(LOOK_UP));
        }
    }

    /// Waits until no request is being served.
    pub(super) fn await_requests(&self, at_most: Duration) {
        self.wait(at_most, || self.serving.load(SeqCst) == 0);
    }

    /// Waits until every thread has ended; says whether they have.
    pub(super) fn await_threads(&self, at_most: Duration) -> bool {
        self.wait(at_most, || self.threads.load(SeqCst) == 0)
    }

    /// Says whether it came true in time.
    fn wait(&self, at_most: Duration, done: impl Fn() -> bool) -> bool {
        // A time that cannot be reckoned is as good as one that never comes.
        let end = Instant::now() + at_most.min(FOREVER);
        let mut guard = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if done() {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            guard = self.changed.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Counts a request as being served until the guard is dropped.
    pub(super) fn serving(&self) -> Presence<'_> {
        self.serving.fetch_add(1, SeqCst);
        Presence { halt: self, count: &self.serving }
    }

    /// Counts a thread that is about to start as alive.
    pub(super) fn thread_starts(&self) {
        self.threads.fetch_add(1, SeqCst);
    }

    /// Takes that back when the guard is dropped.
    pub(super) fn thread(&self) -> Presence<'_> {
        Presence { halt: self, count: &self.threads }
    }
}

/// One more, until dropped.
pub(super) struct Presence<'a> {
    halt: &'a Halt,
    count: &'a AtomicUsize,
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, SeqCst);
        if self.halt.phase() != Phase::Running {
            self.halt.tell();
        }
    }
}
