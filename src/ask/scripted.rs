//! What a rule answers, said as a model would say it: counted, cut and named as if it had been generated. Never
//! looks for the rule.

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::arguments;
use crate::ask::generated::generated;
use crate::ask::generated::moderated;
use crate::ask::generated::think;
use crate::ask::hosted;
use crate::ask::legacy;
use crate::ask::moderate;
use crate::ask::order::Order;
use crate::ask::words::Format;
use crate::ask::words::Structure;
use crate::error::ApiError;
use crate::generate::schema::misfit;
use crate::generate::seed::Seed;
use crate::generate::vectors;
use crate::generate::vectors::Input;
use crate::plan::Annotation;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Drawn;
use crate::plan::Embedding;
use crate::plan::Ends;
use crate::plan::FinishReason;
use crate::plan::Given;
use crate::plan::Guess;
use crate::plan::Said;
use crate::plan::guesses;
use crate::rules::CallArguments;
use crate::rules::GivenImage;
use crate::rules::ImageSource;
use crate::rules::JsonTemplate;
use crate::rules::ModelWords;
use crate::rules::Pieces;
use crate::rules::RuleAnswer;
use crate::rules::Ruling;
use crate::rules::Spoken;
use crate::rules::SpokenCall;
use crate::rules::SpokenText;
use crate::rules::Template;
use crate::rules::What;
use serde_json::Value;

/// What the rule says to all that is asked.
pub(super) fn answer(ask: &Ask<'_>, ruling: &Ruling<'_>, seed: Seed) -> Result<Said, ApiError> {
    let answer = checked(ask, ruling)?;
    let mut said = match &answer.what {
        What::Words(words) => self::words(&Script { ask, ruling, words, seed })?,
        What::Images(images) => pictured(ask, images, seed),
        _ => generated(ask, seed),
    };
    said.given = given(ruling, answer)?;
    Ok(said)
}

/// What the rule says to one of several inputs, put in the place of what was generated for it.
pub(super) fn answer_input(
    ask: &Ask<'_>,
    ruling: &Ruling<'_>,
    at: usize,
    seed: Seed,
    said: &mut Said,
) -> Result<(), ApiError> {
    let answer = checked(ask, ruling)?;
    match &answer.what {
        What::Vector(vector) => said.vectors[at] = Embedding::Given(vector.clone()),
        What::Like(text) => {
            let text = ruling.fill(|filling| text.fill(filling))?;
            said.vectors[at] = Embedding::Drawn(vectors::embed(Input::Text(&text), ask.dimensions));
        }
        What::Flags(named) => said.flags[at] = moderate::given(ask, at, named, seed),
        _ => {}
    }
    if at == 0 {
        said.given = given(ruling, answer)?;
    }
    Ok(())
}

/// So many pictures as are ordered; the stages of a stream are all the finished one.
fn pictured(ask: &Ask<'_>, images: &[GivenImage], seed: Seed) -> Said {
    let mut said = generated(ask, seed);
    let is_streamed = ask.order.is_some_and(|order| order.partial.is_some());
    for (at, picture) in said.pictures.iter_mut().enumerate() {
        let image = &images[if is_streamed { 0 } else { at % images.len() }];
        let drawn = match &image.source {
            ImageSource::File(file) => Order::given(file.to_vec()),
            ImageSource::Url(url) => Drawn { url: Some(url.clone()), ..Order::given(Vec::new()) },
        };
        *picture = Drawn { revised_prompt: image.revised_prompt.clone(), ..drawn };
    }
    said
}

/// The answer, unless it is one in place of anything that is said.
fn checked<'a>(ask: &Ask<'_>, ruling: &'a Ruling<'_>) -> Result<&'a RuleAnswer, ApiError> {
    match ruling.refusal(ask.abilities.window)? {
        Some(refusal) => Err(refusal),
        None => Ok(ruling.answer()),
    }
}

fn given(ruling: &Ruling<'_>, answer: &RuleAnswer) -> Result<Given, ApiError> {
    let text = |template: &Option<Template>| {
        template.as_ref().map(|template| ruling.fill(|filling| template.fill(filling))).transpose()
    };
    let named = &answer.named;
    Ok(Given {
        id: text(&named.id)?,
        created: named.created,
        model: text(&named.model)?,
        fingerprint: text(&named.fingerprint)?,
        usage: named.usage,
    })
}

