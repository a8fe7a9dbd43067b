//! How every service speaks HTTP: the layers around its routes, two listeners, and a stop that finishes what runs.

mod body;
mod cors;
mod door;
mod internal;
mod layers;
mod listener;

pub use door::{Door, token_in_subprotocol};
pub use internal::{Readiness, internal_router};
pub use layers::{dress, timed};
pub use listener::{bind, serve};

pub use crate::client_address::ClientAddress;
