//! The limits and abilities of the models, as their pages and the API told them in October 2026.

use crate::tokens::Encoding;

/// Models that behave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Gpt35,
    Gpt4,
    Gpt4Turbo,
    /// gpt-4o, gpt-4.1 and what came with them.
    Gpt4o,
    Search,
    Audio,
    /// o1 and o3-mini.
    O1,
    /// o3 and o4-mini.
    O3,
    /// gpt-5, gpt-5-mini, gpt-5-nano.
    Gpt5,
    /// gpt-5.1 to gpt-5.5.
    Gpt51,
    /// gpt-5.6 and gpt-6.
    Gpt56,
    /// Those of the fifth generation that do not reason, `chat-latest` and its like.
    Gpt5Chat,
    /// Not for text.
    Special,
    /// A name that is not known: it is refused nothing.
    Other,
}

/// What a model is for.
pub(super) const CHAT: u8 = 1;
pub(super) const RESPONSES: u8 = 2;
pub(super) const COMPLETIONS: u8 = 4;
pub(super) const EMBEDDINGS: u8 = 8;
pub(super) const IMAGES: u8 = 16;
pub(super) const MODERATIONS: u8 = 32;
const BOTH: u8 = CHAT | RESPONSES;
const EVERYTHING: u8 = u8::MAX;

/// What one model can do.
pub(crate) struct Abilities {
    pub(crate) id: &'static str,
    pub(crate) family: Family,
    /// Tokens of prompt and answer together; 0 where that is not known.
    pub(crate) window: u64,
    /// Tokens of the prompt alone; 0 where the window is the only limit.
    pub(crate) max_input: u64,
    /// Tokens of the answer; 0 where that is not known.
    pub(crate) max_output: u64,
    /// The words that `reasoning_effort` may be; none where the model does not reason.
    pub(crate) efforts: &'static [&'static str],
    pub(crate) default_effort: &'static str,
    /// Whether it takes images.
    pub(crate) sees: bool,
    serves: u8,
}

impl Abilities {
    pub(super) fn serves(&self, what: u8) -> bool {
        self.serves & what != 0
    }

    pub(crate) fn is_known(&self) -> bool {
        self.family != Family::Other
    }

    pub(crate) fn encoding(&self) -> Encoding {
        match self.family {
            Family::Gpt35 | Family::Gpt4 | Family::Gpt4Turbo => Encoding::Cl100k,
            _ => Encoding::O200k,
        }
    }

    pub(crate) fn reasons(&self) -> bool {
        !self.efforts.is_empty()
    }

    /// The words that `reasoning.effort` may be on the Responses API.
    pub(crate) fn efforts_of_responses(&self) -> Vec<&'static str> {
        let most = (self.family == Family::Gpt56).then_some("max");
        self.efforts.iter().copied().chain(most).collect()
    }

    /// Whether a choice has the key `logprobs` when none were asked for.
    pub(crate) fn tells_logprobs(&self) -> bool {
        use Family::{Gpt4, Gpt4Turbo, Gpt4o, Gpt35, Other};
        matches!(self.family, Gpt35 | Gpt4 | Gpt4Turbo | Gpt4o | Other)
    }

    /// Whether `system_fingerprint` is other than null.
    pub(crate) fn has_fingerprint(&self) -> bool {
        use Family::{Audio, Gpt4o, Other, Search};
        matches!(self.family, Gpt4o | Audio | Search | Other) || matches!(self.id, "o3-mini" | "gpt-4-turbo")
    }

    /// Whether it is one of those of 2023 to 2025 before gpt-5.
    pub(crate) fn is_classic(&self) -> bool {
        use Family::{Gpt4, Gpt4Turbo, Gpt4o, Gpt35};
        matches!(self.family, Gpt35 | Gpt4 | Gpt4Turbo | Gpt4o)
    }

    /// Whether it takes sound.
    pub(crate) fn hears(&self) -> bool {
        matches!(self.family, Family::Audio | Family::Other)
    }

    /// Whether it can be held to a JSON schema.
    pub(crate) fn knows_schemas(&self) -> bool {
        use Family::{Gpt4, Gpt4Turbo, Gpt35};
        !matches!(self.family, Gpt35 | Gpt4 | Gpt4Turbo) && self.id != "gpt-4o-2024-05-13"
    }

    /// Whether it has the JSON mode without a schema.
    pub(crate) fn knows_json(&self) -> bool {
        !matches!(self.family, Family::Gpt4) && !matches!(self.id, "o1-mini" | "o1-preview")
    }
}

