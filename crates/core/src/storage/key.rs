//! What stored bytes are called.

use std::fmt;

use uuid::Uuid;

/// The name of stored bytes: a place (`builds`) and an id. Never made from what people send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) place: &'static str,
    pub(super) id: Uuid,
}

impl Key {
    /// The bytes of `id` in `place`.
    pub const fn new(place: &'static str, id: Uuid) -> Self {
        Self { place, id }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.place, self.id)
    }
}
