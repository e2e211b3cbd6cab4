//! What `/v1/responses` does with each parameter: fields put into a good body, and what must be true of the
//! response. Each case is also asked twice, streamed, and retrieved where it is stored: every time it is
//! the same response. What takes several requests is told as a story.

mod background;
mod counts;
mod echoes;
mod hosted;
mod kept;
mod texts;
mod tools;

use crate::refusals::with;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Reply;
use openai_fake::Request;
use serde_json::Value;

const ASKED: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;

/// The fields, and what is true of the response.
pub(super) type Case = (&'static str, fn(&Response) -> bool);

/// What happens, and whether it does.
type Story = (&'static str, fn(&Talk) -> bool);

/// A response, with short names for what the cases look at.
pub(super) struct Response {
    body: Value,
}

/// Requests to one server.
struct Talk {
    fake: Fake,
}

/// What is answered to these fields.
#[track_caller]
fn respond(fields: &str) -> Response {
    Talk::new().ask(fields)
}

/// The events that are answered to these fields.
#[track_caller]
fn events(fields: &str) -> Vec<Value> {
    Talk::new().events(fields)
}

impl Talk {
    fn new() -> Talk {
        Talk { fake: Fake::new() }
    }

    #[track_caller]
    fn send(&self, fields: &str) -> Reply {
        self.fake.post("/v1/responses", &with(ASKED, fields))
    }

    #[track_caller]
    fn ask(&self, fields: &str) -> Response {
        Response::of(&self.send(fields))
    }

    #[track_caller]
    fn events(&self, fields: &str) -> Vec<Value> {
        read_events(&self.send(&with(fields, r#"{"stream":true}"#)))
    }

    /// What is answered to these fields as the next turn.
    #[track_caller]
    fn after(&self, before: &Response, fields: &str) -> Response {
        let previous = serde_json::json!({"previous_response_id": before.id()});
        self.ask(&with(fields, &previous.to_string()))
    }

    /// What is answered to these fields in a conversation.
    #[track_caller]
    fn within(&self, conversation: &str, fields: &str) -> Response {
        self.ask(&with(fields, &serde_json::json!({"conversation": conversation}).to_string()))
    }

    /// The id of a new conversation.
    #[track_caller]
    fn conversation(&self) -> String {
        json(&self.fake.post("/v1/conversations", "{}"))["id"].as_str().expect("an id").to_owned()
    }

    /// The response as it is found again.
    #[track_caller]
    fn found(&self, response: &Response) -> Response {
        Response::of(&self.fake.get(&response.path("")))
    }

    /// The status of a look for a response that may be gone.
    fn status(&self, response: &Response) -> u16 {
        self.fake.get(&response.path("")).status
    }

    #[track_caller]
    fn cancelled(&self, response: &Response) -> Response {
        Response::of(&self.fake.post(&response.path("/cancel"), ""))
    }

    fn delete(&self, response: &Response) {
        let request = Request::new("DELETE", &response.path(""));
        let reply = self.fake.send(request.with_header("authorization", "Bearer sk-test"));
        assert_eq!(json(&reply)["deleted"], true);
    }

    /// A page of items under a path.
    #[track_caller]
    fn page(&self, path: &str) -> Value {
        let reply = self.fake.get(path);
        assert_eq!(reply.status, 200, "{}", json(&reply));
        json(&reply)
    }
}

/// What each event says.
fn read_events(reply: &Reply) -> Vec<Value> {
    let text = String::from_utf8_lossy(reply.bytes()).into_owned();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let events: Vec<Value> = data.map(|data| serde_json::from_str(data).expect("JSON")).collect();
    assert!(!events.is_empty(), "no stream: {text}");
    events
}

/// The events of this type.
fn of_type<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["type"] == kind).collect()
}

/// The types of the items in a page, and of messages the roles.
fn told(page: &Value) -> String {
    let of = |item: &Value| item.get("role").unwrap_or(&item["type"]).as_str().expect("a word").to_owned();
    page["data"].as_array().expect("items").iter().map(of).collect::<Vec<_>>().join(" ")
}

impl Response {
    #[track_caller]
    fn of(reply: &Reply) -> Response {
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(reply.bytes()));
        Response { body: json(reply) }
    }

    fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    fn id(&self) -> &str {
        self.body["id"].as_str().expect("an id")
    }

    /// The path of the response, and what comes behind it.
    fn path(&self, behind: &str) -> String {
        format!("/v1/responses/{}{behind}", self.id())
    }

    fn is(&self, status: &str) -> bool {
        self.body["status"] == status
    }

    fn items(&self) -> &[Value] {
        self.body["output"].as_array().expect("items")
    }

    /// The types of the items.
    fn kinds(&self) -> String {
        let kinds = self.items().iter().map(|item| item["type"].as_str().expect("a type"));
        kinds.collect::<Vec<_>>().join(" ")
    }

    /// The first item of this type; null where there is none.
    fn item(&self, kind: &str) -> &Value {
        self.items().iter().find(|item| item["type"] == kind).unwrap_or(&Value::Null)
    }

    /// The one part of the message.
    fn part(&self) -> &Value {
        &self.item("message")["content"][0]
    }

    /// The text; empty where there is none.
    fn text(&self) -> &str {
        self.part()["text"].as_str().unwrap_or_default()
    }

    /// The text as JSON; null where it is none.
    fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or_default()
    }

    /// Whether it says something, and does nothing else.
    fn says(&self) -> bool {
        self.is("completed") && self.kinds() == "message" && !self.text().is_empty()
    }

    /// The names of the tools that the client is to run.
    fn called(&self) -> Vec<&str> {
        let is_call =
            |item: &&Value| ["function_call", "custom_tool_call"].iter().any(|kind| item["type"] == *kind);
        self.items().iter().filter(is_call).map(|item| item["name"].as_str().expect("a name")).collect()
    }

    fn annotations(&self) -> &[Value] {
        self.part()["annotations"].as_array().map_or(&[], Vec::as_slice)
    }

    fn guesses(&self) -> &[Value] {
        self.part()["logprobs"].as_array().map_or(&[], Vec::as_slice)
    }

    fn input(&self) -> u64 {
        self.body["usage"]["input_tokens"].as_u64().expect("a count")
    }

    fn output(&self) -> u64 {
        self.body["usage"]["output_tokens"].as_u64().expect("a count")
    }

    fn reasoning(&self) -> u64 {
        self.at("/usage/output_tokens_details/reasoning_tokens").as_u64().expect("a count")
    }
}

/// Holds the cases: whole, asked twice, retrieved and streamed.
#[track_caller]
fn hold(cases: &[Case]) {
    let mut broken = Vec::new();
    for (fields, holds) in cases {
        let talk = Talk::new();
        let reply = talk.send(fields);
        if reply.status != 200 {
            broken.push(format!("{fields}\n  {}\n", json(&reply)));
            continue;
        }
        let response = Response::of(&reply);
        if !holds(&response) {
            broken.push(format!("{fields}\n  {:.1500}\n", response.body.to_string()));
        }
        if let Err(difference) = again(&talk, fields, &reply, &response) {
            broken.push(format!("{fields}\n  {difference:.1500}\n"));
        }
    }
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), cases.len(), broken.concat());
}

