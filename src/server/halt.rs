//! Running, draining, over: what a server's threads wait on when they wait.

use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Running,
    /// No new connections; requests that are being served are finished.
    Draining,
    /// Whatever is not finished is cut.
    Over,
}

struct Watched {
    phase: Phase,
    /// Requests being served.
    serving: usize,
    /// Threads alive.
    threads: usize,
}

pub(super) struct Halt {
    watched: Mutex<Watched>,
    changed: Condvar,
}

impl Halt {
    pub(super) fn new() -> Halt {
        let watched = Watched { phase: Phase::Running, serving: 0, threads: 0 };
        Halt { watched: Mutex::new(watched), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self) -> Phase {
        self.lock().phase
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.lock().phase = phase;
        self.changed.notify_all();
    }

    /// Waits for so long, or until everything is over; says whether there is still time.
    pub(super) fn pause(&self, duration: Duration) -> bool {
        self.wait(duration, |watched| watched.phase == Phase::Over);
        self.phase() != Phase::Over
    }

    /// Waits until no request is being served.
    pub(super) fn await_requests(&self, at_most: Duration) {
        self.wait(at_most, |watched| watched.serving == 0);
    }

    /// Waits until every thread has ended; says whether they have.
    pub(super) fn await_threads(&self, at_most: Duration) -> bool {
        self.wait(at_most, |watched| watched.threads == 0)
    }

    fn wait(&self, at_most: Duration, done: impl Fn(&Watched) -> bool) -> bool {
        let end = Instant::now() + at_most;
        let mut watched = self.lock();
        loop {
            if done(&watched) {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            watched = self.changed.wait_timeout(watched, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Counts a request as being served until the guard is dropped. Returns the phase too.
    pub(super) fn serving(&self) -> Counted<'_> {
        let mut watched = self.lock();
        watched.serving += 1;
        Counted { halt: self, phase: watched.phase, count: |watched| &mut watched.serving }
    }

    /// Counts a thread that is about to start as alive.
    pub(super) fn thread_starts(&self) {
        self.lock().threads += 1;
    }

    /// Takes that back when the guard is dropped.
    pub(super) fn thread(&self) -> Counted<'_> {
        Counted { halt: self, phase: self.phase(), count: |watched| &mut watched.threads }
    }
}

/// One more, until dropped.
pub(super) struct Counted<'a> {
    halt: &'a Halt,
    /// The phase when it began.
    pub(super) phase: Phase,
    count: fn(&mut Watched) -> &mut usize,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut watched = self.halt.lock();
        *(self.count)(&mut watched) -= 1;
        if watched.phase != Phase::Running {
            self.halt.changed.notify_all();
        }
    }
}
