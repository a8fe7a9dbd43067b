//! Apps, and who belongs to them.

mod admit;
pub(crate) mod store;

pub(crate) use admit::{Uploader, admit};
