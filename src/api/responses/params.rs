//! What a response takes, in the order in which it is checked, and what counting and compacting an input
//! take.

use crate::api::items::params::INCLUDABLE;
use crate::api::items::params::INPUT;
use crate::api::responses::tool_params::TOOL_CHOICE;
use crate::api::responses::tool_params::TOOLS;
use crate::api::text_params;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

/// `POST /v1/responses`
pub(super) const DECLARED: Declared =
    Declared { dialect: Dialect::Current, lists: &[("", PARAMS)], choose: |_| 0 };

/// `POST /v1/responses/input_tokens`
pub(super) const INPUT_TOKENS: Declared =
    Declared { dialect: Dialect::Current, lists: &[("", COUNTED)], choose: |_| 0 };

/// `POST /v1/responses/compact`
pub(super) const COMPACT: Declared =
    Declared { dialect: Dialect::Current, lists: &[("", COMPACTED)], choose: |_| 0 };

const PARAMS: &[Param] = &[
    required("model", Kind::RequestedModel).unless(&["prompt"]),
    required("input", INPUT).unless(&["previous_response_id", "prompt", "conversation"]),
    optional("instructions", TEXT),
    // What came before is carried into the input, so it is not the id that counts.
    PREVIOUS.inert(),
    CONVERSATION.inert(),
    optional("prompt", Kind::Object(PROMPT)),
    optional("include", INCLUDE).inert(),
    TOOLS,
    TOOL_CHOICE,
    text_params::PARALLEL_TOOL_CALLS,
    optional("max_tool_calls", Kind::Integer { min: 1, max: i64::MAX }).inert(),
    optional("text", Kind::Object(TEXT_OPTIONS)),
    optional("reasoning", Kind::Object(REASONING)),
    optional("max_output_tokens", Kind::Integer { min: 16, max: i64::MAX }).inert(),
    text_params::TEMPERATURE,
    text_params::TOP_P,
    optional("top_logprobs", Kind::Integer { min: 0, max: 20 }).inert(),
    optional("truncation", TRUNCATION).inert().deprecated(&[]),
    optional(
        "context_management",
        Kind::List { of: &Kind::Object(MANAGEMENT), expected: "objects", min: 1, max: usize::MAX },
    )
    .inert(),
    text_params::MODERATION,
    optional("background", Kind::Flag).inert(),
    optional("background_options", Kind::Object(BACKGROUND_OPTIONS)).inert(),
    optional("access_programs", Kind::Object(ACCESS_PROGRAMS)).inert(),
    IMAGE,
    optional("multi_agent", Kind::Object(MULTI_AGENT)).inert(),
    text_params::STORE,
    text_params::STREAM,
    optional("stream_options", Kind::Object(&[text_params::OBFUSCATION])).inert(),
    text_params::METADATA,
    text_params::USER.deprecated(text_params::FOR_USER),
    text_params::SAFETY_IDENTIFIER,
    CACHE_KEY,
    CACHE_OPTIONS,
    CACHE_RETENTION,
    optional(
        "service_tier",
        Kind::OneOf(&["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]),
    )
    .inert(),
    // What the Codex command line says of itself.
    optional("client_metadata", Kind::Map).inert(),
    optional("messages", Kind::Moved("input")),
    optional("response_format", Kind::Moved("text.format")),
    optional("reasoning_effort", Kind::Moved("reasoning.effort")),
];

const COUNTED: &[Param] = &[
    optional("model", Kind::RequestedModel),
    optional("input", INPUT),
    optional("instructions", TEXT),
    PREVIOUS,
    CONVERSATION,
    TOOLS,
    TOOL_CHOICE,
    text_params::PARALLEL_TOOL_CALLS,
    optional("text", Kind::Object(TEXT_OPTIONS)),
    optional("reasoning", Kind::Object(REASONING)),
    optional("truncation", TRUNCATION),
    optional("personality", TEXT),
];

const COMPACTED: &[Param] = &[
    required("model", Kind::RequestedModel),
    optional("input", INPUT),
    optional("instructions", TEXT),
    PREVIOUS.inert(),
    IMAGE,
    CACHE_KEY,
    text_params::CACHE_OPTIONS,
    CACHE_RETENTION,
    text_params::SERVICE_TIER,
];

const PREVIOUS: Param = optional("previous_response_id", TEXT);

/// Its id, alone or in an object.
const CONVERSATION: Param = optional(
    "conversation",
    Kind::Either {
        expected: "one of a string or object",
        kinds: &[TEXT, Kind::Object(&[required("id", TEXT)])],
    },
);

/// A prompt that was stored on the platform.
const PROMPT: &[Param] = &[required("id", TEXT), optional("version", TEXT), optional("variables", Kind::Map)];

const INCLUDE: Kind =
    Kind::List { of: &Kind::OneOf(INCLUDABLE), expected: "strings", min: 0, max: usize::MAX };

const TEXT_OPTIONS: &[Param] = &[optional("format", FORMAT), text_params::VERBOSITY];

const FORMAT: Kind = Kind::Tagged {
    tag: "type",
    cases: &[("json_object", &[]), ("text", &[]), ("json_schema", text_params::SCHEMA_FORMAT)],
};

const SUMMARY: Kind = Kind::OneOf(&["concise", "detailed", "auto"]);

const REASONING: &[Param] = &[
    optional("effort", text_params::EFFORT),
    optional("summary", SUMMARY),
    optional("generate_summary", SUMMARY).deprecated(&["reasoning.summary"]),
    optional("context", Kind::OneOf(&["auto", "current_turn", "all_turns"])),
    // Any word is documented.
    optional("mode", TEXT),
];

const TRUNCATION: Kind = Kind::OneOf(&["auto", "disabled"]);

/// When what is in the background is to be done.
const BACKGROUND_OPTIONS: &[Param] = &[
    optional("completion_window", Kind::OneOf(&["soonest", "2h", "8h"])),
    optional("continuation_id", TEXT),
];

const ACCESS_PROGRAMS: &[Param] =
    &[optional("cyber", Kind::OneOf(&["standard", "daybreak_blue", "daybreak_red"]))];

/// How images are carried in the context.
const IMAGE: Param = optional(
    "image",
    Kind::Object(&[optional("context_compression", Kind::OneOf(&["auto", "enabled", "disabled"]))]),
)
.inert();

/// Whether the model may have others work for it, which is a beta.
const MULTI_AGENT: &[Param] = &[
    required("enabled", Kind::Flag),
    optional("max_concurrent_subagents", Kind::Integer { min: 1, max: i64::MAX }),
];

/// Of any length, other than that of a chat.
const CACHE_KEY: Param = optional("prompt_cache_key", TEXT).inert();

/// When and how the context is compacted.
const MANAGEMENT: &[Param] =
    &[required("type", TEXT), optional("compact_threshold", Kind::Integer { min: 1000, max: i64::MAX })];

const CACHE_OPTIONS: Param = optional(
    "prompt_cache_options",
    Kind::Object(&[
        text_params::CACHE_MODE,
        text_params::LONGER_TTL,
        optional("comparison_response_id", TEXT),
    ]),
)
.inert();

const CACHE_RETENTION: Param = optional("prompt_cache_retention", Kind::OneOf(&["in_memory", "24h"]))
    .inert()
    .deprecated(text_params::FOR_RETENTION);
