//! Decides what a model says: calls, JSON, a refusal or a text.

use crate::api::ask::Api;
use crate::api::ask::Ask;
use crate::api::ask::Format;
use crate::api::ask::messages::since_user;
use crate::api::ask::messages::texts;
use crate::api::ask::tools::Tool;
use crate::api::ask::tools::Wish;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::sound;
use crate::generate::words;
use crate::json::spaced;
use crate::params::field;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Ends;
use crate::plan::FinishReason;
use crate::plan::Speech;
use crate::plan::biased;
use crate::plan::forced;
use crate::plan::guesses;
use serde_json::Value;
use serde_json::json;

/// In the last user message, asks for a refusal.
const REFUSE: &str = "[refusal]";
/// In the last user message, asks for an answer that the content filter stops.
const FILTER: &str = "[content_filter]";

impl Ask<'_> {
    /// Whether the last message of a user has this text.
    pub(in crate::api) fn asks_for(&self, trigger: &str) -> bool {
        let (asked, _) = since_user(&self.turns);
        asked.is_some_and(|asked| texts(asked).any(|text| text.contains(trigger)))
    }

    /// The answer of this number, in which these tools are called.
    pub(in crate::api) fn choice(&self, called: &[Tool<'_>], seed: Seed, index: usize) -> Choice {
        let mut choice = self.content(called, seed.part("choice", index));
        if let Some(top) = self.guesses {
            let mut draws = seed.part("logprobs", index).draws();
            choice.guesses = Some(guesses(self.ends().encoding, choice.words(), top, || draws.next()));
        }
        choice
    }

    fn content(&self, called: &[Tool<'_>], seed: Seed) -> Choice {
        let reasoning = self.reasoning(seed);
        if !called.is_empty() {
            return self.calls(called, seed, reasoning);
        }
        if self.asks_for(REFUSE) {
            return self.refusal(reasoning);
        }
        if let Some(choice) = self.biases.and_then(|biases| forced(self.ends(), biases)) {
            return choice;
        }
        let text = self.text(seed);
        let overhead = self.overhead(reasoning);
        if self.asks_for(FILTER) {
            let half = self.ends().encoding.count(&text) / 2;
            let text = self.ends().encoding.first(&text, half).to_owned();
            let choice = Choice::of_text(text, self.ends(), reasoning, overhead);
            return Choice { finish_reason: FinishReason::ContentFilter, ..choice };
        }
        let choice = Choice::of_text(text, self.ends(), reasoning, overhead);
        match self.speech {
            Some(format) => self.speech(choice, format, seed),
            None => choice,
        }
    }

    /// A text, spoken.
    fn speech(&self, choice: Choice, format: &str, seed: Seed) -> Choice {
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
        match self.format {
            Format::Text => {}
            Format::Object => return schema::object(seed).to_string(),
            Format::Schema(schema) => {
                let any = json!({"type": "object"});
                let schema = if schema.is_null() { &any } else { schema };
                return schema::instance(schema, seed).to_string();
            }
        }
        let text = match self.verbosity {
            Some("low") => words::sentence(seed),
            Some("high") => {
                format!("{}\n\n{}", words::paragraph(seed), words::paragraph(seed.part("more", 0)))
            }
            _ => words::paragraph(seed),
        };
        match self.biases {
            Some(biases) => biased(self.ends().encoding, text, biases),
            None => text,
        }
    }

    fn refusal(&self, reasoning: usize) -> Choice {
        let text = "I'm sorry, but I can't help with that request.".to_owned();
        let choice = Choice::of_text(text, self.ends(), reasoning, self.overhead(reasoning));
        Choice { content: Content::Refusal(choice.text().to_owned()), ..choice }
    }

    fn calls(&self, called: &[Tool<'_>], seed: Seed, reasoning: usize) -> Choice {
        let Ask { api, abilities, .. } = self;
        let ends = self.ends();
        let older = *api == Api::Functions;
        // Several calls at once come through a part of the chat API that prints JSON with spaces.
        let spaced = *api == Api::Chat && called.len() > 1;
        let mut calls: Vec<Call> =
            called.iter().enumerate().map(|(at, tool)| call(tool, seed.part("call", at), spaced)).collect();
        let count = |text: &str| ends.encoding.count(text);
        let names: usize = calls.iter().map(|call| count(&call.name)).sum();
        let arguments: usize = calls.iter().map(|call| count(&call.arguments)).sum();
        // A model that is told which function it calls says its arguments alone.
        let forced = matches!(self.wish, Wish::Named(_));
        let said = if forced {
            arguments.saturating_sub(1)
        } else {
            names + arguments + around(calls.len(), abilities.around_call)
        };
        let mut finish_reason = match (older, forced && !abilities.reasons()) {
            (true, _) => FinishReason::FunctionCall,
            (false, true) => FinishReason::Stop,
            (false, false) => FinishReason::ToolCalls,
        };
        let mut tokens = reasoning + said;
        if let Some(limit) =
            ends.limit.map(|limit| limit as usize).filter(|limit| *limit < reasoning + arguments)
        {
            finish_reason = FinishReason::Length;
            tokens = limit;
            cut(&mut calls, limit.saturating_sub(reasoning), ends);
        }
        let content = if calls.is_empty() {
            Content::Text(String::new())
        } else if older {
            Content::Function(calls.swap_remove(0))
        } else {
            Content::Calls(calls)
        };
        Choice {
            content,
            finish_reason,
            tokens,
            reasoning: reasoning.min(tokens),
            pieces: Vec::new(),
            guesses: None,
        }
    }

    /// How many tokens the model thinks: more for a higher effort. gpt-5 thinks in steps of 64.
    fn reasoning(&self, seed: Seed) -> usize {
        // A new model may be one that reasons; chat completions of such a name never did.
        let may = self.abilities.reasons() || self.api == Api::Responses && !self.abilities.is_known();
        if !may {
            return 0;
        }
        let (least, most) = match self.effort {
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

    fn ends(&self) -> Ends<'_> {
        Ends { encoding: self.abilities.encoding, stops: &self.stops, limit: self.limit }
    }

    /// What models count beside text and thought.
    fn overhead(&self, reasoning: usize) -> usize {
        let overheads = self.overheads();
        if reasoning == 0 { overheads.answer } else { overheads.thoughts }
    }
}

/// One call, with arguments that its tool's schema allows.
fn call(tool: &Tool<'_>, seed: Seed, space: bool) -> Call {
    let arguments = if tool.custom {
        input(tool.format, seed)
    } else if tool.parameters.is_null() {
        "{}".to_owned()
    } else {
        let instance = schema::instance(tool.parameters, seed);
        if space { spaced(&instance) } else { instance.to_string() }
    };
    Call {
        id: seed.part("id", 0).id("call_", 24),
        custom: tool.custom,
        name: tool.name.to_owned(),
        namespace: tool.namespace.map(str::to_owned),
        arguments,
    }
}

/// What a custom tool is given: a match of its regular expression, or a sentence. A Lark grammar is
/// not followed.
fn input(format: &Value, seed: Seed) -> String {
    // Chat puts it into an object of its own.
    let grammar = match field(format, "grammar") {
        Value::Null => format,
        grammar => grammar,
    };
    if field(grammar, "syntax") == "regex" {
        let schema = json!({"type": "string", "pattern": field(grammar, "definition")});
        if let Some(text) = schema::instance(&schema, seed).as_str() {
            return text.to_owned();
        }
    }
    words::sentence(seed)
}

/// What calls cost besides their names and arguments.
fn around(calls: usize, one: usize) -> usize {
    match calls {
        0 | 1 => one,
        many => 28 + 6 * (many - 2),
    }
}

/// Ends calls after so many tokens of arguments; those that come after the end are left out.
fn cut(calls: &mut Vec<Call>, mut room: usize, ends: Ends<'_>) {
    calls.retain_mut(|call| {
        let count = ends.encoding.count(&call.arguments);
        let kept = ends.encoding.first(&call.arguments, room).len();
        call.arguments.truncate(kept);
        let begun = room > 0;
        room = room.saturating_sub(count);
        begun
    });
}
