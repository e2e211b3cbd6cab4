//! What recorders write, told apart by what is in a file, and read as one form. Never knows what was asked.

use crate::import::Recorded;
use crate::import::packed::Unpacked;
use crate::yaml;
use serde_json::Value;

/// The exchanges of a file.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<Recorded>, String> {
    let file = parse(text)?;
    let list = |name: &str| file[name].as_array().map(Vec::as_slice);
    let all = |entries: &[Value], one: fn(&Value, &mut Recorded)| {
        let numbered = entries.iter().enumerate();
        numbered.map(|(at, entry)| filled(name, at, |recorded| one(entry, recorded))).collect()
    };
    if let Some(entries) = list("interactions").or_else(|| list("http_interactions")) {
        return Ok(all(entries, of_vcr));
    }
    if let Some(entries) = file["log"]["entries"].as_array() {
        return Ok(all(entries, of_har));
    }
    if let (Some(requests), Some(responses)) = (list("requests"), list("responses")) {
        let pairs = requests.iter().zip(responses).enumerate();
        return Ok(pairs
            .map(|(at, (request, response))| {
                filled(name, at, |recorded| of_pair(request, response, recorded))
            })
            .collect());
    }
    if let Some(entries) = list("requests") {
        return Ok(all(entries, of_captured));
    }
    match file.as_array() {
        Some(entries) if entries.iter().all(|entry| entry.get("scope").is_some()) && !entries.is_empty() => {
            Ok(all(entries, of_nock))
        }
        Some(entries) if entries.iter().all(|entry| entry.get("kind").is_some()) && !entries.is_empty() => {
            Ok(all(entries, of_captured))
        }
        _ => Err("this is no recording that is known: VCR, HAR, nock, Polly, captured requests".to_owned()),
    }
}

fn parse(text: &str) -> Result<Value, String> {
    let json = serde_json::from_str(text);
    match (json, text.trim_start().starts_with(['{', '['])) {
        (Ok(json), _) => Ok(json),
        (Err(error), true) => yaml::read(text).map_err(|_| format!("this is no JSON: {error}")),
        (Err(_), false) => yaml::read(text).map_err(|error| format!("this is no YAML: {error}")),
    }
}

/// An exchange with its place and what `fill` finds.
fn filled(name: &str, at: usize, fill: impl FnOnce(&mut Recorded)) -> Recorded {
    let mut recorded = Recorded {
        place: format!("{name}#{}", at + 1),
        method: String::new(),
        url: String::new(),
        sent: Unpacked::None,
        status: 200,
        told: None,
        retry_after: None,
    };
    fill(&mut recorded);
    recorded
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A status, which some write as a text.
fn status(value: &Value) -> u16 {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.and_then(|number| u16::try_from(number).ok()).unwrap_or(200)
}

/// Python's (vcrpy, pytest-recording, betamax) and Ruby's: `request` and `response`.
fn of_vcr(entry: &Value, recorded: &mut Recorded) {
    of_pair(&entry["request"], &entry["response"], recorded);
}

fn of_pair(request: &Value, response: &Value, recorded: &mut Recorded) {
    recorded.method = text(&request["method"]).to_ascii_uppercase();
    recorded.url = text(&request["uri"]);
    recorded.sent = vcr_body(request);
    recorded.status = status(response["status"].get("code").unwrap_or(&response["status"]));
    recorded.told = Some(vcr_body(response));
    recorded.retry_after = header(&response["headers"], "retry-after");
}

/// A body: a text, or an object with it; `parsed_body` where it was recorded as the JSON that it is.
fn vcr_body(side: &Value) -> Unpacked {
    let body = &side["body"];
    let (parsed, base64) = (&side["parsed_body"], &body["base64_string"]);
    match (base64.as_str(), body.get("string")) {
        _ if !parsed.is_null() => Unpacked::Json(parsed.clone()),
        (Some(base64), _) => Unpacked::of_base64(base64),
        (None, Some(text)) => Unpacked::of(text),
        (None, None) => Unpacked::of(body),
    }
}

/// A header by its name in small letters: one text, a list of them, or a list of names and values.
fn header(headers: &Value, name: &str) -> Option<String> {
    let value = match headers {
        Value::Object(fields) => fields.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?.1,
        Value::Array(list) => {
            &list.iter().find(|one| one["name"].as_str().is_some_and(|one| one.eq_ignore_ascii_case(name)))?["value"]
        }
        _ => return None,
    };
    value.as_str().or_else(|| value[0].as_str()).map(str::to_owned)
}

/// HAR as browsers and proxies write it, and Polly, which packs what is no text in a list of pieces.
fn of_har(entry: &Value, recorded: &mut Recorded) {
    let (request, response) = (&entry["request"], &entry["response"]);
    recorded.method = text(&request["method"]);
    recorded.url = text(&request["url"]);
    recorded.sent = Unpacked::of(&request["postData"]["text"]);
    recorded.status = status(&response["status"]);
    let content = &response["content"];
    recorded.told = Some(match (content["encoding"].as_str(), content["text"].as_str()) {
        (Some("base64"), Some(text)) if text.starts_with('[') => pieces(&parse(text).unwrap_or_default()),
        (Some("base64"), Some(text)) => Unpacked::of_base64(text),
        _ => Unpacked::of(&content["text"]),
    });
    recorded.retry_after = header(&response["headers"], "retry-after");
}

/// A recording of nock: an address in two parts, bodies as JSON where they are.
fn of_nock(entry: &Value, recorded: &mut Recorded) {
    recorded.method = text(&entry["method"]);
    recorded.url = text(&entry["scope"]) + entry["path"].as_str().unwrap_or_default();
    recorded.sent = Unpacked::of(&entry["body"]);
    recorded.status = status(&entry["status"]);
    recorded.told = Some(pieces(&entry["response"]));
    recorded.retry_after = header(&entry["responseHeaders"], "retry-after");
}

/// A body that is JSON, or packed bytes in pieces of hexadecimal digits or of base64.
fn pieces(body: &Value) -> Unpacked {
    let texts: Option<Vec<&str>> = body.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { return Unpacked::of(body) };
    let joined = texts.concat();
    let digit = |at: usize| joined.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    match (0..joined.len()).step_by(2).map(digit).collect() {
        Some(bytes) => Unpacked::of_bytes(bytes),
        None => Unpacked::of_base64(&joined),
    }
}

/// This server's own captured requests, of which the replies are not kept.
fn of_captured(entry: &Value, recorded: &mut Recorded) {
    recorded.method = text(&entry["method"]);
    recorded.url = text(&entry["path"]);
    recorded.sent = Unpacked::of(&entry["body"]);
    recorded.status = status(&entry["status"]);
}
