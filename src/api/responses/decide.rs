//! Decides what a response says: thoughts, what tools did, and then calls or a message.

use crate::api::ask::Ask;
use crate::api::ask::Format;
use crate::api::responses::echo::echo;
use crate::api::responses::hosted;
use crate::api::responses::hosted::Room;
use crate::api::responses::hosted::Source;
use crate::api::responses::hosted::Used;
use crate::api::responses::ids::Ids;
use crate::api::responses::reading;
use crate::api::responses::write::UNUSED;
use crate::generate::seed::Seed;
use crate::generate::words;
use crate::model::snapshot;
use crate::params::Args;
use crate::plan::Annotation;
use crate::plan::Answer;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::FinishReason;
use crate::plan::Item;
use crate::plan::Said;
use crate::plan::Status;
use crate::plan::Usage;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;

/// In the last user message, asks for a response that fails.
const FAIL: &str = "[failed]";
/// In the last user message, asks for an error in place of a response, or in the midst of its events.
const RAISE: &str = "[error]";

/// What a response depends on besides its parameters.
pub(super) struct Grounds<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) items: &'a [&'a Value],
    pub(super) prompt_tokens: usize,
    /// What is said is drawn from it.
    pub(super) seed: Seed,
    pub(super) ids: &'a Ids,
}

pub(super) fn decide(args: &Args<'_>, grounds: &Grounds<'_>) -> Answer {
    let Grounds { ask, items, prompt_tokens, seed, ids } = *grounds;
    let raises = ask.asks_for(RAISE);
    let means = hosted::means(ask, args.list("tools"), args.get("tool_choice"));
    let room = Room { ask, items, include: args.list("include"), ids, seed };
    let most =
        args.count("max_tool_calls").map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let mut used = hosted::apply(&room, &means.hosted, most);
    let choice = ask.choice(&means.called, seed, 0);
    let mut output = Vec::new();
    if choice.reasoning > 0 {
        let said = Said::Reasoning { summary: summary(args, seed), encrypted: encrypted(args, ask, seed) };
        output.push(Item { id: ids.item("rs_", 0), cut: false, said });
    }
    output.append(&mut used.items);
    let written = if used.waits { choice.reasoning } else { choice.tokens } + used.tokens;
    let usage = Usage {
        input: prompt_tokens,
        output: ask.limit.map_or(written, |limit| written.min(usize::try_from(limit).unwrap_or(usize::MAX))),
        reasoning: choice.reasoning,
    };
    let end = match choice.finish_reason {
        _ if raises || ask.asks_for(FAIL) => Status::Failed,
        _ if used.waits => Status::Completed,
        FinishReason::Length => Status::Incomplete("max_output_tokens"),
        FinishReason::ContentFilter => Status::Incomplete("content_filter"),
        _ => Status::Completed,
    };
    if !used.waits {
        output.extend(said(choice, ask, &used, ids));
    }
    // It may be kept for long.
    output.shrink_to_fit();
    let mut echo = echo(args, ask.abilities, snapshot(reading::model(args)), tool_usage(&used));
    if let Some(model) = args.field("moderation", "model").as_str() {
        echo.moderation = Some(ask.moderation(model, output.iter().map(Item::words).collect(), seed));
    }
    Answer {
        id: ids.response(),
        created: ask.created,
        background: args.flag("background"),
        conversation: reading::conversation(args).map(str::to_owned),
        encoding: ask.abilities.encoding,
        end,
        raises,
        items: if end == Status::Failed { Vec::new() } else { output },
        usage,
        echo,
    }
}

/// The calls or the message that a choice becomes.
fn said(choice: Choice, ask: &Ask<'_>, used: &Used, ids: &Ids) -> Vec<Item> {
    let cut = choice.finish_reason == FinishReason::Length;
    let filtered = choice.finish_reason == FinishReason::ContentFilter;
    if let Content::Calls(calls) = choice.content {
        let last = calls.len().saturating_sub(1);
        let item = |(at, call): (usize, crate::plan::Call)| {
            let id = ids.item(if call.custom { "ctc_" } else { "fc_" }, at);
            Item { id, cut: cut && at == last, said: Said::Call(call) }
        };
        return calls.into_iter().enumerate().map(item).collect();
    }
    // All of the limit went into thoughts.
    if cut && choice.words().is_empty() && choice.reasoning > 0 {
        return Vec::new();
    }
    let annotations = match ask.format {
        Format::Text if matches!(choice.content, Content::Text(_)) => {
            annotations(choice.text(), &used.sources)
        }
        _ => Vec::new(),
    };
    let phase = ask.abilities.tells_phase.then_some("final_answer");
    let said = Said::Message { choice, annotations, phase };
    vec![Item { id: ids.item("msg_", 0), cut: cut || filtered, said }]
}

/// The summary of what the model thought, in the API's manner: a title and a sentence.
fn summary(args: &Args<'_>, seed: Seed) -> Vec<String> {
    let parts = match reading::summary(args) {
        None => 0,
        Some("concise") => 1,
        Some(_) => 2,
    };
    let part = |index| {
        let seed = seed.part("summary", index);
        format!("**About the {}**\n\n{}", words::phrase(seed), words::sentence(seed.part("text", 0)))
    };
    (0..parts).map(part).collect()
}

/// The thoughts, encrypted. The newest models tell them unasked where
/// nothing is stored.
fn encrypted(args: &Args<'_>, ask: &Ask<'_>, seed: Seed) -> Option<String> {
    const BLOCKS: usize = 12;
    let unasked = ask.abilities.tells_thoughts_unasked && !reading::stores(args);
    if !unasked && !reading::includes(args, "reasoning.encrypted_content") {
        return None;
    }
    Some(secret(seed, BLOCKS))
}

/// What only a model could read, in the form of the real ones.
pub(super) fn secret(seed: Seed, blocks: usize) -> String {
    let digits: String = (0..blocks).map(|block| seed.part("encrypted", block).hex()).collect();
    format!("gAAAAA{}", URL_SAFE.encode(digits))
}

/// Each source is cited for the text up to the end of its first sentence, or of the whole of it.
fn annotations(text: &str, sources: &[Source]) -> Vec<Annotation> {
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
    if text.is_empty() {
        return Vec::new();
    }
    sources.iter().map(|source| Annotation { end, value: value(source) }).collect()
}

fn tool_usage(used: &Used) -> Cow<'static, str> {
    if used.pictures.is_empty() && used.searches == 0 {
        return UNUSED.into();
    }
    let input: u64 = used.pictures.iter().map(|(prompt, _)| prompt).sum();
    let output: u64 = used.pictures.iter().map(|(_, picture)| picture).sum();
    let usage = json!({
        "image_gen": {
            "input_tokens": input,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": input},
            "output_tokens": output,
            "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
            "total_tokens": input + output,
        },
        "web_search": {"num_requests": used.searches},
    });
    usage.to_string().into()
}
