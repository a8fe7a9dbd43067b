//! Signalling over real sockets, with the client of Socket.IO's own makers.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod client;
mod copies;
mod door;
mod garbage;
mod signals;
mod sockets;
