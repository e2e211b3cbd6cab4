//! Ends connections that tiny_http holds: it cannot hang up on a kept-alive one itself. The process's
//! open descriptors are walked for the socket with the right address. On Windows, where they cannot
//! be walked, a connection ends only when its client ends it.

use std::net::Shutdown;
use std::net::SocketAddr;

/// The connection to this peer, as a socket of its own. The caller must hold a request or a writer of
/// that connection, so that the peer's address is still this connection's.
pub(super) fn connection(peer: SocketAddr) -> Option<socket2::Socket> {
    walk::sockets().find(|socket| socket.peer_addr().ok().and_then(|a| a.as_socket()) == Some(peer))
}

/// Ends the connection to this peer, on the same condition.
pub(super) fn hang_up(peer: SocketAddr) {
    if let Some(socket) = connection(peer) {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

/// How many descriptors the process has open, where the system tells.
pub(super) fn open_descriptors() -> Option<usize> {
    walk::count()
}

/// Ends every connection that was accepted on this port; returns how many there were.
pub(super) fn hang_up_all(port: u16) -> usize {
    let of_port = |socket: &socket2::Socket| {
        let local = socket.local_addr().ok().and_then(|a| a.as_socket());
        local.is_some_and(|local| local.port() == port) && socket.peer_addr().is_ok()
    };
    walk::sockets().filter(of_port).filter(|socket| socket.shutdown(Shutdown::Both).is_ok()).count()
}

#[cfg(unix)]
mod walk {
    use std::fs::read_dir;
    use std::os::fd::BorrowedFd;
    use std::os::fd::RawFd;

    const FOLDER: &str = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };

    pub(super) fn count() -> Option<usize> {
        read_dir(FOLDER).ok().map(Iterator::count)
    }

    /// A duplicate of every open socket. A duplicate cannot become another socket between a look at
    /// its address and what is done to it.
    pub(super) fn sockets() -> impl Iterator<Item = socket2::Socket> {
        let entries = read_dir(FOLDER).into_iter().flatten().flatten();
        entries.filter_map(|entry| duplicate(entry.file_name().to_str()?.parse().ok()?))
    }

    #[allow(unsafe_code)]
    fn duplicate(descriptor: RawFd) -> Option<socket2::Socket> {
        // SAFETY: the borrow lasts for one system call that duplicates the descriptor. Should another
        // thread close it at this moment, the call fails, or duplicates the file that took its number,
        // which is only looked at and closed again, as is any other file that is not a connection of
        // ours. Nothing is read, written or closed through the borrow.
        let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let socket = socket2::Socket::from(borrowed.try_clone_to_owned().ok()?);
        socket.r#type().is_ok().then_some(socket)
    }
}

#[cfg(not(unix))]
mod walk {
    pub(super) fn count() -> Option<usize> {
        None
    }

    pub(super) fn sockets() -> impl Iterator<Item = socket2::Socket> {
        std::iter::empty()
    }
}
