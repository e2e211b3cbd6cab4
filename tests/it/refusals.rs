//! Every refusal that a client can provoke: fields put into a good body, and the sentence that comes back,
//! whole. The tables hold a refusal a line.

mod http;
mod kept;
mod legacy;
mod messages;
mod models;
mod nonsense;
mod order;
mod parameters;
mod responses;
mod schemas;
mod stored;
mod tools;

pub(crate) use responses::TAKEN;

use crate::support::CHAT;
use crate::support::Fake;
use crate::support::json;
use openai_fake::Config;
use openai_fake::Reply;
use openai_fake::State;
use openai_fake::declared;
use serde_json::Value;

/// The fields that spoil a body, the message, and `param` and `code`, empty where they are null. A field
/// named `-x` takes the field `x` out; `<<65*x>>` in a text is 65 times x, with `,` as the last
/// character of what is repeated 65 times with commas between.
type Row = (&'static str, &'static str, &'static str, &'static str);

const COMPLETION: &str = r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Hello"}"#;
const RESPONSE: &str = r#"{"model":"gpt-4o","input":"Hello"}"#;
const EMBEDDING: &str = r#"{"model":"text-embedding-3-small","input":"Hello"}"#;

/// Puts fields into a body.
pub(crate) fn with(body: &str, fields: &str) -> String {
    let mut body: Value = serde_json::from_str(body).expect("a body");
    let fields: Value = serde_json::from_str(&repeated(fields)).unwrap_or_else(|e| panic!("{e}: {fields}"));
    for (name, value) in fields.as_object().expect("fields") {
        match name.strip_prefix('-') {
            Some(name) => drop(body.as_object_mut().expect("an object").shift_remove(name)),
            None => body[name] = value.clone(),
        }
    }
    body.to_string()
}

/// Writes `<<3*x,>>` out as `x,x,x`.
fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<<") else { return text.to_owned() };
    let (told, behind) = rest.split_once(">>").expect("an end");
    let (count, what) = told.split_once('*').expect("a count");
    let all = what.repeat(count.parse().expect("a number"));
    format!("{before}{}{}", all.strip_suffix(',').unwrap_or(&all), repeated(behind))
}

/// Rows that spoil one good body.
struct Table {
    path: &'static str,
    body: &'static str,
    status: u16,
    /// The `type` of the refusals.
    kind: &'static str,
    /// Whether the server is one that knows the models of today alone.
    strict: bool,
    rows: &'static [Row],
}

const fn table(path: &'static str, body: &'static str, status: u16, rows: &'static [Row]) -> Table {
    Table { path, body, status, kind: "invalid_request_error", strict: false, rows }
}

impl Table {
    const fn of_kind(self, kind: &'static str) -> Table {
        Table { kind, ..self }
    }

    const fn strict(mut self) -> Table {
        self.strict = true;
        self
    }
}

const CHATS: &str = "/v1/chat/completions";
const COMPLETIONS: &str = "/v1/completions";
const EMBEDDINGS: &str = "/v1/embeddings";
const RESPONSES: &str = "/v1/responses";

const OF_PARAMETERS: &[Table] = &[table(CHATS, CHAT, 400, parameters::PARAMETERS)];
const OF_MESSAGES: &[Table] = &[table(CHATS, CHAT, 400, messages::MESSAGES)];
const OF_TOOLS: &[Table] = &[
    table(CHATS, CHAT, 400, tools::TOOLS),
    table(CHATS, CHAT, 400, tools::SCHEMAS),
    table(CHATS, CHAT, 400, schemas::CHAT),
    table(RESPONSES, RESPONSE, 400, schemas::RESPONSES),
];
const OF_MODELS: &[Table] = &[
    table(CHATS, CHAT, 400, models::MODELS),
    table(CHATS, CHAT, 400, models::SOUND),
    table(CHATS, CHAT, 400, models::THINKING),
    table(CHATS, CHAT, 404, models::ADMISSION),
    table(CHATS, CHAT, 404, models::STRICT).strict(),
    table(COMPLETIONS, COMPLETION, 404, models::STRICT).strict(),
    table(EMBEDDINGS, EMBEDDING, 404, models::STRICT).strict(),
];
const OF_RESPONSES: &[Table] = &[
    table(RESPONSES, RESPONSE, 400, responses::PARAMETERS),
    table(RESPONSES, RESPONSE, 400, responses::ITEMS),
    table(RESPONSES, RESPONSE, 400, responses::TOOLS),
    table(RESPONSES, RESPONSE, 400, responses::DRAWING).of_kind("image_generation_user_error"),
    table(RESPONSES, RESPONSE, 400, responses::MODELS),
    table(RESPONSES, RESPONSE, 400, responses::ORDER),
    table(RESPONSES, RESPONSE, 400, responses::STRICT).strict(),
    table("/v1/responses/input_tokens", RESPONSE, 400, responses::COUNTED),
    table("/v1/responses/compact", RESPONSE, 400, responses::COMPACTED),
];
const OF_ORDER: &[Table] = &[
    table(CHATS, CHAT, 400, order::ORDER),
    table(CHATS, CHAT, 404, order::ORDER_404),
    table(COMPLETIONS, COMPLETION, 400, order::ORDER_LEGACY),
];
const OF_LEGACY: &[Table] = &[
    table(COMPLETIONS, COMPLETION, 400, legacy::COMPLETIONS),
    table(COMPLETIONS, COMPLETION, 404, legacy::COMPLETIONS_404),
    table(COMPLETIONS, COMPLETION, 403, legacy::COMPLETIONS_403),
    table(EMBEDDINGS, EMBEDDING, 400, legacy::EMBEDDINGS),
    table(EMBEDDINGS, EMBEDDING, 403, legacy::EMBEDDINGS_403),
];
const ALL: &[&[Table]] =
    &[OF_PARAMETERS, OF_MESSAGES, OF_TOOLS, OF_MODELS, OF_RESPONSES, OF_ORDER, OF_LEGACY];

