//! How a service speaks HTTP, over real connections where the connection matters.

mod bodies;
mod connections;
mod cors;
mod requests;
mod stop;