/// What a model can do. A snapshot and a fine-tuned model can do what their base can.
pub(crate) fn abilities(model: &str) -> &'static Abilities {
    let base = model.strip_prefix("ft:").and_then(|rest| rest.split(':').next()).unwrap_or(model);
    let find = |id: &str| TABLE.iter().find(|row| row.id == id);
    find(base).or_else(|| find(undated(base))).unwrap_or(&OTHER)
}

/// A name without the date of its snapshot: `-2024-08-06`, or the older `-0613`.
fn undated(model: &str) -> &str {
    let is_date = |tail: &str, shape: &str| {
        tail.len() == shape.len()
            && tail.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    for shape in ["-0000-00-00", "-0000"] {
        let cut = model.len().saturating_sub(shape.len());
        if model.get(cut..).is_some_and(|tail| is_date(tail, shape)) {
            return &model[..cut];
        }
    }
    model
}

const LOW: &[&str] = &["low", "medium", "high"];
const MINIMAL: &[&str] = &["minimal", "low", "medium", "high"];
const NONE: &[&str] = &["none", "low", "medium", "high"];
const NONE_XHIGH: &[&str] = &["none", "low", "medium", "high", "xhigh"];
const LOW_XHIGH: &[&str] = &["low", "medium", "high", "xhigh"];
const HIGH: &[&str] = &["high"];
const MEDIUM_XHIGH: &[&str] = &["medium", "high", "xhigh"];

const OTHER: Abilities = Abilities {
    id: "",
    family: Family::Other,
    window: 0,
    max_input: 0,
    max_output: 0,
    efforts: &[],
    default_effort: "none",
    sees: true,
    serves: EVERYTHING,
};

/// A model that does not reason.
const fn plain(id: &'static str, family: Family, window: u64, max_output: u64, sees: bool) -> Abilities {
    Abilities { id, family, window, max_output, sees, serves: BOTH, ..OTHER }
}

/// A model that reasons, and sees.
const fn reasoning(
    id: &'static str,
    family: Family,
    limits: (u64, u64, u64),
    efforts: &'static [&'static str],
    default_effort: &'static str,
) -> Abilities {
    let (window, max_input, max_output) = limits;
    Abilities { id, family, window, max_input, max_output, efforts, default_effort, sees: true, serves: BOTH }
}

/// A model that does one thing, not text.
const fn special(id: &'static str, serves: u8) -> Abilities {
    Abilities { id, family: Family::Special, sees: false, serves, ..OTHER }
}

impl Abilities {
    const fn serving(mut self, serves: u8) -> Abilities {
        self.serves = serves;
        self
    }

    const fn blind(mut self) -> Abilities {
        self.sees = false;
        self
    }
}

const O_SERIES: (u64, u64, u64) = (200_000, 0, 100_000);
const MEDIUM_SIZE: (u64, u64, u64) = (400_000, 272_000, 128_000);
const LARGE: (u64, u64, u64) = (1_050_000, 922_000, 128_000);

