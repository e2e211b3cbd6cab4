//! What was asked, as far as rules look at it. Filled in by who has read the request; never reads one itself.

use crate::http::Headers;
use crate::http::shown;
use crate::rules::kind::AnswerKind;
use crate::rules::matcher::Texts;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;

/// What was asked: what a model hears, and what was sent with it.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) heard: &'a Heard<'a>,
    pub(crate) sent: Sent<'a>,
}

/// What a model hears. CapturedRequest with the captured request, so that it can be told later why a rule did not answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard<'a> {
    /// What the log of captured requests calls the operation.
    pub(crate) endpoint: &'static str,
    /// What kind of answer it can give.
    pub(crate) wants: AnswerKind,
    /// The model as it was sent and as replies name it.
    pub(crate) model: Vec<Cow<'a, str>>,
    /// What the user said last.
    pub(crate) user: Option<Cow<'a, str>>,
    pub(crate) system: Option<Cow<'a, str>>,
    /// What each turn says.
    pub(crate) any: Vec<Cow<'a, str>>,
    /// What tools have put out since the model spoke last; empty where somebody else has spoken since.
    pub(crate) tool_results: Vec<Cow<'a, str>>,
    /// The calls that these answer.
    pub(crate) tool_call_ids: Vec<Cow<'a, str>>,
    /// The tools that were called since the user spoke.
    pub(crate) tools_called: Vec<Cow<'a, str>>,
    /// Which answer of the conversation is asked for; 0 where there is no conversation.
    pub(crate) turn: u64,
    /// The tools that are offered.
    pub(crate) tools: Vec<Cow<'a, str>>,
    /// The name of the schema that the answer is held to.
    pub(crate) schema: Option<Cow<'a, str>>,
    /// What is to be embedded, moderated or drawn.
    pub(crate) input: Option<Cow<'a, str>>,
}

/// What a client sent.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a Headers,
    pub(crate) body: &'a Map<String, Value>,
    /// The API key; empty where there is none.
    pub(crate) key: &'a str,
}

/// A part of what was asked that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    User,
    System,
    Any,
    ToolResult,
    ToolCallId,
    ToolCalled,
    Tools,
    Model,
    Schema,
    Input,
    Key,
    /// The header of this name, in lower case.
    Header(String),
    /// The value of the body that this JSON pointer leads to.
    Body(String),
}

impl Field {
    /// Whether a bare text means the whole of what stands there, which is a name.
    pub(crate) fn is_name(&self) -> bool {
        matches!(
            self,
            Field::ToolCallId | Field::ToolCalled | Field::Tools | Field::Model | Field::Schema | Field::Key
        )
    }

    /// A text that stands there, as it may be told to anybody.
    pub(crate) fn shown_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self {
            Field::Key => shown("api-key", text),
            Field::Header(name) => shown(name, text),
            _ => Cow::Borrowed(text),
        }
    }

    /// The texts that stand there; none where there is nothing.
    pub(crate) fn texts<'s>(&self, subject: &Subject<'s>) -> Texts<'s> {
        fn borrowed<'s>(texts: impl IntoIterator<Item = &'s Cow<'s, str>>) -> Texts<'s> {
            texts.into_iter().map(|text| Cow::Borrowed(text.as_ref())).collect()
        }
        let Subject { heard, sent } = *subject;
        match self {
            Field::User => borrowed(&heard.user),
            Field::System => borrowed(&heard.system),
            Field::Any => borrowed(&heard.any),
            Field::ToolResult => borrowed(&heard.tool_results),
            Field::ToolCallId => borrowed(&heard.tool_call_ids),
            Field::ToolCalled => borrowed(&heard.tools_called),
            Field::Tools => borrowed(&heard.tools),
            Field::Model => borrowed(&heard.model),
            Field::Schema => borrowed(&heard.schema),
            Field::Input => borrowed(&heard.input),
            Field::Key => {
                Some(sent.key).filter(|key| !key.is_empty()).map(Cow::Borrowed).into_iter().collect()
            }
            Field::Header(name) => {
                let named = sent.headers.iter().filter(|(header, _)| header == name);
                named.map(|(_, value)| Cow::Borrowed(value)).collect()
            }
            Field::Body(pointer) => match sent.value(pointer) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::String(text)) => vec![Cow::Borrowed(text)],
                Some(other) => vec![Cow::Owned(other.to_string())],
            },
        }
    }
}

impl<'a> Sent<'a> {
    /// What a JSON pointer leads to in the body.
    pub(crate) fn value(&self, pointer: &str) -> Option<&'a Value> {
        let rest = pointer.strip_prefix('/')?;
        let (first, rest) = rest.split_once('/').map_or((rest, None), |(first, rest)| (first, Some(rest)));
        let value = self.body.get(&first.replace("~1", "/").replace("~0", "~"))?;
        match rest {
            Some(rest) => value.pointer(&format!("/{rest}")),
            None => Some(value),
        }
    }
}

impl Heard<'_> {
    /// The same for longer than the request lives.
    pub(crate) fn into_owned(self) -> Heard<'static> {
        fn one(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        fn all(texts: Vec<Cow<'_, str>>) -> Vec<Cow<'static, str>> {
            texts.into_iter().map(one).collect()
        }
        Heard {
            endpoint: self.endpoint,
            wants: self.wants,
            model: all(self.model),
            user: self.user.map(one),
            system: self.system.map(one),
            any: all(self.any),
            tool_results: all(self.tool_results),
            tool_call_ids: all(self.tool_call_ids),
            tools_called: all(self.tools_called),
            turn: self.turn,
            tools: all(self.tools),
            schema: self.schema.map(one),
            input: self.input.map(one),
        }
    }

    /// Roughly what it takes in memory.
    pub(crate) fn size(&self) -> usize {
        let tools = [&self.tool_results, &self.tool_call_ids, &self.tools_called, &self.tools];
        let lists = [&self.model, &self.any].into_iter().chain(tools);
        let texts = lists.flatten();
        let texts = texts.chain(&self.user).chain(&self.system).chain(&self.schema).chain(&self.input);
        size_of::<Heard<'_>>() + texts.map(|text| size_of::<Cow<'_, str>>() + text.len()).sum::<usize>()
    }
}
