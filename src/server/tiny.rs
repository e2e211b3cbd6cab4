//! All that is necessary because tiny_http is what it is: each file says which flaw of it, version 0.12,
//! makes it so. Without tiny_http the room would be empty.

mod acceptor;
mod body;
mod connection;
mod departed;
mod handshake;
mod panics;
mod prober;

pub(in crate::server) use acceptor::Acceptor;
pub(in crate::server) use acceptor::NoRequest;
pub(in crate::server) use body::AtHand;
pub(in crate::server) use body::read_at_hand;
pub(in crate::server) use body::read_late;
pub(in crate::server) use body::safe_to_drop;
pub(in crate::server) use connection::Connection;
pub(in crate::server) use connection::hang_up_all;
pub(in crate::server) use departed::has_left;
pub(in crate::server) use panics::quiet;
pub(in crate::server) use prober::Prober;
