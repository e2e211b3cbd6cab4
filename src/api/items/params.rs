//! What an item may hold. An item of a reply is taken as it came, with what the clients' own helpers put
//! into it.

use crate::api::text_params;
use crate::params::INTEGER;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

/// An item of `input` or of a conversation.
pub(in crate::api) const ITEM: Kind = Kind::Union {
    expected: "an input item",
    tag: "type",
    untagged: &[("role", "message"), ("id", "item_reference")],
    cases: &[
        ("additional_tools", Kind::Map),
        ("agent_message", Kind::Map),
        ("apply_patch_call", Kind::Object(APPLY_PATCH_CALL)),
        ("apply_patch_call_output", Kind::Object(APPLY_PATCH_CALL_OUTPUT)),
        ("code_interpreter_call", Kind::Object(CODE_INTERPRETER_CALL)),
        ("compaction", Kind::Object(&[ID, required("encrypted_content", TEXT), CREATED_BY])),
        ("compaction_trigger", Kind::Map),
        ("computer_call", Kind::Object(COMPUTER_CALL)),
        ("computer_call_output", Kind::Object(COMPUTER_CALL_OUTPUT)),
        ("custom_tool_call", Kind::Object(CUSTOM_TOOL_CALL)),
        ("custom_tool_call_output", Kind::Object(CUSTOM_TOOL_CALL_OUTPUT)),
        ("file_search_call", Kind::Object(FILE_SEARCH_CALL)),
        ("function_call", Kind::Object(FUNCTION_CALL)),
        ("function_call_output", Kind::Object(FUNCTION_CALL_OUTPUT)),
        ("image_generation_call", Kind::Object(IMAGE_GENERATION_CALL)),
        ("item_reference", Kind::Object(&[required("id", TEXT)])),
        ("local_shell_call", Kind::Object(LOCAL_SHELL_CALL)),
        ("local_shell_call_output", Kind::Object(LOCAL_SHELL_CALL_OUTPUT)),
        ("mcp_approval_request", Kind::Object(MCP_APPROVAL_REQUEST)),
        ("mcp_approval_response", Kind::Object(MCP_APPROVAL_RESPONSE)),
        ("mcp_call", Kind::Object(MCP_CALL)),
        ("mcp_list_tools", Kind::Object(MCP_LIST_TOOLS)),
        ("message", MESSAGE),
        ("multi_agent_call", Kind::Map),
        ("multi_agent_call_output", Kind::Map),
        ("program", Kind::Map),
        ("program_output", Kind::Map),
        ("reasoning", Kind::Object(REASONING)),
        ("shell_call", Kind::Object(SHELL_CALL)),
        ("shell_call_output", Kind::Object(SHELL_CALL_OUTPUT)),
        ("tool_search_call", Kind::Object(TOOL_SEARCH_CALL)),
        ("tool_search_output", Kind::Object(TOOL_SEARCH_OUTPUT)),
        ("web_search_call", Kind::Object(WEB_SEARCH_CALL)),
    ],
};

/// The `input` of a response: what a user says, or items.
pub(in crate::api) const INPUT: Kind = Kind::Either {
    expected: "one of a string or array of input items",
    kinds: &[TEXT, Kind::List { of: &ITEM, expected: "input items", min: 0, max: usize::MAX }],
};

/// So many as a conversation takes at once.
pub(in crate::api) const ITEMS: Kind = Kind::List { of: &ITEM, expected: "input items", min: 0, max: 20 };

/// What `include` may ask for beside the items.
pub(in crate::api) const INCLUDABLE: &[&str] = &[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
];

const ID: Param = optional("id", TEXT);
const CALL_ID: Param = required("call_id", Kind::Text { min: 1, max: 64 });
const STATUS: Param = optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete"]));
/// Who made an item, where several agents do.
const CREATED_BY: Param = optional("created_by", TEXT);
const CALLER: Param = optional("caller", Kind::Map);
const NAMESPACE: Param = optional("namespace", TEXT);

const OBJECTS: Kind = parts(&Kind::Map);
const TEXTS: Kind = Kind::List { of: &TEXT, expected: "strings", min: 0, max: usize::MAX };

const MESSAGE: Kind = Kind::Union {
    expected: "an input item",
    tag: "role",
    untagged: &[],
    cases: &[
        ("assistant", Kind::Object(ANSWER)),
        ("system", Kind::Object(TOLD)),
        ("developer", Kind::Object(TOLD)),
        ("user", Kind::Object(TOLD)),
    ],
};

