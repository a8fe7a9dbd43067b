//! Files on their way in, and where they are kept.

mod bucket;
mod folder;
mod kept;
mod spool;

use std::{fs, path::PathBuf};

use securevox_core::{
    config::{Files, Reader},
    storage::{Spool, Spooled, Storage},
};
use securevox_testkit::Bucket;
use uuid::Uuid;

/// A folder that is gone at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("securevox-storage-{}", Uuid::now_v7()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn spool(&self) -> Spool {
        Spool::open(self.0.join("spool")).unwrap()
    }

    fn storage(&self) -> Storage {
        Storage::in_folder(&self.0.join("storage")).unwrap()
    }

    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.join(folder)).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The storage in `bucket`.
fn storage_in(bucket: &Bucket) -> Storage {
    let variables = bucket.variables();
    let lookup = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let files = Files::read(&mut Reader::new(&lookup)).unwrap();
    Storage::open(&files, &PathBuf::new()).unwrap()
}

/// A file of `bytes` that was received.
async fn received(spool: &Spool, bytes: &[u8]) -> Spooled {
    let mut writer = spool.create().await.unwrap();
    for piece in bytes.chunks(70_001) {
        writer.write(piece).await.unwrap();
    }
    writer.finish().await.unwrap()
}
