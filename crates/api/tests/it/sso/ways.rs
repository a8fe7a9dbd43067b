//! The owner of an account links it with people at the provider, and unlinks it.

use securevox_testkit::{Answer, Browser, Person};
use sqlx::PgPool;

use super::{ONLY, Scene, WAYS, acts, handles, told};
use crate::people::{PASSWORD, register};

/// What our page answers when `person` was linked in `browser`.
async fn link(scene: &mut Scene, browser: &mut Browser, person: &str) -> Answer {
    scene.provider.seat(Some(person)).await;
    let path = scene.link(browser).await;
    browser.get(&scene.router, &path).await
}

async fn unlink(scene: &Scene, browser: &mut Browser) -> Answer {
    let page = browser.get(&scene.router, WAYS).await;
    let fields = ["csrf", "identity"].map(|name| (name, page.hidden(name).to_owned()));
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post(&scene.router, "/account/sso/unlink", &fields).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_is_linked_by_its_owner_and_opened_by_both_ways(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[]).await else { return };
    register(&scene.router, "grace").await;
    // Who is to sign in first is led back here, as the page for strangers promises.
    let mut browser = Browser::at(&scene.house.base.urls.api);
    let asked = browser.get(&scene.router, WAYS).await;
    let login = asked.header("location").to_owned();
    assert_eq!(login, "/login?to=api&path=%2Faccount%2Fsso");
    let csrf = browser.get(&scene.router, &login).await.hidden("csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("handle", "grace"), ("password", PASSWORD)];
    let form = [&form[..], &[("to", "api"), ("path", WAYS)]].concat();
    assert_eq!(browser.post(&scene.router, "/login", &form).await.header("location"), WAYS);

    let linked = link(&mut scene, &mut browser, "s-ada").await;
    assert_eq!((linked.status.as_u16(), linked.header("location")), (303, WAYS));
    let page = browser.get(&scene.router, WAYS).await;
    assert!(page.html().contains(">ada<br>"), "{}", page.html());
    // Again is no other link.
    assert_eq!(link(&mut scene, &mut browser, "s-ada").await.status, 303);

    assert_eq!(scene.sign_in("s-ada").await.status, 303);
    assert_eq!(handles(&db).await, ["grace"]);
    let acts = acts(&db).await;
    assert_eq!(acts.iter().filter(|act| *act == "identity.linked").count(), 1, "{acts:?}");

    // There is a password still: the link may go, and with it the way in.
    assert_eq!(unlink(&scene, &mut browser).await.header("location"), WAYS);
    scene.another_browser();
    told(&scene.sign_in("s-ada").await, 403, "You have no account here yet");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_else_links_or_unlinks(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[]).await else { return };
    let (_, mut ada) = scene.owner("ada").await;
    let (_, mut eve) = scene.owner("eve").await;
    link(&mut scene, &mut ada, "s-ada").await;
    told(&link(&mut scene, &mut eve, "s-ada").await, 409, "Somebody else has this identity");

    let page = ada.get(&scene.router, WAYS).await;
    let identity = page.hidden("identity").to_owned();
    let csrf = eve.get(&scene.router, WAYS).await.hidden("csrf").to_owned();
    let fields = [("csrf", csrf.as_str()), ("identity", &identity)];
    told(&eve.post(&scene.router, "/account/sso/unlink", &fields).await, 404, "nothing here");
    for path in [WAYS, "/account/sso/unlink"] {
        let forged = ada.post(&scene.router, path, &fields).await;
        told(&forged, 403, "out of date");
        let mut stranger = Browser::at(&scene.house.base.urls.api);
        let csrf = stranger.get(&scene.router, "/login").await.hidden("csrf").to_owned();
        let fields = [("csrf", csrf.as_str()), ("identity", &identity)];
        assert_eq!(stranger.post(&scene.router, path, &fields).await.status, 401, "{path}");
    }
    assert_eq!(acts(&db).await, ["identity.linked"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_begins_in_one_session_ends_in_no_other(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[]).await else { return };
    let (_, mut ada) = scene.owner("ada").await;
    let (_, mut eve) = scene.owner("eve").await;
    scene.provider.seat(Some("s-ada")).await;
    let path = scene.link(&mut ada).await;
    let words = "began in another browser";
    told(&eve.get(&scene.router, &path).await, 403, words);
    let mut stranger = Browser::at(&scene.house.base.urls.api);
    told(&stranger.get(&scene.router, &path).await, 403, words);
    assert!(acts(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_last_way_in_stays(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[ONLY]).await else { return };
    let (ada, mut browser): (Person, Browser) = scene.owner("ada").await;
    // A password is no way in where there is none.
    sqlx::query!("update accounts set password_hash = 'x' where id = $1", ada.account.0)
        .execute(&db)
        .await
        .unwrap();
    link(&mut scene, &mut browser, "s-ada").await;
    told(&unlink(&scene, &mut browser).await, 409, "You could not sign in any more");
    link(&mut scene, &mut browser, "s-bob").await;
    assert_eq!(unlink(&scene, &mut browser).await.status, 303);
    told(&unlink(&scene, &mut browser).await, 409, "You could not sign in any more");
}
