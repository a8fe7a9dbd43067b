//! Groups of testers, over any number of apps, and who may change them.

mod attach;
mod change;
mod give;
pub(super) mod handlers;
mod invite;
pub(super) mod list_page;
mod names;
pub(super) mod pages;
mod store;

pub(super) use change::{Charge, Known, NO_SUCH_TESTER, remove};
pub(crate) use give::{changeable, give, wanted};
pub(super) use invite::again as invite_again;
pub(crate) use store::apps_of;
