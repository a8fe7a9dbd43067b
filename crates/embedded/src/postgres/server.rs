//! Launching the server process and waiting until it is ready.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    Fault, Options,
    cluster::Place,
    log::{self, Log},
    pid_file::PidFile,
};
use crate::child::{self, Child, Signal};

/// Seen in `ps`, and how an orphan is known to be ours.
pub(crate) const CLUSTER_NAME: &str = "cluster_name=securevox";

/// Long, because after a crash all that was not yet in place is written first; who fails ends before.
const UNTIL_READY: Duration = Duration::from_mins(5);
const LOOK: Duration = Duration::from_millis(10);

pub(crate) fn launch(place: &Place) -> Result<Child, Fault> {
    let fault = |cause| Fault::at(place.folder.path(), cause);
    let (log, file) = Log::begin(place.folder.path(), &place.account)?;
    let mut command = place.account.runs(command(place));
    command.stdout(file.try_clone().map_err(fault)?).stderr(Stdio::from(file));
    let child = Child::spawn("postgres", command).map_err(fault)?;
    await_ready(place, &child, &log)?;
    Ok(child)
}

fn await_ready(place: &Place, child: &Child, log: &Log) -> Result<(), Fault> {
    let data = place.folder.data();
    let deadline = Instant::now() + UNTIL_READY;
    while Instant::now() < deadline {
        if child.wait_for(LOOK).is_some() {
            return Err(log::meaning("Starting Postgres", log.last_words(), place.folder.path()));
        }
        // The file of an earlier server names another process.
        if PidFile::read(&data).is_some_and(|file| file.ready && file.pid == child.pid()) {
            return Ok(());
        }
    }
    child.signal(Signal::Quit);
    if child.wait_for(Duration::from_secs(5)).is_none() {
        child.signal(Signal::Kill);
    }
    Err(Fault::TooSlow { words: log.last_words() })
}

fn command(place: &Place) -> Command {
    let mut command = child::tethered(&place.binaries.program("postgres"));
    command.arg("-D").arg(place.folder.data());
    command.arg("-c").arg(listening_in(&place.socket));
    for setting in settings(place.options) {
        command.arg("-c").arg(setting);
    }
    command
}

/// The setting is a list, in which quotes protect spaces.
fn listening_in(socket: &Path) -> OsString {
    let mut setting = OsString::from("unix_socket_directories=\"");
    setting.push(socket);
    setting.push("\"");
    setting
}

fn settings(options: Options) -> Vec<String> {
    let mut settings: Vec<String> = [
        CLUSTER_NAME,
        "listen_addresses=",
        "port=5432",
        "unix_socket_permissions=0700",
        "shared_buffers=64MB",
        "timezone=UTC",
        "log_timezone=UTC",
        // Compiling a query pays off for reports, not for an application's small queries.
        "jit=off",
        // Our own log tells failed statements, without the e-mail address that a duplicate key was about.
        "log_destination=stderr",
        "logging_collector=off",
        "log_min_messages=log",
        "log_checkpoints=off",
    ]
    .map(str::to_owned)
    .into();
    settings.push(format!("max_connections={}", options.max_connections));
    if !options.durable {
        settings.extend(
            ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned),
        );
    }
    settings
}
