//! Who may send pieces.

use securevox_testkit::{Ask, Browser, Person};
use sqlx::PgPool;

use super::{append, begin, begun, send, settled, tus};
use crate::make::{Scene, ipa};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strangers_and_readers_do_not(db: PgPool) {
    let scene = Scene::on(db).await;
    let user = Person::named("bob", &scene.house).await;
    let reading = scene.ada.api_token(&["builds:read"], &scene.house).await;
    for (person, problem) in [(&user, "not-a-publisher"), (&reading, "scope-missing")] {
        let ask = tus("POST", "/api/uploads", person).header("upload-length", "10");
        assert_eq!(ask.of(&scene.router).await.problem(), (403, problem));
    }
    let nobody = Ask::new("POST", "/api/uploads").header("tus-resumable", "1.0.0");
    assert_eq!(nobody.of(&scene.router).await.problem(), (401, "unauthenticated"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_upload_of_somebody_else_does_not_exist(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 100).await;
    let eve = Person::publisher("eve", &scene.house).await;
    for method in ["GET", "HEAD", "PATCH", "DELETE", "POST"] {
        let answer = send(&scene.router, tus(method, &path, &eve), 0, b"x").await;
        assert_eq!(answer.status, 404, "{method}");
    }
    for path in ["/api/uploads/x", "/api/uploads/00000000-0000-0000-0000-000000000000"] {
        let answer = scene.ada.get(&scene.router, path).await;
        assert_eq!(answer.problem(), (404, "no-such-upload"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_for_one_app_makes_builds_of_that_app(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").parse().unwrap();
    let token = scene.ada.api_token_for(app, &["builds:write"], &scene.house).await;
    let package = crate::make::ipa_of("com.example.other", "1.0", 0);
    let ask = tus("POST", "/api/uploads", &token);
    let answer = ask.header("upload-length", &package.len().to_string()).of(&scene.router).await;
    let path = answer.header("location");
    send(&scene.router, tus("PATCH", path, &token), 0, &package).await;
    let upload = settled(&scene, path).await;
    assert_eq!(upload.text("/problem/type"), "/problems/token-for-another-app");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_is_no_publisher_any_more_gets_no_build(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let package = ipa("1.0");
    let path = begun(&scene, package.len()).await;
    append(&scene, &path, 0, &package[..10]).await;
    let demoted = sqlx::query!("update accounts set role = 'user' where handle = 'ada'");
    demoted.execute(&db).await.unwrap();
    // As after the last piece, the moment before.
    let last = sqlx::query!(
        "with upload as (update uploads set state = 'reading' returning id)
         insert into jobs (id, kind, payload, run_at)
         select id, 'finish-upload', jsonb_build_object('upload', id), now() from upload"
    );
    last.execute(&db).await.unwrap();
    crate::make::eventually(async || {
        let problem = sqlx::query_scalar!("select problem ->> 'type' from uploads");
        let problem = problem.fetch_one(&db).await.unwrap();
        problem.as_deref() == Some("/problems/no-longer-a-publisher")
    })
    .await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_page_sends_them_with_its_cookie_and_token(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, "app-distribution", &scene.house);
    let page = browser.get(&scene.router, "/admin").await;
    let csrf = page.hidden("csrf").to_owned();
    let origin = scene.house.base.urls.distribution.origin().ascii_serialization();
    let ask = |origin: &str, csrf: &str| {
        Ask::new("POST", "/api/uploads")
            .header("tus-resumable", "1.0.0")
            .header("upload-length", "10")
            .header("cookie", &browser.cookie())
            .header("origin", origin)
            .header("x-csrf-token", csrf)
    };
    let begun = ask(&origin, &csrf).of(&scene.router).await;
    assert_eq!(begun.status, 201);
    // Browsers name no origin where they only look.
    for method in ["GET", "HEAD"] {
        let look = Ask::new(method, begun.header("location")).header("tus-resumable", "1.0.0");
        let answer = look.header("cookie", &browser.cookie()).of(&scene.router).await;
        assert_eq!(answer.status, 200, "{method}");
    }
    let foreign = ask("https://evil.example", &csrf).of(&scene.router).await;
    assert_eq!(foreign.problem(), (403, "foreign-form"));
    assert_eq!(ask(&origin, "guess").of(&scene.router).await.problem(), (403, "stale-form"));
    assert_eq!(begin(&scene, 10, "").await.status, 201);
}
