//! The watchdog against starvation. A worker steps aside before it waits, where it knows that it is going
//! to; what it cannot know is caught here: when all workers are stuck, another is sent to take requests.

use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::handover::Handover;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread::Thread;
use std::time::Duration;

/// How often it looks whether all workers are stuck. Nobody waits longer than two rounds.
const ROUND: Duration = Duration::from_millis(2);
/// After so many rounds in which a worker waited for requests, it sleeps until called.
const QUIET_ROUNDS: u32 = 50;

/// Awake while all workers are busy.
#[derive(Default)]
pub(super) struct Watchdog {
    awake: AtomicBool,
    thread: OnceLock<Thread>,
}

impl Watchdog {
    /// No worker waits for requests any more.
    pub(super) fn call(&self) {
        if !self.awake.swap(true, Ordering::AcqRel) {
            self.wake();
        }
    }

    pub(super) fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Calls `hand_on` whenever all workers are stuck: none waits for a request, and none has taken one
    /// since the last look.
    pub(super) fn run(&self, halt: &Halt, handover: &Handover, hand_on: impl Fn()) {
        let _ = self.thread.set(std::thread::current());
        let mut taken = 0;
        let mut quiet = 0;
        while halt.phase() != Phase::Over {
            if quiet > QUIET_ROUNDS {
                self.awake.store(false, Ordering::Release);
                quiet = 0;
                // Who took the last place just now has not called.
                if !handover.nobody_waits() {
                    std::thread::park();
                }
                self.awake.store(true, Ordering::Release);
            }
            std::thread::park_timeout(ROUND);
            let now = handover.taken();
            if handover.nobody_waits() {
                quiet = 0;
                if now == taken {
                    hand_on();
                }
            } else {
                quiet += 1;
            }
            taken = now;
        }
    }
}
