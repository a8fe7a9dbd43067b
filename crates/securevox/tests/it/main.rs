//! The platform as its users meet it: real processes, real sockets, a data folder of its own per test.

mod admin;
mod binaries;
mod doctor;
mod http;
mod logs;
mod pages;
mod platform;
mod processes;
mod refusals;
mod restarts;
mod tour;
