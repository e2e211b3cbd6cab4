//! What is said, decided once, before anyone asks for its shape: the same for every endpoint. Knows neither
//! requests nor replies.

mod answer;
mod bias;
mod choice;
mod given;
mod kinds;
mod logprobs;

pub(crate) use answer::Answer;
pub(crate) use answer::Echo;
pub(crate) use answer::Output;
pub(crate) use answer::OutputItem;
pub(crate) use answer::Status;
pub(crate) use bias::biased;
pub(crate) use bias::forced;
pub(crate) use choice::Call;
pub(crate) use choice::Choice;
pub(crate) use choice::Content;
pub(crate) use choice::Ends;
pub(crate) use choice::FinishReason;
pub(crate) use choice::Speech;
pub(crate) use given::Given;
pub(crate) use given::GivenUsage;
pub(crate) use given::Usage;
pub(crate) use kinds::kind_of_item;
pub(crate) use logprobs::GivenToken;
pub(crate) use logprobs::Guess;
pub(crate) use logprobs::Likely;
pub(crate) use logprobs::guesses;

use serde_json::Map;
use serde_json::Value;

/// Everything that is said to one request. What an endpoint cannot tell is empty.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Answers, one beside the other.
    pub(crate) choices: Vec<Choice>,
    /// What the model tells of its thoughts.
    pub(crate) thought: Thought,
    /// What tools did that run on the server, before the answer or in its place.
    pub(crate) hosted: HostedWork,
    /// What stands for the conversation from now on, behind the answer or in its place.
    pub(crate) compaction: Option<Hosted>,
    /// What the answer cites.
    pub(crate) annotations: Vec<Annotation>,
    /// What a moderation model says of what was asked and of the answer, where that was asked for.
    pub(crate) moderation: Option<[Flags; 2]>,
    pub(crate) failure: Option<Failure>,
    pub(crate) given: Given,
    /// A vector for each input.
    pub(crate) vectors: Vec<Embedding>,
    /// What a moderation model says of each input.
    pub(crate) flags: Vec<Flags>,
    /// Pictures; in a stream, the stages of one.
    pub(crate) pictures: Vec<Drawn>,
    /// Tokens of answers that were tried and found worse.
    pub(crate) tried_tokens: usize,
}

impl Said {
    /// The calls of all answers.
    pub(crate) fn calls_mut(&mut self) -> impl Iterator<Item = &mut Call> {
        self.choices.iter_mut().flat_map(|choice| match &mut choice.content {
            Content::Calls { calls, .. } => calls.as_mut_slice(),
            Content::Function { call, .. } => std::slice::from_mut(call),
            _ => &mut [],
        })
    }
}

/// A vector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Embedding {
    Drawn(Vec<f32>),
    /// Told with each digit that it was given with.
    Given(Vec<f64>),
}

/// What a model tells of its thoughts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Thought {
    pub(crate) summary: Vec<String>,
    /// All of them, in a form that only the model can read.
    pub(crate) encrypted: Option<String>,
}

/// How a request fails that nothing is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is a reply, which says that it failed.
    Told,
    /// There is an error in place of a reply, or in the midst of its events.
    Raised,
}

/// A picture: which one it is, and its file, where that is not drawn later from its name.
#[derive(Debug)]
pub(crate) struct Drawn {
    /// 32 hexadecimal digits that it can be drawn from again, or that follow from its file.
    pub(crate) name: String,
    pub(crate) file: Vec<u8>,
    /// Where it is, if that is given; told in place of the file or of an address here.
    pub(crate) url: Option<String>,
    /// The prompt that the model made of what was asked, if that is given.
    pub(crate) revised_prompt: Option<String>,
}

/// What a moderation model says of one input.
#[derive(Debug)]
pub(crate) struct Flags(pub(crate) Vec<Flag>);

/// What moderations know, in the API's order.
pub(crate) const CATEGORY_NAMES: [&str; 13] = [
    "harassment",
    "harassment/threatening",
    "sexual",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm/intent",
    "self-harm/instructions",
    "self-harm",
    "sexual/minors",
    "violence",
    "violence/graphic",
];

/// What it says of one category.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Flag {
    pub(crate) category: &'static str,
    pub(crate) is_raised: bool,
    pub(crate) score: f64,
    /// Whether the input's texts and its images were looked at.
    pub(crate) of_text: bool,
    pub(crate) of_image: bool,
}

/// What tools did that run on the server.
#[derive(Debug, Default)]
pub(crate) struct HostedWork {
    pub(crate) items: Vec<Hosted>,
    /// Tokens that the model wrote for them.
    pub(crate) tokens: usize,
    pub(crate) searches: usize,
    /// The tokens of prompt and picture of each picture that was drawn.
    pub(crate) pictures: Vec<(u64, u64)>,
    /// Whether the client must allow something before the answer goes on.
    pub(crate) waits: bool,
}

/// What one of them did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hosted {
    /// Its id, where that is given.
    pub(crate) id: Option<String>,
    /// What it begins with otherwise.
    pub(crate) prefix: &'static str,
    /// What stands behind the id, when it begins and when it is done.
    pub(crate) begun: Map<String, Value>,
    pub(crate) done: Map<String, Value>,
    /// The events between the two.
    pub(crate) steps: Vec<HostedStep>,
    pub(crate) extra: Option<Extra>,
}

/// An event of a hosted tool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HostedStep {
    /// What follows `response.` in its name.
    pub(crate) name: &'static str,
    /// What it tells besides the item.
    pub(crate) told: Map<String, Value>,
}

/// A field that is told only to those who ask for it, when it is made or later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Extra {
    /// What `include` calls it.
    pub(crate) name: &'static str,
    /// The field, or the object and the field in it.
    pub(crate) path: &'static [&'static str],
    pub(crate) value: Value,
}

impl Hosted {
    /// Tells the field from now on, if it is asked for.
    pub(crate) fn include(&mut self, asked: impl FnOnce(&str) -> bool) {
        match self.extra.take() {
            Some(Extra { name, path, value }) if asked(name) => match path {
                [object, field] => self.done[*object][*field] = value,
                [field, ..] => drop(self.done.insert((*field).to_owned(), value)),
                [] => {}
            },
            extra => self.extra = extra,
        }
    }
}

/// A place in a text that something is cited for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotation {
    /// Where the cited text ends, in bytes: a stream tells it once so much was said.
    pub(crate) end: usize,
    pub(crate) value: Value,
}
