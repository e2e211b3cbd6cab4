//! Items: what a model of the Responses API is told and says, message by message and call by call.

pub(in crate::api) mod params;
