//! Asks a running server whether it is well, so that an image without a shell can have a HEALTHCHECK.

use crate::config::health_address;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::net::ToSocketAddrs;
use std::time::Duration;
use std::time::Instant;

const TIMEOUT: Duration = Duration::from_secs(3);

/// From one question to the next, where the first was not answered.
const BETWEEN: Duration = Duration::from_millis(50);

/// Asks `/health` of the server at a port of this machine (`4747`) or at a URL (`http://host:4747`; a path is
/// ignored), again and again for so long as it is not well. It is asked at least once.
///
/// # Errors
/// One line that says what failed: the target is neither, nobody answers within 3 s, or the answer
/// is not 200.
pub fn healthcheck(target: &str, wait: Duration) -> Result<(), String> {
    let host = health_address(target)?;
    let end = Instant::now() + wait;
    loop {
        let Err(why) = ask(&host) else { return Ok(()) };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let waited =
                if wait.is_zero() { String::new() } else { format!(" (waited {:.1} s)", wait.as_secs_f64()) };
            return Err(why + &waited);
        }
        std::thread::sleep(left.min(BETWEEN));
    }
}

fn ask(host: &str) -> Result<(), String> {
    let failed = |what: &str, error: io::Error| format!("{host}: {what}: {error}");
    let mut stream = connect(host, TIMEOUT).map_err(|error| failed("cannot connect", error))?;
    let request = format!("GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let mut reply = Vec::new();
    let asked = stream
        .set_read_timeout(Some(TIMEOUT))
        .and_then(|()| stream.write_all(request.as_bytes()))
        .and_then(|()| (&mut stream).take(4096).read_to_end(&mut reply));
    if let Err(error) = asked {
        return Err(failed("no answer", error));
    }
    let status = String::from_utf8_lossy(&reply).lines().next().unwrap_or_default().to_owned();
    if status.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(format!("{host}: answered '{status}'")) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::net::SocketAddrV4;

    #[test]
    fn who_waits_asks_until_the_time_is_over() {
        // A port that is somebody's, so that nobody else can listen there.
        let taken =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
        taken.bind(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into()).expect("a port");
        let address = taken.local_addr().expect("an address").as_socket().expect("an address");
        let target = address.port().to_string();
        for (wait, told) in [(0, ""), (120, " (waited 0.1 s)")] {
            let since = Instant::now();
            let why = healthcheck(&target, Duration::from_millis(wait)).expect_err("nobody");
            assert!(why.contains(": cannot connect: ") && why.ends_with(told), "{why}");
            assert!(since.elapsed() >= Duration::from_millis(wait));
        }
    }
}
