//! Who is mailed about a new build, once, and how that ends.

use std::collections::BTreeSet;

use securevox_testkit::{Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::{done, now, proven, with_mail};
use crate::{
    make::{Scene, form, ipa},
    people::{group, join_app, path, put},
};

pub(super) const KIND: &str = "tell-testers";

/// Puts testers into a group who were never invited by mail.
async fn fill(db: &PgPool, group: &str, emails: &[String]) {
    let group: Uuid = group.parse().unwrap();
    let ids: Vec<Uuid> = emails.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with made as (
             insert into testers (id, email) select * from unnest($1::uuid[], $2::text[])
             on conflict (email) do update set email = excluded.email returning id)
         insert into tester_group_members (group_id, tester_id) select $3, id from made",
        &ids,
        emails,
        group,
    )
    .execute(db)
    .await
    .unwrap();
}

pub(super) async fn told(db: &PgPool) -> BTreeSet<String> {
    let told = sqlx::query_scalar!(
        "select t.email from build_mails m join testers t on t.id = m.tester_id"
    );
    told.fetch_all(db).await.unwrap().into_iter().collect()
}

pub(super) fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}@example.org")).collect()
}

/// An app whose first build told nobody, and a group.
pub(super) async fn app_of(scene: &Scene, db: &PgPool) -> (String, String) {
    let build = scene.upload(form(&ipa("1.0")).text("notify", "false")).await;
    let app = build.text("/app/id").to_owned();
    let group = group(scene, "Friends", &app, true).await;
    fill(db, &group, &names(&["bob", "eve"])).await;
    (app, group)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_thousand_testers_are_mailed_once_each(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let (app, friends) = app_of(&scene, &db).await;
    let emails: Vec<String> = (0..1_000).map(|n| format!("t{n}@example.org")).collect();
    fill(&db, &friends, &emails).await;
    // Somebody in two groups gets one mail.
    let others = group(&scene, "Others", &app, true).await;
    fill(&db, &others, &emails[..10]).await;
    sqlx::query!("delete from testers where email in ('bob@example.org', 'eve@example.org')")
        .execute(&db)
        .await
        .unwrap();
    let build = scene.build(&ipa("1.1")).await;
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 1_000);

    // The job once more, as after a crash.
    let payload = json!({"build": build.text("/id"), "reach": "everybody"});
    for _ in 0..2 {
        sqlx::query!(
            "insert into jobs (id, kind, payload) values ($1, $2, $3)",
            Uuid::now_v7(),
            KIND,
            payload,
        )
        .execute(&db)
        .await
        .unwrap();
    }
    done(&db, KIND).await;
    let mut reached = BTreeSet::new();
    for _ in 0..1_000 {
        let mail = smtp.mail().await;
        assert_eq!(mail.to.len(), 1, "one recipient each");
        assert!(mail.message.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        assert!(reached.insert(mail.to[0].clone()), "{} twice", mail.to[0]);
    }
    assert_eq!(reached, emails.into_iter().collect());
    done(&db, "send-mail").await;
    assert_eq!(told(&db).await.len(), 1_000);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_letter_says_what_is_new_and_how_to_end_it(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let (_, friends) = app_of(&scene, &db).await;
    fill(&db, &friends, &names(&["carl"])).await;
    sqlx::query!("delete from testers where email <> 'carl@example.org'")
        .execute(&db)
        .await
        .unwrap();
    let notes = "**Faster** <script>alert(1)</script>";
    let build = scene.upload(form(&ipa("1.1")).text("release_notes", notes)).await;
    let mail = smtp.mail().await;
    let text = mail.text();
    assert!(text.contains("Subject: Example 1.1 (7) is ready to test"), "{text}");
    assert!(text.contains("<strong>Faster</strong> &lt;script&gt;"), "{text}");
    let page = format!("http://localhost:8083/builds/{}", build.text("/id"));
    assert_eq!(mail.link("http://localhost:8083/builds/"), page, "no key to anything");
    let end = mail.link("http://localhost:8083/unsubscribe/");
    let end = path(&end).trim_end_matches('>').to_owned();

    // A program that looks into mails changes nothing.
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let shown = browser.get(&scene.router, &end).await;
    assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
    assert!(shown.html().contains("Example"), "{}", shown.html());
    // One click of a mail program: no cookie, no origin, no token of a form.
    let click = Ask::new("POST", &end)
        .body("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");
    assert_eq!(click.of(&scene.router).await.status, 200);
    scene.build(&ipa("1.2")).await;
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 1, "no more about this app");
    let out = sqlx::query_scalar!("select count(*) from tester_opt_outs").fetch_one(&db).await;
    assert_eq!(out.unwrap(), Some(1));

    let all = browser.post(&scene.router, &end, &[("scope", "all")]).await;
    assert!(all.html().contains("no more mail about builds"), "{}", all.html());
    let count = async || {
        let out =
            sqlx::query_scalar!("select count(*) from testers where unsubscribed_at is not null");
        out.fetch_one(&db).await.unwrap()
    };
    assert_eq!(count().await, Some(1));
    let again = browser.post(&scene.router, &end, &[("scope", "again")]).await;
    assert!(again.html().contains("again"), "{}", again.html());
    assert_eq!(count().await, Some(0));
    scene.build(&ipa("1.3")).await;
    assert_eq!(smtp.mail().await.to, ["carl@example.org"]);
    for wrong in ["/unsubscribe/x".to_owned(), format!("{end}A"), end.replace("/un", "/UN")] {
        assert_eq!(browser.get(&scene.router, &wrong).await.status, 404, "{wrong}");
        assert_eq!(browser.post(&scene.router, &wrong, &[]).await.status, 404, "{wrong}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn those_who_get_it_and_want_to_know_are_told(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    let (app, _) = app_of(&scene, &db).await;
    let quiet = group(&scene, "Given", &app, false).await;
    fill(&db, &quiet, &names(&["gil"])).await;
    let member = Person::named("max", &scene.house).await;
    join_app(&db, &app, &member, "tester").await;
    proven(&db, &member, "max@example.org").await;
    proven(&db, &scene.ada, "ada@example.org").await;
    let stranger = Person::named("sam", &scene.house).await;
    proven(&db, &stranger, "sam@example.org").await;
    sqlx::query!("update testers set unsubscribed_at = now() where email = 'eve@example.org'")
        .execute(&db)
        .await
        .unwrap();
    let build = scene.build(&ipa("1.1")).await;
    done(&db, KIND).await;
    let expected: BTreeSet<String> = names(&["bob", "max"]).into_iter().collect();
    assert_eq!(
        told(&db).await,
        expected,
        "not who uploaded it, not a group that gets single builds"
    );

    // Given later, only those are told who get it by that.
    let give = format!("/api/builds/{}/groups", build.text("/id"));
    let given = scene.ada.post(&scene.router, &give, json!({"groups": ["Given"]})).await;
    assert_eq!(given.status, 204);
    done(&db, KIND).await;
    let expected: BTreeSet<String> = names(&["bob", "gil", "max"]).into_iter().collect();
    assert_eq!(told(&db).await, expected);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_uploads_and_who_manages_decide(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    let (app, _) = app_of(&scene, &db).await;
    done(&db, KIND).await;
    assert!(told(&db).await.is_empty(), "notify=false");
    let at = format!("/api/apps/{app}/notifications");
    let order = json!({"mail_builds": false, "mail_language": "it"});
    assert_eq!(put(&scene, &scene.ada, &at, order.clone()).await.body, order);
    scene.build(&ipa("1.1")).await;
    done(&db, KIND).await;
    assert!(told(&db).await.is_empty(), "the app says no");
    let wrong = scene.upload(form(&ipa("1.2")).text("notify", "perhaps")).await;
    assert_eq!(wrong.pointers(), ["#/notify"]);
    scene.upload(form(&ipa("1.2")).text("notify", "true")).await;
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 2);
    // The same file again tells nobody again.
    scene.upload(form(&ipa("1.2")).text("notify", "true")).await;
    now(&db, KIND).await;
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 2);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_that_was_withdrawn_meanwhile_is_told_to_nobody(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    let (_, _) = app_of(&scene, &db).await;
    let id = sqlx::query_scalar!("update builds set status = 'inactive' returning id");
    let id = id.fetch_one(&db).await.unwrap();
    sqlx::query!(
        "insert into jobs (id, kind, payload) values ($1, $2, $3)",
        Uuid::now_v7(),
        KIND,
        json!({"build": id, "reach": "everybody"}),
    )
    .execute(&db)
    .await
    .unwrap();
    done(&db, KIND).await;
    assert!(told(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn testers_of_a_channel_are_told_of_its_builds_alone(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    let first = scene.upload(form(&ipa("1.0")).text("notify", "false")).await;
    let app = first.text("/app/id");
    let beta = group(&scene, "Beta", app, true).await;
    let at = format!("/api/groups/{beta}/apps/{app}");
    put(&scene, &scene.ada, &at, json!({"every_build": true, "channel": "beta"})).await;
    fill(&db, &beta, &names(&["bob"])).await;
    let every = group(&scene, "Every", app, true).await;
    fill(&db, &every, &names(&["eve"])).await;
    let told_of = async |build: &str| {
        done(&db, KIND).await;
        let build: Uuid = build.parse().unwrap();
        let told = sqlx::query_scalar!(
            "select split_part(t.email, '@', 1) as who
             from build_mails m join testers t on t.id = m.tester_id
             where m.build_id = $1 order by 1",
            build,
        );
        let told: Vec<_> = told.fetch_all(&db).await.unwrap().into_iter().flatten().collect();
        told.join(" ")
    };
    let nightly = scene.upload(form(&ipa("1.1")).text("channel", "nightly")).await;
    assert_eq!(told_of(nightly.text("/id")).await, "eve");
    let other = scene.upload(form(&ipa("1.2")).text("channel", "beta")).await;
    assert_eq!(told_of(other.text("/id")).await, "bob eve");

    // A build that comes into the channel is told to those who did not have it, by a change or by
    // the same file once more; who joined the others since is told of nothing old.
    fill(&db, &every, &names(&["late"])).await;
    let change = format!("/api/builds/{}", nightly.text("/id"));
    scene.ada.patch(&scene.router, &change, json!({"channel": "beta"})).await;
    assert_eq!(told_of(nightly.text("/id")).await, "bob eve");
    fill(&db, &beta, &names(&["gil"])).await;
    scene.ada.patch(&scene.router, &change, json!({"channel": "beta"})).await;
    assert_eq!(told_of(nightly.text("/id")).await, "bob eve", "it was there");
    let third = scene.upload(form(&ipa("1.3")).text("channel", "nightly")).await;
    assert_eq!(told_of(third.text("/id")).await, "eve late");
    scene.upload(form(&ipa("1.3")).text("channel", "beta")).await;
    assert_eq!(told_of(third.text("/id")).await, "bob eve gil late");
}
