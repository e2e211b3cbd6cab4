//! Where a request leads: to a path of the API, by the API's own way in or by one of Azure's. Knows no operation.

use crate::http::Request;
use crate::http::decode;
use std::borrow::Cow;

/// A place in the API, in the API's own words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// As in `/v1/chat/completions`.
    pub(crate) path: Cow<'a, str>,
    /// The model, where the path has named it instead of the body.
    pub(crate) deployment: Option<String>,
}

impl Request {
    /// Where the path leads to; nowhere in the API if it has none of its ways in:
    ///
    /// - `/v1/…`, the API's own;
    /// - `/openai/v1/…`, Azure's newer one, with the API's paths behind it;
    /// - `/openai/…` and `/openai/deployments/{deployment}/…`, its older one, which wants an `api-version` in the
    ///   query. It is not looked at: the operations are the same in all of them.
    pub(crate) fn address(&self) -> Option<Address<'_>> {
        if behind(&self.path, "/v1").is_some() {
            return Some(Address { path: Cow::Borrowed(&self.path), deployment: None });
        }
        let rest = behind(&self.path, "/openai")?;
        let rest = behind(rest, "/v1").unwrap_or(rest);
        let (deployment, rest) = match rest.strip_prefix("/deployments/") {
            Some(named) => {
                let (deployment, rest) = named.split_at(named.find('/').unwrap_or(named.len()));
                (Some(decode(deployment)), rest)
            }
            None => (None, rest),
        };
        Some(Address { path: Cow::Owned(format!("/v1{rest}")), deployment })
    }
}

/// What follows whole segments at a path's beginning.
fn behind<'a>(path: &'a str, segments: &str) -> Option<&'a str> {
    path.strip_prefix(segments).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_in_lead_to_the_same_place() {
        let found = |path: &str| {
            let request = Request::new("POST", path);
            let address = request.address()?;
            Some((address.path.into_owned(), address.deployment.unwrap_or_default()))
        };
        let to = |path: &str, deployment: &str| Some((path.to_owned(), deployment.to_owned()));
        for (path, expected) in [
            ("/v1", to("/v1", "")),
            ("/v1/models", to("/v1/models", "")),
            ("/v1/deployments/a/models", to("/v1/deployments/a/models", "")),
            ("/openai/v1/chat/completions", to("/v1/chat/completions", "")),
            ("/openai/v1", to("/v1", "")),
            ("/openai/responses?api-version=2025-04-01-preview", to("/v1/responses", "")),
            ("/openai/deployments/a/chat/completions", to("/v1/chat/completions", "a")),
            ("/openai/v1/deployments/a/chat/completions", to("/v1/chat/completions", "a")),
            ("/openai/deployments/my%20own%2Fone/embeddings?x=y", to("/v1/embeddings", "my own/one")),
            ("/openai/deployments/a", to("/v1", "a")),
            ("/openai/deployments/", to("/v1", "")),
            ("/openai/deployments", to("/v1/deployments", "")),
            ("/openai", to("/v1", "")),
            ("/v12/models", None),
            ("/openais/v1/models", None),
            ("/chat/completions", None),
            ("/health", None),
        ] {
            assert_eq!(found(path), expected, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_panics(path in ".*") {
            let _ = Request::new("GET", &format!("/openai/deployments/{path}")).address();
            let _ = Request::new("GET", &format!("/openai{path}")).address();
        }
    }
}
