//! Puts what is said into the form of a response: output items with ids, how it ends, what it cost.

use crate::api::moderations;
use crate::api::responses::echo::echo;
use crate::api::responses::ids::Ids;
use crate::api::responses::reading;
use crate::api::responses::write::UNUSED;
use crate::ask::Ask;
use crate::ask::SUMMARY;
use crate::json::Json;
use crate::model::snapshot;
use crate::params::Args;
use crate::plan::Answer;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Failure;
use crate::plan::FinishReason;
use crate::plan::Hosted;
use crate::plan::HostedWork;
use crate::plan::Output;
use crate::plan::OutputItem;
use crate::plan::Said;
use crate::plan::Status;
use serde_json::Value;
use serde_json::json;
use std::borrow::Cow;

/// The response in which this is said, to a prompt of so many tokens.
pub(super) fn answer(
    args: &Args<'_>,
    ask: &Ask<'_>,
    tools: &[Value],
    mut said: Said,
    prompt_tokens: usize,
    ids: &Ids,
) -> Answer {
    let given = std::mem::take(&mut said.given);
    let model = given.model.as_deref().unwrap_or(snapshot(ask.model));
    let mut echo = echo(args, tools, ask.abilities, model, tool_usage(&said.hosted));
    echo.moderation = said.moderation.as_ref().zip(ask.moderator).map(|(both, model)| {
        let mut json = Json::with_capacity(4096);
        moderations::write_both(&mut json, both, |json, flags| moderations::write_one(json, model, flags));
        json.into_text()
    });
    let (output_tokens, reasoning, end) = match said.choices.first() {
        Some(choice) => (written(ask, &said, choice), choice.reasoning, end(&said, choice)),
        None => (summarized(&said), 0, Status::Completed),
    };
    let raises = said.failure == Some(Failure::Raised);
    Answer {
        id: given.id.unwrap_or_else(|| ids.response()),
        created: given.created.unwrap_or(ask.created),
        background: args.flag("background"),
        conversation: reading::conversation(args).map(str::to_owned),
        encoding: ask.encoding,
        end,
        raises,
        items: if end == Status::Failed { Vec::new() } else { output(ask, said, ids) },
        usage: given.usage.or_counted(prompt_tokens, output_tokens, reasoning),
        echo,
    }
}

/// The tokens of the output.
fn written(ask: &Ask<'_>, said: &Said, choice: &Choice) -> usize {
    let written = if said.hosted.waits { choice.reasoning } else { choice.tokens } + said.hosted.tokens;
    let written = written + summarized(said);
    let limit = ask.wording.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    written.min(limit)
}

/// The tokens of a summary, where there is one.
fn summarized(said: &Said) -> usize {
    if said.compaction.is_some() { SUMMARY } else { 0 }
}

fn end(said: &Said, choice: &Choice) -> Status {
    match choice.finish_reason {
        _ if said.failure.is_some() => Status::Failed,
        _ if said.hosted.waits => Status::Completed,
        FinishReason::Length => Status::Incomplete("max_output_tokens"),
        FinishReason::ContentFilter => Status::Incomplete("content_filter"),
        _ => Status::Completed,
    }
}

/// Thoughts, what tools did, and then calls or a message.
fn output(ask: &Ask<'_>, said: Said, ids: &Ids) -> Vec<OutputItem> {
    let Said { mut choices, thought, hosted, annotations, compaction, .. } = said;
    let compaction = compaction.map(|item| hosted_item(item, 0, ids));
    let Some(choice) = choices.pop() else { return compaction.into_iter().collect() };
    let mut output = Vec::new();
    if choice.reasoning > 0 || !thought.summary.is_empty() {
        output.push(OutputItem { id: ids.item("rs_", 0), cut: false, output: Output::Reasoning(thought) });
    }
    output.extend(hosted.items.into_iter().enumerate().map(|(at, hosted)| hosted_item(hosted, at, ids)));
    let cut = choice.finish_reason == FinishReason::Length;
    let filtered = choice.finish_reason == FinishReason::ContentFilter;
    // All of the limit may have gone into thoughts.
    let is_silent = cut && choice.words().is_empty() && choice.reasoning > 0;
    let phase = |name| ask.abilities.tells_phase.then_some(name);
    match choice.content {
        _ if hosted.waits => {}
        Content::Calls { before, calls } => {
            if !before.is_empty() {
                let choice = Choice { content: Content::Text(before), ..choice };
                let message = Output::Message { choice, annotations, phase: phase("commentary") };
                output.push(OutputItem { id: ids.item("msg_", 0), cut: false, output: message });
            }
            let last = calls.len().saturating_sub(1);
            let item = |(at, call): (usize, Call)| {
                let id = ids.item(if call.custom { "ctc_" } else { "fc_" }, at);
                OutputItem { id, cut: cut && at == last, output: Output::Call(call) }
            };
            output.extend(calls.into_iter().enumerate().map(item));
        }
        _ if is_silent => {}
        _ => {
            let message = Output::Message { choice, annotations, phase: phase("final_answer") };
            output.push(OutputItem { id: ids.item("msg_", 0), cut: cut || filtered, output: message });
        }
    }
    output.extend(compaction);
    // It may be kept for long.
    output.shrink_to_fit();
    output
}

/// What a tool did, its id and its container named where they are new.
fn hosted_item(mut hosted: Hosted, at: usize, ids: &Ids) -> OutputItem {
    for fields in [&mut hosted.begun, &mut hosted.done] {
        if let Some(place @ Value::Null) = fields.get_mut("container_id") {
            *place = ids.container().into();
        }
    }
    let id = hosted.id.take().unwrap_or_else(|| ids.item(hosted.prefix, at));
    OutputItem { id, cut: false, output: Output::Hosted(hosted) }
}

fn tool_usage(used: &HostedWork) -> Cow<'static, str> {
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
