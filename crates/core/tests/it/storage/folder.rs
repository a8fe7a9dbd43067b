//! What only a folder does.

use std::fs;

use chrono::{TimeDelta, Utc};

use super::Folder;

#[tokio::test]
async fn what_is_not_ours_is_not_listed() {
    let folder = Folder::new();
    let storage = folder.storage();
    fs::create_dir(folder.0.join("storage/things")).unwrap();
    fs::write(folder.0.join("storage/things/notes.txt"), "not ours").unwrap();
    let later = Utc::now() + TimeDelta::hours(1);
    assert!(storage.stored_before("things", later).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_probe_leaves_nothing_behind_and_says_what_is_wrong() {
    let folder = Folder::new();
    let storage = folder.storage();
    storage.probe().await.unwrap();
    assert!(folder.files("storage").is_empty());
    fs::remove_dir(folder.0.join("storage")).unwrap();
    let error = format!("{:#}", storage.probe().await.unwrap_err());
    assert!(error.starts_with("cannot write to the storage folder"), "{error}");
}
