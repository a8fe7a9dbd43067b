//! The platform as its users meet it: real processes, real sockets, a data folder of its own per test.

mod admin;
mod binaries;
mod doctor;
mod http;
mod logs;
mod pages;
mod platform;
mod processes;
mod redis_gone;
mod refusals;
mod restarts;
mod sockets;
mod tour;
