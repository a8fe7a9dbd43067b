//! The socket by which an operator's command tells a running `up` that it has changed things.
//!
//! The command writes to the database itself. `up` may have a bus in its own memory that no
//! other process reaches, so it is told to ask Postgres; nothing else can be said here.

use std::{
    fs, io,
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
    path::{Path, PathBuf},
    time::Duration,
};

use securevox_core::{bus::Bus, tasks::Tasks};
use tokio::net::UnixListener;

fn socket(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

/// Lets commands on this machine, of the same user, say that they have changed things.
pub(crate) fn listen(folder: &Path, bus: &Bus, tasks: &Tasks) {
    let listener = match bind(&socket(folder)) {
        Ok(listener) => listener,
        Err(error) => {
            // A long path for example. What is missed is read within 15 s anyway.
            tracing::warn!(error = format!("{error:#}"), "no control socket");
            return;
        }
    };
    let bus = bus.clone();
    tasks.spawn_until_stop(async move {
        loop {
            match listener.accept().await {
                Ok(_) => bus.raise_gap().await,
                // No file descriptor is left: one may be soon.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    });
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Tells the `up` that runs on `folder`, if one does, to ask Postgres.
pub(crate) fn tell(folder: &Path) {
    // Nobody listens where none runs.
    let _told = UnixStream::connect(socket(folder));
}
