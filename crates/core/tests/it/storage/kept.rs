//! What is true of every storage, in a folder or in a bucket.

use std::time::Duration;

use chrono::Utc;
use securevox_core::{
    auth,
    storage::{Key, Spool, Storage},
};
use securevox_testkit::Bucket;
use tokio::{io::AsyncReadExt as _, time::sleep};
use uuid::Uuid;

use super::{Folder, received, storage_in};

/// Each of these is a test in a folder, and one in a bucket.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod in_a_folder {
            $(#[tokio::test]
            async fn $name() {
                let folder = super::Folder::new();
                super::$name(&folder.storage(), &folder.spool()).await;
            })+
        }

        mod in_a_bucket {
            $(#[tokio::test]
            async fn $name() {
                let folder = super::Folder::new();
                let Some(bucket) = super::Bucket::open().await else { return };
                super::$name(&super::storage_in(&bucket), &folder.spool()).await;
            })+
        }
    };
}

on_both! {
    a_file_has_its_bytes,
    a_file_has_its_bytes_again_in_parts,
    a_file_is_replaced_as_a_whole,
    deleting_twice_is_no_error,
    only_what_is_old_is_listed,
    a_storage_that_works_passes_the_probe,
}

/// Bytes that do not repeat where anything is cut.
fn bytes(size: u32) -> Vec<u8> {
    (0..size).map(|n| (n % 251).to_le_bytes()[0]).collect()
}

async fn part(storage: &Storage, key: Key, first: u64, length: u64) -> Vec<u8> {
    let stored = storage.find(key).await.unwrap().unwrap();
    let mut part = Vec::new();
    stored.read(first, length).await.unwrap().read_to_end(&mut part).await.unwrap();
    part
}

async fn a_file_has_its_bytes(storage: &Storage, spool: &Spool) {
    // Nothing; more than is read at once; as much as one request takes; and what takes several.
    for size in [0, 1_000_003, 8 << 20, (17 << 20) + 1] {
        let bytes = bytes(size);
        let spooled = received(spool, &bytes).await;
        assert_eq!(spooled.size(), u64::from(size));
        assert_eq!(spooled.sha256(), auth::digest(&bytes));

        let key = Key::new("things", Uuid::now_v7());
        storage.keep(key, spooled).await.unwrap();
        assert_eq!(storage.find(key).await.unwrap().unwrap().size(), u64::from(size));
        assert!(part(storage, key, 0, size.into()).await == bytes, "other bytes of {size}");
    }
}

async fn a_file_has_its_bytes_again_in_parts(storage: &Storage, spool: &Spool) {
    let bytes = bytes(20 << 20);
    let key = Key::new("things", Uuid::now_v7());
    storage.keep(key, received(spool, &bytes).await).await.unwrap();
    let size = bytes.len();
    for (first, length) in [(0, 1), (5, 0), ((8 << 20) - 3, 6), (size - 1, 1), (70_000, 9 << 20)] {
        let part = part(storage, key, first as u64, length as u64).await;
        assert!(part == bytes[first..first + length], "other bytes from {first} on");
    }
}

async fn a_file_is_replaced_as_a_whole(storage: &Storage, spool: &Spool) {
    let key = Key::new("things", Uuid::now_v7());
    storage.keep(key, received(spool, b"the longer one").await).await.unwrap();
    storage.keep(key, received(spool, b"another").await).await.unwrap();
    assert_eq!(storage.find(key).await.unwrap().unwrap().size(), 7);
    assert_eq!(part(storage, key, 0, 7).await, b"another");
}

async fn deleting_twice_is_no_error(storage: &Storage, spool: &Spool) {
    let key = Key::new("things", Uuid::now_v7());
    storage.keep(key, received(spool, b"").await).await.unwrap();
    assert!(storage.find(key).await.unwrap().is_some());
    storage.delete(key).await.unwrap();
    storage.delete(key).await.unwrap();
    assert!(storage.find(key).await.unwrap().is_none());
}

async fn only_what_is_old_is_listed(storage: &Storage, spool: &Spool) {
    assert!(storage.stored_before("things", Utc::now()).await.unwrap().is_empty());
    let [old, other, young] = [(); 3].map(|()| Uuid::now_v7());
    for key in [Key::new("things", old), Key::new("others", other)] {
        storage.keep(key, received(spool, b"old").await).await.unwrap();
    }
    // A bucket has whole seconds, and a disk's clock ticks every few milliseconds.
    sleep(Duration::from_millis(1_100)).await;
    let moment = Utc::now();
    sleep(Duration::from_millis(50)).await;
    storage.keep(Key::new("things", young), received(spool, b"young").await).await.unwrap();

    assert_eq!(storage.stored_before("things", moment).await.unwrap(), [old]);
    assert_eq!(storage.stored_before("others", moment).await.unwrap(), [other]);
    assert!(storage.stored_before("nothing", moment).await.unwrap().is_empty());
}

async fn a_storage_that_works_passes_the_probe(storage: &Storage, _spool: &Spool) {
    storage.probe().await.unwrap();
}