/// What is to be said, and to what.
struct Script<'a> {
    ask: &'a Ask<'a>,
    ruling: &'a Ruling<'a>,
    words: &'a ModelWords,
    seed: Seed,
}

fn words(script: &Script<'_>) -> Result<Said, ApiError> {
    let Script { ask, words, seed, .. } = *script;
    let reasoning = script.texts(&words.reasoning)?;
    let says_nothing = words.choices.iter().all(Spoken::is_generated);
    let mut said = if says_nothing {
        generated(ask, seed)
    } else {
        let choice = |index: usize| script.choice(words.choice(index), seed.part("choice", index), index);
        let choices: Vec<Choice> = (0..ask.wording.choices).map(choice).collect::<Result<_, _>>()?;
        let thought = think(ask, &choices, seed);
        Said { moderation: moderated(ask, &choices, false, seed), thought, choices, ..Said::default() }
    };
    for (index, choice) in said.choices.iter_mut().enumerate() {
        let spoken = words.choice(index);
        if let Some(reason) = spoken.finish_reason.as_deref().and_then(FinishReason::of) {
            choice.finish_reason = reason;
        }
        if !reasoning.is_empty() {
            let thought = reasoning.iter().map(|text| ask.encoding.count(text)).sum();
            choice.tokens = choice.tokens - choice.reasoning + thought;
            choice.reasoning = thought;
        }
        script.cut(choice);
    }
    if !reasoning.is_empty() {
        said.thought.summary = reasoning;
    }
    if !words.items.is_empty() {
        said.hosted = hosted::given(&script.values(&words.items)?, ask.encoding);
        said.hosted.waits &= says_nothing;
    }
    if !words.annotations.is_empty() {
        said.annotations = script.annotations(said.choices.first().map_or("", Choice::words))?;
    }
    Ok(said)
}

