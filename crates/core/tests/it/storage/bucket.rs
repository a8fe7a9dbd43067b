//! What only a bucket does.

use chrono::{TimeDelta, Utc};
use securevox_core::{
    Error,
    config::{Files, Reader},
    error::STORAGE_UNAVAILABLE,
    storage::{Key, Storage},
};
use securevox_testkit::Bucket;
use uuid::Uuid;

use super::{Folder, received, storage_in};

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_leaves_nothing_behind() {
    let Some(bucket) = Bucket::open().await else { return };
    let folder = Folder::new();
    let file = received(&folder.spool(), &vec![7; 25 << 20]).await;
    file.file().set_len(20 << 20).unwrap();
    let key = Key::new("things", Uuid::now_v7());
    let error = storage_in(&bucket).keep(key, file).await.unwrap_err();
    assert!(matches!(error, Error::Internal(_)), "{error:?}");
    assert!(bucket.unfinished().await.is_empty());
    assert!(bucket.objects().await.is_empty());
    assert!(folder.files("spool").is_empty());
}

#[tokio::test]
async fn what_never_ended_is_abandoned_when_it_is_old() {
    let Some(bucket) = Bucket::open().await else { return };
    let storage = storage_in(&bucket);
    for name in ["things/one", "things/two", "others/three"] {
        bucket.begin(name).await;
    }
    let (earlier, later) = (Utc::now() - TimeDelta::hours(1), Utc::now() + TimeDelta::hours(1));
    assert_eq!(storage.abandon_begun_before("things", earlier).await.unwrap(), 0);
    assert_eq!(bucket.unfinished().await.len(), 3);
    assert_eq!(storage.abandon_begun_before("things", later).await.unwrap(), 2);
    assert_eq!(bucket.unfinished().await, ["others/three"]);
}

#[tokio::test]
async fn what_is_not_ours_is_not_listed() {
    let Some(bucket) = Bucket::open().await else { return };
    for name in ["things/notes.txt", "things", "thingsandmore/x"] {
        bucket.put(name).await;
    }
    let later = Utc::now() + TimeDelta::hours(1);
    assert!(storage_in(&bucket).stored_before("things", later).await.unwrap().is_empty());
}

/// The storage in `bucket`, with one setting changed.
fn with(bucket: &Bucket, name: &str, value: &str) -> Storage {
    let variables = bucket.variables();
    let lookup = |asked: &str| {
        let found = variables.iter().find(|(key, _)| *key == asked);
        found.map(|(key, old)| if *key == name { value } else { old }.to_owned())
    };
    let files = Files::read(&mut Reader::new(&lookup)).unwrap();
    Storage::open(&files, "nowhere".as_ref()).unwrap()
}

#[tokio::test]
async fn a_bucket_that_is_not_ours_does_not_pass_the_probe() {
    let Some(bucket) = Bucket::open().await else { return };
    for (name, value) in
        [("SECUREVOX_S3_BUCKET", "elsewhere"), ("SECUREVOX_S3_SECRET_KEY", "a wrong secret")]
    {
        let error = format!("{:#}", with(&bucket, name, value).probe().await.unwrap_err());
        assert!(error.starts_with("cannot use the bucket "), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_no_fault_of_ours() {
    let Some(bucket) = Bucket::open().await else { return };
    let storage = with(&bucket, "SECUREVOX_S3_ENDPOINT", "http://127.0.0.1:1");
    let error = storage.find(Key::new("things", Uuid::now_v7())).await.unwrap_err();
    let Error::Problem(problem) = error else { panic!("{error:?}") };
    assert_eq!(*problem, STORAGE_UNAVAILABLE);
}
