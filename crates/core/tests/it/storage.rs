//! Files on their way in, and where they are kept.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use securevox_core::{
    auth,
    storage::{Key, Spool, Storage},
};
use tokio::{io::AsyncReadExt as _, task::spawn_blocking};
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
        Storage::in_folder(self.0.join("storage")).unwrap()
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

fn make_older(path: &Path, age: Duration) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_kept_vanishes() {
    let folder = Folder::new();
    let spool = folder.spool();
    let mut unfinished = spool.create().await.unwrap();
    unfinished.write(b"half").await.unwrap();
    let mut finished = spool.create().await.unwrap();
    finished.write(b"whole").await.unwrap();
    let finished = finished.finish().await.unwrap();
    assert_eq!(folder.files("spool").len(), 2);
    drop((unfinished, finished));
    assert!(folder.files("spool").is_empty());
}

#[tokio::test]
async fn a_file_that_is_kept_has_its_bytes() {
    let folder = Folder::new();
    let (spool, storage) = (folder.spool(), folder.storage());
    // More than is written at once, in pieces that do not fit.
    let bytes: Vec<u8> = (0..1_000_003_u32).map(|n| n.to_le_bytes()[0]).collect();
    let mut writer = spool.create().await.unwrap();
    for piece in bytes.chunks(70_001) {
        writer.write(piece).await.unwrap();
    }
    let spooled = writer.finish().await.unwrap();
    assert_eq!(spooled.size(), bytes.len() as u64);
    assert_eq!(spooled.sha256(), auth::digest(&bytes));

    let key = Key::new("things", Uuid::now_v7());
    storage.keep(key, spooled).await.unwrap();
    assert!(folder.files("spool").is_empty());
    let (mut file, size) = storage.open(key).await.unwrap().unwrap();
    let mut kept = Vec::new();
    file.read_to_end(&mut kept).await.unwrap();
    assert_eq!((size, kept == bytes), (bytes.len() as u64, true));
}

#[tokio::test]
async fn deleting_twice_is_no_error() {
    let folder = Folder::new();
    let (spool, storage) = (folder.spool(), folder.storage());
    let key = Key::new("things", Uuid::now_v7());
    storage.keep(key, spool.create().await.unwrap().finish().await.unwrap()).await.unwrap();
    assert!(storage.open(key).await.unwrap().is_some());
    storage.delete(key).await.unwrap();
    storage.delete(key).await.unwrap();
    assert!(storage.open(key).await.unwrap().is_none());
}

#[tokio::test]
async fn only_what_is_old_is_listed() {
    let folder = Folder::new();
    let (spool, storage) = (folder.spool(), folder.storage());
    let age = Duration::from_hours(1);
    assert!(storage.older_than("things", age).await.unwrap().is_empty());

    let (old, young) = (Uuid::now_v7(), Uuid::now_v7());
    for id in [old, young] {
        let file = spool.create().await.unwrap().finish().await.unwrap();
        storage.keep(Key::new("things", id), file).await.unwrap();
    }
    let things = folder.0.join("storage/things");
    fs::write(things.join("notes.txt"), "not ours").unwrap();
    for name in [old.to_string(), "notes.txt".to_owned()] {
        make_older(&things.join(name), 2 * age);
    }
    assert_eq!(storage.older_than("things", age).await.unwrap(), [old]);
    assert!(storage.older_than("others", age).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_folder_that_can_be_written_passes_the_probe() {
    let folder = Folder::new();
    let storage = folder.storage();
    storage.probe().await.unwrap();
    assert!(folder.files("storage").is_empty());
    fs::remove_dir(folder.0.join("storage")).unwrap();
    let error = format!("{:#}", storage.probe().await.unwrap_err());
    assert!(error.starts_with("cannot write to the storage folder"), "{error}");
}

#[tokio::test]
async fn leftovers_are_removed_and_what_is_being_received_stays() {
    let folder = Folder::new();
    let spool = folder.spool();
    let mut receiving = spool.create().await.unwrap();
    receiving.write(b"first, ").await.unwrap();
    let received = spool.create().await.unwrap().finish().await.unwrap();
    fs::write(folder.0.join("spool").join(Uuid::now_v7().to_string()), "left behind").unwrap();
    assert_eq!(folder.files("spool").len(), 3);

    let another = folder.spool();
    assert_eq!(folder.files("spool").len(), 2);
    receiving.write(b"then").await.unwrap();
    let storage = folder.storage();
    for file in [receiving.finish().await.unwrap(), received] {
        storage.keep(Key::new("things", Uuid::now_v7()), file).await.unwrap();
    }
    drop(another.create().await.unwrap());
    assert!(folder.files("spool").is_empty());
}

#[tokio::test]
async fn copies_that_start_at_once_do_not_stumble_over_leftovers() {
    let folder = Folder::new();
    let spool = folder.0.join("spool");
    fs::create_dir(&spool).unwrap();
    for _ in 0..500 {
        fs::write(spool.join(Uuid::now_v7().to_string()), "left behind").unwrap();
    }
    let opened: Vec<_> =
        (0..4).map(|_| spool.clone()).map(|spool| spawn_blocking(|| Spool::open(spool))).collect();
    for opened in opened {
        opened.await.unwrap().unwrap();
    }
    assert!(folder.files("spool").is_empty());
}

#[tokio::test]
async fn a_copy_that_starts_takes_nothing_from_one_that_receives() {
    let folder = Folder::new();
    let (spool, storage) = (folder.spool(), folder.storage());
    let path = folder.0.join("spool");
    let starting = spawn_blocking(move || {
        for _ in 0..2_000 {
            Spool::open(&path).unwrap();
        }
    });
    while !starting.is_finished() {
        let file = spool.create().await.unwrap().finish().await.unwrap();
        storage.keep(Key::new("things", Uuid::now_v7()), file).await.unwrap();
    }
    starting.await.unwrap();
}
