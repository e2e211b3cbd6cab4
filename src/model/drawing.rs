//! How the image models differ: which parameters they take and what form their replies have.

/// Models that take the same parameters; their lists stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageParams {
    DallE2,
    DallE3,
    GptImage1,
    GptImage2,
    Any,
}

impl ImageParams {
    /// What the reference calls the models.
    pub(crate) const fn models(self) -> &'static str {
        match self {
            ImageParams::DallE2 => "dall-e-2",
            ImageParams::DallE3 => "dall-e-3",
            ImageParams::GptImage1 => "gpt-image-1, gpt-image-1-mini, gpt-image-1.5, chatgpt-image-latest",
            ImageParams::GptImage2 => "gpt-image-2 and later",
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
    /// What the sides of a picture must be multiples of.
    pub(crate) step: u32,
}

pub(super) const DALL_E_2: Drawing =
    Drawing { params: ImageParams::DallE2, by_address: true, by_address_on_request: true, ..ANY };

pub(super) const DALL_E_3: Drawing =
    Drawing { params: ImageParams::DallE3, one_at_a_time: true, revises: true, ..DALL_E_2 };

/// Those of fixed sizes.
pub(super) const GPT_IMAGE_1: Drawing =
    Drawing { params: ImageParams::GptImage1, by_address_on_request: false, ..ANY };

/// gpt-image-2 and later, of any size.
pub(super) const GPT_IMAGE_2: Drawing =
    Drawing { params: ImageParams::GptImage2, draws_transparent: false, step: 16, ..GPT_IMAGE_1 };

/// A name that is not known: it is refused nothing that another model takes.
pub(super) const ANY: Drawing = Drawing {
    params: ImageParams::Any,
    by_address: false,
    by_address_on_request: true,
    one_at_a_time: false,
    revises: false,
    draws_transparent: true,
    step: 1,
};
