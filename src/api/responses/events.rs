//! A response as a stream of named events. Their keys are `type` and then the others by alphabet, as the
//! API has sent them since 2026.

use crate::api::logprobs::write_guesses;
use crate::api::responses::write::Form;
use crate::api::responses::write::write_item;
use crate::api::responses::write::write_part;
use crate::api::responses::write::write_response;
use crate::api::responses::write::write_summary;
use crate::error;
use crate::error::ApiError;
use crate::generate::seed::Draws;
use crate::json::Json;
use crate::plan::Annotation;
use crate::plan::Answer;
use crate::plan::Call;
use crate::plan::Choice;
use crate::plan::Content;
use crate::plan::Guess;
use crate::plan::Hosted;
use crate::plan::Output;
use crate::plan::OutputItem;
use crate::plan::Status;
use crate::play::Events;
use serde_json::Map;
use serde_json::Value;

/// The events in the API's order, those after the number `after`. `draws` gives the padding that hides
/// the lengths of pieces, where that is wanted. No event tells that a response was cancelled: it ends in the
/// queue.
pub(super) fn events(answer: &Answer, status: Status, draws: Option<Draws>, after: Option<u64>) -> Events {
    let mut stream = Stream {
        answer,
        draws,
        after,
        sequence: 0,
        events: Events::with_capacity(64, 16 * 1024),
        json: Json::with_capacity(4096),
    };
    if answer.background {
        stream.state("response.created", Status::Queued);
        stream.state("response.queued", Status::Queued);
    } else {
        stream.state("response.created", Status::InProgress);
    }
    if status == Status::Cancelled {
        return stream.events;
    }
    stream.state("response.in_progress", Status::InProgress);
    if answer.raises {
        stream.error();
    }
    for (at, item) in answer.items.iter().enumerate() {
        let place = Place { at: at as u64, id: &item.id };
        stream.item("response.output_item.added", &place, item, Form::Begun);
        match &item.output {
            Output::Reasoning(thought) => stream.summary(&place, &thought.summary),
            Output::Message { choice, annotations, .. } => stream.message(&place, item, choice, annotations),
            Output::Call(call) => stream.call(&place, call),
            Output::Hosted(hosted) => stream.hosted(&place, hosted),
        }
        stream.item("response.output_item.done", &place, item, Form::Done);
    }
    stream.state(last(answer.end), answer.end);
    stream.events
}

/// The event that tells how a response has ended, in a stream and to a webhook.
pub(super) fn last(end: Status) -> &'static str {
    match end {
        Status::Incomplete(_) => "response.incomplete",
        Status::Failed => "response.failed",
        _ => "response.completed",
    }
}

/// Which item an event belongs to.
struct Place<'a> {
    at: u64,
    id: &'a str,
}

struct Stream<'a> {
    answer: &'a Answer,
    draws: Option<Draws>,
    after: Option<u64>,
    sequence: u64,
    events: Events,
    /// The event under construction.
    json: Json,
}

