//! One answer: a text, a refusal, calls or speech, why it ends, and in which pieces it is sent.

use crate::plan::Guess;
use crate::tokens::Encoding;

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
    /// All of them.
    const ALL: [FinishReason; 5] = [
        FinishReason::Stop,
        FinishReason::Length,
        FinishReason::ToolCalls,
        FinishReason::FunctionCall,
        FinishReason::ContentFilter,
    ];

    /// The one of this name.
    pub(crate) fn of(name: &str) -> Option<FinishReason> {
        FinishReason::ALL.into_iter().find(|reason| reason.name() == name)
    }

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
    /// Whether a stream sends these pieces whatever it would do otherwise.
    pub(crate) is_cut: bool,
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

    /// Has a stream send the pieces that end here; what is empty and what is not there is left out.
    pub(crate) fn cut_at(&mut self, ends: impl IntoIterator<Item = usize>) {
        let length = self.arguments.len();
        self.pieces = ends.into_iter().chain([length]).filter(|end| (1..=length).contains(end)).collect();
        self.pieces.dedup();
        self.is_cut = true;
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
    /// Calls, and the text that is said before them, empty where there is none.
    Calls {
        before: String,
        calls: Vec<Call>,
    },
    /// The older form of a call.
    Function {
        before: String,
        call: Call,
    },
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

impl Ends<'_> {
    /// Nothing ends it.
    pub(crate) fn never(encoding: Encoding) -> Ends<'static> {
        Ends { encoding, stops: &[], limit: None }
    }
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

    /// The same, cut into these pieces by a stream; what they do not say is a piece of its own.
    pub(crate) fn in_pieces(mut self, given: &[String]) -> Choice {
        let words = self.words();
        let mut end = 0;
        let mut ends = Vec::with_capacity(given.len() + 1);
        for piece in given {
            if !words[end..].starts_with(piece.as_str()) {
                break;
            }
            end += piece.len();
            ends.push(end);
        }
        if end < words.len() {
            ends.push(words.len());
        }
        self.pieces = ends;
        self
    }

    /// The same, cut into pieces of so many characters by a stream.
    pub(crate) fn in_steps(mut self, characters: usize) -> Choice {
        let words = self.words();
        let starts = words.char_indices().map(|(at, _)| at).step_by(characters.max(1)).skip(1);
        let last = (!words.is_empty()).then_some(words.len());
        self.pieces = starts.chain(last).collect();
        self
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

    /// The text, if it says one, alone or before it calls.
    pub(crate) fn text(&self) -> &str {
        match &self.content {
            Content::Text(text)
            | Content::Calls { before: text, .. }
            | Content::Function { before: text, .. } => text,
            Content::Refusal(_) | Content::Spoken(_) => "",
        }
    }

    /// What a reader reads: the text or the refusal.
    pub(crate) fn words(&self) -> &str {
        match &self.content {
            Content::Refusal(text) => text,
            _ => self.text(),
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

    #[test]
    fn a_stream_is_cut_as_it_is_told() {
        let choice = || Choice::of_text("One tü, x.".to_owned(), Ends::never(Encoding::O200k), 0, 0);
        let cut = |given: &[&str]| {
            let given: Vec<String> = given.iter().map(|piece| (*piece).to_owned()).collect();
            choice().in_pieces(&given).pieces().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(cut(&["O", "ne t", "ü, x."]), ["O", "ne t", "ü, x."]);
        assert_eq!(cut(&["One", "", " t"]), ["One", "", " t", "ü, x."]);
        assert_eq!(cut(&["One", "two"]), ["One", " tü, x."]);
        assert_eq!(cut(&[]), ["One tü, x."]);
        let steps =
            |characters| choice().in_steps(characters).pieces().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(steps(4), ["One ", "tü, ", "x."]);
        assert_eq!(steps(5), ["One t", "ü, x."]);
        assert_eq!(steps(99), ["One tü, x."]);
        assert_eq!(steps(0).len(), 10);
        let empty = Choice::of_text(String::new(), Ends::never(Encoding::O200k), 0, 0);
        assert_eq!(empty.clone().in_steps(3).pieces, [0; 0]);
        assert_eq!(empty.in_pieces(&["x".to_owned()]).pieces, [0; 0]);
    }
}
