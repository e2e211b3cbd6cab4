//! Wakes connections that tiny_http forgot. Its pool counts idle threads when it queues a connection,
//! before they have woken, so that in a burst several connections can wait for one thread, which a
//! kept-alive connection then holds. A visitor who hangs up at once gets a thread of his own when none
//! is idle, and that thread, done with him, takes a forgotten connection from the queue.

use crate::server::hangup;
use std::hash::BuildHasher;
use std::hash::BuildHasherDefault;
use std::hash::DefaultHasher;
use std::io::Read;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread::Thread;
use std::time::Duration;
use std::time::Instant;

/// Connections that say nothing do not ring; somebody looks in for them this often.
const ROUND: Duration = Duration::from_millis(250);

/// Few connections of a burst are forgotten, so that many rings in a row would be mostly for nothing.
const BETWEEN_RINGS: Duration = Duration::from_millis(2);

/// A visitor who is not seen off for so long was never let in: the accept thread is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// The same two while there is reason to think that it is.
const SUSPICIOUS_ROUND: Duration = Duration::from_millis(10);
const SUSPICIOUS_PATIENCE: Duration = Duration::from_millis(100);

/// How often tiny_http has panicked outside the threads of its connections, in any server.
pub(super) static PANICS: AtomicU64 = AtomicU64::new(0);

/// How many connections are remembered.
const SEEN: usize = 4096;

pub(super) struct Doorbell {
    target: SocketAddr,
    rung: AtomicBool,
    /// Peers that have rung since the last round.
    introduced: AtomicUsize,
    broken: AtomicBool,
    closed: AtomicBool,
    /// A hash of the last peer in each slot, by port. A peer that lost its slot rings once more.
    seen: Box<[AtomicU64]>,
    ringer: OnceLock<Thread>,
}

impl Doorbell {
    pub(super) fn new(target: SocketAddr) -> Doorbell {
        Doorbell {
            target,
            rung: AtomicBool::new(false),
            introduced: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            seen: (0..SEEN).map(|_| AtomicU64::new(0)).collect(),
            ringer: OnceLock::new(),
        }
    }

    /// Rings if this peer is new. Rings that come while one is pending are one.
    pub(super) fn request_from(&self, peer: SocketAddr) {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(peer);
        let slot = &self.seen[usize::from(peer.port()) % SEEN];
        if slot.swap(hash, Ordering::Relaxed) != hash {
            self.introduced.fetch_add(1, Ordering::Relaxed);
            if !self.rung.swap(true, Ordering::AcqRel) {
                self.wake();
            }
        }
    }

    /// Says that the accept thread has ended.
    pub(super) fn report_broken(&self) {
        self.broken.store(true, Ordering::Release);
        self.wake();
    }

    /// Ends [`run`](Doorbell::run).
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        if let Some(ringer) = self.ringer.get() {
            ringer.unpark();
        }
    }

    /// Rings whenever asked to and once a round; calls `nobody_home` when nobody opens.
    pub(super) fn run(&self, nobody_home: impl Fn()) {
        let _ = self.ringer.set(std::thread::current());
        let mut visitor: Option<(TcpStream, Instant)> = None;
        let mut panics = 0;
        let mut descriptors = 0;
        let mut visits_due = 0_usize;
        // Something has happened that the accept thread may not have survived.
        let mut suspicious = false;
        while !self.closed.load(Ordering::Acquire) {
            if self.broken.swap(false, Ordering::AcqRel) {
                visitor = None;
                nobody_home();
            }
            if self.rung.swap(false, Ordering::AcqRel) {
                drop(self.visit());
                std::thread::sleep(BETWEEN_RINGS);
                continue;
            }
            if visits_due > 0 {
                visits_due = if self.visit().is_some() { visits_due - 1 } else { 0 };
                continue;
            }
            std::thread::park_timeout(if suspicious { SUSPICIOUS_ROUND } else { ROUND });
            if [&self.rung, &self.broken, &self.closed].iter().any(|flag| flag.load(Ordering::Acquire)) {
                continue;
            }
            // A connection has two descriptors, and one that has said nothing has not rung yet.
            let open = hangup::open_descriptors().unwrap_or(descriptors + 2);
            let introduced = self.introduced.swap(0, Ordering::Relaxed);
            visits_due = (open.saturating_sub(descriptors) / 2).saturating_sub(introduced);
            descriptors = open;
            let before = std::mem::replace(&mut panics, PANICS.load(Ordering::Acquire));
            let alarmed = panics != before;
            suspicious |= alarmed;
            let patience = if suspicious { SUSPICIOUS_PATIENCE } else { PATIENCE };
            match &visitor {
                Some((stream, since)) if !seen_off(stream) => {
                    if since.elapsed() > patience {
                        visitor = None;
                        suspicious = false;
                        nobody_home();
                    }
                }
                gone => {
                    // One who came before the alarm says nothing about the time after it.
                    let all_clear = gone.is_some() && !alarmed;
                    visitor = self.visit().map(|stream| (stream, Instant::now()));
                    // Without a descriptor for a visitor there was none for a client either.
                    suspicious = visitor.is_none() || (suspicious && !all_clear);
                }
            }
        }
    }

    fn visit(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.target, PATIENCE).ok()?;
        stream.shutdown(Shutdown::Write).ok()?;
        stream.set_nonblocking(true).ok()?;
        Some(stream)
    }
}

/// Whether the server has let the visitor in and closed the door behind him.
fn seen_off(mut stream: &TcpStream) -> bool {
    !matches!(stream.read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}
