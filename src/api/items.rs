//! Items: what a model of the Responses API is told and says, message by message and call by call.

mod fields;
mod kept;
pub(in crate::api) mod params;
pub(in crate::api) mod rules;
mod tool_items;

pub(in crate::api) use kept::id_of;
pub(in crate::api) use kept::kept;
