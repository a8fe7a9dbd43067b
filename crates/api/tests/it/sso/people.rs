//! People come in, with a provider that nobody here wrote.

use securevox_testkit::Browser;
use sqlx::PgPool;

use super::{EVERYBODY, Scene, acts, handles, told};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_sign_in_brings_a_code_for_the_host_that_asked(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    let page = scene.browser.get(&scene.router, &format!("/login?{}", super::WANTED)).await;
    assert!(page.html().contains("Sign in with single sign-on"), "{}", page.html());
    let begin = page.between("class=\"button large\" href=\"", "\"").replace("&#38;", "&");
    assert_eq!(begin, "/login/sso?to=app-distribution&state=xyz&path=%2Fbuilds%2F1");

    let arrived = scene.sign_in("s-ada").await;
    assert_eq!(arrived.status, 303, "{}", arrived.html());
    let next = arrived.header("location");
    assert!(next.starts_with("http://localhost:8083/session?code="), "{next}");
    assert!(next.ends_with("&state=xyz&path=%2Fbuilds%2F1"), "{next}");
    // The visit is over, as after a password.
    let cookies: Vec<&String> = scene.browser.cookies.keys().collect();
    assert_eq!(cookies, ["securevox-api"]);
    assert_eq!(acts(&db).await, ["account.created", "identity.linked", "session.started"]);
    // Who is signed in begins no other sign-in.
    let again = scene.browser.get(&scene.router, "/login/sso?to=api").await;
    assert_eq!(again.header("location"), "/login?to=api");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_same_person_has_the_same_account(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    scene.sign_in("s-ada").await;
    scene.another_browser();
    assert_eq!(scene.sign_in("s-ada").await.status, 303);
    assert_eq!(handles(&db).await, ["ada"]);
    let account = sqlx::query!("select email, role, password_hash from accounts");
    let account = account.fetch_one(&db).await.unwrap();
    assert_eq!(account.email.as_deref(), Some("ada@example.org"));
    assert_eq!((account.role.as_str(), account.password_hash), ("user", None));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn neither_an_address_nor_a_name_takes_an_account_over(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    let (ada, _) = scene.owner("ada").await;
    sqlx::query!("update accounts set email = 'Ada@example.org'").execute(&db).await.unwrap();
    // One says that the address is verified, one does not: neither is that account.
    scene.sign_in("s-ada").await;
    scene.another_browser();
    scene.sign_in("s-eve").await;
    assert_eq!(handles(&db).await, ["ada", "ada2", "ada3"]);
    let emails = sqlx::query_scalar!("select email from accounts order by id");
    let emails = emails.fetch_all(&db).await.unwrap();
    assert_eq!(emails, [Some("Ada@example.org".to_owned()), None, None]);
    let linked = sqlx::query_scalar!(
        r#"select count(*) as "count!" from identities where account_id = $1"#,
        ada.account.0
    );
    assert_eq!(linked.fetch_one(&db).await.unwrap(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whom_nobody_has_linked_stays_outside(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[]).await else { return };
    let page = scene.sign_in("s-ada").await;
    told(&page, 403, "You have no account here yet");
    assert!(page.html().contains("s-ada"), "{}", page.html());
    assert!(page.html().contains("/login?to=api"), "{}", page.html());
    assert!(handles(&db).await.is_empty() && acts(&db).await.is_empty());
    assert!(!scene.browser.cookies.contains_key("securevox-api"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_locked_account_stays_locked(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    scene.sign_in("s-ada").await;
    sqlx::query!("update accounts set disabled_at = now()").execute(&db).await.unwrap();
    scene.another_browser();
    scene.browser.language = "it".to_owned();
    told(&scene.sign_in("s-ada").await, 403, "Questo account è bloccato");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_changes_their_mind_is_back_at_the_login_page(db: PgPool) {
    let Some(mut scene) = Scene::with(db, &[]).await else { return };
    let back = scene.come_back(None).await;
    assert_eq!(back.status, 303, "{}", back.html());
    let login = "/login?to=app-distribution&state=xyz&path=%2Fbuilds%2F1";
    assert_eq!(back.header("location"), login);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_who_comes_twice_at_once_has_one_account(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    scene.provider.seat(Some("s-ada")).await;
    let mut tabs = Vec::new();
    for _ in 0..2 {
        let mut tab = Browser::at(&scene.house.base.urls.api);
        let begun = tab.get(&scene.router, "/login/sso").await;
        let back = scene.provider.visit(begun.header("location")).await;
        tabs.push((tab, scene.here(&back)));
    }
    let [(one, first), (two, second)] = &mut tabs[..] else { panic!("two tabs") };
    let (one, two) = tokio::join!(one.get(&scene.router, first), two.get(&scene.router, second));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (303, 303), "{one:?} {two:?}");
    assert_eq!(handles(&db).await, ["ada"]);
}
