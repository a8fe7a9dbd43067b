//! Looking into a file that came, on a thread that may block: a few at once, and none for ever.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use securevox_core::{Error, Result, storage::Spooled};
use securevox_protocol::Problem;

use crate::{app::App, inspect::InspectError};

/// How long after its last read the work on what was read may take.
const LAST_WORK: Duration = Duration::from_secs(10);

/// A file that can be read until a moment.
pub(super) struct Timed<'a> {
    file: &'a File,
    until: Instant,
}

impl Timed<'_> {
    fn in_time(&self) -> io::Result<()> {
        if Instant::now() > self.until { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.in_time()?;
        self.file.read(buffer)
    }
}

impl Seek for Timed<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// What `look` finds in the file. What it rejects, and what takes too long, is told as `refused`.
pub(super) async fn look_into<T: Send + 'static>(
    app: &App,
    file: Spooled,
    refused: Problem,
    look: impl FnOnce(Timed<'_>) -> Result<T, InspectError> + Send + 'static,
) -> Result<(Spooled, T)> {
    let inspections = Arc::clone(&app.places.inspections);
    let turn = inspections.acquire_owned().await.context("the semaphore is never closed")?;
    let limit = app.config.inspection_limit.duration();
    let looking = tokio::task::spawn_blocking(move || {
        let until = Instant::now() + limit;
        let found = look(Timed { file: file.file(), until });
        drop(turn);
        (file, found, Instant::now() > until)
    });
    let detail = format!("It took longer than {} seconds to look into it.", limit.as_secs());
    let too_long = || Error::from(refused.clone().with_detail(detail));
    let Ok(looked) = tokio::time::timeout(limit + LAST_WORK, looking).await else {
        return Err(too_long());
    };
    let (file, found, is_late) = looked.context("a parser panicked")?;
    match found {
        Ok(found) => Ok((file, found)),
        Err(_) if is_late => Err(too_long()),
        Err(InspectError::Rejected(rejection)) => {
            Err(refused.with_detail(rejection.to_string()).into())
        }
        Err(InspectError::Disk(error)) => {
            Err(anyhow::Error::new(error).context("reading a spooled file").into())
        }
    }
}
