//! Times as captured requests show them.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// `2026-08-19T14:34:53.123Z`
pub(super) fn iso8601(time: SystemTime) -> String {
    // A clock that was never set may stand before 1970, which the crate does not print.
    humantime::format_rfc3339_millis(time.max(UNIX_EPOCH)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn known_times() {
        let at = |millis| iso8601(UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(at(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(4_107_542_399_999), "2100-02-28T23:59:59.999Z");
        assert_eq!(at(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(iso8601(UNIX_EPOCH - Duration::from_millis(1)), at(0));
    }
}
