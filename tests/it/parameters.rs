//! Walks the parameters that the operations declare: none is without a case, so a new one has its range
//! held to without a row, and fails here until something is seen of what it does.

mod bodies;
mod effects;
mod ranges;
mod sentences;
