//! The hand-written matcher of method and path. Never names an endpoint: its tables are passed in.

use crate::error;
use crate::error::ApiError;
use crate::http::Request;
use crate::http::decode;
use crate::params::Args;
use crate::params::Declared;
use crate::reply::Reply;
use crate::rules::Heard;
use crate::rules::Occasion;
use crate::state::KeyId;
use crate::state::KeyStore;
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
    /// Decides whether a model may be used, told its name and whether only those that are listed may.
    pub(crate) admit: Admit,
    pub(crate) account: Account,
    /// How a request without a key is refused.
    pub(crate) keyless: fn() -> ApiError,
    /// Whether a body need not be sent, and is then that of no parameters.
    pub(crate) body_is_optional: bool,
    /// Whether it asks a model: rules are then asked at that door.
    pub(crate) asks: bool,
    pub(crate) call: Handler,
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
    /// The part of the path that the route's first braces matched, decoded.
    pub(crate) id: &'a str,
    /// The part that its second braces matched; empty where it has one pair or none.
    pub(crate) item: &'a str,
    pub(crate) args: Args<'a>,
    /// What the reply's `x-request-id` says; empty on a control call.
    pub(crate) request_id: &'a str,
    pub(crate) occasion: Occasion<'a>,
    /// What rules would hear of a captured request.
    pub(crate) overhear: Overhear,
}

impl Context<'_> {
    /// What is stored for the caller's key.
    pub(crate) fn store<R>(&self, with: impl FnOnce(&mut KeyStore) -> R) -> R {
        self.state.store(self.owner(), with)
    }

    /// Takes what a request is charged from the tokens of the caller's minute, if these are limited. Asked before
    /// anything is said or stored.
    pub(crate) fn admit(&self, charge: u64) -> Result<(), ApiError> {
        if !self.state.is_limited() {
            return Ok(());
        }
        self.state.spend(self.owner(), self.args.text("model").unwrap_or_default(), charge)
    }

    /// Whom that belongs to.
    pub(crate) fn owner(&self) -> KeyId {
        self.key.unwrap_or_else(KeyId::of_nobody)
    }
}

/// Tells what rules would hear of a captured request, once for each time that it would ask them.
pub(crate) type Overhear = fn(&State, &Request) -> Vec<Heard<'static>>;

