//! What is known of each model: since when it is listed, which snapshot its name stands for, what it
//! is for, how much it takes, and what the API counts and tells of it. The only room that knows models by
//! their names. Knows no request.

mod abilities;
mod admission;
mod defaults;
mod drawing;
mod families;
mod listed;
mod named;
mod table;
mod vectors;

pub(crate) use abilities::Abilities;
pub(crate) use abilities::CallsInChat;
pub(crate) use abilities::Frame;
pub(crate) use abilities::ImageTokens;
pub(crate) use abilities::Overheads;
pub(crate) use admission::for_chat;
pub(crate) use admission::for_completions;
pub(crate) use admission::for_embeddings;
pub(crate) use admission::for_images;
pub(crate) use admission::for_moderations;
pub(crate) use admission::for_responses;
pub(crate) use admission::moderates_text_alone;
pub(crate) use defaults::OF_IMAGE_TOOL;
pub(crate) use defaults::OF_MODERATION;
pub(crate) use defaults::OF_NEWER_FILES;
pub(crate) use defaults::OF_PROMPT;
pub(crate) use defaults::OF_SVG;
pub(crate) use drawing::Canvas;
pub(crate) use drawing::Drawing;
pub(crate) use drawing::ImageParams;
pub(crate) use drawing::unnamed_drawing;
pub(crate) use listed::MODELS;
pub(crate) use listed::Model;
pub(crate) use listed::snapshot;
pub(crate) use named::abilities;
pub(crate) use named::drawing;
pub(crate) use vectors::dimensions;
