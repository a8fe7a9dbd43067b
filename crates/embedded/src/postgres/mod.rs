//! A private Postgres: no network, one socket that only we can reach, one folder, one process of ours.
//!
//! ```text
//! let cluster = Cluster::open(&data.join("postgres"), Options::default())?;   // finds binaries, initdb, lock
//! let running = cluster.start()?;                                             // ready when this returns
//! running.ensure_database("securevox")?;
//! let pool = connect(&running.url("securevox"));
//! loop { let death = running.wait_dead(); …; running = cluster.start()?; }    // on a thread that may block
//! running.stop(Duration::from_secs(20));
//! ```
//!
//! The folder holds `data` (what `initdb` made), `socket`, `postgres.log` and `lock`. Whoever holds the lock is the only
//! one of ours on this data; the kernel frees it when we die, so a process found afterwards is an orphan.
//! The address stays the same when the server is started again, so a connection pool lives on.

mod account;
mod binaries;
mod cluster;
mod fault;
mod folder;
mod log;
mod orphan;
mod pid_file;
mod running;
mod scratch;
mod server;
mod socket;

use std::{env, process::Command};

pub use binaries::is_installed;
pub use cluster::Cluster;
pub use fault::Fault;
pub use running::{Death, Running};
pub use scratch::Scratch;

/// The oldest Postgres that our SQL runs on.
pub const OLDEST_MAJOR: u32 = 15;

/// The only role of a private cluster.
pub const SUPERUSER: &str = "securevox";

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether a commit survives a power cut. Only data that is thrown away may say no.
    pub durable: bool,
    pub max_connections: u16,
}

impl Default for Options {
    /// Sized for a laptop or a small droplet.
    fn default() -> Self {
        Self { durable: true, max_connections: 100 }
    }
}

impl Options {
    /// For tests: fast, many connections, nothing worth keeping.
    pub const THROWAWAY: Self = Self { durable: false, max_connections: 300 };
}

/// `PG…` variables would redirect the programs, our secrets are none of their business, and errors must be English to be
/// understood by us.
fn plain_environment(command: &mut Command) {
    command.env_clear().env("LC_ALL", "C");
    if let Some(path) = env::var_os("PATH") {
        command.env("PATH", path);
    }
}
