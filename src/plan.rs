//! What is said, decided once, before anyone asks for its shape: the same for every endpoint. Knows neither
//! requests nor replies.

mod answer;
mod bias;
mod logprobs;

pub(crate) use answer::Answer;
pub(crate) use answer::Echo;
pub(crate) use answer::Output;
pub(crate) use answer::OutputItem;
pub(crate) use answer::Status;
pub(crate) use answer::Usage;
pub(crate) use bias::biased;
pub(crate) use bias::forced;
pub(crate) use logprobs::Guess;
pub(crate) use logprobs::Likely;
pub(crate) use logprobs::guesses;

use crate::tokens::Encoding;
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
    /// What the answer cites.
    pub(crate) annotations: Vec<Annotation>,
    /// What a moderation model says of what was asked and of the answer, where that was asked for.
    pub(crate) moderation: Option<[Flags; 2]>,
    pub(crate) failure: Option<Failure>,
    /// A vector for each input.
    pub(crate) vectors: Vec<Vec<f32>>,
    /// What a moderation model says of each input.
    pub(crate) flags: Vec<Flags>,
    /// Pictures; in a stream, the stages of one.
    pub(crate) pictures: Vec<Drawn>,
    /// Tokens of answers that were tried and found worse.
    pub(crate) tried_tokens: usize,
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

/// A picture: which one it is, and its file, where it is not fetched later by its name.
#[derive(Debug)]
pub(crate) struct Drawn {
    /// 32 hexadecimal digits that it can be drawn from again.
    pub(crate) name: String,
    pub(crate) file: Vec<u8>,
}

/// What a moderation model says of one input.
#[derive(Debug)]
pub(crate) struct Flags(pub(crate) Vec<Flag>);

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
    /// What its id begins with.
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

/// Why a choice ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FinishReason {
    Stop,
    Length,
    ToolCalls,
    FunctionCall,
    ContentFilter,
}

impl FinishReason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
            FinishReason::ToolCalls => "tool_calls",
            FinishReason::FunctionCall => "function_call",
            FinishReason::ContentFilter => "content_filter",
        }
    }
}

/// A call of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) id: String,
    /// Whether the tool takes any text instead of JSON.
    pub(crate) custom: bool,
    pub(crate) name: String,
    /// The namespace that the tool is in.
    pub(crate) namespace: Option<String>,
    /// JSON, or any text.
    pub(crate) arguments: String,
    /// The tokens of the arguments, and where in them each piece of a stream ends.
    pub(crate) tokens: usize,
    pub(crate) pieces: Vec<usize>,
}

impl Call {
    /// The same, its arguments measured: once, for all that count or send them.
    pub(crate) fn measured(mut self, encoding: Encoding) -> Call {
        self.tokens = 0;
        self.pieces.clear();
        for token in encoding.tokens(&self.arguments) {
            self.tokens += 1;
            if self.arguments.is_char_boundary(token.range.end) {
                self.pieces.push(token.range.end);
            }
        }
        self
    }

    /// The arguments as a stream sends them: a token each, but never a part of a character.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        pieces(&self.arguments, &self.pieces)
    }
}

/// What stands between these ends.
fn pieces<'a>(text: &'a str, ends: &'a [usize]) -> impl Iterator<Item = &'a str> {
    let mut start = 0;
    ends.iter().map(move |&end| {
        let piece = &text[start..end];
        start = end;
        piece
    })
}

/// What a choice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text(String),
    Refusal(String),
    Calls(Vec<Call>),
    /// The older form of a call.
    Function(Call),
    Spoken(Speech),
}

/// A text that is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Speech {
    pub(crate) id: String,
    pub(crate) transcript: String,
    /// The file, or for a stream its samples.
    pub(crate) data: Vec<u8>,
    /// The part of the choice's tokens that is sound.
    pub(crate) tokens: usize,
    /// Until when the sound can be referred to, in seconds since 1970.
    pub(crate) expires_at: u64,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The prompt, where it is to be repeated before the answer.
    pub(crate) echo: String,
    pub(crate) content: Content,
    pub(crate) finish_reason: FinishReason,
    /// The tokens of what it says and of what the model thought.
    pub(crate) tokens: usize,
    /// The part of them that the model thought.
    pub(crate) reasoning: usize,
    /// Where in the text each piece ends.
    pub(crate) pieces: Vec<usize>,
    /// The probabilities of its tokens, where they were asked for; behind those of what it repeats.
    pub(crate) guesses: Option<Vec<Guess>>,
}

