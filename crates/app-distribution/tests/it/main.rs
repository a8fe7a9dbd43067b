//! App distribution, called in process against a database of its own per test.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod access;
mod analytics;
mod apps;
mod bucket;
mod builds;
mod ci;
mod description;
mod downloads;
mod enrolment;
mod events;
mod feedback;
mod feeds;
mod given;
mod history;
mod inspect;
mod install;
mod make;
mod me;
mod pages;
mod people;
mod quota;
mod repeats;
mod retention;
mod sweep;
mod updates;
mod uploads;
