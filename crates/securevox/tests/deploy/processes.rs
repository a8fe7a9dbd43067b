//! Children that do not outlive the test, however it ends.

use std::{
    ffi::OsStr,
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

/// Both are this machine's; each copy has one of its own, and all the same ports, as on two machines.
pub(crate) const MACHINES: [Ipv4Addr; 2] = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)];

/// Below the ports that the kernel gives to outgoing connections.
const PORTS: std::ops::Range<u16> = 12_000..20_000;

/// A server, killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// Whether it was told to.
    stopping: bool,
}

impl Process {
    /// Its words go to the file `log`.
    pub(crate) fn spawn(program: &Path, configure: impl FnOnce(&mut Command), log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        // The kernel ends it when the thread of the test ends.
        let mut command = Command::new("setpriv");
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        configure(&mut command);
        Self { child: command.spawn().unwrap(), stopping: false }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&mut self) {
        self.stopping = true;
        self.signal("TERM");
    }

    /// Takes in connections, as the kernel does for it, and answers nothing.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
    }

    /// By the shell's own `kill`: std knows SIGKILL alone.
    fn signal(&self, name: &str) {
        run(Command::new("sh").args(["-c", &format!("kill -s {name} {}", self.child.id())]));
    }

    /// How it ended.
    pub(crate) async fn end(&mut self, limit: Duration) -> ExitStatus {
        eventually(limit, "it does not stop", async || self.child.try_wait().unwrap()).await
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Whether it has a file open in the folder `name`.
    pub(crate) fn has_open(&self, name: &str) -> bool {
        let files = fs::read_dir(format!("/proc/{}/fd", self.child.id())).into_iter().flatten();
        let mut files = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
        files.any(|file| file.iter().any(|part| part == name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("securevox-{name}-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}

/// Free on both machines, and given to nobody else of this process.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id().wrapping_mul(97) % 8_000).unwrap();
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + (begin + next) % (PORTS.end - PORTS.start);
        if MACHINES.iter().all(|machine| TcpListener::bind((*machine, port)).is_ok()) {
            return port;
        }
    }
}

/// Runs a program that has to succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {words}");
    output
}

/// A program of the PATH, which is all that it knows of the environment.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).stdin(Stdio::null());
    command
}

/// Where a program of the PATH is.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join(name));
    programs.find(|program| program.is_file())
}

/// What `look` sees at last.
pub(crate) async fn eventually<T>(
    limit: Duration,
    words: &str,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let since = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(since.elapsed() < limit, "{words}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
