//! Uploads that come to their end, and those that are given up.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use securevox_app_distribution::Distribution;
use securevox_testkit::{House, Person, Wire};
use sqlx::PgPool;

use super::{PIECE, append, begin, begun, offset, pieces, settled, tus};
use crate::make::{BUNDLE, Scene, eventually, ipa, ipa_of, sha256};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pieces_become_a_build(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let notes = BASE64_STANDARD.encode("Works on trains");
    let name = BASE64_STANDARD.encode("../My App.ipa");
    let metadata = format!("filename {name},release_notes {notes},filetype");
    let answer = begin(&scene, package.len(), &metadata).await;
    assert_eq!((answer.status.as_u16(), answer.header("tus-resumable")), (201, "1.0.0"));
    assert_eq!(answer.header("upload-offset"), "0");
    let path = answer.header("location").to_owned();

    let (first, second) = package.split_at(100);
    let answer = append(&scene, &path, 0, first).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (204, "100"));
    assert!(answer.header("upload-expires").ends_with(" GMT"), "{answer:?}");
    assert_eq!(offset(&scene, &path).await, "100");
    assert_eq!(scene.ada.get(&scene.router, &path).await.text("/state"), "receiving");
    assert_eq!(append(&scene, &path, 100, second).await.status, 204);

    let upload = settled(&scene, &path).await;
    assert_eq!(upload.text("/state"), "done");
    let build = format!("/api/builds/{}", upload.text("/build_id"));
    let build = scene.ada.get(&scene.router, &build).await;
    assert_eq!(build.text("/sha256"), sha256(&package));
    assert_eq!(build.text("/release_notes"), "Works on trains");
    assert_eq!(build.text("/file_name"), "My App.ipa");
    let warned = build.body["warnings"].to_string();
    assert!(!warned.contains("unknown-field"), "{warned}");
    eventually(async || pieces(&scene) == 0).await;
    assert_eq!(scene.files(), (0, 1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_first_piece_may_come_along(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let ask = tus("POST", "/api/uploads", &scene.ada);
    let ask = ask.header("upload-length", &package.len().to_string());
    let answer = ask.body(PIECE, package.clone()).of(&scene.router).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("upload-offset"), package.len().to_string());
    assert_eq!(settled(&scene, answer.header("location")).await.text("/state"), "done");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_came_before_the_line_broke_is_kept(db: PgPool) {
    let house = House::on(db.clone()).await;
    let serving = house.serve::<Distribution>(&[]).await;
    let router = house.router::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    let scene = Scene { house, router, ada };
    // More than is made safe at a time.
    let package = ipa_of(BUNDLE, "1.0", 20 << 20);
    let path = begun(&scene, package.len()).await;

    let mut wire = Wire::open(&serving.url).await;
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Token {}\r\nTus-Resumable: 1.0.0\r\n\
         Content-Type: {PIECE}\r\nUpload-Offset: 0\r\nContent-Length: {}\r\n\r\n",
        scene.ada.token,
        package.len()
    );
    wire.send(head).await;
    wire.send(&package[..18 << 20]).await;
    eventually(async || pieces(&scene) == 1).await;
    drop(wire);
    eventually(async || pieces(&scene) == 2).await;

    let received: usize = offset(&scene, &path).await.parse().unwrap();
    assert!(received > 16 << 20 && received <= 18 << 20, "{received}");
    assert_eq!(append(&scene, &path, received, &package[received..]).await.status, 204);
    let upload = settled(&scene, &path).await;
    let build = format!("/api/builds/{}", upload.text("/build_id"));
    let build = scene.ada.get(&scene.router, &build).await;
    assert_eq!(build.text("/sha256"), sha256(&package));
    scene.house.base.lifecycle.drain();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_two_pieces_for_one_place_one_is_taken(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let path = begun(&scene, package.len()).await;
    let (one, other) = tokio::join!(
        append(&scene, &path, 0, &package[..200]),
        append(&scene, &path, 0, &package[..300]),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(pieces(&scene), 1);
    let received: usize = offset(&scene, &path).await.parse().unwrap();
    append(&scene, &path, received, &package[received..]).await;
    assert_eq!(settled(&scene, &path).await.text("/state"), "done");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_package_is_refused_in_words(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 9).await;
    append(&scene, &path, 0, b"not a zip").await;
    let upload = settled(&scene, &path).await;
    assert_eq!(upload.text("/state"), "refused");
    assert_eq!(upload.text("/problem/type"), "/problems/not-a-package");
    assert!(upload.text("/problem/detail").contains("not an app package"));
    eventually(async || pieces(&scene) == 0).await;
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_is_given_up_on_demand(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 1000).await;
    append(&scene, &path, 0, &[7; 500]).await;
    assert_eq!(pieces(&scene), 1);
    let answer = tus("DELETE", &path, &scene.ada).of(&scene.router).await;
    assert_eq!(answer.status, 204);
    assert_eq!(pieces(&scene), 0);
    let gone = scene.ada.get(&scene.router, &path).await;
    assert_eq!(gone.problem(), (404, "no-such-upload"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_that_nobody_finishes_is_forgotten(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let path = begun(&scene, 1000).await;
    append(&scene, &path, 0, &[7; 500]).await;
    for file in scene.house.files("storage/upload-pieces") {
        let file = fs::File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_hours(48)).unwrap();
    }
    // The sweep that every start begins with is over, and takes nothing meanwhile.
    eventually(async || {
        let later = sqlx::query_scalar!(
            r#"select run_at > now() as "later!" from jobs where kind = 'sweep-uploads'"#
        );
        later.fetch_one(&db).await.unwrap()
    })
    .await;
    sqlx::query!("update uploads set expires_at = now() - interval '1 second'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(append(&scene, &path, 500, &[7; 500]).await.problem(), (410, "upload-expired"));

    eventually(async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'sweep-uploads'")
            .execute(&db)
            .await
            .unwrap();
        pieces(&scene) == 0
    })
    .await;
    assert_eq!(scene.ada.get(&scene.router, &path).await.problem(), (404, "no-such-upload"));
}

/// Its job was given up, because all its tries failed.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_that_cannot_be_read_does_not_wait_for_ever(db: PgPool) {
    let settings = [("SECUREVOX_UPLOADS_UNFINISHED_PER_ACCOUNT", "1")];
    let scene = Scene::with(db.clone(), &settings).await;
    let path = begun(&scene, 1000).await;
    append(&scene, &path, 0, &[7; 500]).await;
    for piece in scene.house.files("storage/upload-pieces") {
        fs::remove_file(piece).unwrap();
    }
    append(&scene, &path, 500, &[7; 500]).await;
    let sweep = async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'sweep-uploads'")
            .execute(&db)
            .await
            .unwrap();
    };
    eventually(async || {
        sweep().await;
        let given_up = sqlx::query!(
            "update jobs set dead_at = now()
             where kind = 'finish-upload' and attempts > 0 and lease is null"
        );
        given_up.execute(&db).await.unwrap().rows_affected() == 1
    })
    .await;
    eventually(async || {
        sweep().await;
        scene.ada.get(&scene.router, &path).await.text("/state") == "refused"
    })
    .await;
    let told = scene.ada.get(&scene.router, &path).await;
    assert_eq!(told.text("/problem/type"), "/problems/upload-failed");
    assert_eq!(begin(&scene, 10, "").await.status, 201, "its place is free");
    let pieces = sqlx::query!("select id from upload_pieces").fetch_all(&db).await.unwrap();
    assert!(pieces.is_empty());
}
