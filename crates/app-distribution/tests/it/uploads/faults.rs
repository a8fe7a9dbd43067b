//! What is not tus, not an upload, or too much.

use securevox_testkit::Ask;
use sqlx::PgPool;

use super::{PIECE, append, begin, begun, offset, send, tus};
use crate::make::{Scene, ipa};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn abilities_are_told_to_anybody(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_UPLOAD_MAX_BYTES", "1M")]).await;
    let answer = Ask::new("OPTIONS", "/api/uploads/").of(&scene.router).await;
    assert_eq!((answer.status.as_u16(), answer.header("tus-version")), (204, "1.0.0"));
    assert_eq!(answer.header("tus-max-size"), "1048576");
    assert!(answer.header("tus-extension").contains("creation,"), "{answer:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_version_is_refused(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 10).await;
    for (method, path) in [("POST", "/api/uploads"), ("PATCH", &path), ("DELETE", &path)] {
        let ask = Ask::new(method, path).by(&scene.ada).header("tus-resumable", "0.2.2");
        let answer = ask.header("upload-length", "10").of(&scene.router).await;
        assert_eq!(answer.problem(), (412, "other-tus-version"), "{method}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn lengths_are_checked_before_anything_comes(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_UPLOAD_MAX_BYTES", "1M")]).await;
    let too_large = begin(&scene, (1 << 20) + 1, "").await;
    assert_eq!(too_large.problem(), (413, "too-large"));
    for length in ["", "0", "-1", "1e3", "99999999999999999999"] {
        let ask = tus("POST", "/api/uploads", &scene.ada).header("upload-length", length);
        assert_eq!(ask.of(&scene.router).await.status, 422, "{length}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn bad_metadata_is_refused_at_once(db: PgPool) {
    let scene = Scene::on(db).await;
    let many: Vec<String> = (0..41).map(|n| format!("n{n} YQ==")).collect();
    for metadata in
        ["version %%%", "platform d2luZG93cw==", "name gA==", "a YQ==,a YQ==", &many.join(",")]
    {
        let answer = begin(&scene, 10, metadata).await;
        assert_eq!(answer.problem(), (422, "invalid-request"), "{metadata}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_piece_continues_what_has_come_and_no_more(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 1000).await;
    append(&scene, &path, 0, &[7; 500]).await;
    for wrong in [0, 499, 501, 1000] {
        let answer = append(&scene, &path, wrong, &[7; 10]).await;
        assert_eq!(answer.problem(), (409, "wrong-offset"), "{wrong}");
    }
    assert_eq!(
        append(&scene, &path, 500, &[7; 501]).await.problem(),
        (413, "longer-than-announced")
    );
    assert_eq!(offset(&scene, &path).await, "500");

    let without = tus("PATCH", &path, &scene.ada).body(PIECE, "x").of(&scene.router).await;
    assert_eq!(without.status, 422);
    let ask = tus("PATCH", &path, &scene.ada).header("upload-offset", "500");
    let answer = ask.body("text/plain", "x").of(&scene.router).await;
    assert_eq!(answer.problem(), (415, "not-a-piece"));
    assert_eq!(append(&scene, &path, 500, &[]).await.status, 204);
    assert_eq!(offset(&scene, &path).await, "500");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn other_methods_may_be_named_in_a_header(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 1000).await;
    let ask =
        |method: &str| tus("POST", &path, &scene.ada).header("x-http-method-override", method);
    let answer = send(&scene.router, ask("PATCH"), 0, &[7; 10]).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (204, "10"));
    assert_eq!(ask("PUT").of(&scene.router).await.status, 405);
    assert_eq!(ask("DELETE").of(&scene.router).await.status, 204);
    assert_eq!(ask("DELETE").of(&scene.router).await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_so_many_are_left_unfinished(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_UPLOADS_UNFINISHED_PER_ACCOUNT", "2")]).await;
    let package = ipa("1.0");
    let path = begun(&scene, package.len()).await;
    let (one, other) = tokio::join!(begin(&scene, 10, ""), begin(&scene, 10, ""));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 429]);
    let refused = begin(&scene, 10, "").await;
    assert_eq!(refused.problem(), (429, "too-many-unfinished-uploads"));
    assert!(!refused.header("retry-after").is_empty());
    append(&scene, &path, 0, &package).await;
    super::settled(&scene, &path).await;
    assert_eq!(begin(&scene, 10, "").await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_comes_in_so_many_pieces_at_most(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let path = begun(&scene, 20_000).await;
    let insert = sqlx::query!(
        "with upload as (update uploads set received = 10000 returning id)
         insert into upload_pieces (id, upload_id, first, size)
         select gen_random_uuid(), upload.id, n, 1 from upload, generate_series(0, 9999) n"
    );
    insert.execute(&db).await.unwrap();
    let refused = append(&scene, &path, 10_000, b"x").await;
    assert_eq!(refused.problem(), (409, "too-many-pieces"));
}
