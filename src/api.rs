//! The operations: one file a resource, one line for each here.

mod chat;
mod completions;
mod conversations;
mod embeddings;
mod images;
mod inspect;
mod items;
mod logprobs;
mod media;
mod models;
mod moderations;
mod notices;
mod pages;
mod realtime;
mod responses;
mod text_params;

use crate::route::Route;

/// Everything that is answered.
pub(crate) const TABLES: &[&[Route]] = &[
    chat::ROUTES,
    chat::STORED,
    completions::ROUTES,
    conversations::ROUTES,
    embeddings::ROUTES,
    images::ROUTES,
    models::ROUTES,
    moderations::ROUTES,
    responses::ROUTES,
    inspect::ROUTES,
    realtime::NOT_SERVED,
];