/// What ends a choice before its end.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) encoding: Encoding,
    pub(crate) stops: &'a [&'a str],
    /// The most tokens, those of thought included.
    pub(crate) limit: Option<u64>,
}

impl Choice {
    /// A text that ends by itself, before the first of the stops that it contains, or at the limit,
    /// whichever comes first. `overhead` is what the model counts beside text and thought.
    pub(crate) fn of_text(mut text: String, ends: Ends<'_>, reasoning: usize, overhead: usize) -> Choice {
        let stops = ends.stops.iter().filter(|stop| !stop.is_empty());
        if let Some(at) = stops.filter_map(|stop| text.find(stop)).min() {
            text.truncate(at);
        }
        let limit = ends.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let reasoning = reasoning.min(limit);
        let room = limit - reasoning;
        // One pass: encoding is the dearest part of a short reply.
        let mut pieces = Vec::with_capacity(32);
        let mut count = 0;
        let mut cut = false;
        for token in ends.encoding.tokens(&text) {
            cut = count == room;
            if cut {
                break;
            }
            count += 1;
            if text.is_char_boundary(token.range.end) {
                pieces.push(token.range.end);
            }
        }
        if cut {
            text.truncate(pieces.last().copied().unwrap_or(0));
        }
        let (finish_reason, tokens) = if cut || reasoning > 0 && room == 0 {
            (FinishReason::Length, limit)
        } else {
            (FinishReason::Stop, (reasoning + count + overhead).min(limit))
        };
        let content = Content::Text(text);
        Choice { echo: String::new(), content, finish_reason, tokens, reasoning, pieces, guesses: None }
    }

    /// The text or the refusal as a stream sends it: a token each, but never a part of a character.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        pieces(self.words(), &self.pieces)
    }

    /// The same, each piece with the guesses that it covers.
    pub(crate) fn guessed(&self) -> impl Iterator<Item = (&str, &[Guess])> {
        let guesses = self.guesses.as_deref().unwrap_or_default();
        let (mut end, mut covered) = (0, 0);
        self.pieces().map(move |piece| {
            end += piece.len();
            let start = covered;
            covered += guesses[start..].iter().take_while(|guess| guess.end <= end).count();
            (piece, &guesses[start..covered])
        })
    }

    /// The text, if it says one.
    pub(crate) fn text(&self) -> &str {
        match &self.content {
            Content::Text(text) => text,
            _ => "",
        }
    }

    /// What a reader reads: the text or the refusal.
    pub(crate) fn words(&self) -> &str {
        match &self.content {
            Content::Text(text) | Content::Refusal(text) => text,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(stops: &[&str], limit: Option<u64>, text: &str, reason: FinishReason) {
        let ends = Ends { encoding: Encoding::O200k, stops, limit };
        let choice = Choice::of_text("One two, three.".to_owned(), ends, 0, 0);
        assert_eq!((choice.text(), choice.finish_reason), (text, reason));
    }

    #[test]
    fn a_choice_ends_where_it_is_told_to() {
        ends(&[], None, "One two, three.", FinishReason::Stop);
        ends(&["three", "two"], None, "One ", FinishReason::Stop);
        ends(&["", "four"], None, "One two, three.", FinishReason::Stop);
        ends(&[], Some(2), "One two", FinishReason::Length);
        ends(&[], Some(5), "One two, three.", FinishReason::Stop);
        ends(&[], Some(0), "", FinishReason::Length);
        ends(&["two"], Some(1), "One", FinishReason::Length);
        ends(&[" two"], Some(1), "One", FinishReason::Stop);
    }

    #[test]
    fn thought_counts_against_the_limit() {
        let choice = |limit| {
            let ends = Ends { encoding: Encoding::O200k, stops: &[], limit };
            let choice = Choice::of_text("One two, three.".to_owned(), ends, 64, 10);
            (choice.text().to_owned(), choice.finish_reason.name(), choice.tokens, choice.reasoning)
        };
        assert_eq!(choice(Some(32)), (String::new(), "length", 32, 32));
        assert_eq!(choice(Some(66)), ("One two".to_owned(), "length", 66, 64));
        assert_eq!(choice(None), ("One two, three.".to_owned(), "stop", 79, 64));
    }
}
