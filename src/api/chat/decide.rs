//! Decides what a chat completion says: calls, JSON, a refusal or a text, once for each choice.

use crate::api::chat::limits::effort;
use crate::api::chat::messages::last_of_user;
use crate::api::chat::messages::texts;
use crate::api::chat::tools::Tool;
use crate::api::chat::tools::Wish;
use crate::api::chat::tools::called;
use crate::api::chat::tools::wish;
use crate::generate::schema;
use crate::generate::seed::Seed;
use crate::generate::sound;
use crate::generate::words;
use crate::json::spaced;
use crate::model::Abilities;
use crate::model::Family;
use crate::model::snapshot;
use crate::params::Args;
use crate::params::field;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Ends;
use crate::plan::FinishReason;
use crate::plan::Plan;
use crate::plan::Speech;
use crate::plan::biased;
use crate::plan::forced;
use crate::plan::guesses;
use crate::plan::stops;
use serde_json::Value;
use serde_json::json;

/// In the last user message, asks for a refusal.
const REFUSE: &str = "[refusal]";
/// In the last user message, asks for an answer that the content filter stops.
const FILTER: &str = "[content_filter]";

/// What all choices of a request have in common.
struct Request<'a> {
    args: &'a Args<'a>,
    abilities: &'a Abilities,
    called: Vec<Tool<'a>>,
    ends: Ends<'a>,
    effort: &'a str,
    created: u64,
}

/// Whether an answer that can be heard is asked for.
pub(super) fn speaks(args: &Args<'_>) -> bool {
    args.list("modalities").iter().any(|word| word == "audio")
}

