//! What a response says, decided once: its output items in order, and what it cost.

use crate::json::weight;
use crate::json::weight_of_fields;
use crate::plan::Annotation;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Hosted;
use crate::plan::HostedStep;
use crate::plan::Thought;
use crate::plan::Usage;
use crate::tokens::Encoding;
use std::borrow::Cow;

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    InProgress,
    Completed,
    /// It ends early, for this reason.
    Incomplete(&'static str),
    Failed,
    Cancelled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::InProgress => "in_progress",
            Status::Completed => "completed",
            Status::Incomplete(_) => "incomplete",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }

    /// Whether it will become another one.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Status::Queued | Status::InProgress)
    }
}

/// One output item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OutputItem {
    pub(crate) id: String,
    /// Whether it was cut by the limit of tokens.
    pub(crate) cut: bool,
    pub(crate) output: Output,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    Reasoning(Thought),
    /// A text or a refusal.
    Message {
        choice: Choice,
        annotations: Vec<Annotation>,
        phase: Option<&'static str>,
    },
    Call(Call),
    Hosted(Hosted),
}

/// The whole response. The JSON of what it repeats of its request is written once, for it stands in
/// several events.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) background: bool,
    pub(crate) conversation: Option<String>,
    pub(crate) encoding: Encoding,
    /// How it ends.
    pub(crate) end: Status,
    /// Whether a stream that fails tells of it in an event of its own, at which clients raise.
    pub(crate) raises: bool,
    pub(crate) items: Vec<OutputItem>,
    pub(crate) usage: Usage,
    pub(crate) echo: Echo,
}

/// JSON of a response's fields, in the order of the reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Echo {
    /// `,"access_programs":null`, or nothing
    pub(crate) after_status: String,
    /// `,"background_options":{}`, or nothing
    pub(crate) after_background: String,
    /// `,"image":{}`, or nothing
    pub(crate) before_incomplete: String,
    /// `"instructions":` to `"model":"gpt-4o"`
    pub(crate) before_moderation: String,
    /// The value of `moderation`, once there is an output.
    pub(crate) moderation: Option<String>,
    /// `"parallel_tool_calls":` to `"safety_identifier":null`
    pub(crate) before_tier: String,
    pub(crate) service_tier: &'static str,
    /// `"store":` to `"tool_choice":"auto"`
    pub(crate) before_tool_usage: String,
    /// Mostly that of a response that used none.
    pub(crate) tool_usage: Cow<'static, str>,
    /// `"tools":` to `"truncation":"disabled"`
    pub(crate) before_usage: String,
    /// `"user":` and `"metadata":`
    pub(crate) after_usage: String,
}

impl Answer {
    /// The same with what is asked for besides.
    pub(crate) fn including(&self, asked: &[String]) -> Answer {
        let mut answer = self.clone();
        for item in &mut answer.items {
            if let Output::Hosted(hosted) = &mut item.output {
                hosted.include(|name| asked.iter().any(|one| one == name));
            }
        }
        answer
    }

    /// Roughly what it takes in memory.
    pub(crate) fn size(&self) -> usize {
        /// What an allocator adds to the dozen texts of a response.
        const ALLOCATIONS: usize = 12 * 16;
        let Echo { before_moderation, before_tier, before_tool_usage, before_usage, .. } = &self.echo;
        let Echo { after_status, after_background, before_incomplete, .. } = &self.echo;
        let parts = [
            after_status,
            after_background,
            before_incomplete,
            before_moderation,
            before_tier,
            before_tool_usage,
            before_usage,
        ];
        let parts = parts.into_iter().chain(&self.echo.moderation).chain([&self.echo.after_usage]);
        let echo: usize = parts.map(String::len).sum();
        size_of::<Answer>()
            + ALLOCATIONS
            + self.id.len()
            + echo
            + self.items.iter().map(OutputItem::size).sum::<usize>()
    }
}

