//! Reads YAML as the JSON value that it means, and finds the line of a place in it. Never writes YAML, and
//! never knows what a text is for.

mod scalar;

use crate::json::Seeker;
use granit_parser::Event;
use granit_parser::Marker;
use granit_parser::Options;
use granit_parser::Parser;
use granit_parser::ScalarStyle;
use granit_parser::ScanError;
use granit_parser::StrInput;
use granit_parser::Tag;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// What is wrong with a text, and where. Lines and columns count from one.
#[derive(Debug, PartialEq)]
pub(crate) struct YamlError {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) what: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl YamlError {
    fn at(place: Marker, what: impl Into<String>) -> YamlError {
        YamlError { line: place.line(), column: place.col() + 1, what: what.into() }
    }
}

impl From<ScanError> for YamlError {
    fn from(error: ScanError) -> YamlError {
        YamlError::at(*error.marker(), error.info())
    }
}

/// What serde_json allows in JSON, too.
const DEEPEST: usize = 127;

/// So many bytes may be said again by aliases: a few lines can mean more than any memory holds.
const MOST_SAID_AGAIN: usize = 64 << 20;

/// What a value takes beside its text.
const VALUE: usize = 64;

/// Reads a text that holds one document; an empty one is null. Names are texts as they are written, merge
/// keys (`<<`) are followed, and plain values are read by YAML 1.2: `yes` and `on` are texts.
pub(crate) fn read(text: &str) -> Result<Value, YamlError> {
    let mut reader = YamlReader::default();
    for event in events(text) {
        let (event, span) = event?;
        reader.take(event, span.start)?;
    }
    Ok(reader.whole.unwrap_or_default())
}

/// The line of what a JSON pointer leads to, or of the nearest around it that is there.
pub(crate) fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let mut search = Seeker::of(pointer);
    for event in events(text) {
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        match event {
            Event::MappingStart(..) => search.opens(line, true),
            Event::SequenceStart(..) => search.opens(line, false),
            Event::MappingEnd | Event::SequenceEnd => search.closes(),
            Event::Scalar(name, ..) if search.wants_key() => search.key(name.into_owned(), line),
            Event::Alias(_) if search.wants_key() => search.key(String::new(), line),
            Event::Scalar(..) | Event::Alias(_) => search.value(line),
            _ => {}
        }
        if search.found() {
            break;
        }
    }
    search.line()
}

fn events(text: &str) -> Parser<'_, StrInput<'_>> {
    let mut options = Options::default();
    // As libyaml has it, which recorded traffic is written with.
    options.block_scalar_eof_without_line_feed = true;
    Parser::new_from_str_with_options(text, options)
}

/// What has been read of a document.
#[derive(Default)]
struct YamlReader {
    open: Vec<Holder>,
    /// What can be said again, by the number of its anchor.
    anchored: HashMap<usize, Value>,
    said_again: usize,
    whole: Option<Value>,
}

/// A list or an object that has not ended.
struct Holder {
    anchor: usize,
    begins: Marker,
    kept: Kept,
}

enum Kept {
    List(Vec<Value>),
    Object {
        fields: Map<String, Value>,
        name: Option<Name>,
        /// What merge keys bring.
        merged: Vec<Map<String, Value>>,
    },
}

/// What the next value of an object goes by.
enum Name {
    Of(String),
    Merge,
}