/// What is wrong with a reply that should be this refusal; empty where nothing is.
fn difference(reply: &Reply, table: &Table, (fields, message, param, code): Row) -> String {
    let given = |text: &str| if text.is_empty() { Value::Null } else { repeated(text).into() };
    let told = Value::Object(
        [
            ("message", Value::from(message)),
            ("type", table.kind.into()),
            ("param", given(param)),
            ("code", given(code)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect(),
    );
    // As text: the keys have an order.
    let (found, expected) = (json(reply).to_string(), format!(r#"{{"error":{told}}}"#));
    let same = (reply.status, found.as_str()) == (table.status, expected.as_str());
    if same {
        String::new()
    } else {
        format!("{fields}\n  {} {expected}\n  {} {found:.600}\n", table.status, reply.status)
    }
}

/// Asserts that each body is refused as its row says.
#[track_caller]
fn refused(tables: &[Table]) {
    let mut differences = Vec::new();
    for table in tables {
        let config = Config { strict_models: table.strict, ..Config::default() };
        let fake = Fake { state: State::new(config) };
        let difference =
            |row: &Row| difference(&fake.post(table.path, &with(table.body, row.0)), table, *row);
        differences.extend(table.rows.iter().map(difference).filter(|difference| !difference.is_empty()));
    }
    assert!(differences.is_empty(), "{} are not so:\n{}", differences.len(), differences.concat());
}

#[test]
fn good_bodies_are_good() {
    let fake = Fake::new();
    for table in ALL.iter().copied().flatten().filter(|table| !table.strict) {
        assert_eq!(fake.post(table.path, table.body).status, 200, "{}", table.path);
    }
}

#[test]
fn of_the_parameters_of_a_chat() {
    refused(OF_PARAMETERS);
}

#[test]
fn of_the_messages_of_a_chat() {
    refused(OF_MESSAGES);
}

#[test]
fn of_tools_and_schemas() {
    refused(OF_TOOLS);
}

#[test]
fn of_what_a_model_cannot_do() {
    refused(OF_MODELS);
}

#[test]
fn of_responses() {
    refused(OF_RESPONSES);
}

#[test]
fn but_nothing_that_a_response_may_be_asked() {
    let fake = Fake::new();
    for fields in responses::TAKEN {
        let reply = fake.post(RESPONSES, &with(RESPONSE, fields));
        assert_eq!(reply.status, 200, "{fields}\n{:.300}", String::from_utf8_lossy(reply.bytes()));
    }
}

#[test]
fn in_the_order_of_the_api() {
    refused(OF_ORDER);
}

#[test]
fn in_the_older_dialect() {
    refused(OF_LEGACY);
}

/// A body that is just not too long: the limits are where the API has them.
#[test]
fn up_to_its_limits_a_model_takes_everything() {
    let fake = Fake::new();
    for fields in LIMITS {
        let reply = fake.chat(&with(CHAT, fields));
        assert_eq!(reply.status, 200, "{fields}\n{:.300}", String::from_utf8_lossy(reply.bytes()));
    }
    for fields in [
        r#"{"prompt":[<<4080*5,>>]}"#,
        r#"{"prompt":[100257],"max_tokens":4095}"#,
        r#"{"best_of":20,"n":20}"#,
    ] {
        assert_eq!(fake.post("/v1/completions", &with(COMPLETION, fields)).status, 200, "{fields}");
    }
}

/// Whether a message is an instance of a template.
fn is_instance(message: &str, template: &str) -> bool {
    let mut literals = template.split('{').enumerate().map(|(at, piece)| match at {
        0 => piece,
        _ => piece.split_once('}').expect("a closing brace").1,
    });
    let Some(mut rest) = message.strip_prefix(literals.next().expect("a beginning")) else { return false };
    let literals: Vec<&str> = literals.collect();
    let Some((last, between)) = literals.split_last() else { return rest.is_empty() };
    for literal in between {
        let Some(at) = rest.find(literal) else { return false };
        rest = &rest[at + literal.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn every_refusal_has_a_case() {
    let refusals = || declared::refusals().iter().flat_map(|(_, rows)| *rows);
    for refusal in refusals() {
        let case = |status: u16, kind: &str, message: &str| {
            (refusal.status, refusal.kind) == (status, kind) && is_instance(message, refusal.message)
        };
        let in_table = |table: &Table| table.rows.iter().any(|row| case(table.status, table.kind, row.1));
        let of_requests = || http::CASES.iter().chain(stored::CASES);
        let found = ALL.iter().copied().flatten().any(in_table)
            || of_requests().any(|row| case(row.1, "invalid_request_error", row.2));
        let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == refusal.name);
        assert!(found || elsewhere.is_some(), "no case for {}: {}", refusal.name, refusal.message);
        assert!(!found || elsewhere.is_none(), "{} has a case here", refusal.name);
    }
    for (name, _) in ELSEWHERE {
        assert!(refusals().any(|refusal| refusal.name == *name), "{name} is no refusal");
    }
}

/// Refusals whose cases need more than a body, and the tests that have them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("body_too_large", "wire.rs"),
    ("bad_framing", "wire.rs"),
    ("unknown_coding", "wire.rs"),
    ("broken_coding", "wire.rs"),
    ("internal", "src/pipeline.rs"),
    ("conversation_locked", "played.rs"),
    ("synchronous_response", "refusals/kept.rs"),
    ("not_in_background", "refusals/kept.rs"),
    ("without_thought", "refusals/kept.rs"),
    ("response_error", "refusals/kept.rs"),
    ("bad_query", "capture.rs"),
    ("too_many_clocks", "src/api/clock.rs"),
    ("wait_timeout", "asking/wait.rs"),
    ("expectation_failed", "asking/verify.rs"),
    ("no_such_expectation", "asking/verify.rs"),
    ("no_rule", "rules.rs"),
    ("unfilled", "rules.rs"),
    ("bad_rules", "rules.rs"),
    ("bad_fault_sent", "faults.rs"),
    ("bad_fault", "faults.rs"),
    ("no_such_request", "rules.rs"),
    ("no_such_image", "pipeline.rs"),
    ("no_such_image_model", "media.rs"),
    ("one_image_per_stream", "media.rs"),
    ("text_alone_is_moderated", "media.rs"),
    ("empty_input_array", "media.rs"),
    ("empty_input_text", "media.rs"),
    ("too_many_inputs", "media.rs"),
    ("input_too_long", "media.rs"),
    ("too_many_tokens", "media.rs"),
    ("dimensions_not_supported", "media.rs"),
    ("long_image_edge", "media.rs"),
    ("narrow_image_size", "media.rs"),
    ("few_image_pixels", "media.rs"),
    ("many_image_pixels", "media.rs"),
    ("needs_output_format", "media.rs"),
    ("not_for_output_format", "media.rs"),
    ("one_image_as_svg", "media.rs"),
    ("no_transparency", "media.rs"),
    ("only_one_image", "media.rs"),
    ("partial_needs_stream", "media.rs"),
    ("too_many_images", "media.rs"),
    ("too_many_requests", "rules/answers.rs"),
    ("too_many_tokens_a_minute", "rules/answers.rs"),
    ("too_large_for_a_minute", "rules/answers.rs"),
    ("too_many_at_once", "rates.rs"),
    ("insufficient_quota", "rules/answers.rs"),
    ("billing_hard_limit", "rules/answers.rs"),
    ("bad_request", "rules/answers.rs"),
    ("content_policy", "rules/answers.rs"),
    ("moderation_blocked", "rules/answers.rs"),
    ("invalid_prompt", "rules/answers.rs"),
    ("missing_scope", "rules/answers.rs"),
    ("mismatched_project", "rules/answers.rs"),
    ("no_access", "rules/answers.rs"),
    ("unsupported_region", "rules/answers.rs"),
    ("unverified", "rules/answers.rs"),
    ("timeout", "rules/answers.rs"),
    ("conflict", "rules/answers.rs"),
    ("unprocessable", "rules/answers.rs"),
    ("server_error", "rules/answers.rs"),
    ("processing_error", "rules/answers.rs"),
    ("overloaded", "rules/answers.rs"),
    ("engine_overloaded", "rules/answers.rs"),
    ("slow_down", "rules/answers.rs"),
    ("site_overloaded", "rules/answers.rs"),
];

/// One step less than what the tables above refuse.
const LIMITS: &[&str] = &[
    r#"{"model":"gpt-4","messages":[<<2046*{"role":"user","content":""},>>,{"role":"user","content":"Hi"}]}"#,
    r#"{"model":"gpt-4","max_tokens":8184,"messages":[{"role":"user","content":"Hi"}]}"#,
    r#"{"model":"gpt-4o","messages":[<<31998*{"role":"user","content":""},>>,{"role":"user","content":"Hi"}]}"#,
    r#"{"model":"gpt-5","messages":[<<67997*{"role":"user","content":""},>>,{"role":"user","content":"Hi"},{"role":"user","content":"Hi"}]}"#,
    r#"{"max_tokens":16384}"#,
    r#"{"model":"gpt-4.1","max_completion_tokens":32768}"#,
    r#"{"model":"o1","max_completion_tokens":100000}"#,
    r#"{"n":128,"max_tokens":1}"#,
    r#"{"temperature":2,"top_p":1,"presence_penalty":2,"frequency_penalty":-2}"#,
    r#"{"temperature":0,"top_p":0,"presence_penalty":-2.0}"#,
    r#"{"logprobs":true,"top_logprobs":20,"max_tokens":2}"#,
    r#"{"logit_bias":{"5":100,"7":-100},"max_tokens":2}"#,
    r#"{"stop":["a","b","c","d"]}"#,
    r#"{"stop":[]}"#,
    r#"{"safety_identifier":"<<128*ü>>","prompt_cache_key":"<<64*x>>"}"#,
    r#"{"store":true,"metadata":{"<<64*k>>":"<<512*v>>"}}"#,
    r#"{"store":true,"metadata":{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":"","l":"","m":"","n":"","o":"","p":""}}"#,
    r#"{"metadata":{}}"#,
    r#"{"model":"gpt-5","metadata":{"a":"b"}}"#,
    r#"{"messages":[{"role":"user","content":""}]}"#,
    r#"{"messages":[{"role":"user","content":[]}]}"#,
    r#"{"messages":[{"role":"user","content":"Hi","name":"<<64*x>>"}]}"#,
    r#"{"messages":[{"role":"assistant","content":null,"refusal":"No"}]}"#,
    r#"{"model":"gpt-5.1","tools":[]}"#,
    r#"{"tools":[{"type":"function","function":{"name":"<<64*x>>"}}]}"#,
    r#"{"seed":9223372036854775807}"#,
    r#"{"seed":-9223372036854775808}"#,
    r#"{"temperature":null,"n":null,"tools":null,"stop":null,"metadata":null,"response_format":null}"#,
    r#"{"model":"gpt-5.1","temperature":0.5,"logprobs":true}"#,
    r#"{"model":"gpt-5.4","temperature":0,"presence_penalty":1}"#,
    r#"{"model":"gpt-5.1","reasoning_effort":"none","top_p":0.5}"#,
    r#"{"model":"o1","temperature":1,"top_p":1.0,"presence_penalty":0}"#,
    r#"{"model":"gpt-5.6-sol","n":8}"#,
    r#"{"model":"gpt-5.6-sol","prompt_cache_retention":"24h"}"#,
    r#"{"model":"gpt-5","verbosity":"low"}"#,
    r#"{"model":"o1","stop":"x"}"#,
    r#"{"model":"o3-mini-2025-01-31","stop":["x","y"],"reasoning_effort":"high"}"#,
    r#"{"audio":{"voice":"alloy","format":"wav"}}"#,
    r#"{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":{"id":"voice_1"},"format":"wav"}}"#,
    r#"{"service_tier":"scale"}"#,
    r#"{"prompt_cache_options":{"mode":"explicit","ttl":"30m"}}"#,
    r#"{"model":"gpt-5.6","max_completion_tokens":2}"#,
    r#"{"model":"gpt-4o","max_tokens":1}"#,
    r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"<<40*x>>","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"<<40*x>>","content":"x"}]}"#,
    r#"{"model":"gpt-5.4","tools":[{"type":"function","function":{"name":"f"}}]}"#,
    r#"{"model":"gpt-5.5","tools":[{"type":"function","function":{"name":"f"}}]}"#,
    r#"{"model":"gpt-5.4-mini","tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"none"}"#,
    r#"{"model":"gpt-5.6-luna","tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"none"}"#,
    r#"{"model":"gpt-5.6-luna","tools":[{"type":"custom","custom":{"name":"f"}}]}"#,
    r#"{"model":"gpt-5-mini","tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"high"}"#,
    r#"{"model":"gpt-5.1","tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"low"}"#,
    r#"{"verbosity":"medium"}"#,
    r#"{"model":"came-out-yesterday","reasoning_effort":"max","temperature":0.5,"stop":"x","max_tokens":999999}"#,
];
