//! The threads of a server, from the first to the last: those that take requests and serve them, and those
//! that look after them.

use crate::reply::Notice;
use crate::server::exchange::Exchange;
use crate::server::exchange::Responder;
use crate::server::halt::Halt;
use crate::server::halt::Phase;
use crate::server::handover;
use crate::server::handover::Aside;
use crate::server::handover::Handover;
use crate::server::handover::WAITING;
use crate::server::outbound::Webhook;
use crate::server::reload::RuleFiles;
use crate::server::report::Advice;
use crate::server::tiny::Acceptor;
use crate::server::tiny::Connection;
use crate::server::tiny::NoRequest;
use crate::server::tiny::Prober;
use crate::server::tiny::hang_up_all;
use crate::server::watchdog::Watchdog;
use crate::state::State;
use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// How long a failure to start a thread is waited out.
const RETRY: Duration = Duration::from_millis(200);
/// How long the end waits for events that are still to be delivered.
const FAREWELL: Duration = Duration::from_secs(1);

pub(super) struct Workers {
    state: Arc<State>,
    respond: Responder,
    halt: Arc<Halt>,
    acceptor: Acceptor,
    prober: Prober,
    handover: Handover,
    watchdog: Watchdog,
    webhook: Option<Webhook>,
    advice: Advice,
    /// The port, by which connections are found at the end.
    port: u16,
}

impl Workers {
    /// Starts serving what comes in on `listener`, which is reached at `address`.
    pub(super) fn start(
        state: Arc<State>,
        respond: Responder,
        listener: TcpListener,
        address: SocketAddr,
        webhook: Option<Webhook>,
        watched: Option<Arc<RuleFiles>>,
    ) -> io::Result<Arc<Workers>> {
        let workers = Arc::new(Workers {
            state,
            respond,
            halt: Arc::new(Halt::new()),
            acceptor: Acceptor::new(listener)?,
            prober: Prober::new(address),
            handover: Handover::new(),
            watchdog: Watchdog::default(),
            webhook,
            advice: Advice::new(),
            port: address.port(),
        });
        for _ in 0..WAITING {
            workers.spawn()?;
        }
        workers.spawn_aside(|workers, _| {
            workers.watchdog.run(&workers.halt, &workers.handover, || workers.hand_on());
        })?;
        workers.spawn_aside(move |workers, aside| {
            workers.prober.run(|| workers.reopen(aside), || workers.advice.of_tls(address));
        })?;
        if workers.webhook.is_some() {
            workers.spawn_aside(|workers, aside| {
                workers.webhook.iter().for_each(|webhook| webhook.run(&workers.halt, aside));
            })?;
        }
        if let Some(files) = watched {
            workers.spawn_aside(move |workers, aside| files.watch(&workers.state, &workers.halt, aside))?;
        }
        Ok(workers)
    }

    /// Starts a worker.
    fn spawn(self: &Arc<Workers>) -> io::Result<()> {
        let workers = self.about_to_start();
        handover::start(move || workers.live(Workers::receive)).inspect_err(|_| drop(self.halt.thread()))
    }

    /// Starts a thread that takes no requests.
    fn spawn_aside(
        self: &Arc<Workers>,
        run: impl FnOnce(&Arc<Workers>, &Aside) + Send + 'static,
    ) -> io::Result<()> {
        let workers = self.about_to_start();
        let thread = move |aside: &Aside| workers.live(|workers| run(workers, aside));
        handover::start_aside(thread).inspect_err(|_| drop(self.halt.thread()))
    }

    /// Counts a thread before it runs, so that the end cannot miss it.
    fn about_to_start(self: &Arc<Workers>) -> Arc<Workers> {
        self.halt.thread_starts();
        Arc::clone(self)
    }

    /// The life of a thread that is waited for at the end.
    fn live(self: Arc<Workers>, run: impl FnOnce(&Arc<Workers>)) {
        let halt = Arc::clone(&self.halt);
        let _alive = halt.thread();
        run(&self);
        // While it counts as alive: who lets go of the workers last closes their sockets.
        drop(self);
    }