impl OutputItem {
    fn size(&self) -> usize {
        let output = match &self.output {
            Output::Reasoning(Thought { summary, encrypted }) => {
                summary.iter().map(String::len).sum::<usize>() + encrypted.as_ref().map_or(0, String::len)
            }
            Output::Message { choice, annotations, .. } => {
                /// A guess and its likely tokens, each some 80 bytes.
                const GUESS: usize = 160;
                let guesses = choice.guesses.as_deref().unwrap_or_default();
                let likely: usize = guesses.iter().map(|guess| GUESS + guess.top.len() * GUESS / 2).sum();
                choice.words().len()
                    + choice.pieces.len() * size_of::<usize>()
                    + annotations.len() * 512
                    + likely
            }
            Output::Call(call) => {
                let namespace = call.namespace.as_ref().map_or(0, String::len);
                let pieces = call.pieces.len() * size_of::<usize>();
                call.id.len() + call.name.len() + namespace + call.arguments.len() + pieces
            }
            Output::Hosted(hosted) => {
                let steps =
                    hosted.steps.iter().map(|step| weight_of_fields(&step.told) + size_of::<HostedStep>());
                hosted.extra.as_ref().map_or(0, |extra| weight(&extra.value))
                    + weight_of_fields(&hosted.begun)
                    + weight_of_fields(&hosted.done)
                    + steps.sum::<usize>()
            }
        };
        size_of::<OutputItem>() + self.id.len() + output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Ends;
    use crate::plan::Guess;
    use crate::plan::Likely;
    use serde_json::Map;
    use serde_json::json;

    fn weight_of(output: Output) -> usize {
        OutputItem { id: "id".to_owned(), cut: false, output }.size()
    }

    fn message(words: &str, annotations: usize, tops: &[usize]) -> Output {
        let ends = Ends { encoding: Encoding::O200k, stops: &[], limit: None };
        let mut choice = Choice::of_text(words.to_owned(), ends, 0, 0);
        let likely = Likely { bytes: vec![b'x'], logprob: -0.1 };
        let guess = |top: &usize| Guess { end: 1, said: likely.clone(), top: vec![likely.clone(); *top] };
        choice.guesses = Some(tops.iter().map(guess).collect());
        let annotation = Annotation { end: 0, value: json!({"type": "url_citation"}) };
        Output::Message { choice, annotations: vec![annotation; annotations], phase: None }
    }

    fn call(name: &str, arguments: &str) -> Output {
        let call = Call { name: name.to_owned(), arguments: arguments.to_owned(), ..Call::default() };
        Output::Call(Call {
            id: "c".to_owned(),
            namespace: Some("n".to_owned()),
            ..call.measured(Encoding::O200k)
        })
    }

    fn hosted(begun: &str, done: &str, told: &str, steps: usize) -> Output {
        let fields = |text: &str| Map::from_iter([("field".to_owned(), text.into())]);
        let step = HostedStep { name: "step", told: fields(told) };
        let (begun, done) = (fields(begun), fields(done));
        let steps = vec![step; steps];
        Output::Hosted(Hosted { id: None, prefix: "ws_", begun, done, steps, extra: None })
    }

    #[test]
    fn what_holds_more_weighs_at_least_as_much_more() {
        let thought = |summary: &[&str], encrypted: &str| {
            let summary = summary.iter().map(|part| (*part).to_owned()).collect();
            Output::Reasoning(Thought { summary, encrypted: Some(encrypted.to_owned()) })
        };
        let pieces = size_of::<usize>();
        let nothing = weight_of(message("", 0, &[]));
        assert_eq!(nothing, size_of::<OutputItem>() + 2);
        let rows = [
            (message("One two", 0, &[]), nothing + 7 + 2 * pieces),
            (message("", 3, &[]), nothing + 3 * 512),
            (message("", 0, &[0, 5]), nothing + 2 * 160 + 5 * 80),
            (thought(&[], ""), nothing),
            (thought(&["12345", "678"], "abc"), nothing + 11),
            (call("", ""), nothing + 2),
            (call("name", "One two"), nothing + 2 + 4 + 7 + 2 * pieces),
        ];
        for (row, (output, weight)) in rows.into_iter().enumerate() {
            assert_eq!(weight_of(output), weight, "row {row}");
        }
        let least = weight_of(hosted("", "", "", 0));
        let long = "x".repeat(100);
        for more in [hosted(&long, "", "", 0), hosted("", &long, "", 0)] {
            assert!(weight_of(more) >= least + 100);
        }
        assert!(weight_of(hosted("", "", &long, 3)) >= least + 3 * (100 + size_of::<HostedStep>()));
    }
}
