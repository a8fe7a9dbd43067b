//! Who may upload what.

use securevox_testkit::{Answer, Ask, Form, Person};
use sqlx::PgPool;

use crate::make::{Scene, form, ipa, ipa_of};

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
        [(&user, "role-missing"), (&of_user, "role-missing"), (&reading, "scope-missing")]
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
