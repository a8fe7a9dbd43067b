//! The private folder of the server's socket, and the addresses that name it.
//!
//! Whoever reaches the socket is let in, so nobody else of this machine may enter the folder or put his own in its
//! place. It is mode 0700 beside the data; where that path is too long for a socket, it is a short folder that we made
//! or find to be ours.

use std::{
    env,
    fmt::Write as _,
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use super::{Fault, SUPERUSER, account::Account, pid_file::SOCKET_FILE};

/// The kernel's limit for the address of a Unix socket.
const LONGEST_ADDRESS: usize = 107;
/// How many names a stranger may have taken before us in a folder where everybody may write.
const ATTEMPTS: u32 = 16;

/// Makes the folder, or finds the one of an earlier run; the same each time, so that addresses outlive a restart.
pub(crate) fn prepare(folder: &Path, account: &Account) -> Result<PathBuf, Fault> {
    let beside_data = folder.join("socket");
    if fits(&beside_data) {
        return if claim(&beside_data, account)? {
            Ok(beside_data)
        } else {
            Err(Fault::NotOurData { folder: beside_data })
        };
    }
    let itself = fs::metadata(folder).map_err(|cause| Fault::at(folder, cause))?;
    for base in short_bases(account) {
        for attempt in 0..ATTEMPTS {
            let short =
                base.join(format!("securevox-{:x}-{:x}-{attempt}", itself.dev(), itself.ino()));
            if fits(&short) && claim(&short, account).unwrap_or(false) {
                return Ok(short);
            }
        }
    }
    Err(Fault::Io {
        path: folder.to_owned(),
        cause: io::Error::other("the path is too long for a socket"),
    })
}

/// Clients take a comma for the end of one host's name, and Postgres would need the quotes doubled.
fn fits(folder: &Path) -> bool {
    let address = folder.join(SOCKET_FILE).into_os_string();
    address.len() <= LONGEST_ADDRESS && !address.as_bytes().iter().any(|byte| b",\"".contains(byte))
}

fn short_bases(account: &Account) -> Vec<PathBuf> {
    match account {
        Account::Other { .. } => vec!["/run".into(), "/tmp".into()],
        Account::Ourselves { .. } => {
            let runtime =
                env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
            runtime.into_iter().chain(["/tmp".into()]).collect()
        }
    }
}

/// Whether the folder is ours now. A link, or a folder of somebody else, is not.
fn claim(folder: &Path, account: &Account) -> Result<bool, Fault> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => account.own(folder).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(folder).map_err(|cause| Fault::at(folder, cause))?;
            if !found.is_dir() || found.uid() != account.uid() {
                return Ok(false);
            }
            let private = Permissions::from_mode(0o700);
            fs::set_permissions(folder, private).map_err(|cause| Fault::at(folder, cause))?;
            Ok(true)
        }
        Err(cause) => Err(Fault::at(folder, cause)),
    }
}

/// Port and TLS mode are told too: clients would else take them from `PGPORT` and `PGSSLMODE`.
pub(crate) fn url(socket: &Path, database: &str) -> String {
    let database = encoded(database.as_bytes(), b"");
    let socket = encoded(socket.as_os_str().as_bytes(), b"/");
    format!("postgres://{SUPERUSER}@localhost:5432/{database}?host={socket}&sslmode=disable")
}

fn encoded(bytes: &[u8], also_plain: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also_plain.contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded() {
        assert_eq!(
            url(Path::new("/a b/ü"), "x/y?z"),
            "postgres://securevox@localhost:5432/x%2Fy%3Fz?host=/a%20b/%C3%BC&sslmode=disable"
        );
    }

    #[test]
    fn a_socket_path_ends_at_107_bytes() {
        let longest = LONGEST_ADDRESS - 1 - SOCKET_FILE.len();
        assert!(fits(Path::new(&"/x".repeat(longest / 2))));
        assert!(!fits(Path::new(&"/x".repeat(longest / 2 + 1))));
        assert!(!fits(Path::new("/a,b")));
    }
}
