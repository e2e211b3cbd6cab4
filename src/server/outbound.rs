//! What the server says of its own accord: events to a webhook, and questions to another one.

mod conduct;
mod health;
mod question;
mod signature;
mod webhook;

pub use conduct::verdict;
pub use health::healthcheck;

pub(in crate::server) use webhook::Webhook;
