//! What is told on standard error while the server runs. Never a reason to stop.

use std::fmt::Display;
use std::net::SocketAddr;
use std::panic::catch_unwind;
use std::sync::Once;

/// Tells one line, whatever a client has put into it. With the macro, which a test's harness keeps to itself as long as the test passes, and which
/// panics where the other end of standard error is closed.
pub(super) fn report(line: impl Display) {
    let line = line.to_string().replace(char::is_control, "?");
    let _ = catch_unwind(|| eprintln!("openai-fake: {line}"));
}

/// Tells one line without our name before it, in the same way.
pub(super) fn tell(line: &str) {
    let line = line.replace(char::is_control, "?");
    let _ = catch_unwind(|| eprintln!("{line}"));
}

/// What is told of clients that are set up in a wrong way: each thing once, since a suite of tests makes one
/// mistake a thousand times.
pub(super) struct Advice {
    base_url: Once,
    tls: Once,
}

impl Advice {
    pub(super) const fn new() -> Advice {
        Advice { base_url: Once::new(), tls: Once::new() }
    }

    /// A client asked for what is somewhere else.
    pub(super) fn of_base_url(&self, hint: &str) {
        self.base_url.call_once(|| report(format_args!("{hint} (told once)")));
    }

    /// A client wants to speak TLS.
    pub(super) fn of_tls(&self, address: SocketAddr) {
        self.tls.call_once(|| {
            report(format_args!(
                "a client speaks TLS, and nobody does here: its base URL should begin with http://, as in \
                 http://{address}/v1 (told once)"
            ));
        });
    }
}
