//! The server's log, and what its last words mean.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{Fault, account::Account};

const LONGEST_LOG: u64 = 10 * 1024 * 1024;
const LAST_LINES: usize = 10;

pub(crate) struct Log {
    path: PathBuf,
    start: u64,
}

impl Log {
    /// The log of a run that begins now, and the file to write it to.
    pub(crate) fn begin(folder: &Path, account: &Account) -> Result<(Self, File), Fault> {
        let path = folder.join("postgres.log");
        let fault = |cause| Fault::at(folder, cause);
        let file = File::options().append(true).create(true).open(&path).map_err(fault)?;
        account.own(&path)?;
        let mut start = file.metadata().map_err(fault)?.len();
        if start > LONGEST_LOG {
            file.set_len(0).map_err(fault)?;
            start = 0;
        }
        Ok((Self { path, start }, file))
    }

    /// The last lines of this run.
    pub(crate) fn last_words(&self) -> String {
        last_lines(&self.read().unwrap_or_default())
    }

    fn read(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        // Ten lines fit into this many bytes, and a log may have grown for months.
        file.seek(SeekFrom::Start(self.start.max(length.saturating_sub(64 * 1024))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

/// The fault behind the words of a program that failed.
pub(crate) fn meaning(what: &'static str, words: String, folder: &Path) -> Fault {
    let owned = folder.to_owned();
    let full =
        |line: &str| line.contains("No space left on device") && !line.contains("shared memory");
    // A full disk may have swallowed the words as well.
    if words.lines().any(full) || is_full(folder) {
        return Fault::DiskFull { folder: owned };
    }
    let held = ["\"postmaster.pid\" already exists", "pre-existing shared memory block"];
    if held.iter().any(|sign| words.contains(sign)) {
        return Fault::InUse { folder: owned, process: None };
    }
    Fault::Failed { what, words }
}

fn is_full(folder: &Path) -> bool {
    let path = folder.join("space.probe");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&[1; 16 * 1024])?;
        file.sync_all()
    });
    fs::remove_file(&path).unwrap_or_default();
    written.is_err_and(|error| error.kind() == io::ErrorKind::StorageFull)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(words: &str) -> Fault {
        meaning("Starting", words.to_owned(), Path::new("/no/such/folder"))
    }

    #[test]
    fn words_have_a_meaning() {
        let full = "FATAL:  could not write lock file \"postmaster.pid\": No space left on device";
        assert!(matches!(meant(full), Fault::DiskFull { .. }));
        let held = "FATAL:  lock file \"postmaster.pid\" already exists";
        assert!(matches!(meant(held), Fault::InUse { .. }));
        let small = "FATAL:  could not resize shared memory segment: No space left on device";
        assert!(matches!(meant(small), Fault::Failed { .. }));
    }

    #[test]
    fn the_last_lines_are_kept() {
        let text = (0..20).map(|line| line.to_string()).collect::<Vec<_>>().join("\n\n");
        assert_eq!(last_lines(&text).lines().next(), Some("10"));
        assert_eq!(last_lines(""), "");
    }
}
