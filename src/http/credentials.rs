//! Whose a request is: the key, wherever a client may put it, and how much of it is shown. Never says whether
//! one is needed.

use crate::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// What a request brings to be let in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credentials<'a> {
    Key(Cow<'a, str>),
    Missing,
    /// No key in a form in which one may be sent; what was given in its place.
    Malformed(&'a str),
}

/// Azure's header. It holds the key and nothing else.
const API_KEY: &str = "api-key";

impl Request {
    /// The key, where there is one in a form in which it may be sent.
    pub(crate) fn key(&self) -> Option<Cow<'_, str>> {
        match self.credentials() {
            Credentials::Key(key) => Some(key),
            Credentials::Missing | Credentials::Malformed(_) => None,
        }
    }

    /// The API reads its key from `authorization` alone. Anywhere else Azure's header will do as well.
    pub(crate) fn credentials(&self) -> Credentials<'_> {
        let given = self.headers.get("authorization").unwrap_or_default().trim();
        if !given.is_empty() {
            return of_authorization(given);
        }
        let is_of_azure = !self.path.starts_with("/v1/");
        match self.headers.get(API_KEY).filter(|_| is_of_azure).map(str::trim) {
            None => Credentials::Missing,
            Some("") => Credentials::Malformed(""),
            Some(key) => Credentials::Key(Cow::Borrowed(key)),
        }
    }
}

fn of_authorization(given: &str) -> Credentials<'_> {
    let (scheme, rest) = given.split_once(char::is_whitespace).unwrap_or((given, ""));
    match rest.trim() {
        key if scheme.eq_ignore_ascii_case("bearer") => match key {
            "" => Credentials::Malformed(""),
            key => Credentials::Key(Cow::Borrowed(key)),
        },
        "" => Credentials::Malformed(scheme),
        rest => match password(scheme, rest) {
            Some(key) => Credentials::Key(Cow::Owned(key)),
            None => Credentials::Malformed(rest),
        },
    }
}

/// The key that stands as the password of nobody, as a browser sends it that was told no user's name.
fn password(scheme: &str, encoded: &str) -> Option<String> {
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    let decoded = is_basic.then(|| STANDARD.decode(encoded).ok()).flatten()?;
    let key = String::from_utf8(decoded).ok()?.strip_prefix(':')?.trim().to_owned();
    (!key.is_empty()).then_some(key)
}

/// A header's value as the log of captured requests shows it: `Bearer ...est7`. Of a key of up to 8 characters
/// nothing is shown, and other headers are shown as they are.
pub(crate) fn shown<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    let (scheme, key) = match name {
        "authorization" => value.split_once(' ').unwrap_or(("", value)),
        API_KEY => ("", value),
        _ => return Cow::Borrowed(value),
    };
    let key = key.trim();
    let key: Vec<char> = password(scheme, key).as_deref().unwrap_or(key).chars().collect();
    let shown: String = if key.len() > 8 { key[key.len() - 4..].iter().collect() } else { String::new() };
    Cow::Owned(format!("{scheme} ...{shown}").trim_start().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_come_in_several_ways() {
        let key = |key: &str| format!("key {key}");
        let malformed = |given: &str| format!("malformed {given}");
        let missing = || "missing".to_owned();
        for (path, header, value, expected) in [
            ("/v1/models", "authorization", "Bearer k", key("k")),
            ("/v1/models", "authorization", "bearer  k ", key("k")),
            ("/v1/models", "authorization", "Bearer", malformed("")),
            ("/v1/models", "authorization", "", missing()),
            ("/v1/models", "authorization", "sk-test", malformed("sk-test")),
            ("/v1/models", "authorization", "Token k", malformed("k")),
            // `:sk-test`, and in any letter case.
            ("/v1/models", "authorization", "Basic OnNrLXRlc3Q=", key("sk-test")),
            ("/v1/models", "authorization", "BASIC OnNrLXRlc3Q=", key("sk-test")),
            // `sk-test:`, `user:sk-test`, `:`, and what is not base64.
            ("/v1/models", "authorization", "Basic c2stdGVzdDo=", malformed("c2stdGVzdDo=")),
            ("/v1/models", "authorization", "Basic dXNlcjpzay10ZXN0", malformed("dXNlcjpzay10ZXN0")),
            ("/v1/models", "authorization", "Basic Og==", malformed("Og==")),
            ("/v1/models", "authorization", "Basic ?", malformed("?")),
            ("/v1/models", "authorization", "Basic", malformed("Basic")),
            ("/v1/models", "api-key", "k", missing()),
            ("/openai/v1/models", "api-key", "k", key("k")),
            ("/openai/v1/models", "api-key", " ", malformed("")),
            ("/openai/v1/models", "authorization", "Bearer k", key("k")),
            ("/__parlel/requests", "api-key", "k", key("k")),
        ] {
            let request = Request::new("GET", path).with_header(header, value);
            let found = match request.credentials() {
                Credentials::Key(key) => format!("key {key}"),
                Credentials::Missing => missing(),
                Credentials::Malformed(given) => malformed(given),
            };
            assert_eq!(found, expected, "{path} {header}: {value}");
        }
    }
}
