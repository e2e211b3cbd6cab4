//! What a rule answers, typed. Never says it: that is the door's.

use crate::faults::FaultOrder;
use crate::plan::GivenToken;
use crate::plan::GivenUsage;
use crate::rules::kind::AnswerKind;
use crate::rules::template::JsonTemplate;
use crate::rules::template::Template;
use serde_json::Value;
use std::sync::Arc;

/// One answer of a rule.
#[derive(Debug)]
pub(crate) struct RuleAnswer {
    pub(crate) what: What,
    pub(crate) named: Named,
    /// What is made to go wrong with it, each by itself.
    pub(crate) faults: Vec<Arc<FaultOrder>>,
}

/// What is answered.
#[derive(Debug)]
pub(crate) enum What {
    /// What is generated.
    Pass,
    Words(Box<ModelWords>),
    Vector(Vec<f64>),
    /// The vector of another text.
    Like(Template),
    /// Categories, and their scores where these are told.
    Flags(Vec<(String, Option<f64>)>),
    Images(Vec<GivenImage>),
    /// The whole reply.
    Literal {
        status: u16,
        headers: Vec<(String, String)>,
        body: JsonTemplate,
    },
    Error(AskedError),
}

/// What a reply is called in place of what is made up.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) id: Option<Template>,
    pub(crate) created: Option<u64>,
    pub(crate) model: Option<Template>,
    pub(crate) fingerprint: Option<Template>,
    pub(crate) usage: GivenUsage,
}

/// What a model says.
#[derive(Debug, Default)]
pub(crate) struct ModelWords {
    /// Several for several answers; never none.
    pub(crate) choices: Vec<Spoken>,
    pub(crate) reasoning: Vec<Template>,
    pub(crate) items: Vec<JsonTemplate>,
    pub(crate) annotations: Vec<JsonTemplate>,
    pub(crate) pieces: Option<Pieces>,
    /// Whether stops and limits are passed over.
    pub(crate) raw: bool,
}

impl ModelWords {
    /// What is said in the answer of this number: where there are more of them, from the first one on.
    pub(crate) fn choice(&self, index: usize) -> &Spoken {
        &self.choices[index % self.choices.len()]
    }
}

/// One answer of it.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Nothing where it is the generated one, or calls alone.
    pub(crate) text: Option<SpokenText>,
    pub(crate) calls: Vec<SpokenCall>,
    pub(crate) finish_reason: Option<String>,
    pub(crate) logprobs: Option<Vec<(GivenToken, Vec<GivenToken>)>>,
}

impl Spoken {
    /// Whether it leaves to the generator what is said.
    pub(crate) fn is_generated(&self) -> bool {
        self.text.is_none() && self.calls.is_empty()
    }
}

#[derive(Debug)]
pub(crate) enum SpokenText {
    Text(Template),
    Json(JsonTemplate),
    Refusal(Template),
}

#[derive(Debug)]
pub(crate) struct SpokenCall {
    pub(crate) name: String,
    pub(crate) id: Option<Template>,
    pub(crate) given: CallArguments,
}

/// What a called tool is given.
#[derive(Debug)]
pub(crate) enum CallArguments {
    Json(JsonTemplate),
    /// The text of JSON, be it right or wrong.
    Text(Template),
    /// Any text, for a custom tool.
    Input(Template),
}

/// How a stream cuts the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pieces {
    Texts(Vec<String>),
    /// So many characters each.
    Chars(usize),
}

/// A picture, and the prompt that the model made of what was asked.
#[derive(Clone, Debug)]
pub(crate) struct GivenImage {
    pub(crate) source: ImageSource,
    pub(crate) revised_prompt: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum ImageSource {
    File(Arc<Vec<u8>>),
    Url(String),
}

/// An error: one of the API's own, or what differs from it.
#[derive(Debug, Default)]
pub(crate) struct AskedError {
    pub(crate) name: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) message: Option<Template>,
    /// `null` where there is to be none.
    pub(crate) kind: Option<Value>,
    pub(crate) code: Option<Value>,
    pub(crate) param: Option<Value>,
    pub(crate) headers: Vec<(String, String)>,
}

impl RuleAnswer {
    pub(crate) fn kind(&self) -> AnswerKind {
        match self.what {
            What::Pass | What::Literal { .. } | What::Error(_) => AnswerKind::Any,
            What::Words(_) => AnswerKind::Words,
            What::Vector(_) | What::Like(_) => AnswerKind::Vectors,
            What::Flags(_) => AnswerKind::Flags,
            What::Images(_) => AnswerKind::Images,
        }
    }
}
