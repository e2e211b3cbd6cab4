//! What was asked, as far as rules can match it. Never decides what of it tells requests apart.

use crate::ask::Role;
use crate::ask::Turn;
use crate::ask::item;
use crate::ask::message;
use crate::import::packed::Unpacked;
use crate::json::identity;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashMap;
use std::collections::HashSet;

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    /// A name that rules know, or a path.
    pub(super) endpoint: String,
    pub(super) user: Option<String>,
    pub(super) system: Option<String>,
    /// The outputs that the request ends with.
    pub(super) tool_results: Vec<String>,
    /// Which answer of the conversation is asked for; nothing where its beginning was not recorded.
    pub(super) turn: Option<u64>,
    pub(super) model: Option<String>,
    pub(super) schema: Option<String>,
    /// What is to be embedded, moderated or drawn; nothing for what is no text.
    pub(super) inputs: Vec<Option<String>>,
    /// The body without what differs each time.
    pub(super) body: Value,
    /// The same for all that was asked alike.
    pub(super) identity: String,
    /// The id of the response that was replied.
    pub(super) reply_id: Option<String>,
    said: Vec<(Role, String)>,
}

/// The operations that have rules of their own, by how their paths end.
const ENDPOINTS: &[(&str, &str)] = &[
    ("/chat/completions", "chat"),
    ("/responses", "responses"),
    ("/completions", "completion"),
    ("/embeddings", "embeddings"),
    ("/moderations", "moderations"),
    ("/images/generations", "images"),
    ("/images/edits", "images"),
];

/// What a client makes up anew for each request, or what changes nothing that is said.
const PASSING: &[&str] = &["stream_options", "prompt_cache_key", "safety_identifier", "user"];

impl Question {
    /// It is told where an answer ends, which a recorded one does not need.
    pub(super) fn is_limited(&self) -> bool {
        let limits = ["max_tokens", "max_completion_tokens", "max_output_tokens", "stop"];
        limits.iter().any(|name| !self.body[*name].is_null())
    }

    /// A word model was asked, not a vector or a picture.
    pub(super) fn is_spoken(&self) -> bool {
        ["chat", "responses", "completion"].contains(&self.endpoint.as_str())
    }

    /// One question for each input.
    pub(super) fn of_each_input(&self, answers: usize) -> Result<Vec<Question>, String> {
        if self.inputs.len() != answers {
            return Err(format!("{} inputs were answered {answers} times", self.inputs.len()));
        }
        let mut without = self.body.clone();
        without.as_object_mut().map(|body| body.remove("input"));
        let one = |input: &Option<String>| match input {
            Some(text) => Question {
                identity: format!("{} {} {text}", self.endpoint, identity(&without)),
                body: without.clone(),
                inputs: vec![Some(text.clone())],
                ..self.clone()
            },
            None => Question { inputs: vec![None], ..self.clone() },
        };
        Ok(self.inputs.iter().map(one).collect())
    }
}

/// All that was asked so far: a response may go on from an earlier one.
#[derive(Default)]
pub(super) struct Questions {
    /// What was said up to each response, and in it.
    said: HashMap<String, Vec<(Role, String)>>,
    referred: HashSet<String>,
}

impl Questions {
    pub(super) fn read(
        &mut self,
        method: &str,
        url: &str,
        body: &Value,
        told: Option<&Unpacked>,
    ) -> Result<Question, String> {
        let endpoint = endpoint(method, url, body, told)?;
        if !endpoint.starts_with('/') && !body.is_object() {
            return Err("the body of the request was not recorded".to_owned());
        }
        let mut question = Question {
            model: body["model"].as_str().or_else(|| deployment(url)).map(str::to_owned),
            reply_id: told.and_then(reply_id).map(str::to_owned),
            ..Question::default()
        };
        match endpoint.as_str() {
            "chat" => {
                let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
                question.hear(Vec::new(), messages.iter().map(message), None);
                question.turn = Some(1 + answers(&question.said));
                question.schema = name_of_schema(&body["response_format"]["json_schema"]);
            }
            "responses" => {
                let before = self.before(body);
                let is_known = before.is_some();
                let items = body["input"].as_array().map_or(&[][..], Vec::as_slice);
                let text = body["input"].as_str().map(Turn::of_user);
                let instructions = body["instructions"].as_str();
                question.hear(
                    before.unwrap_or_default(),
                    text.into_iter().chain(items.iter().map(item)),
                    instructions,
                );
                question.turn = is_known.then(|| 1 + answers(&question.said));
                question.schema = name_of_schema(&body["text"]["format"]);
            }
            "completion" => {
                let prompt = &body["prompt"];
                question.user = prompt.as_str().or_else(|| prompt[0].as_str()).map(str::to_owned);
            }
            "embeddings" | "moderations" => question.inputs = inputs(&body["input"]),
            "images" => question.inputs = inputs(&body["prompt"]),
            _ => {}
        }
        question.body = steady(body);
        // As this server reads what it is sent in Azure's form.
        if let (Some(model), Some(body)) = (&question.model, question.body.as_object_mut()) {
            body.entry("model").or_insert_with(|| model.as_str().into());
        }
        let model = question.model.as_deref().unwrap_or_default();
        question.identity = format!("{method} {endpoint} {model} {}", identity(&question.body));
        question.endpoint = endpoint;
        Ok(question)
    }

    /// What was said before a request; nothing where that was not recorded.
    fn before(&mut self, body: &Value) -> Option<Vec<(Role, String)>> {
        if !body["conversation"].is_null() {
            return None;
        }
        let Some(id) = body["previous_response_id"].as_str() else { return Some(Vec::new()) };
        self.referred.insert(id.to_owned());
        self.said.get(id).cloned()
    }

