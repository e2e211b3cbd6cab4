//! The flaw: tiny_http forgets connections. Its pool counts idle threads when it queues a connection,
//! before they have woken, so that in a burst several connections can wait for one thread, which a
//! kept-alive connection then holds. A probe, a connection of our own that is ended at once, gets a thread
//! of its own when none is idle, and that thread, done with it, takes a forgotten connection from the queue.
//! A probe that nobody ends shows that the accept thread is gone.

use crate::server::tiny::connection;
use crate::server::tiny::handshake;
use crate::server::tiny::panics;
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

/// Connections that say nothing ask for no probe; one is sent for them this often.
const ROUND: Duration = Duration::from_millis(250);

/// Few connections of a burst are forgotten, so that many probes in a row would be mostly for nothing.
const BETWEEN_PROBES: Duration = Duration::from_millis(2);

/// A probe that is not ended for so long was never accepted: the accept thread is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// The same two while there is reason to think that it is.
const SUSPICIOUS_ROUND: Duration = Duration::from_millis(10);
const SUSPICIOUS_PATIENCE: Duration = Duration::from_millis(100);

/// How many connections are remembered.
const SEEN: usize = 4096;

pub(in crate::server) struct Prober {
    target: SocketAddr,
    asked: AtomicBool,
    /// Peers that have asked for a probe since the last round.
    introduced: AtomicUsize,
    broken: AtomicBool,
    closed: AtomicBool,
    /// A hash of the last peer in each slot, by port. A peer that lost its slot asks once more.
    seen: Box<[AtomicU64]>,
    thread: OnceLock<Thread>,
}

impl Prober {
    pub(in crate::server) fn new(target: SocketAddr) -> Prober {
        Prober {
            target,
            asked: AtomicBool::new(false),
            introduced: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            seen: (0..SEEN).map(|_| AtomicU64::new(0)).collect(),
            thread: OnceLock::new(),
        }
    }

    /// Asks for a probe if this peer is new. Those asked for while one is pending are one.
    pub(in crate::server) fn request_from(&self, peer: SocketAddr) {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(peer);
        let slot = &self.seen[usize::from(peer.port()) % SEEN];
        if slot.swap(hash, Ordering::Relaxed) != hash {
            self.introduced.fetch_add(1, Ordering::Relaxed);
            if !self.asked.swap(true, Ordering::AcqRel) {
                self.wake();
            }
        }
    }

    /// Says that the accept thread has ended.
    pub(in crate::server) fn report_broken(&self) {
        self.broken.store(true, Ordering::Release);
        self.wake();
    }

    /// Ends [`run`](Prober::run).
    pub(in crate::server) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Sends a probe whenever asked to and once a round; calls `reopen` when nobody accepts it. Once a round it
    /// refuses those who speak TLS as well, and calls `refused` when there were any.
    pub(in crate::server) fn run(&self, reopen: impl Fn(), refused: impl Fn()) {
        let _ = self.thread.set(std::thread::current());
        let mut looked = Instant::now();
        let mut probe: Option<(TcpStream, Instant)> = None;
        let mut panics = 0;
        let mut descriptors = 0;
        let mut probes_due = 0_usize;
        // Something has happened that the accept thread may not have survived.
        let mut suspicious = false;
        while !self.closed.load(Ordering::Acquire) {
            // Here, where it passes however busy it is otherwise.
            if looked.elapsed() >= ROUND {
                looked = self.refuse_handshakes(&refused);
            }
            if self.broken.swap(false, Ordering::AcqRel) {
                probe = None;
                reopen();
            }
            if self.asked.swap(false, Ordering::AcqRel) {
                drop(self.probe());
                std::thread::sleep(BETWEEN_PROBES);
                continue;
            }
            if probes_due > 0 {
                probes_due = if self.probe().is_some() { probes_due - 1 } else { 0 };
                continue;
            }
            std::thread::park_timeout(if suspicious { SUSPICIOUS_ROUND } else { ROUND });
            if [&self.asked, &self.broken, &self.closed].iter().any(|flag| flag.load(Ordering::Acquire)) {
                continue;
            }
            // A connection has two descriptors, and one that has said nothing has not asked yet.
            let open = connection::open_descriptors().unwrap_or(descriptors + 2);
            let introduced = self.introduced.swap(0, Ordering::Relaxed);
            probes_due = (open.saturating_sub(descriptors) / 2).saturating_sub(introduced);
            descriptors = open;
            let before = std::mem::replace(&mut panics, panics::count());
            let alarmed = panics != before;
            suspicious |= alarmed;
            let patience = if suspicious { SUSPICIOUS_PATIENCE } else { PATIENCE };
            match &probe {
                Some((stream, since)) if !was_ended(stream) => {
                    if since.elapsed() > patience {
                        probe = None;
                        suspicious = false;
                        reopen();
                    }
                }
                ended => {
                    // One from before the alarm says nothing about the time after it.
                    let all_clear = ended.is_some() && !alarmed;
                    probe = self.probe().map(|stream| (stream, Instant::now()));
                    // Without a descriptor for a probe there was none for a client either.
                    suspicious = probe.is_none() || (suspicious && !all_clear);
                }
            }
        }
    }

    fn refuse_handshakes(&self, refused: &impl Fn()) -> Instant {
        if handshake::refuse(self.target.port()) {
            refused();
        }
        Instant::now()
    }

    fn probe(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.target, PATIENCE).ok()?;
        stream.shutdown(Shutdown::Write).ok()?;
        stream.set_nonblocking(true).ok()?;
        Some(stream)
    }
}

/// Whether the server has accepted the probe and ended it from its side.
fn was_ended(mut stream: &TcpStream) -> bool {
    !matches!(stream.read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}
