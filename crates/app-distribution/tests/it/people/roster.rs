//! The roster of an app: who is in it, what it tells of them, and what its managers do there.

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::{group, invite, join_app, open, path, put, tester, with_mail};
use crate::make::{BUNDLE, SERVICE, SIGNED_APK, Scene, installable, ipa_of};

const IPHONE: &str = "com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 hwp/t8130 build/22B83";

/// A download of a tester's, or of an account's.
async fn fetch(db: &PgPool, build: &str, (tester, account): (Option<&str>, Option<&Person>)) {
    let id = Uuid::now_v7();
    let insert = sqlx::query!(
        "insert into downloads (id, build_id, link_hash, tester_id, account_id, agent)
         values ($1, $2, sha256($1::uuid::text::bytea), $3, $4, $5)",
        id,
        build.parse::<Uuid>().unwrap(),
        tester.map(|tester| tester.parse::<Uuid>().unwrap()),
        account.map(|person| person.account.0),
        IPHONE,
    );
    insert.execute(db).await.unwrap();
}

/// What Ada is told at the end of the roster's address.
async fn roster(scene: &Scene, app: &str, query: &str) -> Vec<Value> {
    let answer = scene.ada.get(&scene.router, &format!("/api/apps/{app}/testers{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

/// Their addresses, or handles.
async fn names(scene: &Scene, app: &str, query: &str) -> Vec<String> {
    let people = roster(scene, app, query).await;
    let name = |person: &Value| {
        person["email"].as_str().or(person["handle"].as_str()).unwrap_or_default().to_owned()
    };
    people.iter().map(name).collect()
}

/// An app with two builds that install, oldest first.
async fn two_builds(scene: &Scene) -> (String, [String; 2]) {
    let first = scene.build(&installable("Example", "1.0")).await;
    let second = scene.build(&installable("Example", "1.1")).await;
    let [one, other] = [&first, &second].map(|build| build.text("/id").to_owned());
    (first.text("/app/id").to_owned(), [one, other])
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn everybody_is_told_once_with_what_they_have(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, [first, second]) = two_builds(&scene).await;
    let friends = group(&scene, "Friends", &app, true).await;
    let beta = group(&scene, "Beta", &app, false).await;
    let (bob, _) = invite(&scene, &friends, "bob@example.org").await;
    // Whom no mail has proven comes in by the link of the last who invited them.
    let (same, link) = invite(&scene, &beta, "bob@example.org").await;
    assert_eq!(same, bob);
    let (eve, _) = invite(&scene, &beta, "eve@example.org").await;
    let of_others = scene.build(&ipa_of("com.example.other", "1.0", 0)).await;
    let others = group(&scene, "Others", of_others.text("/app/id"), true).await;
    invite(&scene, &others, "carl@example.org").await;

    let people = roster(&scene, &app, "").await;
    assert_eq!(names(&scene, &app, "").await, ["eve@example.org", "bob@example.org", "ada"]);
    let [of_eve, of_bob, of_ada] = &people[..] else { panic!("{people:?}") };
    assert_eq!(of_bob["groups"].as_array().map(Vec::len), Some(2), "one line for both");
    assert_eq!(of_bob["groups"][0]["name"], "Beta");
    assert_eq!(of_bob["groups"][0]["may_change"], true);
    assert_eq!((&of_bob["signed_in"], &of_bob["is_newest"]), (&json!(false), &json!(false)));
    assert_eq!(of_bob["offered"]["id"], second.as_str());
    assert_eq!((&of_eve["offered"], &of_eve["is_newest"]), (&Value::Null, &Value::Null));
    assert_eq!((&of_ada["role"], &of_ada["signed_in"]), (&json!("owner"), &json!(true)));

    open(&scene, &link).await;
    fetch(&db, &second, (Some(&bob), None)).await;
    fetch(&db, &first, (Some(&bob), None)).await;
    fetch(&db, &first, (None, Some(&scene.ada))).await;
    let give = format!("/api/builds/{first}/groups");
    scene.ada.post(&scene.router, &give, json!({"groups": ["Beta"]})).await;
    fetch(&db, &first, (Some(&eve), None)).await;
    let people = roster(&scene, &app, "").await;
    let [of_eve, of_bob, of_ada] = &people[..] else { panic!("{people:?}") };
    assert_eq!((&of_bob["signed_in"], &of_bob["is_newest"]), (&json!(true), &json!(true)));
    assert_eq!(of_bob["fetched"]["version"], "1.1", "the newest, not the last");
    let device = json!({"model": "iPhone16,1", "system": "iOS 18.1", "program": null});
    assert_eq!(of_bob["fetched"]["device"], device);
    assert_eq!(of_eve["is_newest"], true, "it is the newest that her group was given");
    assert_eq!(
        (&of_ada["fetched"]["version"], &of_ada["is_newest"]),
        (&json!("1.0"), &json!(false))
    );
    assert_eq!(names(&scene, &app, "?only=invited").await, ["eve@example.org"]);
    assert_eq!(names(&scene, &app, "?only=behind").await, ["ada"]);
    assert_eq!(names(&scene, &app, "?only=newest").await, ["eve@example.org", "bob@example.org"]);
    assert_eq!(names(&scene, &app, "?only=newest&q=%20BOB@").await, ["bob@example.org"]);
    assert_eq!(names(&scene, &app, "?q=Ad").await, ["ada"]);

    let at = format!("/api/builds/{second}/toggle_active");
    scene.ada.post(&scene.router, &at, json!({})).await;
    assert_eq!(names(&scene, &app, "?only=behind").await.len(), 0, "1.0 is the newest offered");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_member_who_is_a_tester_too_is_one_person(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, [first, second]) = two_builds(&scene).await;
    let friends = group(&scene, "Friends", &app, true).await;
    let (tester, _) = invite(&scene, &friends, "max@example.org").await;
    let max = Person::named("max", &scene.house).await;
    join_app(&db, &app, &max, "developer").await;
    let locked = Person::named("locked", &scene.house).await;
    join_app(&db, &app, &locked, "developer").await;
    sqlx::query!("update accounts set disabled_at = now() where id = $1", locked.account.0)
        .execute(&db)
        .await
        .unwrap();
    sqlx::query!("update testers set account_id = $1, proven_at = now()", max.account.0)
        .execute(&db)
        .await
        .unwrap();
    fetch(&db, &first, (Some(&tester), None)).await;
    fetch(&db, &second, (None, Some(&max))).await;
    let people = roster(&scene, &app, "").await;
    assert_eq!(people.len(), 2, "{people:?}");
    let of_max = &people[0];
    assert_eq!((&of_max["handle"], &of_max["email"]), (&json!("max"), &json!("max@example.org")));
    assert_eq!((&of_max["role"], &of_max["is_newest"]), (&json!("developer"), &json!(true)));
    assert_eq!(of_max["groups"][0]["name"], "Friends");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_name_is_for_those_who_see_the_group_that_gave_it(db: PgPool) {
    let scene = Scene::on(db).await;
    let (app, _) = two_builds(&scene).await;
    let friends = group(&scene, "Friends", &app, true).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/groups/{friends}");
    let csrf = browser.get(&scene.router, &at).await.hidden("csrf").to_owned();
    let pasted = "First,Last,Mail\nBob,<b>Byron</b>,bob@example.org\nEve <eve@example.org>";
    let sent = [("csrf", csrf.as_str()), ("emails", pasted)];
    let invited = browser.post(&scene.router, &format!("{at}/testers"), &sent).await;
    assert!(invited.html().contains("Bob b Byron /b"), "{}", invited.html());
    let testers = format!("/api/groups/{friends}/testers");
    let named = json!({"emails": ["Bob Byron <bob@example.org>", "eve@example.org"]});
    let invited = scene.ada.post(&scene.router, &testers, named).await;
    assert_eq!(invited.text("/items/0/name"), "Bob Byron");
    assert_eq!(invited.text("/items/1/name"), "Eve", "who is not named keeps the name");
    let long = format!("{} <bob@example.org>", "x".repeat(101));
    let refused = scene.ada.post(&scene.router, &testers, json!({"emails": [long]})).await;
    assert_eq!(refused.pointers(), ["#/emails/0"]);
    assert_eq!(names(&scene, &app, "?q=byr").await, ["bob@example.org"]);
    assert_eq!(roster(&scene, &app, "?q=byr").await[0]["name"], "Bob Byron");
    for page in [format!("{at}?q=byr"), format!("/admin/apps/{app}/testers?q=byr")] {
        let page = browser.get(&scene.router, &page).await;
        assert!(page.html().contains("Bob Byron") && !page.html().contains("eve@example.org"));
    }

    let other = scene.build(&ipa_of("com.example.other", "1.0", 0)).await;
    let others = group(&scene, "Others", other.text("/app/id"), true).await;
    invite(&scene, &others, "bob@example.org").await;
    assert_eq!(roster(&scene, other.text("/app/id"), "").await[0]["name"], Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_a_tester_fetches_is_told_with_their_phone(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(SIGNED_APK).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let page = bob.get(&scene.router, &format!("/builds/{id}")).await;
    let package = path(page.between("large\" href=\"", "\"")).to_owned();
    let agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A) Mobile";
    let got = Ask::new("GET", &package).header("user-agent", agent).of(&scene.router).await;
    assert_eq!(got.status, 200);
    let people = roster(&scene, app, "?only=newest").await;
    assert_eq!(people[0]["email"], "bob@example.org");
    assert_eq!(people[0]["fetched"]["id"], id);
    assert_eq!(people[0]["fetched"]["device"]["model"], "Pixel 9");
    assert_eq!(people[0]["signed_in"], true);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_roster_is_read_in_parts(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&installable("Example", "1.0")).await.text("/app/id").to_owned();
    let friends = group(&scene, "Friends", &app, true).await;
    let emails: Vec<String> = (10..63).map(|number| format!("t{number}@example.org")).collect();
    let at = format!("/api/groups/{friends}/testers");
    scene.ada.post(&scene.router, &at, json!({"emails": emails})).await;
    let list = format!("/api/apps/{app}/testers");
    let first = scene.ada.get(&scene.router, &format!("{list}?limit=30")).await;
    let next = first.text("/next").to_owned();
    let second = scene.ada.get(&scene.router, &format!("{list}?limit=30&after={next}")).await;
    assert_eq!(first.text("/items/0/email"), "t62@example.org");
    assert_eq!(second.body["items"].as_array().map(Vec::len), Some(24));
    assert_eq!(second.body["next"], Value::Null);
    for (query, pointer) in [
        ("?limit=0".to_owned(), "?limit"),
        ("?limit=101".to_owned(), "?limit"),
        (format!("?q={}", "x".repeat(255)), "?q"),
    ] {
        let refused = scene.ada.get(&scene.router, &format!("{list}{query}")).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    let refused = scene.ada.get(&scene.router, &format!("{list}?only=sleeping")).await;
    assert!(refused.status.is_client_error(), "{refused:?}");

    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/apps/{app}/testers");
    let page = browser.get(&scene.router, &at).await;
    assert!(page.html().contains("t62@example.org") && !page.html().contains("t12@example.org"));
    assert!(page.html().contains("Everybody · 54"), "{}", page.html());
    let older = page.between("rel=\"next\" href=\"", "\"").replace("&#38;", "&");
    let page = browser.get(&scene.router, &older).await;
    assert!(page.html().contains("t12@example.org") && !page.html().contains("t62@example.org"));
    let newer = page.between("rel=\"prev\" href=\"", "\"").replace("&#38;", "&");
    let page = browser.get(&scene.router, &newer).await;
    assert!(page.html().contains("t62@example.org"));
    let page = browser.get(&scene.router, &format!("{at}?q=T12&only=invited")).await;
    assert!(page.html().contains("t12@example.org") && !page.html().contains("t13@example.org"));
    assert!(page.html().contains("testers.csv?q=T12&#38;only=invited"), "{}", page.html());
    let page = browser.get(&scene.router, &format!("{at}?q=nobody")).await;
    assert!(page.html().contains("Nobody is like that"));
}

/// The cells of a line of CSV, as RFC 4180 reads it.
fn cells(line: &str) -> Vec<String> {
    let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap();
    inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
}

fn table(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    text.split_terminator("\r\n").skip(1).map(cells).collect()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_tables_are_opened_right_and_calculate_nothing(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, [first, _]) = two_builds(&scene).await;
    let friends = group(&scene, "=1+1, \"quoted\"", &app, true).await;
    let (plus, _) = invite(&scene, &friends, "+1@example.org").await;
    invite(&scene, &friends, "bob@example.org").await;
    fetch(&db, &first, (Some(&plus), None)).await;

    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/api/apps/{app}/testers.csv");
    let by_api = scene.ada.get(&scene.router, &format!("{at}?q=%2B1")).await;
    let file = "attachment; filename=\"testers.csv\"";
    assert_eq!(by_api.header("content-disposition"), file);
    let lines = table(&by_api);
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!([&line[1], &line[2]], ["'+1@example.org", ""]);
    assert_eq!([&line[4], &line[5]], ["", "'=1+1, \"quoted\""]);
    assert_eq!([&line[7], &line[8], &line[9], &line[11]], ["false", "false", "1.1", "1.0"]);
    assert_eq!([&line[14], &line[15]], ["iPhone16,1", "iOS 18.1"]);
    let at = format!("/admin/apps/{app}/testers.csv?q=&only=");
    assert_eq!(table(&browser.get(&scene.router, &at).await).len(), 3);

    let at = format!("/api/apps/{app}/downloads.csv");
    let lines = table(&scene.ada.get(&scene.router, &at).await);
    assert_eq!((lines.len(), lines[0][6].as_str()), (1, "'+1@example.org"));
    let page = format!("/admin/apps/{app}/downloads?build={first}");
    let link = format!("/admin/apps/{app}/downloads.csv?build={first}");
    sqlx::query!(
        "insert into daily_counts (app_id, build_id, day, system, device, downloads)
         select app_id, id, current_date, '', '', 1 from builds"
    )
    .execute(&db)
    .await
    .unwrap();
    assert!(browser.get(&scene.router, &page).await.html().contains(&link));
    assert_eq!(table(&browser.get(&scene.router, &link).await).len(), 1);
    let none = format!("/api/apps/{app}/downloads.csv?build={}", Uuid::now_v7());
    assert_eq!(table(&scene.ada.get(&scene.router, &none).await).len(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn managers_invite_again_and_remove(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, _) = two_builds(&scene).await;
    let friends = group(&scene, "Friends", &app, true).await;
    let (bob, _) = invite(&scene, &friends, "bob@example.org").await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/apps/{app}/testers");
    let page = browser.get(&scene.router, &at).await;
    let csrf = ("csrf", page.hidden("csrf"));
    let again = format!("{at}/{bob}/invite");
    assert!(page.html().contains(&again));
    let invited = browser.post(&scene.router, &again, &[csrf]).await;
    assert_eq!((invited.status.as_u16(), invited.header("cache-control")), (200, "no-store"));
    let link = invited.between("<p class=\"code\">", "</p>").to_owned();
    let (mut of_bob, answer) = open(&scene, &link).await;
    assert_eq!(answer.status, 303);
    assert!(of_bob.get(&scene.router, "/").await.html().contains("Example"));
    assert_eq!(names(&scene, &app, "?only=invited").await.len(), 0);

    let removed = browser.post(&scene.router, &format!("{at}/{bob}/remove"), &[csrf]).await;
    assert_eq!(removed.header("location"), at);
    assert_eq!(names(&scene, &app, "").await, ["ada"], "they are gone");
    assert!(!of_bob.get(&scene.router, "/").await.html().contains("Example"));
    let api = format!("/api/apps/{app}/testers/{bob}");
    assert_eq!(scene.ada.delete(&scene.router, &api).await.problem(), (404, "no-such-tester"));
    let again = scene.ada.post(&scene.router, &format!("{api}/invite"), json!({})).await;
    assert_eq!(again.problem(), (404, "no-such-tester"));
    let log = scene.ada.get(&scene.router, &format!("/api/apps/{app}/log")).await;
    let log = log.body.to_string();
    assert!(log.contains("tester.invited_again") && log.contains("tester.removed"), "{log}");

    // Developers look on.
    invite(&scene, &friends, "eve@example.org").await;
    let dev = Person::named("dev", &scene.house).await;
    join_app(&db, &app, &dev, "developer").await;
    let page = Browser::of(&dev, SERVICE, &scene.house).get(&scene.router, &at).await;
    assert!(page.html().contains("eve@example.org") && !page.html().contains("/remove"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_stays_in_groups_that_others_manage(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, _) = two_builds(&scene).await;
    let mine = group(&scene, "Mine", &app, true).await;
    let shared = group(&scene, "Shared", &app, true).await;
    let other = scene.build(&ipa_of("com.example.other", "1.0", 0)).await;
    let attach = format!("/api/groups/{shared}/apps/{}", other.text("/app/id"));
    put(&scene, &scene.ada, &attach, json!({"every_build": true})).await;
    let (bob, _) = invite(&scene, &mine, "bob@example.org").await;
    invite(&scene, &shared, "bob@example.org").await;
    let max = Person::named("max", &scene.house).await;
    join_app(&db, &app, &max, "manager").await;

    let list = format!("/api/apps/{app}/testers");
    let seen = max.get(&scene.router, &format!("{list}?q=bob")).await;
    let may = |index: usize| seen.body["items"][0]["groups"][index]["may_change"].clone();
    assert_eq!([may(0), may(1)], [json!(true), json!(false)], "{seen:?}");
    let invited = max.post(&scene.router, &format!("{list}/{bob}/invite"), json!({})).await;
    assert_eq!((invited.status.as_u16(), &invited.body["link"]), (200, &Value::Null));
    assert_eq!(max.delete(&scene.router, &format!("{list}/{bob}")).await.status, 204);
    let seen = max.get(&scene.router, &format!("{list}?q=bob")).await;
    assert_eq!(seen.text("/items/0/groups/0/name"), "Shared", "he has it by the other still");
    let refused = max.delete(&scene.router, &format!("{list}/{bob}")).await;
    assert_eq!(refused.problem(), (403, "group-of-others-apps"));
    let refused = max.post(&scene.router, &format!("{list}/{bob}/invite"), json!({})).await;
    assert_eq!(refused.problem(), (403, "group-of-others-apps"));
    let of_max = Browser::of(&max, SERVICE, &scene.house)
        .get(&scene.router, &format!("/admin/apps/{app}/testers"))
        .await;
    assert!(of_max.html().contains("bob@example.org") && !of_max.html().contains("/remove"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn invitations_are_mailed_again_but_not_without_end(db: PgPool) {
    let few = [("SECUREVOX_TESTER_INVITES_PER_ACCOUNT", "2")];
    let Some((scene, smtp)) = with_mail(db, &few).await else { return };
    let build = scene.build(&ipa_of(BUNDLE, "1.0", 0)).await;
    let app = build.text("/app/id");
    let friends = group(&scene, "Friends", app, true).await;
    let (bob, _) = invited(&scene, &friends).await;
    let again = format!("/api/apps/{app}/testers/{bob}/invite");
    let answer = scene.ada.post(&scene.router, &again, json!({})).await;
    assert_eq!((&answer.body["mailed"], &answer.body["link"]), (&json!(true), &Value::Null));
    drop(smtp);
    let limited = scene.ada.post(&scene.router, &again, json!({})).await;
    assert_eq!(limited.status, 429, "{limited:?}");
}

/// Bob, who is mailed.
async fn invited(scene: &Scene, group: &str) -> (String, bool) {
    let at = format!("/api/groups/{group}/testers");
    let invited = scene.ada.post(&scene.router, &at, json!({"emails": ["bob@example.org"]})).await;
    (invited.text("/items/0/id").to_owned(), invited.body["items"][0]["mailed"] == true)
}