pub(super) fn decide(
    args: &Args<'_>,
    abilities: &Abilities,
    tools: &[Tool<'_>],
    prompt_tokens: usize,
    seed: Seed,
    created: u64,
) -> Plan {
    let encoding = abilities.encoding();
    let stops = stops(args.get("stop"));
    let limit = args.count("max_completion_tokens").or(args.count("max_tokens"));
    let request = Request {
        args,
        abilities,
        called: called(args, tools),
        ends: Ends { encoding, stops: &stops, limit },
        effort: effort(args, abilities),
        created,
    };
    let mut choices: Vec<Choice> = (0..args.count("n").unwrap_or(1) as usize)
        .map(|index| request.choice(seed.part("choice", index)))
        .collect();
    if args.flag("logprobs") {
        let top = args.count("top_logprobs").unwrap_or(0) as usize;
        for (index, choice) in choices.iter_mut().enumerate() {
            let mut draws = seed.part("logprobs", index).draws();
            choice.guesses = Some(guesses(encoding, choice.words(), top, || draws.next()));
        }
    }
    let id = match abilities.family {
        Family::Search => seed.part("id", 0).uuid("chatcmpl-"),
        _ => seed.part("id", 0).id("chatcmpl-", 29),
    };
    let prediction = prediction(args, abilities, &choices);
    let model = snapshot(args.text("model").unwrap_or_default()).to_owned();
    Plan { id, created, model, encoding, choices, prompt_tokens, prediction }
}

impl Request<'_> {
    fn choice(&self, seed: Seed) -> Choice {
        let reasoning = self.reasoning(seed);
        if !self.called.is_empty() {
            return self.calls(seed, reasoning);
        }
        let asked = last_of_user(self.args.list("messages")).map(|(message, _)| message);
        let asks = |trigger: &str| asked.is_some_and(|asked| texts(asked).any(|text| text.contains(trigger)));
        if asks(REFUSE) {
            return self.refusal(reasoning);
        }
        let biases = self.args.get("logit_bias").and_then(Value::as_object);
        if let Some(choice) = biases.and_then(|biases| forced(self.ends, biases)) {
            return choice;
        }
        let text = self.text(seed);
        let overhead = self.overhead(reasoning);
        if asks(FILTER) {
            let half = self.ends.encoding.count(&text) / 2;
            let text = self.ends.encoding.first(&text, half).to_owned();
            let choice = Choice::of_text(text, self.ends, reasoning, overhead);
            return Choice { finish_reason: FinishReason::ContentFilter, ..choice };
        }
        let choice = Choice::of_text(text, self.ends, reasoning, overhead);
        match self.args.field("audio", "format").as_str() {
            Some(format) if speaks(self.args) => self.speech(choice, format, seed),
            _ => choice,
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
        match self.args.field("response_format", "type").as_str() {
            Some("json_object") => return schema::object(seed).to_string(),
            Some("json_schema") => {
                let schema = field(self.args.field("response_format", "json_schema"), "schema");
                let any = json!({"type": "object"});
                let schema = if schema.is_null() { &any } else { schema };
                return schema::instance(schema, seed).to_string();
            }
            _ => {}
        }
        let text = match self.args.text("verbosity") {
            Some("low") => words::sentence(seed),
            Some("high") => {
                format!("{}\n\n{}", words::paragraph(seed), words::paragraph(seed.part("more", 0)))
            }
            _ => words::paragraph(seed),
        };
        match self.args.get("logit_bias").and_then(Value::as_object) {
            Some(biases) => biased(self.ends.encoding, text, biases),
            None => text,
        }
    }

    fn refusal(&self, reasoning: usize) -> Choice {
        let text = "I'm sorry, but I can't help with that request.".to_owned();
        let choice = Choice::of_text(text, self.ends, reasoning, self.overhead(reasoning));
        Choice { content: Content::Refusal(choice.text().to_owned()), ..choice }
    }

    fn calls(&self, seed: Seed, reasoning: usize) -> Choice {
        let Request { args, abilities, ends, .. } = self;
        let many = self.called.len() > 1;
        let older = args.get("functions").is_some();
        let (wish, _) = wish(args);
        let mut calls: Vec<Call> = self
            .called
            .iter()
            .enumerate()
            .map(|(at, tool)| call(tool, seed.part("call", at), many))
            .collect();
        let count = |text: &str| ends.encoding.count(text);
        let names: usize = calls.iter().map(|call| count(&call.name)).sum();
        let arguments: usize = calls.iter().map(|call| count(&call.arguments)).sum();
        // A model that is told which function it calls says its arguments alone.
        let forced = matches!(wish, Wish::Named(_));
        let said = if forced {
            arguments.saturating_sub(1)
        } else {
            names + arguments + around(calls.len(), abilities)
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
            cut(&mut calls, limit.saturating_sub(reasoning), *ends);
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
        if !self.abilities.reasons() {
            return 0;
        }
        let (least, most) = match self.effort {
            "low" => (1, 2),
            "medium" => (2, 6),
            "high" => (6, 16),
            "xhigh" => (12, 32),
            _ => return 0,
        };
        let mut draws = seed.part("reasoning", 0).draws();
        let steps = 64 * (least + draws.below(most - least + 1));
        let exact = matches!(self.abilities.family, Family::Gpt51 | Family::Gpt56);
        if exact { steps - draws.below(64) } else { steps }
    }

    /// What the models of the fifth generation count beside text and thought.
    fn overhead(&self, reasoning: usize) -> usize {
        match self.abilities.family {
            Family::Gpt5 => 10,
            Family::Gpt51 | Family::Gpt56 | Family::Gpt5Chat if reasoning == 0 => 3,
            Family::Gpt51 | Family::Gpt56 => 6,
            _ => 0,
        }
    }
}

/// One call, with arguments that its tool's schema allows.
fn call(tool: &Tool<'_>, seed: Seed, many: bool) -> Call {
    let arguments = if tool.custom {
        input(tool.format, seed)
    } else if tool.parameters.is_null() {
        "{}".to_owned()
    } else {
        let instance = schema::instance(tool.parameters, seed);
        // Several calls at once come through a part of the API that prints JSON with spaces.
        if many { spaced(&instance) } else { instance.to_string() }
    };
    Call {
        id: seed.part("id", 0).id("call_", 24),
        custom: tool.custom,
        name: tool.name.to_owned(),
        arguments,
    }
}

/// What a custom tool is given: a match of its regular expression, or a sentence. A Lark grammar is
/// not followed.
fn input(format: &Value, seed: Seed) -> String {
    let grammar = field(format, "grammar");
    if field(grammar, "syntax") == "regex" {
        let schema = json!({"type": "string", "pattern": field(grammar, "definition")});
        if let Some(text) = schema::instance(&schema, seed).as_str() {
            return text.to_owned();
        }
    }
    words::sentence(seed)
}

/// What calls cost besides their names and arguments.
fn around(calls: usize, abilities: &Abilities) -> usize {
    match (calls, abilities.family) {
        (0 | 1, Family::Gpt5) => 16,
        (0 | 1, Family::Gpt51 | Family::Gpt56) => 10,
        (0 | 1, _) => 7,
        (many, _) => 28 + 6 * (many - 2),
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

/// Of a `prediction`, the tokens that the answer begins with, and the others.
fn prediction(args: &Args<'_>, abilities: &Abilities, choices: &[Choice]) -> (usize, usize) {
    let predicted: String = match args.field("prediction", "content") {
        Value::String(text) => text.clone(),
        parts => {
            parts.as_array().into_iter().flatten().filter_map(|part| field(part, "text").as_str()).collect()
        }
    };
    let encoding = abilities.encoding();
    let said = choices.first().map_or("", Choice::text);
    let predicted: Vec<&str> = encoding.pieces(&predicted).collect();
    let accepted =
        predicted.iter().zip(encoding.pieces(said)).take_while(|(one, other)| **one == *other).count();
    (accepted, predicted.len() - accepted)
}
