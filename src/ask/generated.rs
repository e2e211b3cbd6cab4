//! What is said where no rule answers, all of it drawn from a seed. Never asks rules.

use crate::ask::Ask;
use crate::ask::Compacting;
use crate::ask::Endpoint;
use crate::ask::compact;
use crate::ask::compact::secret;
use crate::ask::hosted;
use crate::ask::hosted::Source;
use crate::ask::legacy;
use crate::ask::moderate;
use crate::ask::moderate::Moderated;
use crate::ask::triggers::Trigger;
use crate::ask::turn::Part;
use crate::ask::turn::Turn;
use crate::ask::words::Format;
use crate::generate::seed::Seed;
use crate::generate::vectors;
use crate::generate::vectors::Input;
use crate::generate::words;
use crate::plan::Annotation;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Drawn;
use crate::plan::Embedding;
use crate::plan::Failure;
use crate::plan::Flags;
use crate::plan::Said;
use crate::plan::Thought;
use serde_json::json;

/// How hard a model is to think, and what it is to tell of that.
pub(crate) struct Thinking<'a> {
    pub(crate) effort: &'a str,
    /// Of how many parts the summary of its thoughts is.
    pub(crate) summary_parts: usize,
    /// Whether all of them are told, encrypted.
    pub(crate) is_told: bool,
    /// Whether it is to think longer than others do.
    pub(crate) is_pro: bool,
}

impl Default for Thinking<'_> {
    fn default() -> Self {
        Thinking { effort: "none", summary_parts: 0, is_told: false, is_pro: false }
    }
}

/// What is said where no rule answers, all of it drawn from the seed.
pub(super) fn generated(ask: &Ask<'_>, seed: Seed) -> Said {
    match ask.endpoint {
        Endpoint::Chat | Endpoint::Responses => converse(ask, seed),
        Endpoint::Completions => legacy::complete(ask, seed),
        Endpoint::Embeddings => Said { vectors: embed(ask), ..Said::default() },
        Endpoint::Moderations => Said { flags: moderate::each(ask, seed), ..Said::default() },
        Endpoint::Images => Said { pictures: draw(ask, seed), ..Said::default() },
    }
}

/// Thoughts, what tools did, and then calls, a text or a refusal.
fn converse(ask: &Ask<'_>, seed: Seed) -> Said {
    if ask.compacting == Compacting::Now {
        return Said { compaction: compact::item(ask, seed), ..Said::default() };
    }
    let means = hosted::means(ask);
    let mut work = hosted::apply(ask, &means.hosted, seed);
    let choices: Vec<Choice> =
        (0..ask.wording.choices).map(|index| ask.choice(&means.called, seed, index)).collect();
    let annotations = match choices.first().map(|choice| &choice.content) {
        Some(Content::Text(text)) if matches!(ask.wording.format, Format::Text) => cite(text, &work.sources),
        _ => Vec::new(),
    };
    let failure = if ask.triggers.has(Trigger::Error) {
        Some(Failure::Raised)
    } else {
        ask.triggers.has(Trigger::Failed).then_some(Failure::Told)
    };
    let moderation = moderated(ask, &choices, work.done.waits, seed);
    Said {
        thought: think(ask, &choices, seed),
        hosted: std::mem::take(&mut work.done),
        choices,
        annotations,
        moderation,
        failure,
        compaction: compact::item(ask, seed),
        ..Said::default()
    }
}

/// What a moderation model says of what was asked and of the answers, where that was asked for. Where the client
/// is asked first, nothing is said yet.
pub(super) fn moderated(ask: &Ask<'_>, choices: &[Choice], waits: bool, seed: Seed) -> Option<[Flags; 2]> {
    ask.moderator?;
    let texts = choices.iter().map(|choice| if waits { "" } else { choice.words() });
    let said = Moderated { texts: texts.collect(), images: Vec::new() };
    Some(moderate::both(ask, &said, seed))
}

/// What is told of the thoughts: a summary in the API's manner, a title and a sentence, and all of them
/// encrypted.
pub(super) fn think(ask: &Ask<'_>, choices: &[Choice], seed: Seed) -> Thought {
    /// How long they are, encrypted.
    const BLOCKS: usize = 12;
    if choices.iter().all(|choice| choice.reasoning == 0) {
        return Thought::default();
    }
    let part = |index| {
        let seed = seed.part("summary", index);
        format!("**About the {}**\n\n{}", words::phrase(seed), words::sentence(seed.part("text", 0)))
    };
    Thought {
        summary: (0..ask.thinking.summary_parts).map(part).collect(),
        encrypted: ask.thinking.is_told.then(|| secret(seed, BLOCKS)),
    }
}

/// Each source is cited for the text up to the end of its first sentence, or of the whole of it.
fn cite(text: &str, sources: &[Source]) -> Vec<Annotation> {
    if text.is_empty() {
        return Vec::new();
    }
    let end = text.find(['.', '!', '?']).map_or(text.len(), |at| at + 1);
    let index = text[..end].chars().count();
    let value = |source: &Source| match source {
        Source::Page { title, url } => json!({
            "type": "url_citation", "end_index": index, "start_index": 0, "title": title, "url": url,
        }),
        Source::File { id, name } => {
            json!({"type": "file_citation", "file_id": id, "filename": name, "index": index})
        }
    };
    sources.iter().map(|source| Annotation { end, value: value(source) }).collect()
}

/// A vector for each input. It follows from the input alone.
fn embed(ask: &Ask<'_>) -> Vec<Embedding> {
    let vector = |turn: &&Turn<'_>| {
        let input = match turn.parts.first() {
            Some(Part::Tokens(tokens)) => Input::Tokens(tokens),
            _ => Input::Text(turn.text.unwrap_or_default()),
        };
        Embedding::Drawn(vectors::embed(input, ask.dimensions))
    };
    ask.turns.iter().map(vector).collect()
}

/// The pictures that are ordered; in a stream, ever finer stages of one, the last of which is the one that a
/// whole reply holds.
fn draw(ask: &Ask<'_>, seed: Seed) -> Vec<Drawn> {
    let Some(order) = ask.order else { return Vec::new() };
    let drawn = |seed: Seed, doublings| {
        let file = if order.by_address { Vec::new() } else { order.draw(seed, doublings) };
        Drawn { name: seed.hex(), file, url: None, revised_prompt: None }
    };
    match order.partial {
        Some(partial) => (0..=partial).rev().map(|left| drawn(seed.part("picture", 0), left)).collect(),
        None => (0..order.count).map(|index| drawn(seed.part("picture", index), 0)).collect(),
    }
}
