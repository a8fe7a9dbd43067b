//! Real servers in temporary folders: what they promise when all goes well, when people err, and when somebody kills.

mod faults;
mod killed;
mod lifetime;
mod place;
