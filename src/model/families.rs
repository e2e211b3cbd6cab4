//! What models of one kind have in common: every number and word of them, as their pages and the API told
//! them in October 2026. Each says only in what it differs from [`OTHER`] or from its elders.

use crate::model::abilities::Abilities;
use crate::model::abilities::CHAT;
use crate::model::abilities::CallsInChat;
use crate::model::abilities::Frame;
use crate::model::abilities::ImageTokens;
use crate::model::abilities::Overheads;
use crate::model::abilities::RESPONSES;
use crate::model::drawing;
use crate::tokens::Encoding;

/// A name that is not known.
pub(super) const OTHER: Abilities = Abilities {
    id: "",
    serves: u8::MAX,
    window: 0,
    max_input: 0,
    max_output: 0,
    limit_fills_window: false,
    most_top_logprobs: 20,
    most_choices: 128,
    efforts: &[],
    answers_at_once: false,
    efforts_of_responses_alone: &[],
    default_effort: "none",
    sees: true,
    hears: true,
    speaks: true,
    needs_sound: false,
    searches: true,
    knows_schemas: true,
    knows_json: true,
    takes_instructions: true,
    takes_empty_tools: true,
    takes_parallel_tool_calls: true,
    calls_in_chat: CallsInChat::Always,
    takes_stops: true,
    knows_top_p: true,
    takes_verbosity: true,
    takes_concise_summaries: true,
    stores_for_metadata: false,
    takes_short_retention: true,
    inserts: true,
    tells_logprobs: true,
    has_fingerprint: true,
    tells_service_tier: true,
    tells_cache_writes: false,
    tells_text_tokens: false,
    has_uuids: false,
    tells_access: false,
    tells_phase: false,
    retention: "in_memory",
    context: "current_turn",
    default_top_p: 1.0,
    encoding: Encoding::O200k,
    chat: Overheads { priming: 3, tools: 4, schema: 5, call: 4, calls: 12, answer: 0, thoughts: 0 },
    responses: Overheads { priming: 3, tools: 3, schema: 5, call: 2, calls: 12, answer: 1, thoughts: 1 },
    around_call: 7,
    remembered: 0,
    prompt_discount: 0,
    frame: Frame::Older,
    freeform: 0,
    exact_thoughts: false,
    image_tokens: ImageTokens::Tiles { base: 85, tile: 170 },
    drawing: &drawing::ANY,
};

/// What is known to answer with text.
const KNOWN: Abilities = Abilities {
    serves: CHAT | RESPONSES,
    hears: false,
    speaks: false,
    searches: false,
    tells_logprobs: false,
    has_fingerprint: false,
    image_tokens: ImageTokens::Tiles { base: 70, tile: 140 },
    ..OTHER
};

/// Those of 2023 to 2025 before gpt-5.
const CLASSIC: Abilities = Abilities {
    takes_empty_tools: false,
    takes_verbosity: false,
    stores_for_metadata: true,
    tells_logprobs: true,
    ..KNOWN
};

pub(super) const GPT_3_5: Abilities = Abilities {
    limit_fills_window: true,
    sees: false,
    knows_schemas: false,
    encoding: Encoding::Cl100k,
    ..CLASSIC
};

pub(super) const GPT_4: Abilities =
    Abilities { knows_json: false, responses: Overheads { priming: 2, ..CLASSIC.responses }, ..GPT_3_5 };

pub(super) const GPT_4_TURBO: Abilities = Abilities {
    knows_schemas: false,
    encoding: Encoding::Cl100k,
    image_tokens: ImageTokens::Tiles { base: 85, tile: 170 },
    ..CLASSIC
};

/// gpt-4o, gpt-4.1 and what came with them.
pub(super) const GPT_4O: Abilities =
    Abilities { has_fingerprint: true, image_tokens: ImageTokens::Tiles { base: 85, tile: 170 }, ..CLASSIC };

pub(super) const SEARCH: Abilities = Abilities {
    serves: CHAT,
    sees: false,
    searches: true,
    has_fingerprint: true,
    tells_service_tier: false,
    has_uuids: true,
    prompt_discount: 7,
    ..KNOWN
};

pub(super) const AUDIO: Abilities = Abilities {
    serves: CHAT,
    sees: false,
    hears: true,
    speaks: true,
    needs_sound: true,
    has_fingerprint: true,
    tells_text_tokens: true,
    ..KNOWN
};

