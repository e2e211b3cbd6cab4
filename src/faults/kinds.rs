//! The faults, a file each.

pub(super) mod args_broken;
pub(super) mod as_error;
pub(super) mod bad_json;
pub(super) mod bad_utf8;
pub(super) mod between;
pub(super) mod close;
pub(super) mod cut;
pub(super) mod delay;
pub(super) mod error;
pub(super) mod failed;
pub(super) mod gaps;
pub(super) mod jitter;
pub(super) mod no_usage;
pub(super) mod reset;
pub(super) mod short;
pub(super) mod split;
pub(super) mod stall;
pub(super) mod status;
pub(super) mod tps;
pub(super) mod truncate;
pub(super) mod ttft;
