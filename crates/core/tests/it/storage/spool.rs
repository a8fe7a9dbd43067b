//! Files on their way in.

use std::fs;

use securevox_core::storage::{Key, Spool};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::Folder;

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
