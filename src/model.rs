//! What is known of each model: since when it is listed, which snapshot its name stands for, what it
//! is for and how much it takes. Knows no request.

mod abilities;
mod admission;
mod listed;

pub(crate) use abilities::Abilities;
pub(crate) use abilities::Family;
pub(crate) use abilities::abilities;
pub(crate) use admission::for_chat;
pub(crate) use admission::for_completions;
pub(crate) use admission::for_embeddings;
pub(crate) use admission::for_images;
pub(crate) use admission::for_moderations;
pub(crate) use admission::for_responses;
pub(crate) use listed::MODELS;
pub(crate) use listed::Model;
pub(crate) use listed::snapshot;
