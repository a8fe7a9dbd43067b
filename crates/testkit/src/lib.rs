//! What tests need: a house to run services in, people, forms, and answers.
//!
//! Services are real, on a real database of the test's own; nothing here stands in for them.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod answer;
mod form;
mod house;
mod person;

pub use answer::Answer;
pub use form::Form;
pub use house::{House, Serving};
pub use person::{Person, call};
