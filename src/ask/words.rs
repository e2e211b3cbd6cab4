//! One answer: calls, a refusal, JSON, or sentences, cut where the request says so.

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::arguments;
use crate::ask::tools::Tool;
use crate::ask::tools::Wish;
use crate::ask::triggers::Trigger;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::sound;
use crate::generate::words;
use crate::params::field;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::FinishReason;
use crate::plan::Speech;
use crate::plan::biased;
use crate::plan::forced;
use crate::plan::guesses;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// How an answer is to be worded, and what ends it.
pub(crate) struct Wording<'a> {
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
}

impl Default for Wording<'_> {
    fn default() -> Self {
        Wording {
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
        }
    }
}

/// Which text is wanted.
#[derive(Clone, Copy)]
pub(crate) enum Format<'a> {
    Text,
    /// Any JSON object.
    Object,
    Schema(Structure<'a>),
}

/// JSON that a schema allows, with what the model is told of it.
#[derive(Clone, Copy)]
pub(crate) struct Structure<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// `null` is any object.
    pub(crate) schema: &'a Value,
}

impl<'a> Structure<'a> {
    /// Reads it from the object that has its name.
    pub(crate) fn read(given: &'a Value) -> Structure<'a> {
        let text = |name: &str| field(given, name).as_str().unwrap_or_default();
        Structure { name: text("name"), description: text("description"), schema: field(given, "schema") }
    }
}

/// What a model says that refuses.
pub(super) const REFUSAL: &str = "I'm sorry, but I can't help with that request.";

impl Ask<'_> {
    /// The answer of this number, in which these tools are called.
    pub(super) fn choice(&self, called: &[Tool<'_>], seed: Seed, index: usize) -> Choice {
        let mut choice = self.content(called, seed.part("choice", index));
        if let Some(top) = self.wording.guesses {
            let mut draws = seed.part("logprobs", index).draws();
            choice.guesses = Some(guesses(self.encoding, choice.words(), top, || draws.next()));
        }
        choice
    }

    fn content(&self, called: &[Tool<'_>], seed: Seed) -> Choice {
        let reasoning = self.reasoning(seed);
        if !called.is_empty() {
            return self.calls(called, seed, reasoning);
        }
        let overhead = self.overhead(reasoning);
        if self.triggers.has(Trigger::Refusal) {
            let choice = Choice::of_text(REFUSAL.to_owned(), self.ends(), reasoning, overhead);
            return Choice { content: Content::Refusal(choice.text().to_owned()), ..choice };
        }
        if let Some(choice) = self.wording.biases.and_then(|biases| forced(self.ends(), biases)) {
            return choice;
        }
        let text = self.text(seed);
        if self.triggers.has(Trigger::ContentFilter) {
            return self.filtered(&text, reasoning, overhead);
        }
        let choice = Choice::of_text(text, self.ends(), reasoning, overhead);
        match self.wording.speech {
            Some(format) => self.speech(choice, format, seed),
            None => choice,
        }
    }

    /// The first half of a text, which a filter has stopped there.
    pub(super) fn filtered(&self, text: &str, reasoning: usize, overhead: usize) -> Choice {
        let half = self.encoding.count(text) / 2;
        let text = self.encoding.first(text, half).to_owned();
        let choice = Choice::of_text(text, self.ends(), reasoning, overhead);
        Choice { finish_reason: FinishReason::ContentFilter, ..choice }
    }

    /// A text, spoken.
    pub(super) fn speech(&self, choice: Choice, format: &str, seed: Seed) -> Choice {
        /// How long a sound can be referred to.
        const LIFE: u64 = 3601;
        let transcript = choice.text().to_owned();
        let samples = sound::pcm16(seed.part("sound", 0), transcript.split_whitespace().count());
        let tokens = sound::tokens(&samples);
        let data = if format == "wav" { sound::wav(&samples) } else { samples };
        let id = format!("audio_{}", seed.part("audio", 0).hex());
        let speech = Speech { id, transcript, data, tokens, expires_at: self.created + LIFE };
        Choice { content: Content::Spoken(speech), tokens: choice.tokens + tokens, ..choice }
    }

    /// JSON where that is asked for, else sentences.
    fn text(&self, seed: Seed) -> String {
        match self.wording.format {
            Format::Text => {}
            Format::Object => return schema::object(seed).to_string(),
            Format::Schema(Structure { schema, .. }) => {
                let any = json!({"type": "object"});
                let schema = if schema.is_null() { &any } else { schema };
                return schema::instance(schema, seed).to_string();
            }
        }
        let text = match self.wording.verbosity {
            Some("low") => words::sentence(seed),
            Some("high") => {
                format!("{}\n\n{}", words::paragraph(seed), words::paragraph(seed.part("more", 0)))
            }
            _ => words::paragraph(seed),
        };
        match self.wording.biases {
            Some(biases) => biased(self.encoding, text, biases),
            None => text,
        }
    }

    fn calls(&self, called: &[Tool<'_>], seed: Seed, reasoning: usize) -> Choice {
        // Several calls at once come through a part of the chat API that prints JSON with spaces.
        let spaced = self.endpoint == Endpoint::Chat && called.len() > 1;
        let call = |(at, tool)| arguments::call(tool, seed.part("call", at), spaced, self.encoding);
        let calls = called.iter().enumerate().map(call).collect();
        let nothing = Choice::of_text(String::new(), self.ends(), 0, 0);
        self.called(nothing, calls, reasoning, self.wording.limit)
    }

    /// These calls, made behind a text that may be empty.
    pub(super) fn called(
        &self,
        before: Choice,
        mut calls: Vec<Call>,
        reasoning: usize,
        limit: Option<u64>,
    ) -> Choice {
        let names: usize = calls.iter().map(|call| self.encoding.count(&call.name)).sum();
        let arguments: usize = calls.iter().map(|call| call.tokens).sum();
        // A model that is told which function it calls says its arguments alone.
        let forced = matches!(self.calling.wish, Wish::Named(_));
        let said = if forced {
            arguments.saturating_sub(1)
        } else {
            names + arguments + around(calls.len(), self.abilities.around_call)
        };
        let mut finish_reason = match (self.calling.older, forced && !self.abilities.reasons()) {
            (true, _) => FinishReason::FunctionCall,
            (false, true) => FinishReason::Stop,
            (false, false) => FinishReason::ToolCalls,
        };
        let mut tokens = reasoning + before.tokens + said;
        let arguments = before.tokens + arguments;
        let limit = limit.map(|limit| limit as usize);
        if let Some(limit) = limit.filter(|limit| *limit < reasoning + arguments) {
            finish_reason = FinishReason::Length;
            tokens = limit;
            arguments::cut(&mut calls, limit.saturating_sub(reasoning + before.tokens), self.encoding);
        }
        let text = before.text().to_owned();
        let content = if calls.is_empty() {
            Content::Text(text)
        } else if self.calling.older {
            Content::Function { before: text, call: calls.swap_remove(0) }
        } else {
            Content::Calls { before: text, calls }
        };
        Choice {
            echo: String::new(),
            content,
            finish_reason,
            tokens,
            reasoning: reasoning.min(tokens),
            pieces: before.pieces,
            guesses: None,
        }
    }

    /// How many tokens the model thinks: more for a higher effort. gpt-5 thinks in steps of 64.
    pub(super) fn reasoning(&self, seed: Seed) -> usize {
        let of_responses = self.endpoint == Endpoint::Responses;
        // A new model may be one that reasons; chat completions of such a name never did.
        let may = self.abilities.reasons() || of_responses && !self.abilities.is_known();
        if !may || self.abilities.answers_at_once {
            return 0;
        }
        let (least, most) = match self.thinking.effort {
            "low" => (1, 2),
            "medium" => (2, 6),
            "high" => (6, 16),
            "xhigh" => (12, 32),
            "max" => (24, 64),
            _ => return 0,
        };
        let mut draws = seed.part("reasoning", 0).draws();
        let steps = 64 * (least + draws.below(most - least + 1));
        if self.abilities.exact_thoughts { steps - draws.below(64) } else { steps }
    }

    /// What models count beside text and thought.
    pub(super) fn overhead(&self, reasoning: usize) -> usize {
        let overheads = match self.endpoint {
            Endpoint::Responses => self.abilities.responses,
            _ => self.abilities.chat,
        };
        if reasoning == 0 { overheads.answer } else { overheads.thoughts }
    }
}

/// What calls cost besides their names and arguments.
fn around(calls: usize, around_one: usize) -> usize {
    match calls {
        0 | 1 => around_one,
        many => 28 + 6 * (many - 2),
    }
}
