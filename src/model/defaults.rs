//! The models that are meant where none is named.

/// The one that a stored prompt names, which is nowhere to be read here.
pub(crate) const OF_PROMPT: &str = "gpt-4.1";
pub(crate) const OF_MODERATION: &str = "omni-moderation-latest";
/// The one that the tool `image_generation` draws with.
pub(crate) const OF_IMAGE_TOOL: &str = "gpt-image-1";
/// The one that it draws with where it is to be a GIF or an SVG.
pub(crate) const OF_NEWER_FILES: &str = "gpt-image-2.6-sunburst";
/// The one that writes an SVG after what an image model has drawn.
pub(crate) const OF_SVG: &str = "gpt-5.6-sol";