/// Whether the same response comes again in each way there is.
fn again(talk: &Talk, fields: &str, reply: &Reply, response: &Response) -> Result<(), String> {
    if Talk::new().send(fields).bytes() != reply.bytes() {
        return Err("another server answers otherwise".to_owned());
    }
    let found = talk.fake.get(&response.path(""));
    if response.body["store"] == true && found.bytes() != reply.bytes() {
        return Err(format!("retrieved: {}", json(&found)));
    }
    if response.body["store"] == false && found.status != 404 {
        return Err("it is stored".to_owned());
    }
    let mut events = events(fields);
    let streamed = events.pop().expect("an end");
    let mut whole = response.body.clone();
    // The bill is in whole responses only.
    whole.as_object_mut().expect("an object").shift_remove("billing");
    if streamed["response"] == whole { Ok(()) } else { Err(format!("streamed: {streamed}")) }
}

/// Holds the stories.
#[track_caller]
fn tell(stories: &[Story]) {
    let untrue = stories.iter().filter(|(what, holds)| {
        // Seen when it panics.
        println!("{what}");
        !holds(&Talk::new())
    });
    let untrue: Vec<&str> = untrue.map(|(what, _)| *what).collect();
    assert!(untrue.is_empty(), "not so: {untrue:#?}");
}

/// The tables of cases.
pub(super) const CASES: &[&[Case]] = &[
    texts::INPUTS,
    texts::COMPACTIONS,
    texts::FORMATS,
    texts::LENGTHS,
    texts::TRIGGERS,
    texts::THOUGHTS,
    texts::PROBABILITIES,
    tools::CHOICES,
    tools::LOOPS,
    tools::CUSTOM,
    hosted::USED,
    hosted::INCLUDED,
    counts::COUNTS,
];

#[test]
fn what_is_said() {
    hold(texts::INPUTS);
    hold(texts::COMPACTIONS);
    hold(texts::FORMATS);
    hold(texts::LENGTHS);
    hold(texts::TRIGGERS);
    hold(texts::THOUGHTS);
    hold(texts::PROBABILITIES);
    tell(texts::ERRORS);
}

#[test]
fn what_is_echoed() {
    echoes::hold(echoes::DEFAULTS);
    echoes::hold(echoes::GIVEN);
    echoes::hold(echoes::MODELS);
    echoes::hold(echoes::TOOLS);
}

#[test]
fn which_tools_are_called() {
    hold(tools::CHOICES);
    hold(tools::LOOPS);
    hold(tools::CUSTOM);
}

#[test]
fn which_hosted_tools_are_used() {
    hold(hosted::USED);
    hold(hosted::INCLUDED);
    tell(hosted::STORIES);
}

#[test]
fn how_many_tokens_are_counted() {
    hold(counts::COUNTS);
    counts::hold_the_most_effort();
    tell(counts::TURNS);
}

#[test]
fn what_is_kept() {
    tell(kept::CHAINS);
    tell(kept::CONVERSATIONS);
    tell(kept::ITEMS);
    tell(kept::IDS);
}

#[test]
fn what_runs_in_the_background() {
    tell(background::STATES);
    tell(background::STREAMS);
}
