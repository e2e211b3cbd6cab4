//! The flaw: tiny_http hears that a client has left where it waits for that client's next request, and tells nobody. Who
//! holds a reply back writes nothing that could fail, so all connections are looked through for those that have ended:
//! once in a while, for all who ask. Only on Linux; elsewhere what is held back is held until the server stops.

use crate::server::tiny::Connection;
use std::time::Instant;

/// Whether the client of a connection, of which a reply has been held back since then, is known to have left.
#[cfg(not(target_os = "linux"))]
pub(in crate::server) fn has_left(_: Connection, _: Instant) -> bool {
    false
}

#[cfg(target_os = "linux")]
pub(in crate::server) fn has_left(connection: Connection, since: Instant) -> bool {
    linux::has_left(connection, since)
}

#[cfg(target_os = "linux")]
mod linux {
    use crate::server::tiny::Connection;
    use crate::server::tiny::connection;
    use std::collections::HashSet;
    use std::mem::MaybeUninit;
    use std::net::SocketAddr;
    use std::sync::Mutex;
    use std::sync::PoisonError;
    use std::time::Duration;
    use std::time::Instant;

    /// How often it is looked at most, whoever asks.
    const EVERY: Duration = Duration::from_secs(1);

    /// The connections of this process that had not ended when it was last looked: their ports here, and their clients.
    #[derive(Default)]
    struct ConnectionLook {
        begun: Option<Instant>,
        alive: HashSet<(u16, SocketAddr)>,
    }

    pub(super) fn has_left(connection: Connection, since: Instant) -> bool {
        static LAST: Mutex<Option<ConnectionLook>> = Mutex::new(None);
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let look = last.get_or_insert_with(ConnectionLook::default);
        if look.begun.is_none_or(|begun| begun.elapsed() >= EVERY) {
            *look = ConnectionLook { begun: Some(Instant::now()), alive: alive() };
        }
        // One that has come since is not among them.
        look.begun.is_some_and(|begun| begun > since)
            && !look.alive.contains(&(connection.port, connection.peer))
    }

    fn alive() -> HashSet<(u16, SocketAddr)> {
        let place = |socket: &socket2::Socket| {
            let local = socket.local_addr().ok()?.as_socket()?;
            Some((local.port(), socket.peer_addr().ok()?.as_socket()?))
        };
        let sockets = connection::sockets_where(|_| true);
        sockets.filter(|socket| !has_ended(socket)).filter_map(|socket| place(&socket)).collect()
    }

    /// Whether nothing more will come on it.
    fn has_ended(socket: &socket2::Socket) -> bool {
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        matches!(socket.recv_with_flags(&mut [MaybeUninit::uninit()], flags), Ok(0))
    }
}
