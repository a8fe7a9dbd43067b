//! Who belongs to an app, and who may change that.

use std::collections::BTreeSet;

use securevox_testkit::{Answer, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, Scene, ipa},
    people::{join_app, put},
};

fn told(answer: &Answer) -> String {
    match answer.status.as_u16() {
        status if status < 400 => status.to_string(),
        _ => answer.problem().1.to_owned(),
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn each_role_gives_and_takes_what_is_below_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let path = format!("/api/apps/{app}/members");
    let house = &scene.house;
    let mut people = Vec::new();
    for role in ["manager", "developer", "tester"] {
        let person = Person::named(role, house).await;
        join_app(&db, &app, &person, role).await;
        people.push(person);
    }
    let [manager, developer, tester] = &people[..] else { unreachable!() };
    let stranger = Person::named("stranger", house).await;
    let admin = Person::admin("root", house).await;
    let token = scene.ada.api_token(&["builds:write"], house).await;
    Person::named("newbie", house).await;

    let no = "app-role-missing";
    for (who, person, expected) in [
        // What comes of adding a tester, a developer, a manager, an owner.
        ("admin", &admin, ["200"; 4]),
        ("owner", &scene.ada, ["200"; 4]),
        ("manager", manager, ["200", "200", no, no]),
        ("developer", developer, [no; 4]),
        ("tester", tester, [no; 4]),
        ("stranger", &stranger, ["no-such-app"; 4]),
        ("token", &token, ["token-not-accepted"; 4]),
    ] {
        for (role, expected) in ["tester", "developer", "manager", "owner"].iter().zip(expected) {
            sqlx::query!("delete from app_members where account_id in (select id from accounts where handle = 'newbie')")
                .execute(&db).await.unwrap();
            let set = put(&scene, person, &path, json!({"handle": " Newbie", "role": role})).await;
            assert_eq!(told(&set), expected, "{who} makes a {role}");
        }
        let list = person.get(&scene.router, &path).await;
        let sees = ["admin", "owner", "manager", "developer"].contains(&who);
        assert_eq!(list.status == 200, sees, "{who}: {list:?}");
    }
    // A manager may not lower an owner, nor another manager; nor remove them.
    for handle in ["ada", "manager"] {
        let set = put(&scene, manager, &path, json!({"handle": handle, "role": "tester"})).await;
        assert_eq!(told(&set), no, "{handle}");
    }
    let of = |person: &Person| format!("{path}/{}", person.account);
    assert_eq!(told(&manager.delete(&scene.router, &of(&scene.ada)).await), no);
    assert_eq!(told(&developer.delete(&scene.router, &of(tester)).await), no);
    assert_eq!(told(&stranger.delete(&scene.router, &of(tester)).await), "no-such-app");
    // Anybody leaves by themselves.
    assert_eq!(told(&tester.delete(&scene.router, &of(tester)).await), "204");
    assert_eq!(told(&manager.delete(&scene.router, &of(developer)).await), "204");
    assert_eq!(told(&manager.delete(&scene.router, &of(developer)).await), "no-such-member");
    let audited = sqlx::query_scalar!(
        "select count(*) from audit where action in ('app.member_set', 'app.member_removed')"
    );
    assert!(audited.fetch_one(&db).await.unwrap().unwrap() >= 10);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_keeps_an_owner(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let path = format!("/api/apps/{app}/members");
    let admin = Person::admin("root", &scene.house).await;
    let of_ada = format!("{path}/{}", scene.ada.account);
    for person in [&scene.ada, &admin] {
        let lower = put(&scene, person, &path, json!({"handle": "ada", "role": "manager"})).await;
        assert_eq!(lower.problem(), (409, "last-owner"));
        let remove = person.delete(&scene.router, &of_ada).await;
        assert_eq!(remove.problem(), (409, "last-owner"));
    }
    // Two owners that remove each other at once: one of them stays.
    let bob = Person::named("bob", &scene.house).await;
    join_app(&db, &app, &bob, "owner").await;
    let of_bob = format!("{path}/{}", bob.account);
    let (one, other) =
        tokio::join!(scene.ada.delete(&scene.router, &of_bob), bob.delete(&scene.router, &of_ada));
    assert!(one.status == 204 || other.status == 204, "{one:?} {other:?}");
    assert!(one.status != 204 || other.status != 204, "{one:?} {other:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_member_is_told_by_name(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let path = format!("/api/apps/{app}/members");
    for (body, pointer) in [
        (json!({"handle": "nobody", "role": "tester"}), "#/handle"),
        (json!({"handle": "ada", "role": "king"}), "#/role"),
    ] {
        let answer = put(&scene, &scene.ada, &path, body).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        assert_eq!(answer.pointers(), [pointer]);
    }
    let list = scene.ada.get(&scene.router, &path).await;
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(list.body["next"], Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn many_members_are_listed_in_parts_and_found_by_name(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    sqlx::query!(
        "with people as (
             insert into accounts (id, handle, password_hash)
             select gen_random_uuid(), 'tester_' || n, '' from generate_series(1, 120) n returning id
         )
         insert into app_members (app_id, account_id, role)
         select $1::text::uuid, id, 'tester' from people",
        app,
    )
    .execute(&db)
    .await
    .unwrap();
    let path = format!("/api/apps/{app}/members");
    let mut seen = BTreeSet::new();
    let mut next = String::new();
    loop {
        let list = scene.ada.get(&scene.router, &format!("{path}?limit=50{next}")).await;
        for member in list.body["items"].as_array().unwrap() {
            assert!(seen.insert(member["handle"].as_str().unwrap().to_owned()), "{member}");
        }
        let Some(cursor) = list.body["next"].as_str() else { break };
        next = format!("&after={cursor}");
    }
    assert_eq!(seen.len(), 121);

    let page = format!("/admin/apps/{app}");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let first = browser.get(&scene.router, &page).await;
    assert_eq!(first.html().matches("<span class=\"grow\">tester_").count(), 50);
    assert!(first.html().contains("?after="), "{}", first.html());
    let found = browser.get(&scene.router, &format!("{page}?q=Tester_77")).await;
    assert!(found.html().contains("tester_77<br>"), "{}", found.html());
    assert!(!found.html().contains("tester_78<br>"), "{}", found.html());
    let nobody = browser.get(&scene.router, &format!("{page}?q=nobody")).await;
    assert!(nobody.html().contains("Nobody here has such a name."), "{}", nobody.html());
}