const ID_OF_MESSAGE: Param = optional("id", Kind::Id("msg"));
const PHASE: Param = optional("phase", Kind::OneOf(&["commentary", "final_answer"]));

/// A message to the model.
const TOLD: &[Param] = &[ID_OF_MESSAGE, required("content", INPUT_CONTENT), PHASE, STATUS, CREATED_BY];

/// A message of the model.
const ANSWER: &[Param] = &[ID_OF_MESSAGE, required("content", OUTPUT_CONTENT), PHASE, STATUS, CREATED_BY];

const INPUT_CONTENT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&INPUT_PART)] };
const OUTPUT_CONTENT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&OUTPUT_PART)] };
/// What a tool answered.
const TOOL_OUTPUT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&TOOL_PART)] };
const CONTENT: &str = "one of a string or array of objects";

/// A part, in one of several forms.
const fn part(cases: &'static [(&'static str, Kind)]) -> Kind {
    Kind::Union { expected: "an object", tag: "type", untagged: &[], cases }
}

const fn parts(of: &'static Kind) -> Kind {
    Kind::List { of, expected: "objects", min: 0, max: usize::MAX }
}

const INPUT_PART: Kind = part(&[
    ("input_text", Kind::Object(INPUT_TEXT)),
    ("input_image", Kind::Object(INPUT_IMAGE)),
    ("input_file", Kind::Object(INPUT_FILE)),
    ("scoped_content", Kind::Map),
    ("input_audio", Kind::Object(INPUT_AUDIO)),
]);

const TOOL_PART: Kind = part(&[
    ("input_text", Kind::Object(INPUT_TEXT)),
    ("input_image", Kind::Object(INPUT_IMAGE)),
    ("input_file", Kind::Object(INPUT_FILE)),
]);

const OUTPUT_PART: Kind = part(&[
    ("output_text", Kind::Object(OUTPUT_TEXT)),
    ("refusal", Kind::Object(&[required("refusal", TEXT)])),
]);

const INPUT_TEXT: &[Param] = &[required("text", TEXT), text_params::CACHE_BREAKPOINT];

const INPUT_IMAGE: &[Param] = &[
    optional("image_url", Kind::Either { expected: "an image URL", kinds: &[TEXT] }),
    optional("file_id", TEXT),
    optional("detail", Kind::OneOf(&["low", "high", "auto", "original"])),
    text_params::CACHE_BREAKPOINT,
];

const INPUT_FILE: &[Param] = &[
    optional("file_id", TEXT),
    optional("filename", TEXT),
    optional("file_data", TEXT),
    optional("file_url", TEXT),
    optional("detail", Kind::OneOf(&["auto", "low", "high"])),
    text_params::CACHE_BREAKPOINT,
];

const INPUT_AUDIO: &[Param] = &[required(
    "input_audio",
    Kind::Object(&[required("data", TEXT), required("format", Kind::OneOf(&["mp3", "wav"]))]),
)];

const OUTPUT_TEXT: &[Param] = &[
    required("text", TEXT),
    optional("annotations", OBJECTS),
    optional("logprobs", OBJECTS),
    // What a client's helper puts beside a text that it has parsed.
    optional("parsed", Kind::Any),
];

const REASONING: &[Param] = &[
    // A client that keeps the encrypted content alone may have dropped it.
    optional("id", Kind::Id("rs")),
    required("summary", parts(&SUMMARY)),
    optional("content", parts(&THOUGHT)),
    optional("encrypted_content", TEXT),
    STATUS,
    CREATED_BY,
];
const SUMMARY: Kind = Kind::Tagged { tag: "type", cases: &[("summary_text", &[required("text", TEXT)])] };
const THOUGHT: Kind = Kind::Tagged { tag: "type", cases: &[("reasoning_text", &[required("text", TEXT)])] };

const FUNCTION_CALL: &[Param] = &[
    optional("id", Kind::Id("fc")),
    CALL_ID,
    required("name", TEXT),
    required("arguments", TEXT),
    STATUS,
    NAMESPACE,
    CALLER,
    CREATED_BY,
    // What a client's helper puts beside arguments that it has parsed.
    optional("parsed_arguments", Kind::Any),
];

const FUNCTION_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required("output", TOOL_OUTPUT),
    optional("name", TEXT),
    STATUS,
    NAMESPACE,
    CALLER,
    CREATED_BY,
];

