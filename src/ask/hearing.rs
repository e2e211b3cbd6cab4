//! What rules are told of what is asked. Never asks them.

use crate::ask::Ask;
use crate::ask::Endpoint;
use crate::ask::count::text_of;
use crate::ask::turn::Part;
use crate::ask::turn::Role;
use crate::ask::turn::Turn;
use crate::ask::turn::since_user;
use crate::ask::words::Format;
use crate::model::snapshot;
use crate::rules::AnswerKind;
use crate::rules::Heard;
use crate::tokens::Encoding;
use std::borrow::Cow;

impl Endpoint {
    /// What the log of captured requests calls it.
    fn name(self) -> &'static str {
        match self {
            Endpoint::Chat => "chat",
            Endpoint::Responses => "responses",
            Endpoint::Completions => "completion",
            Endpoint::Embeddings => "embeddings",
            Endpoint::Moderations => "moderations",
            Endpoint::Images => "images",
        }
    }

    /// What kind of answer it gives.
    fn wants(self) -> AnswerKind {
        match self {
            Endpoint::Chat | Endpoint::Responses | Endpoint::Completions => AnswerKind::Words,
            Endpoint::Embeddings => AnswerKind::Vectors,
            Endpoint::Moderations => AnswerKind::Flags,
            Endpoint::Images => AnswerKind::Images,
        }
    }
}

/// What a conversation, or the prompt of a legacy completion, has in it.
pub(super) fn of_conversation<'a>(ask: &'a Ask<'a>) -> Heard<'a> {
    let (asked, since) = since_user(&ask.turns);
    let instructions: Vec<&str> =
        ask.turns.iter().filter(|turn| turn.role.instructs()).flat_map(|turn| turn.texts()).collect();
    let is_output = |turn: &&&Turn<'_>| matches!(turn.role, Role::Tool | Role::Function);
    let outputs = ask.turns.iter().rev().take_while(is_output).count();
    let outputs = &ask.turns[ask.turns.len() - outputs..];
    let calls = since.iter().flat_map(|turn| turn.calls.iter().chain(&turn.function_call));
    let hosted =
        ask.hosting.declared.iter().filter(|kind| !["function", "custom", "namespace"].contains(kind));
    let offered = ask.calling.tools.iter().map(|tool| tool.name).chain(hosted.copied());
    Heard {
        user: asked.map(|turn| text(turn, ask.encoding)),
        system: (!instructions.is_empty()).then(|| joined(&instructions)),
        any: ask.turns.iter().map(|turn| text(turn, ask.encoding)).filter(|text| !text.is_empty()).collect(),
        tool_results: outputs.iter().map(|turn| text(turn, ask.encoding)).collect(),
        tool_call_ids: outputs.iter().map(|turn| turn.call_id.into()).collect(),
        tools_called: calls.map(|call| call.name.into()).collect(),
        turn: 1 + answers(&ask.turns),
        tools: offered.map(Cow::Borrowed).collect(),
        schema: match ask.wording.format {
            Format::Schema(structure) => Some(structure.name.into()),
            _ => None,
        },
        ..of_any(ask)
    }
}

/// One of the inputs of an operation that has no conversation.
pub(super) fn of_input<'a>(ask: &Ask<'a>, input: &'a Turn<'a>) -> Heard<'a> {
    Heard { input: Some(text(input, ask.encoding)), ..of_any(ask) }
}

fn of_any<'a>(ask: &Ask<'a>) -> Heard<'a> {
    let mut model = vec![Cow::Borrowed(ask.model)];
    let snapshot = snapshot(ask.model);
    if snapshot != ask.model {
        model.push(snapshot.into());
    }
    Heard { endpoint: ask.endpoint.name(), wants: ask.endpoint.wants(), model, ..Heard::default() }
}

/// All that is said in a turn.
fn text<'a>(turn: &Turn<'a>, encoding: Encoding) -> Cow<'a, str> {
    if matches!(turn.parts.first(), Some(Part::Tokens(_))) {
        return text_of(turn, encoding);
    }
    let texts: Vec<&str> = turn.texts().collect();
    joined(&texts)
}

fn joined<'a>(texts: &[&'a str]) -> Cow<'a, str> {
    match texts {
        [one] => Cow::Borrowed(one),
        several => Cow::Owned(several.join("\n")),
    }
}

/// How often the model has answered: what it says on end is one answer.
fn answers(turns: &[&Turn<'_>]) -> u64 {
    let is_said = |at: usize| turns[at].role == Role::Assistant;
    let begins = |at: &usize| is_said(*at) && (*at == 0 || !is_said(at - 1));
    (0..turns.len()).filter(begins).count() as u64
}