impl Stream<'_> {
    fn begin(&mut self, name: &str) -> &mut Json {
        self.json.truncate(0);
        self.json.raw(r#"{"type":"#).text(name)
    }

    /// Appends the number of the event.
    fn number(&mut self) -> &mut Json {
        self.json.raw(r#","sequence_number":"#).number(self.sequence)
    }

    fn end(&mut self, name: &str) {
        self.json.raw("}");
        if self.after.is_none_or(|after| self.sequence > after) {
            self.events.named(name, self.json.as_bytes());
        }
        self.sequence += 1;
    }

    fn state(&mut self, name: &str, status: Status) {
        let answer = self.answer;
        let json = self.begin(name).raw(r#","response":"#);
        write_response(json, answer, status, false);
        self.number();
        self.end(name);
    }

    /// Official descriptions have the fields side by side, the API was seen to send them in `error`, where
    /// the clients look first.
    fn error(&mut self) {
        let ApiError { code, message, kind, .. } = error::response_error();
        let json = self.begin("error");
        json.raw(r#","code":"#).optional(code).raw(r#","error":{"type":"#).text(kind);
        json.raw(r#","code":"#).optional(code).raw(r#","message":"#).text(&message);
        json.raw(r#","param":null},"message":"#).text(&message);
        json.raw(r#","param":null"#);
        self.number();
        self.end("error");
    }

    fn item(&mut self, name: &str, place: &Place<'_>, item: &OutputItem, form: Form) {
        let json = self.begin(name).raw(r#","item":"#);
        write_item(json, item, form);
        json.raw(r#","output_index":"#).number(place.at);
        self.number();
        self.end(name);
    }

    /// Appends letters until piece and letters together are a multiple of 16 characters.
    fn padding(&mut self, piece: &str) {
        let Some(draws) = &mut self.draws else { return };
        let length = if piece.is_ascii() { piece.len() } else { piece.chars().count() };
        let letters = draws.letters((16 - length % 16) % 16);
        self.json.raw(r#","obfuscation":""#).write(|out| out.extend(letters)).raw("\"");
    }

    /// A piece of what a call or a tool is given.
    fn delta(&mut self, name: &str, place: &Place<'_>, piece: &str) {
        self.begin(name).raw(r#","delta":"#).text(piece).raw(r#","item_id":"#).text(place.id);
        self.padding(piece);
        self.json.raw(r#","output_index":"#).number(place.at);
        self.number();
        self.end(name);
    }

    fn call(&mut self, place: &Place<'_>, call: &Call) {
        let (delta, done) = if call.custom {
            ("response.custom_tool_call_input.delta", "response.custom_tool_call_input.done")
        } else {
            ("response.function_call_arguments.delta", "response.function_call_arguments.done")
        };
        for piece in call.pieces() {
            self.delta(delta, place, piece);
        }
        let json = self.begin(done);
        if call.custom {
            json.raw(r#","input":"#).text(&call.arguments).raw(r#","item_id":"#).text(place.id);
        } else {
            // The description requires the name as well, which neither the API sends nor the clients read.
            json.raw(r#","arguments":"#).text(&call.arguments).raw(r#","item_id":"#).text(place.id);
        }
        json.raw(r#","output_index":"#).number(place.at);
        self.number();
        self.end(done);
    }

    fn message(&mut self, place: &Place<'_>, item: &OutputItem, choice: &Choice, annotations: &[Annotation]) {
        self.part("response.content_part.added", place, |json| write_part(json, item, choice, Form::Begun));
        if let Content::Refusal(text) = &choice.content {
            for piece in choice.pieces() {
                self.refused("response.refusal.delta", place, "delta", piece);
            }
            self.refused("response.refusal.done", place, "refusal", text);
        } else {
            self.text(place, choice, annotations);
        }
        self.part("response.content_part.done", place, |json| write_part(json, item, choice, Form::Ended));
    }

    fn part(&mut self, name: &str, place: &Place<'_>, part: impl FnOnce(&mut Json)) {
        self.begin(name).raw(r#","content_index":0,"item_id":"#).text(place.id);
        self.json.raw(r#","output_index":"#).number(place.at).raw(r#","part":"#);
        part(&mut self.json);
        self.number();
        self.end(name);
    }

    fn refused(&mut self, name: &str, place: &Place<'_>, field: &str, text: &str) {
        let whole = field == "refusal";
        let json = self.begin(name).raw(r#","content_index":0"#);
        if !whole {
            json.raw(r#","delta":"#).text(text);
        }
        json.raw(r#","item_id":"#).text(place.id).raw(r#","output_index":"#).number(place.at);
        if whole {
            json.raw(r#","refusal":"#).text(text);
        }
        self.number();
        self.end(name);
    }

    fn text(&mut self, place: &Place<'_>, choice: &Choice, annotations: &[Annotation]) {
        let mut said = 0;
        let mut cited = annotations.iter().enumerate().peekable();
        for (piece, guesses) in choice.guessed() {
            self.text_delta(place, piece, guesses);
            said += piece.len();
            while let Some((index, annotation)) = cited.next_if(|(_, annotation)| annotation.end <= said) {
                self.annotation(place, index, annotation);
            }
        }
        // Of a text without pieces none has been told.
        for (index, annotation) in cited {
            self.annotation(place, index, annotation);
        }
        let name = "response.output_text.done";
        self.begin(name).raw(r#","content_index":0,"item_id":"#).text(place.id).raw(r#","logprobs":["#);
        write_guesses(&mut self.json, choice.guesses.as_deref().unwrap_or_default());
        self.json.raw(r#"],"output_index":"#).number(place.at);
        self.number().raw(r#","text":"#).text(choice.words());
        self.end(name);
    }

    fn text_delta(&mut self, place: &Place<'_>, piece: &str, guesses: &[Guess]) {
        let name = "response.output_text.delta";
        let json = self.begin(name).raw(r#","content_index":0,"delta":"#).text(piece);
        json.raw(r#","item_id":"#).text(place.id).raw(r#","logprobs":["#);
        write_guesses(json, guesses);
        json.raw("]");
        self.padding(piece);
        self.json.raw(r#","output_index":"#).number(place.at);
        self.number();
        self.end(name);
    }

    fn annotation(&mut self, place: &Place<'_>, index: usize, annotation: &Annotation) {
        let name = "response.output_text.annotation.added";
        let json = self.begin(name).raw(r#","annotation":"#).value(&annotation.value);
        json.raw(r#","annotation_index":"#).number(index as u64).raw(r#","content_index":0,"item_id":"#);
        json.text(place.id).raw(r#","output_index":"#).number(place.at);
        self.number();
        self.end(name);
    }

    fn summary(&mut self, place: &Place<'_>, summary: &[String]) {
        for (index, text) in summary.iter().enumerate() {
            let index = index as u64;
            self.summary_part("response.reasoning_summary_part.added", place, index, "");
            for piece in self.answer.encoding.pieces(text) {
                let name = "response.reasoning_summary_text.delta";
                self.begin(name).raw(r#","delta":"#).text(piece).raw(r#","item_id":"#).text(place.id);
                self.padding(piece);
                self.json.raw(r#","output_index":"#).number(place.at);
                self.number().raw(r#","summary_index":"#).number(index);
                self.end(name);
            }
            let name = "response.reasoning_summary_text.done";
            self.begin(name).raw(r#","item_id":"#).text(place.id);
            self.json.raw(r#","output_index":"#).number(place.at);
            self.number().raw(r#","summary_index":"#).number(index).raw(r#","text":"#).text(text);
            self.end(name);
            self.summary_part("response.reasoning_summary_part.done", place, index, text);
        }
    }

    fn summary_part(&mut self, name: &str, place: &Place<'_>, index: u64, text: &str) {
        let json = self.begin(name).raw(r#","item_id":"#).text(place.id);
        json.raw(r#","output_index":"#).number(place.at).raw(r#","part":"#);
        write_summary(json, text);
        self.number().raw(r#","summary_index":"#).number(index);
        self.end(name);
    }

    fn hosted(&mut self, place: &Place<'_>, hosted: &Hosted) {
        for step in &hosted.steps {
            let name = format!("response.{}", step.name);
            match step.told.get("delta").and_then(Value::as_str) {
                Some(piece) => self.delta(&name, place, piece),
                None => self.step(&name, place, &step.told),
            }
        }
    }

    fn step(&mut self, name: &str, place: &Place<'_>, told: &Map<String, Value>) {
        let mut fields = told.clone();
        fields.insert("item_id".to_owned(), place.id.into());
        fields.insert("output_index".to_owned(), place.at.into());
        fields.insert("sequence_number".to_owned(), self.sequence.into());
        let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
        fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let json = self.begin(name);
        for (name, value) in &fields {
            json.raw(",").text(name).raw(":").value(value);
        }
        self.end(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::responses::DECLARED;
    use crate::api::responses::answer::answer;
    use crate::api::responses::ids::Ids;
    use crate::api::responses::write::whole;
    use crate::ask::Ask;
    use crate::ask::Endpoint;
    use crate::generate::seed::Seed;
    use crate::params::Args;
    use crate::plan::Ends;
    use crate::plan::Given;
    use crate::plan::GivenUsage;
    use crate::plan::HostedWork;
    use crate::plan::Said;
    use crate::plan::Thought;
    use crate::rules::Occasion;
    use crate::tokens::Encoding;
    use serde_json::json;

    const ENDS: Ends<'_> = Ends { encoding: Encoding::O200k, stops: &[], limit: None };

    fn text(text: &str) -> Choice {
        Choice::of_text(text.to_owned(), ENDS, 0, 0)
    }

    fn call(name: &str, arguments: &str) -> Call {
        let (id, name, arguments) = (format!("call_{name}"), name.to_owned(), arguments.to_owned());
        let custom = name == "free";
        Call { id, custom, name, arguments, ..Call::default() }.measured(Encoding::O200k)
    }

    fn of_choice(choice: Choice) -> Said {
        Said { choices: vec![choice], ..Said::default() }
    }

    /// What a model says to a prompt of 5 tokens, whole. Its stream tells the same.
    #[track_caller]
    fn told(model: &str, said: Said) -> Value {
        let body = Map::from_iter([("model".to_owned(), model.into())]);
        let args = Args::new(&body, DECLARED.params(&body));
        let ask = Ask::new(Endpoint::Responses, model, Vec::new(), Occasion::at(1));
        let answer = answer(&args, &ask, &[], said, 5, &Ids::new(Seed::of_bytes(b"seed"), 1));
        let mut whole: Value = serde_json::from_slice(whole(&answer, answer.end).as_bytes()).expect("JSON");
        let events: Vec<Value> = events(&answer, answer.end, Some(Draws::from_number(1)), None)
            .iter()
            .map(|event| {
                let event = std::str::from_utf8(event).expect("UTF-8");
                let (_, data) = event.split_once("\ndata: ").expect("data");
                serde_json::from_str(data).expect("JSON")
            })
            .collect();
        whole.as_object_mut().expect("an object").remove("billing");
        assert_eq!(events.last().expect("an event")["response"], whole);
        assert_eq!(joined(&events), whole["output"]);
        whole
    }

    /// The output as a client puts it together.
    fn joined(events: &[Value]) -> Value {
        let mut output = Vec::new();
        for (number, event) in events.iter().enumerate() {
            assert_eq!(event["sequence_number"], number, "{event}");
            let kind = event["type"].as_str().expect("a type");
            if event.get("output_index").is_none() {
                continue;
            }
            let at = event["output_index"].as_u64().expect("an index") as usize;
            assert_eq!(at, output.len() - usize::from(kind != "response.output_item.added"), "{event}");
            if kind == "response.output_item.added" {
                output.push(event["item"].clone());
                continue;
            }
            let item: &mut Value = &mut output[at];
            if kind == "response.output_item.done" {
                if matches!(item["type"].as_str(), Some("message" | "function_call" | "custom_tool_call")) {
                    assert_eq!(*item, event["item"], "what was told by the way");
                }
                *item = event["item"].clone();
                continue;
            }
            assert_eq!(event["item_id"], item["id"], "{event}");
            advance(item, kind, event);
        }
        output.into()
    }

    fn advance(item: &mut Value, kind: &str, event: &Value) {
        let append = |place: &mut Value| {
            let text = place.as_str().unwrap_or_default().to_owned();
            *place = format!("{text}{}", event["delta"].as_str().expect("a delta")).into();
        };
        match kind {
            "response.content_part.added" => item["content"] = json!([event["part"]]),
            "response.output_text.delta" => append(&mut item["content"][0]["text"]),
            "response.output_text.annotation.added" => {
                let list = item["content"][0]["annotations"].as_array_mut().expect("a list");
                assert_eq!(event["annotation_index"], list.len());
                list.push(event["annotation"].clone());
            }
            "response.refusal.delta" => append(&mut item["content"][0]["refusal"]),
            "response.function_call_arguments.delta" => append(&mut item["arguments"]),
            "response.custom_tool_call_input.delta" => append(&mut item["input"]),
            "response.content_part.done" => {
                assert_eq!(item["content"][0], event["part"]);
                item["status"] = "completed".into();
            }
            "response.function_call_arguments.done" | "response.custom_tool_call_input.done" => {
                item["status"] = "completed".into();
            }
            _ => {}
        }
    }

    #[test]
    fn a_text_may_stand_before_calls() {
        let calls = vec![call("one", r#"{"a":"ü"}"#), call("free", "any text")];
        let before = |before: &str| {
            let content = Content::Calls { before: before.to_owned(), calls: calls.clone() };
            of_choice(Choice { content, ..text(before) })
        };
        let kinds = |whole: &Value| {
            let items = whole["output"].as_array().expect("a list").iter();
            items.map(|item| item["type"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        let whole = told("gpt-4o", before("Let me see."));
        assert_eq!(kinds(&whole), ["message", "function_call", "custom_tool_call"]);
        assert_eq!(whole["output"][0]["content"][0]["text"], "Let me see.");
        assert_eq!(whole["output"][0]["phase"], Value::Null);
        assert_eq!(told("gpt-5.6-sol", before("Let me see."))["output"][0]["phase"], "commentary");
        assert_eq!(kinds(&told("gpt-4o", before(""))), ["function_call", "custom_tool_call"]);
        for choice in [text("One, two."), text("")] {
            assert_eq!(kinds(&told("gpt-4o", of_choice(choice))), ["message"]);
        }
        let refusal = Choice { content: Content::Refusal("No, ü.".to_owned()), ..text("No, ü.") };
        assert_eq!(told("gpt-4o", of_choice(refusal))["output"][0]["content"][0]["refusal"], "No, ü.");
    }

    #[test]
    fn what_is_given_is_told() {
        let given = Given {
            id: Some("mine".to_owned()),
            created: Some(9),
            model: Some("other".to_owned()),
            fingerprint: Some("fp_x".to_owned()),
            usage: GivenUsage {
                input: Some(7),
                cached: Some(3),
                output: Some(1),
                reasoning: Some(2),
                total: Some(100),
            },
        };
        let whole = told("gpt-4o", Said { given, ..of_choice(text("One two.")) });
        let fields = ["id", "created_at", "completed_at", "model"].map(|name| whole[name].clone());
        assert_eq!(fields, [json!("mine"), json!(9), json!(9), json!("other")]);
        let usage = json!({
            "input_tokens": 7,
            "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 3},
            "output_tokens": 1,
            "output_tokens_details": {"reasoning_tokens": 2},
            "total_tokens": 100,
        });
        assert_eq!(whole["usage"], usage);
        assert_eq!(told("gpt-4o", of_choice(text("One two.")))["usage"]["total_tokens"], 5 + 3);
    }

    #[test]
    fn a_given_summary_is_told_by_any_model() {
        let thought = Thought { summary: vec!["One.".to_owned(), "Two ü.".to_owned()], encrypted: None };
        let whole = told("gpt-4o", Said { thought, ..of_choice(text("Three.")) });
        let summary = json!([
            {"type": "summary_text", "text": "One."},
            {"type": "summary_text", "text": "Two ü."},
        ]);
        assert_eq!(
            (&whole["output"][0]["type"], &whole["output"][0]["summary"]),
            (&json!("reasoning"), &summary)
        );
        assert_eq!(whole["output"][1]["type"], "message");
        assert_eq!(told("gpt-4o", of_choice(text("Three.")))["output"][0]["type"], "message");
    }

    #[test]
    fn given_items_and_what_a_text_cites_stand_before_it_and_in_it() {
        let fields = |value: Value| value.as_object().cloned().expect("an object");
        let hosted = |id: Option<&str>| Hosted {
            id: id.map(str::to_owned),
            prefix: "ws_",
            begun: fields(json!({"type": "web_search_call", "status": "in_progress"})),
            done: fields(json!({"type": "web_search_call", "status": "completed"})),
            steps: Vec::new(),
            extra: None,
        };
        let value =
            json!({"type": "url_citation", "end_index": 4, "start_index": 0, "title": "t", "url": "u"});
        let said = Said {
            hosted: HostedWork { items: vec![hosted(Some("mine")), hosted(None)], ..HostedWork::default() },
            annotations: vec![Annotation { end: 4, value: value.clone() }; 2],
            ..of_choice(text("One. Two."))
        };
        let whole = told("gpt-4o", said);
        assert_eq!(whole["output"][0]["id"], "mine");
        assert!(whole["output"][1]["id"].as_str().is_some_and(|id| id.starts_with("ws_")));
        assert_eq!(whole["output"][2]["content"][0]["annotations"], json!([value, value]));
    }
}
