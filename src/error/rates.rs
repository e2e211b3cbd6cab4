//! Refusals for too many requests or tokens, with their figures. Never counts.

use crate::error::ApiError;
use crate::error::refusals;

refusals! {
    /// `--rpm`; by name `rate_limit`: too many requests in a minute; `retry-after` and `retry-after-ms` say how long to wait
    too_many_requests(model, limit, used, wait): 429 "Rate limit reached for {model} in organization openai-fake on requests per min (RPM): Limit {limit}, Used {used}, Requested 1. Please try again in {wait}. Visit https://platform.openai.com/account/rate-limits to learn more.", type "requests", code "rate_limit_exceeded";
    /// `--tpm`; by name `rate_limit_tokens`: too many tokens in a minute; the same headers
    too_many_tokens_a_minute(model, limit, used, asked, wait): 429 "Rate limit reached for {model} in organization openai-fake on tokens per min (TPM): Limit {limit}, Used {used}, Requested {asked}. Please try again in {wait}. Visit https://platform.openai.com/account/rate-limits to learn more.", type "tokens", code "rate_limit_exceeded";
    /// `--tpm`; by name `rate_limit_too_large`: a request that is over the limit of a minute by itself; waiting does not help
    too_large_for_a_minute(model, limit, asked): 429 "Request too large for {model} in organization openai-fake on tokens per min (TPM): Limit {limit}, Requested {asked}. The input or output tokens must be reduced in order to run successfully. Visit https://platform.openai.com/account/rate-limits to learn more.", type "tokens", code "rate_limit_exceeded";
    /// `--concurrency`: too many requests at once. Our words
    too_many_at_once(model, limit, used): 429 "Rate limit reached for {model} in organization openai-fake on concurrent requests: Limit {limit}, Used {used}, Requested 1. Please try again when one of them has ended. Visit https://platform.openai.com/account/rate-limits to learn more.", type "requests", code "rate_limit_exceeded";
}

/// Too many requests: there is room for one in so many milliseconds.
pub(crate) fn over_requests(model: &str, limit: u64, used: u64, wait: u64) -> ApiError {
    waiting(too_many_requests(model, limit, used, go_duration(wait)), wait)
}

/// Too many tokens: there is room for those in so many milliseconds.
pub(crate) fn over_tokens(model: &str, limit: u64, used: u64, asked: u64, wait: u64) -> ApiError {
    waiting(too_many_tokens_a_minute(model, limit, used, asked, go_duration(wait)), wait)
}

fn waiting(error: ApiError, millis: u64) -> ApiError {
    let seconds = millis.div_ceil(1000);
    error.with_header("retry-after", seconds.to_string()).with_header("retry-after-ms", millis.to_string())
}

/// Milliseconds as Go prints a duration: `0s`, `6ms`, `8.64s`, `1m0s`, `1h0m0s`.
pub(crate) fn go_duration(millis: u64) -> String {
    if millis == 0 {
        return "0s".to_owned();
    }
    if millis < 1000 {
        let mut text = millis.to_string();
        text.push_str("ms");
        return text;
    }
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    let seconds = format!("{}.{:03}", rest / 1000, rest % 1000);
    let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_go_prints_them() {
        let text = |millis| go_duration(millis);
        assert_eq!(text(0), "0s");
        assert_eq!(text(6), "6ms");
        assert_eq!(text(8640), "8.64s");
        assert_eq!(text(54_000), "54s");
        assert_eq!(text(60_000), "1m0s");
        assert_eq!(text(86_400), "1m26.4s");
        assert_eq!(text(3_600_001), "1h0m0.001s");
    }

    #[test]
    fn who_is_to_wait_is_told_for_how_long() {
        for (millis, seconds) in [(1, "1"), (1000, "1"), (45_175, "46")] {
            let error = over_requests("gpt-4o", 1, 1, millis);
            assert_eq!(error.header("retry-after"), Some(seconds));
            assert_eq!(error.header("retry-after-ms"), Some(millis.to_string().as_str()));
        }
        let error = over_tokens("gpt-4o-mini", 200_000, 170_583, 180_002, 45_175);
        assert!(error.message.starts_with("Rate limit reached for gpt-4o-mini in organization openai-fake on tokens per min (TPM): Limit 200000, Used 170583, Requested 180002. Please try again in 45.175s. Visit"), "{}", error.message);
    }
}
