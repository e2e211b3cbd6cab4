//! What `POST /v1/images/generations` takes, which is something else for each family of models.

use crate::model::ImageParams;
use crate::model::drawing;
use crate::params::Declared;
use crate::params::Dialect;
use crate::params::Kind;
use crate::params::Param;
use crate::params::TEXT;
use crate::params::optional;
use crate::params::required;

/// One list for each of [`ImageParams`], in their order.
pub(super) const DECLARED: Declared = Declared {
    dialect: Dialect::Current,
    lists: &[
        (ImageParams::DallE2.models(), DALL_E_2),
        (ImageParams::DallE3.models(), DALL_E_3),
        (ImageParams::GptImage1.models(), GPT_IMAGE_1),
        (ImageParams::GptImage2.models(), GPT_IMAGE_2),
        (ImageParams::Any.models(), OTHER),
    ],
    choose: |body| drawing(body.get("model").and_then(|model| model.as_str())).params as usize,
};

const DALL_E_2: &[Param] = &[
    prompt(1_000),
    MODEL,
    N,
    size(Kind::OneOf(&["256x256", "512x512", "1024x1024"])),
    quality(&["standard"]),
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
    USER,
];

const OTHER: &[Param] = &[
    prompt(32_000),
    MODEL,
    N,
    size(TEXT),
    quality(&["low", "medium", "high", "auto", "standard", "hd"]),
    RESPONSE_FORMAT,
    STYLE,
    BACKGROUND,
    MODERATION,
    OUTPUT_FORMAT,
    OUTPUT_COMPRESSION,
    STREAM,
    PARTIAL_IMAGES,
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
const OUTPUT_COMPRESSION: Param = optional("output_compression", Kind::Integer { min: 0, max: 100 }).inert();
const STREAM: Param = optional("stream", Kind::Flag).inert();
const PARTIAL_IMAGES: Param = optional("partial_images", Kind::Integer { min: 0, max: 3 }).inert();
const USER: Param = optional("user", TEXT).inert();
