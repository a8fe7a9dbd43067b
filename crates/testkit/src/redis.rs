//! Real Redis servers for tests: `redis-server` from the PATH, in folders of their own.

use std::{
    fs, io,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
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
    is_secured: bool,
}

/// What [`Redis::secured`] asks for.
const PASSWORD: &str = "hunter2";

/// An authority, and a certificate for this machine that it signed; another authority too.
const CERTIFICATES: &str = r"
for name in authority stranger; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=$name -addext basicConstraints=critical,CA:TRUE -keyout $name.key -out $name.pem
done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=redis \
    -keyout server.key -out server.csr
printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' > server.ext
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
    -days 2 -extfile server.ext -out server.pem
";

impl Redis {
    /// A server on a port of its own; `None`, said aloud, where there is no `redis-server`.
    pub fn start() -> Option<Self> {
        Self::with(free_port(), &[])
    }

    /// One that speaks TLS alone, with a certificate of an authority of its own, and asks for a
    /// password.
    pub fn secured() -> Option<Self> {
        let folder = folder();
        let mut make = Command::new("sh");
        make.args(["-ec", CERTIFICATES]).current_dir(&folder);
        assert!(make.stderr(Stdio::null()).status().unwrap().success(), "openssl");
        let more = ["--port", "0", "--tls-cert-file", "server.pem", "--tls-key-file", "server.key"];
        let more = [&more[..], &["--tls-ca-cert-file", "authority.pem"]].concat();
        let more = [&more[..], &["--tls-auth-clients", "no", "--requirepass", PASSWORD]].concat();
        Self::within(folder, free_port(), &more, true)
    }

    /// A server with arguments of its own: `["--requirepass", "hunter2"]`.
    pub fn told(more: &[&str]) -> Option<Self> {
        Self::with(free_port(), more)
    }

    fn with(port: u16, more: &[&str]) -> Option<Self> {
        Self::within(folder(), port, more, false)
    }

    fn within(folder: PathBuf, port: u16, more: &[&str], is_secured: bool) -> Option<Self> {
        let fixed =
            ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--loglevel", "warning"];
        let arguments: Vec<String> =
            fixed.iter().chain(more).map(|&word| word.to_owned()).collect();
        let child = match spawn(port, &folder, &arguments, is_secured) {
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
        let redis = Self { child, port, folder, arguments, is_secured };
        redis.wait();
        Some(redis)
    }

    /// `redis://127.0.0.1:…`, or `rediss://:password@127.0.0.1:…` of one that is secured.
    pub fn url(&self) -> String {
        let before =
            if self.is_secured { format!("rediss://:{PASSWORD}@") } else { "redis://".into() };
        format!("{before}127.0.0.1:{}", self.port)
    }

    /// The file with the certificate of the authority behind a secured one.
    pub fn authority(&self) -> String {
        self.file("authority.pem")
    }

    /// The file with the certificate of an authority that has nothing to do with it.
    pub fn stranger(&self) -> String {
        self.file("stranger.pem")
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Ends it without warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, empty, on the same port.
    pub fn start_again(&mut self) {
        self.child = spawn(self.port, &self.folder, &self.arguments, self.is_secured).unwrap();
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

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("securevox-redis-{}", Uuid::now_v7()));
    fs::create_dir(&folder).unwrap();
    folder
}

fn spawn(port: u16, folder: &Path, arguments: &[String], is_secured: bool) -> io::Result<Child> {
    Command::new("redis-server")
        .args([if is_secured { "--tls-port" } else { "--port" }, &port.to_string()])
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
