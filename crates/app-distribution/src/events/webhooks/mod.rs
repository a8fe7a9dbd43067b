//! Webhooks of an app: who is told what, how it is signed and sent, and what came of it.

pub(super) mod change;
pub(super) mod deliver;
mod formats;
pub(super) mod handlers;
pub(super) mod managed;
pub(super) mod page;
pub(super) mod pages;
mod sign;
pub(super) mod store;
