//! Rules as a test in Rust gives them to its server. Never says more than a rules file can.

use crate::state::State;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A rule under construction: what must hold, and at the end what is answered. Nothing is given to the server
/// before that.
///
/// A text is contained; `json!({"regex": "..."})` and the like, as docs/rules.md has them, are taken as well.
#[must_use = "a rule is given to the server with its answer, such as `says`"]
pub struct RuleBuilder<'a> {
    state: &'a State,
    rule: Map<String, Value>,
    wanted: Map<String, Value>,
    answers: Vec<Value>,
}

impl<'a> RuleBuilder<'a> {
    pub(super) fn new(state: &'a State) -> RuleBuilder<'a> {
        RuleBuilder { state, rule: Map::new(), wanted: Map::new(), answers: Vec::new() }
    }

    /// A condition by its name in a rules file.
    pub fn when(mut self, key: &str, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.wanted.insert(key.to_owned(), wanted.into());
        self
    }

    /// What the user said last.
    pub fn user(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("user", wanted)
    }

    /// What the model is told by system messages and instructions.
    pub fn system(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("system", wanted)
    }

    /// What the tool has put out that the request ends with; `Value::Null` where it ends otherwise.
    pub fn tool_result(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("tool_result", wanted)
    }

    /// The name of a tool that is offered.
    pub fn tools(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("tools", wanted)
    }

    /// The model.
    pub fn model(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("model", wanted)
    }

    /// The operation: `chat`, `responses`, `embeddings`, ...
    pub fn endpoint(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("endpoint", wanted)
    }

    /// What is to be embedded, moderated or drawn.
    pub fn input(self, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.when("input", wanted)
    }

    /// A header.
    pub fn header(self, name: &str, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.inner("header", name, wanted.into())
    }

    /// A value of the body, by a JSON pointer such as `/metadata/test`.
    pub fn body(self, pointer: &str, wanted: impl Into<Value>) -> RuleBuilder<'a> {
        self.inner("body", pointer, wanted.into())
    }

    fn inner(mut self, key: &str, name: &str, wanted: Value) -> RuleBuilder<'a> {
        let all = self.wanted.entry(key).or_insert_with(|| json!({}));
        if let Some(all) = all.as_object_mut() {
            all.insert(name.to_owned(), wanted);
        }
        self
    }

    /// What captured requests call it.
    pub fn name(self, name: &str) -> RuleBuilder<'a> {
        self.with("name", name)
    }

    /// The API key that it is for; all where it is left out.
    pub fn key(self, key: &str) -> RuleBuilder<'a> {
        self.with("key", key)
    }

    /// How often it answers.
    pub fn times(self, times: u64) -> RuleBuilder<'a> {
        self.with("times", times)
    }

    /// Rules of a higher priority are asked first; 0 where it is left out.
    pub fn priority(self, priority: i64) -> RuleBuilder<'a> {
        self.with("priority", priority)
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> RuleBuilder<'a> {
        self.rule.insert(key.to_owned(), value.into());
        self
    }

    /// An answer of a rules file that is given once, before the ones that follow.
    pub fn first(mut self, answer: Value) -> RuleBuilder<'a> {
        self.answers.push(answer);
        self
    }

    /// It answers with this, in the form of a rules file.
    ///
    /// # Errors
    /// Tells what is wrong with the rule: a pattern or a template, mostly.
    pub fn answers(mut self, answer: Value) -> Result<(), String> {
        self.answers.push(answer);
        self.rule.insert("match".to_owned(), self.wanted.into());
        self.rule.insert("answers".to_owned(), self.answers.into());
        self.state.add_rules(&self.rule.into()).map(drop)
    }

    /// It answers with this text.
    ///
    /// # Errors
    /// As [`RuleBuilder::answers`].
    pub fn says(self, text: &str) -> Result<(), String> {
        self.answers(json!({"text": text}))
    }

    /// It answers with a call of this tool.
    ///
    /// # Errors
    /// As [`RuleBuilder::answers`].
    pub fn calls(self, name: &str, arguments: impl Into<Value>) -> Result<(), String> {
        self.answers(json!({"calls": [{"name": name, "arguments": arguments.into()}]}))
    }

    /// It refuses, as a model does.
    ///
    /// # Errors
    /// As [`RuleBuilder::answers`].
    pub fn refuses(self, text: &str) -> Result<(), String> {
        self.answers(json!({"refusal": text}))
    }

    /// It fails with one of the API's errors, such as `rate_limit`.
    ///
    /// # Errors
    /// As [`RuleBuilder::answers`].
    pub fn fails(self, error: &str) -> Result<(), String> {
        self.answers(json!({"error": error}))
    }
}
