//! What a chat completion takes, in the order in which the API checks it.

use crate::api::chat::limits;
use crate::api::text_params;
use crate::params::AUTHOR;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

pub(super) const DECLARED: Declared =
    Declared { dialect: Dialect::Current, lists: &[("", PARAMS)], choose: |_| 0 };

const PARAMS: &[Param] = &[
    required("model", Kind::Model),
    // What other APIs have in messages and tools is passed over by this one: `reasoning_content`,
    // `cache_control`, what the clients' own helpers leave in a message that is sent back.
    required("messages", Kind::List { of: &MESSAGE, expected: "objects", min: 1, max: usize::MAX }).open(),
    optional("functions", Kind::List { of: &FUNCTION, expected: "function definitions", min: 1, max: 128 })
        .open()
        .deprecated(&["tools"]),
    optional(
        "function_call",
        Kind::Either {
            expected: "one of 'none' or 'auto' or object",
            kinds: &[Kind::OneOf(&["none", "auto"]), Kind::Object(text_params::NAMED)],
        },
    )
    .deprecated(&["tool_choice"]),
    optional("tools", Kind::List { of: &TOOL, expected: "objects", min: 0, max: 128 }).open(),
    optional(
        "tool_choice",
        Kind::Either {
            // The doubled words are the API's.
            expected: "one of one of 'none', 'auto', or 'required' or object",
            kinds: &[text_params::TOOL_CHOICE_WORDS, TOOL_CHOICE],
        },
    ),
    text_params::PARALLEL_TOOL_CALLS,
    optional("max_completion_tokens", Kind::Integer { min: 1, max: i64::MAX }).inert(),
    text_params::N,
    text_params::TEMPERATURE,
    text_params::TOP_P,
    text_params::PRESENCE_PENALTY,
    text_params::FREQUENCY_PENALTY,
    optional("logprobs", Kind::Flag).inert(),
    // Each model has a limit of its own.
    optional("top_logprobs", Kind::Integer { min: 0, max: i64::MAX }).inert(),
    text_params::USER.deprecated(text_params::FOR_USER),
    text_params::SEED.deprecated(&[]),
    text_params::MODERATION,
    text_params::SAFETY_IDENTIFIER,
    text_params::CACHE_OPTIONS,
    text_params::CACHE_KEY,
    optional(
        "prompt_cache_retention",
        // Which words these are is checked with a sentence of its own.
        Kind::Either { expected: "one of 'in_memory' or '24h'", kinds: &[TEXT] },
    )
    .inert()
    .deprecated(text_params::FOR_RETENTION),
    optional(
        "response_format",
        Kind::Tagged {
            tag: "type",
            cases: &[
                ("json_object", &[]),
                ("json_schema", &[required("json_schema", Kind::Object(JSON_SCHEMA))]),
                ("text", &[]),
            ],
        },
    ),
    optional("service_tier", Kind::OneOf(&["auto", "default", "fast", "flex", "priority", "scale"])).inert(),
    optional("max_tokens", Kind::Integer { min: 1, max: i64::MAX })
        .inert()
        .barred(limits::older_limit)
        .deprecated(&["max_completion_tokens"]),
    optional("reasoning_effort", text_params::EFFORT),
    text_params::LOGIT_BIAS,
    text_params::STOP,
    text_params::STREAM,
    text_params::STREAM_OPTIONS,
    text_params::STORE,
    text_params::METADATA,
    optional(
        "prediction",
        Kind::Tagged { tag: "type", cases: &[("content", &[required("content", CONTENT_OF_TEXTS)])] },
    )
    .inert(),
    text_params::VERBOSITY,
    optional(
        "modalities",
        Kind::List { of: &Kind::OneOf(&["text", "audio"]), expected: "strings", min: 1, max: 2 },
    ),
    optional(
        "audio",
        Kind::Object(&[
            required(
                "voice",
                Kind::Either {
                    expected: "one of a string or object",
                    kinds: &[TEXT, Kind::Object(&[required("id", TEXT)])],
                },
            ),
            required("format", Kind::OneOf(&["wav", "aac", "mp3", "flac", "opus", "pcm16"])),
        ]),
    ),
    optional(
        "web_search_options",
        Kind::Object(&[optional("user_location", LOCATION), text_params::CONTEXT_SIZE]),
    ),
];

const LOCATION: Kind = Kind::Tagged {
    tag: "type",
    cases: &[(
        "approximate",
        &[required(
            "approximate",
            Kind::Object(&[
                optional("country", TEXT),
                optional("region", TEXT),
                optional("city", TEXT),
                optional("timezone", TEXT),
            ]),
        )],
    )],
};

const TOOL_CHOICE: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("function", &[required("function", Kind::Object(text_params::NAMED))]),
        (
            "allowed_tools",
            &[required(
                "allowed_tools",
                Kind::Object(&[
                    text_params::MODE_OF_ALLOWED,
                    required(
                        "tools",
                        Kind::List {
                            of: &Kind::Tagged {
                                tag: "type",
                                cases: &[
                                    ("function", &[required("function", Kind::Object(text_params::NAMED))]),
                                    ("custom", &[required("custom", Kind::Object(text_params::NAMED))]),
                                ],
                            },
                            expected: "objects",
                            min: 1,
                            max: 128,
                        },
                    ),
                ]),
            )],
        ),
        ("custom", &[required("custom", Kind::Object(text_params::NAMED))]),
    ],
};

