//! What an item may hold. An item of a reply is taken as it came, with what the clients' own helpers put
//! into it.

use crate::api::items::fields::AGENT;
use crate::api::items::fields::ASYNC;
use crate::api::items::fields::CALL_ID;
use crate::api::items::fields::CALLER;
use crate::api::items::fields::CREATED_BY;
use crate::api::items::fields::ID;
use crate::api::items::fields::ID_TEXT;
use crate::api::items::fields::INPUT_IMAGE;
use crate::api::items::fields::NAMESPACE;
use crate::api::items::fields::OBJECTS;
use crate::api::items::fields::STATUS;
use crate::api::items::fields::parts;
use crate::api::items::tool_items::APPLY_PATCH_CALL;
use crate::api::items::tool_items::APPLY_PATCH_CALL_OUTPUT;
use crate::api::items::tool_items::CODE_INTERPRETER_CALL;
use crate::api::items::tool_items::COMPUTER_CALL;
use crate::api::items::tool_items::COMPUTER_CALL_OUTPUT;
use crate::api::items::tool_items::FILE_SEARCH_CALL;
use crate::api::items::tool_items::IMAGE_GENERATION_CALL;
use crate::api::items::tool_items::LOCAL_SHELL_CALL;
use crate::api::items::tool_items::LOCAL_SHELL_CALL_OUTPUT;
use crate::api::items::tool_items::MCP_APPROVAL_REQUEST;
use crate::api::items::tool_items::MCP_APPROVAL_RESPONSE;
use crate::api::items::tool_items::MCP_CALL;
use crate::api::items::tool_items::MCP_LIST_TOOLS;
use crate::api::items::tool_items::SHELL_CALL;
use crate::api::items::tool_items::SHELL_CALL_OUTPUT;
use crate::api::items::tool_items::TOOL_SEARCH_CALL;
use crate::api::items::tool_items::TOOL_SEARCH_OUTPUT;
use crate::api::items::tool_items::WEB_SEARCH_CALL;
use crate::api::text_params;
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
        ("additional_tools", Kind::Object(ADDITIONAL_TOOLS)),
        ("agent_message", Kind::Map),
        ("apply_patch_call", Kind::Object(APPLY_PATCH_CALL)),
        ("apply_patch_call_output", Kind::Object(APPLY_PATCH_CALL_OUTPUT)),
        ("code_interpreter_call", Kind::Object(CODE_INTERPRETER_CALL)),
        ("compaction", Kind::Object(&[ID, required("encrypted_content", TEXT), AGENT, CREATED_BY])),
        ("compaction_trigger", Kind::Object(&[ID])),
        ("computer_call", Kind::Object(COMPUTER_CALL)),
        ("computer_call_output", Kind::Object(COMPUTER_CALL_OUTPUT)),
        ("configuration_update", Kind::Object(CONFIGURATION_UPDATE)),
        ("custom_tool_call", Kind::Object(CUSTOM_TOOL_CALL)),
        ("custom_tool_call_output", Kind::Object(CUSTOM_TOOL_CALL_OUTPUT)),
        ("file_search_call", Kind::Object(FILE_SEARCH_CALL)),
        ("function_call", Kind::Object(FUNCTION_CALL)),
        ("function_call_output", Kind::Object(FUNCTION_CALL_OUTPUT)),
        ("image_generation_call", Kind::Object(IMAGE_GENERATION_CALL)),
        ("item_reference", Kind::Object(&[required("id", ID_TEXT), AGENT])),
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
const TOLD: &[Param] = &[ID_OF_MESSAGE, required("content", INPUT_CONTENT), PHASE, STATUS, AGENT, CREATED_BY];

/// A message of the model.
const ANSWER: &[Param] =
    &[ID_OF_MESSAGE, required("content", OUTPUT_CONTENT), PHASE, STATUS, AGENT, CREATED_BY];

const INPUT_CONTENT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&INPUT_PART)] };
const OUTPUT_CONTENT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&OUTPUT_PART)] };
/// What a tool answered.
const TOOL_OUTPUT: Kind = Kind::Either { expected: CONTENT, kinds: &[TEXT, parts(&TOOL_PART)] };
const CONTENT: &str = "one of a string or array of objects";

/// A part, in one of several forms.
const fn part(cases: &'static [(&'static str, Kind)]) -> Kind {
    Kind::Union { expected: "an object", tag: "type", untagged: &[], cases }
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
    AGENT,
    CREATED_BY,
];
const SUMMARY: Kind = Kind::Tagged { tag: "type", cases: &[("summary_text", &[required("text", TEXT)])] };
const THOUGHT: Kind = Kind::Tagged { tag: "type", cases: &[("reasoning_text", &[required("text", TEXT)])] };

const FUNCTION_CALL: &[Param] = &[
    optional("id", Kind::Id("fc")),
    CALL_ID,
    required("name", TEXT),
    required("arguments", TEXT),
    ASYNC,
    STATUS,
    NAMESPACE,
    CALLER,
    AGENT,
    CREATED_BY,
];

const FUNCTION_CALL_OUTPUT: &[Param] = &[
    ID,
    // What ran unasked is told by the name of the tool alone.
    CALL_ID.unless(&["name"]),
    required("output", TOOL_OUTPUT),
    optional("name", TEXT),
    STATUS,
    NAMESPACE,
    CALLER,
    AGENT,
    CREATED_BY,
];

const CUSTOM_TOOL_CALL: &[Param] = &[
    optional("id", Kind::Id("ctc")),
    CALL_ID,
    required("name", TEXT),
    required("input", TEXT),
    ASYNC,
    STATUS,
    NAMESPACE,
    CALLER,
    AGENT,
    CREATED_BY,
];

const CUSTOM_TOOL_CALL_OUTPUT: &[Param] =
    &[ID, CALL_ID, required("output", TOOL_OUTPUT), STATUS, CALLER, AGENT, CREATED_BY];

/// Tools that may be called from here on.
const ADDITIONAL_TOOLS: &[Param] =
    &[ID, required("role", Kind::OneOf(&["developer"])), required("tools", OBJECTS), AGENT, CREATED_BY];

/// What is asked for from here on, in place of what the request or an earlier one says.
const CONFIGURATION_UPDATE: &[Param] = &[
    ID,
    optional("reasoning", Kind::Object(&[optional("effort", text_params::EFFORT)])),
    optional(
        "text",
        Kind::Object(&[required(
            "format",
            Kind::Tagged {
                tag: "type",
                cases: &[("text", &[]), ("json_schema", text_params::SCHEMA_FORMAT)],
            },
        )]),
    ),
    AGENT,
    CREATED_BY,
];
