//! Every refusal, by name: status, message, type, param and code, in the API's own words.
//! Never decides whether to refuse. Each refusal is one row of a table; the constructors and
//! docs/errors.md both come from it.

mod access;
mod asked;
mod rates;
mod responses;
mod rules;
mod schemas;
mod stored;
mod values;

pub(crate) use access::*;
pub(crate) use asked::*;
pub(crate) use rates::*;
pub(crate) use responses::*;
pub(crate) use rules::*;
pub(crate) use schemas::*;
pub(crate) use stored::*;
pub(crate) use values::*;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;

/// An error in the API's envelope: `{"error":{"message","type","param","code"}}`, always four keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) kind: &'static str,
    pub(crate) param: Option<String>,
    pub(crate) code: Option<&'static str>,
    /// What its reply says in headers of its own: names in lower case, and values.
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    /// What its reply says in place of the envelope.
    pub(crate) literal: Option<Box<Literal>>,
}

/// A body that is not the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Json(Value),
    /// In HTML.
    Page(&'static str),
}

impl ApiError {
    /// A body of its own, be it an error or not.
    pub(crate) fn literal(status: u16, message: &str, literal: Literal) -> ApiError {
        ApiError {
            status,
            message: message.to_owned(),
            kind: INVALID_REQUEST,
            param: None,
            code: None,
            headers: Vec::new(),
            literal: Some(Box::new(literal)),
        }
    }

    /// The same with what is given in place of `message`, `type`, `param` and `code`, or beside them.
    pub(crate) fn worded(self, given: Map<String, Value>) -> ApiError {
        let mut words = self.words();
        words.extend(given);
        ApiError { literal: Some(Box::new(Literal::Json(json!({"error": words})))), ..self }
    }

    /// What stands in `error`.
    pub(crate) fn words(&self) -> Map<String, Value> {
        if let Some(Literal::Json(body)) = self.literal.as_deref() {
            return body.get("error").and_then(Value::as_object).cloned().unwrap_or_default();
        }
        let pairs = [
            ("message", Value::from(self.message.as_str())),
            ("type", self.kind.into()),
            ("param", self.param.as_deref().into()),
            ("code", self.code.into()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A header's value, the first of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same refusal of an object that is part of another one.
    pub(crate) fn within(self, path: &str) -> ApiError {
        let param = self.param.map(|param| format!("{path}.{param}"));
        ApiError { param, kind: INVALID_REQUEST, ..self }
    }

    /// The same refusal of what a tool is to draw. Of what is the user's fault the API names all tools.
    pub(crate) fn of_drawing_tool(self, path: &str) -> ApiError {
        if self.kind == INVALID_REQUEST {
            return self.within(path);
        }
        ApiError { param: Some("tools".to_owned()), ..self }
    }

    /// The same, its reply with this header, in place of what it had of the name.
    pub(crate) fn with_header(mut self, name: impl Into<Cow<'static, str>>, value: String) -> ApiError {
        let name = name.into();
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }
}

/// A refusal, as docs/errors.md tells it. Braces stand for what the request gave.
#[derive(Debug)]
pub struct Refusal {
    /// What the code calls it.
    pub name: &'static str,
    /// What is refused.
    pub when: &'static str,
    /// The status of the reply.
    pub status: u16,
    /// The sentence.
    pub message: &'static str,
    /// `type`
    pub kind: &'static str,
    /// `param`
    pub param: Option<&'static str>,
    /// `code`
    pub code: Option<&'static str>,
}

/// The tables, each with its heading. They cost the binary nothing: it never reads them.
pub(crate) const TABLES: &[(&str, &[Refusal])] = &[
    ("Requests, keys and models", access::TABLE),
    ("Values of parameters", values::TABLE),
    ("Rules of one operation", rules::TABLE),
    ("Rules of responses", responses::TABLE),
    ("JSON schemas", schemas::TABLE),
    ("Stored objects", stored::TABLE),
    ("Rate limits", rates::TABLE),
    ("Errors that are asked for", asked::TABLE),
];

/// What `type` is unless a row says otherwise.
const INVALID_REQUEST: &str = "invalid_request_error";

/// Makes a constructor and a row of the table from each entry: the case as a comment, the name and
/// what it is told, the status, the message and, where there are any, type, param, code and headers.
macro_rules! refusals {
    (@or $given:expr, $other:expr) => { $given };
    (@or , $other:expr) => { $other };
    (@some $given:expr) => { Some($given) };
    (@some) => { None };
    (@format $given:literal) => { Some(format!($given)) };
    (@format) => { None };
    ($(
        $(#[doc = $when:literal])+
        $name:ident($($told:ident),*): $status:literal $message:literal
            $(, type $kind:literal)? $(, param $param:literal)? $(, code $code:literal)?
            $(, header $header:literal $value:literal)*;
    )+) => {
        $(
            $(#[doc = $when])+
            pub(crate) fn $name($($told: impl std::fmt::Display),*) -> crate::error::ApiError {
                crate::error::ApiError {
                    status: $status,
                    message: format!($message),
                    kind: refusals!(@or $($kind)?, crate::error::INVALID_REQUEST),
                    param: refusals!(@format $($param)?),
                    code: refusals!(@some $($code)?),
                    headers: vec![$(($header.into(), $value.to_owned())),*],
                    literal: None,
                }
            }
        )+

        pub(super) const TABLE: &[crate::error::Refusal] = &[$(
            crate::error::Refusal {
                name: stringify!($name),
                when: concat!($($when),+),
                status: $status,
                message: $message,
                kind: refusals!(@or $($kind)?, crate::error::INVALID_REQUEST),
                param: refusals!(@some $($param)?),
                code: refusals!(@some $($code)?),
            },
        )+];
    };
}
use refusals;

/// What ends a request that is only listened to. Nobody gets it as a reply.
pub(crate) fn only_heard() -> ApiError {
    ApiError::literal(500, "", Literal::Json(Value::Null))
}

/// `'a', 'b', and 'c'`
pub(crate) fn quoted(values: &[&str], conjunction: &str) -> String {
    match values {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [one, two] => format!("'{one}' {conjunction} '{two}'"),
        [others @ .., last] => format!("'{}', {conjunction} '{last}'", others.join("', '")),
    }
}

/// The API cuts long values that it echoes to their first and last three characters.
pub(crate) fn abridged(value: &str) -> String {
    const WHOLE: usize = 64;
    let chars: Vec<char> = value.chars().collect();
    if chars.len() <= WHOLE {
        return value.to_owned();
    }
    let first: String = chars[..3].iter().collect();
    let last: String = chars[chars.len() - 3..].iter().collect();
    format!("{first}...{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_the_api_writes_them() {
        assert_eq!(quoted(&["a"], "and"), "'a'");
        assert_eq!(quoted(&["a", "b"], "or"), "'a' or 'b'");
        assert_eq!(quoted(&["a", "b", "c"], "and"), "'a', 'b', and 'c'");
    }

    #[test]
    fn more_than_64_characters_are_abridged() {
        let (whole, longer) = (format!("abc{}xyz", "ü".repeat(58)), format!("abc{}xyz", "ü".repeat(59)));
        assert_eq!((abridged(&whole), abridged(&longer)), (whole, "abc...xyz".to_owned()));
    }
}
