//! The keys of an answer that is being read, and what is wrong with them. Never knows what they mean.

use crate::rules::problem::Problems;
use crate::rules::problem::RulePlace;
use crate::rules::problem::within;
use crate::rules::template::JsonTemplate;
use crate::rules::template::Template;
use regex_lite::Regex;
use serde_json::Map;
use serde_json::Value;

/// An answer under construction: its keys, and what is wrong with them.
pub(super) struct AnswerEntry<'a, 'p> {
    pub(super) fields: &'a Map<String, Value>,
    pub(super) regex: Option<&'a Regex>,
    pub(super) place: &'a RulePlace<'a>,
    pub(super) problems: &'p mut Problems,
}

impl AnswerEntry<'_, '_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    pub(super) fn add(&mut self, name: &str, what: impl Into<String>) {
        self.problems.add(&within(self.place, name), what);
    }

    /// The template of this key; nothing and a problem where it is none.
    pub(super) fn template(&mut self, name: &str) -> Option<Template> {
        let read = Template::read(self.text(name)?, self.regex);
        self.problems.take(&within(self.place, name), read)
    }

    pub(super) fn json(&mut self, name: &str) -> Option<JsonTemplate> {
        let read = JsonTemplate::read(self.fields.get(name)?, self.regex);
        self.problems.take(&within(self.place, name), read)
    }

    pub(super) fn json_list(&mut self, name: &str) -> Vec<JsonTemplate> {
        match self.json(name) {
            Some(JsonTemplate::List(entries)) => entries,
            _ => Vec::new(),
        }
    }
}
