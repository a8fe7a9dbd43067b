//! Apps: made, set, and who belongs to them.

mod members;
mod new;
mod settings;
