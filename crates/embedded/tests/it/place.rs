//! A folder of one test, and a look at processes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use securevox_embedded::postgres::{Cluster, Fault, Options, Running};

/// Removed when the test is over.
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            env::temp_dir().join(format!("securevox-embedded-{}-{number}", std::process::id()));
        fs::create_dir(&folder).expect("temporary folders can be made");
        Self(folder)
    }

    pub(crate) fn open(&self) -> Result<Cluster, Fault> {
        Cluster::open(&self.postgres(), Options { max_connections: 20, ..Options::THROWAWAY })
    }

    pub(crate) fn postgres(&self) -> PathBuf {
        self.0.join("postgres")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

pub(crate) fn ask(running: &Running, database: &str, sql: &str) -> String {
    let output = running
        .client("psql")
        .args(["-XAtq", "-d", database, "-c", sql])
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub(crate) fn send(signal: &str, pid: u32) {
    let status = Command::new("sh").args(["-c", &format!("kill -s {signal} {pid}")]).status();
    assert!(status.expect("there is a shell").success());
}

/// A dead process that nobody waited for counts as gone.
pub(crate) fn lives(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
}

pub(crate) fn servers_in(data: &Path) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|process| process.file_name().to_str()?.parse().ok());
    pids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == data))
        .collect()
}

pub(crate) fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !holds() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}
