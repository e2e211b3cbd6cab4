//! Counts the tokens of a prompt as the models do: messages, tools, calls, schemas, images, sounds and files. The
//! numbers, and the forms in which things reach a model, were found with recorded requests; docs/tokens.md says how
//! many of those are counted exactly.

mod calls;
mod media;
mod schema;
mod typescript;

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::tools::Wish;
use crate::ask::turn::Part;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use crate::ask::words::Format;
use crate::ask::words::Structure;
use crate::model::Frame;
use crate::model::Overheads;
use crate::tokens::Encoding;
use std::borrow::Cow;
use std::cell::Cell;

/// Tokens around each message.
const PER_MESSAGE: usize = 4;
/// What is told of a tool that runs on the server: to older models, to newer ones, and more beside functions.
/// Of others, and where none is given, too little was recorded.
const HOSTED: &[(&str, usize, usize, usize)] =
    &[("web_search", 294, 0, 1), ("image_generation", 0, 342, 3), ("apply_patch", 0, 623, 0)];
/// What a model is told that is to think like a pro.
const PRO: usize = 1510;

/// How many tokens a prompt is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) all: usize,
    /// The part of them that is sound.
    pub(crate) sound: usize,
}

/// The tokens of the whole prompt.
pub(crate) fn count(ask: &Ask<'_>) -> Counted {
    if ask.endpoint == Endpoint::Completions || ask.endpoint == Endpoint::Embeddings {
        let all = ask.turns.iter().map(|turn| of_input(turn, ask.encoding)).sum();
        return Counted { all, sound: 0 };
    }
    let overheads = match ask.endpoint {
        Endpoint::Responses => &ask.abilities.responses,
        _ => &ask.abilities.chat,
    };
    let mut counter = Counter { ask, encoding: ask.encoding, overheads, sheet: SHEET.take() };
    let all = counter.all();
    if counter.sheet.capacity() <= KEPT {
        SHEET.set(counter.sheet);
    }
    all
}

/// The tokens of one input of an operation without a conversation: those of its text alone.
pub(crate) fn of_input(turn: &Turn<'_>, encoding: Encoding) -> usize {
    match turn.parts.first() {
        Some(Part::Tokens(tokens)) => tokens.len(),
        _ => turn.texts().map(|text| encoding.count(text)).sum(),
    }
}

/// Such an input as text.
pub(crate) fn text_of<'a>(turn: &Turn<'a>, encoding: Encoding) -> Cow<'a, str> {
    match turn.parts.first() {
        Some(Part::Tokens(tokens)) => {
            let bytes: Vec<u8> = tokens.iter().filter_map(|id| encoding.bytes(*id)).flatten().collect();
            String::from_utf8_lossy(&bytes).into_owned().into()
        }
        _ => turn.text.unwrap_or_default().into(),
    }
}

thread_local! {
    /// What the last prompt's tools were printed on.
    static SHEET: Cell<String> = const { Cell::new(String::new()) };
}

/// A larger sheet's memory is given back to the system.
const KEPT: usize = 64 * 1024;

struct Counter<'a, 'b> {
    ask: &'b Ask<'a>,
    encoding: Encoding,
    overheads: &'b Overheads,
    /// What is printed to be counted.
    sheet: String,
}

impl Counter<'_, '_> {
    fn all(&mut self) -> Counted {
        let turns = &self.ask.turns;
        let mut counted = Counted::default();
        let mut at = 0;
        while let Some(turn) = turns.get(at) {
            let mut read = 1;
            counted.all += self.turn(turn);
            if !turn.calls.is_empty() || turn.function_call.is_some() {
                let (more, tokens) = self.calls(&turns[at..]);
                read = more.max(1);
                counted.all += tokens;
            }
            for turn in &turns[at..at + read] {
                counted.sound += turn.sounds().map(media::of_sound).sum::<usize>();
            }
            at += read;
        }
        counted.all +=
            counted.sound + self.overheads.priming + self.tools() + self.hosted() + self.structure();
        if self.ask.thinking.is_pro {
            counted.all += PRO;
        }
        counted.all = counted.all.saturating_sub(self.discount());
        counted
    }

    /// A turn without its sounds and its calls.
    fn turn(&self, turn: &Turn<'_>) -> usize {
        let of_text = |text: Option<&str>| text.map_or(0, |text| self.encoding.count(text));
        let is_output = turn.role == Role::Tool;
        let words = if is_output && turn.parts.len() > 1 && self.ask.endpoint == Endpoint::Chat {
            self.encoding.count(&calls::joined(turn)) + self.others(turn)
        } else {
            of_text(turn.text) + turn.parts.iter().map(|part| self.part(part)).sum::<usize>()
        };
        let author = if is_output { 0 } else { of_text(turn.author) };
        PER_MESSAGE + words + author + of_text(turn.refusal) + self.remembered(turn)
    }

