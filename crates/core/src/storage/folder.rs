//! Storage in a folder.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use uuid::Uuid;

use super::Spooled;
use crate::{Error, Result, error::DISK_FULL};

/// The name of stored bytes: a place (`builds`) and an id. Never made from what people send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    place: &'static str,
    id: Uuid,
}

impl Key {
    /// The bytes of `id` in `place`.
    pub const fn new(place: &'static str, id: Uuid) -> Self {
        Self { place, id }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.place, self.id)
    }
}

/// Where bytes are kept. Clones are the same storage.
#[derive(Clone, Debug)]
pub struct Storage {
    root: Arc<Path>,
}

impl Storage {
    /// The storage in the folder `root`, which is made if it is not there.
    pub fn in_folder(root: impl Into<PathBuf>) -> anyhow::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)
            .with_context(|| format!("cannot make the folder {}", root.display()))?;
        Ok(Self { root: root.into() })
    }

    /// Keeps a spooled file under `key`. When this returns, the bytes are on the disk under that name.
    pub async fn keep(&self, key: Key, file: Spooled) -> Result<()> {
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

    /// The bytes under `key`, open for reading, and how many they are; `None` if there are none.
    pub async fn open(&self, key: Key) -> Result<Option<(tokio::fs::File, u64)>> {
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

    /// Deletes the bytes under `key`; it is no error if there are none.
    pub async fn delete(&self, key: Key) -> Result<()> {
        match tokio::fs::remove_file(self.path(key)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(anyhow::Error::new(error).context("deleting a stored file").into())
            }
            _ => Ok(()),
        }
    }

    /// The ids of everything in `place` that was stored more than `age` ago.
    pub async fn older_than(
        &self,
        place: &'static str,
        age: std::time::Duration,
    ) -> Result<Vec<Uuid>> {
        let folder = self.root.join(place);
        let ids = blocking(move || {
            let mut ids = Vec::new();
            let entries = match fs::read_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ids),
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let old = entry.metadata()?.modified()?.elapsed().is_ok_and(|passed| passed > age);
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

    /// Whether bytes can be written: makes, syncs and removes a small file.
    pub async fn probe(&self) -> anyhow::Result<()> {
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
