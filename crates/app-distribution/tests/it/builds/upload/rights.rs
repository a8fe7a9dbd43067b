//! Who may upload what.

use securevox_testkit::{Answer, Ask, Browser, Form, Person};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, Scene, form, ipa, ipa_of},
    people::join_app,
};

const OTHER: &str = "com.example.other";

async fn upload(scene: &Scene, person: &Person, form: Form) -> Answer {
    person.upload(&scene.router, "/api/builds", form).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn publishers_and_their_tokens_upload(db: PgPool) {
    let scene = Scene::on(db).await;
    let token = scene.ada.api_token(&["builds:write"], &scene.house).await;
    assert_eq!(upload(&scene, &token, form(&ipa("1.0"))).await.status, 201);
    let admin = Person::admin("root", &scene.house).await;
    assert_eq!(upload(&scene, &admin, form(&ipa("1.1"))).await.status, 201);
    assert_eq!(upload(&scene, &scene.ada, form(&ipa("1.2"))).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn others_do_not(db: PgPool) {
    let scene = Scene::on(db).await;
    let user = Person::named("bob", &scene.house).await;
    let of_user = user.api_token(&["builds:write"], &scene.house).await;
    let reading = scene.ada.api_token(&["builds:read"], &scene.house).await;
    for (person, problem) in
        [(&user, "not-a-publisher"), (&of_user, "not-a-publisher"), (&reading, "scope-missing")]
    {
        let answer = upload(&scene, person, form(&ipa("1.0"))).await;
        assert_eq!(answer.problem(), (403, problem));
    }
    let (media_type, body) = form(&ipa("1.0")).finish();
    let nobody = Ask::new("POST", "/api/builds").body(&media_type, body).of(&scene.router).await;
    assert_eq!(nobody.problem(), (401, "unauthenticated"));
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_app_of_somebody_else_is_theirs(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let bob = Person::publisher("bob", &scene.house).await;
    for version in ["1.0", "1.1"] {
        let answer = upload(&scene, &bob, form(&ipa(version))).await;
        assert_eq!(answer.problem(), (403, "not-your-app"), "{version}");
    }
    assert_eq!(scene.files(), (0, 1));

    for (role, status) in [("tester", 403), ("developer", 201), ("manager", 200), ("owner", 200)] {
        let app: securevox_protocol::AppId = build.text("/app/id").parse().unwrap();
        sqlx::query!(
            "insert into app_members (app_id, account_id, role) values ($1, $2, $3)
             on conflict (app_id, account_id) do update set role = excluded.role",
            app.0,
            bob.account.0,
            role,
        )
        .execute(&db)
        .await
        .unwrap();
        assert_eq!(upload(&scene, &bob, form(&ipa("1.1"))).await.status, status, "{role}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_developer_uploads_to_their_app_whatever_their_role_here(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let other = scene.build(&ipa_of(OTHER, "1.0", 0)).await;
    let dev = Person::named("dev", &scene.house).await;
    join_app(&db, build.text("/app/id"), &dev, "developer").await;
    join_app(&db, other.text("/app/id"), &dev, "tester").await;
    let token = dev.api_token(&["builds:write"], &scene.house).await;
    let app = build.text("/app/id").parse().unwrap();
    let only = dev.api_token_for(app, &["builds:write"], &scene.house).await;
    for (person, version) in [(&dev, "1.1"), (&token, "1.2"), (&only, "1.3")] {
        let answer = upload(&scene, person, form(&ipa(version))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    for (bundle, problem) in [(OTHER, "not-your-app"), ("com.example.new", "may-not-make-apps")] {
        let answer = upload(&scene, &dev, form(&ipa_of(bundle, "1.1", 0))).await;
        assert_eq!(answer.problem(), (403, problem));
    }
    assert_eq!(scene.files(), (0, 5), "what is refused leaves nothing behind");
    let reading = dev.api_token(&["builds:read"], &scene.house).await;
    let answer = upload(&scene, &reading, form(&ipa("1.4"))).await;
    assert_eq!(answer.problem(), (403, "scope-missing"));

    let mut browser = Browser::of(&dev, SERVICE, &scene.house);
    let page = browser.get(&scene.router, "/").await;
    assert!(page.html().contains("href=\"/admin\""), "{}", page.html());
    let csrf = browser.get(&scene.router, "/admin").await.hidden("csrf").to_owned();
    let sent =
        |package: &[u8]| Form::default().text("csrf", &csrf).file("app_file", "App.ipa", package);
    let sent_own = browser.upload(&scene.router, "/admin/builds", sent(&ipa("1.5"))).await;
    assert_eq!(sent_own.status, 303, "{}", sent_own.html());
    let new = ipa_of("com.example.new", "1.1", 0);
    let refused = browser.upload(&scene.router, "/admin/builds", sent(&new)).await;
    assert_eq!(refused.status, 403);
    // Whoever develops nothing any more is no uploader either.
    let at = format!("/api/apps/{}/members/{}", build.text("/app/id"), dev.account);
    assert_eq!(scene.ada.delete(&scene.router, &at).await.status, 204);
    let answer = upload(&scene, &token, form(&ipa("1.6"))).await;
    assert_eq!(answer.problem(), (403, "not-a-publisher"));
    assert!(!browser.get(&scene.router, "/").await.html().contains("href=\"/admin\""));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_for_one_app_uploads_to_no_other(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").parse().unwrap();
    scene.build(&ipa_of(OTHER, "1.0", 0)).await;
    let token = scene.ada.api_token_for(app, &["builds:write"], &scene.house).await;

    assert_eq!(upload(&scene, &token, form(&ipa("1.1"))).await.status, 201);
    for bundle in [OTHER, "com.example.new"] {
        let answer = upload(&scene, &token, form(&ipa_of(bundle, "1.1", 0))).await;
        assert_eq!(answer.problem(), (403, "token-for-another-app"), "{bundle}");
    }
    assert_eq!(scene.files(), (0, 3));
}
