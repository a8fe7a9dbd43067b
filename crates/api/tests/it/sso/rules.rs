//! Whom of the provider's people the settings let in.

use sqlx::PgPool;

use super::{EVERYBODY, Scene, handles, told};

const DOMAIN: (&str, &str) = ("SECUREVOX_OIDC_EMAIL_DOMAINS", "example.org");
const STAFF: (&str, &str) = ("SECUREVOX_OIDC_GROUPS", "staff, admins");

async fn only_ada(db: &PgPool, mut scene: Scene, why_not: [&str; 2]) {
    told(&scene.sign_in("s-bob").await, 403, why_not[0]);
    scene.another_browser();
    told(&scene.sign_in("s-eve").await, 403, why_not[1]);
    scene.another_browser();
    assert_eq!(scene.sign_in("s-ada").await.status, 303);
    assert_eq!(handles(db).await, ["ada"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn domains_of_verified_addresses(db: PgPool) {
    let Some(scene) = Scene::with(db.clone(), &[EVERYBODY, DOMAIN]).await else { return };
    only_ada(&db, scene, ["in none of the domains", "no verified address"]).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn groups_that_userinfo_alone_tells(db: PgPool) {
    let Some(scene) = Scene::told(db.clone(), &[EVERYBODY, STAFF], true).await else { return };
    only_ada(&db, scene, ["in none of the groups", "in none of the groups"]).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_leaves_a_group_stays_outside_though_they_are_known(db: PgPool) {
    let Some(mut scene) = Scene::with(db.clone(), &[EVERYBODY]).await else { return };
    assert_eq!(scene.sign_in("s-bob").await.status, 303);
    let variables = [&scene.provider.variables()[..], &[STAFF]].concat();
    scene.router = scene.house.router::<securevox_api::Api>(&variables).await;
    scene.another_browser();
    told(&scene.sign_in("s-bob").await, 403, "in none of the groups");
    // Nor may somebody else lend them an account.
    let (_, mut browser) = scene.owner("owner").await;
    let path = scene.link(&mut browser).await;
    told(&browser.get(&scene.router, &path).await, 403, "in none of the groups");
}
