//! Links that are given out: the codes that a camera opens them from, and what a chat shows of them.

use fast_qr::{
    QRBuilder,
    convert::{Builder as _, svg::SvgBuilder},
};
use securevox_testkit::{Answer, Ask, Browser};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene, form, installable},
    people::{group, invite, path, tester},
};

/// The code of an address.
fn code(address: &str) -> String {
    SvgBuilder::default().margin(1).to_str(&QRBuilder::new(address).build().unwrap())
}

/// Whether the page shows the code of `address`, and tells what it is to those who do not see it.
fn shows(page: &Answer, address: &str) -> bool {
    let before =
        page.html().split_once(&code(address)).and_then(|(before, _)| before.rsplit_once('<'));
    let named = "div class=\"qr\" role=\"img\" aria-label=\"QR code of the link";
    before.is_some_and(|(_, tag)| tag.starts_with(named))
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_can_be_scanned_where_it_is_given_out(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(SIGNED_APK).text("channel", "be ta")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/groups/{friends}");
    let page = browser.get(&scene.router, &at).await;
    assert!(!page.html().contains("class=\"qr\""));
    let csrf = page.hidden("csrf").to_owned();
    let csrf = ("csrf", csrf.as_str());
    let order = [csrf, ("email_domain", ""), ("uses", ""), ("expires_in_hours", "")];
    let made = browser.post(&scene.router, &format!("{at}/links"), &order).await;
    assert!(shows(&made, made.between("<p class=\"code\">", "</p>")), "{}", made.html());

    let at = format!("/admin/builds/{id}");
    let page = browser.get(&scene.router, &at).await;
    let root = &scene.house.base.urls.distribution;
    for line in ["", "?channel=be+ta"] {
        assert!(shows(&page, &format!("{root}apps/{app}/latest{line}")), "{}", page.html());
    }
    let order = [csrf, ("expires_in_hours", "24"), ("note", ""), ("installs", "")];
    let made = browser.post(&scene.router, &format!("{at}/links"), &order).await;
    assert!(shows(&made, made.between("<p class=\"code\">", "</p>")), "{}", made.html());

    let (bob, _) = invite(&scene, &friends, "bob@example.org").await;
    let again = format!("/admin/apps/{app}/testers/{bob}/invite");
    let invited = browser.post(&scene.router, &again, &[csrf]).await;
    assert!(shows(&invited, invited.between("<p class=\"code\">", "</p>")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_name_that_is_too_long_for_a_code_is_a_link_alone(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(SIGNED_APK).text("branch", &"界".repeat(255))).await;
    assert_eq!(build.status, 201, "{build:?}");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/admin/builds/{}", build.text("/id"))).await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains("?branch=%E7%95%8C"));
}

/// What a robot reads in a page: title, description and picture.
fn preview(page: &Answer) -> Option<[String; 3]> {
    let property = |name: &str| {
        let tag = format!("<meta property=\"og:{name}\" content=\"");
        let html = page.html();
        let rest = html.split_once(&tag)?.1.split_once('"')?.0;
        Some(rest.replace("&#38;", "&"))
    };
    Some([property("title")?, property("description")?, property("image").unwrap_or_default()])
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_chat_shows_what_anybody_with_the_address_sees(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&installable("Ex \"1\"", "1.0")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let shares = format!("/api/builds/{id}/links");
    let shared = scene.ada.post(&scene.router, &shares, json!({"expires_in_hours": 1})).await;
    let leads = Ask::new("GET", path(shared.text("/url"))).of(&scene.router).await;
    for link in [leads.header("location"), path(build.text("/install_url"))] {
        let page = Ask::new("GET", link).of(&scene.router).await;
        let [title, description, image] = preview(&page).unwrap();
        assert_eq!(title, "Ex &#34;1&#34;");
        assert!(description.starts_with("iOS · 1.0 (7) · "), "{description}");
        assert!(page.html().contains("<meta name=\"description\" content=\"iOS"));
        let icon = Ask::new("GET", path(&image)).of(&scene.router).await;
        assert_eq!((icon.status.as_u16(), icon.header("content-type")), (200, "image/png"));
    }

    // What is for members is shown to nobody, not even by those who see it.
    let at = format!("/builds/{id}");
    let friends = group(&scene, "Friends", app, true).await;
    let bob = tester(&scene, &friends, "bob@example.org").await;
    for mut browser in [Browser::of(&scene.ada, SERVICE, &scene.house), bob] {
        let page = browser.get(&scene.router, &at).await;
        assert!(page.status == 200 && preview(&page).is_none() && !page.html().contains("og:"));
        assert!(!page.html().contains("name=\"description\""));
    }
    let locked = json!({"access": "password", "password": "correct horse"});
    for access in [json!({"access": "members"}), locked] {
        scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), access).await;
        let page = Ask::new("GET", &at).of(&scene.router).await;
        assert!(!page.html().contains("og:") && !page.html().contains("Ex "), "{}", page.html());
    }
    let public = json!({"access": "public"});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), public).await;
    let page = Ask::new("GET", &at).of(&scene.router).await;
    assert_eq!(preview(&page).unwrap()[0], "Ex &#34;1&#34;");
}
