//! What a response says, decided once: its output items in order, and what it cost.

use crate::json::weight;
use crate::json::weight_of_fields;
use crate::plan::Call;
use crate::plan::Choice;
use crate::tokens::Encoding;
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    InProgress,
    Completed,
    /// It ends early, for this reason.
    Incomplete(&'static str),
    Failed,
    Cancelled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::InProgress => "in_progress",
            Status::Completed => "completed",
            Status::Incomplete(_) => "incomplete",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }

    /// Whether it will become another one.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Status::Queued | Status::InProgress)
    }
}

/// One output item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) id: String,
    /// Whether it was cut by the limit of tokens.
    pub(crate) cut: bool,
    pub(crate) said: Said,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Reasoning {
        summary: Vec<String>,
        encrypted: Option<String>,
    },
    /// A text or a refusal.
    Message {
        choice: Choice,
        annotations: Vec<Annotation>,
        phase: Option<&'static str>,
    },
    Call(Call),
    Hosted(Hosted),
}

/// A place in a text that something is cited for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotation {
    /// Where the cited text ends, in bytes: a stream tells it once so much was said.
    pub(crate) end: usize,
    pub(crate) value: Value,
}

/// What a tool did that runs on the server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hosted {
    /// What stands behind the id, when it begins and when it is done.
    pub(crate) begun: Map<String, Value>,
    pub(crate) done: Map<String, Value>,
    /// The events between the two.
    pub(crate) steps: Vec<Step>,
    pub(crate) extra: Option<Extra>,
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

/// An event of a hosted tool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// What follows `response.` in its name.
    pub(crate) name: &'static str,
    /// What it tells besides the item.
    pub(crate) told: Map<String, Value>,
}

/// Token counts of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) input: usize,
    pub(crate) output: usize,
    /// The part of the output that the model thought.
    pub(crate) reasoning: usize,
}

/// The whole response. The JSON of what it repeats of its request is written once, for it stands in
/// several events.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) background: bool,
    pub(crate) conversation: Option<String>,
    pub(crate) encoding: Encoding,
    /// How it ends.
    pub(crate) end: Status,
    /// Whether a stream that fails tells of it in an event of its own, at which clients raise.
    pub(crate) raises: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) usage: Usage,
    pub(crate) echo: Echo,
}

/// JSON of a response's fields, in the order of the reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Echo {
    /// `"instructions":` to `"model":"gpt-4o"`
    pub(crate) before_moderation: String,
    /// The value of `moderation`, once there is an output.
    pub(crate) moderation: Option<String>,
    /// `"parallel_tool_calls":` to `"safety_identifier":null`
    pub(crate) before_tier: String,
    pub(crate) service_tier: &'static str,
    /// `"store":` to `"tool_choice":"auto"`
    pub(crate) before_tool_usage: String,
    /// Mostly that of a response that used none.
    pub(crate) tool_usage: Cow<'static, str>,
    /// `"tools":` to `"truncation":"disabled"`
    pub(crate) before_usage: String,
    /// `"user":` and `"metadata":`
    pub(crate) after_usage: String,
}

impl Answer {
    /// The same with what is asked for besides.
    pub(crate) fn including(&self, asked: &[String]) -> Answer {
        let mut answer = self.clone();
        for item in &mut answer.items {
            if let Said::Hosted(hosted) = &mut item.said {
                hosted.include(|name| asked.iter().any(|one| one == name));
            }
        }
        answer
    }

    /// Roughly what it takes in memory.
    pub(crate) fn size(&self) -> usize {
        /// What an allocator adds to the dozen texts of a response.
        const ALLOCATIONS: usize = 12 * 16;
        let Echo { before_moderation, before_tier, before_tool_usage, before_usage, .. } = &self.echo;
        let parts = [before_moderation, before_tier, before_tool_usage, before_usage];
        let parts = parts.into_iter().chain(&self.echo.moderation).chain([&self.echo.after_usage]);
        let echo: usize = parts.map(String::len).sum();
        size_of::<Answer>()
            + ALLOCATIONS
            + self.id.len()
            + echo
            + self.items.iter().map(Item::size).sum::<usize>()
    }
}

impl Item {
    /// What a reader reads of it.
    pub(crate) fn words(&self) -> &str {
        match &self.said {
            Said::Message { choice, .. } => choice.words(),
            _ => "",
        }
    }

    fn size(&self) -> usize {
        let said = match &self.said {
            Said::Reasoning { summary, encrypted } => {
                summary.iter().map(String::len).sum::<usize>() + encrypted.as_ref().map_or(0, String::len)
            }
            Said::Message { choice, annotations, .. } => {
                /// A guess and its likely tokens, each some 80 bytes.
                const GUESS: usize = 160;
                let guesses = choice.guesses.as_deref().unwrap_or_default();
                let likely: usize = guesses.iter().map(|guess| GUESS + guess.top.len() * GUESS / 2).sum();
                choice.words().len()
                    + choice.pieces.len() * size_of::<usize>()
                    + annotations.len() * 512
                    + likely
            }
            Said::Call(call) => {
                let namespace = call.namespace.as_ref().map_or(0, String::len);
                call.id.len() + call.name.len() + namespace + call.arguments.len()
            }
            Said::Hosted(hosted) => {
                let steps = hosted.steps.iter().map(|step| weight_of_fields(&step.told) + size_of::<Step>());
                hosted.extra.as_ref().map_or(0, |extra| weight(&extra.value))
                    + weight_of_fields(&hosted.begun)
                    + weight_of_fields(&hosted.done)
                    + steps.sum::<usize>()
            }
        };
        size_of::<Item>() + self.id.len() + said
    }
}
