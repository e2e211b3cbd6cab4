//! What requests and replies are printed of alike: headers and bodies.

use crate::json::Json;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `,"body":...`: a JSON body stands as it was sent, byte for byte; another one as a string, in which U+FFFD takes the
/// place of what is not UTF-8. Where there is such, `body_base64` has the bytes.
pub(super) fn print_body(json: &mut Json, body: &[u8]) {
    json.raw(r#","body":"#);
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    match std::str::from_utf8(body) {
        Ok("") => json.raw("null"),
        Ok(text) if is_json => json.raw(text),
        Ok(text) => json.text(text),
        Err(_) => json.text(&String::from_utf8_lossy(body)).raw(r#","body_base64":"#).base64(body),
    };
}

/// An object of the headers, those of the same name joined by a comma.
pub(super) fn print_headers<'a>(json: &mut Json, headers: impl Iterator<Item = (&'a str, Cow<'a, str>)>) {
    let mut joined: Vec<(&str, String)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in headers {
        let place = *places.entry(name).or_insert(joined.len());
        match joined.get_mut(place) {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            None => joined.push((name, value.into_owned())),
        }
    }
    json.raw("{");
    json.list(joined, |json, (name, value)| {
        json.text(name).raw(":").text(&value);
    });
    json.raw("}");
}
