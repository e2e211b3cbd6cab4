//! What the operations that answer with text take alike: chat completions, responses, and the older
//! completions where they do too. What only one of them takes stands with it.

use crate::params::IDENTIFIER;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

// What the answer is drawn by.
pub(super) const TEMPERATURE: Param = optional("temperature", Kind::Number { min: 0.0, max: 2.0 });
pub(super) const TOP_P: Param = optional("top_p", Kind::Number { min: 0.0, max: 1.0 });
pub(super) const PRESENCE_PENALTY: Param = optional("presence_penalty", PENALTY);
pub(super) const FREQUENCY_PENALTY: Param = optional("frequency_penalty", PENALTY);
const PENALTY: Kind = Kind::Number { min: -2.0, max: 2.0 };
pub(super) const LOGIT_BIAS: Param = optional("logit_bias", Kind::LogitBias);
pub(super) const SEED: Param = optional("seed", INTEGER);
pub(super) const N: Param = optional("n", Kind::Integer { min: 1, max: 128 }).inert();

// Where it ends, and how it is sent.
pub(super) const STOP: Param = optional(
    "stop",
    Kind::Either {
        expected: "one of a string or array of strings",
        kinds: &[TEXT, Kind::List { of: &TEXT, expected: "strings", min: 0, max: 4 }],
    },
)
.inert();
pub(super) const STREAM: Param = optional("stream", Kind::Flag).inert();
/// Of chats and completions. A stream of a response always tells what was used.
pub(super) const STREAM_OPTIONS: Param =
    optional("stream_options", Kind::Object(&[optional("include_usage", Kind::Flag), OBFUSCATION])).inert();
pub(super) const OBFUSCATION: Param = optional("include_obfuscation", Kind::Flag);

// Who asks, and what is kept of it.
pub(super) const USER: Param = optional("user", TEXT).inert();
/// What chats and responses want in its place.
pub(super) const FOR_USER: &[&str] = &["safety_identifier", "prompt_cache_key"];
pub(super) const SAFETY_IDENTIFIER: Param =
    optional("safety_identifier", Kind::Text { min: 0, max: 128 }).inert();
pub(super) const STORE: Param = optional("store", Kind::Flag).inert();
pub(super) const METADATA: Param = optional("metadata", Kind::Metadata).inert();
pub(super) const CACHE_KEY: Param = optional("prompt_cache_key", Kind::Text { min: 0, max: 64 }).inert();
/// Of chats, and of what compacts an input.
pub(super) const CACHE_OPTIONS: Param =
    optional("prompt_cache_options", Kind::Object(&[CACHE_MODE, CACHE_TTL])).inert();
pub(super) const CACHE_MODE: Param = optional("mode", Kind::OneOf(&["implicit", "explicit"]));
/// What takes the place of `prompt_cache_retention`.
pub(super) const FOR_RETENTION: &[&str] = &["prompt_cache_options.ttl"];
const CACHE_TTL: Param = optional("ttl", Kind::OneOf(&["30m"]));
/// Where the cached part of a prompt ends.
pub(super) const CACHE_BREAKPOINT: Param = optional(
    "prompt_cache_breakpoint",
    Kind::Object(&[required("mode", Kind::OneOf(&["explicit"])), LONGER_TTL]),
);
pub(super) const LONGER_TTL: Param = optional("ttl", Kind::OneOf(&["30m", "12h"]));

/// Of what compacts an input. Chats and responses have more tiers than these.
pub(super) const SERVICE_TIER: Param =
    optional("service_tier", Kind::OneOf(&["auto", "default", "fast", "flex", "priority"])).inert();

/// The model that is to look at what was asked and at what was said.
pub(super) const MODERATION: Param = optional("moderation", Kind::Object(MODERATOR)).inert();
const MODERATOR: &[Param] = &[
    required("model", TEXT),
    optional("policy", Kind::Object(&[optional("input", MODE), optional("output", MODE)])),
];
const MODE: Kind = Kind::Object(&[required("mode", Kind::OneOf(&["score", "block"]))]);

// How hard the model thinks, and how much it says. The two APIs have other names for these.
pub(super) const EFFORT: Kind = Kind::OneOf(&["none", "minimal", "low", "medium", "high", "xhigh", "max"]);
pub(super) const VERBOSITY: Param = optional("verbosity", Kind::OneOf(&["low", "medium", "high"]));

/// The name of a schema, and in chats of a tool.
pub(super) const NAME: Param = required("name", Kind::Name { pattern: IDENTIFIER, max: 64 });
/// A schema that a response is held to.
pub(super) const SCHEMA_FORMAT: &[Param] = &[NAME, required("schema", Kind::Map), DESCRIPTION, STRICT];
pub(super) const DESCRIPTION: Param = optional("description", TEXT);
pub(super) const STRICT: Param = optional("strict", Kind::Flag);

// Tools.
pub(super) const PARALLEL_TOOL_CALLS: Param = optional("parallel_tool_calls", Kind::Flag);
pub(super) const PARAMETERS: Param = optional("parameters", Kind::Map);
/// The words that `tool_choice` may be.
pub(super) const TOOL_CHOICE_WORDS: Kind = Kind::OneOf(&["none", "auto", "required"]);
/// Whether one of the tools that are allowed must be called.
pub(super) const MODE_OF_ALLOWED: Param = required("mode", Kind::OneOf(&["auto", "required"]));
/// A tool or a function that is chosen.
pub(super) const NAMED: &[Param] = &[required("name", TEXT)];
/// What the input of a custom tool must be.
pub(super) const GRAMMAR: &[Param] =
    &[required("definition", TEXT), required("syntax", Kind::OneOf(&["lark", "regex"]))];
pub(super) const CONTEXT_SIZE: Param =
    optional("search_context_size", Kind::OneOf(&["low", "medium", "high"]));

/// The tier that served a request, of the one that was asked for.
pub(super) fn served_tier(asked: Option<&str>) -> &'static str {
    match asked {
        Some("flex") => "flex",
        Some("priority" | "fast") => "priority",
        Some("ultrafast") => "ultrafast",
        _ => "default",
    }
}
