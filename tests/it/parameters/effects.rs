//! What is accepted is honoured: each parameter is given once, and the answer is held against the one without
//! it. What is said changes with every parameter that is not declared inert, and stays with those that are.
//! Of an inert one something else must be seen in the reply, or it stands in a list of those that only a
//! client, a bill or a cache would notice, and the reply is the same to the byte.
//!
//! What stands inside an array (an item, a part, a tool) is part of what the array's parameter says. Of each
//! kind of object in there, one of the bodies that the tables of effects and of refusals hold must have it.

use super::bodies;
use super::bodies::Taken;
use crate::effects;
use crate::refusals;
use crate::refusals::with;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Body;
use openai_fake::Reply;
use openai_fake::declared::Parameter;
use serde_json::Value;
use std::collections::BTreeSet;

const CHAT: &str = "POST /v1/chat/completions";
const COMPLETIONS: &str = "POST /v1/completions";
const EMBEDDINGS: &str = "POST /v1/embeddings";
const IMAGES: &str = "POST /v1/images/generations";
const MODERATIONS: &str = "POST /v1/moderations";
const RESPONSES: &str = "POST /v1/responses";
const COUNT: &str = "POST /v1/responses/input_tokens";
const COMPACT: &str = "POST /v1/responses/compact";

/// What a parameter, or those inside it, needs beside it: the operation, its path, fields of both bodies, and
/// fields of the second one in place of a value from the declaration.
type Need = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const NEEDS: &[Need] = &[
    (CHAT, "model", "{}", r#"{"model":"gpt-4.1"}"#),
    (CHAT, "messages", "{}", r#"{"messages":[{"role":"user","content":"Bye"}]}"#),
    (CHAT, "function_call", r#"{"functions":[{"name":"x"}]}"#, ""),
    (CHAT, "tool_choice", r#"{"tools":[{"type":"function","function":{"name":"x"}}]}"#, ""),
    (CHAT, "tool_choice(type=custom)", r#"{"tools":[{"type":"custom","custom":{"name":"x"}}]}"#, ""),
    (CHAT, "parallel_tool_calls", r#"{"tools":[{"type":"function","function":{"name":"x"}}]}"#, ""),
    (CHAT, "moderation.policy", r#"{"moderation":{"model":"x"}}"#, ""),
    (CHAT, "n", "{}", r#"{"n":2}"#),
    (CHAT, "top_logprobs", r#"{"logprobs":true}"#, r#"{"top_logprobs":2}"#),
    (CHAT, "prompt_cache_retention", "{}", r#"{"prompt_cache_retention":"24h"}"#),
    (CHAT, "response_format", r#"{"messages":[{"role":"user","content":"JSON"}]}"#, ""),
    (CHAT, "response_format(type=json_schema).json_schema.schema", "{}", r#"{"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{}}}}}"#),
    (CHAT, "response_format(type=json_schema).json_schema.strict", "{}", r#"{"response_format":{"type":"json_schema","json_schema":{"name":"x","strict":false}}}"#),
    (CHAT, "service_tier", "{}", r#"{"service_tier":"flex"}"#),
    (CHAT, "stop", "{}", r#"{"stop":" "}"#),
    (CHAT, "stream_options", r#"{"stream":true,"stream_options":{}}"#, r#"{"stream_options":{"include_usage":true}}"#),
    (CHAT, "stream_options.include_usage", r#"{"stream":true}"#, ""),
    (CHAT, "stream_options.include_obfuscation", r#"{"stream":true}"#, r#"{"stream_options":{"include_obfuscation":false}}"#),
    (COMPLETIONS, "model", "{}", r#"{"model":"davinci-002"}"#),
    (COMPLETIONS, "prompt", "{}", r#"{"prompt":"Bye"}"#),
    (COMPLETIONS, "best_of", "{}", r#"{"best_of":2}"#),
    (COMPLETIONS, "max_tokens", "{}", r#"{"max_tokens":1}"#),
    (COMPLETIONS, "n", "{}", r#"{"n":2}"#),
    (COMPLETIONS, "stop", "{}", r#"{"stop":" "}"#),
    (COMPLETIONS, "stream_options", r#"{"stream":true}"#, r#"{"stream_options":{"include_usage":true}}"#),
    (EMBEDDINGS, "model", "{}", r#"{"model":"text-embedding-3-large"}"#),
    (EMBEDDINGS, "input", "{}", r#"{"input":"Bye"}"#),
    (EMBEDDINGS, "encoding_format", "{}", r#"{"encoding_format":"base64"}"#),
    (IMAGES, "prompt", "{}", r#"{"prompt":"Bye"}"#),
    (IMAGES, "n", "{}", r#"{"n":2}"#),
    (IMAGES, "size", "{}", r#"{"size":"64x32"}"#),
    (IMAGES, "response_format", r#"{"response_format":null}"#, r#"{"response_format":"url"}"#),
    (IMAGES, "output_format", "{}", r#"{"output_format":"webp"}"#),
    (IMAGES, "output_compression", r#"{"output_format":"jpeg"}"#, ""),
    (IMAGES, "frame_count", r#"{"output_format":"gif"}"#, ""),
    (IMAGES, "frame_duration_ms", r#"{"output_format":"gif"}"#, ""),
    (IMAGES, "svg", r#"{"output_format":"svg"}"#, r#"{"svg":{"model":"x"}}"#),
    (IMAGES, "svg.reasoning", r#"{"output_format":"svg","svg":{"model":"x"}}"#, r#"{"svg":{"model":"x","reasoning":{"effort":"low"}}}"#),
    (IMAGES, "partial_images", r#"{"stream":true}"#, r#"{"partial_images":1}"#),
    (IMAGES, "model", "{}", r#"{"model":"sketcher"}"#),
    (MODERATIONS, "input", "{}", r#"{"input":"Bye"}"#),
    (RESPONSES, "model", "{}", r#"{"model":"gpt-4.1"}"#),
    (RESPONSES, "input", "{}", r#"{"input":"Bye"}"#),
    (RESPONSES, "prompt", "{}", r#"{"prompt":{"id":"pmpt_1"}}"#),
    (RESPONSES, "prompt.id", r#"{"prompt":{"id":"pmpt_1"}}"#, r#"{"prompt":{"id":"pmpt_2"}}"#),
    (RESPONSES, "prompt.version", r#"{"prompt":{"id":"pmpt_1"}}"#, r#"{"prompt":{"id":"pmpt_1","version":"2"}}"#),
    (RESPONSES, "prompt.variables", r#"{"prompt":{"id":"pmpt_1"}}"#, r#"{"prompt":{"id":"pmpt_1","variables":{"a":"b"}}}"#),
    (RESPONSES, "include", "{}", r#"{"include":["message.output_text.logprobs"]}"#),
    (RESPONSES, "tools", "{}", r#"{"tools":[{"type":"function","name":"x"}]}"#),
    (RESPONSES, "tool_choice", r#"{"tools":[{"type":"function","name":"x"}]}"#, ""),
    (RESPONSES, "tool_choice(type=custom)", r#"{"tools":[{"type":"custom","name":"x"}]}"#, ""),
    (RESPONSES, "tool_choice(type=mcp)", r#"{"tools":[{"type":"mcp","server_label":"x","server_url":"https://a.test"}]}"#, ""),
    (RESPONSES, "tool_choice(type=allowed_tools)", r#"{"tools":[{"type":"web_search"}]}"#, r#"{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"web_search"}]}}"#),
    (RESPONSES, "tool_choice(type=allowed_tools).mode", r#"{"tools":[{"type":"web_search"}]}"#, r#"{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"web_search"}]}}"#),
    (RESPONSES, "tool_choice(type=allowed_tools).tools", r#"{"tools":[{"type":"web_search"}]}"#, r#"{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"web_search"}]}}"#),
    (RESPONSES, "text.format", r#"{"input":"JSON"}"#, ""),
    (RESPONSES, "text.format(type=json_schema).name", "{}", r#"{"text":{"format":{"type":"json_schema","name":"x","schema":{"type":"object","properties":{}}}}}"#),
    (RESPONSES, "text.format(type=json_schema).schema", "{}", r#"{"text":{"format":{"type":"json_schema","name":"x","schema":{"type":"object","properties":{}}}}}"#),
    (RESPONSES, "text.format(type=json_schema).description", "{}", r#"{"text":{"format":{"type":"json_schema","name":"x","schema":{"type":"object","properties":{}},"description":"x"}}}"#),
    (RESPONSES, "text.format(type=json_schema).strict", "{}", r#"{"text":{"format":{"type":"json_schema","name":"x","schema":{"type":"object","properties":{}},"strict":false}}}"#),
    (RESPONSES, "moderation.policy", r#"{"moderation":{"model":"x"}}"#, ""),
    (RESPONSES, "top_logprobs", "{}", r#"{"top_logprobs":2}"#),
    (RESPONSES, "store", "{}", r#"{"store":false}"#),
    (RESPONSES, "prompt_cache_retention", "{}", r#"{"prompt_cache_retention":"24h"}"#),
    (RESPONSES, "service_tier", "{}", r#"{"service_tier":"flex"}"#),
    (RESPONSES, "stream_options", r#"{"stream":true}"#, r#"{"stream_options":{"include_obfuscation":false}}"#),
    (RESPONSES, "stream_options.include_obfuscation", r#"{"stream":true}"#, r#"{"stream_options":{"include_obfuscation":false}}"#),
    (COMPACT, "model", "{}", r#"{"model":"gpt-4.1"}"#),
    (COMPACT, "input", "{}", r#"{"input":"Bye"}"#),
    (COUNT, "model", "{}", r#"{"model":"gpt-5"}"#),
    (COUNT, "input", "{}", r#"{"input":"Goodbye, and thanks for all the fish"}"#),
];

/// Inert parameters that leave the reply as it is, to the byte.
const SILENT: &[(&str, &str)] = &[
    (CHAT, "user"),
    (CHAT, "safety_identifier"),
    (CHAT, "prompt_cache_options"),
    (CHAT, "prompt_cache_options.mode"),
    (CHAT, "prompt_cache_options.ttl"),
    (CHAT, "prompt_cache_key"),
    (CHAT, "prompt_cache_retention"),
    // Both are seen when the completion is looked for: stored.rs.
    (CHAT, "store"),
    (CHAT, "metadata"),
    (CHAT, "moderation.policy"),
    (CHAT, "moderation.policy.input"),
    (CHAT, "moderation.policy.input.mode"),
    (CHAT, "moderation.policy.output"),
    (CHAT, "moderation.policy.output.mode"),
    (COMPLETIONS, "user"),
    (COMPLETIONS, "stream_options.include_obfuscation"),
    (EMBEDDINGS, "user"),
    (IMAGES, "moderation"),
    (RESPONSES, "moderation.policy"),
    (RESPONSES, "moderation.policy.input"),
    (RESPONSES, "moderation.policy.input.mode"),
    (RESPONSES, "moderation.policy.output"),
    (RESPONSES, "moderation.policy.output.mode"),
    // It is seen in what is longer: effects/responses/texts.rs.
    (RESPONSES, "context_management"),
    (RESPONSES, "multi_agent"),
    (RESPONSES, "multi_agent.enabled"),
    (RESPONSES, "multi_agent.max_concurrent_subagents"),
    (RESPONSES, "client_metadata"),
    (COUNT, "personality"),
    (COMPACT, "prompt_cache_key"),
    (COMPACT, "prompt_cache_options"),
    (COMPACT, "prompt_cache_options.mode"),
    (COMPACT, "prompt_cache_options.ttl"),
    (COMPACT, "prompt_cache_retention"),
    (COMPACT, "service_tier"),
];

/// What goes on from something that is kept, which stories tell: `effects/responses/kept.rs`.
const KEPT: &[&str] = &["previous_response_id", "conversation", "conversation.id"];

/// A good body of each operation. A model that is not known is refused nothing that another one takes.
const BASES: &[(&str, &str)] = &[
    (CHAT, r#"{"model":"came-out-yesterday","messages":[{"role":"user","content":"Hello"}]}"#),
    (COMPLETIONS, r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello"}"#),
    (EMBEDDINGS, r#"{"model":"text-embedding-3-small","input":"Hello"}"#),
    (IMAGES, r#"{"model":"painter","prompt":"Hello","size":"64x64","response_format":"url"}"#),
    (MODERATIONS, r#"{"input":"Hello"}"#),
    (RESPONSES, r#"{"model":"came-out-yesterday","input":"Hello"}"#),
    (COUNT, r#"{"model":"came-out-yesterday","input":"Hello"}"#),
    (COMPACT, r#"{"model":"came-out-yesterday","input":"Hello"}"#),
];

/// Two bodies that differ in one parameter.
struct Pair {
    without: String,
    given: String,
}

fn pair(taken: &Taken, parameter: &Parameter, base: &str) -> Pair {
    let path = parameter.path.as_str();
    let is_inside = |outer: &str| path.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '(']));
    // What counts and compacts an input takes it as a response does.
    let is_alike =
        |operation: &str| operation == RESPONSES && [COUNT, COMPACT].contains(&taken.operation.as_str());
    let is_own = |need: &&Need| need.0 == taken.operation;
    let of_operation = || NEEDS.iter().filter(is_own).chain(NEEDS.iter().filter(|need| is_alike(need.0)));
    let exact = of_operation().find(|need| need.1 == path);
    let outer = of_operation().filter(|need| is_inside(need.1)).max_by_key(|need| need.1.len());
    let before = exact.or(outer).map_or("{}", |need| need.2);
    let given = exact.map_or("", |need| need.3);
    let without = with(base, before);
    let given = if given.is_empty() {
        let root = path.split(['.', '(']).next().expect("a name");
        let good = taken.with(path, taken.good(parameter, path, &parameter.takes))[root].clone();
        with(&without, &serde_json::json!({root: good}).to_string())
    } else {
        with(&without, given)
    };
    Pair { without, given }
}

#[test]
fn every_parameter_is_honoured() {
    let mut broken = Vec::new();
    let mut asked = 0;
    for taken in bodies::all() {
        let Some((_, base)) = BASES.iter().find(|(operation, _)| *operation == taken.operation) else {
            continue;
        };
        // The lists of images are parts of one, which is that of models that are not known.
        if taken.operation == IMAGES && !taken.list.models.starts_with("any ") {
            continue;
        }
        let inert = |path: &str| {
            let root = path.split(['.', '(']).next();
            taken.parameters().any(|parameter| Some(parameter.path.as_str()) == root && parameter.inert)
        };
        for parameter in taken.parameters().filter(|parameter| !parameter.path.contains("[]")) {
            let path = parameter.path.as_str();
            if KEPT.contains(&path) {
                continue;
            }
            asked += 1;
            let told = difference(&taken, parameter, base, inert(path));
            if let Err(difference) = told {
                broken.push(format!("{} {path}: {difference}\n", taken.operation));
            }
        }
    }
    assert!(broken.is_empty(), "{} of {asked}:\n{}", broken.len(), broken.concat());
    assert!(asked > 150, "only {asked}");
}

/// What is wrong with what a parameter does.
fn difference(taken: &Taken, parameter: &Parameter, base: &str, inert: bool) -> Result<(), String> {
    let fake = Fake::new();
    let Pair { without, given } = pair(taken, parameter, base);
    let ask = |body: &str| {
        let reply = fake.post(&taken.path, body);
        if reply.status == 200 {
            Ok(reply)
        } else {
            Err(format!("{body}: {:.300}", json(&reply).to_string()))
        }
    };
    let (plain, reply) = (ask(&without)?, ask(&given)?);
    let silent = SILENT.contains(&(taken.operation.as_str(), parameter.path.as_str()));
    if taken.operation == COUNT && !silent {
        let counted = ask(&given)?;
        let response = json(&fake.post("/v1/responses", &given))["usage"]["input_tokens"].clone();
        let same = json(&counted)["input_tokens"] == response;
        return if same { Ok(()) } else { Err(format!("{given}: a response counts {response}")) };
    }
    let said = [content(&fake, taken, &plain), content(&fake, taken, &reply)];
    if !inert && !silent {
        return if said[0] == said[1] {
            Err(format!("{given}: says the same: {:.200}", said[0]))
        } else {
            Ok(())
        };
    }
    if !said[0].starts_with(&said[1]) && !said[1].starts_with(&said[0]) {
        return Err(format!("{given}: says something else\n  {:.300}\n  {:.300}", said[0], said[1]));
    }
    // A picture that is told by its address is the same file whatever was asked for.
    let file = |body: &str| {
        let by_address = taken.operation == IMAGES && parameter.path != "response_format";
        if by_address { ask(&with(body, r#"{"response_format":null}"#)) } else { ask(body) }
    };
    let same = told(&file(&without)?) == told(&file(&given)?);
    match (same, silent) {
        (true, false) => Err(format!("{given}: nothing is seen of it")),
        (false, true) => Err(format!("{given}: something is seen of it")),
        _ => Ok(()),
    }
}

/// The data of the events, or the one body.
fn data(reply: &Reply) -> Vec<Value> {
    match &reply.body {
        Body::Events(events) => {
            let text = |event: &[u8]| String::from_utf8(event.to_vec()).expect("UTF-8");
            let data = |event: &[u8]| {
                text(event).lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned)
            };
            let all = events.iter().filter_map(data);
            all.filter_map(|data| serde_json::from_str(&data).ok()).collect()
        }
        _ => vec![json(reply)],
    }
}

/// What is said, whatever it is told in.
fn content(fake: &Fake, taken: &Taken, reply: &Reply) -> String {
    let all = data(reply);
    match taken.operation.as_str() {
        // The id is drawn from what the texts are drawn from.
        CHAT | COMPLETIONS => all[0]["id"].to_string(),
        IMAGES => {
            let last = all.last().expect("a picture");
            let file = |text: &str| {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
            };
            let bytes = match (last["data"][0]["url"].as_str(), last["b64_json"].as_str()) {
                (Some(url), _) => fake.send(openai_fake::Request::new("GET", url)).bytes().to_vec(),
                (None, Some(text)) => file(text),
                (None, None) => file(last["data"][0]["b64_json"].as_str().expect("a picture")),
            };
            format!("{bytes:?}")
        }
        RESPONSES => {
            let mut response =
                all.last().map(|last| last.get("response").unwrap_or(last)).expect("a response").clone();
            while ["queued", "in_progress"].iter().any(|status| response["status"] == *status) {
                response =
                    json(&fake.get(&format!("/v1/responses/{}", response["id"].as_str().expect("an id"))));
            }
            let item = |item: &Value| {
                format!(
                    "{}{}{}",
                    item["call_id"],
                    item["arguments"],
                    item["content"][0]["text"].as_str().unwrap_or_default()
                )
            };
            response["output"].as_array().expect("items").iter().map(item).collect()
        }
        COMPACT => {
            all[0]["output"].as_array().and_then(|items| items.last()).expect("an item")["encrypted_content"]
                .to_string()
        }
        _ => all[0].to_string(),
    }
}

/// All of a reply but for ids, which in responses follow from every parameter.
fn told(reply: &Reply) -> Vec<Value> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| name != "id" && name != "item_id");
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut all = data(reply);
    all.iter_mut().for_each(strip);
    all
}

/// Of what is not generated there is no list that is the longest; of pictures there is.
#[test]
fn what_one_model_draws_from_any_model_draws_from() {
    let all = bodies::all();
    let of_images = || all.iter().filter(|taken| taken.operation == IMAGES);
    let longest = of_images().find(|taken| taken.list.models.starts_with("any ")).expect("a list");
    for taken in of_images() {
        for parameter in taken.parameters() {
            let same = longest.parameters().find(|other| other.path == parameter.path);
            assert_eq!(
                same.map(|other| other.inert),
                Some(parameter.inert),
                "{} {}",
                taken.list.models,
                parameter.path
            );
        }
    }
}

/// What an array can hold, of which a body must be there: the object's place, as in
/// `messages[](role=*).content[](type=text)`. What a reference leads to, stories tell.
fn places(taken: &Taken) -> BTreeSet<String> {
    let place = |parameter: &Parameter| {
        let place = parameter.path.rsplit_once('.')?.0;
        // The parts of a message are the same whoever says it.
        let (before, role) = place.split_once("(role=").unwrap_or((place, ""));
        let (_, behind) = role.split_once(')').unwrap_or_default();
        let parts = behind.starts_with(".content[]");
        let place = if parts { format!("{before}(role=*){behind}") } else { place.to_owned() };
        place.contains("[]").then_some(place)
    };
    taken.parameters().filter_map(place).filter(|place| !place.contains("item_reference")).collect()
}

/// Whether a value has an object at a place.
fn has(value: &Value, place: &str) -> bool {
    if place.is_empty() {
        return value.is_object();
    }
    if let Some(rest) = place.strip_prefix("[]") {
        return value.as_array().is_some_and(|items| items.iter().any(|item| has(item, rest)));
    }
    if let Some((case, rest)) = place.strip_prefix('(').and_then(|place| place.split_once(')')) {
        let (tag, word) = case.split_once('=').expect("a tag");
        // A message need not say that it is one.
        let said = value[tag].as_str().unwrap_or("message");
        return value.is_object() && (said == word || word == "*") && has(value, rest);
    }
    let place = place.trim_start_matches('.');
    let end = place.find(['.', '[', '(']).unwrap_or(place.len());
    value.get(&place[..end]).is_some_and(|inner| has(inner, &place[end..]))
}

#[test]
fn whatever_can_stand_in_an_array_stands_in_a_body() {
    let all = bodies::all();
    let of = |operation: &str| all.iter().find(|taken| taken.operation == operation).expect("an operation");
    let bodies = |base: &str, fields: Vec<&str>| -> Vec<Value> {
        fields.iter().map(|fields| serde_json::from_str(&with(base, fields)).expect("JSON")).collect()
    };
    let base = |operation: &str| BASES.iter().find(|(name, _)| *name == operation).expect("a base").1;
    let chats = bodies(base(CHAT), effects::of_chats().collect());
    let responses =
        bodies(base(RESPONSES), effects::of_responses().chain(refusals::TAKEN.iter().copied()).collect());
    let mut missing = Vec::new();
    for (operation, bodies) in [(CHAT, &chats), (RESPONSES, &responses)] {
        for place in places(of(operation)) {
            if !bodies.iter().any(|body| has(body, &place)) {
                missing.push(format!("{operation} {place}\n"));
            }
        }
    }
    assert!(missing.is_empty(), "{} have none:\n{}", missing.len(), missing.concat());
    // What else takes items takes the same.
    let known = places(of(RESPONSES));
    for taken in all
        .iter()
        .filter(|taken| ![CHAT, COMPLETIONS, MODERATIONS, RESPONSES].contains(&taken.operation.as_str()))
    {
        for place in places(taken) {
            let same = place.replacen("items[]", "input[]", 1);
            assert!(known.contains(&same), "{} {place}", taken.operation);
        }
    }
}
