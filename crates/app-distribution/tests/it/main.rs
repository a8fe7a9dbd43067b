//! App distribution, called in process against a database of its own per test.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod bucket;
mod ci;
mod description;
mod devices;
mod downloads;
mod enrolment;
mod events;
mod feeds;
mod filters;
mod given;
mod insight;
mod inspect;
mod install;
mod life;
mod make;
mod manage;
mod new_apps;
mod pages;
mod people;
mod pieces;
mod repeats;
mod sharing;
mod sweep;
mod uploads;
mod visibility;
