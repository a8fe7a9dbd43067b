//! The pages of builds: who sees them, in which language, and what a phone fetches from them.

use plist::Value;
use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    make::{APK, BUNDLE, SERVICE, SIGNED_APK, Scene, form, installable, ipa},
    people::{group, tester},
};

/// An address that iOS would install from.
const HTTPS: &[(&str, &str)] = &[("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];

fn path(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap()
}

/// The address in the install button of an iOS build.
fn manifest_of(html: &str) -> String {
    let start = html.find("itms-services://").expect("an install button");
    let link = html[start..].split('"').next().unwrap().replace("&#38;", "&");
    let (head, encoded) = link.split_once("&url=").unwrap();
    assert_eq!(head, "itms-services://?action=download-manifest");
    assert!(!encoded.contains(['&', '?', '/', ' ']), "{encoded}");
    encoded.replace("%3A", ":").replace("%2F", "/")
}

fn has_no_inline_code(html: &str) {
    for inline in ["<style", "style=\"", "<script>", "onclick", "onsubmit", "javascript:"] {
        assert!(!html.contains(inline), "{inline} in {html}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn everybody_sees_the_apps_that_are_theirs(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    scene.build(APK).await;
    let page = format!("/builds/{}", build.text("/id"));
    let stranger = Person::named("sam", &scene.house).await;
    let admin = Person::admin("root", &scene.house).await;
    for (person, sees) in [(&scene.ada, true), (&admin, true), (&stranger, false)] {
        let mut browser = Browser::of(person, SERVICE, &scene.house);
        let list = browser.get(&scene.router, "/").await;
        assert_eq!(list.html().contains("Example"), sees);
        assert_eq!(browser.get(&scene.router, &page).await.status, if sees { 200 } else { 404 });
        let ios = browser.get(&scene.router, "/ios/").await;
        assert!(!ios.html().contains("STFService"));
        let android = browser.get(&scene.router, "/android/").await;
        assert_eq!(android.html().contains("STFService"), sees);
    }
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    assert!(!nobody.get(&scene.router, "/").await.html().contains("Example"));
    for page in [page.as_str(), "/builds/x", "/admin/"] {
        let answer = nobody.get(&scene.router, page).await;
        assert_eq!(answer.status, 303, "{page}");
        assert!(answer.header("location").starts_with("/session?path=%2F"), "{page}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_install_link_opens_its_build_alone(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let other = scene.build(APK).await;
    let mut holder = Browser::at(&scene.house.base.urls.distribution);
    let link = path(build.text("/install_url")).to_owned();
    let page = holder.get(&scene.router, &link).await;
    assert_eq!(page.status, 200);
    // The link is passed on as it is: nobody makes a longer-lived one of it.
    assert!(page.html().contains(&format!("data-copy=\"{}\"", build.text("/install_url"))));
    let qr = holder.get(&scene.router, path(build.text("/qr_svg_url"))).await;
    assert_eq!((qr.status.as_u16(), qr.header("content-type")), (200, "image/svg+xml"));
    assert!(qr.html().starts_with("<svg"));

    let (_, token) = link.split_once('?').unwrap();
    let foreign = format!("/builds/{}?{token}", other.text("/id"));
    assert_eq!(holder.get(&scene.router, &foreign).await.status, 404);
    let forged = format!("/builds/{}?link=x", build.text("/id"));
    let forged = holder.get(&scene.router, &forged).await;
    assert_eq!(forged.status, 404);
    assert!(forged.html().contains("Ask whoever sent it for a new one."), "{}", forged.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_page_leads_to_what_is_newer(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut ids = Vec::new();
    for (version, channel) in [("1.0", "beta"), ("1.1", "beta"), ("2.0", "nightly")] {
        let form = form(&installable("Example", version)).text("channel", channel);
        ids.push(scene.upload(form).await.text("/id").to_owned());
    }
    let build = scene.ada.get(&scene.router, &format!("/api/builds/{}", ids[0])).await;
    let group = group(&scene, "Friends", build.text("/app/id"), true).await;
    let mut bob = tester(&scene, &group, "bob@example.org").await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    for browser in [&mut bob, &mut ada] {
        let old = browser.get(&scene.router, &format!("/builds/{}", ids[0])).await;
        let newer = format!("There is a newer build: <a href=\"/builds/{}\">", ids[1]);
        assert!(old.html().contains(&newer), "{}", old.html());
        for newest in &ids[1..] {
            let page = browser.get(&scene.router, &format!("/builds/{newest}")).await;
            assert!(!page.html().contains("There is a newer build"), "{}", page.html());
        }
    }
    // Of what is not offered no tester is told.
    let hidden = format!("/api/builds/{}", ids[1]);
    scene.ada.patch(&scene.router, &hidden, json!({"status": "inactive"})).await;
    let old = bob.get(&scene.router, &format!("/builds/{}", ids[0])).await;
    assert!(!old.html().contains("There is a newer build"), "{}", old.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn ios_installs_without_cookies(db: PgPool) {
    let scene = Scene::at(db, HTTPS, &[]).await;
    let package = installable("Example", "1.0");
    let build = scene.build(&package).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/builds/{}", build.text("/id"))).await;
    let manifest = manifest_of(page.html());
    assert!(manifest.starts_with("https://app.example.org/i/"), "{manifest}");

    let answer = Ask::new("GET", path(&manifest)).of(&scene.router).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    let plist = Value::from_reader_xml(answer.bytes.as_slice()).unwrap();
    let item = plist.as_dictionary().unwrap()["items"].as_array().unwrap()[0].as_dictionary();
    let item = item.unwrap();
    let text =
        |of: &Value, key: &str| of.as_dictionary().unwrap()[key].as_string().unwrap().to_owned();
    assert_eq!(text(&item["metadata"], "bundle-identifier"), BUNDLE);
    assert_eq!(text(&item["metadata"], "bundle-version"), "1.0");
    assert_eq!(text(&item["metadata"], "kind"), "software");
    assert_eq!(text(&item["metadata"], "title"), "Example");
    let asset = &item["assets"].as_array().unwrap()[0];
    assert_eq!(text(asset, "kind"), "software-package");
    let fetched = Ask::new("GET", path(&text(asset, "url"))).of(&scene.router).await;
    assert_eq!(fetched.header("content-type"), "application/octet-stream");
    assert_eq!(fetched.bytes, package);

    // Each link is for its own thing.
    let (_, token) = path(&manifest).split_at(3);
    let token = token.trim_end_matches("/manifest.plist");
    let download = Ask::new("GET", &format!("/api/downloads/{token}")).of(&scene.router).await;
    assert_eq!(download.status, 404);
    for missing in ["/i/x/manifest.plist", "/manifest.plist"] {
        let answer = Ask::new("GET", missing).of(&scene.router).await;
        assert_eq!(answer.status, 404, "{missing}");
        assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn links_that_are_over_say_so(db: PgPool) {
    let settings = [("SECUREVOX_MANIFEST_LIFETIME", "0s"), ("SECUREVOX_DOWNLOAD_LIFETIME", "0s")];
    let scene = Scene::with(db, &settings).await;
    let id = scene.build(&installable("Example", "1.0")).await.text("/id").to_owned();
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/builds/{id}")).await;
    let manifest = manifest_of(page.html());
    let answer = Ask::new("GET", path(&manifest)).of(&scene.router).await;
    assert_eq!(answer.status, 410);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");

    let apk = scene.build(APK).await.text("/id").to_owned();
    let page = browser.get(&scene.router, &format!("/builds/{apk}")).await;
    let package = page.between("href=\"http://localhost:8083/api/downloads/", "\"");
    let link = format!("/api/downloads/{package}");
    assert_eq!(Ask::new("GET", &link).of(&scene.router).await.problem(), (410, "link-expired"));
    let told = browser.get(&scene.router, &link).await;
    assert_eq!(told.status, 410);
    assert!(told.html().contains("This link has expired"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_speak_both_languages_and_escape_what_people_wrote(db: PgPool) {
    let scene = Scene::on(db).await;
    let evil = form(&installable("Example", "1.0"))
        .text("release_notes", "<script>alert(1)</script> & more")
        .text("channel", "\"><img src=x>");
    let id = scene.upload(evil).await.text("/id").to_owned();
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    for (language, install, upload) in
        [("en", "Install", "Upload a build"), ("it", "Installa", "Carica una build")]
    {
        language.clone_into(&mut browser.language);
        let build = browser.get(&scene.router, &format!("/builds/{id}")).await;
        assert!(build.html().contains(&format!("</svg>{install}</a>")), "{}", build.html());
        assert!(build.html().contains("&lt;script&gt;"), "{}", build.html());
        assert!(!build.html().contains("<img src=x"));
        let form = browser.get(&scene.router, "/admin/").await;
        assert!(form.html().contains(upload));
        let list = browser.get(&scene.router, "/").await;
        for page in [&build, &form, &list] {
            has_no_inline_code(page.html());
            assert!(page.bytes.len() < 30_000);
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'self'; "), "{policy}");
        }
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_session_arrives_once_in_the_browser_that_asked(db: PgPool) {
    use securevox_core::auth::single_use;
    let scene = Scene::on(db.clone()).await;
    let mut conn = db.acquire().await.unwrap();
    let mut code = async |seconds| {
        let expires = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
        let purpose = single_use::session_purpose(SERVICE);
        let session = Some(scene.ada.session);
        single_use::issue(&mut conn, &purpose, session, expires).await.unwrap().to_string()
    };
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let asked = browser.get(&scene.router, "/session?path=/android").await;
    let login = asked.header("location");
    assert!(login.starts_with("http://localhost:8080/login?to=app-distribution&state="), "{login}");
    assert!(login.ends_with("&path=%2Fandroid"), "{login}");
    let state = login.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();

    let good = code(60).await;
    let arrive = |code: &str, state: &str, path: &str| {
        format!("/session?code={code}&state={state}&path={path}")
    };
    let mut other = Browser::at(&scene.house.base.urls.distribution);
    other.get(&scene.router, "/session").await;
    assert_eq!(other.get(&scene.router, &arrive(&good, &state, "/")).await.status, 403);
    assert_eq!(browser.get(&scene.router, &arrive(&good, "x", "/")).await.status, 403);
    let expired = code(0).await;
    assert_eq!(browser.get(&scene.router, &arrive(&expired, &state, "/")).await.status, 403);

    let arrived = browser.get(&scene.router, &arrive(&good, &state, "//evil.example")).await;
    assert_eq!((arrived.status.as_u16(), arrived.header("location")), (303, "/"));
    assert!(browser.get(&scene.router, "/").await.html().contains("ada"));
    assert_eq!(browser.get(&scene.router, &arrive(&good, &state, "/")).await.status, 403);

    // A session that was revoked is over at once; so is the one of whoever signs out.
    let csrf = browser.get(&scene.router, "/").await.hidden("csrf").to_owned();
    let mut thief = browser.clone();
    let out = browser.post(&scene.router, "/logout", &[("csrf", &csrf)]).await;
    assert!(out.header("location").starts_with("http://localhost:8080/logout?token="));
    assert!(browser.cookies.is_empty());
    sqlx::query!("update sessions set revoked_at = now()").execute(&db).await.unwrap();
    assert!(!thief.get(&scene.router, "/").await.html().contains("ada"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn codes_are_tried_so_often(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_CODES_PER_ADDRESS", "1")]).await;
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let guess = "/session?code=x&state=y";
    assert_eq!(browser.get(&scene.router, guess).await.status, 403);
    let refused = browser.get(&scene.router, guess).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    // Going to sign in is no guess.
    assert_eq!(browser.get(&scene.router, "/session").await.status, 303);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn apps_are_known_by_their_icon_or_their_letter(db: PgPool) {
    let scene = Scene::on(db).await;
    let pictured = scene.build(&installable("Example", "1.0")).await;
    let plain = scene.build(APK).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let list = browser.get(&scene.router, "/").await;
    let icon = |build: &Answer| format!("/builds/{}/icon.png", build.text("/id"));
    assert!(list.html().contains(&icon(&pictured)) && !list.html().contains(&icon(&plain)));
    assert!(list.html().contains("aria-hidden=\"true\">S</span>"), "{}", list.html());
    let head = |build: &Answer| format!("/admin/apps/{}/icon", build.text("/app/id"));
    let png = browser.get(&scene.router, &head(&pictured)).await;
    assert_eq!((png.status.as_u16(), png.header("content-type")), (200, "image/png"));
    assert_eq!(png.bytes, browser.get(&scene.router, &icon(&pictured)).await.bytes);
    let letter = browser.get(&scene.router, &head(&plain)).await;
    assert_eq!((letter.status.as_u16(), letter.header("content-type")), (200, "image/svg+xml"));
    assert!(letter.html().contains(">S</text>"), "{}", letter.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn browsers_inside_apps_are_told_where_to_go_on(db: PgPool) {
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 361.0";
    const IPAD: &str =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36";
    let scene = Scene::on(db).await;
    let ios = scene.build(&installable("Example", "1.0")).await;
    let apk = scene.build(SIGNED_APK).await;
    let at = async |build: &Answer, agent: &str| {
        let ask = Ask::new("GET", path(build.text("/install_url"))).header("user-agent", agent);
        ask.header("accept-language", "en").of(&scene.router).await
    };
    let address = |build: &Answer| format!("<code>{}</code>", build.text("/install_url"));
    let shown = at(&ios, IPHONE).await;
    assert!(shown.html().contains("Open the page in Safari"), "{}", shown.html());
    assert!(shown.html().contains(&address(&ios)) && !shown.html().contains("itms-services"));
    // Only its script knows that this is no Mac.
    let shown = at(&ios, IPAD).await;
    let hidden = shown.between("data-pad hidden>", "</div>\n<a");
    assert!(hidden.contains("Open the page in Safari"), "{}", shown.html());
    let shown = at(&apk, ANDROID).await;
    assert!(shown.html().contains("Open the page in Chrome"), "{}", shown.html());
    assert!(shown.html().contains(&address(&apk)));
    assert!(!shown.html().contains("primary large"), "{}", shown.html());
    let shown = at(&apk, &ANDROID.replace("; wv", "")).await;
    assert!(!shown.html().contains("Open the page in Chrome"));
    assert!(shown.html().contains("primary large"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn feed_readers_find_the_news_of_public_apps(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(SIGNED_APK).text("channel", "be ta")).await;
    let (app, page) = (build.text("/app/id"), format!("/builds/{}", build.text("/id")));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = browser.get(&scene.router, &page).await;
    assert!(!shown.html().contains("rel=\"alternate\""), "it is for members alone");
    let public = json!({"access": "public"});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), public).await;
    let shown = Ask::new("GET", &page).header("accept-language", "it").of(&scene.router).await;
    let links = shown.html().split("rel=\"alternate\"").skip(1);
    let links: Vec<&str> = links.map(|link| link.split('"').nth(5).unwrap()).collect();
    assert_eq!(links.len(), 4, "{}", shown.html());
    for (link, told) in links.into_iter().zip(["Le build di", "\"it\"", "Le build di", "\"it\""]) {
        let ask = Ask::new("GET", path(link)).header("accept-language", "it");
        let feed = ask.of(&scene.router).await;
        assert_eq!(feed.status, 200, "{link}");
        assert!(feed.html().contains(told), "{link}: {}", feed.html());
    }
}
