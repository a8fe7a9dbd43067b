//! A quarter with a million downloads is told in time.

use std::time::Instant;

use sqlx::PgPool;

use crate::make::{Scene, app_of, ipa};

/// Twenty builds on ninety days, on six systems each: what a million downloads by five thousand
/// testers, each of whom came every day, leave behind.
async fn fill(db: &PgPool, app: &str) {
    let app: uuid::Uuid = app.parse().unwrap();
    sqlx::query!(
        "insert into daily_counts (app_id, day, build_id, system, device, downloads)
         select $1, (now() at time zone 'UTC')::date - day, md5(build::text)::uuid,
                'Android ' || system, 'android-phone', 92
         from generate_series(0, 89) day, generate_series(1, 20) build, generate_series(10, 15) system",
        app,
    )
    .execute(db)
    .await
    .unwrap();
    sqlx::query!(
        "insert into monthly_testers (app_id, scope_id, month, person_id, days)
         select $1, $1, date_trunc('month', now() - make_interval(months => month))::date,
                md5(person::text)::uuid, (1::bigint << 28) - 1
         from generate_series(0, 3) month, generate_series(1, 5000) person",
        app,
    )
    .execute(db)
    .await
    .unwrap();
    sqlx::query!("analyze daily_counts").execute(db).await.unwrap();
    sqlx::query!("analyze monthly_testers").execute(db).await.unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_quarter_is_told_in_time(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, _) = app_of(&scene, &ipa("1.0")).await;
    fill(&db, &app).await;
    let today = sqlx::query_scalar!(
        r#"select to_char((now() at time zone 'UTC')::date - 89, 'YYYY-MM-DD') as "day!""#
    );
    let path = format!("/api/apps/{app}/analytics?from={}", today.fetch_one(&db).await.unwrap());
    let mut fastest = u128::MAX;
    for _ in 0..8 {
        let began = Instant::now();
        let report = scene.ada.get(&scene.router, &path).await;
        fastest = fastest.min(began.elapsed().as_millis());
        assert_eq!(report.body["totals"]["downloads"], 90 * 20 * 6 * 92);
        assert_eq!(report.body["totals"]["unique_testers"], 5_000);
    }
    eprintln!("the fastest of eight took {fastest} ms");
    // Fifty on a machine of its own; a test shares one that is busy.
    assert!(fastest < 250, "{fastest} ms");
}