    /// Whether a later request goes on from this response.
    pub(super) fn is_referred(&self, id: &str) -> bool {
        self.referred.contains(id)
    }

    /// Keeps what was said, for requests that go on from there.
    pub(super) fn answered(&mut self, question: &Question, told: &Unpacked) {
        if let (Some(id), "responses") = (&question.reply_id, question.endpoint.as_str()) {
            let response = crate::import::stream::whole(told);
            let items = response.as_ref().map_or(&[][..], |response| list(&response["output"]));
            let mut said = question.said.clone();
            said.extend(items.iter().map(item).filter(Turn::is_read).map(|turn| heard(&turn)));
            self.said.insert(id.clone(), said);
        }
    }
}

impl Question {
    fn hear<'a>(
        &mut self,
        before: Vec<(Role, String)>,
        turns: impl Iterator<Item = Turn<'a>>,
        instructions: Option<&str>,
    ) {
        self.said = before;
        self.said.extend(turns.filter(Turn::is_read).map(|turn| heard(&turn)));
        let said = &self.said;
        self.user = said.iter().rfind(|(role, _)| *role == Role::User).map(|(_, text)| text.clone());
        let told = said.iter().filter(|(role, _)| role.instructs()).map(|(_, text)| text.as_str());
        let told: Vec<&str> = instructions.into_iter().chain(told).collect();
        self.system = (!told.is_empty()).then(|| told.join("\n"));
        let is_output = |one: &&(Role, String)| matches!(one.0, Role::Tool | Role::Function);
        let outputs = said.iter().rev().take_while(is_output).map(|(_, text)| text.clone());
        self.tool_results = outputs.collect();
        self.tool_results.reverse();
    }
}

fn heard(turn: &Turn<'_>) -> (Role, String) {
    (turn.role, turn.texts().collect::<Vec<_>>().join("\n"))
}

/// How often the model has answered: what it says on end is one answer.
fn answers(said: &[(Role, String)]) -> u64 {
    let is_said = |at: usize| said[at].0 == Role::Assistant;
    (0..said.len()).filter(|&at| is_said(at) && (at == 0 || !is_said(at - 1))).count() as u64
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn name_of_schema(format: &Value) -> Option<String> {
    format["name"].as_str().filter(|_| format["schema"].is_object()).map(str::to_owned)
}

/// What is asked about: texts, one or several; a list of tokens or of parts is one input that is no text.
fn inputs(value: &Value) -> Vec<Option<String>> {
    match value {
        Value::Array(items) if items.iter().all(|item| item.is_string() || item.is_array()) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        }
        one => vec![one.as_str().map(str::to_owned)],
    }
}

fn reply_id(told: &Unpacked) -> Option<&str> {
    match told {
        Unpacked::Json(reply) => reply["id"].as_str(),
        Unpacked::Events(events) => events.first().and_then(|event| event["response"]["id"].as_str()),
        _ => None,
    }
}

/// A body without what differs each time: ids that a server gave, and what a client makes up.
fn steady(body: &Value) -> Value {
    let Some(fields) = body.as_object() else { return body.clone() };
    let kept = fields.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| match (name.as_str(), value) {
        ("input", Value::Array(items)) => (name.clone(), items.iter().map(without_ids).collect()),
        _ => (name.clone(), value.clone()),
    });
    Value::Object(kept.collect::<Map<_, _>>())
}

fn without_ids(item: &Value) -> Value {
    let Some(fields) = item.as_object() else { return item.clone() };
    let kept =
        fields.iter().filter(|(name, _)| !["id", "encrypted_content", "status"].contains(&name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// What rules call the operation. Any host may serve one of the API's own; of others only the API's own hosts are
/// believed to.
fn endpoint(method: &str, url: &str, body: &Value, told: Option<&Unpacked>) -> Result<String, String> {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = match address.split_once("://") {
        Some((_, rest)) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", address),
    };
    let known = ENDPOINTS.iter().find(|(ending, _)| path.ends_with(ending)).filter(|_| method == "POST");
    if let Some((_, name)) = known {
        return Ok((*name).to_owned());
    }
    if !address.contains('/') {
        return guessed(body, told).map(str::to_owned).ok_or_else(|| "its path was not recorded".to_owned());
    }
    let name = host.split(':').next().unwrap_or_default();
    let is_own = name.is_empty()
        || ["openai.com", "azure.com", "localhost", "127.0.0.1"].iter().any(|own| name.ends_with(own));
    // Azure has its own root before the version.
    let path = path.strip_prefix("/openai").unwrap_or(path);
    if is_own && path.starts_with("/v1/") {
        Ok(path.to_owned())
    } else {
        Err("this is not of the OpenAI API".to_owned())
    }
}

/// What Azure names in the path instead of a model.
fn deployment(url: &str) -> Option<&str> {
    url.split_once("/deployments/")?.1.split('/').next()
}

/// The operation, where a recorder has left out the address.
fn guessed(body: &Value, told: Option<&Unpacked>) -> Option<&'static str> {
    let first = match told {
        Some(Unpacked::Json(reply)) => Some(reply),
        Some(Unpacked::Events(events)) => events.first(),
        _ => None,
    };
    let object =
        first.and_then(|first| first["object"].as_str().or_else(|| first["response"]["object"].as_str()));
    match object {
        Some("chat.completion" | "chat.completion.chunk") => Some("chat"),
        Some("response") => Some("responses"),
        Some("text_completion") => Some("completion"),
        Some("list") if body.get("input").is_some() => Some("embeddings"),
        _ if body["messages"].is_array() && first.is_some_and(|first| first.get("error").is_some()) => {
            Some("chat")
        }
        _ => None,
    }
}
