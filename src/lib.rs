//! A fake OpenAI API for test suites: same shapes, same streams, same errors, same every time.
//!
//! The binary `openai-fake` serves it from the command line; this library serves it from inside a
//! test. Nothing here is random: the same request gives the same reply on every machine, as
//! `docs/determinism.md` describes.
//!
//! ```
//! use openai_fake::OpenaiServer;
//! use std::io::{Read, Write};
//!
//! let mut server = OpenaiServer::new(0); // 0: any free port
//! server.start()?;
//!
//! // Any client will do; this one speaks plain HTTP.
//! let mut client = std::net::TcpStream::connect(server.address())?;
//! client.write_all(
//!     b"GET /v1/models/gpt-4o HTTP/1.1\r\nHost: fake\r\nAuthorization: Bearer sk-test\r\nConnection: close\r\n\r\n",
//! )?;
//! let mut reply = String::new();
//! client.read_to_string(&mut reply)?;
//! assert!(reply.contains(r#""id":"gpt-4o","object":"model""#));
//!
//! assert_eq!(server.requests()[0]["path"], "/v1/models/gpt-4o");
//! server.reset();
//! assert!(server.requests().is_empty());
//! server.stop();
//! # Ok::<(), std::io::Error>(())
//! ```

mod server;

mod pipeline;
mod route;

mod api;

mod ask;

mod params;
mod plan;

mod rules;

mod model;
mod structured;
mod tokens;

mod generate;

mod faults;
mod play;
mod state;
mod store;

pub mod declared;
pub mod import;

mod error;
mod http;
mod json;
mod reply;
mod yaml;

mod config;

#[cfg(test)]
mod reference;

pub use config::{Clock, Config, Invocation, Log, command};
pub use faults::fault_list;
pub use http::{Headers, Request, Unread};
pub use pipeline::answer;
pub use play::{Corrupt, Cut, Damage, Events, Finish, Jitter, Mark, Pace, Play, Stall, Wait};
pub use reply::{Awaited, Body, Effects, Feed, Live, Made, Notice, Piece, Reply};
pub use rules::{check, schema};
pub use server::{OpenaiServer, RuleBuilder, healthcheck, verdict};
pub use state::State;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/rules.md")]
struct RulesPage;

#[cfg(doctest)]
#[doc = include_str!("../docs/faults.md")]
struct FaultsPage;

#[cfg(doctest)]
#[doc = include_str!("../docs/testing.md")]
struct TestingPage;
