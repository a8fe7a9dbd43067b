//! From the page to the last byte, as the installer of iOS goes.

use securevox_testkit::Browser;
use serde_json::json;
use sqlx::PgPool;

use super::{HTTPS, Ios, manifest_of, page};
use crate::{
    make::{SERVICE, Scene, form, installable, ipa_of},
    people::{group, invite, open, path},
};

/// Width and height of an ordinary PNG.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&png[12..16], b"IHDR", "Apple's variant begins with another chunk");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn everything_is_fetched_without_cookies(db: PgPool) {
    let scene = Scene::at(db, HTTPS, &[]).await;
    let package = installable("Ärger & Söhne <1>", "1.0");
    let build = scene.build(&package).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = page(&mut browser, &scene, build.text("/id")).await;
    let ios = Ios(&scene.router);
    let (assets, metadata) = ios.manifest(&manifest_of(&shown)).await;
    assert_eq!(metadata["title"].as_string(), Some("Ärger & Söhne <1>"));
    assert_eq!(metadata["bundle-identifier"].as_string(), Some("com.example.app"));
    let kinds: Vec<&str> = assets.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["software-package", "display-image", "full-size-image"]);
    for ((_, url), side) in assets[1..].iter().zip([57, 512]) {
        assert!(url.starts_with("https://app.example.org/i/"), "{url}");
        let image = ios.get(url, None).await;
        assert_eq!((image.status.as_u16(), image.header("content-type")), (200, "image/png"));
        assert_eq!(size(&image.bytes), (side, side));
        assert_eq!(ios.status(url).await, 200);
        let again = securevox_testkit::Ask::new("GET", path(url))
            .header("if-none-match", image.header("etag"))
            .of(&scene.router)
            .await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    }

    let url = &assets[0].1;
    let mut fetched: Vec<u8> = Vec::new();
    while fetched.len() < package.len() {
        let last = (fetched.len() + 20_000).min(package.len()) - 1;
        let part = ios.get(url, Some(&format!("bytes={}-{last}", fetched.len()))).await;
        assert_eq!((part.status.as_u16(), part.header("accept-ranges")), (206, "bytes"));
        let total = format!("bytes {}-{last}/{}", fetched.len(), package.len());
        assert_eq!(part.header("content-range"), total);
        assert!(!part.headers.contains_key("content-encoding"));
        fetched.extend(&part.bytes);
    }
    assert!(fetched == package, "other bytes came");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_without_an_icon_names_none(db: PgPool) {
    let scene = Scene::at(db.clone(), HTTPS, &[]).await;
    let build = scene.build(&ipa_of("com.example.bare", "1.0", 0)).await;
    super::distribute_as(&db, "ad_hoc").await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = page(&mut browser, &scene, build.text("/id")).await;
    let (assets, _) = Ios(&scene.router).manifest(&manifest_of(&shown)).await;
    assert_eq!(assets.len(), 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn each_link_is_for_its_own_thing(db: PgPool) {
    let scene = Scene::at(db, HTTPS, &[]).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let manifest = manifest_of(&page(&mut browser, &scene, build.text("/id")).await);
    let ios = Ios(&scene.router);
    let (assets, _) = ios.manifest(&manifest).await;
    let token =
        |url: &str| path(url).split('/').max_by_key(|part| part.len()).expect("a token").to_owned();
    let routes =
        ["/i/{}/manifest.plist", "/api/downloads/{}", "/i/{}/display.png", "/i/{}/full-size.png"];
    let urls: Vec<&str> = std::iter::once(manifest.as_str())
        .chain(assets.iter().map(|(_, url)| url.as_str()))
        .collect();
    for (of, url) in urls.iter().enumerate() {
        for (at, route) in routes.iter().enumerate() {
            let crossed = format!("https://x{}", route.replace("{}", &token(url)));
            let expected = if of == at { 200 } else { 404 };
            assert_eq!(ios.status(&crossed).await, expected, "{of} at {at}");
        }
    }
    for foreign in ["x", "%00", "AAAA"] {
        for route in ["manifest.plist", "display.png", "full-size.png"] {
            assert_eq!(ios.status(&format!("https://x/i/{foreign}/{route}")).await, 404);
        }
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn links_end_with_the_right_to_the_build(db: PgPool) {
    let scene = Scene::at(db.clone(), HTTPS, &[]).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let (bob, sign_in) = invite(&scene, &friends, "bob@example.org").await;
    let (mut browser, _) = open(&scene, &sign_in).await;
    let ios = Ios(&scene.router);
    let manifest = manifest_of(&page(&mut browser, &scene, id).await);
    let (assets, _) = ios.manifest(&manifest).await;
    let urls: Vec<&str> = std::iter::once(manifest.as_str())
        .chain(assets.iter().map(|(_, url)| url.as_str()))
        .collect();
    let statuses = async || {
        let mut statuses = Vec::new();
        for url in &urls {
            statuses.push(ios.status(url).await);
        }
        statuses
    };
    assert_eq!(statuses().await, [200; 4]);
    let at = format!("/api/builds/{id}");
    for (change, expected) in [
        (json!({"status": "inactive"}), 404),
        (json!({"status": "active", "expires_at": "2026-01-01T00:00:00Z"}), 410),
        (json!({"expires_at": null}), 200),
    ] {
        assert_eq!(scene.ada.patch(&scene.router, &at, change).await.status, 200);
        assert_eq!(statuses().await, [expected; 4]);
    }
    sqlx::query!("update builds set signing_expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(statuses().await, [410; 4]);
    sqlx::query!("update builds set signing_expires_at = null").execute(&db).await.unwrap();
    scene.ada.delete(&scene.router, &format!("/api/testers/{bob}")).await;
    assert_eq!(statuses().await, [404; 4], "the tester is gone");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn old_links_are_gone(db: PgPool) {
    let over = [("SECUREVOX_DOWNLOAD_LIFETIME", "0s")];
    let scene = Scene::at(db, HTTPS, &over).await;
    let build = scene.upload(form(&installable("Example", "1.0"))).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let ios = Ios(&scene.router);
    let shown = page(&mut browser, &scene, build.text("/id")).await;
    let (assets, _) = ios.manifest(&manifest_of(&shown)).await;
    for (kind, url) in &assets {
        assert_eq!(ios.status(url).await, 410, "{kind}");
    }
}
