//! A cluster in a temporary folder that goes away with us, even when we are killed.

use std::{
    env,
    fs::{self, DirBuilder},
    io,
    os::unix::{fs::DirBuilderExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{Cluster, Fault, Options, Running};

/// Waits for the end of its input, which is our end, and then tidies up.
const JANITOR: &str = r#"
trap '' INT TERM HUP
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -s INT "$pid" 2>/dev/null
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf -- "$1"
"#;

/// Throwaway data. Dropping it stops the server and removes the folder.
pub struct Scratch {
    running: Running,
    janitor: Janitor,
}

struct Janitor {
    shell: Child,
    folder: PathBuf,
}

impl Scratch {
    pub fn start() -> Result<Self, Fault> {
        let folder = fresh_folder()?;
        // Before the data, so that an interrupted `initdb` is cleaned up too.
        let janitor = Janitor::watch(folder).map_err(|cause| Fault::at(Path::new("sh"), cause))?;
        let running = Cluster::open(&janitor.folder, Options::THROWAWAY)?.start()?;
        Ok(Self { running, janitor })
    }

    pub fn running(&self) -> &Running {
        &self.running
    }

    pub fn folder(&self) -> &Path {
        &self.janitor.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing here is kept, so nothing needs to be written.
        self.running.stop(Duration::from_secs(2));
    }
}

impl Janitor {
    fn watch(folder: PathBuf) -> io::Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", JANITOR, "sh"]).arg(&folder).current_dir("/").process_group(0);
        // It must not keep a pipe open that somebody reads to our end.
        let shell =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { shell, folder })
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().map(drop).unwrap_or_default();
    }
}

/// Made, not found: somebody else may have put something there.
fn fresh_folder() -> Result<PathBuf, Fault> {
    let base =
        env::temp_dir().canonicalize().map_err(|cause| Fault::at(&env::temp_dir(), cause))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let folder = base.join(format!("securevox-scratch-{}-{now:x}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&folder).map_err(|cause| Fault::at(&base, cause))?;
    fs::canonicalize(&folder).map_err(|cause| Fault::at(&folder, cause))
}
