//! What a model is asked and what it says, whichever operation asks: chat completions and responses put
//! their parameters into an [`Ask`], and from there on go the same way.

mod decide;
mod logprobs;
mod media;
mod messages;
mod moderation;
mod prompt;
mod tools;

pub(in crate::api) use logprobs::write_guesses;
pub(in crate::api) use media::check_file;
pub(in crate::api) use media::check_image;
pub(in crate::api) use media::check_sound;
pub(in crate::api) use messages::call;
pub(in crate::api) use messages::calls;
pub(in crate::api) use messages::image;
pub(in crate::api) use messages::kind;
pub(in crate::api) use messages::parts;
pub(in crate::api) use messages::role;
pub(in crate::api) use messages::since_user;
pub(in crate::api) use messages::texts;
pub(in crate::api) use moderation::check_moderation;
pub(in crate::api) use prompt::tokens;
pub(in crate::api) use prompt::tokens_of_sound;
pub(in crate::api) use tools::Tool;
pub(in crate::api) use tools::Wish;
pub(in crate::api) use tools::called;
pub(in crate::api) use tools::mentions;
pub(in crate::api) use tools::tool;
pub(in crate::api) use tools::word_of;

use crate::model::Abilities;
use crate::model::Overheads;
use serde_json::Map;
use serde_json::Value;

/// Which API asks. They count tokens differently, and print calls differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Api {
    Chat,
    /// Chat with the older `functions`: one call, in a form of its own.
    Functions,
    Responses,
}

/// Which text is wanted.
#[derive(Clone, Copy)]
pub(in crate::api) enum Format<'a> {
    Text,
    /// Any JSON object.
    Object,
    /// JSON that a schema allows; `null` is any object.
    Schema(&'a Value),
}

/// What is asked.
pub(in crate::api) struct Ask<'a> {
    pub(in crate::api) api: Api,
    pub(in crate::api) abilities: &'a Abilities,
    /// Messages of a chat, or items of a response, which are read alike.
    pub(in crate::api) turns: Vec<&'a Value>,
    pub(in crate::api) tools: Vec<Tool<'a>>,
    pub(in crate::api) wish: Wish<'a>,
    /// The names of the tools that may be called; `None` where all may.
    pub(in crate::api) allowed: Option<Vec<&'a str>>,
    /// Whether several tools may be called at once.
    pub(in crate::api) parallel: bool,
    pub(in crate::api) format: Format<'a>,
    pub(in crate::api) verbosity: Option<&'a str>,
    /// How hard the model thinks.
    pub(in crate::api) effort: &'a str,
    pub(in crate::api) biases: Option<&'a Map<String, Value>>,
    pub(in crate::api) stops: Vec<&'a str>,
    /// The most tokens of the answer.
    pub(in crate::api) limit: Option<u64>,
    /// How many likely tokens are to be told for each; `None` where no probabilities are.
    pub(in crate::api) guesses: Option<usize>,
    /// The format of the sound, where the answer is to be spoken.
    pub(in crate::api) speech: Option<&'a str>,
    pub(in crate::api) created: u64,
}

impl Ask<'_> {
    /// What this API counts beside texts.
    fn overheads(&self) -> &Overheads {
        match self.api {
            Api::Chat | Api::Functions => &self.abilities.chat,
            Api::Responses => &self.abilities.responses,
        }
    }
}
