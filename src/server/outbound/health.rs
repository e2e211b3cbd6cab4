//! Asks a running server whether it is well, so that an image without a shell can have a HEALTHCHECK.

use crate::config::HttpUrl;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::net::ToSocketAddrs;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks `/health` of the server at a port of this machine (`4747`) or at a URL
/// (`http://host:4747`; a path is ignored).
///
/// # Errors
/// One line that says what failed: the target is neither, nobody answers within 3 s, or the answer
/// is not 200.
pub fn healthcheck(target: &str) -> Result<(), String> {
    let host = authority(target)?;
    let failed = |what: &str, error: io::Error| format!("{host}: {what}: {error}");
    let mut stream = connect(&host, TIMEOUT).map_err(|error| failed("cannot connect", error))?;
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

/// `host:port` of a port or a URL.
fn authority(target: &str) -> Result<String, String> {
    if let Ok(port) = target.parse::<u16>() {
        return Ok(format!("127.0.0.1:{port}"));
    }
    let url = HttpUrl::parse(target);
    url.map(|url| url.address).map_err(|why| format!("'{target}' is neither a port nor a URL: {why}"))
}

#[cfg(test)]
mod tests {
    use super::authority;

    #[test]
    fn targets() {
        assert_eq!(authority("4747").as_deref(), Ok("127.0.0.1:4747"));
        assert_eq!(authority("http://fake:1/v1").as_deref(), Ok("fake:1"));
        assert_eq!(authority("http://fake").as_deref(), Ok("fake:80"));
        assert_eq!(authority("http://[::1]:9/").as_deref(), Ok("[::1]:9"));
        assert!(authority("https://fake").is_err());
        assert!(authority("70000").is_err());
    }
}
