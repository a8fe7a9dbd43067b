//! The clean-up of packages that no build names.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use sqlx::PgPool;
use uuid::Uuid;

use crate::make::{Scene, eventually, ipa};

const TWO_DAYS: Duration = Duration::from_hours(48);

fn make_older(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - TWO_DAYS).unwrap();
}

/// Whether the next run lies ahead.
async fn is_scheduled(db: &PgPool) -> bool {
    let ahead = sqlx::query_scalar!(
        r#"select run_at > now() as "ahead!" from jobs where kind = 'sweep-builds'"#
    );
    ahead.fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_what_is_old_and_has_no_build_is_deleted(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let id = scene.build(&ipa("1.0")).await.text("/id").to_owned();
    let stored = scene.house.base.data.join("storage/builds");
    let [old, young] = [(); 2].map(|()| stored.join(Uuid::now_v7().to_string()));
    for path in [&old, &young] {
        fs::write(path, "a crash came before the commit").unwrap();
    }
    make_older(&old);
    make_older(&stored.join(&id));

    // The service runs it at its start, and then its worker looks every second.
    eventually(async || is_scheduled(&db).await).await;
    let due = sqlx::query!("update jobs set run_at = now() where kind = 'sweep-builds'");
    assert_eq!(due.execute(&db).await.unwrap().rows_affected(), 1);
    eventually(async || !old.exists()).await;
    assert!(young.exists());
    assert!(stored.join(id).exists());
}
