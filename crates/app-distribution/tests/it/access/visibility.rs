//! Who sees which builds, and how lists are asked for.

use securevox_protocol::AppId;
use securevox_testkit::{Answer, Ask, Person};
use serde_json::Value;
use sqlx::PgPool;

use crate::make::{APK, Scene, form, ipa, ipa_of};

/// What one caller is answered: list, show, download, and upload of the same file again.
async fn row(scene: &Scene, caller: Option<&Person>, build: &str) -> [String; 4] {
    let ask = |method, path: &str| match caller {
        Some(person) => Ask::new(method, path).by(person),
        None => Ask::new(method, path),
    };
    let list = ask("GET", "/api/builds").of(&scene.router).await;
    let show = ask("GET", &format!("/api/builds/{build}")).of(&scene.router).await;
    let download = ask("GET", &format!("/api/builds/{build}/download")).of(&scene.router).await;
    let (media_type, body) = form(&ipa("1.0")).finish();
    let upload = ask("POST", "/api/builds").body(&media_type, body).of(&scene.router).await;
    [list, show, download, upload].map(|answer| summary(&answer))
}

/// `200`, `200, 3 items`, `404 no-such-build`.
fn summary(answer: &Answer) -> String {
    if answer.status.is_client_error() || answer.status.is_server_error() {
        let (status, slug) = answer.problem();
        return format!("{status} {slug}");
    }
    match answer.body["items"].as_array() {
        Some(items) => format!("{}, {} items", answer.status.as_u16(), items.len()),
        None => answer.status.as_u16().to_string(),
    }
}

fn all(text: &str) -> [String; 4] {
    [text, text, text, text].map(ToOwned::to_owned)
}

