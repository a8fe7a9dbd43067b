//! Groups of testers, how they come in, and how they leave.

mod channels;
mod forms;
mod groups;
mod joining;
mod keepers;
mod leaving;
mod roster;

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Ask, Browser, House, Person, Smtp};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::make::Scene;

const FROM: (&str, &str) = ("SECUREVOX_MAIL_FROM", "SecureVOX <no-reply@example.org>");

pub(crate) async fn put(scene: &Scene, person: &Person, path: &str, body: Value) -> Answer {
    Ask::new("PUT", path).by(person).json(&body).of(&scene.router).await
}

/// Gives an account a role in an app.
pub(crate) async fn join_app(db: &PgPool, app: &str, person: &Person, role: &str) {
    let app: uuid::Uuid = app.parse().unwrap();
    let insert = sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, $3)",
        app,
        person.account.0,
        role,
    );
    insert.execute(db).await.unwrap();
}

/// `person` has proven an address.
pub(crate) async fn proven(db: &PgPool, person: &Person, email: &str) {
    let insert = sqlx::query!(
        "insert into testers (id, email, account_id, proven_at) values ($1, $2, $3, now())
         on conflict on constraint testers_email_key
             do update set account_id = excluded.account_id, proven_at = now()",
        uuid::Uuid::now_v7(),
        email,
        person.account.0,
    );
    insert.execute(db).await.unwrap();
}

/// A group of Ada's that gets builds of `app`.
pub(crate) async fn group(scene: &Scene, name: &str, app: &str, every_build: bool) -> String {
    let group = scene.ada.post(&scene.router, "/api/groups", json!({"name": name})).await;
    assert_eq!(group.status, 201, "{group:?}");
    let id = group.text("/id").to_owned();
    let path = format!("/api/groups/{id}/apps/{app}");
    let attached = put(scene, &scene.ada, &path, json!({"every_build": every_build})).await;
    assert_eq!(attached.status, 200, "{attached:?}");
    id
}

/// Adds a tester where mail is off: their id, and the link that signs them in.
pub(crate) async fn invite(scene: &Scene, group: &str, email: &str) -> (String, String) {
    let path = format!("/api/groups/{group}/testers");
    let invited = scene.ada.post(&scene.router, &path, json!({"emails": [email]})).await;
    assert_eq!(invited.status, 200, "{invited:?}");
    (invited.text("/items/0/id").to_owned(), invited.text("/items/0/link").to_owned())
}

/// The path of an address.
pub(crate) fn path(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap()
}

/// Opens a link that was mailed, and presses its button.
pub(crate) async fn open(scene: &Scene, link: &str) -> (Browser, Answer) {
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let page = browser.get(&scene.router, path(link)).await;
    if page.status != 200 {
        return (browser, page);
    }
    let csrf = page.hidden("csrf").to_owned();
    let answer = browser.post(&scene.router, path(link), &[("csrf", &csrf)]).await;
    (browser, answer)
}

/// The browser of a tester who is signed in.
pub(crate) async fn tester(scene: &Scene, group: &str, email: &str) -> Browser {
    let (_, link) = invite(scene, group, email).await;
    let (browser, answer) = open(scene, &link).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
    browser
}

/// A scene with a mail server, if there is one.
pub(crate) async fn with_mail(db: PgPool, more: &[(&str, &str)]) -> Option<(Scene, Smtp)> {
    let smtp = Smtp::start().await?;
    let url = smtp.url();
    let house = House::with(db, &[("SECUREVOX_SMTP_URL", url.as_str()), FROM]).await;
    let router = house.router::<Distribution>(more).await;
    let ada = Person::publisher("ada", &house).await;
    Some((Scene { house, router, ada }, smtp))
}
