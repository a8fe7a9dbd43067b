//! Where the workspace is, and running the cargo that runs us.

use std::{
    env, io,
    path::PathBuf,
    process::{Command, ExitCode, ExitStatus},
};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo tells it to what it runs; the path of the build may be that of another checkout with the same target folder.
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).expect("crates/xtask is two folders below the root").to_owned()
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The target folder: wherever it was configured to be, we lie in it.
pub(crate) fn target() -> io::Result<PathBuf> {
    let ourselves = env::current_exe()?;
    let target = ourselves.ancestors().nth(2).expect("a binary lies in <target>/<profile>");
    Ok(target.to_owned())
}

/// A binary that was built beside us.
pub(crate) fn built(name: &str, profile: &str) -> io::Result<PathBuf> {
    Ok(target()?.join(profile).join(name))
}

pub(crate) fn code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
