//! Counts the tokens of a prompt as the models do: messages, tools, images, sounds and files. The numbers
//! were measured on recorded requests; those of tools are right within a few tokens.

mod media;
mod typescript;

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::tools::Tool;
use crate::ask::turn::Part;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use crate::ask::words::Format;
use crate::model::Abilities;
use crate::model::Overheads;
use crate::params::field;
use crate::tokens::Encoding;
use std::borrow::Cow;
use typescript::typescript;

/// Tokens around each message.
const PER_MESSAGE: usize = 4;
/// What a schema costs besides its text.
const PER_SCHEMA: usize = 15;

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
    let mut counted = Counted::default();
    for turn in &ask.turns {
        let sound: usize = turn.sounds().map(media::of_sound).sum();
        counted.sound += sound;
        counted.all += of_turn(turn, ask) + sound;
    }
    let schema = match ask.wording.format {
        Format::Schema(schema) if !schema.is_null() => ask.encoding.count(&schema.to_string()) + PER_SCHEMA,
        _ => 0,
    };
    counted.all += overheads(ask).priming + schema + of_tools(ask);
    counted.all = counted.all.saturating_sub(ask.abilities.prompt_discount);
    counted
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

fn overheads(ask: &Ask<'_>) -> Overheads {
    if ask.endpoint == Endpoint::Responses { ask.abilities.responses } else { ask.abilities.chat }
}

/// A turn without its sounds.
fn of_turn(turn: &Turn<'_>, ask: &Ask<'_>) -> usize {
    let encoding = ask.encoding;
    let of_text = |text: Option<&str>| text.map_or(0, |text| encoding.count(text));
    let parts: usize = turn.parts.iter().map(|part| of_part(part, encoding, ask.abilities)).sum();
    let thought = if turn.role == Role::Assistant { ask.abilities.remembered } else { 0 };
    let words = of_text(turn.text) + of_text(turn.author) + of_text(turn.refusal);
    words + parts + of_calls(turn, encoding) + thought + PER_MESSAGE
}

fn of_part(part: &Part<'_>, encoding: Encoding, abilities: &Abilities) -> usize {
    match part {
        Part::Text(text) | Part::Refusal(text) => encoding.count(text),
        Part::Tokens(tokens) => tokens.len(),
        Part::Image(image) => media::of_image(*image, abilities),
        Part::File(file) => media::of_file(*file),
        Part::Sound(_) | Part::Other => 0,
    }
}

fn of_calls(turn: &Turn<'_>, encoding: Encoding) -> usize {
    let all = turn.calls.iter().chain(&turn.function_call);
    let (mut count, mut tokens) = (0, 0);
    for call in all {
        count += 1;
        tokens += encoding.count(call.name) + encoding.count(call.arguments);
    }
    tokens
        + match count {
            0 => 0,
            1 => 7,
            many => 29 + 6 * (many - 2),
        }
}

/// Tools reach the model in the system message.
fn of_tools(ask: &Ask<'_>) -> usize {
    if ask.calling.tools.is_empty() {
        return 0;
    }
    let bare = |tool: &&Tool<'_>| {
        let properties = field(tool.parameters, "properties").as_object();
        let first = properties.and_then(|properties| properties.values().next());
        first.is_some_and(|first| field(first, "description").is_null())
    };
    let rendered = ask.encoding.count(&typescript(&ask.calling.tools));
    let told = ask.turns.iter().any(|turn| turn.role.instructs());
    let around = if told { overheads(ask).tools_in_system } else { overheads(ask).tools };
    (rendered + around).saturating_sub(ask.calling.tools.iter().filter(bare).count())
}
