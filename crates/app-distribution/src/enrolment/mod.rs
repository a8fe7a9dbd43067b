//! Learning the UDID of a phone that its owner enrols: pure, no route and no table.
//!
//! iOS opens a small configuration profile (a "Profile Service"), asks its owner, and posts what
//! was asked for, signed by the phone. Nothing is installed by it and nothing remains.

mod answer;
mod invitation;

pub use self::answer::{Answer, AnswerError};
pub use self::invitation::Invitation;
pub use crate::cms::{Signer, SignerError};
