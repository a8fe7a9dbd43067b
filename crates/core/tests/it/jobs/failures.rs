//! Jobs that do not succeed.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use securevox_core::{
    jobs::{Failure, Job},
    tasks::Tasks,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::{Numbered, enqueue, failure, rows, worker};
use crate::probe::eventually;

/// The same kind as [`Numbered`], as another version wrote it.
#[derive(Serialize, Deserialize)]
struct Renamed {
    name: String,
}

impl Job for Renamed {
    const KIND: &'static str = Numbered::KIND;
}

#[derive(Serialize, Deserialize)]
struct Scheduled {}

impl Job for Scheduled {
    const KIND: &'static str = "scheduled";
    const ATTEMPTS: i32 = 1;
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_failed_job_is_tried_again_later_and_later(db: PgPool) {
    let worker = worker(&db).on::<Numbered, _, _>(async |_| Err(failure()));
    enqueue(&db, &Numbered { number: 1 }).await;
    for (attempt, least) in [(1, 10), (2, 20)] {
        let due = rows(&db).await[0].run_at;
        assert!(!worker.run_one(due - TimeDelta::seconds(1)).await.unwrap());
        let before = Utc::now();
        assert!(worker.run_one(due).await.unwrap());
        let after = Utc::now();

        let row = &rows(&db).await[0];
        assert_eq!((row.attempts, row.dead_at), (attempt, None));
        assert_eq!(row.last_error.as_deref(), Some("doing it: the cause"));
        assert!(row.run_at >= before + TimeDelta::seconds(least), "{row:?}");
        assert!(row.run_at <= after + TimeDelta::seconds(least + least / 4 + 1), "{row:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_job_that_failed_too_often_is_dead(db: PgPool) {
    let worker = worker(&db).on::<Numbered, _, _>(async |_| Err(failure()));
    enqueue(&db, &Numbered { number: 1 }).await;
    let later = Utc::now() + TimeDelta::days(1);
    for _ in 0..Numbered::ATTEMPTS {
        assert!(worker.run_one(later).await.unwrap());
    }
    assert!(!worker.run_one(later).await.unwrap());
    let row = &rows(&db).await[0];
    assert_eq!((row.attempts, row.dead_at.is_some()), (Numbered::ATTEMPTS, true));
    assert_eq!(row.last_error.as_deref(), Some("doing it: the cause"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_job_that_gives_up_is_dead_at_once(db: PgPool) {
    let worker = worker(&db)
        .on::<Numbered, _, _>(async |_| Err(Failure::GiveUp(anyhow::anyhow!("no such build"))));
    enqueue(&db, &Numbered { number: 1 }).await;
    let later = Utc::now() + TimeDelta::days(1);
    assert!(worker.run_one(later).await.unwrap());
    assert!(!worker.run_one(later).await.unwrap());
    let row = &rows(&db).await[0];
    assert_eq!((row.attempts, row.dead_at.is_some()), (1, true));
    assert_eq!(row.last_error.as_deref(), Some("no such build"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_payload_that_cannot_be_read_is_given_up(db: PgPool) {
    let worker = worker(&db).on::<Numbered, _, _>(async |_| panic!("it cannot be read"));
    enqueue(&db, &Renamed { name: "one".to_owned() }).await;
    assert!(worker.run_one(Utc::now()).await.unwrap());
    let row = &rows(&db).await[0];
    assert!(row.dead_at.is_some());
    let error = row.last_error.as_deref().unwrap();
    assert!(error.starts_with("reading the payload of a job: missing field"), "{error}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_job_that_panics_is_tried_again_and_stops_nobody(db: PgPool) {
    let worker = worker(&db).on::<Numbered, _, _>(async |job| match job.number {
        1 => panic!("a bug"),
        _ => Ok(()),
    });
    enqueue(&db, &Numbered { number: 1 }).await;
    enqueue(&db, &Numbered { number: 2 }).await;
    let tasks = Tasks::default();
    worker.start(&tasks);
    eventually(async || rows(&db).await.len() == 1).await;
    let row = &rows(&db).await[0];
    assert_eq!((row.attempts, row.last_error.as_deref()), (1, Some("it panicked")));
    assert!(tasks.stop(Duration::from_mins(1)).await);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn scheduled_work_that_fails_is_never_dead(db: PgPool) {
    let worker = worker(&db).on::<Scheduled, _, _>(async |_| Err(failure()));
    worker.schedule(&Scheduled {}).await.unwrap();
    for attempts in 1..=3 {
        let due = rows(&db).await[0].run_at;
        assert!(worker.run_one(due).await.unwrap());
        let row = &rows(&db).await[0];
        assert_eq!((row.attempts, row.dead_at), (attempts, None));
        assert!(row.run_at > Utc::now() + TimeDelta::minutes(55), "{row:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn waiting_for_a_turn_is_no_try(db: PgPool) {
    enqueue(&db, &Numbered { number: 1 }).await;
    let wait = Duration::from_mins(5);
    let worker = worker(&db).on::<Numbered, _, _>(move |_| async move { Err(Failure::Wait(wait)) });
    let mut now = Utc::now();
    for _ in 0..=Numbered::ATTEMPTS {
        assert!(worker.run_one(now).await.unwrap());
        let row = &rows(&db).await[0];
        assert_eq!((row.attempts, row.dead_at, row.last_error.as_ref()), (0, None, None));
        assert!(row.run_at - Utc::now() > TimeDelta::minutes(4), "{row:?}");
        now = row.run_at;
    }
}
