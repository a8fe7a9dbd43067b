//! Bytes that are too many for Postgres: packages today, attachments and backups later.
//!
//! They live in the data folder, written atomically and synced before anybody is told that
//! they are there, or in a bucket of an S3-compatible object storage. Who stores and who reads
//! cannot tell which. Downloads go through signed links that expire ([`Links`]).

mod bucket;
mod folder;
mod key;
mod links;
mod ranged;
mod spool;
mod stored;

use std::{path::Path, sync::Arc, time::Duration};

use axum::http::Method;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use self::{bucket::Bucket, folder::Folder, stored::Source};
pub use self::{
    bucket::{Examination, Refused},
    key::Key,
    links::{LinkRefused, Links, Opened},
    ranged::{Download, download, has},
    spool::{Spool, Spooled, Writer},
    stored::{Reader, Stored},
};
use crate::{Result, config::Files};

/// Where bytes are kept. Clones are the same storage.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Backend>);

#[derive(Debug)]
enum Backend {
    Folder(Folder),
    Bucket(Bucket),
}

/// What a download is and how it is saved, as its link says.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// The media type.
    pub media_type: &'a str,
    /// The name to save it under.
    pub file_name: &'a str,
}

impl Storage {
    /// The storage that `files` names. Of a folder, that is `storage` in the data folder.
    pub fn open(files: &Files, data: &Path) -> anyhow::Result<Self> {
        match files {
            Files::InDataFolder => Self::in_folder(&data.join("storage")),
            Files::InBucket(bucket) => Ok(Self(Arc::new(Backend::Bucket(Bucket::new(bucket))))),
        }
    }

    /// The storage in the folder `root`, which is made if it is not there.
    pub fn in_folder(root: &Path) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Backend::Folder(Folder::open(root)?))))
    }

    /// Keeps a spooled file under `key`. When this returns, the bytes are safe under that name;
    /// after an error there is nothing of them, or the whole.
    pub async fn keep(&self, key: Key, file: Spooled) -> Result<()> {
        match &*self.0 {
            Backend::Folder(folder) => folder.keep(key, file).await,
            Backend::Bucket(bucket) => bucket.keep(key, &file).await,
        }
    }

    /// The bytes under `key`, to be read; `None` if there are none.
    pub async fn find(&self, key: Key) -> Result<Option<Stored>> {
        let found = match &*self.0 {
            Backend::Folder(folder) => {
                folder.find(key).await?.map(|(file, size)| (Source::File(file), size))
            }
            Backend::Bucket(bucket) => {
                let source = || Source::Object { bucket: bucket.clone(), key };
                bucket.size(key).await?.map(|size| (source(), size))
            }
        };
        Ok(found.map(|(source, size)| Stored { source, size }))
    }

    /// A signed link to the bytes under `key` that works without us for `lifetime` and for one
    /// method; `None` where there is no such thing or it is not wanted. Nobody looks whether there are bytes.
    pub async fn direct_link(
        &self,
        key: Key,
        method: &Method,
        label: Label<'_>,
        lifetime: Duration,
    ) -> Result<Option<String>> {
        match &*self.0 {
            Backend::Folder(_) => Ok(None),
            Backend::Bucket(bucket) => bucket.direct_link(key, method, label, lifetime).await,
        }
    }

    /// Where a CDN hands out what was published under `key`; `None` where there is no CDN.
    pub fn public_link(&self, key: Key) -> Option<String> {
        match &*self.0 {
            Backend::Folder(_) => None,
            Backend::Bucket(bucket) => bucket.public_link(key),
        }
    }

    /// Copies the bytes under `from` to `to`, where anybody reads them who knows its name: an id
    /// that nobody guesses. Caches may keep them for `kept` after they were deleted. False if they
    /// cannot be copied: there are none, they are too many, or there is no bucket.
    pub async fn publish(
        &self,
        keys: (Key, Key),
        label: Label<'_>,
        kept: Duration,
    ) -> Result<bool> {
        match &*self.0 {
            Backend::Folder(_) => Ok(false),
            Backend::Bucket(bucket) => bucket.publish(keys, label, kept).await,
        }
    }

    /// Deletes the bytes under `key`; it is no error if there are none.
    pub async fn delete(&self, key: Key) -> Result<()> {
        match &*self.0 {
            Backend::Folder(folder) => folder.delete(key).await,
            Backend::Bucket(bucket) => bucket.delete(key).await,
        }
    }

    /// The ids of everything in `place` that was stored before `moment`.
    pub async fn stored_before(
        &self,
        place: &'static str,
        moment: DateTime<Utc>,
    ) -> Result<Vec<Uuid>> {
        match &*self.0 {
            Backend::Folder(folder) => folder.stored_before(place, moment).await,
            Backend::Bucket(bucket) => bucket.stored_before(place, moment).await,
        }
    }

    /// Frees what is held by storing that began in `place` before `moment` and never ended:
    /// a crash came between. How many there were.
    pub async fn abandon_begun_before(
        &self,
        place: &'static str,
        moment: DateTime<Utc>,
    ) -> Result<usize> {
        match &*self.0 {
            // There, a start empties the spool.
            Backend::Folder(_) => Ok(0),
            Backend::Bucket(bucket) => bucket.abandon_begun_before(place, moment).await,
        }
    }

    /// Whether it works: bytes can be written to the folder, the bucket is there for us.
    pub async fn probe(&self) -> anyhow::Result<()> {
        match &*self.0 {
            Backend::Folder(folder) => folder.probe().await,
            Backend::Bucket(bucket) => bucket.probe().await,
        }
    }
}
