//! How the image models differ: which parameters they take and what form their replies have.

/// Models that take the same parameters; their lists stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageParams {
    DallE2,
    DallE3,
    GptImage1,
    GptImage2,
    GptImage25,
    Any,
}

impl ImageParams {
    /// What the reference calls the models.
    pub(crate) const fn models(self) -> &'static str {
        match self {
            ImageParams::DallE2 => "dall-e-2",
            ImageParams::DallE3 => "dall-e-3",
            ImageParams::GptImage1 => "gpt-image-1, gpt-image-1-mini, gpt-image-1.5, chatgpt-image-latest",
            ImageParams::GptImage2 => "gpt-image-2",
            ImageParams::GptImage25 => "gpt-image-2.5-flare and later",
            ImageParams::Any => "any other model",
        }
    }
}

/// How a model draws.
// As with abilities, facts of their own.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Drawing {
    pub(crate) params: ImageParams,
    /// Whether it replies with addresses; else with pictures, in files of several kinds and in streams.
    pub(crate) by_address: bool,
    /// Whether it does so at least where `response_format` is given.
    pub(crate) by_address_on_request: bool,
    /// Whether one request is for one picture.
    pub(crate) one_at_a_time: bool,
    /// Whether it rewrites the prompt, and tells it.
    pub(crate) revises: bool,
    pub(crate) draws_transparent: bool,
    /// The sizes that it draws of those that can be written.
    pub(crate) canvas: Canvas,
}

/// Which sizes can be drawn.
pub(crate) struct Canvas {
    /// What the sides of a picture must be multiples of.
    pub(crate) step: u32,
    /// The longest side.
    pub(crate) longest: u32,
    /// So many times as long as the other may a side be.
    pub(crate) ratio: u32,
    /// The fewest and the most pixels.
    pub(crate) pixels: (u64, u64),
}

pub(super) const DALL_E_2: Drawing =
    Drawing { params: ImageParams::DallE2, by_address: true, by_address_on_request: true, ..ANY };

pub(super) const DALL_E_3: Drawing =
    Drawing { params: ImageParams::DallE3, one_at_a_time: true, revises: true, ..DALL_E_2 };

/// Those of fixed sizes.
pub(super) const GPT_IMAGE_1: Drawing =
    Drawing { params: ImageParams::GptImage1, by_address_on_request: false, ..ANY };

/// gpt-image-2, of any size within limits. What these are is recorded: 800 by 800 is refused, 816 by 816 is not.
pub(super) const GPT_IMAGE_2: Drawing = Drawing {
    params: ImageParams::GptImage2,
    draws_transparent: false,
    canvas: Canvas { step: 16, longest: 3840, ratio: 3, pixels: (655_360, 8_294_400) },
    ..GPT_IMAGE_1
};

/// gpt-image-2.5 and later, which draw on a transparent ground again, and more kinds of files.
pub(super) const GPT_IMAGE_2_5: Drawing =
    Drawing { params: ImageParams::GptImage25, draws_transparent: true, ..GPT_IMAGE_2 };

/// A name that is not known: it is refused nothing that another model takes.
pub(super) const ANY: Drawing = Drawing {
    params: ImageParams::Any,
    by_address: false,
    by_address_on_request: true,
    one_at_a_time: false,
    revises: false,
    draws_transparent: true,
    canvas: Canvas { step: 1, longest: u32::MAX, ratio: u32::MAX, pixels: (1, u64::MAX) },
};

/// What only the models take that are no dall-e: a request with one of these that names no model means such a one.
const GPT_IMAGE_ONLY: &[&str] = &[
    "background",
    "moderation",
    "output_format",
    "output_compression",
    "stream",
    "partial_images",
    "complexity",
    "frame_count",
    "frame_duration_ms",
    "svg",
    "safety_identifier",
];

/// How the model draws that is meant where none is named, these parameters being given.
pub(crate) fn unnamed_drawing<'a>(mut given: impl Iterator<Item = &'a str>) -> &'static Drawing {
    if given.any(|name| GPT_IMAGE_ONLY.contains(&name)) { &GPT_IMAGE_2_5 } else { &DALL_E_2 }
}