const JSON_SCHEMA: &[Param] =
    &[text_params::NAME, text_params::DESCRIPTION, optional("schema", Kind::Map), text_params::STRICT];

const FUNCTION_FIELDS: &[Param] = &[text_params::NAME, OF_TOOL, text_params::PARAMETERS, text_params::STRICT];

/// What a tool is for.
const OF_TOOL: Param = optional("description", Kind::Text { min: 0, max: 1_048_576 });
const FUNCTION: Kind = Kind::Object(FUNCTION_FIELDS);

const TOOL: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("function", &[required("function", Kind::Object(FUNCTION_FIELDS))]),
        ("custom", &[required("custom", Kind::Object(CUSTOM_FIELDS))]),
    ],
};

const CUSTOM_FIELDS: &[Param] = &[
    text_params::NAME,
    OF_TOOL,
    optional(
        "format",
        Kind::Tagged {
            tag: "type",
            cases: &[("text", &[]), ("grammar", &[required("grammar", Kind::Object(text_params::GRAMMAR))])],
        },
    ),
];

const PART: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("text", &[required("text", SAID), text_params::CACHE_BREAKPOINT]),
        ("image_url", &[required("image_url", Kind::Object(IMAGE)), text_params::CACHE_BREAKPOINT]),
        ("input_audio", &[required("input_audio", Kind::Object(SOUND)), text_params::CACHE_BREAKPOINT]),
        ("refusal", &[required("refusal", TEXT)]),
        ("audio", &[required("audio", Kind::Object(SPOKEN))]),
        ("file", &[required("file", Kind::Object(FILE)), text_params::CACHE_BREAKPOINT]),
    ],
};

const IMAGE: &[Param] =
    &[required("url", TEXT), optional("detail", Kind::OneOf(&["auto", "low", "high", "original"]))];

const SOUND: &[Param] = &[required("data", TEXT), required("format", Kind::OneOf(&["wav", "mp3"]))];

const FILE: &[Param] = &[optional("file_data", TEXT), optional("file_id", TEXT), optional("filename", TEXT)];

const CONTENT_OF_TEXTS: Kind = Kind::Either {
    expected: "one of a string or array of objects",
    kinds: &[
        SAID,
        Kind::List {
            of: &Kind::Tagged {
                tag: "type",
                cases: &[("text", &[required("text", SAID), text_params::CACHE_BREAKPOINT])],
            },
            expected: "objects",
            min: 1,
            max: usize::MAX,
        },
    ],
};

const CONTENT: Kind = Kind::Either {
    expected: "one of a string or array of objects",
    kinds: &[SAID, Kind::List { of: &PART, expected: "objects", min: 0, max: usize::MAX }],
};

/// What one message says, or one part of it.
const SAID: Kind = Kind::Text { min: 0, max: 10_485_760 };

const CALL: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("function", &[required("id", CALL_ID), required("function", Kind::Object(FUNCTION_CALL))]),
        (
            "custom",
            &[
                required("id", CALL_ID),
                required("custom", Kind::Object(&[required("name", TEXT), required("input", TEXT)])),
            ],
        ),
    ],
};

const CALL_ID: Kind = Kind::Text { min: 0, max: 40 };

const FUNCTION_CALL: &[Param] = &[required("name", TEXT), required("arguments", TEXT)];

/// The sound of an earlier answer. Its id is enough; a reply's message can be sent back as it came.
const SPOKEN: &[Param] = &[
    required("id", TEXT),
    optional("data", TEXT),
    optional("expires_at", INTEGER),
    optional("transcript", TEXT),
];

/// The name of a message's author.
const NAME_OF_AUTHOR: Kind = Kind::Name { pattern: AUTHOR, max: 64 };

const MESSAGE: Kind = Kind::Tagged {
    tag: "role",
    cases: &[
        ("system", &[optional("content", CONTENT), optional("name", NAME_OF_AUTHOR)]),
        (
            "assistant",
            &[
                optional("content", CONTENT),
                optional("name", NAME_OF_AUTHOR),
                optional("refusal", TEXT),
                // A reply's message can be sent back as it came.
                optional(
                    "annotations",
                    Kind::List { of: &Kind::Map, expected: "objects", min: 0, max: usize::MAX },
                ),
                optional("audio", Kind::Object(SPOKEN)),
                optional("tool_calls", Kind::List { of: &CALL, expected: "objects", min: 1, max: 128 }),
                optional("function_call", Kind::Object(FUNCTION_CALL)).deprecated(&["tool_calls"]),
            ],
        ),
        ("user", &[optional("content", CONTENT), optional("name", NAME_OF_AUTHOR)]),
        ("function", &[optional("content", CONTENT), required("name", NAME_OF_AUTHOR)]),
        (
            "tool",
            &[
                optional("content", CONTENT),
                required("tool_call_id", CALL_ID),
                optional("name", NAME_OF_AUTHOR),
            ],
        ),
        ("developer", &[required("content", CONTENT), optional("name", NAME_OF_AUTHOR)]),
    ],
};
