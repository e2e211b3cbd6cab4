//! What `POST /v1/images/generations` takes, which is something else for each family of models.

use crate::model::Drawing;
use crate::model::ImageParams;
use crate::model::drawing;
use crate::model::unnamed_drawing;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;
use serde_json::Value;

/// One list for each of [`ImageParams`], in their order.
pub(super) const DECLARED: Declared = Declared {
    dialect: Dialect::Current,
    lists: &[
        (ImageParams::DallE2.models(), DALL_E_2),
        (ImageParams::DallE3.models(), DALL_E_3),
        (ImageParams::GptImage1.models(), GPT_IMAGE_1),
        (ImageParams::GptImage2.models(), GPT_IMAGE_2),
        (ImageParams::GptImage25.models(), GPT_IMAGE_2_5),
        (ImageParams::Any.models(), OTHER),
    ],
    choose: |body| {
        let given = body.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str());
        drawing_for(body.get("model").and_then(Value::as_str), given).params as usize
    },
};

/// How the model draws that a request names, or the one that it means by what it gives.
pub(super) fn drawing_for<'a>(model: Option<&str>, given: impl Iterator<Item = &'a str>) -> &'static Drawing {
    model.map_or_else(|| unnamed_drawing(given), drawing)
}

const DALL_E_2: &[Param] = &[
    prompt(1_000),
    MODEL,
    N,
    size(Kind::OneOf(&["256x256", "512x512", "1024x1024"])),
    RESPONSE_FORMAT,
    USER,
];

const DALL_E_3: &[Param] = &[
    prompt(4_000),
    MODEL,
    N,
    size(Kind::OneOf(&["1024x1024", "1792x1024", "1024x1792"])),
    quality(&["standard", "hd"]),
    RESPONSE_FORMAT,
    STYLE,
    USER,
];

const GPT_IMAGE_1: &[Param] = &[
    prompt(32_000),
    MODEL,
    N,
    size(Kind::OneOf(&["1024x1024", "1024x1536", "1536x1024", "auto"])),
    quality(QUALITIES),
    BACKGROUND,
    MODERATION,
    OUTPUT_FORMAT,
    OUTPUT_COMPRESSION,
    STREAM,
    PARTIAL_IMAGES,
    SAFETY_IDENTIFIER,
    USER,
];

const GPT_IMAGE_2: &[Param] = &[
    prompt(32_000),
    MODEL,
    N,
    size(TEXT),
    quality(QUALITIES),
    BACKGROUND,
    MODERATION,
    OUTPUT_FORMAT,
    OUTPUT_COMPRESSION,
    STREAM,
    PARTIAL_IMAGES,
    SAFETY_IDENTIFIER,
    USER,
];

const GPT_IMAGE_2_5: &[Param] = &[
    prompt(32_000),
    MODEL,
    N,
    size(TEXT),
    quality(&["low", "medium", "high", "xhigh", "max", "auto"]),
    BACKGROUND,
    MODERATION,
    COMPLEXITY,
    OUTPUT_FORMAT_2_5,
    OUTPUT_COMPRESSION,
    FRAME_COUNT,
    FRAME_DURATION_MS,
    SVG,
    STREAM,
    PARTIAL_IMAGES,
    SAFETY_IDENTIFIER,
    USER,
];

const OTHER: &[Param] = &[
    prompt(32_000),
    MODEL,
    N,
    size(TEXT),
    quality(&["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"]),
    RESPONSE_FORMAT,
    STYLE,
    BACKGROUND,
    MODERATION,
    COMPLEXITY,
    OUTPUT_FORMAT_2_5,
    OUTPUT_COMPRESSION,
    FRAME_COUNT,
    FRAME_DURATION_MS,
    SVG,
    STREAM,
    PARTIAL_IMAGES,
    SAFETY_IDENTIFIER,
    USER,
];

const fn prompt(max: usize) -> Param {
    required("prompt", Kind::Text { min: 1, max })
}

/// Where it may be any text, [`Order`](super::order::Order) has the sentences.
const fn size(kind: Kind) -> Param {
    optional("size", kind)
}

const fn quality(words: &'static [&'static str]) -> Param {
    optional("quality", Kind::OneOf(words))
}

const QUALITIES: &[&str] = &["low", "medium", "high", "auto"];
const MODEL: Param = optional("model", TEXT);
const N: Param = optional("n", Kind::Integer { min: 1, max: 10 }).inert();
const RESPONSE_FORMAT: Param = optional("response_format", Kind::OneOf(&["url", "b64_json"])).inert();
const STYLE: Param = optional("style", Kind::OneOf(&["vivid", "natural"]));
const BACKGROUND: Param = optional("background", Kind::OneOf(&["transparent", "opaque", "auto"]));
const MODERATION: Param = optional("moderation", Kind::OneOf(&["auto", "low"])).inert();
const OUTPUT_FORMAT: Param = optional("output_format", Kind::OneOf(&["png", "webp", "jpeg"])).inert();
const OUTPUT_FORMAT_2_5: Param =
    optional("output_format", Kind::OneOf(&["png", "webp", "jpeg", "gif", "svg"])).inert();
const COMPLEXITY: Param = optional("complexity", Kind::OneOf(&["low", "medium", "high"]));
const FRAME_COUNT: Param = optional("frame_count", Kind::Integer { min: 2, max: 16 }).inert();
const FRAME_DURATION_MS: Param =
    optional("frame_duration_ms", Kind::Integer { min: 1, max: 655_350 }).inert();
const SVG: Param = optional(
    "svg",
    Kind::Object(&[
        required("model", TEXT),
        optional(
            "reasoning",
            Kind::Object(&[optional(
                "effort",
                Kind::OneOf(&["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
            )]),
        ),
    ]),
)
.inert();
const SAFETY_IDENTIFIER: Param = optional("safety_identifier", TEXT).inert();
const OUTPUT_COMPRESSION: Param = optional("output_compression", Kind::Integer { min: 0, max: 100 }).inert();
const STREAM: Param = optional("stream", Kind::Flag).inert();
const PARTIAL_IMAGES: Param = optional("partial_images", Kind::Integer { min: 0, max: 3 }).inert();
const USER: Param = optional("user", TEXT).inert();
