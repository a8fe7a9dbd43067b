//! Journeys through real sockets, with the SDK and two services.

mod gathering;
mod installation;
mod listening;
mod publishing;
mod signing_in;
