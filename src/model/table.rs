//! The models, one a line: the family, how much it takes, and in what it differs from its family.

use crate::model::abilities::Abilities;
use crate::model::abilities::COMPLETIONS;
use crate::model::abilities::EMBEDDINGS;
use crate::model::abilities::IMAGES;
use crate::model::abilities::ImageTokens;
use crate::model::abilities::MODERATIONS;
use crate::model::abilities::RESPONSES;
use crate::model::drawing;
use crate::model::drawing::Drawing;
use crate::model::families::AUDIO;
use crate::model::families::CHAT_LATEST;
use crate::model::families::GPT_3_5;
use crate::model::families::GPT_4;
use crate::model::families::GPT_4_TURBO;
use crate::model::families::GPT_4O;
use crate::model::families::GPT_5;
use crate::model::families::GPT_5_1;
use crate::model::families::GPT_5_2;
use crate::model::families::GPT_5_4;
use crate::model::families::GPT_5_6;
use crate::model::families::GPT_5_CHAT;
use crate::model::families::GPT_6;
use crate::model::families::HIGH;
use crate::model::families::LOW;
use crate::model::families::LOW_XHIGH;
use crate::model::families::MEDIUM_XHIGH;
use crate::model::families::NONE_XHIGH;
use crate::model::families::O1;
use crate::model::families::O1_OF_2024;
use crate::model::families::O3;
use crate::model::families::SEARCH;
use crate::model::families::SPECIAL;

impl Abilities {
    /// A model of this family, with its window and the most tokens of prompt and answer.
    const fn row(mut self, id: &'static str, limits: (u64, u64, u64)) -> Abilities {
        self.id = id;
        (self.window, self.max_input, self.max_output) = limits;
        self
    }

    const fn serving(mut self, serves: u8) -> Abilities {
        self.serves = serves;
        self
    }

    const fn reasoning(mut self, efforts: &'static [&'static str], default: &'static str) -> Abilities {
        self.efforts = efforts;
        self.default_effort = default;
        self
    }

    /// One that has but one way of saying things.
    const fn of_one_manner(mut self) -> Abilities {
        self.takes_verbosity = false;
        self.takes_concise_summaries = false;
        self
    }

    const fn blind(mut self) -> Abilities {
        self.sees = false;
        self
    }

    const fn seeing(mut self, image_tokens: ImageTokens) -> Abilities {
        self.image_tokens = image_tokens;
        self
    }

    const fn drawing(mut self, drawing: &'static Drawing) -> Abilities {
        self.drawing = drawing;
        self.serves = IMAGES;
        self
    }

    const fn with_fingerprint(mut self) -> Abilities {
        self.has_fingerprint = true;
        self
    }

    const fn keeping_long(mut self) -> Abilities {
        self.takes_short_retention = false;
        self
    }

    const fn without_schemas(mut self) -> Abilities {
        self.knows_schemas = false;
        self
    }

    const fn without_suffix(mut self) -> Abilities {
        self.inserts = false;
        self
    }
}

const fn tiles(base: usize, tile: usize) -> ImageTokens {
    ImageTokens::Tiles { base, tile }
}

const fn patches(thousandths: usize) -> ImageTokens {
    ImageTokens::Patches { thousandths }
}

const UNKNOWN: (u64, u64, u64) = (0, 0, 0);
const O_SERIES: (u64, u64, u64) = (200_000, 0, 100_000);
const MEDIUM_SIZE: (u64, u64, u64) = (400_000, 272_000, 128_000);
const LARGE: (u64, u64, u64) = (1_050_000, 922_000, 128_000);

