//! Reads one answer. Never reads what a model says in it.

use crate::error;
use crate::faults::FaultOrder;
use crate::http;
use crate::plan::CATEGORY_NAMES;
use crate::plan::GivenUsage;
use crate::rules::answer::AskedError;
use crate::rules::answer::GivenImage;
use crate::rules::answer::ImageSource;
use crate::rules::answer::Named;
use crate::rules::answer::RuleAnswer;
use crate::rules::answer::What;
use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::did_you_mean;
use crate::rules::problem::within;
use crate::rules::read::RuleSource;
use crate::rules::read::entry::AnswerEntry;
use crate::rules::read::spoken;
use crate::rules::template::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;
use serde_json::Map;
use serde_json::Value;
use std::sync::Arc;

/// The keys that say what is answered. Each of the first ones is all that is said.
const ALONE: [&str; 8] = ["json", "error", "embedding", "like", "flags", "image", "refusal", "choices"];
/// These may stand together.
const TOGETHER: [&str; 3] = ["text", "content", "calls"];
/// What only words have.
const OF_WORDS: [&str; 7] =
    ["reasoning", "items", "annotations", "finish_reason", "logprobs", "pieces", "raw"];
/// What any generated reply has.
const NAMED: [&str; 5] = ["id", "created", "model", "system_fingerprint", "usage"];

pub(super) fn read(
    given: &Value,
    regex: Option<&Regex>,
    place: &RulePlace<'_>,
    source: &RuleSource<'_>,
    problems: &mut Problems,
) -> Option<RuleAnswer> {
    let mut entry = AnswerEntry { fields: given.as_object()?, regex, place, problems };
    entry.check_together();
    let named = entry.named();
    let what = if entry.has("json") {
        entry.literal()?
    } else if let Some(error) = entry.fields.get("error") {
        What::Error(entry.error(error)?)
    } else if let Some(vector) = entry.fields.get("embedding").and_then(Value::as_array) {
        What::Vector(vector.iter().filter_map(Value::as_f64).collect())
    } else if entry.has("like") {
        What::Like(entry.template("like")?)
    } else if let Some(flags) = entry.fields.get("flags") {
        What::Flags(entry.flags(flags))
    } else if let Some(image) = entry.fields.get("image") {
        What::Images(entry.images(image, source)?)
    } else if OF_WORDS.iter().chain(&TOGETHER).any(|name| entry.has(name))
        || entry.has("refusal")
        || entry.has("choices")
    {
        What::Words(Box::new(spoken::words(&mut entry)?))
    } else {
        What::Pass
    };
    let faults = faults(entry.fields, place, entry.problems).unwrap_or_default();
    Some(RuleAnswer { what, named, faults })
}

/// The faults of an answer, or of a rule: each of a list strikes by itself. None where the key is not there.
pub(super) fn faults(
    fields: &Map<String, Value>,
    place: &RulePlace<'_>,
    problems: &mut Problems,
) -> Option<Vec<Arc<FaultOrder>>> {
    let texts: Vec<&str> = match fields.get("faults")? {
        Value::String(text) => vec![text],
        list => list.as_array()?.iter().filter_map(Value::as_str).collect(),
    };
    let mut read = |text: &str| match FaultOrder::read_of_rule(text) {
        Ok(order) => Some(Arc::new(order)),
        Err(why) => {
            problems.add(&within(place, "faults"), why);
            None
        }
    };
    Some(texts.into_iter().filter_map(&mut read).collect())
}

impl AnswerEntry<'_, '_> {
    /// One thing is answered, with what belongs to it.
    fn check_together(&mut self) {
        let passes = self.fields.get("pass") == Some(&Value::Bool(true));
        let mut said: Vec<&str> = ALONE.into_iter().filter(|name| self.has(name)).collect();
        let together: Vec<&str> = TOGETHER.into_iter().filter(|name| self.has(name)).collect();
        said.extend(together.first());
        said.extend(passes.then_some("pass"));
        if let [one, other, ..] = said.as_slice() {
            let what = format!("'{one}' and '{other}' do not go together; one answer says one of them");
            return self.problems.add(self.place, what);
        }
        if self.has("text") && self.has("content") {
            return self.problems.add(self.place, "'text' and 'content' do not go together");
        }
        let is_words =
            !matches!(said.first(), Some(&("json" | "error" | "embedding" | "like" | "flags" | "image")));
        let is_named = !matches!(said.first(), Some(&("json" | "error")));
        let misplaced = |name: &&str| {
            self.has(name)
                && (OF_WORDS.contains(name) && !is_words
                    || NAMED.contains(name) && !is_named
                    || ["status", "headers"].contains(name) && said.first() != Some(&"json")
                    || ["finish_reason", "logprobs"].contains(name) && said.first() == Some(&"choices"))
        };
        let all = OF_WORDS.iter().chain(&NAMED).chain(&["status", "headers"]);
        match (all.copied().find(|name| misplaced(name)), said.first()) {
            (Some(name), Some(one)) => {
                let what = format!("'{name}' has no place beside '{one}'");
                self.problems.add(self.place, what);
            }
            (Some(name), None) => {
                let what = format!("'{name}' stands beside 'json' alone");
                self.problems.add(self.place, what);
            }
            (None, None) if !OF_WORDS.iter().chain(&NAMED).chain(&["faults"]).any(|name| self.has(name)) => {
                self.problems.add(self.place, "this says nothing; {\"pass\": true} is the generated answer");
            }
            _ => {}
        }
    }

