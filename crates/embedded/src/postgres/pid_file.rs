//! `postmaster.pid`: what a server writes into its data folder while it lives, and leaves behind when it is killed.

use std::{
    fs,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
};

use crate::child;

pub(crate) const SOCKET_FILE: &str = ".s.PGSQL.5432";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: u32,
    pub(crate) socket: Option<PathBuf>,
    pub(crate) ready: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A server works on the data.
    Alive,
    Dead,
    /// The number was given to another program after the server died.
    Impostor,
}

impl PidFile {
    pub(crate) fn read(data: &Path) -> Option<Self> {
        parse(&fs::read_to_string(path(data)).ok()?)
    }

    /// A server's working folder is its data, by which it is told apart from whoever got its number later.
    pub(crate) fn holder(&self, data: &Path) -> Holder {
        let process = PathBuf::from(format!("/proc/{}", self.pid));
        if !Path::new("/proc/self").exists() {
            let pid = self.pid.to_string();
            let lives =
                child::succeeds(Command::new("sh").args(["-c", r#"kill -0 "$1""#, "sh", &pid]));
            return if lives { Holder::Alive } else { Holder::Dead };
        }
        match fs::read_link(process.join("cwd")) {
            Ok(folder) if folder == data => Holder::Alive,
            Ok(_) => Holder::Impostor,
            // A dead process that nobody has waited for has no folder any more.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Holder::Dead,
            Err(_) => Holder::Alive,
        }
    }

    /// The socket's folder, if a server answers there.
    pub(crate) fn answering(self) -> Option<PathBuf> {
        let socket = self.socket?;
        UnixStream::connect(socket.join(SOCKET_FILE)).ok()?;
        Some(socket)
    }
}

pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
fn parse(content: &str) -> Option<PidFile> {
    let mut lines = content.lines();
    let pid = lines.next()?.trim().trim_start_matches('-').parse().ok()?;
    let socket = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
    let ready = lines.nth(2).is_some_and(|status| status.trim() == "ready");
    Some(PidFile { pid, socket, ready })
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/d/data\n1700000000\n5432\n/d/socket\n\n 123 4\nready   \n";

    #[test]
    fn a_ready_server_is_read() {
        let file = parse(READY).unwrap();
        assert_eq!(file, PidFile { pid: 4711, socket: Some("/d/socket".into()), ready: true });
    }

    #[test]
    fn a_file_that_is_still_being_written_is_not_ready() {
        let file = parse("4711\n/d/data\n1700000000\n").unwrap();
        assert_eq!(file, PidFile { pid: 4711, socket: None, ready: false });
        assert!(!parse(&READY.replace("ready", "starting")).unwrap().ready);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn another_program_with_the_same_number_is_no_server() {
        let file = PidFile { pid: std::process::id(), socket: None, ready: true };
        assert_eq!(file.holder(Path::new("/no/such/data")), Holder::Impostor);
        let file = PidFile { pid: u32::MAX, ..file };
        assert_eq!(file.holder(Path::new("/no/such/data")), Holder::Dead);
    }
}
