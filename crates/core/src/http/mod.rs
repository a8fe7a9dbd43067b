//! How every service speaks HTTP: the layers around its routes, two listeners, and a stop that finishes what runs.

mod address;
mod body;
mod cors;
mod door;
mod internal;
mod layers;
mod listener;

pub use address::ClientAddress;
pub use body::TooSlow;
pub use door::{Door, token_in_subprotocol};
pub use internal::{Readiness, internal_router};
pub use layers::{RequestId, dress, timed};
pub use listener::{bind, serve};
