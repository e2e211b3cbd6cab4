//! Texts in which `{{...}}` stands for what was asked. Never decides when they are filled in.

use crate::rules::matcher::Groups;
use crate::rules::problem::did_you_mean;
use crate::rules::subject::Field;
use crate::rules::subject::Subject;
use regex_lite::Regex;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;

/// A text with places that are filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template(Vec<TemplatePart>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Text(String),
    Slot(Slot),
}

/// What stands between braces.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    Of(Field),
    /// How often the rule has matched, this time included.
    Count,
    Turn,
    Group(usize),
    Named(String),
}

/// JSON in whose texts places are filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum JsonTemplate {
    Fixed(Value),
    Text(Template),
    List(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
}

/// What the places are filled with.
pub(crate) struct Filling<'a> {
    pub(crate) subject: Subject<'a>,
    /// The groups of the rule's first regular expression.
    pub(crate) groups: Option<Groups>,
    pub(crate) count: u64,
}

impl Template {
    /// Reads a text, `regex` being what its groups are of.
    pub(crate) fn read(text: &str, regex: Option<&Regex>) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            push(&mut parts, before);
            let (inside, behind) = split_slot(after)?;
            match literal(inside) {
                Some(text) => push(&mut parts, &text),
                None => parts.push(TemplatePart::Slot(Slot::read(inside, regex)?)),
            }
            rest = behind;
        }
        push(&mut parts, rest);
        Ok(Template(parts))
    }

    /// A text as it is, braces and all.
    pub(crate) fn literal(text: &str) -> Template {
        let mut parts = Vec::new();
        push(&mut parts, text);
        Template(parts)
    }

    /// The text, where nothing in it is filled in.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [TemplatePart::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text, filled in; or the place that nothing was found for.
    pub(crate) fn fill(&self, filling: &Filling<'_>) -> Result<String, String> {
        self.filled(filling, |text| text)
    }

    /// The same as a part of a string of JSON.
    pub(crate) fn fill_escaped(&self, filling: &Filling<'_>) -> Result<String, String> {
        self.filled(filling, |text| {
            let quoted = Value::String(text.into_owned()).to_string();
            Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
        })
    }

    fn filled<'a>(
        &self,
        filling: &'a Filling<'_>,
        escape: impl Fn(Cow<'a, str>) -> Cow<'a, str>,
    ) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                TemplatePart::Text(part) => text.push_str(part),
                TemplatePart::Slot(slot) => text.push_str(&escape(slot.value(filling)?)),
            }
        }
        Ok(text)
    }
}

fn push(parts: &mut Vec<TemplatePart>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(TemplatePart::Text(before)) => before.push_str(text),
        _ => parts.push(TemplatePart::Text(text.to_owned())),
    }
}

/// What stands before the braces that close, and what behind them. Those in quotation marks do not count.
fn split_slot(text: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted && text[at..].starts_with("}}") => {
                return Ok((text[..at].trim(), &text[at + 2..]));
            }
            _ => {}
        }
    }
    Err("a '{{' is not closed by '}}'; write {{\"{{\"}} for the braces themselves".to_owned())
}

