//! Requests as plain values. Knows no socket and no JSON.

mod address;
mod coding;
mod credentials;
mod everywhere;
mod key;

pub(crate) use address::Address;
pub(crate) use coding::Coding;
pub(crate) use credentials::Credentials;
pub(crate) use credentials::shown;
pub(crate) use everywhere::EVERYWHERE;
pub(crate) use key::KeyId;

use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::percent_decode_str;
use percent_encoding::utf8_percent_encode;

/// The headers of a message, in the order sent.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// `name: value` lines. One allocation, kept as it is in the log of captured requests.
    lines: String,
    /// Whether there is one that asks for faults: mostly there is none to be looked for.
    ask_for_faults: bool,
}

/// The header that asks for faults.
pub(crate) const FAULT_HEADER: &str = "x-parlel-fault";

impl Headers {
    /// Appends a header. Control characters in it become spaces: a value never makes a line.
    pub fn add(&mut self, name: &str, value: &str) {
        let start = self.lines.len();
        self.lines.push_str(name);
        self.lines[start..].make_ascii_lowercase();
        self.ask_for_faults |= self.lines[start..] == *FAULT_HEADER;
        self.lines.push_str(": ");
        self.lines.push_str(value);
        if self.lines[start..].contains(char::is_control) {
            let tame: String =
                self.lines[start..].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.lines.replace_range(start.., &tame);
        }
        self.lines.push('\n');
    }

    /// Makes room for so many bytes of lines.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.lines.reserve(bytes);
    }

    /// The first value of a header; its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Every header, its name in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.split_terminator('\n').filter_map(|line| line.split_once(": "))
    }

    /// What asks for faults.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &str> {
        let of_faults = self.ask_for_faults.then(|| self.iter().filter(|(name, _)| *name == FAULT_HEADER));
        of_faults.into_iter().flatten().map(|(_, value)| value)
    }

    /// How many bytes of memory the headers take.
    pub fn size(&self) -> usize {
        self.lines.capacity()
    }
}

/// What could not be done with a request's bytes; the pipeline turns it into an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// The framing is ambiguous or broken; the text says how.
    BadFraming(&'static str),
    /// The body is encoded in a way that is not read, which is this one.
    UnknownCoding(String),
    /// The body is not what its encoding, which is this one, says that it is.
    BrokenCoding(&'static str),
}

impl Unread {
    /// Whether bytes of the request may be left on the connection, so that it must end.
    pub(crate) fn ends_connection(&self) -> bool {
        matches!(self, Unread::TooLarge(_) | Unread::BadFraming(_))
    }
}

/// A request, read to its end.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST`, ... as sent.
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// What follows the `?`, as sent.
    pub query: String,
    /// The headers.
    pub headers: Headers,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Why the body was not read, if it was not.
    pub unread: Option<Unread>,
}

impl Request {
    /// A request without headers and body, its query split off the target. An absolute target
    /// (`GET http://host/path`) loses its scheme and host.
    pub fn new(method: &str, target: &str) -> Request {
        let target = match target.find("://") {
            Some(at) if !target.starts_with('/') => {
                let rest = &target[at + 3..];
                rest.find(['/', '?']).map_or("/", |start| &rest[start..])
            }
            _ => target,
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: method.to_owned(),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: query.to_owned(),
            ..Request::default()
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Request {
        self.headers.add(name, value);
        self
    }

    /// The same with a JSON body and its content type.
    #[must_use]
    pub fn with_json(mut self, body: &str) -> Request {
        self.headers.add("content-type", "application/json");
        self.body = body.as_bytes().to_vec();
        self
    }

    /// The query's names and values, decoded.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        let decoded = |text: &str| decode(&text.replace('+', " "));
        self.query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(move |(name, value)| (decoded(name), decoded(value)))
    }

    /// A decoded query parameter, the first of its name.
    pub fn query(&self, name: &str) -> Option<String> {
        self.pairs().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Whether these can stand in the head of a reply.
///
/// # Errors
/// Says why not.
pub(crate) fn check_header(name: &str, value: &str) -> Result<(), String> {
    const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "connection"];
    let is_token = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
    if name.is_empty() || !name.chars().all(is_token) || value.contains(|char: char| char.is_control()) {
        return Err(format!("'{name}: {value}' cannot be a header"));
    }
    if FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
        return Err(format!("'{name}' is for the server to say"));
    }
    Ok(())
}

/// Decodes `%41`; what is not an escape stays, and what is not UTF-8 becomes U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Encodes a text so that it may stand anywhere in a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_split() {
        let parts = |target| {
            let request = Request::new("GET", target);
            (request.path, request.query)
        };
        assert_eq!(parts("/v1/models?a=b?c"), ("/v1/models".into(), "a=b?c".into()));
        assert_eq!(parts("http://host:1/v1/x?q"), ("/v1/x".into(), "q".into()));
        assert_eq!(parts("http://host"), ("/".into(), String::new()));
        assert_eq!(parts("http://host?q=/"), ("/".into(), "q=/".into()));
        assert_eq!(parts("/a?u=http://b/c"), ("/a".into(), "u=http://b/c".into()));
    }

    #[test]
    fn escapes_are_decoded_and_nonsense_stays() {
        assert_eq!(decode("a%2Fb%20c"), "a/b c");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
        let request = Request::new("GET", "/?metadata%5Bk%5D=a+b&flag");
        assert_eq!(request.query("metadata[k]").as_deref(), Some("a b"));
        assert_eq!(request.query("flag").as_deref(), Some(""));
        assert_eq!(request.query("none"), None);
    }

    #[test]
    fn a_header_value_never_makes_a_line() {
        let mut headers = Headers::default();
        headers.add("X-A", "one\r\nx-b: two");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("x-a", "one  x-b: two")]);
        assert_eq!(headers.get("x-b"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_target_or_query_panics(target in ".*", name in ".*") {
            let request = Request::new("GET", &target);
            let _ = request.query(&name);
            proptest::prop_assert!(!request.path.is_empty());
        }
    }
}
