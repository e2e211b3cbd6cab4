//! Where webhooks go and what they are signed with, read from text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The secret unless another is set: no secret at all, so that a test can have it in its code. Its key is
/// `openai-fake: the webhooks secret`.
pub(crate) const DEFAULT_SECRET: &str = "whsec_b3BlbmFpLWZha2U6IHRoZSB3ZWJob29rcyBzZWNyZXQ=";

/// A URL that begins with `http://`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpUrl {
    /// The host as the URL has it, for the header of this name.
    pub(crate) host: String,
    /// `host:port`, to connect to.
    pub(crate) address: String,
    /// The path and the query.
    pub(crate) target: String,
}

impl HttpUrl {
    /// Reads a URL; of one that cannot be used, says what should be there instead.
    pub(crate) fn parse(url: &str) -> Result<HttpUrl, String> {
        const EXPECTED: &str = "a URL that begins with http://, such as http://127.0.0.1:8000";
        let rest = match url.strip_prefix("http://") {
            Some(rest) => rest,
            None if url.starts_with("https://") => {
                return Err(format!("TLS is not spoken; expected {EXPECTED}"));
            }
            None => return Err(format!("expected {EXPECTED}")),
        };
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a URL is of ASCII characters without spaces; others are written as %20".to_owned());
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if host.contains('@') {
            return Err("a name and a password in a URL are not supported".to_owned());
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !host.ends_with(']') => (name, port.parse::<u16>().ok()),
            _ => (host, Some(80)),
        };
        let is_bracketed = name.starts_with('[') && name.ends_with(']');
        let (false, Some(port @ 1..)) = (name.is_empty() || (name.contains(':') && !is_bracketed), port)
        else {
            return Err(format!("expected a host, with or without a port, in {EXPECTED}"));
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(HttpUrl {
            host: host.to_owned(),
            address: format!("{name}:{port}"),
            target: format!("{slash}{target}"),
        })
    }
}

/// The key that a secret, `whsec_` and base64, stands for.
pub(crate) fn signing_key(secret: &str) -> Result<Vec<u8>, String> {
    let key = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    key.filter(|key| !key.is_empty())
        .ok_or_else(|| format!("a secret is whsec_ and base64, such as {DEFAULT_SECRET}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let parts = |url| HttpUrl::parse(url).map(|url| [url.host, url.address, url.target]);
        let is = |host: &str, address: &str, target: &str| Ok([host, address, target].map(str::to_owned));
        assert_eq!(parts("http://fake:1/a?b=/c#d"), is("fake:1", "fake:1", "/a?b=/c"));
        assert_eq!(parts("http://fake"), is("fake", "fake:80", "/"));
        assert_eq!(parts("http://fake?b"), is("fake", "fake:80", "/?b"));
        assert_eq!(parts("http://[::1]/"), is("[::1]", "[::1]:80", "/"));
        assert_eq!(parts("http://[::1]:9/x"), is("[::1]:9", "[::1]:9", "/x"));
        for (wrong, why) in [
            ("https://fake/", "TLS"),
            ("fake:80", "http://"),
            ("", "http://"),
            ("http://", "a host"),
            ("http://:80/", "a host"),
            ("http://fake:0/", "a port"),
            ("http://fake:x/", "a port"),
            ("http://::1/", "a host"),
            ("http://a:b@fake/", "password"),
            ("http://fake/a b", "spaces"),
            ("http://fake/\r\nx: y", "spaces"),
        ] {
            assert!(parts(wrong).is_err_and(|told| told.contains(why)), "{wrong}");
        }
    }

    #[test]
    fn secrets() {
        assert!(include_str!("../../docs/webhooks.md").contains(DEFAULT_SECRET));
        assert_eq!(signing_key(DEFAULT_SECRET).as_deref(), Ok(&b"openai-fake: the webhooks secret"[..]));
        for wrong in ["", "whsec_", "secret", "c2VjcmV0", "whsec_secret", "whsec_c2Vj cmV0"] {
            assert!(signing_key(wrong).is_err_and(|told| told.contains("whsec_")), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_url_panics_or_breaks_a_head(rest in ".*") {
            if let Ok(url) = HttpUrl::parse(&format!("http://{rest}")) {
                proptest::prop_assert!(url.target.starts_with('/'));
                let parts = url.host + &url.address + &url.target;
                proptest::prop_assert!(parts.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
