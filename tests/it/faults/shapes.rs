//! Requests of every shape that faults may strike, and what comes of them.

use crate::support::Fake;
use openai_fake::Body;
use openai_fake::Reply;
use openai_fake::Request;
use openai_fake::answer;
use serde_json::Value;
use std::sync::Arc;

/// A request, and whether a stream answers it.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    path: &'static str,
    body: &'static str,
}

const fn shape(name: &'static str, path: &'static str, body: &'static str) -> Shape {
    Shape { name, path, body }
}

pub(super) const CHAT: Shape = shape(
    "chat",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"#,
);
pub(super) const CHAT_STREAM: Shape = shape(
    "chat stream",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}"#,
);
pub(super) const RESPONSES: Shape = shape("responses", "/v1/responses", r#"{"model":"gpt-4o","input":"Hi"}"#);
pub(super) const RESPONSES_STREAM: Shape =
    shape("responses stream", "/v1/responses", r#"{"model":"gpt-4o","input":"Hi","stream":true}"#);
pub(super) const LEGACY: Shape =
    shape("legacy", "/v1/completions", r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hi"}"#);
pub(super) const LEGACY_STREAM: Shape = shape(
    "legacy stream",
    "/v1/completions",
    r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hi","stream":true,"stream_options":{"include_usage":true}}"#,
);
pub(super) const EMBEDDINGS: Shape = shape(
    "embeddings",
    "/v1/embeddings",
    r#"{"model":"text-embedding-3-small","input":"Hi","dimensions":8}"#,
);
pub(super) const IMAGES_STREAM: Shape = shape(
    "images stream",
    "/v1/images/generations",
    r#"{"model":"gpt-image-1","prompt":"Hi","stream":true,"partial_images":1,"quality":"low"}"#,
);
pub(super) const CALLS: Shape = shape(
    "chat calls",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"call"}],"tools":[{"type":"function","function":{"name":"weather"}},{"type":"function","function":{"name":"clock"}}]}"#,
);
pub(super) const CALLS_STREAM: Shape = shape(
    "chat calls stream",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"call"}],"stream":true,"tools":[{"type":"function","function":{"name":"weather"}},{"type":"function","function":{"name":"clock"}}]}"#,
);
pub(super) const RESPONSE_CALLS: Shape = shape(
    "response calls",
    "/v1/responses",
    r#"{"model":"gpt-4o","input":"call","tools":[{"type":"function","name":"weather","parameters":null,"strict":false},{"type":"function","name":"clock","parameters":null,"strict":false}]}"#,
);
pub(super) const RESPONSE_CALLS_STREAM: Shape = shape(
    "response calls stream",
    "/v1/responses",
    r#"{"model":"gpt-4o","input":"call","stream":true,"tools":[{"type":"function","name":"weather","parameters":null,"strict":false},{"type":"function","name":"clock","parameters":null,"strict":false}]}"#,
);
pub(super) const FUNCTION: Shape = shape(
    "function",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"function"}],"functions":[{"name":"weather"}]}"#,
);
pub(super) const FUNCTION_STREAM: Shape = shape(
    "function stream",
    "/v1/chat/completions",
    r#"{"model":"gpt-4o","messages":[{"role":"user","content":"function"}],"stream":true,"functions":[{"name":"weather"}]}"#,
);

/// All but the pictures, which take their time.
pub(super) const SHAPES: [Shape; 13] = [
    CHAT,
    CHAT_STREAM,
    RESPONSES,
    RESPONSES_STREAM,
    LEGACY,
    LEGACY_STREAM,
    EMBEDDINGS,
    CALLS,
    CALLS_STREAM,
    RESPONSE_CALLS,
    RESPONSE_CALLS_STREAM,
    FUNCTION,
    FUNCTION_STREAM,
];

/// What is called where calls are wished.
const RULES: &str = r#"[
    {"match": {"user": "call"}, "answer": {"calls": [
        {"id": "call_1", "name": "weather", "arguments": "{\"city\":\"Zürich\",\"days\":3}"},
        {"id": "call_2", "name": "clock", "arguments": "{\"zone\":\"Europe/Zurich\"}"}]}},
    {"match": {"user": "function"}, "answer": {"calls": [
        {"id": "call_1", "name": "weather", "arguments": "{\"city\":\"Zürich\",\"days\":3}"}]}}
]"#;

/// What came of a request.
pub(super) struct Outcome {
    pub(super) reply: Reply,
    pub(super) notes: Vec<String>,
    pub(super) fault: Value,
}

impl Shape {
    pub(super) fn is_stream(self) -> bool {
        self.body.contains(r#""stream":true"#)
    }

    /// Asks a server of its own, with this in the header.
    #[track_caller]
    pub(super) fn with(self, faults: &str) -> Outcome {
        self.with_rules(RULES, faults)
    }

    /// The same where these are the rules.
    #[track_caller]
    pub(super) fn with_rules(self, rules: &str, faults: &str) -> Outcome {
        let fake = Fake::new();
        assert_eq!(fake.post("/__parlel/rules", rules).status, 200, "{rules}");
        let mut request = Request::new("POST", self.path)
            .with_header("authorization", "Bearer sk-test")
            .with_json(self.body);
        if !faults.is_empty() {
            request = request.with_header("x-parlel-fault", faults);
        }
        let mut reply = answer(&fake.state, &Arc::new(request));
        std::mem::take(&mut reply.effects).run(&fake.state);
        let mut captured = fake.captured("", None)["requests"][0].take();
        let notes = captured["notes"].take();
        let notes = notes.as_array().into_iter().flatten().filter_map(Value::as_str);
        Outcome { reply, notes: notes.map(str::to_owned).collect(), fault: captured["fault"].take() }
    }

    /// Its events where this is in the header.
    #[track_caller]
    pub(super) fn events(self, faults: &str) -> Vec<String> {
        self.with(faults).events()
    }
}

impl Outcome {
    /// Its events, as they are sent.
    #[track_caller]
    pub(super) fn events(&self) -> Vec<String> {
        let Body::Events(events) = &self.reply.body else { panic!("no stream: {:?}", self.reply) };
        events.iter().map(|event| String::from_utf8(event.to_vec()).expect("UTF-8")).collect()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.notes.iter().any(|note| note.ends_with("found nothing to change"))
    }
}

/// The JSON of an event, or null.
pub(super) fn data(event: &str) -> Value {
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_default();
    serde_json::from_str(data).unwrap_or_default()
}