    /// What an answer's own form adds to it.
    fn remembered(&self, turn: &Turn<'_>) -> usize {
        if turn.role != Role::Assistant || !turn.calls.is_empty() || turn.function_call.is_some() {
            return 0;
        }
        // One that a schema has shaped names it.
        let shaped = match self.ask.wording.format {
            Format::Schema(structure) if self.ask.endpoint == Endpoint::Chat => {
                let is_json = turn.texts().next().is_some_and(|text| text.starts_with('{'));
                if is_json { 2 + self.encoding.count(structure.name) } else { 0 }
            }
            _ => 0,
        };
        self.ask.abilities.remembered + shaped
    }

    fn part(&self, part: &Part<'_>) -> usize {
        match part {
            Part::Text(text) | Part::Refusal(text) => self.encoding.count(text),
            Part::Tokens(tokens) => tokens.len(),
            Part::Image(image) => media::of_image(*image, self.ask.abilities),
            Part::File(file) => media::of_file(*file, self.encoding),
            Part::Sound(_) => media::AROUND_SOUND,
            Part::Other => 0,
        }
    }

    /// The parts that are no text.
    fn others(&self, turn: &Turn<'_>) -> usize {
        let others = turn.parts.iter().filter(|part| !matches!(part, Part::Text(_)));
        others.map(|part| self.part(part)).sum()
    }

    fn tools(&mut self) -> usize {
        let tools = &self.ask.calling.tools;
        let Some(first) = tools.first() else { return 0 };
        self.sheet.clear();
        typescript::namespace(&mut self.sheet, tools);
        let is_chat = self.ask.endpoint == Endpoint::Chat;
        let is_newer = self.ask.abilities.frame == Frame::Newer;
        let wish = match self.ask.calling.wish {
            Wish::Named(name) if !is_newer => 7 + self.encoding.count(name),
            Wish::None if is_chat => 1,
            _ => 0,
        };
        let freeform = if tools.iter().any(|tool| tool.custom) { self.ask.abilities.freeform } else { 0 };
        let (more, less) = if is_chat { self.joint() } else { (0, 0) };
        let untold = usize::from(is_newer && first.description.is_empty());
        let printed = self.encoding.count(&self.sheet);
        (printed + self.overheads.tools + more + wish + freeform).saturating_sub(less + untold)
    }

    /// What is told of tools that run on the server. What they find would count too, but is not known here.
    fn hosted(&self) -> usize {
        let is_older = self.ask.abilities.frame == Frame::Older;
        let is_alone = self.ask.calling.tools.is_empty();
        let mut tokens = 0;
        for (kind, of_older, of_newer, beside_functions) in HOSTED {
            let has = |declared: &&str| declared.starts_with(kind);
            let of_kind = if is_older { of_older } else { of_newer };
            if of_kind > &0 && self.ask.hosting.declared.iter().any(has) {
                tokens += of_kind + if is_alone { 0 } else { *beside_functions };
            }
        }
        tokens
    }

    /// A schema that the answer is held to.
    fn structure(&mut self) -> usize {
        let Format::Schema(structure) = self.ask.wording.format else { return 0 };
        let Structure { name, schema, .. } = structure;
        if schema.is_null() {
            return 0;
        }
        self.sheet.clear();
        schema::section(&mut self.sheet, &structure);
        let printed = self.encoding.count(&self.sheet);
        if self.ask.endpoint != Endpoint::Chat {
            return printed + self.overheads.schema;
        }
        let (more, less) = match self.ask.abilities.frame {
            Frame::Newer => (self.overheads.schema, 0),
            // Behind tools, which have their place already.
            Frame::Older if !self.ask.calling.tools.is_empty() => (3, 0),
            Frame::Older => {
                let (more, less) = self.joint();
                (more + self.overheads.schema, less)
            }
        };
        (printed + more + self.encoding.count(name)).saturating_sub(less)
    }

    /// What it takes to go on in the system message with a heading, or to begin one: how many tokens come, and how
    /// many go.
    fn joint(&self) -> (usize, usize) {
        /// A longer end is taken to stay as it is.
        const LONGEST: usize = 64;
        let Some(first) = self.ask.turns.first().filter(|turn| turn.role.instructs()) else {
            return (PER_MESSAGE + 1, 0);
        };
        // Only what stands behind the last letter can join with the empty line.
        let text = first.texts().last().unwrap_or_default();
        let end = &text[text.trim_end_matches(|one: char| !one.is_alphanumeric()).len()..];
        if end.is_empty() || end.len() > LONGEST {
            return (2, 0);
        }
        let kept = if self.ask.abilities.frame == Frame::Newer { end.trim_end() } else { end };
        let joined = format!("{kept}\n\n#");
        (self.encoding.count(&joined), self.encoding.count(end))
    }

    /// What the models that search count less: their own instructions are told with the system message.
    fn discount(&self) -> usize {
        let discount = self.ask.abilities.prompt_discount;
        let is_told = self.ask.turns.first().is_some_and(|turn| turn.role.instructs());
        if discount > 0 && is_told { discount + PER_MESSAGE } else { discount }
    }
}
