//! Who may do what.

mod addresses;
mod links;
mod routes;
mod visibility;
