//! A server that accepts connections, until it dies or is stopped.

use std::{
    fmt,
    process::{Command, ExitStatus},
    sync::Arc,
    time::Duration,
};

use super::{Fault, SUPERUSER, cluster::Place, log, plain_environment, socket};
use crate::child::{Child, End, Signal};

/// How long `Drop` gives the server; who cares calls [`Running::stop`].
const WHEN_DROPPED: Duration = Duration::from_secs(5);
const AFTER_QUIT: Duration = Duration::from_secs(5);

/// A handle on the server; copies are cheap. Dropping the last one stops it, and blocks until then.
#[derive(Clone)]
pub struct Running {
    inner: Arc<Inner>,
}

struct Inner {
    place: Arc<Place>,
    child: Arc<Child>,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// `None` where the kernel would not say.
    pub status: Option<ExitStatus>,
}

impl Running {
    pub(crate) fn new(place: Arc<Place>, child: Arc<Child>) -> Self {
        Self { inner: Arc::new(Inner { place, child }) }
    }

    pub fn url(&self, database: &str) -> String {
        socket::url(&self.inner.place.socket, database)
    }

    pub fn pid(&self) -> u32 {
        self.inner.child.pid()
    }

    /// Blocks until the server is dead, by whoever's hand. Returns at once when it is already.
    pub fn wait_dead(&self) -> Death {
        Death::from(self.inner.child.wait())
    }

    pub fn try_wait(&self) -> Option<Death> {
        self.inner.child.ended().map(Death::from)
    }

    /// Ends sessions, writes what is left and stops; after `limit` it is stopped without that, and recovers next time.
    pub fn stop(&self, limit: Duration) -> Death {
        self.inner.stop(limit)
    }

    pub fn ensure_database(&self, name: &str) -> Result<(), Fault> {
        let mut command = self.client("createdb");
        let output = command.args(["--maintenance-db", "postgres", "--", name]).output();
        let output = output
            .map_err(|cause| Fault::at(&self.inner.place.binaries.program("createdb"), cause))?;
        let words = String::from_utf8_lossy(&output.stderr);
        if output.status.success() || words.contains("already exists") {
            return Ok(());
        }
        let words = log::last_lines(&words);
        Err(log::meaning("Creating the database", words, self.inner.place.folder.path()))
    }

    /// A client program of the same major (`psql`, `pg_dump` …) that will find this server.
    pub fn client(&self, program: &str) -> Command {
        let place = &self.inner.place;
        let mut command = Command::new(place.binaries.program(program));
        plain_environment(&mut command);
        command.env("PGHOST", &place.socket).env("PGPORT", "5432").env("PGUSER", SUPERUSER);
        command.env("PGSSLMODE", "disable").env("PGCLIENTENCODING", "UTF8");
        command
    }
}

impl Inner {
    fn stop(&self, limit: Duration) -> Death {
        let steps = [(Signal::Int, limit), (Signal::Quit, AFTER_QUIT)];
        for (signal, limit) in steps {
            self.child.signal(signal);
            if let Some(end) = self.child.wait_for(limit) {
                return Death::from(end);
            }
        }
        self.child.signal(Signal::Kill);
        Death::from(self.child.wait())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop(WHEN_DROPPED);
    }
}

impl From<End> for Death {
    fn from(status: End) -> Self {
        Self { status }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "Postgres ended ({status})"),
            None => f.write_str("Postgres ended"),
        }
    }
}
