//! The address of an account: said by its holder, proven by a mail.

use securevox_testkit::{Browser, Person};
use sqlx::PgPool;

use super::with_mail;
use crate::{
    make::{SERVICE, Scene, ipa},
    people::path,
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_is_proven_by_a_mail(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let tab = format!("/admin/apps/{app}/webhooks");
    assert!(ada.get(&scene.router, &tab).await.html().contains("not confirmed"));
    let csrf = ada.get(&scene.router, "/admin/mail").await.hidden("csrf").to_owned();
    let proof = ("csrf", csrf.as_str());
    let wrong = ada.post(&scene.router, "/admin/mail", &[proof, ("email", "ada")]).await;
    assert!(wrong.html().contains("role=\"alert\""));
    let email = ("email", " Ada@example.org");
    let sent = ada.post(&scene.router, "/admin/mail", &[proof, email]).await;
    assert!(sent.html().contains("role=\"status\""), "{}", sent.html());
    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["ada@example.org"]);
    assert!(!mail.message.contains("List-Unsubscribe"), "it was asked for");
    let link = mail.link("http://localhost:8083/mail/");
    let link = path(&link);
    let count = || async {
        let linked =
            sqlx::query_scalar!("select count(*) from testers where account_id is not null");
        linked.fetch_one(&db).await.unwrap()
    };

    // It is Ada's alone: nobody makes another's mails go to them.
    let eve = Person::named("eve", &scene.house).await;
    let mut other = Browser::of(&eve, SERVICE, &scene.house);
    assert_eq!(other.get(&scene.router, link).await.status, 410);
    let theirs = other.get(&scene.router, "/admin/mail").await.hidden("csrf").to_owned();
    assert_eq!(other.post(&scene.router, link, &[("csrf", &theirs)]).await.status, 410);
    let nobody = Browser::at(&scene.house.base.urls.distribution).get(&scene.router, link).await;
    assert_eq!(nobody.status, 303);
    assert!(ada.get(&scene.router, link).await.html().contains("ada@example.org"));
    assert_eq!(count().await, Some(0), "to look changes nothing");
    let proven = ada.post(&scene.router, link, &[proof]).await;
    assert_eq!(proven.status, 303);
    let shown = ada.get(&scene.router, proven.header("location")).await;
    assert!(shown.html().contains("Your address is confirmed."), "{}", shown.html());
    assert_eq!(count().await, Some(1));
    assert!(ada.get(&scene.router, &tab).await.html().contains("ada@example.org"));

    // Another address takes its place.
    let email = ("email", "ada@example.com");
    ada.post(&scene.router, "/admin/mail", &[proof, email]).await;
    let link = smtp.mail().await.link("http://localhost:8083/mail/");
    ada.post(&scene.router, path(&link), &[proof]).await;
    assert_eq!(count().await, Some(1));
    let page = ada.get(&scene.router, "/admin/mail").await;
    assert!(page.html().contains("ada@example.com") && !page.html().contains("ada@example.org"));
    assert_eq!(ada.get(&scene.router, "/mail/x").await.status, 410);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_addresses_that_are_proven_at_once_do_not_both_stay(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let browser = || Browser::of(&scene.ada, SERVICE, &scene.house);
    let (mut one, mut other) = (browser(), browser());
    let csrf = one.get(&scene.router, "/admin/mail").await.hidden("csrf").to_owned();
    let mut links = Vec::new();
    for email in ["ada@example.org", "ada@example.com"] {
        let asked = [("csrf", csrf.as_str()), ("email", email)];
        one.post(&scene.router, "/admin/mail", &asked).await;
        links.push(smtp.mail().await.link("http://localhost:8083/mail/"));
    }
    let proof = [("csrf", csrf.as_str())];
    let (first, second) = tokio::join!(
        one.post(&scene.router, path(&links[0]), &proof),
        other.post(&scene.router, path(&links[1]), &proof)
    );
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303));
    let count = sqlx::query_scalar!("select count(*) from testers where account_id is not null");
    assert_eq!(count.fetch_one(&db).await.unwrap(), Some(1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn where_mail_is_off_the_page_says_so(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    assert!(ada.get(&scene.router, "/admin/mail").await.html().contains("sends no mail"));
}
