//! The newest of a line of builds: links that lead to it, and the question of apps for it.

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene, form, installable, ipa},
    people::{group, tester},
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_newest_of_a_line_is_found(db: PgPool) {
    let scene = Scene::on(db).await;
    let upload = async |version: &str, channel: &str, branch: &str| {
        let form = form(&ipa(version)).text("channel", channel).text("branch", branch);
        scene.upload(form).await.body
    };
    let first = upload("1.0", "beta", "main").await;
    let second = upload("1.1", "nightly", "main").await;
    upload("1.2", "nightly", "fix").await;
    let app = first["app"]["id"].as_str().unwrap();
    let latest = async |query: &str| {
        let path = format!("/api/apps/{app}/latest{query}");
        scene.ada.get(&scene.router, &path).await
    };
    assert_eq!(latest("").await.text("/version"), "1.2");
    assert_eq!(latest("?channel=beta").await.text("/version"), "1.0");
    assert_eq!(latest("?branch=main").await.text("/version"), "1.1");
    assert_eq!(latest("?channel=none").await.problem(), (404, "no-such-build"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/apps/{app}/latest?branch=main")).await;
    let id = second["id"].as_str().unwrap();
    assert_eq!((page.status.as_u16(), page.header("location")), (303, &*format!("/builds/{id}")));

    let path = format!("/api/builds/{id}");
    scene.ada.patch(&scene.router, &path, json!({"status": "inactive"})).await;
    assert_eq!(latest("?branch=main").await.text("/version"), "1.0");
    let bob = Person::named("bob", &scene.house).await;
    let foreign = bob.get(&scene.router, &format!("/api/apps/{app}/latest")).await;
    let missing = bob.get(&scene.router, &format!("/api/apps/{id}/latest")).await;
    assert_eq!(foreign.problem(), (404, "no-such-build"));
    assert_eq!(missing.problem(), foreign.problem());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_newest_is_the_newest_of_those_that_one_is_offered(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let first = scene.upload(form(&ipa("1.0")).text("branch", "main")).await;
    scene.upload(form(&ipa("1.1")).text("branch", "main")).await;
    scene.upload(form(&ipa("1.2")).text("branch", "secret")).await;
    let app = first.text("/app/id");
    let group = group(&scene, "Friends", app, false).await;
    let mut tester = tester(&scene, &group, "tim@example.org").await;
    let at = |line: &str| format!("/apps/{app}/latest?branch={line}");
    let given = format!("/builds/{}", first.text("/id"));

    let told = tester.get(&scene.router, &at("main")).await;
    assert!(told.header("location").starts_with("/session"), "nothing was given yet: {told:?}");
    let give = format!("/api/builds/{}/groups", first.text("/id"));
    scene.ada.post(&scene.router, &give, json!({"groups": [group]})).await;
    assert_eq!(tester.get(&scene.router, &at("main")).await.header("location"), given);

    // Whether a branch exists is for those who see its builds.
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    let bob = Person::named("bob", &scene.house).await;
    let mut stranger = Browser::of(&bob, SERVICE, &scene.house);
    for line in ["main", "secret", "none"] {
        let sent = nobody.get(&scene.router, &at(line)).await;
        assert!(sent.header("location").starts_with("/session"), "{line}: {sent:?}");
        assert_eq!(stranger.get(&scene.router, &at(line)).await.status, 404, "{line}");
    }
    // A password is asked for on one and the same page.
    let locked = json!({"access": "password", "password": "open sesame"});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), locked).await;
    let asked = nobody.get(&scene.router, &at("main")).await;
    assert!(asked.header("location").starts_with("/builds/"), "{asked:?}");
    for line in ["secret", "none"] {
        let other = nobody.get(&scene.router, &at(line)).await;
        assert_eq!(other.header("location"), asked.header("location"), "{line}");
    }
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), json!({"access": "public"})).await;
    assert!(
        nobody.get(&scene.router, &at("main")).await.header("location").starts_with("/builds/")
    );
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_learns_of_what_is_newer(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = scene.build(&installable("Example", "1.9")).await;
    let app = old.text("/app/id").to_owned();
    let path = format!("/api/builds/{}", old.text("/id"));
    scene.ada.patch(&scene.router, &path, json!({"mandatory": true})).await;
    let newest = form(&installable("Example", "1.10")).text("release_notes", "Faster");
    let newest = scene.upload(newest).await;
    // Newer, and nothing that installs.
    scene.build(&ipa("1.11")).await;
    let check = async |query: &str| {
        Ask::new("GET", &format!("/api/apps/{app}/updates{query}")).of(&scene.router).await.body
    };
    let update = check("?platform=ios&version=1.8&build=7").await;
    assert_eq!(update["update"]["build_id"], newest.body["id"]);
    // What is new is not for whoever knows the id alone.
    assert_eq!(update["update"]["release_notes"], Value::Null);
    assert_eq!(update["update"]["install_url"], update["update"]["page_url"]);
    // A mandatory build lies between.
    assert_eq!(update["update"]["mandatory"], true);
    assert_eq!(check("?version=1.9&build=7").await["update"]["mandatory"], false);
    for query in ["?version=1.10&build=7", "?version=2.0", "?platform=android&version=1.0", ""] {
        assert!(check(query).await["update"].is_null(), "{query}");
    }
    let unknown = Ask::new("GET", "/api/apps/00000000-0000-0000-0000-000000000000/updates");
    assert_eq!(unknown.of(&scene.router).await.problem(), (404, "no-such-app"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_new_is_told_to_those_who_show_something(db: PgPool) {
    let https = [("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];
    let scene = Scene::at(db, &https, &[]).await;
    let build = form(&installable("Example", "2.0")).text("release_notes", "Faster");
    let app = scene.upload(build).await.text("/app/id").to_owned();
    let of_app = format!("/api/apps/{app}");
    let key = Ask::new("PUT", &format!("{of_app}/feedback-key")).by(&scene.ada);
    let key = key.of(&scene.router).await;
    let path = format!("{of_app}/updates?version=1.0");
    let with_key = format!("{path}&key={}", key.text("/url").rsplit('/').next().unwrap());
    let stranger = Person::named("sam", &scene.house).await;
    let told = async |ask: Ask| {
        let answer = ask.of(&scene.router).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.text("/update/version"), "2.0");
        answer.body["update"]["release_notes"] == "Faster"
    };
    assert!(!told(Ask::new("GET", &path)).await);
    assert!(!told(Ask::new("GET", &format!("{path}&key=x"))).await);
    assert!(told(Ask::new("GET", &with_key)).await);
    assert!(told(Ask::new("GET", &path).by(&scene.ada)).await);
    assert!(!told(Ask::new("GET", &path).by(&stranger)).await);
    assert!(!told(Ask::new("GET", &path).header("authorization", "Bearer x")).await);

    scene.ada.patch(&scene.router, &of_app, json!({"access": "public"})).await;
    assert!(told(Ask::new("GET", &path)).await);
    let answer = Ask::new("GET", &path).of(&scene.router).await;
    let install = answer.text("/update/install_url");
    let manifest = install.strip_prefix("itms-services://?action=download-manifest&url=").unwrap();
    let manifest = manifest.replace("%3A", ":").replace("%2F", "/");
    let manifest = manifest.strip_prefix("https://app.example.org").unwrap();
    assert_eq!(Ask::new("GET", manifest).of(&scene.router).await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_end_is_told_as_of_today(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let path = format!("/api/builds/{}", build.text("/id"));
    for (days, code) in [(10, "certificate-expires-soon"), (-1, "certificate-expired")] {
        sqlx::query!(
            "update builds set details = jsonb_set(
                 details, '{expires_at}', to_jsonb(now() + make_interval(days => $1)))",
            days
        )
        .execute(&db)
        .await
        .unwrap();
        let told = scene.ada.get(&scene.router, &path).await;
        assert_eq!(told.text("/warnings/0/code"), code);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_nobody_can_install_is_not_led_to(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let good = scene.build(&installable("Example", "1.0")).await;
    let unsigned = scene.build(&ipa("1.1")).await;
    let signed = scene.build(SIGNED_APK).await;
    let bundle = scene.build(include_bytes!("../fixtures/drawn-icon.aab")).await;
    for (build, installs) in [(&good, true), (&unsigned, false), (&signed, true), (&bundle, false)]
    {
        let id: uuid::Uuid = build.text("/id").parse().unwrap();
        let said = sqlx::query_scalar!("select installs from builds where id = $1", id);
        assert_eq!(said.fetch_one(&db).await.unwrap(), installs, "{build:?}");
    }
    let latest = async |build: &Answer| {
        let path = format!("/api/apps/{}/latest", build.text("/app/id"));
        scene.ada.get(&scene.router, &path).await
    };
    assert_eq!(latest(&good).await.text("/id"), good.text("/id"));
    // Where nothing installs, there is still what was built.
    assert_eq!(latest(&bundle).await.text("/id"), bundle.text("/id"));
    let mut browser = Browser::of(&scene.ada, "app-distribution", &scene.house);
    let list = browser.get(&scene.router, "/").await;
    for (build, is_there) in [(&good, true), (&unsigned, false), (&bundle, true)] {
        assert_eq!(list.html().contains(build.text("/id")), is_there, "{build:?}");
    }
    sqlx::query!("update builds set signing_expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(latest(&good).await.status, 404);
}
