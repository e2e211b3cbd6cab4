//! Asks a running server what its clients did badly, so that a CI job can fail on it.

use crate::config::health_address;
use crate::server::outbound::question;
use std::time::Duration;

/// A long log takes its time.
const TIMEOUT: Duration = Duration::from_secs(60);
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Asks the server at a port of this machine (`4747`) or at a URL (`http://host:4747`; a path is ignored) what its
/// clients did badly: a line for each finding, and nothing where all is well.
///
/// # Errors
/// One line that says what failed: the target is neither, nobody answers within a minute, or who answers has nothing to
/// tell.
pub fn verdict(target: &str) -> Result<String, String> {
    let host = health_address(target)?;
    let told = question::get(&host, "/__parlel/verdict?format=text", MOST_BYTES, TIMEOUT)?;
    // Whatever else may listen there is not to be taken for a good verdict.
    if !told.head.contains("\r\ncontent-type: text/plain") {
        return Err(format!("{host}: answered with no verdict"));
    }
    Ok(told.body)
}
