//! The listening socket. What is set on it here, accepted sockets inherit (on Linux; elsewhere the
//! first and the last may not carry over, and a large reply then waits for a delayed ACK).

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::ToSocketAddrs;
use std::time::Duration;

/// Connections that wait to be accepted. tiny_http's 128 made bursts of 200 wait for a second try.
const BACKLOG: i32 = 4096;

/// A reader that takes nothing for so long is given up, and its thread is free. No round number, since
/// it is also the mark of the sockets that were accepted here.
const WRITE_TIMEOUT: Duration = Duration::from_millis(30_040);

/// Listens on the first address of `host` that can be had.
pub(super) fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut failure = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for address in (host, port).to_socket_addrs()? {
        match listen(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A port in TIME_WAIT is free. On Windows the option would let two servers share a port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    // Without it every reply in more than one write waits 40 ms.
    socket.set_tcp_nodelay(true)?;
    socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Where a socket that listens on `address` is reached from this machine.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// Stops accepting at once, where the system can (Linux); elsewhere with the next connection.
pub(super) fn close(listener: &TcpListener) {
    let _ = socket2::SockRef::from(listener).shutdown(std::net::Shutdown::Both);
}

/// Whether a socket has what accepted ones inherit on Linux. Elsewhere it may not be inherited, and the
/// socket's port must tell.
pub(super) fn accepted_by_us(socket: &Socket) -> bool {
    !cfg!(target_os = "linux") || socket.write_timeout().is_ok_and(|given| given == Some(WRITE_TIMEOUT))
}
