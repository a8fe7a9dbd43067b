//! Workers that vanish, or take longer than their lease.

use std::{
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Result,
    jobs::{Job, Worker},
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::sync::Notify;

use super::{Numbered, enqueue, rows, worker};

/// A worker whose runs begin and end when the test says so.
struct Held {
    worker: Worker,
    runs: Arc<[Run; 2]>,
}

#[derive(Default)]
struct Run {
    began: Notify,
    may_end: Notify,
}

impl Held {
    fn new(db: &PgPool) -> Self {
        let runs: Arc<[Run; 2]> = Arc::default();
        let (seen, count) = (Arc::clone(&runs), Arc::new(AtomicUsize::new(0)));
        let worker = worker(db).on::<Numbered, _, _>(move |_| {
            let (runs, count) = (Arc::clone(&seen), Arc::clone(&count));
            async move {
                let run = &runs[count.fetch_add(1, Ordering::SeqCst)];
                run.began.notify_one();
                run.may_end.notified().await;
                Ok(())
            }
        });
        Self { worker, runs }
    }

    /// Drives `running`, which is the run `number`, until it has begun.
    async fn begun<F: Future<Output = Result<bool>>>(&self, number: usize, running: Pin<&mut F>) {
        tokio::select! {
            ended = running => panic!("it ended: {ended:?}"),
            () = self.runs[number].began.notified() => {}
        }
    }
}

fn after_the_lease() -> DateTime<Utc> {
    Utc::now() + TimeDelta::minutes(6)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_lost_the_lease_cannot_settle_the_job(db: PgPool) {
    let held = Held::new(&db);
    enqueue(&db, &Numbered { number: 1 }).await;
    let mut first = pin!(held.worker.run_one(Utc::now()));
    held.begun(0, first.as_mut()).await;
    assert!(!held.worker.run_one(Utc::now()).await.unwrap());

    let mut second = pin!(held.worker.run_one(after_the_lease()));
    held.begun(1, second.as_mut()).await;
    held.runs[0].may_end.notify_one();
    assert!(first.await.unwrap());
    let left = rows(&db).await;
    assert_eq!((left.len(), left[0].attempts), (1, 2));

    held.runs[1].may_end.notify_one();
    assert!(second.await.unwrap());
    assert!(rows(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_job_of_a_worker_that_vanished_is_taken_again(db: PgPool) {
    let held = Held::new(&db);
    enqueue(&db, &Numbered { number: 1 }).await;
    {
        let mut vanishing = pin!(held.worker.run_one(Utc::now()));
        held.begun(0, vanishing.as_mut()).await;
    }
    assert!(!held.worker.run_one(Utc::now()).await.unwrap());
    held.runs[1].may_end.notify_one();
    assert!(held.worker.run_one(after_the_lease()).await.unwrap());
    assert!(rows(&db).await.is_empty());
}

/// A job that takes its time.
#[derive(Debug, Serialize, Deserialize)]
struct Long {}

impl Job for Long {
    const KIND: &'static str = "long";
    const LEASE: Duration = Duration::from_mins(30);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_lease_is_as_long_as_its_job_says(db: PgPool) {
    enqueue(&db, &Long {}).await;
    enqueue(&db, &Numbered { number: 1 }).await;
    let worker = worker(&db)
        .on::<Long, _, _>(async |_| std::future::pending().await)
        .on::<Numbered, _, _>(async |_| std::future::pending().await);
    let now = Utc::now();
    for _ in 0..2 {
        // Both begin, and their worker vanishes.
        let vanishing = tokio::time::timeout(Duration::from_secs(1), worker.run_one(now));
        assert!(vanishing.await.is_err());
    }
    let minutes = sqlx::query_scalar!(
        r#"select (extract(epoch from leased_until - $1) / 60)::double precision as "minutes!"
           from jobs order by kind"#,
        now,
    );
    let minutes = minutes.fetch_all(&db).await.unwrap();
    assert!((minutes[0] - 30.0).abs() < 0.1 && (minutes[1] - 5.0).abs() < 0.1, "{minutes:?}");
}

/// A job that ends its process each time would otherwise be taken for ever.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_job_that_never_came_to_its_end_is_given_up(db: PgPool) {
    enqueue(&db, &Numbered { number: 1 }).await;
    sqlx::query!("update jobs set attempts = 3").execute(&db).await.unwrap();
    let worker = worker(&db).on::<Numbered, _, _>(async |_| panic!("it is not run again"));
    assert!(worker.run_one(Utc::now()).await.unwrap());
    let row = &rows(&db).await[0];
    assert!(row.dead_at.is_some());
    assert_eq!(row.last_error.as_deref(), Some("it never came to its end"));
}
