//! The flaw: tiny_http keeps its connections to itself, and cannot end a kept-alive one. The process's open
//! descriptors are walked for the socket with the right address. On Windows, where they cannot be walked, a
//! connection ends only when its client ends it.

use crate::server::listener;
use std::net::Shutdown;
use std::net::SocketAddr;

/// A connection, as the server knows it: the port that it was accepted on, and its client's address.
#[derive(Clone, Copy)]
pub(in crate::server) struct Connection {
    pub(in crate::server) port: u16,
    pub(in crate::server) peer: SocketAddr,
}

impl Connection {
    /// The connection as a socket of its own. It must not be known to be dead: its client's port could
    /// be another client's by now.
    pub(in crate::server) fn socket(self) -> Option<socket2::Socket> {
        walk::sockets().find(|socket| {
            let address = |found: std::io::Result<socket2::SockAddr>| found.ok()?.as_socket();
            address(socket.peer_addr()) == Some(self.peer)
                && address(socket.local_addr()).is_some_and(|local| local.port() == self.port)
        })
    }

    /// Ends the connection, on the same condition.
    pub(in crate::server) fn hang_up(self) {
        if let Some(socket) = self.socket() {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Resets the connection, on the same condition. Not by closing it without lingering: tiny_http, which
    /// would have to close it as well, first ends it in the ordinary way.
    pub(in crate::server) fn reset(self) {
        if let Some(socket) = self.socket()
            && walk::reset(&socket).is_err()
        {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// How many descriptors the process has open, where the system tells.
pub(super) fn open_descriptors() -> Option<usize> {
    walk::count()
}

/// Ends every connection that was accepted on this port; returns how many there were. The port is free
/// already, and a client in this process may have got it: only sockets with the mark of ours are ended.
pub(in crate::server) fn hang_up_all(port: u16) -> usize {
    let of_port = |socket: &socket2::Socket| is_of_port(socket, port);
    walk::sockets().filter(of_port).filter(|socket| socket.shutdown(Shutdown::Both).is_ok()).count()
}

/// Whether a socket is a connection that was accepted on this port.
pub(super) fn is_of_port(socket: &socket2::Socket, port: u16) -> bool {
    let local = socket.local_addr().ok().and_then(|a| a.as_socket());
    local.is_some_and(|local| local.port() == port)
        && socket.peer_addr().is_ok()
        && listener::accepted_by_us(socket)
}

/// A duplicate of every open socket whose descriptor is chosen. `choose` is asked for every descriptor: it may be
/// of another thing than a socket, or closed by then.
#[cfg(target_os = "linux")]
pub(super) fn sockets_where(
    choose: impl Fn(std::os::fd::RawFd) -> bool,
) -> impl Iterator<Item = socket2::Socket> {
    walk::sockets_where(choose)
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
    pub(in crate::server) fn sockets() -> impl Iterator<Item = socket2::Socket> {
        sockets_where(|_| true)
    }

    pub(super) fn sockets_where(choose: impl Fn(RawFd) -> bool) -> impl Iterator<Item = socket2::Socket> {
        let entries = read_dir(FOLDER).into_iter().flatten().flatten();
        let descriptors = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        descriptors.filter(move |descriptor| choose(*descriptor)).filter_map(duplicate)
    }

    /// Connecting to no address at all dissolves a connection, at once and with a reset, on Linux; elsewhere
    /// it is an error.
    #[allow(unsafe_code)]
    pub(super) fn reset(socket: &socket2::Socket) -> std::io::Result<()> {
        let storage = socket2::SockAddrStorage::zeroed();
        let length = storage.size_of();
        // SAFETY: of an address of the family 0, AF_UNSPEC, nothing but the family is read.
        let nowhere = unsafe { socket2::SockAddr::new(storage, length) };
        socket.connect(&nowhere)
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
    pub(super) fn reset(_: &socket2::Socket) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    pub(super) fn count() -> Option<usize> {
        None
    }

    pub(in crate::server) fn sockets() -> impl Iterator<Item = socket2::Socket> {
        std::iter::empty()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::io::Write;
    use std::net::TcpListener;
    use std::net::TcpStream;

    #[test]
    fn only_the_connection_that_is_meant_is_ended() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mut client =
            TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
        let (mut accepted, peer) = listener.accept().expect("a connection");

        // A port that another server has left can be any client's.
        let of_client = client.local_addr().expect("an address").port();
        if cfg!(target_os = "linux") {
            assert_eq!((hang_up_all(of_client), hang_up_all(port)), (0, 0), "it has not our mark");
        }
        assert!(Connection { port: of_client, peer }.socket().is_none(), "another port, another connection");
        client.write_all(b"x").expect("it is alive");
        accepted.read_exact(&mut [0]).expect("it is alive");

        Connection { port, peer }.hang_up();
        assert_eq!(client.read(&mut [0]).expect("its end"), 0);
    }
}
