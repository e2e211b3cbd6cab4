//! The fake model: what it is asked, and what it says to that, whichever operation asks. Endpoints read their
//! parameters into an [`Ask`], go through the one door, [`say`], and print what comes out. Knows neither
//! requests nor replies.

mod arguments;
mod compact;
mod count;
mod generated;
mod hearing;
mod hosted;
mod legacy;
mod moderate;
mod order;
mod phrases;
mod read;
mod say;
mod scripted;
mod tools;
mod triggers;
mod turn;
mod words;

pub(crate) use compact::Compacting;
pub(crate) use compact::SUMMARY;
pub(crate) use compact::summary;
pub(crate) use count::Counted;
pub(crate) use count::count;
pub(crate) use count::of_input;
pub(crate) use generated::Thinking;
pub(crate) use hosted::HostedKind;
pub(crate) use hosted::HostedTool;
pub(crate) use hosted::Hosting;
pub(crate) use hosted::mcp::Approval;
pub(crate) use hosted::mcp::McpTool;
pub(crate) use order::Author;
pub(crate) use order::Order;
pub(crate) use order::Quality;
pub(crate) use read::call;
pub(crate) use read::item;
pub(crate) use read::kind_of;
pub(crate) use read::message;
pub(crate) use read::part;
pub(crate) use read::stops;
pub(crate) use say::say;
pub(crate) use tools::Calling;
pub(crate) use tools::Tool;
pub(crate) use tools::Wish;
pub(crate) use turn::FileRef;
pub(crate) use turn::Part;
pub(crate) use turn::Role;
pub(crate) use turn::SoundRef;
pub(crate) use turn::Turn;
pub(crate) use words::Format;
pub(crate) use words::Structure;
pub(crate) use words::Wording;

use crate::model::Abilities;
use crate::model::abilities;
use crate::plan::Ends;
use crate::rules::Occasion;
use crate::tokens::Encoding;
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

/// What is asked. An operation fills in what it has parameters for, over what [`Ask::new`] says. What is
/// wished for is declared where it is honoured.
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

    pub(crate) wording: Wording<'a>,
    pub(crate) calling: Calling<'a>,
    pub(crate) hosting: Hosting<'a>,
    pub(crate) thinking: Thinking<'a>,
    pub(crate) compacting: Compacting,
    /// The model that is to moderate what is asked and said.
    pub(crate) moderator: Option<&'a str>,

    /// How many numbers a vector has.
    pub(crate) dimensions: usize,
    /// What is to be drawn.
    pub(crate) order: Option<&'a Order>,
    /// When the answer is given, in seconds since 1970.
    pub(crate) created: u64,
    pub(crate) occasion: Occasion<'a>,
}

impl<'a> Ask<'a> {
    /// One that asks a model to say something to these turns, and nothing else.
    pub(crate) fn new(
        endpoint: Endpoint,
        model: &'a str,
        turns: Vec<&'a Turn<'a>>,
        occasion: Occasion<'a>,
    ) -> Ask<'a> {
        let abilities = abilities(model);
        Ask {
            endpoint,
            model,
            abilities,
            encoding: abilities.encoding,
            triggers: Triggers::of_last(&turns),
            turns,
            items: &[],
            wording: Wording::default(),
            calling: Calling::default(),
            hosting: Hosting::default(),
            thinking: Thinking::default(),
            compacting: Compacting::Never,
            moderator: None,
            dimensions: 0,
            order: None,
            created: occasion.created,
            occasion,
        }
    }

    /// What ends an answer.
    fn ends(&self) -> Ends<'_> {
        Ends { encoding: self.encoding, stops: &self.wording.stops, limit: self.wording.limit }
    }

    /// Whether the model thinks before it answers, as far as its abilities tell.
    pub(crate) fn thinks(&self) -> bool {
        self.abilities.reasons() && self.thinking.effort != "none"
    }
}