/// An endpoint's function.
pub(crate) type Handler = fn(&Context<'_>) -> Result<Reply, ApiError>;

/// Decides whether an operation takes a model.
pub(crate) type Admit = fn(&str, bool) -> Result<(), ApiError>;

/// The method of a route that takes all of them.
pub(crate) const ANY: &str = "*";

/// `GET` on a path, without a body.
pub(crate) const fn get(path: &'static str, kind: &'static str, call: Handler) -> Route {
    Route {
        method: "GET",
        path,
        kind,
        params: None,
        admit: ANY_MODEL,
        account: Account::Untold,
        keyless: error::no_key,
        body_is_optional: false,
        asks: false,
        call,
    }
}

/// `POST` of a JSON body.
pub(crate) const fn post(
    path: &'static str,
    kind: &'static str,
    params: &'static Declared,
    admit: Admit,
    call: Handler,
) -> Route {
    Route { method: "POST", params: Some(params), admit, account: Account::Named, ..get(path, kind, call) }
}

/// For operations without a model.
pub(crate) const ANY_MODEL: Admit = |_, _| Ok(());

/// `POST` without a body.
pub(crate) const fn post_empty(path: &'static str, kind: &'static str, call: Handler) -> Route {
    Route { method: "POST", account: Account::Named, ..get(path, kind, call) }
}

/// `DELETE` of what a path names.
pub(crate) const fn delete(path: &'static str, kind: &'static str, call: Handler) -> Route {
    Route { method: "DELETE", account: Account::Named, ..get(path, kind, call) }
}

impl Route {
    /// The same, its replies telling nothing of the account.
    pub(crate) const fn untold(mut self) -> Route {
        self.account = Account::Untold;
        self
    }

    /// The same, its replies telling organization and project.
    pub(crate) const fn named(mut self) -> Route {
        self.account = Account::Named;
        self
    }

    /// The same, also without a body.
    pub(crate) const fn without_body(mut self) -> Route {
        self.body_is_optional = true;
        self
    }

    /// The same, which asks a model.
    pub(crate) const fn asking(mut self) -> Route {
        self.asks = true;
        self
    }

    /// The same, its replies telling the rate limits.
    pub(crate) const fn limited(mut self) -> Route {
        self.account = Account::Limited;
        self
    }

    /// The same, in the words of the newer services for a request without a key.
    pub(crate) const fn newer(mut self) -> Route {
        self.keyless = error::no_bearer;
        self
    }
}

/// What a method and a path lead to.
pub(crate) enum Found {
    /// This route; the texts are what its braces matched.
    Route(&'static Route, [String; 2]),
    /// The path is right, the method is not; these are.
    WrongMethod(Vec<&'static str>),
    Unknown,
}

impl Found {
    /// What the log of captured requests calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Found::Route(route, _) => route.kind,
            _ => "unknown",
        }
    }
}

/// Looks a request up. `HEAD` finds what `GET` finds. Of several routes that fit, the one with the
/// fewest braces is meant, wherever it stands: `/v1/responses/compact` is no response's id.
pub(crate) fn find(tables: &[&'static [Route]], method: &str, path: &str) -> Found {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut allowed = Vec::new();
    let mut best: Option<(usize, &'static Route, [String; 2])> = None;
    for route in tables.iter().copied().flatten() {
        let Some(matched) = matches(route.path, path) else { continue };
        if route.method != method && route.method != ANY {
            if !allowed.contains(&route.method) {
                allowed.push(route.method);
            }
            continue;
        }
        let braces = route.path.matches('{').count();
        if braces == 0 {
            return Found::Route(route, matched);
        }
        if best.as_ref().is_none_or(|(fewest, ..)| braces < *fewest) {
            best = Some((braces, route, matched));
        }
    }
    match best {
        Some((_, route, matched)) => Found::Route(route, matched),
        None if allowed.is_empty() => Found::Unknown,
        None => Found::WrongMethod(allowed),
    }
}

/// What the braces match, decoded; empty where the pattern has none.
fn matches(pattern: &str, path: &str) -> Option<[String; 2]> {
    let mut matched = [String::new(), String::new()];
    let (mut pattern, mut path) = (pattern, path);
    for text in &mut matched {
        let Some((before, rest)) = pattern.split_once('{') else { break };
        let (name, after) = rest.split_once('}')?;
        path = path.strip_prefix(before)?;
        let end = if name.ends_with('*') { path.len() } else { path.find('/').unwrap_or(path.len()) };
        if end == 0 {
            return None;
        }
        *text = decode(&path[..end]);
        (pattern, path) = (after, &path[end..]);
    }
    (pattern == path).then_some(matched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let id = |pattern, path| matches(pattern, path).map(|[id, item]| [id, item].join("|"));
        assert_eq!(id("/v1/models", "/v1/models").as_deref(), Some("|"));
        assert_eq!(id("/v1/models", "/v1/models/"), None);
        assert_eq!(id("/v1/models/{model*}", "/v1/models/a/b%3Ac").as_deref(), Some("a/b:c|"));
        assert_eq!(id("/v1/models/{model*}", "/v1/models/"), None);
        assert_eq!(id("/v1/files/{id}", "/v1/files/a%2Fb").as_deref(), Some("a/b|"));
        assert_eq!(id("/v1/files/{id}", "/v1/files/a/b"), None);
        assert_eq!(id("/v1/files/{id}/content", "/v1/files/a/content").as_deref(), Some("a|"));
        assert_eq!(id("/v1/files/{id}/content", "/v1/files/content"), None);
        let two = "/v1/files/{id}/lines/{line}";
        assert_eq!(id(two, "/v1/files/a/lines/b%20c").as_deref(), Some("a|b c"));
        for path in ["/v1/files/a/lines", "/v1/files/a/lines/", "/v1/files//lines/b", "/v1/files/a/lines/b/c"]
        {
            assert_eq!(id(two, path), None, "{path}");
        }
    }

    #[test]
    fn the_literal_path_wins_wherever_it_stands() {
        const TABLE: &[Route] = &[
            get("/v1/{one}/{two}", "both", |_| Ok(Reply::empty(200))),
            get("/v1/lists/{id}", "one", |_| Ok(Reply::empty(200))),
            get("/v1/lists/all", "none", |_| Ok(Reply::empty(200))),
            delete("/v1/lists/{id}", "gone", |_| Ok(Reply::empty(200))),
        ];
        let kind = |method, path| match find(&[TABLE], method, path) {
            Found::Route(route, _) => route.kind.to_owned(),
            Found::WrongMethod(allowed) => allowed.join(" "),
            Found::Unknown => "unknown".to_owned(),
        };
        assert_eq!(kind("GET", "/v1/lists/all"), "none");
        assert_eq!(kind("HEAD", "/v1/lists/x"), "one");
        assert_eq!(kind("GET", "/v1/x/all"), "both");
        assert_eq!(kind("DELETE", "/v1/lists/all"), "gone");
        assert_eq!(kind("PUT", "/v1/lists/x"), "GET DELETE");
        assert_eq!(kind("GET", "/v1"), "unknown");
    }

    proptest::proptest! {
        #[test]
        fn no_path_panics(path in ".*") {
            let _ = matches("/v1/files/{id}/content", &path);
            let _ = matches("/v1/files/{id}/lines/{line}", &format!("/v1/files/{path}"));
            let _ = matches("/v1/models/{model*}", &format!("/v1/models/{path}"));
        }
    }
}