impl YamlReader {
    fn take(&mut self, event: Event<'_>, place: Marker) -> Result<(), YamlError> {
        match event {
            Event::DocumentStart(..) if self.whole.is_some() => {
                Err(YamlError::at(place, "a second document begins here, where one is read"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(text, style, tag.as_deref(), anchor, place)
            }
            Event::Alias(anchor) => {
                let Some(value) = self.anchored.get(&anchor) else {
                    return Err(YamlError::at(place, "an alias stands inside of what it stands for"));
                };
                let value = value.clone();
                self.again(&value, place)?;
                self.put(value, place)
            }
            Event::SequenceStart(_, anchor, _) => self.open(anchor, place, Kept::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let kept = Kept::Object { fields: Map::new(), name: None, merged: Vec::new() };
                self.open(anchor, place, kept)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        anchor: usize,
        place: Marker,
    ) -> Result<(), YamlError> {
        let plain = style == ScalarStyle::Plain && tag.is_none();
        if let Some(Kept::Object { name: name @ None, .. }) = self.open.last_mut().map(|one| &mut one.kept) {
            *name =
                Some(if plain && text == "<<" { Name::Merge } else { Name::Of(text.clone().into_owned()) });
            if anchor > 0 {
                self.anchored.insert(anchor, Value::String(text.into_owned()));
            }
            return Ok(());
        }
        let value = scalar::value(text, plain, tag).map_err(|what| YamlError::at(place, what))?;
        self.finish(value, anchor, place)
    }

    fn open(&mut self, anchor: usize, begins: Marker, kept: Kept) -> Result<(), YamlError> {
        if self.open.len() >= DEEPEST {
            return Err(YamlError::at(
                begins,
                format!("values stand in each other more than {DEEPEST} deep"),
            ));
        }
        if self.names() {
            return Err(YamlError::at(begins, "a name is a text, not a list or an object"));
        }
        self.open.push(Holder { anchor, begins, kept });
        Ok(())
    }

    /// What comes next is a name.
    fn names(&self) -> bool {
        matches!(self.open.last(), Some(Holder { kept: Kept::Object { name: None, .. }, .. }))
    }

    fn close(&mut self) -> Result<(), YamlError> {
        let Some(holder) = self.open.pop() else { return Ok(()) };
        let value = match holder.kept {
            Kept::List(items) => Value::Array(items),
            Kept::Object { mut fields, merged, .. } => {
                for (name, value) in merged.into_iter().flatten() {
                    fields.entry(name).or_insert(value);
                }
                Value::Object(fields)
            }
        };
        self.finish(value, holder.anchor, holder.begins)
    }

    fn finish(&mut self, value: Value, anchor: usize, place: Marker) -> Result<(), YamlError> {
        if anchor > 0 {
            self.again(&value, place)?;
            self.anchored.insert(anchor, value.clone());
        }
        self.put(value, place)
    }

    /// Counts what is kept twice.
    fn again(&mut self, value: &Value, place: Marker) -> Result<(), YamlError> {
        self.said_again += size(value);
        if self.said_again > MOST_SAID_AGAIN {
            return Err(YamlError::at(place, "the aliases stand for more than 64 MB"));
        }
        Ok(())
    }

    fn put(&mut self, value: Value, place: Marker) -> Result<(), YamlError> {
        let Some(holder) = self.open.last_mut() else {
            self.whole = Some(value);
            return Ok(());
        };
        match &mut holder.kept {
            Kept::List(items) => items.push(value),
            Kept::Object { fields, name, merged } => match (name.take(), value) {
                (None, Value::String(text)) => *name = Some(Name::Of(text)),
                (None, _) => return Err(YamlError::at(place, "a name is a text")),
                (Some(Name::Of(text)), value) => {
                    if fields.contains_key(&text) {
                        return Err(YamlError::at(place, format!("the name '{text}' stands twice")));
                    }
                    fields.insert(text, value);
                }
                (Some(Name::Merge), Value::Object(more)) => merged.push(more),
                (Some(Name::Merge), Value::Array(all)) if all.iter().all(Value::is_object) => {
                    merged.extend(all.into_iter().filter_map(|one| match one {
                        Value::Object(more) => Some(more),
                        _ => None,
                    }));
                }
                (Some(Name::Merge), _) => {
                    return Err(YamlError::at(place, "'<<' merges an object, or a list of objects"));
                }
            },
        }
        Ok(())
    }
}

/// About how much memory a value takes.
fn size(value: &Value) -> usize {
    VALUE
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(size).sum(),
            Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value)).sum(),
            _ => 0,
        }
}

#[cfg(test)]
mod tests;