/// What reasons.
const REASONING: Abilities = Abilities {
    takes_stops: false,
    efforts: LOW,
    default_effort: "medium",
    chat: Overheads { priming: 2, tools: 5, ..KNOWN.chat },
    responses: Overheads { priming: 2, tools: 9, schema: 4, ..KNOWN.responses },
    ..KNOWN
};

/// o1 and o3-mini.
pub(super) const O1: Abilities =
    Abilities { takes_stops: true, takes_parallel_tool_calls: false, ..REASONING };

/// o1-mini and o1-preview.
pub(super) const O1_OF_2024: Abilities = Abilities {
    takes_stops: false,
    most_choices: 1,
    sees: false,
    knows_json: false,
    takes_instructions: false,
    chat: Overheads { priming: 3, ..O1.chat },
    ..O1
};

/// o3 and o4-mini.
pub(super) const O3: Abilities = Abilities { remembered: 2, ..REASONING };

/// gpt-5, gpt-5-mini, gpt-5-nano.
pub(super) const GPT_5: Abilities = Abilities {
    knows_top_p: false,
    efforts: MINIMAL,
    takes_concise_summaries: false,
    chat: Overheads { tools: 89, schema: 6, call: 10, calls: 18, answer: 10, thoughts: 10, ..O3.chat },
    responses: Overheads { call: 13, calls: 22, answer: 4, thoughts: 6, ..O3.responses },
    frame: Frame::Newer,
    around_call: 16,
    ..O3
};

pub(super) const GPT_5_1: Abilities = Abilities {
    efforts: NONE,
    takes_concise_summaries: true,
    default_effort: "none",
    chat: Overheads { answer: 3, thoughts: 6, ..GPT_5.chat },
    responses: Overheads { call: 10, ..GPT_5.responses },
    around_call: 10,
    exact_thoughts: true,
    ..GPT_5
};

/// gpt-5.2 and gpt-5.3.
pub(super) const GPT_5_2: Abilities = Abilities {
    efforts: NONE_XHIGH,
    calls_in_chat: CallsInChat::UnlessToldToThink,
    retention: "24h",
    default_top_p: 0.98,
    image_tokens: ImageTokens::Patches { thousandths: 1200 },
    ..GPT_5_1
};

/// gpt-5.4 and gpt-5.5.
pub(super) const GPT_5_4: Abilities = Abilities { tells_phase: true, freeform: 13, ..GPT_5_2 };

/// gpt-5.6.
pub(super) const GPT_5_6: Abilities = Abilities {
    most_top_logprobs: 5,
    most_choices: 8,
    efforts_of_responses_alone: &["max"],
    default_effort: "medium",
    calls_in_chat: CallsInChat::UnlessThinking,
    takes_short_retention: false,
    tells_cache_writes: true,
    context: "all_turns",
    ..GPT_5_4
};

/// The sixth generation.
pub(super) const GPT_6: Abilities = Abilities { tells_access: true, ..GPT_5_6 };

/// gpt-5-chat-latest, which does not reason.
pub(super) const GPT_5_CHAT: Abilities = Abilities {
    chat: Overheads { answer: 3, thoughts: 0, ..GPT_5.chat },
    responses: Overheads { answer: 1, thoughts: 1, ..GPT_5.responses },
    frame: Frame::Newer,
    ..KNOWN
};

/// Those that came after it, which are refused what models that reason are, and have one effort.
pub(super) const CHAT_LATEST: Abilities = Abilities {
    efforts: MEDIUM,
    default_effort: "medium",
    answers_at_once: true,
    takes_stops: false,
    knows_top_p: false,
    ..GPT_5_CHAT
};

/// What is not for text, or for nothing but text to go on with.
pub(super) const SPECIAL: Abilities = Abilities { serves: 0, sees: false, ..KNOWN };

// The words of `reasoning_effort`.
pub(super) const LOW: &[&str] = &["low", "medium", "high"];
pub(super) const MINIMAL: &[&str] = &["minimal", "low", "medium", "high"];
pub(super) const NONE: &[&str] = &["none", "low", "medium", "high"];
pub(super) const NONE_XHIGH: &[&str] = &["none", "low", "medium", "high", "xhigh"];
pub(super) const LOW_XHIGH: &[&str] = &["low", "medium", "high", "xhigh"];
const MEDIUM: &[&str] = &["medium"];
pub(super) const HIGH: &[&str] = &["high"];
pub(super) const MEDIUM_XHIGH: &[&str] = &["medium", "high", "xhigh"];
