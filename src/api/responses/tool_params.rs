//! The tools that a response may be given, and how one of them is chosen.

use crate::api::text_params;
use crate::params::IDENTIFIER;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

pub(super) const TOOLS: Param =
    optional("tools", Kind::List { of: &TOOL, expected: "tools", min: 0, max: usize::MAX });

pub(super) const TOOL_CHOICE: Param = optional(
    "tool_choice",
    Kind::Either {
        expected: "one of an object or 'none', 'auto', or 'required'",
        kinds: &[text_params::TOOL_CHOICE_WORDS, CHOICE],
    },
);

const TOOL: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("code_interpreter", CODE_INTERPRETER),
        ("programmatic_tool_calling", &[]),
        ("function", FUNCTION),
        ("namespace", NAMESPACE),
        ("tool_search", TOOL_SEARCH),
        ("file_search", FILE_SEARCH),
        ("web_search", WEB_SEARCH),
        ("web_search_2025_08_26", WEB_SEARCH),
        ("web_search_preview", WEB_SEARCH_PREVIEW),
        ("web_search_preview_2025_03_11", WEB_SEARCH_PREVIEW),
        ("image_generation", IMAGE_GENERATION),
        ("mcp", MCP),
        ("custom", CUSTOM),
        ("computer", &[]),
        ("computer_use_preview", COMPUTER_USE),
        ("local_shell", &[]),
        ("shell", &[optional("environment", ENVIRONMENT), CALLERS]),
        ("apply_patch", &[CALLERS]),
    ],
};

/// The name of a function or of another tool.
const NAME: Param = required("name", Kind::Name { pattern: IDENTIFIER, max: 128 });
/// Whether a tool search has to find the tool before it can be called.
const DEFERRED: Param = optional("defer_loading", Kind::Flag);
/// Whether the model goes on while a call of it runs.
const ASYNC: Param = optional("async", Kind::Flag);
const CALLERS: Param = optional(
    "allowed_callers",
    Kind::List {
        of: &Kind::OneOf(&["direct", "programmatic"]),
        expected: "strings",
        min: 1,
        max: usize::MAX,
    },
);
const TEXTS: Kind = Kind::List { of: &TEXT, expected: "strings", min: 0, max: usize::MAX };

const FUNCTION: &[Param] = &[
    NAME,
    text_params::DESCRIPTION,
    text_params::PARAMETERS,
    text_params::STRICT,
    optional("output_schema", Kind::Map),
    ASYNC,
    DEFERRED,
    CALLERS,
];

const CUSTOM: &[Param] = &[
    NAME,
    text_params::DESCRIPTION,
    optional(
        "format",
        Kind::Tagged { tag: "type", cases: &[("text", &[]), ("grammar", text_params::GRAMMAR)] },
    ),
    ASYNC,
    DEFERRED,
    CALLERS,
];

const NAMESPACE: &[Param] = &[
    NAME,
    required("description", TEXT),
    required(
        "tools",
        Kind::List {
            of: &Kind::Tagged { tag: "type", cases: &[("function", FUNCTION), ("custom", CUSTOM)] },
            expected: "tools",
            min: 1,
            max: usize::MAX,
        },
    ),
];

const TOOL_SEARCH: &[Param] = &[
    optional("execution", Kind::OneOf(&["server", "client"])),
    text_params::DESCRIPTION,
    text_params::PARAMETERS,
];

const LOCATION: Param = optional(
    "user_location",
    Kind::Object(&[
        optional("type", Kind::OneOf(&["approximate"])),
        optional("city", TEXT),
        optional("country", TEXT),
        optional("region", TEXT),
        optional("timezone", TEXT),
    ]),
);
const CONTENT_TYPES: Param = optional(
    "search_content_types",
    Kind::List { of: &Kind::OneOf(&["text", "image"]), expected: "strings", min: 0, max: usize::MAX },
);

const WEB_SEARCH: &[Param] = &[
    optional(
        "filters",
        Kind::Object(&[optional("allowed_domains", TEXTS), optional("blocked_domains", TEXTS)]),
    ),
    LOCATION,
    text_params::CONTEXT_SIZE,
    CONTENT_TYPES,
    optional("external_web_access", Kind::Flag),
    optional("image_settings", Kind::Map),
    // A reply tells it.
    optional("return_token_budget", TEXT),
];

const WEB_SEARCH_PREVIEW: &[Param] = &[LOCATION, text_params::CONTEXT_SIZE, CONTENT_TYPES];

const FILE_SEARCH: &[Param] = &[
    required(
        "vector_store_ids",
        Kind::List {
            of: &Kind::Text { min: 1, max: usize::MAX },
            expected: "strings",
            min: 1,
            max: usize::MAX,
        },
    ),
    optional("max_num_results", Kind::Integer { min: 1, max: 50 }),
    optional(
        "ranking_options",
        Kind::Object(&[
            optional("ranker", TEXT),
            optional("score_threshold", Kind::Number { min: 0.0, max: 1.0 }),
            optional("hybrid_search", Kind::Map),
        ]),
    ),
    optional("filters", Kind::Map),
];

