//! Real Redis servers for tests: `redis-server` from the PATH, in folders of their own.

use std::{
    fs, io,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use uuid::Uuid;

/// How long a server may take to start or a cluster to agree.
const PATIENCE: Duration = Duration::from_secs(20);

/// One Redis, stopped when dropped.
#[derive(Debug)]
pub struct Redis {
    child: Child,
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
}

impl Redis {
    /// A server on a port of its own; `None`, said aloud, where there is no `redis-server`.
    pub fn start() -> Option<Self> {
        Self::with(free_port(), &[])
    }

    fn with(port: u16, more: &[&str]) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("securevox-redis-{}", Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        let fixed =
            ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--loglevel", "warning"];
        let arguments: Vec<String> =
            fixed.iter().chain(more).map(|&word| word.to_owned()).collect();
        let child = match spawn(port, &folder, &arguments) {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::remove_dir_all(&folder).unwrap();
                #[expect(clippy::print_stderr, reason = "a skipped test is said aloud")]
                {
                    eprintln!(
                        "SKIPPED: no redis-server in the PATH; `cargo xtask test` installs it"
                    );
                }
                return None;
            }
            Err(error) => panic!("redis-server: {error}"),
        };
        let redis = Self { child, port, folder, arguments };
        redis.wait();
        Some(redis)
    }

    /// `redis://127.0.0.1:…`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it without warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, empty, on the same port.
    pub fn start_again(&mut self) {
        self.child = spawn(self.port, &self.folder, &self.arguments).unwrap();
        self.wait();
    }

    fn wait(&self) {
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "redis-server does not start");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// Three masters without replicas.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// A cluster on ports of its own; `None`, said aloud, where there is no `redis-server`.
    pub fn start() -> Option<Self> {
        let enabled = ["--cluster-enabled", "yes"];
        // The bus of a cluster uses the port 10,000 above.
        let nodes: Option<Vec<Redis>> =
            (0..3).map(|_| Redis::with(free_port_below(55_000), &enabled)).collect();
        let nodes = nodes?;
        let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(addresses)
            .args(["--cluster-replicas", "0", "--cluster-yes"])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "redis-cli --cluster create");
        let cluster = Self { nodes };
        cluster.wait();
        Some(cluster)
    }

    /// The addresses of all nodes, separated by commas.
    pub fn url(&self) -> String {
        let urls: Vec<String> = self.nodes.iter().map(Redis::url).collect();
        urls.join(",")
    }

    fn wait(&self) {
        let since = Instant::now();
        let agrees = |node: &Redis| {
            let mut ask = Command::new("redis-cli");
            ask.args(["-p", &node.port.to_string(), "cluster", "info"]);
            String::from_utf8_lossy(&ask.output().unwrap().stdout).contains("cluster_state:ok")
        };
        while !self.nodes.iter().all(agrees) {
            assert!(since.elapsed() < PATIENCE, "the cluster does not agree");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn spawn(port: u16, folder: &PathBuf, arguments: &[String]) -> io::Result<Child> {
    Command::new("redis-server")
        .args(["--port", &port.to_string()])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn free_port_below(limit: u16) -> u16 {
    std::iter::repeat_with(free_port).find(|port| *port < limit).unwrap()
}