pub(super) const TABLE: &[Abilities] = &[
    GPT_4O.row("gpt-4o", (128_000, 0, 16_384)),
    GPT_4O.row("gpt-4o-mini", (128_000, 0, 16_384)).seeing(tiles(2833, 5667)),
    GPT_4O.row("gpt-4.1", (1_047_576, 0, 32_768)),
    GPT_4O.row("gpt-4.1-mini", (1_047_576, 0, 32_768)).seeing(patches(1622)),
    GPT_4O.row("gpt-4.1-nano", (1_047_576, 0, 32_768)).seeing(patches(2460)),
    GPT_4O.row("gpt-4o-2024-05-13", (128_000, 0, 4_096)).without_schemas(),
    GPT_4O.row("chatgpt-4o-latest", (128_000, 0, 16_384)),
    GPT_4O.row("gpt-4.5-preview", (128_000, 0, 16_384)),
    GPT_3_5.row("gpt-3.5-turbo", (16_385, 0, 4_096)),
    GPT_3_5.row("gpt-3.5-turbo-16k", (16_385, 0, 4_096)),
    GPT_4.row("gpt-4", (8_192, 0, 8_192)),
    GPT_4.row("gpt-4-32k", (32_768, 0, 32_768)),
    GPT_4_TURBO.row("gpt-4-turbo", (128_000, 0, 4_096)).with_fingerprint(),
    GPT_4_TURBO.row("gpt-4-1106-preview", (128_000, 0, 4_096)).blind(),
    GPT_4_TURBO.row("gpt-4-0125-preview", (128_000, 0, 4_096)).blind(),
    GPT_4_TURBO.row("gpt-4-turbo-preview", (128_000, 0, 4_096)).blind(),
    GPT_4_TURBO.row("gpt-4-vision-preview", (128_000, 0, 4_096)),
    SEARCH.row("gpt-4o-search-preview", (128_000, 0, 16_384)),
    SEARCH.row("gpt-4o-mini-search-preview", (128_000, 0, 16_384)),
    SEARCH.row("gpt-5-search-api", (128_000, 0, 16_384)),
    AUDIO.row("gpt-audio", (128_000, 0, 16_384)),
    AUDIO.row("gpt-audio-mini", (128_000, 0, 16_384)),
    AUDIO.row("gpt-audio-1.5", (128_000, 0, 16_384)),
    AUDIO.row("gpt-4o-audio-preview", (128_000, 0, 16_384)),
    AUDIO.row("gpt-4o-mini-audio-preview", (128_000, 0, 16_384)),
    O1.row("o1", O_SERIES).seeing(tiles(75, 150)),
    O1_OF_2024.row("o1-mini", (128_000, 0, 65_536)),
    O1_OF_2024.row("o1-preview", (128_000, 0, 32_768)),
    O1.row("o3-mini", O_SERIES).blind().with_fingerprint(),
    O3.row("o3", O_SERIES).seeing(tiles(75, 150)),
    O3.row("o4-mini", O_SERIES).seeing(patches(1720)),
    O1.row("o1-pro", O_SERIES).serving(RESPONSES).seeing(tiles(75, 150)),
    O3.row("o3-pro", O_SERIES).serving(RESPONSES),
    O3.row("o3-deep-research", O_SERIES).serving(RESPONSES),
    O3.row("o4-mini-deep-research", O_SERIES).serving(RESPONSES),
    GPT_5.row("gpt-5", MEDIUM_SIZE),
    GPT_5.row("gpt-5-mini", MEDIUM_SIZE).seeing(patches(1200)),
    GPT_5.row("gpt-5-nano", MEDIUM_SIZE).seeing(patches(1500)),
    GPT_5.row("gpt-5-pro", (400_000, 0, 272_000)).reasoning(HIGH, "high").serving(RESPONSES),
    GPT_5.row("gpt-5-codex", MEDIUM_SIZE).reasoning(LOW, "medium").serving(RESPONSES).of_one_manner(),
    O3.row("codex-mini-latest", O_SERIES).serving(RESPONSES),
    O1.row("computer-use-preview", (8_192, 0, 1_024)).serving(RESPONSES),
    GPT_5_1.row("gpt-5.1", MEDIUM_SIZE),
    GPT_5_1.row("gpt-5.1-codex", MEDIUM_SIZE).reasoning(LOW, "medium").serving(RESPONSES).of_one_manner(),
    GPT_5_1
        .row("gpt-5.1-codex-mini", MEDIUM_SIZE)
        .reasoning(LOW, "medium")
        .serving(RESPONSES)
        .of_one_manner(),
    GPT_5_1
        .row("gpt-5.1-codex-max", MEDIUM_SIZE)
        .reasoning(LOW_XHIGH, "medium")
        .serving(RESPONSES)
        .of_one_manner(),
    GPT_5_2.row("gpt-5.2", MEDIUM_SIZE),
    GPT_5_2.row("gpt-5.2-pro", MEDIUM_SIZE).reasoning(MEDIUM_XHIGH, "medium").serving(RESPONSES),
    GPT_5_2
        .row("gpt-5.2-codex", MEDIUM_SIZE)
        .reasoning(LOW_XHIGH, "medium")
        .serving(RESPONSES)
        .of_one_manner(),
    GPT_5_4.row("gpt-5.3-codex", MEDIUM_SIZE).reasoning(LOW_XHIGH, "medium").serving(RESPONSES),
    GPT_5_4.row("gpt-5.4", LARGE),
    GPT_5_4.row("gpt-5.4-mini", MEDIUM_SIZE),
    GPT_5_4.row("gpt-5.4-nano", MEDIUM_SIZE),
    GPT_5_4.row("gpt-5.4-pro", LARGE).reasoning(MEDIUM_XHIGH, "medium").serving(RESPONSES),
    GPT_5_4.row("gpt-5.5", LARGE).reasoning(NONE_XHIGH, "medium").keeping_long(),
    GPT_5_4.row("gpt-5.5-pro", LARGE).reasoning(MEDIUM_XHIGH, "high").keeping_long().serving(RESPONSES),
    GPT_5_6.row("gpt-5.6", LARGE),
    GPT_5_6.row("gpt-5.6-sol", LARGE),
    GPT_5_6.row("gpt-5.6-terra", LARGE),
    GPT_5_6.row("gpt-5.6-luna", LARGE),
    GPT_5_6.row("gpt-5.6-cyber", LARGE).serving(RESPONSES),
    GPT_5_6.row("gpt-daybreak-blue-latest", LARGE).serving(RESPONSES),
    GPT_5_6.row("gpt-daybreak-red-latest", LARGE).serving(RESPONSES),
    GPT_5_6.row("gpt-rosalind-research", LARGE).serving(RESPONSES),
    GPT_6.row("gpt-6-astra", LARGE).reasoning(LOW_XHIGH, "medium"),
    GPT_6.row("gpt-6-sol", LARGE),
    GPT_6.row("gpt-6-luna", LARGE),
    GPT_6.row("gpt-6-cyber", LARGE).serving(RESPONSES),
    GPT_6.row("gpt-6-rosalind", LARGE).serving(RESPONSES),
    GPT_6.row("gpt-6.1-sol", LARGE),
    GPT_6.row("gpt-6.1-terra", LARGE),
    GPT_6.row("gpt-6.2-astra", LARGE).reasoning(LOW_XHIGH, "medium"),
    GPT_6.row("gpt-6.2-astra-law", LARGE).reasoning(LOW_XHIGH, "medium").serving(RESPONSES),
    GPT_6.row("gpt-6.2-sol", LARGE),
    GPT_5_CHAT.row("gpt-5-chat-latest", (128_000, 0, 16_384)).of_one_manner(),
    CHAT_LATEST.row("gpt-5.1-chat-latest", (128_000, 0, 16_384)),
    CHAT_LATEST.row("gpt-5.2-chat-latest", (128_000, 0, 16_384)),
    CHAT_LATEST.row("gpt-5.3-chat-latest", (128_000, 0, 16_384)),
    CHAT_LATEST.row("chat-latest", (400_000, 0, 128_000)),
    SPECIAL.row("gpt-3.5-turbo-instruct", (4_096, 0, 4_096)).serving(COMPLETIONS),
    SPECIAL.row("davinci-002", (16_384, 0, 16_384)).serving(COMPLETIONS).without_suffix(),
    SPECIAL.row("babbage-002", (16_384, 0, 16_384)).serving(COMPLETIONS).without_suffix(),
    SPECIAL.row("text-embedding-ada-002", UNKNOWN).serving(EMBEDDINGS),
    SPECIAL.row("text-embedding-3-small", UNKNOWN).serving(EMBEDDINGS),
    SPECIAL.row("text-embedding-3-large", UNKNOWN).serving(EMBEDDINGS),
    SPECIAL.row("omni-moderation-latest", UNKNOWN).serving(MODERATIONS),
    SPECIAL.row("omni-moderation", UNKNOWN).serving(MODERATIONS),
    SPECIAL.row("text-moderation-latest", UNKNOWN).serving(MODERATIONS),
    SPECIAL.row("text-moderation-stable", UNKNOWN).serving(MODERATIONS),
    SPECIAL.row("text-moderation-007", UNKNOWN).serving(MODERATIONS),
    SPECIAL.row("dall-e-2", UNKNOWN).drawing(&drawing::DALL_E_2),
    SPECIAL.row("dall-e-3", UNKNOWN).drawing(&drawing::DALL_E_3),
    SPECIAL.row("gpt-image-1", UNKNOWN).drawing(&drawing::GPT_IMAGE_1),
    SPECIAL.row("gpt-image-1-mini", UNKNOWN).drawing(&drawing::GPT_IMAGE_1),
    SPECIAL.row("gpt-image-1.5", UNKNOWN).drawing(&drawing::GPT_IMAGE_1),
    SPECIAL.row("gpt-image-2", UNKNOWN).drawing(&drawing::GPT_IMAGE_2),
    SPECIAL.row("gpt-image-2.5-flare", UNKNOWN).drawing(&drawing::GPT_IMAGE_2_5),
    SPECIAL.row("gpt-image-2.5-sunburst", UNKNOWN).drawing(&drawing::GPT_IMAGE_2_5),
    SPECIAL.row("gpt-image-2.6-flare", UNKNOWN).drawing(&drawing::GPT_IMAGE_2_5),
    SPECIAL.row("gpt-image-2.6-sunburst", UNKNOWN).drawing(&drawing::GPT_IMAGE_2_5),
    SPECIAL.row("chatgpt-image-latest", UNKNOWN).drawing(&drawing::GPT_IMAGE_1),
    SPECIAL.row("whisper-1", UNKNOWN),
    SPECIAL.row("tts-1", UNKNOWN),
    SPECIAL.row("tts-1-hd", UNKNOWN),
    SPECIAL.row("gpt-4o-transcribe", UNKNOWN),
    SPECIAL.row("gpt-4o-mini-transcribe", UNKNOWN),
    SPECIAL.row("gpt-4o-transcribe-diarize", UNKNOWN),
    SPECIAL.row("gpt-4o-mini-tts", UNKNOWN),
    SPECIAL.row("gpt-transcribe", UNKNOWN),
    SPECIAL.row("sora-2", UNKNOWN),
    SPECIAL.row("sora-2-pro", UNKNOWN),
];
