//! Copies of public packages that a CDN in front of the bucket hands out: signed links of a bucket
//! are cached by none.
//!
//! A copy is made when a package is first downloaded by somebody who is nobody here. Its name is
//! random, and told to those alone who may download the build at that moment. It is deleted within
//! a minute of the end of that right, and caches forget it a few minutes later: no later than a
//! signed link would end.

mod store;

use std::time::Duration;

use chrono::Utc;
use securevox_core::{
    Result,
    jobs::{self, Failure, Faults, Job, Worker},
    storage::{Key, Label},
};
use securevox_protocol::BuildId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{key, store as builds};
use crate::{
    app::App,
    sweep::{OLD_ENOUGH, forget, orphans},
};

/// Where copies are stored.
const PLACE: &str = "public";

/// How long caches keep a copy.
const KEPT: Duration = Duration::from_mins(5);

const fn place_of(copy: Uuid) -> Key {
    Key::new(PLACE, copy)
}

/// Makes the copy of a build.
#[derive(Debug, Serialize, Deserialize)]
struct MakePublicCopy {
    build: BuildId,
}

impl Job for MakePublicCopy {
    const KIND: &'static str = "make-public-copy";
}

/// Deletes the copies of builds that are not for anybody any more.
#[derive(Debug, Serialize, Deserialize)]
struct WithdrawPublicCopies {}

impl Job for WithdrawPublicCopies {
    const KIND: &'static str = "withdraw-public-copies";
    const EVERY: Option<Duration> = Some(Duration::from_mins(1));
}

/// Where the CDN has the package of a build, which the caller may install as anybody may. `None`
/// where there is no CDN, or no copy yet: then it is made.
pub(super) async fn link(app: &App, build: BuildId) -> Result<Option<String>> {
    if app.storage.public_link(place_of(Uuid::nil())).is_none() {
        return Ok(None);
    }
    let mut conn = app.db.acquire().await?;
    let copy = store::find(&mut conn, build, Utc::now()).await?;
    if copy.is_none() {
        let job = MakePublicCopy { build };
        jobs::enqueue_unique(&mut conn, &job, &build.to_string()).await?;
    }
    Ok(copy.and_then(|copy| app.storage.public_link(place_of(copy))))
}

/// Has `worker` make and withdraw copies.
pub(crate) async fn start(app: &App, worker: Worker) -> Result<Worker> {
    let making = app.clone();
    let worker = worker.on::<MakePublicCopy, _, _>(move |job| {
        let app = making.clone();
        async move { make(&app, job.build).await.map_err(Failure::from) }
    });
    let withdrawing = app.clone();
    let worker = worker.on::<WithdrawPublicCopies, _, _>(move |_| {
        let app = withdrawing.clone();
        async move { withdraw(&app).await.map_err(Failure::from) }
    });
    worker.schedule(&WithdrawPublicCopies {}).await?;
    Ok(worker)
}

async fn make(app: &App, build: BuildId) -> Result<()> {
    let mut conn = app.db.acquire().await?;
    if store::find(&mut conn, build, Utc::now()).await?.is_some() {
        return Ok(());
    }
    let Some(row) = builds::find(&mut conn, build).await? else { return Ok(()) };
    drop(conn);
    let id = Uuid::new_v4();
    let keys = (key(build), place_of(id));
    let label = Label { media_type: row.media_type(), file_name: &row.file_name };
    if !app.storage.publish(keys, label, KEPT).await? {
        return Ok(());
    }
    let mut conn = app.db.acquire().await?;
    if !store::insert(&mut conn, (build, id), Utc::now()).await? {
        forget(app, place_of(id)).await;
    }
    Ok(())
}

/// The row goes after its copy: what cannot be deleted is tried again.
async fn withdraw(app: &App) -> Result<()> {
    let over = store::over(&mut *app.db.acquire().await?, Utc::now()).await?;
    let mut faults = Faults::default();
    for copy in over {
        if faults.note(app.storage.delete(place_of(copy)).await).is_some() {
            store::delete(&mut *app.db.acquire().await?, copy).await?;
        }
    }
    faults.finish()
}

/// Deletes copies that no build names: a crash came between storing and committing.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    orphans(app, PLACE, OLD_ENOUGH, store::unknown).await
}
