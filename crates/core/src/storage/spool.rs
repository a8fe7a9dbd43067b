//! Files on their way in: hashed while they come, gone unless they are kept.
//!
//! Each is locked while its process lives, so that a start can remove what a `kill -9`
//! left behind without touching what another copy on the same machine is receiving.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use aws_lc_rs::digest::{self, SHA256};
use uuid::Uuid;

use super::folder::{blocking, storing_failed};
use crate::Result;

/// The folder of files on their way in. It must be on the file system of the storage. Clones share it.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: Arc<Path>,
}

/// A file on its way in. Dropping it removes it.
#[derive(Debug)]
pub struct Spooled {
    file: fs::File,
    path: Option<PathBuf>,
    size: u64,
    sha256: [u8; 32],
}

impl Spool {
    /// The spool in `folder`, which is made if it is not there and freed of what a crash left.
    pub fn open(folder: impl Into<PathBuf>) -> anyhow::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for entry in fs::read_dir(&folder).context("reading the spool folder")? {
            let path = entry.context("reading the spool folder")?.path();
            remove_leftover(&path).context("emptying the spool folder")?;
        }
        Ok(Self { folder: folder.into() })
    }

    /// A new file to write to.
    pub async fn create(&self) -> Result<Writer> {
        let path = self.folder.join(Uuid::now_v7().to_string());
        let spooled = blocking(move || {
            let file = create_locked(&path)?;
            Ok(Spooled { file, path: Some(path), size: 0, sha256: [0; 32] })
        })
        .await
        .map_err(|error| storing_failed(error, "making a spool file"))?;
        Ok(Writer {
            spooled: Some(spooled),
            hash: digest::Context::new(&SHA256),
            pending: Vec::new(),
        })
    }
}

/// Removes the file at `path` unless a living process has it.
fn remove_leftover(path: &Path) -> io::Result<()> {
    // Another copy that starts may have removed it meanwhile.
    let gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    };
    match fs::File::open(path) {
        Err(error) => gone(error),
        // Locked until it is removed: see `create_locked`.
        Ok(file) if file.try_lock().is_ok() => fs::remove_file(path).or_else(gone),
        Ok(_) => Ok(()),
    }
}

/// Makes and locks a file. A copy that starts between the two takes it for a leftover: then once more.
fn create_locked(path: &Path) -> io::Result<fs::File> {
    loop {
        let file = fs::File::options().read(true).write(true).create_new(true).open(path)?;
        file.lock()?;
        if path.try_exists()? {
            return Ok(file);
        }
    }
}

/// Bytes gathered before they are written in one go.
const WRITE_SIZE: usize = 256 << 10;

/// Takes the bytes of a file in order.
pub struct Writer {
    spooled: Option<Spooled>,
    hash: digest::Context,
    pending: Vec<u8>,
}

impl Writer {
    /// Bytes taken so far.
    pub fn size(&self) -> u64 {
        let written = self.spooled.as_ref().map_or(0, |spooled| spooled.size);
        written + self.pending.len() as u64
    }

    /// Appends `bytes`.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= WRITE_SIZE { self.flush().await } else { Ok(()) }
    }

    /// The whole file, hashed.
    pub async fn finish(mut self) -> Result<Spooled> {
        self.flush().await?;
        let mut spooled = self.spooled.take().expect("only `flush` takes it, and gives it back");
        spooled.sha256 = self.hash.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        Ok(spooled)
    }

    async fn flush(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let mut hash = self.hash.clone();
        let mut spooled = self.spooled.take().expect("a failed write ends the upload");
        let (spooled, hash, mut pending) = blocking(move || {
            io::Write::write_all(&mut spooled.file, &pending)?;
            spooled.size += pending.len() as u64;
            hash.update(&pending);
            Ok((spooled, hash, pending))
        })
        .await
        .map_err(|error| storing_failed(error, "writing a spool file"))?;
        pending.clear();
        (self.spooled, self.hash, self.pending) = (Some(spooled), hash, pending);
        Ok(())
    }
}

impl Spooled {
    /// Bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Of the whole file.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The file, for reading on a thread that may block.
    pub fn file(&self) -> &fs::File {
        &self.file
    }

    /// Where it lies until it is kept.
    pub(super) fn path(&self) -> &Path {
        self.path.as_ref().expect("moved once, at its end")
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    pub(super) fn move_to(mut self, path: &Path) -> io::Result<()> {
        let from = self.path.as_ref().expect("moved once");
        fs::rename(from, path)?;
        self.path = None;
        Ok(())
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if let Some(path) = &self.path
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(error = format!("{error:#}"), "a spool file was not removed");
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("size", &self.size()).finish_non_exhaustive()
    }
}
