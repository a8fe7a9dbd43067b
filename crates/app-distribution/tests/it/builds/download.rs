//! `GET /api/builds/{build}/download` and the links it gives out.

use std::fs;

use securevox_testkit::{Answer, Ask, Form};
use sqlx::PgPool;

use crate::make::{APK, BUNDLE, Scene, ipa, ipa_of, sha256};

/// A build of 300,000 bytes and more, and a link to it.
async fn linked(scene: &Scene) -> (Vec<u8>, String) {
    let package = ipa_of(BUNDLE, "1.0", 300_000);
    let build = scene.build(&package).await;
    (package, link(scene, &build).await)
}

async fn link(scene: &Scene, build: &Answer) -> String {
    let path = format!("/api/builds/{}/download/", build.text("/id"));
    let answer = scene.ada.get(&scene.router, &path).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("location").to_owned()
}

async fn get(scene: &Scene, link: &str, headers: &[(&'static str, &str)]) -> Answer {
    let ask = Ask::new("GET", link);
    headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).of(&scene.router).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_opens_the_package_without_a_token(db: PgPool) {
    let scene = Scene::on(db).await;
    let (package, link) = linked(&scene).await;
    assert!(link.starts_with("/api/downloads/"), "{link}");

    let answer = get(&scene, &link, &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.bytes == package, "other bytes came back");
    let told = ["content-length", "content-type", "accept-ranges", "content-disposition"];
    let expected = [
        &package.len().to_string(),
        "application/octet-stream",
        "bytes",
        "attachment; filename=\"App.ipa\"; filename*=UTF-8''App.ipa",
    ];
    assert_eq!(told.map(|name| answer.header(name)), expected);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_head_tells_everything_but_the_bytes(db: PgPool) {
    let scene = Scene::on(db).await;
    let (package, link) = linked(&scene).await;
    let answer = Ask::new("HEAD", &link).of(&scene.router).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, 0));
    assert_eq!(answer.header("content-length"), package.len().to_string());
    let part = Ask::new("HEAD", &link).header("range", "bytes=0-9").of(&scene.router).await;
    assert_eq!(part.bytes.len(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn parts_can_be_asked_for(db: PgPool) {
    let scene = Scene::on(db).await;
    let (package, link) = linked(&scene).await;
    let size = package.len();
    for (range, first, last) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=100-199999".to_owned(), 100, 199_999),
        (format!("bytes={}-", size - 7), size - 7, size - 1),
        ("bytes=-500".to_owned(), size - 500, size - 1),
        (format!("bytes=5-{}", size + 1_000), 5, size - 1),
    ] {
        let answer = get(&scene, &link, &[("range", &range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {first}-{last}/{size}"));
        assert_eq!(answer.header("content-length"), (last - first + 1).to_string());
        assert!(answer.bytes == package[first..=last], "{range}");
    }
    for range in [format!("bytes={size}-"), "bytes=-0".to_owned()] {
        let answer = get(&scene, &link, &[("range", &range)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (416, 0), "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{size}"));
    }
    for ignored in ["bytes=9-3", "lines=1-2", "bytes=0-9,20-29"] {
        let answer = get(&scene, &link, &[("range", ignored)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, size), "{ignored}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_the_client_has_is_not_sent_again(db: PgPool) {
    let scene = Scene::on(db).await;
    let (package, link) = linked(&scene).await;
    let whole = get(&scene, &link, &[]).await;
    let etag = whole.header("etag");
    assert_eq!(etag, format!("\"{}\"", sha256(&package)));

    for tags in [etag, "*", &format!("\"other\", W/{etag}")] {
        let answer = get(&scene, &link, &[("if-none-match", tags)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0), "{tags}");
        assert_eq!(answer.header("etag"), etag);
    }
    assert_eq!(get(&scene, &link, &[("if-none-match", "\"other\"")]).await.status, 200);

    let range = ("range", "bytes=10-19");
    for (tag, status) in [(etag, 206), ("\"other\"", 200), (&format!("W/{etag}"), 200)] {
        let answer = get(&scene, &link, &[range, ("if-range", tag)]).await;
        assert_eq!(answer.status, status, "{tag}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_old_link_is_gone(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_DOWNLOAD_LIFETIME", "0s")]).await;
    let (_, link) = linked(&scene).await;
    assert_eq!(get(&scene, &link, &[]).await.problem(), (410, "link-expired"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_that_is_not_ours_opens_nothing(db: PgPool) {
    let scene = Scene::on(db).await;
    let (_, link) = linked(&scene).await;
    let (rest, last) = link.split_at(link.len() - 1);
    let forged = format!("{rest}{}", if last == "A" { "B" } else { "A" });
    for path in [&forged, "/api/downloads/x", "/api/downloads/%00", &format!("{link}A")] {
        assert_eq!(get(&scene, path, &[]).await.problem(), (404, "about:blank"), "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_name_in_any_script_is_kept(db: PgPool) {
    let scene = Scene::on(db).await;
    let form = Form::default().file("app_file", "../Caffè 1.apk", APK);
    let build = scene.upload(form).await;
    assert_eq!(build.text("/file_name"), "Caffè 1.apk");
    let answer = get(&scene, &link(&scene, &build).await, &[]).await;
    let expected = "attachment; filename=\"Caff_ 1.apk\"; filename*=UTF-8''Caff%C3%A8%201.apk";
    assert_eq!(answer.header("content-disposition"), expected);
    assert_eq!(answer.header("content-type"), "application/vnd.android.package-archive");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_package_that_is_missing_is_our_fault(db: PgPool) {
    let scene = Scene::on(db).await;
    let (_, link) = linked(&scene).await;
    for file in scene.house.files("storage/builds") {
        fs::remove_file(file).unwrap();
    }
    let answer = get(&scene, &link, &[]).await;
    assert_eq!(answer.problem(), (500, "about:blank"));
    assert_eq!(answer.body["detail"], serde_json::Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_is_followed_so_often(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_DOWNLOADS_PER_LINK", "2")]).await;
    let build = scene.build(&ipa_of(BUNDLE, "1.0", 1_000)).await;
    let first = link(&scene, &build).await;
    for headers in [&[][..], &[("range", "bytes=0-9")]] {
        assert!(get(&scene, &first, headers).await.status.is_success());
    }
    let limited = get(&scene, &first, &[]).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    assert!(limited.header("retry-after").parse::<u64>().unwrap() > 1_700);
    // Another link to the same build has its own.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(get(&scene, &link(&scene, &build).await, &[]).await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_download_is_noted_once_for_each_link(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let path = format!("/api/builds/{}/download", build.text("/id"));
    let link = scene.ada.get(&scene.router, &path).await.header("location").to_owned();
    let noted = async || {
        let query = sqlx::query!("select account_id, agent from downloads");
        query.fetch_all(&db).await.unwrap()
    };
    Ask::new("HEAD", &link).of(&scene.router).await;
    assert_eq!(noted().await.len(), 0);
    for range in ["bytes=0-9", "bytes=10-"] {
        let ask = Ask::new("GET", &link).header("range", range).header("user-agent", "Tester/1");
        assert_eq!(ask.of(&scene.router).await.status, 206);
    }
    let rows = noted().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].account_id, Some(scene.ada.account.0));
    assert_eq!(rows[0].agent.as_deref(), Some("Tester/1"));
}
