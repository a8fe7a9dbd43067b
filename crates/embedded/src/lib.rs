//! Servers that SecureVOX starts as its children, for `securevox up`, `securevox admin` and `xtask` alike.
//!
//! Only std: `xtask` is the first thing built on a fresh machine. What is *not* here: no SQL of ours, no migrations,
//! no policy when to restart; the caller learns of a death at once and decides.

mod child;
pub mod postgres;
