//! Storage in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Key, Spooled};
use crate::{Error, Result, error::DISK_FULL};

/// A file per key, in a folder per place.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn open(root: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(root)
            .with_context(|| format!("cannot make the folder {}", root.display()))?;
        Ok(Self { root: root.to_owned() })
    }

    pub(super) async fn keep(&self, key: Key, file: Spooled) -> Result<()> {
        let path = self.path(key);
        blocking(move || {
            file.sync()?;
            let folder = path.parent().expect("a key has a place");
            fs::create_dir_all(folder)?;
            file.move_to(&path)?;
            fs::File::open(folder)?.sync_all()
        })
        .await
        .map_err(|error| storing_failed(error, "keeping a file"))
    }

    pub(super) async fn find(&self, key: Key) -> Result<Option<(tokio::fs::File, u64)>> {
        match tokio::fs::File::open(self.path(key)).await {
            Ok(file) => {
                let size =
                    file.metadata().await.context("asking a stored file for its size")?.len();
                Ok(Some((file, size)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(anyhow::Error::new(error).context("opening a stored file").into()),
        }
    }

    pub(super) async fn delete(&self, key: Key) -> Result<()> {
        match tokio::fs::remove_file(self.path(key)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(anyhow::Error::new(error).context("deleting a stored file").into())
            }
            _ => Ok(()),
        }
    }

    pub(super) async fn stored_before(
        &self,
        place: &'static str,
        moment: DateTime<Utc>,
    ) -> Result<Vec<Uuid>> {
        let moment = SystemTime::from(moment);
        let folder = self.root.join(place);
        let ids = blocking(move || {
            let mut ids = Vec::new();
            let entries = match fs::read_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ids),
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let old = entry.metadata()?.modified()? < moment;
                let id: Option<Uuid> =
                    entry.file_name().to_str().and_then(|name| name.parse().ok());
                ids.extend(id.filter(|_| old));
            }
            Ok(ids)
        })
        .await
        .context("listing stored files")?;
        Ok(ids)
    }

    /// Makes, syncs and removes a small file.
    pub(super) async fn probe(&self) -> anyhow::Result<()> {
        let path = self.root.join(format!(".probe-{}", Uuid::now_v7()));
        blocking(move || {
            let written =
                fs::write(&path, b"probe").and_then(|()| fs::File::open(&path)?.sync_all());
            let removed = fs::remove_file(&path);
            written.and(removed)
        })
        .await
        .with_context(|| format!("cannot write to the storage folder {}", self.root.display()))
    }

    fn path(&self, key: Key) -> PathBuf {
        self.root.join(key.place).join(key.id.to_string())
    }
}

/// The error of a write: a full disk is the caller's to know, the rest is ours.
pub(super) fn storing_failed(error: io::Error, doing: &'static str) -> Error {
    use io::ErrorKind::{QuotaExceeded, StorageFull};
    if matches!(error.kind(), StorageFull | QuotaExceeded) {
        tracing::error!("the disk of the data folder is full");
        return DISK_FULL.into();
    }
    anyhow::Error::new(error).context(doing).into()
}

/// Runs `work` where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
