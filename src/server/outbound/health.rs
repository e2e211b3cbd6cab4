//! Asks a running server whether it is well, so that an image without a shell can have a HEALTHCHECK.

use crate::config::health_address;
use crate::server::outbound::question;
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
    question::get(host, "/health", 4096, TIMEOUT).map(drop)
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
