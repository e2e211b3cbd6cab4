//! What the server says of its own accord: events to a webhook, and a question after another's health.

mod health;
mod signature;
mod webhook;

pub use health::healthcheck;

pub(in crate::server) use webhook::Webhook;
