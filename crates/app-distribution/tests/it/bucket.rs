//! Packages in a bucket: how they come in, and how they go out.

use securevox_testkit::{Answer, Ask, Browser, Bucket, Wire};
use sqlx::PgPool;

use crate::{
    make::{BUNDLE, SIGNED_APK, Scene, eventually, form, ipa, ipa_of},
    people::path,
};

async fn scene(db: PgPool, bucket: &Bucket, settings: &[(&str, &str)]) -> Scene {
    Scene::with(db, &[&bucket.variables(), settings].concat()).await
}

/// The signed link of ours to a build.
async fn link(scene: &Scene, build: &Answer) -> String {
    let path = format!("/api/builds/{}/download", build.text("/id"));
    scene.ada.get(&scene.router, &path).await.header("location").to_owned()
}

/// What a client gets that follows a link to the bucket.
async fn follow(link: &str, headers: &str) -> Answer {
    let (_, rest) = link.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut wire = Wire::open(host).await;
    wire.send(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n")).await;
    wire.answer().await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_download_is_sent_on_to_the_bucket(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let scene = scene(db, &bucket, &[]).await;
    let package = ipa_of(BUNDLE, "1.0", 300_000);
    let build = scene.build(&package).await;
    assert_eq!(bucket.objects().await, [format!("builds/{}", build.text("/id"))]);
    assert_eq!(scene.files(), (0, 0));

    let ours = link(&scene, &build).await;
    let answer = Ask::new("GET", &ours).of(&scene.router).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (302, "no-store"));
    let theirs = answer.header("location");
    let answer = follow(theirs, "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.bytes == package, "other bytes came back");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    let disposition = "attachment; filename=\"App.ipa\"; filename*=UTF-8''App.ipa";
    assert_eq!(answer.header("content-disposition"), disposition);

    let part = follow(theirs, "Range: bytes=100-199999\r\n").await;
    assert_eq!(part.status, 206);
    assert!(part.bytes == package[100..=199_999], "other bytes came back");
    let known = format!("If-None-Match: {}\r\n", answer.header("etag"));
    assert_eq!(follow(theirs, &known).await.status, 304);
    let forged = theirs.replace("App.ipa", "Evil.ipa");
    assert_eq!(follow(&forged, "").await.status, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_direct_link_lives_no_longer_than_ours(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let scene = scene(db, &bucket, &[("SECUREVOX_DOWNLOAD_LIFETIME", "90s")]).await;
    let build = scene.build(&ipa("1.0")).await;
    let answer = Ask::new("GET", &link(&scene, &build).await).of(&scene.router).await;
    let (_, rest) = answer.header("location").split_once("X-Amz-Expires=").unwrap();
    let lifetime: u32 = rest.split('&').next().unwrap().parse().unwrap();
    assert!((30..=90).contains(&lifetime), "{lifetime}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_download_may_come_through_us(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let scene = scene(db, &bucket, &[("SECUREVOX_S3_DIRECT_DOWNLOADS", "false")]).await;
    let package = ipa_of(BUNDLE, "1.0", 300_000);
    let link = link(&scene, &scene.build(&package).await).await;
    let whole = Ask::new("GET", &link).of(&scene.router).await;
    assert_eq!(whole.status, 200);
    assert!(whole.bytes == package, "other bytes came back");
    let part = Ask::new("GET", &link).header("range", "bytes=-500").of(&scene.router).await;
    assert_eq!(part.status, 206);
    assert!(part.bytes == package[package.len() - 500..], "other bytes came back");
    let head = Ask::new("HEAD", &link).of(&scene.router).await;
    assert_eq!(head.header("content-length"), package.len().to_string());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_same_package_again_stores_nothing(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let scene = scene(db, &bucket, &[]).await;
    scene.build(&ipa("1.0")).await;
    assert_eq!(scene.upload(form(&ipa("1.0"))).await.status, 200);
    assert_eq!(bucket.objects().await.len(), 1);
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_bucket_that_does_not_answer_is_told_as_such(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let mut variables = bucket.variables();
    variables[0].1 = "http://127.0.0.1:1";
    let scene = Scene::with(db, &variables).await;
    let answer = scene.upload(form(&ipa("1.0"))).await;
    assert_eq!(answer.problem(), (503, "storage-unavailable"));
    eventually(async || scene.files() == (0, 0)).await;
    let builds = scene.ada.get(&scene.router, "/api/builds/").await;
    assert!(builds.status == 200 && !builds.bytes.is_empty(), "{builds:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_anybody_may_install_is_handed_out_by_the_cdn_until_it_is_withdrawn(db: PgPool) {
    let Some(bucket) = Bucket::open().await else { return };
    let cdn = bucket.endpoint();
    let scene = scene(db.clone(), &bucket, &[("SECUREVOX_S3_CDN_URL", cdn)]).await;
    let build = scene.build(SIGNED_APK).await;
    let id = build.text("/id");
    let page = format!("/builds/{id}");
    // Each look at the page makes another link.
    let theirs = async || {
        let mut stranger = Browser::at(&scene.house.base.urls.distribution);
        let shown = stranger.get(&scene.router, &page).await;
        let ours = path(shown.between("large\" href=\"", "\"")).to_owned();
        Ask::new("GET", &ours).of(&scene.router).await.header("location").to_owned()
    };
    let now = async |kind: &str| {
        let due = sqlx::query!("update jobs set run_at = now() where kind = $1", kind);
        due.execute(&db).await.unwrap();
    };
    let copies = async || {
        let objects = bucket.objects().await;
        objects.into_iter().filter(|name| name.starts_with("public/")).collect::<Vec<_>>()
    };
    // Members are sent to signed links, and nothing is made for them.
    let signed = Ask::new("GET", &link(&scene, &build).await).of(&scene.router).await;
    assert!(signed.header("location").contains("X-Amz-Signature"));
    assert!(copies().await.is_empty());

    sqlx::query!("update apps set access = 'public'").execute(&db).await.unwrap();
    assert!(theirs().await.contains("X-Amz-Signature"), "there is no copy yet");
    eventually(async || !theirs().await.contains("X-Amz-Signature")).await;
    let copied = theirs().await;
    assert_eq!(copied, format!("{cdn}/{}/{}", bucket.prefix(), copies().await[0]));
    assert!(!copied.contains(id), "its name is told by nothing else");
    let copy = bucket.get(&copies().await[0]).await;
    assert!(copy.is_public, "the CDN has no key");
    assert!(copy.bytes == SIGNED_APK, "other bytes came back");
    assert_eq!(copy.cache_control, "public, max-age=300");
    assert_eq!(copy.media_type, "application/vnd.android.package-archive");
    assert!(copy.disposition.starts_with("attachment; "), "{}", copy.disposition);

    sqlx::query!("update apps set access = 'members'").execute(&db).await.unwrap();
    now("withdraw-public-copies").await;
    eventually(async || copies().await.is_empty()).await;
    // Public again, it gets another name; which goes with the build.
    sqlx::query!("update apps set access = 'public'").execute(&db).await.unwrap();
    theirs().await;
    eventually(async || !copies().await.is_empty()).await;
    assert_ne!(theirs().await, copied);
    assert_eq!(scene.ada.delete(&scene.router, &format!("/api/builds/{id}")).await.status, 204);
    now("withdraw-public-copies").await;
    eventually(async || copies().await.is_empty()).await;
}
