//! The operations: one file a resource, one line for each here.

mod absent;
mod chat;
mod clock;
mod completions;
mod conduct;
mod conversations;
mod embeddings;
mod faults;
mod filters;
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
mod rules;
mod schemas;
mod text_params;
mod unmet;
mod verify;
mod wait;

pub(crate) use absent::unserved;

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
    clock::ROUTES,
    rules::ROUTES,
    faults::ROUTES,
    wait::ROUTES,
    verify::ROUTES,
    conduct::ROUTES,
    realtime::NOT_SERVED,
];

/// The API's path that one outside it was meant for, where it can be told.
pub(crate) fn meant(path: &str) -> Option<String> {
    absent::meant(TABLES, path)
}

/// The same for a path within it that leads nowhere.
pub(crate) fn meant_within(path: &str) -> Option<String> {
    absent::meant_within(TABLES, path)
}