    /// Takes requests and serves them.
    fn receive(self: &Arc<Workers>) {
        let mut requests = self.acceptor.requests();
        loop {
            match requests.next() {
                Ok(request) => {
                    if self.handover.take() {
                        self.watchdog.call();
                    }
                    self.serve(request);
                    let is_over = || self.halt.phase() == Phase::Over;
                    if !self.handover.come_back() && !self.handover.park(is_over) {
                        return;
                    }
                }
                Err(_) if self.halt.phase() == Phase::Over => return,
                Err(NoRequest::Broken) => self.prober.report_broken(),
                Err(NoRequest::Called) => {}
            }
        }
    }

    fn hand_on(self: &Arc<Workers>) {
        self.handover.hand_on(|| self.spawn());
    }

    fn serve(self: &Arc<Workers>, request: tiny_http::Request) {
        let _serving = self.halt.serving();
        let connection = request.remote_addr().map(|&peer| Connection { port: self.port, peer });
        if let Some(connection) = connection {
            self.prober.request_from(connection.peer);
        }
        let exchange = Exchange {
            state: &self.state,
            respond: self.respond,
            halt: &self.halt,
            connection,
            step_aside: &|| self.handover.step_aside(|| self.spawn()),
            deliver: &|notices| self.deliver(notices),
            advice: &self.advice,
        };
        // The pipeline catches its own panics; one in the reading or the writing of a message must
        // end that connection and nothing else.
        if catch_unwind(AssertUnwindSafe(|| exchange.serve(request))).is_err()
            && let Some(connection) = connection
        {
            connection.hang_up();
        }
    }

    fn deliver(&self, notices: Vec<Notice>) {
        if let Some(webhook) = &self.webhook {
            webhook.send(notices);
        }
    }

    /// The accept thread has ended: out of descriptors or threads, most likely.
    fn reopen(self: &Arc<Workers>, aside: &Aside) {
        if self.acceptor.reopen(&self.halt, aside) {
            let look_after = |workers: &Arc<Workers>, aside: &Aside| {
                workers
                    .acceptor
                    .serve_stragglers(&workers.halt, aside, |request| workers.serve_apart(request));
            };
            while self.spawn_aside(look_after).is_err() && self.halt.pause(aside, RETRY) {}
        }
    }

    /// Serves a request in a thread of its own.
    fn serve_apart(self: &Arc<Workers>, request: tiny_http::Request) {
        // A thread that cannot be started would take the request with it.
        let request = Arc::new(Mutex::new(Some(request)));
        let take = |request: &Mutex<Option<_>>| request.lock().unwrap_or_else(PoisonError::into_inner).take();
        let of_thread = Arc::clone(&request);
        let serve = move |workers: &Arc<Workers>, _: &Aside| {
            if let Some(request) = take(&of_thread) {
                workers.serve(request);
            }
        };
        if self.spawn_aside(serve).is_err()
            && let Some(request) = take(&request)
        {
            self.serve(request);
        }
    }

    /// Stops accepting, lets requests finish for up to `grace`, then cuts what is left; returns when
    /// every thread has ended.
    pub(super) fn stop(&self, grace: Duration) {
        const STEP: Duration = Duration::from_millis(20);
        const STEPS: usize = 250;
        self.halt.enter(Phase::Draining);
        self.acceptor.close();
        self.halt.await_requests(grace);
        if let Some(webhook) = &self.webhook {
            webhook.close(FAREWELL);
        }
        self.halt.enter(Phase::Over);
        self.prober.close();
        self.watchdog.wake();
        for _ in 0..STEPS {
            // Again each time: a connection may have been on its way in, and so may another acceptor.
            hang_up_all(self.port);
            self.handover.wake();
            self.acceptor.unblock(WAITING);
            if self.halt.await_threads(STEP) {
                break;
            }
        }
        // tiny_http's own threads end with their connections; until then the port is not free.
        self.acceptor.forget_failed();
        for _ in 0..STEPS {
            if hang_up_all(self.port) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
