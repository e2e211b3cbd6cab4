//! What a model can do, and what the API counts and tells of it: a row for each model. The rows stand in
//! `table`, what models of one kind have in common in `families`.

use crate::model::drawing::Drawing;
use crate::tokens::Encoding;

/// What a model is for.
pub(super) const CHAT: u8 = 1;
pub(super) const RESPONSES: u8 = 2;
pub(super) const COMPLETIONS: u8 = 4;
pub(super) const EMBEDDINGS: u8 = 8;
pub(super) const IMAGES: u8 = 16;
pub(super) const MODERATIONS: u8 = 32;

/// What one model can do. Of a name that is not known `id` is empty, and it is refused nothing.
// A row of a table: what a model does or does not are facts of their own, not states of one thing.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) id: &'static str,
    /// The operations that take it.
    pub(super) serves: u8,

    // How much it takes.
    /// Tokens of prompt and answer together; 0 where that is not known.
    pub(crate) window: u64,
    /// Tokens of the prompt alone; 0 where the window is the only limit.
    pub(crate) max_input: u64,
    /// Tokens of the answer; 0 where that is not known.
    pub(crate) max_output: u64,
    /// Whether prompt and limit of the answer must fit into the window together.
    pub(crate) limit_fills_window: bool,
    pub(crate) most_top_logprobs: u64,
    /// The most that `n` may be.
    pub(crate) most_choices: u64,

    // What it can be asked.
    /// The words that `reasoning_effort` may be; none where the model does not reason.
    pub(crate) efforts: &'static [&'static str],
    /// Whether it answers without a thought although it is one that reasons.
    pub(crate) answers_at_once: bool,
    /// Those words that only `reasoning.effort` of the Responses API may be.
    pub(super) efforts_of_responses_alone: &'static [&'static str],
    pub(crate) default_effort: &'static str,
    pub(crate) sees: bool,
    pub(crate) hears: bool,
    pub(crate) speaks: bool,
    /// Whether it refuses what neither has sound nor asks for it.
    pub(crate) needs_sound: bool,
    /// Whether it searches the web, and samples as it likes.
    pub(crate) searches: bool,
    /// Whether it can be held to a JSON schema.
    pub(crate) knows_schemas: bool,
    /// Whether it has the JSON mode without a schema.
    pub(crate) knows_json: bool,
    /// Whether messages may have the roles system and developer.
    pub(crate) takes_instructions: bool,
    pub(crate) takes_empty_tools: bool,
    pub(crate) takes_parallel_tool_calls: bool,
    pub(crate) calls_in_chat: CallsInChat,
    /// Whether `stop` is taken although it reasons.
    pub(crate) takes_stops: bool,
    /// Whether it says of `top_p` which value it takes while it reasons.
    pub(crate) knows_top_p: bool,
    /// Whether `verbosity` may be other than "medium".
    pub(crate) takes_verbosity: bool,
    /// Whether a summary of its thoughts may be "concise".
    pub(crate) takes_concise_summaries: bool,
    /// Whether `metadata` is refused for what is not stored.
    pub(crate) stores_for_metadata: bool,
    /// Whether `prompt_cache_retention` may be "in_memory".
    pub(crate) takes_short_retention: bool,
    /// Whether it puts text before a `suffix`.
    pub(crate) inserts: bool,

    // What replies tell of it.
    /// Whether a choice has the key `logprobs` when none were asked for.
    pub(crate) tells_logprobs: bool,
    /// Whether `system_fingerprint` is other than null.
    pub(crate) has_fingerprint: bool,
    pub(crate) tells_service_tier: bool,
    pub(crate) tells_cache_writes: bool,
    /// Whether text and images are counted apart from sound.
    pub(crate) tells_text_tokens: bool,
    /// Whether a completion's id is a UUID.
    pub(crate) has_uuids: bool,
    /// Whether a response says which program of access it was made in, also where there is none.
    pub(crate) tells_access: bool,
    /// Whether a message says that it is the final one.
    pub(crate) tells_phase: bool,
    /// How long it keeps a prompt, unless told otherwise.
    pub(crate) retention: &'static str,
    /// The `reasoning.context` that "auto" stands for.
    pub(crate) context: &'static str,
    pub(crate) default_top_p: f64,

    // What is counted.
    pub(crate) encoding: Encoding,
    pub(crate) chat: Overheads,
    pub(crate) responses: Overheads,
    /// The tokens around one call; several have the same around them for every model.
    pub(crate) around_call: usize,
    /// What it remembers of its thoughts, in tokens of each of its turns.
    pub(crate) remembered: usize,
    /// What its prompts count less than those of the model that it is made of.
    pub(crate) prompt_discount: usize,
    pub(crate) frame: Frame,
    /// What is told besides where a tool takes any text.
    pub(crate) freeform: usize,
    /// Whether the tokens of thoughts are told as they are, not in steps of 64.
    pub(crate) exact_thoughts: bool,
    pub(crate) image_tokens: ImageTokens,

    pub(crate) drawing: &'static Drawing,
}

/// When functions may be given in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallsInChat {
    Always,
    /// Not beside a `reasoning_effort` other than "none".
    UnlessToldToThink,
    /// Nor without one, where it thinks unless told otherwise.
    UnlessThinking,
}

/// The tokens that one of the two APIs counts beside those of texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Overheads {
    /// What stands before the answer.
    pub(crate) priming: usize,
    /// Around functions.
    pub(crate) tools: usize,
    /// Around a schema that the answer is held to.
    pub(crate) schema: usize,
    /// Around a call that was made.
    pub(crate) call: usize,
    /// Around several that were made at once.
    pub(crate) calls: usize,
    /// Around an answer that was given without a thought.
    pub(crate) answer: usize,
    /// Around thoughts and answer.
    pub(crate) thoughts: usize,
}

/// How a prompt is put together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Frame {
    /// As for gpt-3.5, gpt-4, gpt-4o, gpt-4.1 and the o-series.
    Older,
    /// As for gpt-5 and what came after it.
    Newer,
}

/// How many tokens an image is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ImageTokens {
    /// So many, and more for each tile of 512 pixels.
    Tiles { base: usize, tile: usize },
    /// For each patch of 32 pixels, in thousandths, and one more.
    Patches { thousandths: usize },
}

impl Abilities {
    pub(super) fn serves(&self, what: u8) -> bool {
        self.serves & what != 0
    }

    pub(crate) fn is_known(&self) -> bool {
        !self.id.is_empty()
    }

    pub(crate) fn reasons(&self) -> bool {
        !self.efforts.is_empty()
    }

    /// The words that `reasoning.effort` may be on the Responses API.
    pub(crate) fn efforts_of_responses(&self) -> Vec<&'static str> {
        self.efforts.iter().chain(self.efforts_of_responses_alone).copied().collect()
    }
}