/// What is in quotation marks, as JSON has it.
fn literal(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

/// The names that stand alone.
const NAMES: [(&str, Field); 6] = [
    ("user", Field::User),
    ("system", Field::System),
    ("input", Field::Input),
    ("tool_result", Field::ToolResult),
    ("model", Field::Model),
    ("key", Field::Key),
];

impl Slot {
    fn read(text: &str, regex: Option<&Regex>) -> Result<Slot, String> {
        let (name, argument) =
            text.split_once(char::is_whitespace).map_or((text, ""), |(a, b)| (a, b.trim()));
        let wants_none = |slot| match argument {
            "" => Ok(slot),
            _ => Err(format!("'{name}' is followed by nothing, here it is by '{argument}'")),
        };
        if let Some((_, field)) = NAMES.iter().find(|(known, _)| *known == name) {
            return wants_none(Slot::Of(field.clone()));
        }
        match name {
            "count" => wants_none(Slot::Count),
            "turn" => wants_none(Slot::Turn),
            "header" => match literal(argument) {
                Some(name) if !name.is_empty() => Ok(Slot::Of(Field::Header(name.to_ascii_lowercase()))),
                _ => {
                    Err("'header' is followed by a name in quotation marks: {{header \"x-name\"}}".to_owned())
                }
            },
            "body" => {
                match literal(argument) {
                    Some(pointer) if pointer.starts_with('/') => Ok(Slot::Of(Field::Body(pointer))),
                    _ => Err("'body' is followed by a JSON pointer in quotation marks: {{body \"/model\"}}"
                        .to_owned()),
                }
            }
            "match" => Slot::group(argument, regex),
            _ => {
                let known = NAMES.iter().map(|(name, _)| *name);
                let known = known.chain(["count", "turn", "header", "body", "match"]);
                let meant = did_you_mean(name, known);
                Err(format!("a template has no '{name}'{meant}; write {{{{\"{{{{\"}}}} for braces"))
            }
        }
    }

    fn group(argument: &str, regex: Option<&Regex>) -> Result<Slot, String> {
        let Some(regex) = regex else {
            return Err("'match' needs a 'regex' in the rule's match".to_owned());
        };
        if let Ok(number) = argument.parse::<usize>() {
            let most = regex.captures_len() - 1;
            return if number <= most {
                Ok(Slot::Group(number))
            } else {
                Err(format!("'match {number}': the regular expression has {most} groups"))
            };
        }
        if regex.capture_names().flatten().any(|name| name == argument) {
            Ok(Slot::Named(argument.to_owned()))
        } else {
            Err(format!("'match {argument}': the regular expression has no group of this name"))
        }
    }

    fn value<'a>(&self, filling: &'a Filling<'_>) -> Result<Cow<'a, str>, String> {
        let Filling { subject, groups, count } = filling;
        let groups = groups.as_ref();
        match self {
            Slot::Of(Field::ToolResult) if !subject.heard.tool_results.is_empty() => {
                Ok(Cow::Owned(Field::ToolResult.texts(subject).join("\n")))
            }
            Slot::Of(field) => field.texts(subject).into_iter().next().ok_or_else(|| field.shown()),
            Slot::Count => Ok(Cow::Owned(count.to_string())),
            Slot::Turn => Ok(Cow::Owned(subject.heard.turn.to_string())),
            Slot::Group(number) => Ok(groups.map_or("", |groups| groups.number(*number)).into()),
            Slot::Named(name) => Ok(groups.map_or("", |groups| groups.named(name)).into()),
        }
    }
}

impl Field {
    /// As a template names it.
    fn shown(&self) -> String {
        match self {
            Field::Header(name) => format!("header \"{name}\""),
            Field::Body(pointer) => format!("body \"{pointer}\""),
            field => NAMES
                .iter()
                .find(|(_, one)| one == field)
                .map_or(String::new(), |(name, _)| (*name).to_owned()),
        }
    }
}

impl JsonTemplate {
    pub(crate) fn read(value: &Value, regex: Option<&Regex>) -> Result<JsonTemplate, String> {
        Ok(match value {
            Value::String(text) => match Template::read(text, regex)? {
                template if template.fixed().is_some() => {
                    JsonTemplate::Fixed(Value::String(template.fixed().unwrap_or_default().to_owned()))
                }
                template => JsonTemplate::Text(template),
            },
            Value::Array(entries) => {
                let each: Result<_, _> =
                    entries.iter().map(|entry| JsonTemplate::read(entry, regex)).collect();
                JsonTemplate::List(each?)
            }
            Value::Object(fields) => {
                let field =
                    |(name, value): (&String, &Value)| Ok((name.clone(), JsonTemplate::read(value, regex)?));
                JsonTemplate::Object(fields.iter().map(field).collect::<Result<_, String>>()?)
            }
            fixed => JsonTemplate::Fixed(fixed.clone()),
        })
    }

    /// The value, filled in. A text that is nothing but a part of the body is of that part's type.
    pub(crate) fn fill(&self, filling: &Filling<'_>) -> Result<Value, String> {
        Ok(match self {
            JsonTemplate::Fixed(value) => value.clone(),
            JsonTemplate::Text(Template(parts)) => match parts.as_slice() {
                [TemplatePart::Slot(Slot::Of(field @ Field::Body(pointer)))] => {
                    filling.subject.sent.value(pointer).cloned().ok_or_else(|| field.shown())?
                }
                _ => Value::String(Template(parts.clone()).fill(filling)?),
            },
            JsonTemplate::List(entries) => {
                Value::Array(entries.iter().map(|entry| entry.fill(filling)).collect::<Result<_, _>>()?)
            }
            JsonTemplate::Object(fields) => {
                let field = |(name, value): &(String, JsonTemplate)| Ok((name.clone(), value.fill(filling)?));
                Value::Object(fields.iter().map(field).collect::<Result<Map<_, _>, String>>()?)
            }
        })
    }
}
