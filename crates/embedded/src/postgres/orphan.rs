//! Waiting for the server of a parent that was killed: it needs a moment to notice, and writes until then.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use super::{
    Fault,
    cluster::Place,
    pid_file::{self, Holder, PidFile},
    server::CLUSTER_NAME,
};
use crate::child::{self, Signal};

pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// Returns when nobody works on the data. We hold its lock, so a server of ours that still does has lost its parent.
pub(crate) fn wait(place: &Place, deadline: Instant) -> Result<(), Fault> {
    let data = place.folder.data();
    let mut asked = false;
    while let Some(file) = PidFile::read(&data) {
        match file.holder(&data) {
            // Postgres removes this one itself, after it looked for backends that still live.
            Holder::Dead => return Ok(()),
            // Postgres would take the other program for a server and refuse for ever.
            Holder::Impostor => {
                let path = pid_file::path(&data);
                return fs::remove_file(&path).map_err(|cause| Fault::at(&path, cause));
            }
            Holder::Alive if Instant::now() >= deadline => return Err(place.in_use(Some(file.pid))),
            Holder::Alive if !asked && is_ours(place) => child::send(Signal::Int, file.pid),
            Holder::Alive => {}
        }
        asked = true;
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Whether this crate started it, and not an operator who repairs something by hand.
fn is_ours(place: &Place) -> bool {
    let started_with = fs::read_to_string(place.folder.data().join("postmaster.opts"));
    started_with.is_ok_and(|words| words.contains(CLUSTER_NAME))
}
