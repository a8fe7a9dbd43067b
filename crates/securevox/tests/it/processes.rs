//! A look at the processes of this machine.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// Those who were started with `folder` in their words, or who work in it: Postgres does both.
pub(crate) fn working_in(folder: &Path) -> Vec<u32> {
    let named = folder.as_os_str().as_bytes();
    let entries = fs::read_dir("/proc").expect("tests run on Linux").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let process = Path::new("/proc").join(pid.to_string());
        let words = fs::read(process.join("cmdline")).unwrap_or_default();
        let within = fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
        within || words.windows(named.len()).any(|window| window == named)
    })
    .collect()
}

/// The shell's own `kill`, because std knows SIGKILL alone.
pub(crate) fn signal(name: &str, pid: u32) {
    let status = Command::new("sh").args(["-c", &format!("kill -s {name} {pid}")]).status();
    assert!(status.expect("there is a shell").success());
}

/// Whether it holds before `limit` is over.
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

/// How it ended; killed and `None` where it did not within `limit`.
pub(crate) fn end_of(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let mut end = None;
    within(limit, || {
        end = child.try_wait().expect("it is our child");
        end.is_some()
    });
    if end.is_none() {
        child.kill().expect("it lives");
        child.wait().expect("it is our child");
    }
    end
}

/// Whether a program is there and does not refuse these arguments.
pub(crate) fn can_run(program: &str, arguments: &[impl AsRef<OsStr>]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}
