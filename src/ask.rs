//! The fake model: what it is asked, and what it says to that, whichever operation asks. Endpoints read their
//! parameters into an [`Ask`], go through the one door, [`say`], and print what comes out. Knows neither
//! requests nor replies.

mod arguments;
mod count;
mod hosted;
mod legacy;
mod moderate;
mod order;
mod phrases;
mod read;
mod say;
mod tools;
mod triggers;
mod turn;
mod words;

pub(crate) use count::Counted;
pub(crate) use count::count;
pub(crate) use count::of_input;
pub(crate) use hosted::HostedKind;
pub(crate) use hosted::HostedTool;
pub(crate) use hosted::mcp::Approval;
pub(crate) use hosted::mcp::McpTool;
pub(crate) use order::Order;
pub(crate) use order::Quality;
pub(crate) use read::call;
pub(crate) use read::item;
pub(crate) use read::kind_of;
pub(crate) use read::message;
pub(crate) use read::part;
pub(crate) use read::stops;
pub(crate) use say::say;
pub(crate) use say::secret;
pub(crate) use tools::Tool;
pub(crate) use tools::Wish;
pub(crate) use turn::FileRef;
pub(crate) use turn::Part;
pub(crate) use turn::Role;
pub(crate) use turn::SoundRef;
pub(crate) use turn::Turn;

use crate::model::Abilities;
use crate::model::abilities;
use crate::plan::Ends;
use crate::tokens::Encoding;
use serde_json::Map;
use serde_json::Value;
use triggers::Triggers;

/// Which API asks. They count tokens differently, and not each can tell everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Chat,
    Responses,
    Completions,
    Embeddings,
    Moderations,
    Images,
}

/// Which text is wanted.
#[derive(Clone, Copy)]
pub(crate) enum Format<'a> {
    Text,
    /// Any JSON object.
    Object,
    /// JSON that a schema allows; `null` is any object.
    Schema(&'a Value),
}

/// What is asked. An operation fills in what it has parameters for, over what [`Ask::new`] says.
// What a request wants or does not are wishes of their own, not states of one thing.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Ask<'a> {
    pub(crate) endpoint: Endpoint,
    /// The model's name as it was sent.
    pub(crate) model: &'a str,
    pub(crate) abilities: &'static Abilities,
    pub(crate) encoding: Encoding,
    /// What the model reads. Of operations without a conversation, each input is a turn of the user.
    pub(crate) turns: Vec<&'a Turn<'a>>,
    /// The same with what the model does not read: its own thoughts, what ran on the server.
    pub(crate) items: &'a [Turn<'a>],
    /// What the last turn of the user asks for by a trigger.
    pub(crate) triggers: Triggers,

    /// How many answers there are to be.
    pub(crate) choices: usize,
    /// How many are tried for that, of which the best are told.
    pub(crate) tried: usize,
    /// Whether the prompt is repeated before the answer.
    pub(crate) echoes: bool,
    /// The most tokens of an answer.
    pub(crate) limit: Option<u64>,
    pub(crate) stops: Vec<&'a str>,
    pub(crate) biases: Option<&'a Map<String, Value>>,
    /// How many likely tokens are to be told for each; `None` where no probabilities are.
    pub(crate) guesses: Option<usize>,
    pub(crate) format: Format<'a>,
    pub(crate) verbosity: Option<&'a str>,
    /// The format of the sound, where the answer is to be spoken.
    pub(crate) speech: Option<&'a str>,

    pub(crate) tools: Vec<Tool<'a>>,
    pub(crate) wish: Wish<'a>,
    /// The names of the tools that may be called; `None` where all may.
    pub(crate) allowed: Option<Vec<&'a str>>,
    /// Whether several tools may be called at once.
    pub(crate) parallel: bool,
    /// Whether a call is told in the older form, which has one call and no id.
    pub(crate) older_calls: bool,
    /// The tools that run on the server and may be used, and how often in all.
    pub(crate) hosted: Vec<HostedTool<'a>>,
    pub(crate) hosted_most: usize,
    /// What is to be told besides.
    pub(crate) include: Vec<&'a str>,

    /// How hard the model thinks.
    pub(crate) effort: &'a str,
    /// Of how many parts the summary of its thoughts is.
    pub(crate) summary_parts: usize,
    /// Whether its thoughts are told, encrypted.
    pub(crate) tells_thoughts: bool,
    /// The model that is to moderate what is asked and said.
    pub(crate) moderator: Option<&'a str>,

    /// How many numbers a vector has.
    pub(crate) dimensions: usize,
    /// What is to be drawn.
    pub(crate) order: Option<&'a Order>,
    /// When the answer is given, in seconds since 1970.
    pub(crate) created: u64,
}

impl<'a> Ask<'a> {
    /// One that asks a model to say something to these turns, and nothing else.
    pub(crate) fn new(endpoint: Endpoint, model: &'a str, turns: Vec<&'a Turn<'a>>, created: u64) -> Ask<'a> {
        let abilities = abilities(model);
        Ask {
            endpoint,
            model,
            abilities,
            encoding: abilities.encoding,
            triggers: Triggers::of_last(&turns),
            turns,
            items: &[],
            choices: 1,
            tried: 1,
            echoes: false,
            limit: None,
            stops: Vec::new(),
            biases: None,
            guesses: None,
            format: Format::Text,
            verbosity: None,
            speech: None,
            tools: Vec::new(),
            wish: Wish::Auto,
            allowed: None,
            parallel: true,
            older_calls: false,
            hosted: Vec::new(),
            hosted_most: usize::MAX,
            include: Vec::new(),
            effort: "none",
            summary_parts: 0,
            tells_thoughts: false,
            moderator: None,
            dimensions: 0,
            order: None,
            created,
        }
    }

    /// What ends an answer.
    fn ends(&self) -> Ends<'_> {
        Ends { encoding: self.encoding, stops: &self.stops, limit: self.limit }
    }

    /// Whether the model thinks before it answers, as far as its abilities tell.
    pub(crate) fn thinks(&self) -> bool {
        self.abilities.reasons() && self.effort != "none"
    }
}