const TABLE: &[Abilities] = &[
    plain("gpt-4o", Family::Gpt4o, 128_000, 16_384, true),
    plain("gpt-4o-mini", Family::Gpt4o, 128_000, 16_384, true),
    plain("gpt-4.1", Family::Gpt4o, 1_047_576, 32_768, true),
    plain("gpt-4.1-mini", Family::Gpt4o, 1_047_576, 32_768, true),
    plain("gpt-4.1-nano", Family::Gpt4o, 1_047_576, 32_768, true),
    plain("gpt-4o-2024-05-13", Family::Gpt4o, 128_000, 4_096, true),
    plain("chatgpt-4o-latest", Family::Gpt4o, 128_000, 16_384, true),
    plain("gpt-4.5-preview", Family::Gpt4o, 128_000, 16_384, true),
    plain("gpt-3.5-turbo", Family::Gpt35, 16_385, 4_096, false),
    plain("gpt-3.5-turbo-16k", Family::Gpt35, 16_385, 4_096, false),
    plain("gpt-4", Family::Gpt4, 8_192, 8_192, false),
    plain("gpt-4-32k", Family::Gpt4, 32_768, 32_768, false),
    plain("gpt-4-turbo", Family::Gpt4Turbo, 128_000, 4_096, true),
    plain("gpt-4-1106-preview", Family::Gpt4Turbo, 128_000, 4_096, false),
    plain("gpt-4-0125-preview", Family::Gpt4Turbo, 128_000, 4_096, false),
    plain("gpt-4-turbo-preview", Family::Gpt4Turbo, 128_000, 4_096, false),
    plain("gpt-4-vision-preview", Family::Gpt4Turbo, 128_000, 4_096, true),
    plain("gpt-4o-search-preview", Family::Search, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-4o-mini-search-preview", Family::Search, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-5-search-api", Family::Search, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-audio", Family::Audio, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-audio-mini", Family::Audio, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-audio-1.5", Family::Audio, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-4o-audio-preview", Family::Audio, 128_000, 16_384, false).serving(CHAT),
    plain("gpt-4o-mini-audio-preview", Family::Audio, 128_000, 16_384, false).serving(CHAT),
    reasoning("o1", Family::O1, O_SERIES, LOW, "medium"),
    reasoning("o1-mini", Family::O1, (128_000, 0, 65_536), LOW, "medium").blind(),
    reasoning("o1-preview", Family::O1, (128_000, 0, 32_768), LOW, "medium").blind(),
    reasoning("o3-mini", Family::O1, O_SERIES, LOW, "medium").blind(),
    reasoning("o3", Family::O3, O_SERIES, LOW, "medium"),
    reasoning("o4-mini", Family::O3, O_SERIES, LOW, "medium"),
    reasoning("o1-pro", Family::O1, O_SERIES, LOW, "medium").serving(RESPONSES),
    reasoning("o3-pro", Family::O3, O_SERIES, LOW, "medium").serving(RESPONSES),
    reasoning("o3-deep-research", Family::O3, O_SERIES, LOW, "medium").serving(RESPONSES),
    reasoning("o4-mini-deep-research", Family::O3, O_SERIES, LOW, "medium").serving(RESPONSES),
    reasoning("gpt-5", Family::Gpt5, MEDIUM_SIZE, MINIMAL, "medium"),
    reasoning("gpt-5-mini", Family::Gpt5, MEDIUM_SIZE, MINIMAL, "medium"),
    reasoning("gpt-5-nano", Family::Gpt5, MEDIUM_SIZE, MINIMAL, "medium"),
    reasoning("gpt-5-pro", Family::Gpt5, (400_000, 0, 272_000), HIGH, "high").serving(RESPONSES),
    reasoning("gpt-5-codex", Family::Gpt5, MEDIUM_SIZE, LOW, "medium").serving(RESPONSES),
    reasoning("codex-mini-latest", Family::O3, O_SERIES, LOW, "medium").serving(RESPONSES),
    reasoning("computer-use-preview", Family::O1, (8_192, 0, 1_024), LOW, "medium").serving(RESPONSES),
    reasoning("gpt-5.1", Family::Gpt51, MEDIUM_SIZE, NONE, "none"),
    reasoning("gpt-5.1-codex", Family::Gpt51, MEDIUM_SIZE, LOW, "medium").serving(RESPONSES),
    reasoning("gpt-5.1-codex-mini", Family::Gpt51, MEDIUM_SIZE, LOW, "medium").serving(RESPONSES),
    reasoning("gpt-5.1-codex-max", Family::Gpt51, MEDIUM_SIZE, LOW_XHIGH, "medium").serving(RESPONSES),
    reasoning("gpt-5.2", Family::Gpt51, MEDIUM_SIZE, NONE_XHIGH, "none"),
    reasoning("gpt-5.2-pro", Family::Gpt51, MEDIUM_SIZE, MEDIUM_XHIGH, "medium").serving(RESPONSES),
    reasoning("gpt-5.2-codex", Family::Gpt51, MEDIUM_SIZE, LOW_XHIGH, "medium").serving(RESPONSES),
    reasoning("gpt-5.3-codex", Family::Gpt51, MEDIUM_SIZE, LOW_XHIGH, "medium").serving(RESPONSES),
    reasoning("gpt-5.4", Family::Gpt51, LARGE, NONE_XHIGH, "none"),
    reasoning("gpt-5.4-mini", Family::Gpt51, MEDIUM_SIZE, NONE_XHIGH, "none"),
    reasoning("gpt-5.4-nano", Family::Gpt51, MEDIUM_SIZE, NONE_XHIGH, "none"),
    reasoning("gpt-5.4-pro", Family::Gpt51, LARGE, MEDIUM_XHIGH, "medium").serving(RESPONSES),
    reasoning("gpt-5.5", Family::Gpt51, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-5.5-pro", Family::Gpt51, LARGE, MEDIUM_XHIGH, "high").serving(RESPONSES),
    reasoning("gpt-5.6-sol", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-5.6-terra", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-5.6-luna", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-6-astra", Family::Gpt56, LARGE, LOW_XHIGH, "medium"),
    reasoning("gpt-6-sol", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-6-luna", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    reasoning("gpt-6.1-sol", Family::Gpt56, LARGE, NONE_XHIGH, "medium"),
    plain("gpt-5-chat-latest", Family::Gpt5Chat, 128_000, 16_384, true),
    plain("gpt-5.1-chat-latest", Family::Gpt5Chat, 128_000, 16_384, true),
    plain("gpt-5.2-chat-latest", Family::Gpt5Chat, 128_000, 16_384, true),
    plain("gpt-5.3-chat-latest", Family::Gpt5Chat, 128_000, 16_384, true),
    plain("chat-latest", Family::Gpt5Chat, 400_000, 128_000, true),
    plain("gpt-3.5-turbo-instruct", Family::Special, 4_096, 4_096, false).serving(COMPLETIONS),
    plain("davinci-002", Family::Special, 16_384, 16_384, false).serving(COMPLETIONS),
    plain("babbage-002", Family::Special, 16_384, 16_384, false).serving(COMPLETIONS),
    special("text-embedding-ada-002", EMBEDDINGS),
    special("text-embedding-3-small", EMBEDDINGS),
    special("text-embedding-3-large", EMBEDDINGS),
    special("omni-moderation-latest", MODERATIONS),
    special("omni-moderation", MODERATIONS),
    special("text-moderation-latest", MODERATIONS),
    special("text-moderation-stable", MODERATIONS),
    special("text-moderation-007", MODERATIONS),
    special("dall-e-2", IMAGES),
    special("dall-e-3", IMAGES),
    special("gpt-image-1", IMAGES),
    special("gpt-image-1-mini", IMAGES),
    special("gpt-image-1.5", IMAGES),
    special("gpt-image-2", IMAGES),
    special("gpt-image-2.5-flare", IMAGES),
    special("gpt-image-2.5-sunburst", IMAGES),
    special("chatgpt-image-latest", IMAGES),
    special("whisper-1", 0),
    special("tts-1", 0),
    special("tts-1-hd", 0),
    special("gpt-4o-transcribe", 0),
    special("gpt-4o-mini-transcribe", 0),
    special("gpt-4o-transcribe-diarize", 0),
    special("gpt-4o-mini-tts", 0),
    special("gpt-transcribe", 0),
    special("sora-2", 0),
    special("sora-2-pro", 0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_can_do_what_its_alias_can() {
        let id = |model| abilities(model).id;
        assert_eq!(id("gpt-4o-2024-08-06"), "gpt-4o");
        assert_eq!(id("gpt-4o-2024-05-13"), "gpt-4o-2024-05-13");
        assert_eq!(id("gpt-4-0613"), "gpt-4");
        assert_eq!(id("gpt-3.5-turbo-0125"), "gpt-3.5-turbo");
        assert_eq!(id("gpt-4-0125-preview"), "gpt-4-0125-preview");
        assert_eq!(id("ft:gpt-4o-mini-2024-07-18:acme::abc"), "gpt-4o-mini");
        assert_eq!(id("gpt-image-2-2026-04-21"), "gpt-image-2");
        assert_eq!(id("came-out-yesterday"), "");
        assert_eq!(id("-2024-08-06"), "");
        assert_eq!(id("ü"), "");
    }

    #[test]
    fn no_model_stands_twice() {
        let mut ids: Vec<&str> = TABLE.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