impl Script<'_> {
    fn text(&self, template: &Template) -> Result<String, ApiError> {
        self.ruling.fill(|filling| template.fill(filling))
    }

    fn texts(&self, templates: &[Template]) -> Result<Vec<String>, ApiError> {
        templates.iter().map(|template| self.text(template)).collect()
    }

    fn values(&self, templates: &[JsonTemplate]) -> Result<Vec<Value>, ApiError> {
        templates.iter().map(|template| self.ruling.fill(|filling| template.fill(filling))).collect()
    }

    /// Has a stream cut the text as the rule says.
    fn cut(&self, choice: &mut Choice) {
        if let Some(pieces) = &self.words.pieces {
            let whole = choice.clone();
            *choice = match pieces {
                Pieces::Texts(texts) => whole.in_pieces(texts),
                Pieces::Chars(chars) => whole.in_steps(*chars),
            };
        }
    }

    /// What ends an answer.
    fn ends(&self) -> Ends<'_> {
        if self.words.raw { Ends::never(self.ask.encoding) } else { self.ask.ends() }
    }

    fn choice(&self, spoken: &Spoken, seed: Seed, index: usize) -> Result<Choice, ApiError> {
        let ask = self.ask;
        let reasoning = ask.reasoning(seed);
        let text = match &spoken.text {
            None => String::new(),
            Some(SpokenText::Text(text) | SpokenText::Refusal(text)) => self.text(text)?,
            Some(SpokenText::Json(json)) => self.ruling.fill(|filling| json.fill(filling))?.to_string(),
        };
        if ask.endpoint == Endpoint::Completions {
            return Ok(self.completion(spoken, text, index));
        }
        let calls: Vec<Call> = spoken
            .calls
            .iter()
            .enumerate()
            .map(|(at, call)| self.call(call, seed.part("call", at)))
            .collect::<Result<_, _>>()?;
        let mut choice = if calls.is_empty() {
            Choice::of_text(text, self.ends(), reasoning, ask.overhead(reasoning))
        } else {
            let before = Choice::of_text(text, Ends { limit: None, ..self.ends() }, 0, 0);
            ask.called(before, calls, reasoning, self.ends().limit)
        };
        if let Some(SpokenText::Refusal(_)) = spoken.text {
            choice.content = Content::Refusal(choice.text().to_owned());
        }
        choice.guesses = ask.wording.guesses.map(|top| {
            if let Some(tokens) = &spoken.logprobs {
                Guess::given(tokens, choice.words(), top)
            } else {
                let mut draws = self.seed.part("logprobs", index).draws();
                guesses(ask.encoding, choice.words(), top, || draws.next())
            }
        });
        if spoken.text.is_some() {
            self.note_format(&choice);
        }
        match (ask.wording.speech, &choice.content) {
            (Some(format), Content::Text(_)) => Ok(ask.speech(choice, format, seed)),
            _ => Ok(choice),
        }
    }

    /// That of a legacy completion, which has a text alone.
    fn completion(&self, spoken: &Spoken, text: String, index: usize) -> Choice {
        if !spoken.calls.is_empty() {
            self.ask.occasion.note("a legacy completion cannot tell calls".to_owned());
        }
        let choice = Choice::of_text(text, self.ends(), 0, 0);
        match self.ask.turns.first() {
            Some(prompt) => {
                let seed = self.seed.part("logprobs", index);
                legacy::guessed(self.ask, prompt, choice, spoken.logprobs.as_deref(), seed)
            }
            None => choice,
        }
    }

    fn call(&self, spoken: &SpokenCall, seed: Seed) -> Result<Call, ApiError> {
        let ask = self.ask;
        let offered = ask.calling.tools.iter().find(|tool| tool.name == spoken.name);
        let given = match &spoken.given {
            CallArguments::Json(json) => self.ruling.fill(|filling| json.fill(filling))?.to_string(),
            CallArguments::Text(text) => self.ruling.fill(|filling| text.fill_escaped(filling))?,
            CallArguments::Input(text) => self.text(text)?,
        };
        match offered {
            None => ask.occasion.note(format!("'{}' is called, and no such tool is offered", spoken.name)),
            Some(tool) if !tool.custom => self.note_misfit(&spoken.name, &given, tool.parameters),
            Some(_) => {}
        }
        let id = spoken.id.as_ref().map(|id| self.text(id)).transpose()?;
        Ok(Call {
            id: id.unwrap_or_else(|| arguments::call_id(seed)),
            custom: matches!(spoken.given, CallArguments::Input(_))
                || offered.is_some_and(|tool| tool.custom),
            name: spoken.name.clone(),
            namespace: offered.and_then(|tool| tool.namespace).map(str::to_owned),
            arguments: given,
            tokens: 0,
            pieces: Vec::new(),
            is_cut: false,
        }
        .measured(ask.encoding))
    }

    /// What the text cites; where it is said how much of it that is for, up to there.
    fn annotations(&self, text: &str) -> Result<Vec<Annotation>, ApiError> {
        let annotation = |value: Value| {
            let end = value.get("end_index").and_then(Value::as_u64).map_or(usize::MAX, |end| end as usize);
            let end = text.char_indices().nth(end).map_or(text.len(), |(at, _)| at);
            Annotation { end, value }
        };
        Ok(self.values(&self.words.annotations)?.into_iter().map(annotation).collect())
    }

    /// Notes arguments that the tool does not take: they are answered all the same.
    fn note_misfit(&self, name: &str, given: &str, schema: &Value) {
        match serde_json::from_str::<Value>(given) {
            Err(_) => self.ask.occasion.note(format!("the arguments of '{name}' are no JSON")),
            Ok(given) => {
                if let Some(why) = misfit(schema, &given) {
                    self.ask.occasion.note(format!("the tool '{name}' does not take its arguments: {why}"));
                }
            }
        }
    }

    /// Notes a text that is not what is asked for.
    fn note_format(&self, choice: &Choice) {
        let Content::Text(text) = &choice.content else { return };
        let schema = match self.ask.wording.format {
            Format::Text => return,
            Format::Object => &Value::Null,
            Format::Schema(Structure { schema, .. }) => schema,
        };
        let note = match serde_json::from_str::<Value>(text) {
            Err(_) => "the text is no JSON, as the response format asks for".to_owned(),
            Ok(value) if schema.is_null() && !value.is_object() => {
                "the text is no JSON object, as the response format asks for".to_owned()
            }
            Ok(value) => match misfit(schema, &value) {
                Some(why) => format!("the text is not what the schema of the response format says: {why}"),
                None => return,
            },
        };
        self.ask.occasion.note(note);
    }
}
