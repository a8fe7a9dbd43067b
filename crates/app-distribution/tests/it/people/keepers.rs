//! Groups over several apps: whoever manages all of them changes the group, nobody else.

use securevox_testkit::{Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use super::{group, invite, join_app, open, put};
use crate::make::{SERVICE, Scene, ipa, ipa_of};

/// Ada's group over two apps of hers, and Bob in it.
struct Shared {
    scene: Scene,
    one: String,
    other: String,
    group: String,
    bob: String,
}

async fn shared(db: &PgPool) -> Shared {
    let scene = Scene::on(db.clone()).await;
    let one = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let package = ipa_of("com.example.other", "1.0", 0);
    let other = scene.build(&package).await.text("/app/id").to_owned();
    let group = group(&scene, "Friends", &one, true).await;
    let at = format!("/api/groups/{group}/apps/{other}");
    assert_eq!(put(&scene, &scene.ada, &at, json!({"every_build": true})).await.status, 200);
    let (bob, _) = invite(&scene, &group, "bob@example.org").await;
    Shared { scene, one, other, group, bob }
}

/// Somebody with a role in each of the apps; `None` for none.
async fn person(db: &PgPool, on: &Shared, name: &str, roles: [Option<&str>; 2]) -> Person {
    let person = Person::publisher(name, &on.scene.house).await;
    for (app, role) in [&on.one, &on.other].into_iter().zip(roles) {
        if let Some(role) = role {
            join_app(db, app, &person, role).await;
        }
    }
    person
}

/// What somebody is told who looks at the group, renames it, invites, makes a link, lists the
/// links, attaches an app again, and does the first two on pages.
async fn told(on: &Shared, person: &Person) -> [u16; 8] {
    let (router, at) = (&on.scene.router, format!("/api/groups/{}", on.group));
    let page = format!("/admin/groups/{}", on.group);
    let attach = format!("{at}/apps/{}", on.one);
    let mut browser = Browser::of(person, SERVICE, &on.scene.house);
    let csrf = browser.get(router, "/admin/groups").await.hidden("csrf").to_owned();
    let fields = [("csrf", csrf.as_str()), ("name", "Family")];
    [
        person.get(router, &at).await.status.as_u16(),
        person.patch(router, &at, json!({"name": "Family"})).await.status.as_u16(),
        person
            .post(router, &format!("{at}/testers"), json!({"emails": ["eve@example.org"]}))
            .await
            .status
            .as_u16(),
        person.post(router, &format!("{at}/links"), json!({})).await.status.as_u16(),
        person.get(router, &format!("{at}/links")).await.status.as_u16(),
        put(&on.scene, person, &attach, json!({"every_build": true})).await.status.as_u16(),
        browser.get(router, &page).await.status.as_u16(),
        browser.post(router, &page, &fields).await.status.as_u16(),
    ]
}

const CHANGES: [u16; 8] = [200, 200, 200, 201, 200, 200, 200, 303];
const LOOKS: [u16; 8] = [200, 403, 403, 403, 403, 403, 200, 403];
const NOTHING: [u16; 8] = [404; 8];

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_group_is_changed_by_those_who_manage_all_of_its_apps(db: PgPool) {
    let on = shared(&db).await;
    let (manager, developer, owner) = (Some("manager"), Some("developer"), Some("owner"));
    for (name, roles, expected) in [
        ("manages both", [manager, manager], CHANGES),
        ("owns and manages", [owner, manager], CHANGES),
        ("manages one", [manager, None], LOOKS),
        ("owns one", [None, owner], LOOKS),
        ("manages and develops", [manager, developer], LOOKS),
        ("develops both", [developer, developer], NOTHING),
        ("tests both", [Some("tester"), Some("tester")], NOTHING),
        ("stranger", [None, None], NOTHING),
    ] {
        let who = person(&db, &on, &name.replace(' ', "_"), roles).await;
        assert_eq!(told(&on, &who).await, expected, "{name}");
    }
    assert_eq!(told(&on, &on.scene.ada).await, CHANGES);
    assert_eq!(told(&on, &Person::admin("root", &on.scene.house).await).await, CHANGES);
    // Its maker left one of the apps, then both.
    let leave = async |app: &str| {
        let app: uuid::Uuid = app.parse().unwrap();
        sqlx::query!(
            "delete from app_members where app_id = $1 and account_id = $2",
            app,
            on.scene.ada.account.0
        )
        .execute(&db)
        .await
        .unwrap();
    };
    leave(&on.one).await;
    assert_eq!(told(&on, &on.scene.ada).await, LOOKS);
    leave(&on.other).await;
    assert_eq!(told(&on, &on.scene.ada).await, NOTHING);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_manages_one_app_of_several_takes_that_one_out(db: PgPool) {
    let on = shared(&db).await;
    let router = &on.scene.router;
    let eve = person(&db, &on, "eve", [Some("manager"), Some("developer")]).await;
    let at = format!("/api/groups/{}", on.group);
    let seen = eve.get(router, &at).await;
    assert_eq!(seen.body["may_change"], false);
    assert_eq!(seen.body["apps"].as_array().map(Vec::len), Some(1), "theirs alone: {seen:?}");
    assert_eq!(seen.text("/apps/0/id"), on.one);
    assert_eq!(
        eve.get(router, &format!("{at}/testers")).await.text("/items/0/email"),
        "bob@example.org"
    );
    // Bob would lose what others give.
    let bob = format!("{at}/testers/{}", on.bob);
    assert_eq!(eve.delete(router, &bob).await.problem(), (403, "group-of-others-apps"));
    let gone = eve.delete(router, &format!("/api/testers/{}", on.bob)).await;
    assert_eq!(gone.problem(), (404, "no-such-tester"));
    assert_eq!(eve.delete(router, &at).await.problem(), (403, "group-of-others-apps"));
    let theirs = eve.delete(router, &format!("{at}/apps/{}", on.other)).await;
    assert_eq!(theirs.problem(), (403, "app-role-missing"));
    let mut browser = Browser::of(&eve, SERVICE, &on.scene.house);
    let page = browser.get(router, &format!("/admin/groups/{}", on.group)).await;
    assert!(!page.html().contains("name=\"emails\"") && page.html().contains("/detach"));
    let csrf = page.hidden("csrf").to_owned();
    let detach = format!("/admin/groups/{}/apps/{}/detach", on.group, on.one);
    let gone = browser.post(router, &detach, &[("csrf", &csrf)]).await;
    assert_eq!((gone.status.as_u16(), gone.header("location")), (303, "/admin/groups"));
    assert_eq!(eve.get(router, &at).await.problem(), (404, "no-such-group"));
    // What is left is another's.
    assert_eq!(on.scene.ada.get(router, &at).await.text("/apps/0/id"), on.other);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_attaches_an_app_by_giving_a_build_of_it(db: PgPool) {
    let on = shared(&db).await;
    let router = &on.scene.router;
    let build = on.scene.build(&ipa("1.1")).await;
    let give = format!("/api/builds/{}/groups", build.text("/id"));
    let developer = person(&db, &on, "developer", [Some("developer"), None]).await;
    developer.post(router, "/api/groups", json!({"name": "Mine"})).await;
    let refused = developer.post(router, &give, json!({"groups": ["Mine"]})).await;
    assert_eq!(refused.pointers(), ["#/groups"]);
    let given = developer.post(router, &give, json!({"groups": ["Friends"]})).await;
    assert_eq!(given.status, 204, "it gets builds of the app: {given:?}");
    let manager = person(&db, &on, "manager", [Some("manager"), None]).await;
    manager.post(router, "/api/groups", json!({"name": "Ours"})).await;
    let given = manager.post(router, &give, json!({"groups": ["Ours"]})).await;
    assert_eq!(given.status, 204, "{given:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_opens_nothing_of_an_app_that_its_maker_does_not_manage(db: PgPool) {
    let on = shared(&db).await;
    let router = &on.scene.router;
    let eve = person(&db, &on, "eve", [Some("manager"), None]).await;
    let hers = eve.post(router, "/api/groups", json!({"name": "Eve's"})).await;
    let at = format!("/api/groups/{}/testers", hers.text("/id"));
    let emails = json!({"emails": ["bob@example.org", "carl@example.org"]});
    let invited = eve.post(router, &at, emails).await;
    assert_eq!(invited.body["items"][0]["link"], serde_json::Value::Null, "Bob is Ada's too");
    let (mut carl, answer) = open(&on.scene, invited.text("/items/1/link")).await;
    assert_eq!(answer.status, 303);
    assert!(!carl.get(router, "/").await.html().contains("Example"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_was_handed_the_link_of_an_address_first_gets_nothing_that_others_give_it(
    db: PgPool,
) {
    let scene = Scene::on(db).await;
    let router = &scene.router;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let group = group(&scene, "Friends", &app, true).await;
    let mallory = Person::publisher("mallory", &scene.house).await;
    let hers = mallory.post(router, "/api/groups", json!({"name": "Trap"})).await;
    let hers = format!("/api/groups/{}/testers", hers.text("/id"));
    let admin = Person::admin("root", &scene.house).await;
    let real = format!("/api/groups/{group}/testers");
    // With mail off whoever invites has the links. She signs in by one of them and keeps another.
    let kim = json!({"emails": ["kim@example.org"]});
    let used = mallory.post(router, &hers, kim.clone()).await;
    let (mut session, answer) = open(&scene, used.text("/items/0/link")).await;
    assert_eq!(answer.status, 303);
    let kept = mallory.post(router, &hers, kim.clone()).await;
    let invited = admin.post(router, &real, kim).await;
    assert!(!session.get(router, "/").await.html().contains("Example"), "her session is over");
    let (_, late) = open(&scene, kept.text("/items/0/link")).await;
    assert_ne!(late.status, 303, "what she kept opens nothing");
    let (mut tester, _) = open(&scene, invited.text("/items/0/link")).await;
    assert!(tester.get(router, "/").await.html().contains("Example"));
    // Nor if she takes them out, so that nobody sees that she knew them.
    let lee = json!({"emails": ["lee@example.org"]});
    let kept = mallory.post(router, &hers, lee.clone()).await;
    let one = format!("{hers}/{}", kept.text("/items/0/id"));
    assert_eq!(mallory.delete(router, &one).await.status, 204);
    assert_eq!(scene.ada.post(router, &real, lee).await.status, 200);
    let (_, late) = open(&scene, kept.text("/items/0/link")).await;
    assert_ne!(late.status, 303, "what she kept opens nothing");
}
