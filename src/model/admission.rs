//! Which model an operation takes. A name that is not known is taken, unless the server takes those that
//! are listed only.

use crate::error;
use crate::error::ApiError;
use crate::model::MODELS;
use crate::model::abilities;
use crate::model::abilities::CHAT;
use crate::model::abilities::COMPLETIONS;
use crate::model::abilities::EMBEDDINGS;
use crate::model::abilities::IMAGES;
use crate::model::abilities::MODERATIONS;
use crate::model::abilities::RESPONSES;

/// Snapshots that the API says to be gone instead of unknown.
const RETIRED: [&str; 8] = [
    "gpt-3.5-turbo-0301",
    "gpt-3.5-turbo-0613",
    "gpt-3.5-turbo-16k-0613",
    "gpt-4-0314",
    "gpt-4-32k",
    "gpt-4-32k-0613",
    "gpt-4-32k-0314",
    "gpt-4-vision-preview",
];

/// `POST /v1/chat/completions`
pub(crate) fn for_chat(model: &str, listed_only: bool) -> Result<(), ApiError> {
    exists(model, listed_only)?;
    let abilities = abilities(model);
    if abilities.serves(CHAT) {
        Ok(())
    } else if abilities.serves(RESPONSES) {
        Err(error::responses_only())
    } else {
        Err(error::not_a_chat_model())
    }
}

/// `POST /v1/responses` and what goes with it.
pub(crate) fn for_responses(model: &str, listed_only: bool) -> Result<(), ApiError> {
    let known = is_listed(model) || !listed_only && !model.is_empty();
    let serves = abilities(model).serves(RESPONSES);
    if known && serves { Ok(()) } else { Err(error::requested_model_unknown(model)) }
}

/// `POST /v1/completions`
pub(crate) fn for_completions(model: &str, listed_only: bool) -> Result<(), ApiError> {
    exists(model, listed_only)?;
    let abilities = abilities(model);
    if abilities.serves(COMPLETIONS) {
        Ok(())
    } else if abilities.serves(CHAT) {
        Err(error::is_a_chat_model())
    } else {
        Err(error::may_not_sample())
    }
}

/// `POST /v1/embeddings`
pub(crate) fn for_embeddings(model: &str, listed_only: bool) -> Result<(), ApiError> {
    exists(model, listed_only)?;
    if abilities(model).serves(EMBEDDINGS) { Ok(()) } else { Err(error::may_not_embed()) }
}

/// `POST /v1/images/generations`. The retired dall-e models are taken unless the server takes
/// listed ones only, since most tests still use them.
pub(crate) fn for_images(model: &str, listed_only: bool) -> Result<(), ApiError> {
    let retired = model.starts_with("dall-e");
    let known = is_listed(model) && !retired || !listed_only;
    let serves = abilities(model).serves(IMAGES);
    if known && serves { Ok(()) } else { Err(error::no_such_image_model(model)) }
}

/// `POST /v1/moderations`
pub(crate) fn for_moderations(model: &str, listed_only: bool) -> Result<(), ApiError> {
    let known = abilities(model).is_known() || !listed_only && !model.is_empty();
    let serves = abilities(model).serves(MODERATIONS);
    if known && serves { Ok(()) } else { Err(error::requested_model_unknown(model)) }
}

fn exists(model: &str, listed_only: bool) -> Result<(), ApiError> {
    if !listed_only || is_listed(model) {
        return Ok(());
    }
    Err(if RETIRED.contains(&model) { error::model_deprecated(model) } else { error::model_unknown(model) })
}

/// A fine-tuned model is as good as its base.
fn is_listed(model: &str) -> bool {
    let base = model.strip_prefix("ft:").and_then(|rest| rest.split(':').next()).unwrap_or(model);
    MODELS.iter().any(|listed| listed.id == base)
}

/// Whether a moderation model knows nothing but text.
pub(crate) fn moderates_text_alone(model: &str) -> bool {
    model.starts_with("text-moderation")
}
