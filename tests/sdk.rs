//! The official Python and Node clients and the frameworks on top of them, as their users call them. A virtual
//! environment is laid out in another way on Windows, and `npm` is no program there.

// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[cfg(unix)]
#[path = "sdk/suites.rs"]
mod suites;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    suites::main()
}

#[cfg(not(unix))]
fn main() {}
