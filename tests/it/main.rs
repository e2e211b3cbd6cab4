//! The one integration binary.

// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

mod aimock;
mod asking;
mod azure;
mod capture;
mod clock;
mod command_line;
mod curl;
mod effects;
mod examples;
mod faults;
mod given;
mod golden;
mod import;
mod lifecycle;
mod logged;
mod media;
mod parameters;
mod pipeline;
mod played;
mod rates;
mod refusals;
mod responses;
mod rule_files;
mod rules;
// The harness of tests/sdk: what it holds of itself is held here.
#[allow(dead_code)]
#[path = "../sdk/runner.rs"]
mod runner;
mod stored;
mod tidy;
mod tokens;
mod validation;
mod webhooks;
mod wire;