    fn named(&mut self) -> Named {
        Named {
            id: self.template("id"),
            created: self.fields.get("created").and_then(Value::as_u64),
            model: self.template("model"),
            fingerprint: self.template("system_fingerprint"),
            usage: usage(self.fields.get("usage")),
        }
    }

    fn literal(&mut self) -> Option<What> {
        let status = self.fields.get("status").and_then(Value::as_u64).unwrap_or(200) as u16;
        let headers = self.headers(self.fields.get("headers"));
        Some(What::Literal { status, headers, body: self.json("json")? })
    }

    /// Names and values that can stand in a head.
    fn headers(&mut self, given: Option<&Value>) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        for (name, value) in given.and_then(Value::as_object).into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            match http::check_header(name, value) {
                Ok(()) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
                Err(why) => self.add("headers", why),
            }
        }
        headers
    }

    fn error(&mut self, given: &Value) -> Option<AskedError> {
        let fields = match given {
            Value::String(name) => {
                self.check_error_name(name);
                return Some(AskedError { name: Some(name.clone()), ..AskedError::default() });
            }
            fields => fields.as_object()?,
        };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(name) = text("name") {
            self.check_error_name(&name);
        } else if text("message").is_none() {
            self.add("error", "an error has a 'name', or a 'message' of its own");
        }
        let place = within(self.place, "error");
        let place = within(&place, "message");
        let message = text("message").map(|message| Template::read(&message, self.regex));
        Some(AskedError {
            name: text("name"),
            status: fields.get("status").and_then(Value::as_u64).map(|status| status as u16),
            message: message.and_then(|message| self.problems.take(&place, message)),
            kind: fields.get("type").cloned(),
            code: fields.get("code").cloned(),
            param: fields.get("param").cloned(),
            headers: self.headers(fields.get("headers")),
        })
    }

    fn flags(&mut self, given: &Value) -> Vec<(String, Option<f64>)> {
        let flags: Vec<(String, Option<f64>)> = match given {
            Value::Array(names) => {
                names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), None)).collect()
            }
            scores => {
                let scores = scores.as_object().into_iter().flatten();
                scores.map(|(name, score)| (name.clone(), score.as_f64())).collect()
            }
        };
        for (name, score) in &flags {
            if !CATEGORY_NAMES.contains(&name.as_str()) {
                let meant = did_you_mean(name, CATEGORY_NAMES);
                self.add("flags", format!("'{name}' is no category of moderations{meant}"));
            }
            if score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
                self.add("flags", format!("the score of '{name}' is not between 0 and 1"));
            }
        }
        flags
    }

    fn check_error_name(&mut self, name: &str) {
        let known = || {
            error::NAMES
                .iter()
                .flat_map(|known| [known.name].into_iter().chain(known.aliases.iter().copied()))
        };
        if known().all(|known| known != name) {
            let meant = did_you_mean(name, known());
            self.add("error", format!("'{name}' is none of the API's errors{meant}"));
        }
    }

    fn images(&mut self, given: &Value, source: &RuleSource<'_>) -> Option<Vec<GivenImage>> {
        let several = given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice);
        several.iter().map(|one| self.image(one, source)).collect()
    }

    fn image(&mut self, given: &Value, source: &RuleSource<'_>) -> Option<GivenImage> {
        let place = within(self.place, "image");
        let text = |name: &str| given.get(name).and_then(Value::as_str);
        let base64 = given.as_str().or_else(|| text("base64"));
        let read = match (base64, text("file"), text("url")) {
            (Some(base64), None, None) => match STANDARD.decode(base64) {
                Ok(file) => Ok(ImageSource::File(Arc::new(file))),
                Err(_) => Err("this is no base64; {\"file\": PATH} is a file".to_owned()),
            },
            (None, Some(path), None) => (source.open)(path).map(|file| ImageSource::File(Arc::new(file))),
            (None, None, Some(url)) => Ok(ImageSource::Url(url.to_owned())),
            _ => Err("a picture has one of 'base64', 'file' and 'url'".to_owned()),
        };
        let source = self.problems.take(&place, read)?;
        Some(GivenImage { source, revised_prompt: text("revised_prompt").map(str::to_owned) })
    }
}

fn usage(given: Option<&Value>) -> GivenUsage {
    let number = |names: &[&str]| names.iter().find_map(|name| given?.get(name)?.as_u64());
    GivenUsage {
        input: number(&["input", "input_tokens", "prompt_tokens"]),
        output: number(&["output", "output_tokens", "completion_tokens"]),
        cached: number(&["cached", "cached_tokens"]),
        reasoning: number(&["reasoning", "reasoning_tokens"]),
        total: number(&["total", "total_tokens"]),
    }
}
