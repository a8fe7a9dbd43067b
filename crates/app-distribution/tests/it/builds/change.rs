//! Builds after their upload: changed, deleted, compared.

use securevox_testkit::{Ask, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::make::{BUNDLE, Scene, ipa, ipa_of};

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
    assert_eq!(change(json!({"channel": " nightly\n"})).await.body["channel"], "nightly");
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
async fn two_that_toggle_at_once_leave_it_as_it_was(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/toggle_active", id_of(&scene, "1.0").await);
    let toggle = || scene.ada.post(&scene.router, &path, json!({}));
    for _ in 0..5 {
        let (one, other) = tokio::join!(toggle(), toggle());
        let mut told = [one.text("/status"), other.text("/status")];
        told.sort_unstable();
        assert_eq!(told, ["active", "inactive"]);
    }
}
