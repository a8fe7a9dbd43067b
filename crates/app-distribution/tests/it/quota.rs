//! What an app and the installation may take: refused before the bytes come where that can be told.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use securevox_testkit::{Answer, Ask, Browser, Form, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    make::{BUNDLE, SERVICE, Scene, eventually, form, ipa_of, versions},
    people::join_app,
};

/// Much more than the form around a file.
const LARGE: usize = 8 << 20;

/// Says of an upload which app it is for.
fn named() -> String {
    let [bundle, platform] = [BUNDLE, "ios"].map(|text| BASE64_STANDARD.encode(text));
    format!("bundle_id {bundle},platform {platform}")
}

/// Begins an upload in pieces.
async fn begin(scene: &Scene, person: &Person, (length, metadata): (usize, &str)) -> Answer {
    let ask = Ask::new("POST", "/api/uploads").by(person).header("tus-resumable", "1.0.0");
    let ask = ask.header("upload-length", &length.to_string());
    ask.header("upload-metadata", metadata).of(&scene.router).await
}

async fn quota(scene: &Scene, app: &str, bytes: i64) {
    let change = json!({ "quota_bytes": bytes });
    let changed = scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_cannot_fit_is_refused_before_it_comes(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await;
    let app = build.text("/app/id");
    quota(&scene, app, 1 << 20).await;
    // A token for the app says which one it is; nothing of the body is there.
    let token = scene.ada.api_token_for(app.parse().unwrap(), &["builds:write"], &scene.house);
    let token = token.await;
    let ask = Ask::new("POST", "/api/builds").by(&token);
    let ask = ask.header("content-length", &LARGE.to_string());
    let refused = ask.of(&scene.router).await;
    assert_eq!(refused.problem(), (413, "quota-exceeded"));
    assert!(refused.text("/detail").contains("1048576 bytes"), "{refused:?}");

    // In pieces: the token, or what is said of the file.
    assert_eq!(begin(&scene, &token, (LARGE, "")).await.problem(), (413, "quota-exceeded"));
    let named = begin(&scene, &scene.ada, (LARGE, &named())).await;
    assert_eq!(named.problem(), (413, "quota-exceeded"));
    let unknown = begin(&scene, &scene.ada, (LARGE, "")).await;
    assert_eq!(unknown.status, 201, "nothing is known of it yet");
    // Symbols are of a build.
    let symbols = format!("/api/builds/{}/symbols", build.text("/id"));
    let ask = Ask::new("POST", &symbols).by(&scene.ada);
    let refused = ask.header("content-length", &LARGE.to_string()).of(&scene.router).await;
    assert_eq!(refused.problem(), (413, "quota-exceeded"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_turns_out_not_to_fit_leaves_nothing(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa_of(BUNDLE, "1.0", 100_000)).await;
    let app = build.text("/app/id");
    quota(&scene, app, 150_000).await;
    let pin = json!({"pinned": true});
    scene.ada.patch(&scene.router, &format!("/api/builds/{}", build.text("/id")), pin).await;
    let refused = scene.upload(form(&ipa_of(BUNDLE, "1.1", 100_000))).await;
    assert_eq!(refused.problem(), (413, "quota-exceeded"));
    assert_eq!((scene.files(), versions(&db).await), ((0, 1), vec!["1.0".to_owned()]));
    // The same file again takes no more.
    let again = scene.upload(form(&ipa_of(BUNDLE, "1.0", 100_000))).await;
    assert_eq!(again.status, 200);
    // Symbols count.
    let path = format!("/api/builds/{}/symbols", build.text("/id"));
    let mapping = [b"# pg_map_id: 1\na.B -> c:\n".to_vec(), vec![b'#'; 60_000]].concat();
    let symbols = Form::default().file("file", "mapping.txt", &mapping);
    let refused = scene.ada.upload(&scene.router, &path, symbols).await;
    assert_eq!(refused.problem(), (413, "quota-exceeded"));
    assert_eq!(scene.house.files("storage/symbols").len(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn retention_makes_room_where_it_may(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa_of(BUNDLE, "1.0", 100_000)).await.text("/app/id").to_owned();
    quota(&scene, &app, 250_000).await;
    scene.build(&ipa_of(BUNDLE, "1.1", 100_000)).await;
    assert_eq!(versions(&db).await, ["1.0", "1.1"]);
    // No clean-up is due for an hour.
    scene.build(&ipa_of(BUNDLE, "1.2", 100_000)).await;
    eventually(async || versions(&db).await == ["1.1", "1.2"]).await;
    eventually(async || scene.files() == (0, 2)).await;
    let alone = scene.upload(form(&ipa_of(BUNDLE, "1.3", 300_000))).await;
    assert_eq!(alone.problem(), (413, "quota-exceeded"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_uploads_at_once_do_not_share_what_is_left(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await.text("/app/id").to_owned();
    quota(&scene, &app, 250_000).await;
    // Each in a channel of its own has to stay: two fit, three do not.
    let send = |n: u8| {
        let package = ipa_of(BUNDLE, &format!("2.{n}"), 100_000);
        scene.upload(form(&package).text("channel", &n.to_string()))
    };
    let (a, b, c, d) = tokio::join!(send(1), send(2), send(3), send(4));
    let mut statuses = [a, b, c, d].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 413, 413]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_unfinished_upload_holds_the_room_it_announced(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await.text("/app/id").to_owned();
    quota(&scene, &app, 250_000).await;
    let (named, ada) = (named(), &scene.ada);
    let package = ipa_of(BUNDLE, "2.0", 150_000);
    let first = begin(&scene, ada, (package.len(), &named)).await;
    assert_eq!(first.status, 201);
    let refused = begin(&scene, ada, (100_000, &named)).await;
    assert_eq!(refused.problem(), (413, "quota-exceeded"));
    assert!(refused.text("/detail").contains("unfinished uploads 15"), "{refused:?}");
    let beside = scene.upload(form(&ipa_of(BUNDLE, "1.1", 100_000))).await;
    assert_eq!(beside.problem(), (413, "quota-exceeded"), "nobody takes what is held");
    let mut browser = Browser::of(ada, SERVICE, &scene.house);
    let storage = browser.get(&scene.router, &format!("/admin/apps/{app}/storage")).await;
    assert!(storage.html().contains("Unfinished uploads"), "{}", storage.html());

    // What comes to its end takes what it held, and no more than that.
    let at = first.header("location").to_owned();
    let piece = Ask::new("PATCH", &at).by(ada).header("tus-resumable", "1.0.0");
    let piece = piece.header("upload-offset", "0");
    let piece = piece.body("application/offset+octet-stream", package);
    assert_eq!(piece.of(&scene.router).await.status, 204);
    eventually(async || ada.get(&scene.router, &at).await.text("/state") == "done").await;
    assert_eq!(versions(&db).await, ["1.0", "2.0"]);

    // Given up, or forgotten, it holds nothing.
    let second = begin(&scene, ada, (200_000, &named)).await;
    assert_eq!(second.status, 201, "the newest makes place");
    assert_eq!(begin(&scene, ada, (200_000, &named)).await.status, 413);
    let end =
        Ask::new("DELETE", second.header("location")).by(ada).header("tus-resumable", "1.0.0");
    assert_eq!(end.of(&scene.router).await.status, 204);
    assert_eq!(begin(&scene, ada, (200_000, &named)).await.status, 201);
    assert_eq!(begin(&scene, ada, (200_000, &named)).await.status, 413);
    sqlx::query!("update uploads set expires_at = now() where state = 'receiving'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(begin(&scene, ada, (200_000, &named)).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_that_begin_at_once_do_not_share_what_is_left(db: PgPool) {
    let settings = [("SECUREVOX_DISTRIBUTION_QUOTA", "500K")];
    let scene = Scene::with(db.clone(), &settings).await;
    let app = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await.text("/app/id").to_owned();
    quota(&scene, &app, 250_000).await;
    let other = Person::publisher("otto", &scene.house).await;
    join_app(&db, &app, &other, "developer").await;
    let named = named();
    let statuses = async |length: usize, metadata: &str| {
        let ask = |person| begin(&scene, person, (length, metadata));
        let (a, b, c, d) = tokio::join!(ask(&scene.ada), ask(&other), ask(&scene.ada), ask(&other));
        let mut statuses = [a, b, c, d].map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(statuses(100_000, &named).await, [201, 201, 413, 413], "of the app");
    // 200,000 of 512,000 are held, and a little is used.
    assert_eq!(statuses(150_000, "").await, [201, 201, 413, 413], "of the installation");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_installation_has_a_quota_too(db: PgPool) {
    let scene = Scene::with(db.clone(), &[("SECUREVOX_DISTRIBUTION_QUOTA", "300K")]).await;
    let app = scene.build(&ipa_of(BUNDLE, "1.0", 100_000)).await.text("/app/id").to_owned();
    scene.build(&ipa_of("com.example.other", "1.0", 100_000)).await;
    let refused = scene.upload(form(&ipa_of(BUNDLE, "1.1", 150_000))).await;
    assert_eq!(refused.problem(), (413, "storage-quota-exceeded"));
    assert!(refused.text("/detail").contains("300 KiB"), "{refused:?}");
    let ask = Ask::new("POST", "/api/builds").by(&scene.ada);
    let early = ask.header("content-length", &LARGE.to_string()).of(&scene.router).await;
    assert_eq!(early.problem(), (413, "storage-quota-exceeded"));
    // With rules by which the first goes, there is room.
    let keep = json!({"keep_builds": 1});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), keep).await;
    scene.build(&ipa_of(BUNDLE, "1.1", 150_000)).await;
    eventually(async || versions(&db).await == ["1.0", "1.1"]).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_strict_upload_may_say_so_in_the_query(db: PgPool) {
    let scene = Scene::on(db).await;
    let send = async |query: &str, form: Form| {
        scene.ada.upload(&scene.router, &format!("/api/builds{query}"), form).await
    };
    let differing = || form(&ipa_of(BUNDLE, "1.0", 0)).text("version", "v1.0");
    let refused = send("?strict=1", differing()).await;
    assert_eq!(refused.problem(), (422, "contradiction"));
    assert_eq!(refused.pointers(), ["#/version"]);
    // What the form says is closer.
    let taken = send("?strict=true", differing().text("strict", "0")).await;
    assert_eq!((taken.status.as_u16(), taken.text("/warnings/0/code")), (201, "version-differs"));
    assert_eq!(send("?strict=perhaps", differing()).await.pointers(), ["?strict"]);
    assert_eq!(send("?strict=0", differing()).await.status, 200);
}
