//! Groups of testers, over any number of apps, and who may change them.

mod attach;
mod change;
mod give;
pub(super) mod handlers;
mod invite;
pub(super) mod list_page;
pub(super) mod pages;
mod store;

pub(crate) use give::{changeable, give, wanted};
