//! Keeps secrets out of what is written, and texts from being read as templates.

use serde_json::Map;
use serde_json::Value;

/// How secrets begin, and how many letters at least come behind that.
const MARKS: &[(&str, usize)] = &[
    ("sk-", 12),
    ("sess-", 12),
    ("org-", 12),
    ("proj_", 12),
    ("Bearer ", 12),
    ("xai-", 20),
    ("gsk_", 20),
    ("AIza", 30),
    ("ghp_", 20),
    ("eyJhbGciOi", 20),
];

/// Names whose values are secret, or tell who someone is.
const NAMES: &[&str] = &[
    "authorization",
    "api_key",
    "api-key",
    "apikey",
    "x-api-key",
    "cookie",
    "set-cookie",
    "openai-organization",
    "openai-project",
    "organization",
    "access_token",
    "refresh_token",
    "client_secret",
    "password",
    "secret",
];

pub(super) fn is_secret_name(name: &str) -> bool {
    NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// Where the first secret of a text begins and ends.
fn find(text: &str) -> Option<(usize, usize)> {
    let begin = |(mark, least): &(&str, usize)| {
        text.match_indices(mark).find_map(|(at, _)| {
            let is_word = |char: char| char.is_ascii_alphanumeric() || "_-.*".contains(char);
            let is_inside = text[..at].ends_with(|char: char| char.is_ascii_alphanumeric());
            let rest = &text[at + mark.len()..];
            let length = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
            let length = rest[..length].trim_end_matches('.').len();
            let end = at + mark.len() + length;
            (!is_inside
                && length >= *least
                && rest[..length].contains(|char: char| char.is_ascii_digit() || char == '*'))
            .then_some((at, end))
        })
    };
    MARKS.iter().filter_map(begin).min()
}

pub(super) fn has_secret(text: &str) -> bool {
    find(text).is_some()
}

/// The longest part of a text that holds no secret.
pub(super) fn longest_open(text: &str) -> &str {
    let mut rest = text;
    let mut longest = "";
    loop {
        let (part, next) = match find(rest) {
            Some((begin, end)) => (&rest[..begin], Some(&rest[end..])),
            None => (rest, None),
        };
        if part.len() > longest.len() {
            longest = part;
        }
        match next {
            Some(next) => rest = next,
            None => return longest,
        }
    }
}

/// A text without its secrets.
pub(super) fn without(text: &str) -> String {
    let mut rest = text;
    let mut open = String::with_capacity(text.len());
    while let Some((begin, end)) = find(rest) {
        open.push_str(&rest[..begin]);
        open.push_str("[left out]");
        rest = &rest[end..];
    }
    open + rest
}

/// A text as a template that says it, without secrets.
pub(super) fn template(text: &str) -> String {
    without(text).replace("{{", "{{\"{{\"}}")
}

/// The same of every text in a value.
pub(super) fn templates(value: &Value) -> Value {
    each(value, &|_| true)
}

/// The same of what is replied as it is; who it is for is left out.
pub(super) fn literal(value: &Value) -> Value {
    each(value, &|name| !is_secret_name(name))
}

fn each(value: &Value, keeps: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::String(text) => template(text).into(),
        Value::Array(items) => items.iter().map(|item| each(item, keeps)).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| keeps(name));
            Value::Object(kept.map(|(name, value)| (name.clone(), each(value, keeps))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