async fn join(db: &PgPool, app: AppId, person: &Person, role: &str) {
    let insert = sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, $3)",
        app.0,
        person.account.0,
        role,
    );
    insert.execute(db).await.unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn everybody_sees_what_is_theirs(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (house, ada) = (&scene.house, &scene.ada);
    let build = scene.build(&ipa("1.0")).await;
    let (id, app): (&str, AppId) = (build.text("/id"), build.text("/app/id").parse().unwrap());
    let other = scene.build(&ipa_of("com.example.other", "1.0", 0)).await;
    let other = other.text("/app/id").parse().unwrap();

    let stranger = Person::named("sam", house).await;
    let tester = Person::named("tess", house).await;
    join(&db, app, &tester, "tester").await;
    let publisher = Person::publisher("pat", house).await;
    let developer = Person::named("dev", house).await;
    join(&db, app, &developer, "developer").await;
    let admin = Person::admin("root", house).await;
    let reads = ada.api_token(&["builds:read"], house).await;
    let writes = ada.api_token(&["builds:write"], house).await;
    let unknown = ada.api_token(&["builds:dream"], house).await;
    let this_app = ada.api_token_for(app, &["builds:write"], house).await;
    let other_app = ada.api_token_for(other, &["builds:write"], house).await;
    let of_tester = tester.api_token(&["builds:write"], house).await;

    let missing = "404 no-such-build";
    for (name, caller, expected) in [
        ("owner", ada, ["200, 2 items", "200", "302", "200"]),
        ("stranger", &stranger, ["200, 0 items", missing, missing, "403 not-a-publisher"]),
        ("tester", &tester, ["200, 1 items", "200", "302", "403 not-a-publisher"]),
        ("publisher", &publisher, ["200, 0 items", missing, missing, "403 not-your-app"]),
        ("developer", &developer, ["200, 1 items", "200", "302", "200"]),
        ("admin", &admin, ["200, 2 items", "200", "302", "200"]),
        ("read token", &reads, ["200, 2 items", "200", "302", "403 scope-missing"]),
        ("write token", &writes, ["200, 2 items", "200", "302", "200"]),
        ("token for this app", &this_app, ["200, 1 items", "200", "302", "200"]),
        (
            "token for another app",
            &other_app,
            ["200, 1 items", missing, missing, "403 token-for-another-app"],
        ),
        ("token of a tester", &of_tester, ["200, 1 items", "200", "302", "403 not-a-publisher"]),
    ] {
        assert_eq!(row(&scene, Some(caller), id).await, expected, "{name}");
    }
    assert_eq!(row(&scene, Some(&unknown), id).await, all("403 scope-missing"));
    assert_eq!(row(&scene, None, id).await, all("401 unauthenticated"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_locked_account_sees_nothing(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let id = scene.build(&ipa("1.0")).await.text("/id").to_owned();
    let token = scene.ada.api_token(&["builds:write"], &scene.house).await;
    sqlx::query!("update accounts set disabled_at = now()").execute(&db).await.unwrap();
    for caller in [&scene.ada, &token] {
        assert_eq!(row(&scene, Some(caller), &id).await, all("401 unauthenticated"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_does_not_exist_is_told_like_what_is_hidden(db: PgPool) {
    let scene = Scene::on(db).await;
    let id = scene.build(&ipa("1.0")).await.text("/id").to_owned();
    let stranger = Person::named("sam", &scene.house).await;
    let mut told = Vec::new();
    for id in [&id, "01890000-0000-7000-8000-000000000000", "not-an-id", "%00"] {
        for rest in ["", "/download"] {
            let path = format!("/api/builds/{id}{rest}");
            let mut answer = stranger.get(&scene.router, &path).await;
            answer.body["request_id"] = Value::Null;
            told.push(answer.body);
        }
    }
    assert!(told.iter().all(|body| *body == told[0]), "{told:?}");
    assert_eq!(told[0]["type"], "/problems/no-such-build");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn lists_come_in_pages_newest_first(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut newest_first = Vec::new();
    for version in ["1.0", "1.1", "1.2", "1.3", "1.4"] {
        newest_first.insert(0, scene.build(&ipa(version)).await.text("/id").to_owned());
    }
    let (mut listed, mut sizes) = (Vec::new(), Vec::new());
    let mut path = "/api/builds?limit=2".to_owned();
    loop {
        let page = scene.ada.get(&scene.router, &path).await;
        let items = page.body["items"].as_array().unwrap();
        sizes.push(items.len());
        listed.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/api/builds/?limit=2&after={next}");
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(listed, newest_first);
    let exact = scene.ada.get(&scene.router, "/api/builds?limit=5").await;
    assert_eq!(exact.body["next"], Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn lists_are_filtered(db: PgPool) {
    let scene = Scene::on(db).await;
    let ios = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let android = scene.build(APK).await.text("/app/id").to_owned();
    let restricted = ios.parse().unwrap();
    let token = scene.ada.api_token_for(restricted, &["builds:read"], &scene.house).await;
    let count = async |caller: &Person, query: &str| {
        let list = caller.get(&scene.router, &format!("/api/builds?{query}")).await;
        list.body["items"].as_array().unwrap_or_else(|| panic!("{list:?}")).len()
    };
    for (query, everything, one_app) in [
        (String::new(), 2, 1),
        ("platform=ios".to_owned(), 1, 1),
        ("platform=android".to_owned(), 1, 0),
        (format!("app={ios}"), 1, 1),
        (format!("app={android}"), 1, 0),
        (format!("app={android}&platform=ios"), 0, 0),
        ("app=01890000-0000-7000-8000-000000000000".to_owned(), 0, 0),
    ] {
        assert_eq!(count(&scene.ada, &query).await, everything, "{query}");
        assert_eq!(count(&token, &query).await, one_app, "{query}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_query_is_told_by_name(db: PgPool) {
    let scene = Scene::on(db).await;
    for (query, pointer) in [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=x", "?limit"),
        ("after=x", "?after"),
        ("app=x", "?app"),
        ("platform=windows", "?platform"),
    ] {
        let answer = scene.ada.get(&scene.router, &format!("/api/builds?{query}")).await;
        assert_eq!(answer.problem(), (422, "invalid-request"), "{query}");
        assert_eq!(answer.pointers(), [pointer], "{query}");
    }
}