/// What a container is given.
const MEMORY: Param = optional("memory_limit", Kind::OneOf(&["1g", "4g", "16g", "64g"]));
const FILES: Param = optional("file_ids", Kind::List { of: &TEXT, expected: "strings", min: 0, max: 50 });
const NETWORK: Param = optional("network_policy", Kind::Map);
const SKILLS: Param =
    optional("skills", Kind::List { of: &Kind::Map, expected: "objects", min: 0, max: 200 });

const CODE_INTERPRETER: &[Param] = &[
    required(
        "container",
        Kind::Either {
            expected: "one of a string or object",
            kinds: &[
                Kind::Id("cntr"),
                Kind::Tagged { tag: "type", cases: &[("auto", &[FILES, MEMORY, NETWORK])] },
            ],
        },
    ),
    CALLERS,
];

const ENVIRONMENT: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("container_auto", &[FILES, MEMORY, NETWORK, SKILLS]),
        ("local", &[SKILLS]),
        ("container_reference", &[required("container_id", TEXT)]),
    ],
};

const IMAGE_GENERATION: &[Param] = &[
    optional("model", TEXT),
    optional("quality", Kind::OneOf(&["low", "medium", "high", "xhigh", "max", "auto"])),
    optional("size", TEXT),
    optional("output_format", Kind::OneOf(&["png", "webp", "jpeg", "gif", "svg"])),
    optional("output_compression", Kind::Integer { min: 0, max: 100 }),
    optional("moderation", Kind::OneOf(&["auto", "low"])),
    optional("background", Kind::OneOf(&["transparent", "opaque", "auto"])),
    optional("input_fidelity", Kind::OneOf(&["high", "low"])),
    optional("input_image_mask", Kind::Object(&[optional("image_url", TEXT), optional("file_id", TEXT)])),
    optional("partial_images", Kind::Integer { min: 0, max: 3 }),
    optional("action", Kind::OneOf(&["generate", "edit", "auto"])),
    optional("complexity", Kind::OneOf(&["low", "medium", "high"])),
    optional("frame_count", Kind::Integer { min: 1, max: i64::MAX }),
    optional("frame_duration_ms", Kind::Integer { min: 1, max: i64::MAX }),
    optional("svg", Kind::Object(SVG)),
    optional("safety_identifier", Kind::Text { min: 0, max: 128 }),
];

/// Who writes an SVG.
const SVG: &[Param] = &[
    optional("model", TEXT),
    optional("reasoning", Kind::Object(&[optional("effort", text_params::EFFORT)])),
];

const TOOL_NAMES: &[Param] = &[optional("tool_names", TEXTS), optional("read_only", Kind::Flag)];

const MCP: &[Param] = &[
    required("server_label", Kind::Text { min: 1, max: usize::MAX }),
    optional("server_url", TEXT),
    optional(
        "connector_id",
        Kind::OneOf(&[
            "connector_dropbox",
            "connector_gmail",
            "connector_googlecalendar",
            "connector_googledrive",
            "connector_microsoftteams",
            "connector_outlookcalendar",
            "connector_outlookemail",
            "connector_sharepoint",
        ]),
    ),
    optional("tunnel_id", TEXT),
    optional("authorization", TEXT),
    optional("server_description", TEXT),
    optional("headers", Kind::Map),
    optional(
        "allowed_tools",
        Kind::Either {
            expected: "one of an array of strings or object",
            kinds: &[TEXTS, Kind::Object(TOOL_NAMES)],
        },
    ),
    optional(
        "require_approval",
        Kind::Either {
            expected: "one of 'always' or 'never' or object",
            kinds: &[
                Kind::OneOf(&["always", "never"]),
                Kind::Object(&[
                    optional("always", Kind::Object(TOOL_NAMES)),
                    optional("never", Kind::Object(TOOL_NAMES)),
                ]),
            ],
        },
    ),
    DEFERRED,
    CALLERS,
];

const COMPUTER_USE: &[Param] = &[
    required("environment", Kind::OneOf(&["windows", "mac", "linux", "ubuntu", "browser"])),
    required("display_width", INTEGER),
    required("display_height", INTEGER),
];

const CHOICE: Kind = Kind::Tagged {
    tag: "type",
    cases: &[
        ("code_interpreter", &[]),
        ("programmatic_tool_calling", &[]),
        ("function", text_params::NAMED),
        ("file_search", &[]),
        ("web_search", &[]),
        ("web_search_2025_08_26", &[]),
        ("web_search_preview", &[]),
        ("web_search_preview_2025_03_11", &[]),
        ("image_generation", &[]),
        ("mcp", &[required("server_label", TEXT), optional("name", TEXT)]),
        ("custom", text_params::NAMED),
        ("computer", &[]),
        ("computer_use", &[]),
        ("computer_use_preview", &[]),
        ("shell", &[]),
        ("local_shell", &[]),
        ("apply_patch", &[]),
        (
            "allowed_tools",
            &[
                text_params::MODE_OF_ALLOWED,
                required(
                    "tools",
                    Kind::List { of: &Kind::Map, expected: "objects", min: 1, max: usize::MAX },
                ),
            ],
        ),
    ],
};
