//! A data folder with ports and settings of its own, the commands on it, and `securevox up`.

use std::{
    env, fs,
    fs::File,
    io::{self, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU16, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use securevox_testkit::Form;

use crate::{
    http::{Answer, Request, credentials},
    processes::{end_of, signal, within, working_in},
};

pub(crate) const SECUREVOX: &str = env!("CARGO_BIN_EXE_securevox");
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Between the ports that services use and those that the kernel gives to outgoing connections.
const FIRST_PORT: u16 = 20_000;
const LAST_PORT: u16 = 32_000;

/// One command may start a Postgres, on a machine that runs other tests as well.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);
/// With `initdb`, on the same machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Where a platform lives. Removed when the last one who uses it is gone.
pub(crate) struct Site {
    folder: PathBuf,
    pub(crate) ports: Ports,
    settings: Vec<(String, String)>,
}

pub(crate) struct Ports {
    pub(crate) api: u16,
    pub(crate) calls: u16,
    pub(crate) notifier: u16,
    pub(crate) distribution: u16,
    /// Of health checks, in the order of the services' ports.
    pub(crate) internal: [u16; 4],
}

/// A `securevox up`, killed when dropped.
pub(crate) struct Platform {
    pub(crate) site: Arc<Site>,
    process: Child,
}

/// What a command said and how it ended.
pub(crate) struct Done {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Site {
    pub(crate) fn new() -> Arc<Self> {
        Self::with(&[])
    }

    /// With variables of its own, named without the prefix.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Arc<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("securevox-it-{}-{number}", std::process::id()));
        fs::create_dir(&folder).expect("temporary folders can be made");
        let folder = folder.canonicalize().expect("it was just made");
        let [public, internal] = [(); 2].map(|()| [(); 4].map(|()| free_port()));
        let [api, calls, notifier, distribution] = public;
        let names = ["API", "CALLS", "NOTIFIER", "DISTRIBUTION"];
        let public = [api, calls, notifier, distribution];
        let generous = ["LOGINS_PER_ACCOUNT", "LOGINS_PER_ADDRESS"];
        let mut all: Vec<(String, String)> =
            generous.map(|limit| (limit.to_owned(), "10000".to_owned())).into();
        for (name, (public, internal)) in names.iter().zip(public.iter().zip(internal)) {
            all.push((format!("{name}_PORT"), public.to_string()));
            all.push((format!("{name}_INTERNAL_PORT"), internal.to_string()));
        }
        all.push(("DATA".into(), folder.join("data").display().to_string()));
        all.extend(settings.iter().map(|&(name, value)| (name.into(), value.into())));
        Arc::new(Self {
            folder,
            ports: Ports { api, calls, notifier, distribution, internal },
            settings: all,
        })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Everything that the platforms here have said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Knows nothing of the environment of the tests.
    pub(crate) fn command(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().env("HOME", &self.folder).args(arguments).stdin(Stdio::null());
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        for (name, value) in &self.settings {
            command.env(format!("SECUREVOX_{name}"), value);
        }
        command
    }

    pub(crate) fn securevox(&self, arguments: &[&str]) -> Command {
        self.command(SECUREVOX, arguments)
    }

    /// A command of the operator, with one line on its standard input.
    pub(crate) fn admin(&self, arguments: &[&str], line: &str) -> Done {
        let mut command = self.securevox(&["admin"]);
        run(command.args(arguments), line)
    }

    /// The same, when it succeeds: what it printed, without the end of the line.
    #[track_caller]
    pub(crate) fn act(&self, arguments: &[&str], line: &str) -> String {
        let done = self.admin(arguments, line);
        assert!(done.status.success(), "{arguments:?}: {}", done.stderr);
        assert_eq!(done.stderr, "", "{arguments:?}");
        done.stdout.trim_end_matches('\n').to_owned()
    }

    pub(crate) fn create_account(&self, handle: &str, role: &str) -> String {
        self.act(&["create-account", "--handle", handle, "--role", role], PASSWORD)
    }

    pub(crate) fn create_token(&self, handle: &str) -> String {
        self.act(&["create-token", "--account", handle, "--scope", "builds:write"], "")
    }

    /// Starts the platform here and returns when all four services are ready.
    pub(crate) fn up(self: &Arc<Self>) -> Platform {
        let platform = self.begin_up();
        assert!(within(START_LIMIT, || self.is_ready()), "not ready: {}", self.log());
        platform
    }

    pub(crate) fn begin_up(self: &Arc<Self>) -> Platform {
        let mut log = File::options();
        let log = log.create(true).append(true).open(self.folder.join("log"));
        let log = log.expect("the folder is ours");
        let mut command = self.securevox(&["up"]);
        command.stdout(log.try_clone().expect("a handle can be copied")).stderr(log);
        let process = command.spawn().expect("the binary was built");
        Platform { site: Arc::clone(self), process }
    }

    /// The status of each `/readyz`, asked at the same time; 0 where nobody listens.
    pub(crate) fn readiness(&self) -> [u16; 4] {
        let ask = |port| Request::get(port, "/readyz").try_send(b"");
        thread::scope(|scope| {
            let asked = self.ports.internal.map(|port| scope.spawn(move || ask(port)));
            asked.map(|asked| {
                let answer = asked.join().expect("asking does not panic");
                answer.map_or(0, |answer| answer.status)
            })
        })
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.readiness() == [200; 4]
    }

    pub(crate) fn login(&self, handle: &str, password: &str) -> Answer {
        self.post("/v1/auth/login").json(&credentials(handle, password))
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        Request::get(self.ports.api, path)
    }

    pub(crate) fn post(&self, path: &str) -> Request {
        Request::new("POST", self.ports.api, path)
    }

    pub(crate) fn upload(&self, token: &str) -> Answer {
        let request = Request::new("POST", self.ports.distribution, "/api/builds/");
        request.header("Authorization", &format!("Token {token}")).form(form())
    }

    pub(crate) fn builds(&self, token: &str) -> Answer {
        Request::get(self.ports.distribution, "/api/builds").bearer(token).send(b"").expect(200)
    }

    /// What the signed link of a build leads to.
    pub(crate) fn download(&self, token: &str, build: &str) -> Vec<u8> {
        let port = self.ports.distribution;
        let path = format!("/api/builds/{build}/download");
        let redirect = Request::get(port, &path).bearer(token).send(b"").expect(302);
        let link = redirect.header("location").expect("a redirect says where to");
        Request::get(port, link).send(b"").expect(200).body
    }

    /// Whether no process works on the data.
    pub(crate) fn is_deserted(&self) -> bool {
        working_in(&self.data()).is_empty()
    }

    /// The same, for who was killed and could not wait for the others.
    pub(crate) fn is_deserted_soon(&self) -> bool {
        within(Duration::from_secs(10), || self.is_deserted())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

impl Platform {
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it lives");
        self.process.wait().expect("it is our child");
    }

    pub(crate) fn terminate(&self) {
        signal("TERM", self.process.id());
    }

    /// How it ended; `None` if it lives on for longer than `limit`.
    pub(crate) fn end(&mut self, limit: Duration) -> Option<ExitStatus> {
        end_of(&mut self.process, limit)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
        // Before the folder is removed under it.
        self.site.is_deserted_soon();
    }
}

/// One platform for the tests that harm nobody.
pub(crate) fn shared() -> Arc<Platform> {
    static SHARED: Mutex<Weak<Platform>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let platform = Arc::new(Site::new().up());
        *shared = Arc::downgrade(&platform);
        platform
    })
}

/// Runs it to its end, which must come.
pub(crate) fn run(command: &mut Command, line: &str) -> Done {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program is there");
    let mut stdin = child.stdin.take().expect("it is piped");
    // Who does not read what it is told has ended already.
    writeln!(stdin, "{line}").unwrap_or_default();
    drop(stdin);
    let status = end_of(&mut child, COMMAND_LIMIT);
    let output = child.wait_with_output().expect("it is our child");
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    let status = status.unwrap_or_else(|| panic!("{command:?} does not end: {stdout}{stderr}"));
    Done { status, stdout, stderr }
}

/// Says aloud, past the capture of the test runner, what could not be tested here.
pub(crate) fn skipped(why: &str) {
    writeln!(io::stderr(), "SKIPPED: {why}").expect("standard error is open");
}

/// A package that is accepted.
pub(crate) fn package() -> Vec<u8> {
    let path = "../app-distribution/tests/fixtures/uiautomator2-server-test.apk";
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is in the repository")
}

pub(crate) fn form() -> Form {
    Form::default().text("platform", "android").file("app_file", "MyApp.apk", &package())
}

/// One that nobody else of this process was given; others begin elsewhere.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = LAST_PORT - FIRST_PORT;
    let begin = u16::try_from(std::process::id().wrapping_mul(97) % u32::from(span));
    let begin = begin.expect("it is below a port");
    let tries = std::iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed));
    let ports = tries.map(|next| FIRST_PORT + (begin + next % span) % span);
    let mut free = ports.filter(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    free.next().expect("the tries never end")
}
