//! A platform of our own: the release build, in a temporary folder, on free ports.

use std::{
    env, fs,
    io::{ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use securevox_embedded::postgres::Cluster;

use crate::load::Usage;

const SERVICES: [&str; 4] = ["API", "CALLS", "NOTIFIER", "DISTRIBUTION"];
pub(crate) const PASSWORD: &str = "correct horse battery staple";
const START_LIMIT: Duration = Duration::from_mins(1);
/// Short against what is measured.
const PAUSE: Duration = Duration::from_millis(1);

/// Builds `securevox` as we were built, with optimisation; where it is.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--package", "securevox"]);
    let status = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().context("running cargo")?;
    ensure!(status.success(), "securevox could not be built");
    let binary = env::current_exe()?.with_file_name("securevox");
    ensure!(binary.exists(), "{} is missing: run with --release", binary.display());
    Ok(binary)
}

/// Where platforms live; removed when dropped.
pub(crate) struct Site {
    binary: PathBuf,
    folder: PathBuf,
    public: [u16; 4],
    internal: [u16; 4],
    /// Settings without their prefix.
    settings: Vec<(String, String)>,
}

/// A `redis-server`, killed when dropped; it keeps nothing.
pub(crate) struct Redis {
    child: Child,
    port: u16,
}

/// A running `securevox up`, killed when dropped.
pub(crate) struct Platform(Child);

impl Site {
    pub(crate) fn new(binary: &Path) -> anyhow::Result<Self> {
        Self::with(binary, Vec::new())
    }

    /// A site with settings of its own, without their prefix: `("LOG", "warn")`.
    pub(crate) fn with(binary: &Path, settings: Vec<(String, String)>) -> anyhow::Result<Self> {
        let [public, internal] = free_ports()?;
        let name = format!("securevox-bench-{}-{}", std::process::id(), public[0]);
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self { binary: binary.to_owned(), folder, public, internal, settings })
    }

    /// The settings of another copy on the database of this one, which runs.
    pub(crate) fn shared(&self) -> anyhow::Result<[(String, String); 3]> {
        let data = self.folder.join("data");
        let database = Cluster::url_of_running(&data.join("postgres"), "securevox");
        let database = database.context("the platform's Postgres does not run")?;
        let key = fs::read_to_string(data.join("secret.key"))?.trim().to_owned();
        // Whose tokens they are: the issuer.
        let api = format!("http://localhost:{}", self.public[0]);
        let settings = [("DATABASE_URL", database), ("SECRET_KEY", key), ("PUBLIC_URL_API", api)];
        Ok(settings.map(|(name, value)| (name.to_owned(), value)))
    }

    /// Where the four services answer.
    pub(crate) fn urls(&self) -> [String; 4] {
        self.public.map(|port| format!("http://127.0.0.1:{port}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.folder).env("SECUREVOX_DATA", self.folder.join("data"));
        for (service, (public, internal)) in
            SERVICES.iter().zip(self.public.iter().zip(self.internal))
        {
            command.env(format!("SECUREVOX_{service}_PORT"), public.to_string());
            command.env(format!("SECUREVOX_{service}_INTERNAL_PORT"), internal.to_string());
        }
        for (name, value) in &self.settings {
            command.env(format!("SECUREVOX_{name}"), value);
        }
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Returns when all four services are ready.
    pub(crate) fn up(&self) -> anyhow::Result<Platform> {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = self.command(&["up"]);
        let mut platform = Platform(command.stdout(log.try_clone()?).stderr(log).spawn()?);
        let deadline = Instant::now() + START_LIMIT;
        for port in self.internal {
            while !is_ready(port) {
                if Instant::now() > deadline || platform.0.try_wait()?.is_some() {
                    let log = fs::read_to_string(self.folder.join("log"))?;
                    bail!("the platform does not become ready: {log}");
                }
                thread::sleep(PAUSE);
            }
        }
        Ok(platform)
    }

    /// An account with the role of an administrator.
    pub(crate) fn create_account(&self, handle: &str) -> anyhow::Result<()> {
        let arguments = ["admin", "create-account", "--role", "admin", "--handle", handle];
        let mut command = self.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let mut stdin = child.stdin.take().context("it is piped")?;
        writeln!(stdin, "{PASSWORD}")?;
        drop(stdin);
        ensure!(child.wait()?.success(), "the account was not made");
        Ok(())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

impl Platform {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// What the kernel counts as resident of the platform itself.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<f64> {
        Ok(Usage::of(self.id())?.resident_mib())
    }

    /// As an operator stops it; returns when it has ended.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        // The shell's own `kill`: std knows SIGKILL alone.
        let kill = format!("kill -s TERM {}", self.0.id());
        ensure!(Command::new("sh").args(["-c", &kill]).status()?.success(), "kill failed");
        ensure!(self.0.wait()?.success(), "the platform did not stop cleanly");
        Ok(())
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

impl Redis {
    /// `None` where there is no `redis-server`.
    pub(crate) fn start() -> anyhow::Result<Option<Self>> {
        let port = free_ports()?[0][0];
        let mut server = Command::new("redis-server");
        server.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
        server.args(["--save", "", "--appendonly", "no"]).current_dir(env::temp_dir());
        let child = match server.stdin(Stdio::null()).stdout(Stdio::null()).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("starting redis-server"),
        };
        let redis = Self { child, port };
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            ensure!(Instant::now() < deadline, "redis-server does not start");
            thread::sleep(PAUSE);
        }
        Ok(Some(redis))
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn is_ready(port: u16) -> bool {
    let asked = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).and_then(|mut stream| {
        stream.set_read_timeout(Some(START_LIMIT))?;
        stream
            .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Below those that the kernel gives to outgoing connections, which would take them in between.
fn free_ports() -> anyhow::Result<[[u16; 4]; 2]> {
    let mut free = (20_000..32_000_u16)
        .rev()
        .filter(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    let mut ports = [[0; 4]; 2];
    for port in ports.as_flattened_mut() {
        *port = free.next().context("no port is free")?;
    }
    Ok(ports)
}
