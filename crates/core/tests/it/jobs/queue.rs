//! How jobs come into the queue and out of it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{TimeDelta, Utc};
use securevox_core::{
    jobs::{self, Job, Worker},
    tasks::Tasks,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::{Numbered, enqueue, rows, worker};
use crate::probe::eventually;

#[derive(Serialize, Deserialize)]
struct Scheduled {}

impl Job for Scheduled {
    const KIND: &'static str = "scheduled";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// A worker that notes which jobs it ran.
fn noting(db: &PgPool, done: &Arc<Mutex<Vec<u32>>>) -> Worker {
    let done = Arc::clone(done);
    worker(db).on::<Numbered, _, _>(move |job| {
        let done = Arc::clone(&done);
        async move {
            tokio::task::yield_now().await;
            done.lock().unwrap().push(job.number);
            Ok(())
        }
    })
}

async fn work_until_empty(worker: Worker) {
    while worker.run_one(Utc::now()).await.unwrap() {}
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_job_exists_only_if_its_transaction_commits(db: PgPool) {
    let done = Arc::default();
    let worker = noting(&db, &done);
    let mut tx = db.begin().await.unwrap();
    jobs::enqueue(&mut tx, &Numbered { number: 1 }).await.unwrap();
    assert!(!worker.run_one(Utc::now()).await.unwrap());
    tx.rollback().await.unwrap();
    assert!(!worker.run_one(Utc::now()).await.unwrap());

    let mut tx = db.begin().await.unwrap();
    jobs::enqueue(&mut tx, &Numbered { number: 2 }).await.unwrap();
    tx.commit().await.unwrap();
    assert!(worker.run_one(Utc::now()).await.unwrap());
    assert_eq!(*done.lock().unwrap(), [2]);
    assert!(rows(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn each_job_runs_once_among_several_workers(db: PgPool) {
    let done: Arc<Mutex<Vec<u32>>> = Arc::default();
    for number in 0..50 {
        enqueue(&db, &Numbered { number }).await;
    }
    let workers = || work_until_empty(noting(&db, &done));
    tokio::join!(workers(), workers(), workers());
    let mut done = done.lock().unwrap().clone();
    done.sort_unstable();
    assert_eq!(done, (0..50).collect::<Vec<_>>());
    assert!(rows(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_worker_leaves_what_it_does_not_know(db: PgPool) {
    enqueue(&db, &Scheduled {}).await;
    assert!(!noting(&db, &Arc::default()).run_one(Utc::now()).await.unwrap());
    assert_eq!(rows(&db).await[0].attempts, 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_unique_key_joins_what_waits(db: PgPool) {
    let mut conn = db.acquire().await.unwrap();
    for (number, key) in [(1, "a"), (2, "a"), (3, "b")] {
        jobs::enqueue_unique(&mut conn, &Numbered { number }, key).await.unwrap();
    }
    assert_eq!(rows(&db).await.len(), 2);
    let done = Arc::default();
    work_until_empty(noting(&db, &done)).await;
    assert_eq!(*done.lock().unwrap(), [1, 3]);

    jobs::enqueue_unique(&mut conn, &Numbered { number: 4 }, "a").await.unwrap();
    work_until_empty(noting(&db, &done)).await;
    assert_eq!(*done.lock().unwrap(), [1, 3, 4]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn scheduled_work_is_due_again(db: PgPool) {
    let worker = worker(&db).on::<Scheduled, _, _>(async |_| Ok(()));
    worker.schedule(&Scheduled {}).await.unwrap();
    worker.schedule(&Scheduled {}).await.unwrap();

    assert!(worker.run_one(Utc::now()).await.unwrap());
    assert!(!worker.run_one(Utc::now() + TimeDelta::minutes(30)).await.unwrap());
    let rows = rows(&db).await;
    assert_eq!((rows.len(), rows[0].attempts), (1, 0));
    assert!(worker.run_one(Utc::now() + TimeDelta::minutes(90)).await.unwrap());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_worker_in_the_background_works_until_the_stop(db: PgPool) {
    let (done, tasks) = (Arc::default(), Tasks::default());
    noting(&db, &done).start(&tasks);
    enqueue(&db, &Numbered { number: 1 }).await;
    eventually(async || !done.lock().unwrap().is_empty()).await;
    assert!(tasks.stop(Duration::from_mins(1)).await);
    enqueue(&db, &Numbered { number: 2 }).await;
    assert_eq!(rows(&db).await.len(), 1);
}
