//! The hand-written matcher of method and path. Never names an endpoint: its tables are passed in.

use crate::error::ApiError;
use crate::http::Reply;
use crate::http::Request;
use crate::http::decode;
use crate::params::Args;
use crate::params::Declared;
use crate::state::KeyId;
use crate::state::State;

/// One operation.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Segments in braces match anything; a last one that ends in `*` matches the rest.
    pub(crate) path: &'static str,
    /// What the log of captured requests calls it.
    pub(crate) kind: &'static str,
    /// The JSON body's parameters; `None` where no body is read.
    pub(crate) params: Option<&'static Declared>,
    /// Decides whether a model may be used, told its name and whether the server is strict.
    pub(crate) admit: Admit,
    pub(crate) account: Account,
    pub(crate) call: Call,
}

/// What of the caller's account the reply's headers tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Nothing.
    Untold,
    /// Organization and project.
    Named,
    /// Organization, project and rate limits.
    Limited,
}

/// What an endpoint's function gets.
pub(crate) struct Context<'a> {
    pub(crate) state: &'a State,
    pub(crate) request: &'a Request,
    /// Whose state this call sees; `None` on a control call without a key.
    pub(crate) key: Option<KeyId>,
    /// The part of the path that the route's braces matched, decoded.
    pub(crate) id: &'a str,
    pub(crate) args: Args<'a>,
}

/// An endpoint's function.
pub(crate) type Call = fn(&Context<'_>) -> Result<Reply, ApiError>;

/// Decides whether an operation takes a model.
pub(crate) type Admit = fn(&str, bool) -> Result<(), ApiError>;

/// `GET` on a path, without a body.
pub(crate) const fn get(path: &'static str, kind: &'static str, call: Call) -> Route {
    Route { method: "GET", path, kind, params: None, admit: |_, _| Ok(()), account: Account::Untold, call }
}

/// `POST` of a JSON body.
pub(crate) const fn post(
    path: &'static str,
    kind: &'static str,
    params: &'static Declared,
    admit: Admit,
    call: Call,
) -> Route {
    Route { method: "POST", params: Some(params), admit, account: Account::Named, ..get(path, kind, call) }
}

impl Route {
    /// The same, its replies telling the rate limits.
    pub(crate) const fn limited(mut self) -> Route {
        self.account = Account::Limited;
        self
    }
}

/// What a method and a path lead to.
pub(crate) enum Found {
    /// This route; the text is what its braces matched.
    Route(&'static Route, String),
    /// The path is right, the method is not; these are.
    WrongMethod(Vec<&'static str>),
    Unknown,
}

/// Looks a request up. `HEAD` finds what `GET` finds.
pub(crate) fn find(tables: &[&'static [Route]], method: &str, path: &str) -> Found {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut allowed = Vec::new();
    for route in tables.iter().copied().flatten() {
        if let Some(id) = matches(route.path, path) {
            if route.method == method {
                return Found::Route(route, id);
            }
            allowed.push(route.method);
        }
    }
    if allowed.is_empty() { Found::Unknown } else { Found::WrongMethod(allowed) }
}

/// What the braces match, decoded; empty where the pattern has none.
fn matches(pattern: &str, path: &str) -> Option<String> {
    let Some(brace) = pattern.find('{') else {
        return (pattern == path).then(String::new);
    };
    let rest = path.strip_prefix(&pattern[..brace])?;
    let (name, tail) = pattern[brace + 1..].split_once('}')?;
    let id = rest.strip_suffix(tail)?;
    let fits = !id.is_empty() && (name.ends_with('*') || !id.contains('/'));
    fits.then(|| decode(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let id = |pattern, path| matches(pattern, path);
        assert_eq!(id("/v1/models", "/v1/models").as_deref(), Some(""));
        assert_eq!(id("/v1/models", "/v1/models/"), None);
        assert_eq!(id("/v1/models/{model*}", "/v1/models/a/b%3Ac").as_deref(), Some("a/b:c"));
        assert_eq!(id("/v1/models/{model*}", "/v1/models/"), None);
        assert_eq!(id("/v1/files/{id}", "/v1/files/a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(id("/v1/files/{id}", "/v1/files/a/b"), None);
        assert_eq!(id("/v1/files/{id}/content", "/v1/files/a/content").as_deref(), Some("a"));
        assert_eq!(id("/v1/files/{id}/content", "/v1/files/content"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_path_panics(path in ".*") {
            let _ = matches("/v1/files/{id}/content", &path);
            let _ = matches("/v1/models/{model*}", &format!("/v1/models/{path}"));
        }
    }
}