const CUSTOM_TOOL_CALL: &[Param] = &[
    optional("id", Kind::Id("ctc")),
    CALL_ID,
    required("name", TEXT),
    required("input", TEXT),
    STATUS,
    NAMESPACE,
    CALLER,
    CREATED_BY,
];

const CUSTOM_TOOL_CALL_OUTPUT: &[Param] =
    &[ID, CALL_ID, required("output", TOOL_OUTPUT), STATUS, CALLER, CREATED_BY];

const WEB_SEARCH_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "searching", "completed", "failed"])),
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
    CREATED_BY,
];

const FILE_SEARCH_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "searching", "completed", "incomplete", "failed"])),
    required("queries", TEXTS),
    optional("results", OBJECTS),
    CREATED_BY,
];

const CODE_INTERPRETER_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete", "interpreting", "failed"])),
    required("container_id", TEXT),
    optional("code", TEXT),
    optional("outputs", OBJECTS),
    CALLER,
    CREATED_BY,
];

const IMAGE_GENERATION_CALL: &[Param] = &[
    ID,
    optional("status", Kind::OneOf(&["in_progress", "completed", "generating", "failed"])),
    optional("result", TEXT),
    optional("action", TEXT),
    optional("background", TEXT),
    optional("output_format", TEXT),
    optional("quality", TEXT),
    optional("revised_prompt", TEXT),
    optional("size", TEXT),
    CREATED_BY,
];

const COMPUTER_CALL: &[Param] = &[
    ID,
    CALL_ID,
    STATUS,
    optional("action", Kind::Map),
    optional("actions", OBJECTS),
    optional("pending_safety_checks", OBJECTS),
    CREATED_BY,
];

const COMPUTER_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required(
        "output",
        Kind::Tagged {
            tag: "type",
            cases: &[("computer_screenshot", &[optional("image_url", TEXT), optional("file_id", TEXT)])],
        },
    ),
    optional("acknowledged_safety_checks", OBJECTS),
    STATUS,
    CREATED_BY,
];

const LOCAL_SHELL_CALL: &[Param] = &[ID, CALL_ID, required("action", Kind::Map), STATUS, CREATED_BY];

const LOCAL_SHELL_CALL_OUTPUT: &[Param] =
    &[ID, optional("call_id", TEXT), required("output", TEXT), STATUS, CREATED_BY];

const SHELL_CALL: &[Param] = &[
    ID,
    CALL_ID,
    required("action", Kind::Map),
    optional("environment", Kind::Map),
    STATUS,
    CALLER,
    CREATED_BY,
];

const SHELL_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required("output", OBJECTS),
    optional("max_output_length", INTEGER),
    STATUS,
    CALLER,
    CREATED_BY,
];

const APPLY_PATCH_CALL: &[Param] = &[
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
    CREATED_BY,
];

const APPLY_PATCH_CALL_OUTPUT: &[Param] = &[
    ID,
    CALL_ID,
    required("status", Kind::OneOf(&["completed", "failed"])),
    optional("output", TEXT),
    CALLER,
    CREATED_BY,
];

const MCP_LIST_TOOLS: &[Param] = &[
    ID,
    required("server_label", TEXT),
    required("tools", OBJECTS),
    optional("error", Kind::Any),
    CREATED_BY,
];

const MCP_CALL: &[Param] = &[
    ID,
    required("server_label", TEXT),
    required("name", TEXT),
    required("arguments", TEXT),
    optional("output", TEXT),
    optional("error", Kind::Any),
    optional("status", Kind::OneOf(&["in_progress", "completed", "incomplete", "calling", "failed"])),
    optional("approval_request_id", TEXT),
    CREATED_BY,
];

const MCP_APPROVAL_REQUEST: &[Param] =
    &[ID, required("server_label", TEXT), required("name", TEXT), required("arguments", TEXT), CREATED_BY];

const MCP_APPROVAL_RESPONSE: &[Param] = &[
    ID,
    required("approval_request_id", TEXT),
    required("approve", Kind::Flag),
    optional("reason", TEXT),
    CREATED_BY,
];

const EXECUTION: Param = optional("execution", Kind::OneOf(&["server", "client"]));

const TOOL_SEARCH_CALL: &[Param] =
    &[ID, optional("call_id", TEXT), EXECUTION, optional("arguments", Kind::Any), STATUS, CREATED_BY];

const TOOL_SEARCH_OUTPUT: &[Param] =
    &[ID, optional("call_id", TEXT), EXECUTION, required("tools", OBJECTS), STATUS, CREATED_BY];
