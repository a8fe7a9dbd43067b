//! Apps before their first build and after their last.

use securevox_testkit::{Answer, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{BUNDLE, SERVICE, Scene, form, installable, ipa},
    people::{group, join_app, path},
};

fn example() -> Value {
    json!({"platform": "ios", "bundle_id": BUNDLE, "name": "Planned"})
}

async fn make(scene: &Scene, person: &Person, app: Value) -> Answer {
    person.post(&scene.router, "/api/apps", app).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_has_its_people_and_its_token_before_its_first_build(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let made = make(&scene, &scene.ada, example()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((made.text("/role"), made.text("/name")), ("owner", "Planned"));
    let app = made.text("/id").to_owned();
    group(&scene, "Friends", &app, true).await;
    let developer = Person::named("dev", &scene.house).await;
    join_app(&db, &app, &developer, "developer").await;
    let tester = Person::named("tess", &scene.house).await;
    join_app(&db, &app, &tester, "tester").await;
    for (person, sees) in [(&scene.ada, true), (&developer, true), (&tester, false)] {
        let listed = person.get(&scene.router, "/api/apps").await;
        assert_eq!(listed.text("/items/0/id"), app);
        let mut browser = Browser::of(person, SERVICE, &scene.house);
        let page = browser.get(&scene.router, "/").await;
        assert_eq!(page.html().contains("No builds yet"), sees, "{}", page.html());
        assert_eq!(page.html().contains(&format!("/admin?app={app}")), sees);
        let other = browser.get(&scene.router, "/android").await;
        assert!(!other.html().contains("No builds yet"));
    }

    // Its token sends the first build, of a developer who could make no app.
    let id = app.parse().unwrap();
    let ci = developer.api_token_for(id, &["builds:write"], &scene.house).await;
    let build = ci.upload(&scene.router, "/api/builds", form(&ipa("1.0"))).await;
    assert_eq!((build.status.as_u16(), build.text("/app/id")), (201, &*app), "{build:?}");
    let named = scene.ada.get(&scene.router, &format!("/api/apps/{app}")).await;
    assert_eq!(named.text("/name"), "Example", "as its package says");
    let log = scene.ada.get(&scene.router, &format!("/api/apps/{app}/log")).await;
    assert!(log.body.to_string().contains("app.created"), "{log:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_makes_no_apps_makes_none_and_wrong_words_are_told(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let taken = make(&scene, &scene.ada, example()).await;
    assert_eq!(taken.problem(), (409, "app-exists"));
    let pat = Person::publisher("pat", &scene.house).await;
    assert_eq!(make(&scene, &pat, example()).await.problem(), (409, "app-exists"));
    let new = json!({"platform": "android", "bundle_id": "com.example.new", "name": "New"});
    let developer = Person::named("dev", &scene.house).await;
    assert_eq!(make(&scene, &developer, new.clone()).await.problem(), (403, "not-a-publisher"));
    join_app(&db, build.text("/app/id"), &developer, "developer").await;
    assert_eq!(make(&scene, &developer, new.clone()).await.problem(), (403, "may-not-make-apps"));
    let only = build.text("/app/id").parse().unwrap();
    let token = scene.ada.api_token_for(only, &["builds:write"], &scene.house).await;
    assert_eq!(make(&scene, &token, new.clone()).await.problem(), (403, "token-for-another-app"));
    for (field, wrong) in [
        ("bundle_id", json!("")),
        ("bundle_id", json!("com.example.a-b")),
        ("bundle_id", json!("com/example")),
        ("bundle_id", json!("a".repeat(256))),
        ("name", json!("  ")),
        ("name", json!("a\nb")),
        ("platform", json!("windows")),
    ] {
        let mut app = new.clone();
        app[field] = wrong;
        let refused = make(&scene, &scene.ada, app).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.pointers().contains(&&*format!("#/{field}")), "{refused:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_many_who_make_it_at_once_one_does(db: PgPool) {
    let scene = Scene::on(db).await;
    let make = || make(&scene, &scene.ada, example());
    let (one, two, upload) = tokio::join!(make(), make(), scene.upload(form(&ipa("1.0"))));
    assert_eq!(upload.status, 201, "{upload:?}");
    let made = [one, two].iter().filter(|answer| answer.status == 201).count();
    assert!(made <= 1);
    let apps = scene.ada.get(&scene.router, "/api/apps").await;
    assert_eq!(apps.body["items"].as_array().unwrap().len(), 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_whose_last_build_is_gone_is_found_by_who_develops_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let app = build.text("/app/id");
    let tester = Person::named("tess", &scene.house).await;
    join_app(&db, app, &tester, "tester").await;
    let gone = format!("/api/builds/{}", build.text("/id"));
    assert_eq!(scene.ada.delete(&scene.router, &gone).await.status, 204);
    let admin = Person::admin("root", &scene.house).await;
    for (person, sees) in [(&scene.ada, true), (&admin, true), (&tester, false)] {
        let mut browser = Browser::of(person, SERVICE, &scene.house);
        for list in ["/", "/ios", "/ios?q=exam"] {
            let page = browser.get(&scene.router, list).await;
            let link = format!("/admin/apps/{app}/builds");
            assert_eq!(page.html().contains(&link), sees, "{list} {}", page.html());
        }
        let other = browser.get(&scene.router, "/ios?q=other").await;
        assert!(!other.html().contains("Example"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_form_makes_an_app_or_says_why_not(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let start = browser.get(&scene.router, "/").await;
    assert!(start.html().contains("/admin/new-app"), "a publisher may");
    let page = browser.get(&scene.router, "/admin/new-app").await;
    let csrf = page.hidden("csrf").to_owned();
    let sent = |id| {
        [
            ("csrf", csrf.clone()),
            ("platform", "ios".to_owned()),
            ("bundle_id", id),
            ("name", "Planned".to_owned()),
        ]
    };
    let mut post = async |id: &str| {
        let sent = sent(id.to_owned());
        let fields: Vec<(&str, &str)> =
            sent.iter().map(|(name, text)| (*name, text.as_str())).collect();
        browser.post(&scene.router, "/admin/new-app", &fields).await
    };
    let wrong = post("not one").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.html().contains("value=\"not one\""), "{}", wrong.html());
    let made = post(BUNDLE).await;
    assert_eq!(made.status, 303, "{made:?}");
    assert!(made.header("location").ends_with("/builds"), "{made:?}");
    assert_eq!(post(BUNDLE).await.status, 409);
    let page = browser.get(&scene.router, made.header("location")).await;
    let app =
        made.header("location").trim_end_matches("/builds").trim_start_matches("/admin/apps/");
    assert!(page.html().contains(&format!("/admin?app={app}")), "{}", page.html());
    let user = Person::named("sam", &scene.house).await;
    let mut theirs = Browser::of(&user, SERVICE, &scene.house);
    let start = theirs.get(&scene.router, "/").await;
    assert!(!start.html().contains("/admin/new-app"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_an_app_is_for_is_told_where_it_is_chosen_and_installed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let app = build.text("/app/id");
    let about = json!({"description": "Tells <b>tides</b>\nand winds"});
    let changed = scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), about).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let tester = Person::named("tess", &scene.house).await;
    join_app(&db, app, &tester, "tester").await;
    let mut browser = Browser::of(&tester, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/builds/{}", build.text("/id"))).await;
    let words = "class=\"lines\">Tells &#60;b&#62;tides&#60;/b&#62;\nand winds</p>";
    assert!(page.html().contains(words), "{}", page.html());
    let list = browser.get(&scene.router, "/").await;
    assert!(list.html().contains("Tells &#60;b&#62;tides&#60;/b&#62;</span>"), "{}", list.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn developers_download_what_phones_install(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let package = installable("Example", "1.0");
    let build = scene.upload(form(&package).text("status", "inactive")).await;
    let page = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains(&format!("{page}/package")), "{}", shown.html());
    let sent_on = browser.get(&scene.router, &format!("{page}/package")).await;
    assert_eq!(sent_on.status, 302, "{sent_on:?}");
    let link = sent_on.header("location").to_owned();
    let file = browser.get(&scene.router, &link).await;
    assert_eq!((file.status.as_u16(), &file.bytes[..]), (200, &package[..]));
    let tester = Person::named("tess", &scene.house).await;
    join_app(&db, build.text("/app/id"), &tester, "tester").await;
    let mut theirs = Browser::of(&tester, SERVICE, &scene.house);
    assert_eq!(theirs.get(&scene.router, &format!("{page}/package")).await.status, 404);
    assert!(path(build.text("/install_url")).starts_with("/builds/"));
}
