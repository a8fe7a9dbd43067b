//! Which of the Postgres installations on this machine serves our data.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Fault, OLDEST_MAJOR};

/// Where Debian and Ubuntu put each major, away from PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binaries {
    pub(crate) major: u32,
    folder: PathBuf,
}

impl Binaries {
    /// The major that wrote the data in `data`, else the newest.
    pub(crate) fn find(data: &Path) -> Result<Self, Fault> {
        choose(installed(), written_by(data), data)
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Whether a server that we can use is on this machine.
pub fn is_installed() -> bool {
    choose(installed(), None, Path::new("")).is_ok()
}

/// The content of `PG_VERSION`, which `initdb` writes.
pub(crate) fn written_by(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn choose(
    mut installed: Vec<Binaries>,
    written_by: Option<u32>,
    data: &Path,
) -> Result<Binaries, Fault> {
    installed.sort_by_key(|binaries| binaries.major);
    let majors: Vec<u32> = installed.iter().map(|binaries| binaries.major).collect();
    let chosen = match written_by {
        Some(needed) => {
            installed.into_iter().find(|binaries| binaries.major == needed).ok_or_else(|| {
                if majors.is_empty() {
                    return Fault::NoPostgres;
                }
                Fault::OtherMajor { folder: data.to_owned(), needed, found: majors }
            })?
        }
        None => installed.pop().ok_or(Fault::NoPostgres)?,
    };
    if chosen.major < OLDEST_MAJOR {
        return Err(Fault::TooOld { major: chosen.major });
    }
    Ok(chosen)
}

fn installed() -> Vec<Binaries> {
    let mut found: Vec<Binaries> = Vec::new();
    for folder in candidates() {
        // PATH often holds links into Debian's folder; the rest of the programs stands beside the real ones.
        let Some(folder) = real_folder(&folder) else { continue };
        if found.iter().any(|known| known.folder == folder) {
            continue;
        }
        if let Some(major) = major_of(&folder.join("postgres")) {
            found.push(Binaries { major, folder });
        }
    }
    found
}

fn candidates() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let majors = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    folders.extend(majors.map(|major| major.path().join("bin")));
    folders
}

fn real_folder(folder: &Path) -> Option<PathBuf> {
    let server = folder.join("postgres").canonicalize().ok()?;
    let folder = server.parent()?;
    folder.join("initdb").is_file().then(|| folder.to_owned())
}

fn major_of(server: &Path) -> Option<u32> {
    let output = Command::new(server).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 18beta1`.
fn parse_version(words: &str) -> Option<u32> {
    let version =
        words.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn majors(majors: &[u32]) -> Vec<Binaries> {
        majors.iter().map(|&major| Binaries { major, folder: PathBuf::new() }).collect()
    }

    fn chosen(installed: &[u32], written_by: Option<u32>) -> Result<u32, Fault> {
        choose(majors(installed), written_by, Path::new("/data")).map(|binaries| binaries.major)
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_version("nonsense"), None);
    }

    #[test]
    fn fresh_data_gets_the_newest() {
        assert_eq!(chosen(&[15, 17, 16], None).unwrap(), 17);
    }

    #[test]
    fn old_data_keeps_its_major() {
        assert_eq!(chosen(&[15, 17], Some(15)).unwrap(), 15);
        assert!(matches!(chosen(&[15, 17], Some(16)), Err(Fault::OtherMajor { needed: 16, .. })));
    }

    #[test]
    fn nothing_and_nothing_new_enough_are_told_apart() {
        assert!(matches!(chosen(&[], None), Err(Fault::NoPostgres)));
        assert!(matches!(chosen(&[13], None), Err(Fault::TooOld { major: 13 })));
    }
}
