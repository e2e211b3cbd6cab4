//! One question to a running server, over a connection of its own. Never says what the answer means.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::net::ToSocketAddrs;
use std::time::Duration;

/// How long a connection may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The body of a reply.
pub(super) struct Told {
    /// The header lines, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

/// What `GET` of this path at `host:port` tells, if that is a 200: so many bytes at most, and none later than so long
/// after the ones before.
pub(super) fn get(host: &str, path: &str, most_bytes: u64, at_most: Duration) -> Result<Told, String> {
    let failed = |what: &str, error: io::Error| format!("{host}: {what}: {error}");
    let mut stream = connect(host, TIMEOUT).map_err(|error| failed("cannot connect", error))?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let mut reply = Vec::new();
    let asked = stream
        .set_read_timeout(Some(at_most))
        .and_then(|()| stream.write_all(request.as_bytes()))
        .and_then(|()| (&mut stream).take(most_bytes).read_to_end(&mut reply));
    if let Err(error) = asked {
        return Err(failed("no answer", error));
    }
    let reply = String::from_utf8_lossy(&reply);
    let status = reply.lines().next().unwrap_or_default();
    if !status.starts_with("HTTP/1.1 200 ") {
        return Err(format!("{host}: answered '{status}'"));
    }
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((&reply, ""));
    Ok(Told { head: head.to_lowercase(), body: body.to_owned() })
}

/// Connects to the first address of `host:port` that answers within so long.
pub(super) fn connect(host: &str, at_most: Duration) -> io::Result<TcpStream> {
    let mut failure = io::Error::other("the name has no address");
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, at_most) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
