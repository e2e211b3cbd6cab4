//! What the items of tools may hold, other than those of functions and custom tools.

use crate::api::items::fields::AGENT;
use crate::api::items::fields::CALL_ID;
use crate::api::items::fields::CALLER;
use crate::api::items::fields::CREATED_BY;
use crate::api::items::fields::ID;
use crate::api::items::fields::INPUT_IMAGE;
use crate::api::items::fields::OBJECTS;
use crate::api::items::fields::STATUS;
use crate::api::items::fields::TEXTS;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

pub(super) const WEB_SEARCH_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "searching", "completed", "incomplete", "failed"])),
    optional(
        "action",
        Kind::Tagged {
            tag: "type",
            cases: &[
                (
                    "search",
                    &[optional("query", TEXT), optional("queries", TEXTS), optional("sources", OBJECTS)],
                ),
                ("open_page", &[optional("url", TEXT)]),
                ("find_in_page", &[optional("url", TEXT), optional("pattern", TEXT)]),
            ],
        },
    ),
    optional("results", OBJECTS),
    AGENT,
    CREATED_BY,
];

pub(super) const FILE_SEARCH_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "searching", "completed", "incomplete", "failed"])),
    required("queries", TEXTS),
    optional("results", OBJECTS),
    AGENT,
    CREATED_BY,
];

pub(super) const CODE_INTERPRETER_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete", "interpreting", "failed"])),
    required("container_id", TEXT),
    optional("code", TEXT),
    optional("outputs", OBJECTS),
    CALLER,
    AGENT,
    CREATED_BY,
];

pub(super) const IMAGE_GENERATION_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "completed", "generating", "failed"])),
    optional("result", TEXT),
    optional("action", TEXT),
    optional("background", TEXT),
    optional("output_format", TEXT),
    optional("quality", TEXT),
    optional("revised_prompt", TEXT),
    optional("size", TEXT),
    optional("error", Kind::Object(IMAGE_ERROR)),
    optional("svg_usage", Kind::Object(SVG_USAGE)),
    AGENT,
    CREATED_BY,
];

const IMAGE_ERROR: &[Param] = &[
    required("message", TEXT),
    required("type", TEXT),
    optional("code", TEXT),
    optional("param", TEXT),
    optional(
        "moderation_details",
        Kind::Object(&[
            required("categories", TEXTS),
            required("moderation_stage", Kind::OneOf(&["input", "output", "unknown"])),
        ]),
    ),
];

/// What the author of an SVG has cost.
const SVG_USAGE: &[Param] = &[
    required("model", TEXT),
    required("input_tokens", INTEGER),
    required("output_tokens", INTEGER),
    required("reasoning_tokens", INTEGER),
    required("total_tokens", INTEGER),
];

pub(super) const COMPUTER_CALL: &[Param] = &[
    ID,
    CALL_ID,
    STATUS,
    optional("action", Kind::Map),
    optional("actions", OBJECTS),
    optional("pending_safety_checks", OBJECTS),
    AGENT,
    CREATED_BY,
];

pub(super) const COMPUTER_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required(
        "output",
        Kind::Tagged {
            tag: "type",
            cases: &[
                ("computer_screenshot", &[optional("image_url", TEXT), optional("file_id", TEXT)]),
                ("input_image", INPUT_IMAGE),
            ],
        },
    ),
    optional("acknowledged_safety_checks", OBJECTS),
    STATUS,
    AGENT,
    CREATED_BY,
];

pub(super) const LOCAL_SHELL_CALL: &[Param] =
    &[ID, CALL_ID, required("action", Kind::Map), STATUS, AGENT, CREATED_BY];

pub(super) const LOCAL_SHELL_CALL_OUTPUT: &[Param] =
    &[ID, optional("call_id", TEXT), required("output", TEXT), STATUS, AGENT, CREATED_BY];

pub(super) const SHELL_CALL: &[Param] = &[
    ID,
    CALL_ID,
    required("action", Kind::Map),
    optional("environment", Kind::Map),
    STATUS,
    CALLER,
    AGENT,
    CREATED_BY,
];

pub(super) const SHELL_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required("output", OBJECTS),
    optional("max_output_length", INTEGER),
    STATUS,
    CALLER,
    AGENT,
    CREATED_BY,
];

pub(super) const APPLY_PATCH_CALL: &[Param] = &[
    ID,
    CALL_ID,
    optional("status", Kind::OneOf(&["in_progress", "completed"])),
    required(
        "operation",
        Kind::Tagged {
            tag: "type",
            cases: &[
                ("create_file", &[required("path", TEXT), required("diff", TEXT)]),
                ("delete_file", &[required("path", TEXT)]),
                ("update_file", &[required("path", TEXT), required("diff", TEXT)]),
            ],
        },
    ),
    CALLER,
    AGENT,
    CREATED_BY,
];

pub(super) const APPLY_PATCH_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required("status", Kind::OneOf(&["completed", "failed"])),
    optional("output", TEXT),
    CALLER,
    AGENT,
    CREATED_BY,
];

pub(super) const MCP_LIST_TOOLS: &[Param] = &[
    ID,
    required("server_label", TEXT),
    required("tools", OBJECTS),
    optional("error", Kind::Any),
    AGENT,
    CREATED_BY,
];

pub(super) const MCP_CALL: &[Param] = &[
    ID,
    required("server_label", TEXT),
    required("name", TEXT),
    required("arguments", TEXT),
    optional("output", TEXT),
    optional("error", Kind::Any),
    optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete", "calling", "failed"])),
    optional("approval_request_id", TEXT),
    AGENT,
    CREATED_BY,
];

pub(super) const MCP_APPROVAL_REQUEST: &[Param] = &[
    ID,
    required("server_label", TEXT),
    required("name", TEXT),
    required("arguments", TEXT),
    AGENT,
    CREATED_BY,
];

pub(super) const MCP_APPROVAL_RESPONSE: &[Param] = &[
    ID,
    required("approval_request_id", TEXT),
    required("approve", Kind::Flag),
    optional("reason", TEXT),
    AGENT,
    CREATED_BY,
];

const EXECUTION: Param = optional("execution", Kind::OneOf(&["server", "client"]));

pub(super) const TOOL_SEARCH_CALL: &[Param] =
    &[ID, optional("call_id", TEXT), EXECUTION, optional("arguments", Kind::Any), STATUS, AGENT, CREATED_BY];

pub(super) const TOOL_SEARCH_OUTPUT: &[Param] =
    &[ID, optional("call_id", TEXT), EXECUTION, required("tools", OBJECTS), STATUS, AGENT, CREATED_BY];
