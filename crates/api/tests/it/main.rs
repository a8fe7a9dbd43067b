//! Every endpoint, called through the real router on a database of the test's own.

mod account;
mod admin;
mod browser;
mod copies;
mod devices;
mod habits;
mod invites;
mod keys;
mod limits;
mod login;
mod operations;
mod people;
mod refresh;
mod registration;
mod sessions;
mod sso;
mod token_pages;
mod tokens;
