//! Asks a running server whether it is well, so that an image without a shell can have a HEALTHCHECK.

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
    let failed = |what: &str, error: std::io::Error| format!("{host}: {what}: {error}");
    let addresses = host.to_socket_addrs().map_err(|error| failed("no such address", error))?;
    let mut stream = Err(std::io::Error::other("the name has no address"));
    for address in addresses {
        stream = TcpStream::connect_timeout(&address, TIMEOUT);
        if stream.is_ok() {
            break;
        }
    }
    let mut stream = stream.map_err(|error| failed("cannot connect", error))?;
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

/// `host:port` of a port or a URL.
fn authority(target: &str) -> Result<String, String> {
    if let Ok(port) = target.parse::<u16>() {
        return Ok(format!("127.0.0.1:{port}"));
    }
    let Some(rest) = target.strip_prefix("http://") else {
        return Err(format!("'{target}' is neither a port nor a URL that begins with http://"));
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(if has_port { host.to_owned() } else { format!("{host}:80") })
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
