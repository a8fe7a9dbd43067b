//! Builds after their upload: changed, deleted, retired, compared, and asked for by their line.

use securevox_testkit::{Ask, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::make::{BUNDLE, Scene, eventually, form, ipa, ipa_of};

/// Makes `person` what `role` says in every app.
async fn appoint(db: &PgPool, person: &Person, role: &str) {
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) select id, $1, $2 from apps
         on conflict (app_id, account_id) do update set role = excluded.role",
        person.account.0,
        role,
    )
    .execute(db)
    .await
    .unwrap();
}

async fn id_of(scene: &Scene, version: &str) -> String {
    scene.build(&ipa(version)).await.text("/id").to_owned()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_changed_field_by_field(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/", id_of(&scene, "1.0").await);
    let change = |body: Value| scene.ada.patch(&scene.router, &path, body);
    let body = json!({"release_notes": "# New", "channel": "beta", "is_beta": true, "pinned": true,
        "mandatory": true, "status": "inactive", "expires_at": "2030-01-01T00:00:00Z"});
    let answer = change(body.clone()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&answer.body[field], value);
    }
    let same = change(json!({})).await;
    assert_eq!(same.body["channel"], "beta");
    let cleared = change(json!({"release_notes": "", "channel": "", "expires_at": null})).await;
    for field in ["release_notes", "channel", "expires_at"] {
        assert!(cleared.body[field].is_null(), "{field}");
    }
    assert_eq!(cleared.body["pinned"], true);

    let long = "x".repeat(50_001);
    let bad = [
        (json!({"release_notes": long}), "#/release_notes"),
        (json!({"channel": "a\u{0}b"}), "#/channel"),
        (json!({"status": "gone"}), "#/status"),
        (json!({"expires_at": "soon"}), "#/expires_at"),
        (json!({"version": "2.0"}), "#/version"),
    ];
    for (body, pointer) in bad {
        let answer = change(body).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_may_change_and_delete(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let path = format!("/api/builds/{}", id_of(&scene, "1.0").await);
    let bob = Person::named("bob", &scene.house).await;
    let note = json!({"release_notes": "x"});
    assert_eq!(bob.patch(&scene.router, &path, note.clone()).await.status, 404);
    assert_eq!(bob.delete(&scene.router, &path).await.status, 404);
    let nobody = Ask::new("DELETE", &path).of(&scene.router).await;
    assert_eq!(nobody.problem(), (401, "unauthenticated"));
    appoint(&db, &bob, "tester").await;
    let refused = bob.patch(&scene.router, &path, note.clone()).await;
    assert_eq!(refused.problem(), (403, "app-role-missing"));
    appoint(&db, &bob, "developer").await;
    assert_eq!(bob.patch(&scene.router, &path, note.clone()).await.status, 200);
    assert_eq!(bob.delete(&scene.router, &path).await.problem(), (403, "app-role-missing"));
    let reading = bob.api_token(&["builds:read"], &scene.house).await;
    let answer = reading.patch(&scene.router, &path, note).await;
    assert_eq!(answer.problem(), (403, "scope-missing"));
    appoint(&db, &bob, "manager").await;
    assert_eq!(bob.delete(&scene.router, &path).await.status, 204);
    assert_eq!(bob.delete(&scene.router, &path).await.status, 404);
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_offered_or_not(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/toggle_active/", id_of(&scene, "1.0").await);
    let toggle = || scene.ada.post(&scene.router, &path, Value::Null);
    assert_eq!(toggle().await.text("/status"), "inactive");
    assert_eq!(toggle().await.text("/status"), "active");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_newest_of_a_line_is_found(db: PgPool) {
    let scene = Scene::on(db).await;
    let upload = async |version: &str, channel: &str, branch: &str| {
        let form = form(&ipa(version)).text("channel", channel).text("branch", branch);
        scene.upload(form).await.body
    };
    let first = upload("1.0", "beta", "main").await;
    let second = upload("1.1", "nightly", "main").await;
    upload("1.2", "nightly", "fix").await;
    let app = first["app"]["id"].as_str().unwrap();
    let latest = async |query: &str| {
        let path = format!("/api/apps/{app}/latest{query}");
        scene.ada.get(&scene.router, &path).await
    };
    assert_eq!(latest("").await.text("/version"), "1.2");
    assert_eq!(latest("?channel=beta").await.text("/version"), "1.0");
    assert_eq!(latest("?branch=main").await.text("/version"), "1.1");
    assert_eq!(latest("?channel=none").await.problem(), (404, "no-such-app"));
    let page = Ask::new("GET", &format!("/apps/{app}/latest?branch=main")).of(&scene.router).await;
    let id = second["id"].as_str().unwrap();
    assert_eq!((page.status.as_u16(), page.header("location")), (303, &*format!("/builds/{id}")));

    let path = format!("/api/builds/{id}");
    scene.ada.patch(&scene.router, &path, json!({"status": "inactive"})).await;
    assert_eq!(latest("?branch=main").await.text("/version"), "1.0");
    let bob = Person::named("bob", &scene.house).await;
    let foreign = bob.get(&scene.router, &format!("/api/apps/{app}/latest")).await;
    assert_eq!(foreign.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_learns_of_what_is_newer(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = scene.build(&ipa("1.9")).await;
    let app = old.text("/app/id").to_owned();
    let path = format!("/api/builds/{}", old.text("/id"));
    scene.ada.patch(&scene.router, &path, json!({"mandatory": true})).await;
    let newest = scene.upload(form(&ipa("1.10")).text("release_notes", "Faster")).await;
    let check = async |query: &str| {
        Ask::new("GET", &format!("/api/apps/{app}/updates{query}")).of(&scene.router).await.body
    };
    let update = check("?platform=ios&version=1.8&build=7").await;
    assert_eq!(update["update"]["build_id"], newest.body["id"]);
    assert_eq!(update["update"]["release_notes"], "Faster");
    // A mandatory build lies between.
    assert_eq!(update["update"]["mandatory"], true);
    assert_eq!(check("?version=1.9&build=7").await["update"]["mandatory"], false);
    for query in ["?version=1.10&build=7", "?version=2.0", "?platform=android&version=1.0", ""] {
        assert!(check(query).await["update"].is_null(), "{query}");
    }
    let unknown = Ask::new("GET", "/api/apps/00000000-0000-0000-0000-000000000000/updates");
    assert_eq!(unknown.of(&scene.router).await.problem(), (404, "no-such-app"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_builds_are_compared(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await;
    let new = scene.build(&ipa_of(BUNDLE, "1.1", 1000)).await;
    let other = scene.build(&ipa_of("com.example.other", "1.1", 0)).await;
    let compare = async |base: &str| {
        let path = format!("/api/builds/{}/compare/{base}", new.text("/id"));
        scene.ada.get(&scene.router, &path).await
    };
    let answer = compare(old.text("/id")).await;
    assert_eq!(answer.body["size_change"], 1000);
    let version = json!({"field": "version", "from": "1.0", "to": "1.1"});
    assert_eq!(answer.body["changes"], json!([version]));
    assert_eq!(compare(other.text("/id")).await.problem(), (422, "other-app"));
    assert_eq!(compare("00000000-0000-0000-0000-000000000000").await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn retention_takes_the_oldest_and_spares_what_is_needed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let mut ids = Vec::new();
    for version in ["1", "2", "3", "4", "5"] {
        ids.push(id_of(&scene, version).await);
    }
    let pin = json!({"pinned": true});
    scene.ada.patch(&scene.router, &format!("/api/builds/{}", ids[0]), pin).await;
    let fetched: uuid::Uuid = ids[1].parse().unwrap();
    sqlx::query!(
        "insert into downloads (id, build_id, link_hash) values ($1, $1, sha256('x'))",
        fetched
    )
    .execute(&db)
    .await
    .unwrap();
    // The pinned one counts, so the two newest are kept beside it.
    sqlx::query!("update apps set keep_builds = 3").execute(&db).await.unwrap();
    let kept = async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'sweep-storage'")
            .execute(&db)
            .await
            .unwrap();
        let rows = sqlx::query_scalar!(r#"select version as "version!" from builds order by id"#);
        rows.fetch_all(&db).await.unwrap()
    };
    eventually(async || kept().await == ["1", "2", "4", "5"]).await;
    eventually(async || scene.files() == (0, 4)).await;

    sqlx::query!("update downloads set started_at = now() - interval '1 day'")
        .execute(&db)
        .await
        .unwrap();
    eventually(async || kept().await == ["1", "4", "5"]).await;
    // The newest is never taken, however large it is.
    sqlx::query!("update apps set keep_builds = null, quota_bytes = 1").execute(&db).await.unwrap();
    eventually(async || kept().await == ["1", "5"]).await;
}
