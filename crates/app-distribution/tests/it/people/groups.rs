//! Groups of testers: who changes them, and who is in them.

use securevox_testkit::{Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use super::{group, invite, join_app, open, path, put, tester};
use crate::make::{SERVICE, Scene, form, ipa};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_group_is_changed_by_its_maker_and_the_managers_of_its_apps(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let id = group(&scene, "Friends", &app, true).await;
    let house = &scene.house;
    let mut people = vec![
        ("stranger", Person::publisher("stranger", house).await, 404),
        ("admin", Person::admin("root", house).await, 200),
        ("maker", scene.ada.clone(), 200),
        ("token", scene.ada.api_token(&["builds:write"], house).await, 403),
    ];
    for (role, status) in [("manager", 200), ("developer", 404), ("tester", 404)] {
        let person = Person::named(role, house).await;
        join_app(&db, &app, &person, role).await;
        people.push((role, person, status));
    }
    for (who, person, status) in &people {
        let at = format!("/api/groups/{id}");
        assert_eq!(person.get(&scene.router, &at).await.status, *status, "{who}");
        let renamed = person.patch(&scene.router, &at, json!({"name": "Family"})).await;
        assert_eq!(renamed.status, *status, "{who}");
        let listed = person.get(&scene.router, "/api/groups").await;
        let count = listed.body["items"].as_array().map_or(0, Vec::len);
        assert_eq!(count, usize::from(*status == 200), "{who}");
    }
    let none = Person::named("user", house).await;
    let refused = none.post(&scene.router, "/api/groups", json!({"name": "Mine"})).await;
    assert_eq!(refused.problem(), (403, "may-not-make-groups"));
    let blank = scene.ada.post(&scene.router, "/api/groups", json!({"name": " "})).await;
    assert_eq!(blank.problem(), (422, "invalid-request"));
    // Nobody attaches an app that they do not manage.
    let theirs = people[0].1.post(&scene.router, "/api/groups", json!({"name": "Spies"})).await;
    let attach = format!("/api/groups/{}/apps/{app}", theirs.text("/id"));
    let refused = put(&scene, &people[0].1, &attach, json!({"every_build": true})).await;
    assert_eq!(refused.problem(), (404, "no-such-app"));

    let at = format!("/api/groups/{id}");
    assert_eq!(scene.ada.delete(&scene.router, &format!("{at}/apps/{app}")).await.status, 204);
    assert_eq!(scene.ada.delete(&scene.router, &at).await.status, 204);
    assert_eq!(scene.ada.get(&scene.router, &at).await.problem(), (404, "no-such-group"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn testers_are_added_listed_and_removed(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let id = group(&scene, "Friends", build.text("/app/id"), true).await;
    let at = format!("/api/groups/{id}/testers");
    let emails = json!({"emails": ["Bob@Example.org", "bob@example.org", "eve@example.org"]});
    let invited = scene.ada.post(&scene.router, &at, emails).await;
    assert_eq!(invited.body["items"].as_array().map(Vec::len), Some(2), "{invited:?}");
    assert_eq!(invited.text("/items/0/email"), "bob@example.org");
    assert_eq!(invited.body["items"][0]["mailed"], false);
    for (body, pointer) in [
        (json!({"emails": []}), "#/emails"),
        (json!({"emails": ["ada@example.org", "nobody"]}), "#/emails/1"),
    ] {
        let refused = scene.ada.post(&scene.router, &at, body).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    let page = scene.ada.get(&scene.router, &format!("{at}?limit=1")).await;
    assert_eq!(page.text("/items/0/email"), "eve@example.org");

    let link = invited.text("/items/0/link");
    let (mut bob, _) = open(&scene, link).await;
    let build = format!("/builds/{}", build.text("/id"));
    assert_eq!(bob.get(&scene.router, &build).await.status, 200);
    let of_bob = format!("{at}/{}", invited.text("/items/0/id"));
    assert_eq!(scene.ada.delete(&scene.router, &of_bob).await.status, 204);
    assert_eq!(bob.get(&scene.router, &build).await.status, 303, "they see it no longer");
    assert_eq!(scene.ada.delete(&scene.router, &of_bob).await.problem(), (404, "no-such-tester"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn somebody_who_is_removed_entirely_is_signed_out(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let id = group(&scene, "Friends", &app, true).await;
    let (bob, link) = invite(&scene, &id, "bob@example.org").await;
    let (mut browser, _) = open(&scene, &link).await;
    assert!(browser.get(&scene.router, "/").await.html().contains("bob@example.org"));
    let (_, unused) = invite(&scene, &id, "bob@example.org").await;

    let at = format!("/api/testers/{bob}");
    let stranger = Person::publisher("stranger", &scene.house).await;
    assert_eq!(stranger.delete(&scene.router, &at).await.problem(), (404, "no-such-tester"));
    assert_eq!(scene.ada.delete(&scene.router, &at).await.status, 204);
    let page = browser.get(&scene.router, "/").await;
    assert!(!page.html().contains("bob@example.org") && !page.html().contains("Example"));
    assert_eq!(open(&scene, &unused).await.1.status, 410, "links of before are over");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_never_opens_what_others_give(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let id = group(&scene, "Friends", &app, true).await;
    invite(&scene, &id, "bob@example.org").await;
    // Eve adds Bob to a group of hers, and would be given a link that signs in as him.
    let eve = Person::publisher("eve", &scene.house).await;
    let hers = eve.post(&scene.router, "/api/groups", json!({"name": "Eve's"})).await;
    let at = format!("/api/groups/{}/testers", hers.text("/id"));
    let invited = eve.post(&scene.router, &at, json!({"emails": ["bob@example.org"]})).await;
    assert_eq!(invited.text("/items/0/email"), "bob@example.org");
    assert_eq!(invited.body["items"][0]["link"], serde_json::Value::Null);
    // Nor does the one that she was given first, for an address that she made up.
    let carl = eve.post(&scene.router, &at, json!({"emails": ["carl@example.org"]})).await;
    let (mut hers, answer) = open(&scene, carl.text("/items/0/link")).await;
    assert_eq!(answer.status, 303);
    let at = format!("/api/groups/{id}/testers");
    scene.ada.post(&scene.router, &at, json!({"emails": ["carl@example.org"]})).await;
    assert!(!hers.get(&scene.router, "/").await.html().contains("Example"));
    let bob = format!("/api/testers/{}", invited.text("/items/0/id"));
    assert_eq!(eve.delete(&scene.router, &bob).await.problem(), (404, "no-such-tester"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn builds_are_given_to_groups(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let first = scene.build(&ipa("1.0")).await;
    let app = first.text("/app/id").to_owned();
    let id = group(&scene, "Beta", &app, false).await;
    let mut bob = tester(&scene, &id, "bob@example.org").await;
    let page = format!("/builds/{}", first.text("/id"));
    assert_eq!(bob.get(&scene.router, &page).await.status, 303);

    let give = format!("/api/builds/{}/groups", first.text("/id"));
    let given = scene.ada.post(&scene.router, &give, json!({"groups": ["beta"]})).await;
    assert_eq!(given.status, 204, "{given:?}");
    assert_eq!(bob.get(&scene.router, &page).await.status, 200);
    let listed = scene.ada.get(&scene.router, &give).await;
    assert_eq!(listed.text("/items/0/name"), "Beta");
    assert_eq!(listed.body["items"][0]["given"], true);
    let detail = scene.ada.get(&scene.router, &format!("/api/builds/{}", first.text("/id"))).await;
    assert_eq!(detail.body["groups"], listed.body["items"]);
    let max = Person::named("max", &scene.house).await;
    join_app(&db, &app, &max, "tester").await;
    let detail = max.get(&scene.router, &format!("/api/builds/{}", first.text("/id"))).await;
    assert_eq!(detail.body["groups"], serde_json::Value::Null, "testers learn of no group");
    let take = format!("{give}/{id}");
    assert_eq!(scene.ada.delete(&scene.router, &take).await.status, 204);
    assert_eq!(bob.get(&scene.router, &page).await.status, 303, "it was taken back");
    let again = scene.ada.delete(&scene.router, &take).await;
    assert_eq!(again.problem(), (404, "not-given"));
    let every = format!("/api/groups/{id}/apps/{app}");
    put(&scene, &scene.ada, &every, json!({"every_build": true})).await;
    assert_eq!(bob.get(&scene.router, &page).await.status, 200);
    let refused = scene.ada.delete(&scene.router, &take).await;
    assert_eq!(refused.problem(), (409, "gets-every-build"));
    put(&scene, &scene.ada, &every, json!({"every_build": false})).await;
    scene.ada.post(&scene.router, &give, json!({"groups": ["beta"]})).await;
    let unknown = scene.ada.post(&scene.router, &give, json!({"groups": ["gamma"]})).await;
    assert_eq!(unknown.pointers(), ["#/groups"]);
    let token = scene.ada.api_token(&["builds:read"], &scene.house).await;
    let refused = token.post(&scene.router, &give, json!({"groups": ["beta"]})).await;
    assert_eq!(refused.problem(), (403, "scope-missing"));

    // By the upload: by name or id; the same file again, too.
    let second = scene.upload(form(&ipa("1.1")).text("groups", &format!(" BETA , {id}"))).await;
    assert_eq!(second.status, 201, "{second:?}");
    let page = format!("/builds/{}", second.text("/id"));
    assert_eq!(bob.get(&scene.router, &page).await.status, 200);
    let refused = scene.upload(form(&ipa("1.2")).text("groups", "gamma")).await;
    assert_eq!(refused.pointers(), ["#/groups"]);
    assert_eq!(scene.files(), (0, 2), "what is refused leaves nothing behind");
    let third = scene.build(&ipa("1.2")).await;
    let again = scene.upload(form(&ipa("1.2")).text("groups", "Beta")).await;
    assert_eq!(again.status, 200);
    let page = format!("/builds/{}", third.text("/id"));
    assert_eq!(bob.get(&scene.router, &page).await.status, 200);
    assert!(bob.get(&scene.router, "/").await.html().contains(third.text("/id")));

    // A group of somebody else's is as unknown as one that does not exist.
    let eve = Person::publisher("eve", &scene.house).await;
    eve.post(&scene.router, "/api/groups", json!({"name": "Secret"})).await;
    let refused = scene.ada.post(&scene.router, &give, json!({"groups": ["Secret"]})).await;
    assert_eq!(refused.pointers(), ["#/groups"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_pages_of_groups_do_it_all(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let list = browser.get(&scene.router, "/admin/groups").await;
    let csrf = list.hidden("csrf").to_owned();
    let csrf = ("csrf", csrf.as_str());
    let made = browser.post(&scene.router, "/admin/groups", &[csrf, ("name", "Friends")]).await;
    let at = made.header("location").to_owned();
    assert!(at.starts_with("/admin/groups/"), "{made:?}");
    let router = &scene.router;
    let attach = [csrf, ("app", app.as_str()), ("builds", "every")];
    assert_eq!(browser.post(router, &format!("{at}/apps"), &attach).await.status, 303);
    let pasted = "Name,Mail\nBob,bob@example.org\nEve <eve@example.org>";
    let invite = [csrf, ("emails", pasted)];
    let invited = browser.post(router, &format!("{at}/testers"), &invite).await;
    assert_eq!(invited.status, 200, "{}", invited.html());
    let link = invited.between("<span class=\"code\">", "</span>").to_owned();
    assert_eq!(open(&scene, &link).await.1.status, 303);
    let wrong = [csrf, ("emails", "nobody")];
    assert_eq!(browser.post(router, &format!("{at}/testers"), &wrong).await.status, 422);

    let order = [csrf, ("email_domain", "example.org"), ("uses", "2"), ("expires_in_hours", "")];
    let made = browser.post(router, &format!("{at}/links"), &order).await;
    let link = made.between("<p class=\"code\">", "</p>").to_owned();
    assert_eq!(browser.get(router, path(&link)).await.status, 200);
    let wrong = [csrf, ("email_domain", "no domain"), ("uses", "many"), ("expires_in_hours", "")];
    assert_eq!(browser.post(router, &format!("{at}/links"), &wrong).await.status, 422);
    let withdraw = made.between(&format!("action=\"{at}/links/"), "\"").to_owned();
    let withdrawn = browser.post(router, &format!("{at}/links/{withdraw}"), &[csrf]).await;
    assert_eq!(withdrawn.status, 303);
    assert_eq!(browser.get(router, path(&link)).await.status, 410);

    assert_eq!(browser.post(router, &at, &[csrf, ("name", "Family")]).await.status, 303);
    let page = browser.get(router, &at).await;
    assert!(page.html().contains("Family") && page.html().contains("bob@example.org"));
    let remove = page.between(&format!("action=\"{at}/testers/"), "\"").to_owned();
    let removed = browser.post(router, &format!("{at}/testers/{remove}"), &[csrf]).await;
    assert_eq!(removed.status, 303);
    let detach = format!("{at}/apps/{app}/detach");
    assert_eq!(browser.post(router, &detach, &[csrf]).await.header("location"), at);
    assert_eq!(browser.post(router, &format!("{at}/delete"), &[csrf]).await.status, 303);
    assert_eq!(browser.get(router, &at).await.status, 404);
}
