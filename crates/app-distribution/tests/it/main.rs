//! App distribution, called in process against a database of its own per test.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod bucket;
mod description;
mod downloads;
mod enrolment;
mod feeds;
mod inspect;
mod life;
mod make;
mod pages;
mod people;
mod pieces;
mod sweep;
mod uploads;
mod visibility;
