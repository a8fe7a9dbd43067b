//! Bytes that are there, to be read as a whole or in part.

use std::{io::SeekFrom, pin::Pin};

use anyhow::Context as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _};

use super::{Key, bucket::Bucket};
use crate::Result;

/// Bytes that are there.
#[derive(Debug)]
pub struct Stored {
    pub(super) source: Source,
    pub(super) size: u64,
}

#[derive(Debug)]
pub(super) enum Source {
    File(tokio::fs::File),
    Object { bucket: Bucket, key: Key },
}

/// Reads some of them.
pub type Reader = Pin<Box<dyn AsyncRead + Send>>;

impl Stored {
    /// How many they are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Reads `length` of them from `first` on.
    pub async fn read(self, first: u64, length: u64) -> Result<Reader> {
        match self.source {
            Source::File(mut file) => {
                file.seek(SeekFrom::Start(first)).await.context("seeking in a stored file")?;
                Ok(Box::pin(file.take(length)))
            }
            // There is no range of no bytes.
            Source::Object { .. } if length == 0 => Ok(Box::pin(tokio::io::empty())),
            Source::Object { bucket, key } => bucket.read(key, first, length).await,
        }
    }
}
