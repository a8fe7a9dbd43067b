//! What can go wrong with a private Postgres: one sentence what happened, one what to do.

use std::{
    error::Error,
    fmt, io,
    path::{Path, PathBuf},
};

use super::OLDEST_MAJOR;

#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// No server binaries in `PATH` or `/usr/lib/postgresql/*/bin`.
    NoPostgres,
    /// Only a Postgres older than our SQL was found.
    TooOld {
        major: u32,
    },
    /// The data was written by a major of which no binaries were found.
    OtherMajor {
        folder: PathBuf,
        needed: u32,
        found: Vec<u32>,
    },
    /// The folder has files in it, but no Postgres data that we know.
    NotOurData {
        folder: PathBuf,
    },
    /// The data belongs to another user of the machine.
    OtherOwner {
        folder: PathBuf,
        owner: u32,
    },
    Unwritable {
        folder: PathBuf,
        cause: io::Error,
    },
    DiskFull {
        folder: PathBuf,
    },
    /// Another SecureVOX, or a Postgres that somebody started by hand, works on the same data.
    InUse {
        folder: PathBuf,
        process: Option<u32>,
    },
    /// We run as root, the server may not, and its user cannot reach the folder.
    RootOnlyParent {
        parent: PathBuf,
        user: String,
    },
    /// We run as root and there is no other user to run the server.
    NoUser,
    /// A program of Postgres failed; `words` are its last ones.
    Failed {
        what: &'static str,
        words: String,
    },
    /// It neither became ready nor gave up.
    TooSlow {
        words: String,
    },
    Io {
        path: PathBuf,
        cause: io::Error,
    },
}

impl Fault {
    /// What an error of the file system means to the person who started us.
    pub(crate) fn at(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { folder: path }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Unwritable { folder: path, cause }
            }
            _ => Self::Io { path, cause },
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}.", self.what_happened(), self.what_to_do())
    }
}

impl Fault {
    fn what_happened(&self) -> String {
        match self {
            Self::NoPostgres => "No Postgres server was found in PATH or /usr/lib/postgresql".to_owned(),
            Self::TooOld { major } => format!("Postgres {major}, the one found here, is too old"),
            Self::OtherMajor { folder, needed, found } => {
                let (folder, found) = (folder.display(), listed(found));
                format!("The data in {folder} was written by Postgres {needed}, but only {found} is installed")
            }
            Self::NotOurData { folder } => {
                format!("{} is not empty, and what is in it was not made by SecureVOX", folder.display())
            }
            Self::OtherOwner { folder, owner } => {
                format!("{} belongs to another user (uid {owner})", folder.display())
            }
            Self::Unwritable { folder, cause } => format!("{} cannot be written: {cause}", folder.display()),
            Self::DiskFull { folder } => format!("The disk that holds {} is full", folder.display()),
            Self::InUse { folder, process } => {
                let process = process.map(|pid| format!(" (process {pid})")).unwrap_or_default();
                format!("Another server{process} already works on the data in {}", folder.display())
            }
            Self::RootOnlyParent { parent, user } => format!(
                "Postgres does not run as root, and the user `{user}` that runs it instead may not enter {}",
                parent.display()
            ),
            Self::NoUser => {
                "Postgres does not run as root, and there is no user `postgres` or `nobody` to run it".to_owned()
            }
            Self::Failed { what, words } => format!("{what} failed with these words:\n{words}\n"),
            Self::TooSlow { words } => {
                format!("Postgres did not become ready in time; these were its last words:\n{words}\n")
            }
            Self::Io { path, cause } => format!("{}: {cause}", path.display()),
        }
    }

    fn what_to_do(&self) -> String {
        match self {
            Self::NoPostgres => {
                "Install one (`apt-get install postgresql`), or put the folder of `postgres` and `initdb` into PATH"
                    .to_owned()
            }
            Self::TooOld { .. } => {
                format!("Install Postgres {OLDEST_MAJOR} or newer (`apt-get install postgresql`)")
            }
            Self::OtherMajor { needed, .. } => format!(
                "Install that one too (`apt-get install postgresql-{needed}`), or convert the data with `pg_upgrade`"
            ),
            Self::NotOurData { .. } => "Move these files away, or choose another data folder".to_owned(),
            Self::OtherOwner { .. } => {
                "Start as that user or as root, or choose another data folder".to_owned()
            }
            Self::Unwritable { .. } => "Let this user write there, or choose another data folder".to_owned(),
            Self::DiskFull { .. } => "Free some space and start again; what was saved is safe".to_owned(),
            Self::InUse { .. } => "Stop it first, or choose another data folder".to_owned(),
            Self::RootOnlyParent { parent, .. } => format!(
                "Allow it (`chmod o+x {}`), or choose a data folder elsewhere, such as /var/lib/securevox",
                parent.display()
            ),
            Self::NoUser => {
                "Start as an ordinary user, or create one (`useradd --system postgres`)".to_owned()
            }
            Self::Failed { .. } | Self::TooSlow { .. } => {
                "Correct what they name, and start again".to_owned()
            }
            Self::Io { .. } => "Check this path, and start again".to_owned(),
        }
    }
}

// The cause is part of the sentence, so there is no `source` that would be printed twice.
impl Error for Fault {}

fn listed(majors: &[u32]) -> String {
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_such() {
        let fault = Fault::at(Path::new("/data"), io::ErrorKind::StorageFull.into());
        assert!(fault.to_string().contains("/data is full"), "{fault}");
    }

    #[test]
    fn the_needed_major_is_named() {
        let fault = Fault::OtherMajor { folder: "/data".into(), needed: 16, found: vec![15, 17] };
        let words = fault.to_string();
        assert!(words.contains("Postgres 16") && words.contains("15, 17"), "{words}");
        assert!(words.contains("postgresql-16"), "{words}");
    }
}
