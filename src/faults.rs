//! Faults: what is made to go wrong on purpose, as data. A fault is a row of the table and a file of `kinds`; one
//! grammar says which strike, wherever they are asked for. Never sends, never waits, and never answers.

mod calls;
mod grammar;
mod kind;
mod kinds;
mod ledger;
mod magic;
mod order;
mod sending;
mod table;
mod value;

pub(crate) use ledger::FaultLedger;
pub(crate) use ledger::FaultSource;
pub(crate) use ledger::ListedFault;
pub(crate) use ledger::Struck;
pub(crate) use magic::of_key;
pub(crate) use magic::of_model;
pub(crate) use order::FaultOrder;
pub(crate) use order::FaultSubject;
pub(crate) use sending::Payload;
pub(crate) use sending::Sending;
pub(crate) use sending::idle;
pub use table::FaultRow;
pub use table::fault_list;
pub use table::fault_options;
pub use table::fault_rows;
