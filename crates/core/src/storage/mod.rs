//! Bytes that are too many for Postgres: packages today, attachments and backups later.
//!
//! They live in the data folder, written atomically and synced before anybody is told
//! that they are there. Downloads go through signed links that expire ([`Links`]).

mod folder;
mod links;
mod ranged;
mod spool;

pub use folder::{Key, Storage};
pub use links::{LinkRefused, Links};
pub use ranged::{Download, download};
pub use spool::{Spool, Spooled};
