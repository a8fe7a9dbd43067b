//! Builds after their upload: changed, deleted, retired, compared, and asked for by their line.

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{BUNDLE, SIGNED_APK, Scene, eventually, form, installable, ipa, ipa_of},
    people::{SERVICE, group, tester},
};

/// Makes `person` what `role` says in every app.
async fn appoint(db: &PgPool, person: &Person, role: &str) {
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) select id, $1, $2 from apps
         on conflict (app_id, account_id) do update set role = excluded.role",
        person.account.0,
        role,
    )
    .execute(db)
    .await
    .unwrap();
}

async fn id_of(scene: &Scene, version: &str) -> String {
    scene.build(&ipa(version)).await.text("/id").to_owned()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_changed_field_by_field(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/", id_of(&scene, "1.0").await);
    let change = |body: Value| scene.ada.patch(&scene.router, &path, body);
    let body = json!({"release_notes": "# New", "channel": "beta", "is_beta": true, "pinned": true,
        "mandatory": true, "status": "inactive", "expires_at": "2030-01-01T00:00:00Z"});
    let answer = change(body.clone()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&answer.body[field], value);
    }
    let same = change(json!({})).await;
    assert_eq!(same.body["channel"], "beta");
    let cleared = change(json!({"release_notes": "", "channel": "", "expires_at": null})).await;
    for field in ["release_notes", "channel", "expires_at"] {
        assert!(cleared.body[field].is_null(), "{field}");
    }
    assert_eq!(cleared.body["pinned"], true);

    let long = "x".repeat(50_001);
    let bad = [
        (json!({"release_notes": long}), "#/release_notes"),
        (json!({"channel": "a\u{0}b"}), "#/channel"),
        (json!({"status": "gone"}), "#/status"),
        (json!({"expires_at": "soon"}), "#/expires_at"),
        (json!({"version": "2.0"}), "#/version"),
    ];
    for (body, pointer) in bad {
        let answer = change(body).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_may_change_and_delete(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let path = format!("/api/builds/{}", id_of(&scene, "1.0").await);
    let bob = Person::named("bob", &scene.house).await;
    let note = json!({"release_notes": "x"});
    assert_eq!(bob.patch(&scene.router, &path, note.clone()).await.status, 404);
    assert_eq!(bob.delete(&scene.router, &path).await.status, 404);
    let nobody = Ask::new("DELETE", &path).of(&scene.router).await;
    assert_eq!(nobody.problem(), (401, "unauthenticated"));
    appoint(&db, &bob, "tester").await;
    let refused = bob.patch(&scene.router, &path, note.clone()).await;
    assert_eq!(refused.problem(), (403, "app-role-missing"));
    appoint(&db, &bob, "developer").await;
    assert_eq!(bob.patch(&scene.router, &path, note.clone()).await.status, 200);
    assert_eq!(bob.delete(&scene.router, &path).await.problem(), (403, "app-role-missing"));
    let reading = bob.api_token(&["builds:read"], &scene.house).await;
    let answer = reading.patch(&scene.router, &path, note).await;
    assert_eq!(answer.problem(), (403, "scope-missing"));
    appoint(&db, &bob, "manager").await;
    assert_eq!(bob.delete(&scene.router, &path).await.status, 204);
    assert_eq!(bob.delete(&scene.router, &path).await.status, 404);
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_offered_or_not(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/toggle_active/", id_of(&scene, "1.0").await);
    let toggle = || scene.ada.post(&scene.router, &path, Value::Null);
    assert_eq!(toggle().await.text("/status"), "inactive");
    assert_eq!(toggle().await.text("/status"), "active");
}

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

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_builds_are_compared(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await;
    let new = scene.build(&ipa_of(BUNDLE, "1.1", 1000)).await;
    let other = scene.build(&ipa_of("com.example.other", "1.1", 0)).await;
    let compare = async |base: &str| {
        let path = format!("/api/builds/{}/compare/{base}", new.text("/id"));
        scene.ada.get(&scene.router, &path).await
    };
    let answer = compare(old.text("/id")).await;
    assert_eq!(answer.body["size_change"], 1000);
    let version = json!({"field": "version", "from": "1.0", "to": "1.1"});
    assert_eq!(answer.body["changes"], json!([version]));
    assert_eq!(compare(other.text("/id")).await.problem(), (422, "other-app"));
    assert_eq!(compare("00000000-0000-0000-0000-000000000000").await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn retention_takes_the_oldest_and_spares_what_is_needed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let mut ids = Vec::new();
    for version in ["1", "2", "3", "4", "5"] {
        ids.push(id_of(&scene, version).await);
    }
    let pin = json!({"pinned": true});
    scene.ada.patch(&scene.router, &format!("/api/builds/{}", ids[0]), pin).await;
    let fetched: uuid::Uuid = ids[1].parse().unwrap();
    sqlx::query!(
        "insert into downloads (id, build_id, link_hash) values ($1, $1, sha256('x'))",
        fetched
    )
    .execute(&db)
    .await
    .unwrap();
    // The pinned one counts, so the two newest are kept beside it.
    sqlx::query!("update apps set keep_builds = 3").execute(&db).await.unwrap();
    let kept = async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'retain-builds'")
            .execute(&db)
            .await
            .unwrap();
        let rows = sqlx::query_scalar!(r#"select version as "version!" from builds order by id"#);
        rows.fetch_all(&db).await.unwrap()
    };
    eventually(async || kept().await == ["1", "2", "4", "5"]).await;
    eventually(async || scene.files() == (0, 4)).await;

    sqlx::query!("update downloads set started_at = now() - interval '1 day'")
        .execute(&db)
        .await
        .unwrap();
    eventually(async || kept().await == ["1", "4", "5"]).await;
    // The newest is never taken, however large it is.
    sqlx::query!("update apps set keep_builds = null, quota_bytes = 1").execute(&db).await.unwrap();
    eventually(async || kept().await == ["1", "5"]).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_that_toggle_at_once_leave_it_as_it_was(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = format!("/api/builds/{}/toggle_active", id_of(&scene, "1.0").await);
    let toggle = || scene.ada.post(&scene.router, &path, json!({}));
    for _ in 0..5 {
        let (one, other) = tokio::join!(toggle(), toggle());
        let mut told = [one.text("/status"), other.text("/status")];
        told.sort_unstable();
        assert_eq!(told, ["active", "inactive"]);
    }
}
